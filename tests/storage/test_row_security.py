"""Row-level security alone, with every predicate of ours switched off, hides what the facts hide."""

from datetime import timedelta

import asyncpg
import pytest

from app.errors import Conflict
from app.storage import person_facts
from app.storage.person_facts import NewPerson
from app.storage.record_writing import Write, store
from app.storage.row_security import RlsContext
from tests.builders import stored_facts
from tests.builders.stored import AGO, CLINIC, NOW, REGION, TOWN, citizen, physician, stored_item

SOON = NOW + timedelta(days=300)


@pytest.fixture
async def items(stored_person):
    """Anna has one item of each giver's, one of an unknown giver, and one she may not see."""
    await stored_person.put(
        "anna",
        stored_item("regions"),
        stored_item("towns", giver=TOWN, unit=None),
        stored_item("clinics", giver=CLINIC, unit=f"{CLINIC}-1"),
        stored_item("whose", giver=None, unit=None),
        stored_item("unclassified", category=None),
        stored_item("restricted", label="V"),
        stored_item("withheld", label="NOPATIENT"),
    )


async def test_without_a_context_nothing_shows(stored_person, items):
    """A query that forgets to say who asks gets nothing, before and after a transaction that said it."""
    connection = await asyncpg.connect(stored_person.app_url)
    for _ in range(2):
        assert not await connection.fetch("SELECT FROM resource UNION ALL SELECT FROM history")
        assert not await connection.fetch("SELECT FROM person UNION ALL SELECT FROM fact UNION ALL SELECT FROM actor")
        async with connection.transaction():
            await connection.execute("SELECT samplan_context('anna', 'citizen', '', '', '', 'anna')")
            assert await connection.fetch("SELECT FROM resource")
    await connection.close()


async def test_the_owner_of_the_tables_is_under_it_too(stored_person, items):
    """FORCE ROW LEVEL SECURITY: whoever runs migrations does not see patients by accident."""
    assert not await stored_person.as_owner("SELECT FROM resource")
    assert not await stored_person.as_owner("SELECT FROM fact")


@pytest.mark.parametrize(
    "rls_context",
    [
        RlsContext("", "citizen"),
        RlsContext("anna"),
        RlsContext("anna", "citizen"),
        RlsContext("anna", "citizen", person="someone"),
        RlsContext("someone", "citizen", person="anna"),
        RlsContext("anna", "system"),
        RlsContext("anna", "directory"),
        RlsContext("anna", "physician"),
        RlsContext("anna", "physician", "SE-STRANGER"),
        RlsContext("anna", "log-auditor", REGION),
        RlsContext("anna", "no-such-role", REGION),
    ],
)
async def test_who_has_no_part_in_it_sees_nothing(items, shown, rls_context):
    """No role, another person, no giver, no relation, no permit: nothing."""
    assert await shown(rls_context) == set()


async def test_the_person_sees_everything_but_what_is_withheld(items, shown):
    """Also what nobody else sees: of an unknown giver, unclassified, very sensitive."""
    everything = {"regions", "towns", "clinics", "whose", "unclassified", "restricted"}
    assert await shown(citizen("anna")) == everything


async def test_staff_without_consent_see_their_own_givers_items(items, shown):
    """Of those, what the wall permits and what is classified."""
    assert await shown(physician(REGION)) == {"regions"}
    assert await shown(physician(TOWN)) == {"towns"}


async def test_consent_opens_what_other_givers_have(stored_person, items, shown):
    """For the giver it was given to, and never what has no known giver."""
    await stored_facts.add_consent(stored_person.pool, "anna", stored_facts.Consent(REGION, AGO))
    assert await shown(physician(REGION)) == {"regions", "towns", "clinics"}
    assert await shown(physician(TOWN)) == {"towns"}


async def test_consent_alone_opens_nothing(stored_person, items, shown):
    """There must be a care relation too."""
    await stored_facts.add_consent(stored_person.pool, "anna", stored_facts.Consent(CLINIC, AGO))
    assert await shown(physician(CLINIC)) == set()


@pytest.mark.parametrize(
    "consent",
    [
        stored_facts.Consent(REGION, SOON),
        stored_facts.Consent(REGION, AGO, NOW - timedelta(days=1)),
        stored_facts.Consent(REGION, AGO, unit="another unit"),
        stored_facts.Consent(REGION, AGO, employee="another employee"),
    ],
)
async def test_a_consent_that_does_not_hold_here_opens_nothing(stored_person, items, shown, consent):
    """Not begun, past, for another unit, for another employee."""
    await stored_facts.add_consent(stored_person.pool, "anna", consent)
    assert await shown(physician(REGION)) == {"regions"}


async def test_a_consent_for_the_unit_and_the_employee_holds(stored_person, items, shown):
    """When both are the caller's."""
    consent = stored_facts.Consent(REGION, AGO, SOON, f"{REGION}-1", "SE-DOCTOR")
    await stored_facts.add_consent(stored_person.pool, "anna", consent)
    assert await shown(physician(REGION)) == {"regions", "towns", "clinics"}


async def test_a_cancelled_consent_closes_at_once(stored_person, items, shown):
    """And cannot be cancelled twice."""
    consent = await stored_facts.add_consent(stored_person.pool, "anna", stored_facts.Consent(REGION, AGO))
    assert await stored_facts.cancel_consent(stored_person.pool, "anna", consent, at=NOW)
    assert await shown(physician(REGION)) == {"regions"}
    assert not await stored_facts.cancel_consent(stored_person.pool, "anna", consent, at=NOW)


@pytest.mark.parametrize(
    "kind, more, sees",
    [
        ("emergency", {"giver": REGION}, {"regions", "towns", "clinics"}),
        (
            "emergency",
            {"giver": REGION, "unit": f"{REGION}-1", "employee": "SE-DOCTOR"},
            {"regions", "towns", "clinics"},
        ),
        ("emergency", {"giver": REGION, "employee": "SE-OTHER"}, {"regions"}),
        ("emergency", {"giver": REGION, "ends": NOW - timedelta(days=1)}, {"regions"}),
        ("emergency", {"giver": TOWN}, {"regions"}),
        ("incapable", {"giver": CLINIC}, {"regions", "towns", "clinics"}),
        ("incapable", {"giver": CLINIC, "starts": SOON}, {"regions"}),
    ],
)
async def test_c5_and_c10_incapacity_and_emergency_open_while_they_hold(stored_person, items, shown, kind, more, sees):
    """An emergency for whom it was opened; an incapacity that any giver has assessed."""
    await stored_facts.add_fact(stored_person.pool, "anna", kind, **{"starts": AGO, **more})
    assert await shown(physician(REGION)) == sees


async def test_c11_an_emergency_opens_no_blocked_giver(stored_person, items, shown):
    """The outer block stays."""
    await stored_facts.add_fact(stored_person.pool, "anna", "emergency", AGO, giver=REGION)
    await stored_facts.add_block(stored_person.pool, "anna", TOWN, now=NOW)
    assert await shown(physician(REGION)) == {"regions", "clinics"}


async def test_c12_an_emergency_opens_nothing_to_a_role_without_one(stored_person, items, shown):
    """Home care with an opening, which nobody could register, sees what it saw."""
    await stored_person.put("anna", stored_item("regional-care", category="social"))
    await stored_facts.add_fact(stored_person.pool, "anna", "emergency", AGO, giver=TOWN)
    assert await shown(physician(TOWN)._replace(role="home-care")) == set()
    await stored_facts.add_fact(stored_person.pool, "anna", "incapable", AGO, giver=TOWN)
    assert await shown(physician(TOWN)._replace(role="home-care")) == {"regional-care"}


async def test_c7_a_block_is_lifted_for_a_time_for_one_giver(stored_person, items, shown):
    """The others see nothing of it; a block of one unit or period is the decision's alone."""
    for giver in (REGION, TOWN):
        await stored_facts.add_consent(stored_person.pool, "anna", stored_facts.Consent(giver, AGO))
    block = await stored_facts.add_block(stored_person.pool, "anna", CLINIC, now=NOW)
    lifting = {"giver": REGION, "target": block, "ends": SOON}
    lifted = await stored_facts.add_fact(stored_person.pool, "anna", "outer-lifting", AGO, **lifting)
    assert await shown(physician(REGION)) == {"regions", "towns", "clinics"}
    assert await shown(physician(TOWN)) == {"regions", "towns"}
    assert await stored_facts.end_fact(stored_person.pool, "anna", lifted, at=NOW)
    assert await shown(physician(REGION)) == {"regions", "towns"}
    await stored_facts.add_fact(stored_person.pool, "anna", "outer-block", NOW, giver=TOWN, unit=f"{TOWN}-1")
    assert await shown(physician(REGION)) == {"regions", "towns"}


async def test_an_ended_relation_closes_at_once(stored_person, items, shown):
    """The giver's own items too."""
    relation = await stored_facts.add_relation(stored_person.pool, "anna", stored_facts.Relation(CLINIC, AGO))
    assert await shown(physician(CLINIC)) == {"clinics"}
    assert await stored_facts.end_relation(stored_person.pool, "anna", relation, at=NOW)
    assert await shown(physician(CLINIC)) == set()


async def test_an_outer_block_hides_at_once_and_lifting_it_shows(stored_person, items, shown):
    """From other givers; the blocked giver and the person still see the items."""
    for giver in (REGION, TOWN):
        await stored_facts.add_consent(stored_person.pool, "anna", stored_facts.Consent(giver, AGO))
    block = await stored_facts.add_block(stored_person.pool, "anna", REGION, now=NOW)
    assert await shown(physician(TOWN)) == {"towns", "clinics"}
    assert await shown(physician(REGION)) == {"regions", "towns", "clinics"}
    assert "regions" in await shown(citizen("anna"))
    assert await stored_facts.lift_block(stored_person.pool, "anna", block, now=NOW)
    assert await shown(physician(TOWN)) == {"regions", "towns", "clinics"}


async def test_a_block_does_not_show_what_has_no_giver(stored_person, items, shown):
    """With or without blocks, staff never see an item of an unknown giver."""
    await stored_facts.add_consent(stored_person.pool, "anna", stored_facts.Consent(TOWN, AGO))
    await stored_facts.add_block(stored_person.pool, "anna", CLINIC, now=NOW)
    assert await shown(physician(TOWN)) == {"towns", "regions"}


async def test_a_role_sees_the_classes_of_its_permits(stored_person, items, shown):
    """An administrator: her own giver's times."""
    await stored_person.put(
        "anna", stored_item("plan", type="CarePlan", information_class="plan"), stored_item("social", category="social")
    )
    await stored_facts.add_consent(stored_person.pool, "anna", stored_facts.Consent(REGION, AGO))
    assert await shown(RlsContext("anna", "administrator", REGION)) == {"regions"}


async def test_a_system_sees_its_own_givers_rows(items, shown):
    """All of them, since it wrote them; never another's, and never without a giver."""
    assert await shown(RlsContext("anna", "system", REGION)) == {"regions", "unclassified", "restricted", "withheld"}
    assert await shown(RlsContext("anna", "system", CLINIC)) == {"clinics"}


def years_ago(years: int):
    """A birth date so many years ago, a day's margin included."""
    return (NOW - timedelta(days=365.25 * years + 1)).date()


@pytest.mark.parametrize(
    "born, protected, until, sees",
    [
        (years_ago(12), False, None, True),
        (years_ago(13), False, None, False),
        (years_ago(12), True, None, False),
        (years_ago(12), False, NOW, False),
        (None, False, None, False),
    ],
)
async def test_a_guardian_sees_a_child_under_13(stored_person, shown, born, protected, until, sees):
    """Not from the 13th birthday, not a protected child, not when the mandate has ended, not when the age is unknown."""
    await person_facts.put_person(stored_person.pool, "child", NewPerson(born, protected))
    await person_facts.add_representative(stored_person.pool, "child", person_facts.Representative("anna", AGO, until))
    await stored_person.put("child", stored_item("childs"))
    assert await shown(citizen("anna", of="child")) == ({"childs"} if sees else set())
    assert await shown(citizen("stranger", of="child")) == set()


async def test_c21_a_closed_guardian_sees_nothing(stored_person, shown):
    """While the closing holds, and no other guardian is touched."""
    await person_facts.put_person(stored_person.pool, "child", NewPerson(years_ago(8), protected=False))
    for guardian in ("anna", "olle"):
        await person_facts.add_representative(stored_person.pool, "child", person_facts.Representative(guardian, AGO))
    await stored_person.put("child", stored_item("childs"))
    closing = await stored_facts.add_fact(stored_person.pool, "child", "closing", AGO, giver=REGION, person="anna")
    assert await shown(citizen("anna", of="child")) == set()
    assert await shown(citizen("olle", of="child")) == {"childs"}
    assert await stored_facts.end_fact(stored_person.pool, "child", closing, at=NOW)
    assert await shown(citizen("anna", of="child")) == {"childs"}


async def test_a_mandate_ends(stored_person, shown):
    """From that moment the guardian sees nothing."""
    await person_facts.put_person(stored_person.pool, "child", NewPerson(years_ago(8), protected=False))
    mandate = await person_facts.add_representative(
        stored_person.pool, "child", person_facts.Representative("anna", AGO)
    )
    await stored_person.put("child", stored_item("childs"))
    assert await person_facts.end_representative(stored_person.pool, "child", mandate, at=NOW)
    assert await shown(citizen("anna", of="child")) == set()


@pytest.mark.parametrize("born, sees", [(years_ago(12), {"own", "others"}), (years_ago(13), {"own"}), (None, {"own"})])
async def test_a_child_that_cannot_consent_is_cared_for_without(stored_person, shown, born, sees):
    """Other givers' items show to staff with a relation; the decision in Python narrows it (docs/law.md, C2 and C4)."""
    await person_facts.put_person(stored_person.pool, "child", NewPerson(born))
    await stored_facts.add_relation(stored_person.pool, "child", stored_facts.Relation(REGION, AGO))
    await stored_person.put("child", stored_item("own"), stored_item("others", giver=TOWN))
    assert await shown(physician(REGION, "child")) == sees


@pytest.mark.parametrize(
    "rls_context, giver",
    [
        (RlsContext("anna", "system", TOWN), REGION),
        (RlsContext("anna", "system", ""), REGION),
        (RlsContext("anna", "physician", TOWN), REGION),
        (RlsContext("anna", "physician", TOWN), None),
        (citizen("anna"), REGION),
        (citizen("stranger", of="anna"), None),
    ],
)
async def test_nobody_writes_in_anothers_name(stored_person, items, shown, rls_context, giver):
    """Staff and systems write rows of their own giver, a citizen their own rows of no giver."""
    with pytest.raises(Conflict):
        await store(stored_person.pool, rls_context, [Write(stored_item("forged", giver=giver))])
    assert "forged" not in await shown(citizen("anna"))


async def test_nobody_overwrites_anothers_row(stored_person, items):
    """Not even with the right version."""
    with pytest.raises(Conflict):
        await store(
            stored_person.pool,
            RlsContext("anna", "system", TOWN),
            [Write(stored_item("regions", giver=TOWN, version=2))],
        )


async def test_history_can_only_grow(stored_person, items):
    """The app's role may neither change nor remove what was."""
    connection = await asyncpg.connect(stored_person.app_url)
    await connection.execute("SELECT set_config('samplan.patient', 'anna', false)")
    for statement in (
        "UPDATE history SET body = ''",
        "DELETE FROM history",
        "TRUNCATE history",
        "DELETE FROM resource",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


async def test_the_apps_role_owns_nothing_and_bypasses_nothing(stored_person):
    """Neither tables nor functions; no superuser, no BYPASSRLS; every table of a patient's rows is forced."""
    owned = await stored_person.as_owner("SELECT FROM pg_class WHERE relowner = 'samplan_app'::regrole")
    assert not owned
    role = await stored_person.as_owner(
        "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = 'samplan_app'"
    )
    assert tuple(role[0]) == (False, False, False)
    forced = await stored_person.as_owner("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert {row[0] for row in forced} == {"resource", "history", "person", "fact", "actor"}
