"""One round trip: the facts, and the items that row-level security lets through; bytes as they came."""

import asyncio
import re
from datetime import UTC, date, datetime, timedelta, timezone

import asyncpg
import pytest

from app.errors import Unavailable
from app.storage import person_facts
from app.storage.database import open_pool
from app.storage.person_facts import NewPerson
from app.storage.record_reading import RECORD, read_history, read_record
from app.storage.record_writing import Write, store
from app.storage.row_security import RlsContext
from tests.builders import stored_facts
from tests.builders.stored import AGO, NOW, REGION, TOWN, audit_entry, citizen, physician, stored_item

SOON = NOW + timedelta(days=300)


async def test_nobody_has_no_facts(stored_person):
    """A person who is not known, or no person at all: no facts, no items."""
    assert await read_record(stored_person.pool, RlsContext("nobody", "physician", REGION)) == (None, [], [])
    assert await read_record(stored_person.pool, RlsContext("")) == (None, [], [])


async def test_the_facts_come_whole_also_where_no_row_does(stored_person):
    """The decision sees every fact about the person, whoever asks; the rows stay hidden."""
    await stored_person.put("anna", stored_item("one"))
    consent = await stored_facts.add_consent(
        stored_person.pool, "anna", stored_facts.Consent(TOWN, AGO, SOON, "unit", "employee")
    )
    block = await stored_facts.add_block(stored_person.pool, "anna", REGION, now=NOW)
    guardian = await person_facts.add_representative(
        stored_person.pool, "anna", person_facts.Representative("berit", AGO)
    )

    found, items, _ = await read_record(stored_person.pool, RlsContext("anna"))

    assert items == []
    assert found is not None
    assert {relation["giver"] for relation in found.pop("relations")} == {REGION, TOWN}
    starts, now, ends = (f"{moment:%Y-%m-%dT%H:%M:%S+00:00}" for moment in (AGO, NOW, SOON))
    assert found == {
        "version": 6,
        "birthDate": "1950-07-25",
        "protected": None,
        "personalNumber": {"system": "urn:number", "value": "189002029800"},
        "registered": None,
        "identityVersion": 0,
        "identity": None,
        "protectedGuardian": False,
        "consents": [
            {"id": consent, "giver": TOWN, "unit": "unit", "employee": "employee", "starts": starts, "ends": ends}
        ],
        "blocks": [
            {"id": block, "kind": "outer", "giver": REGION, "unit": None, "created": now, "lifted": None}
            | {"from": None, "to": None}
        ],
        **{name: [] for name in ("liftings", "emergencies", "incapacities", "closings")},
        "representatives": [{"id": guardian, "person": "berit", "kind": "guardian", "starts": starts, "ends": None}],
    }


async def test_little_may_be_known_of_a_person(stored_person):
    """No birth date and no number are nulls, and lists are empty."""
    await person_facts.put_person(stored_person.pool, "olle", NewPerson(None, protected=True))
    found, *_ = await read_record(stored_person.pool, citizen("olle"))
    assert found == {
        "version": 1,
        "birthDate": None,
        "protected": True,
        "personalNumber": None,
        "registered": None,
        "identityVersion": 0,
        "identity": None,
        "protectedGuardian": False,
        "relations": [],
        "consents": [],
        "blocks": [],
        "representatives": [],
        **{name: [] for name in ("liftings", "emergencies", "incapacities", "closings")},
    }


async def test_an_item_comes_back_as_it_was_stored(stored_person):
    """Every field, with bytes as they came; instants are the same instants."""
    summer = timezone(timedelta(hours=2))
    bare = stored_item(
        "bare",
        source_updated=None,
        status=None,
        starts=None,
        unit=None,
        information_time=None,
        keys=(),
        refs=(),
        body='{"resourceType":"Appointment","id":"bare", "priority":1.00}',
    )
    full = stored_item(
        "full",
        starts=datetime(2026, 6, 1, 9, 30, 0, 125000, summer),
        ends=datetime(9900, 1, 1, tzinfo=UTC),
        keys=["urn:a|1", "urn:b|2"],
        refs=["CarePlan/x", "Goal/y"],
        body='{"text":"Å\\u0000 \\u001f"}',
    )
    await stored_person.put("anna", bare, full)

    found = {item.id: item for item in (await read_record(stored_person.pool, physician())).items}

    assert found == {"bare": bare, "full": full}
    assert found["full"].starts.utcoffset() == timedelta(0)


async def test_only_what_was_asked_for_is_read_and_what_it_refers_to(stored_person):
    """What is referred to comes without a body, so that references can be cut; nothing else is read."""
    plan = stored_item("plan", type="CarePlan", information_class="plan", refs=["Appointment/two", "CarePlan/gone"])
    other = stored_item("other", type="CarePlan", information_class="plan", refs=["CarePlan/plan"])
    await stored_person.put("anna", stored_item("one"), stored_item("two"), plan, other)
    await store(
        stored_person.pool,
        RlsContext("anna", "system", REGION),
        [Write(stored_item("one", version=2), deleted=True)],
    )

    async def read(**asked):
        record = await read_record(stored_person.pool, physician(), **asked)
        return sorted((item.id, bool(item.body)) for item in (*record.items, *record.deleted))

    assert await read() == [("one", False), ("other", True), ("plan", True), ("two", True)]
    assert await read(type="Appointment") == [("one", False), ("two", True)]
    assert await read(type="Appointment", id="two") == [("two", True)]
    assert await read(type="CarePlan") == [("other", True), ("plan", True), ("two", False)]
    assert await read(type="CarePlan", id="plan") == [("plan", True), ("two", False)]
    assert await read(type="CarePlan", id="other") == [("other", True), ("plan", False)]
    assert await read(type="Goal", id="two") == []


async def test_what_is_deleted_is_gone(stored_person):
    """It is known by what it was, without its body, to whom it would be shown; and it stays in the history."""
    await stored_person.put("anna", stored_item("one"))
    last = stored_item("one", version=2)
    await store(stored_person.pool, RlsContext("anna", "system", REGION), [Write(last, deleted=True)])
    found = await read_record(stored_person.pool, physician())
    hidden = await read_record(stored_person.pool, physician(TOWN))

    assert (found.items, found.deleted) == ([], [last._replace(body="")])
    assert (hidden.items, hidden.deleted) == ([], [])


async def test_the_past_of_a_resource(stored_person):
    """Every version of it, of all that it ever referred to, and of what Provenance speaks of it; in order, as it was."""
    plan = stored_item("plan", type="CarePlan", information_class="plan", refs=["Goal/a", "Goal/b"])
    await stored_person.put("anna", plan, *(stored_item(id, type="Goal", information_class="goal") for id in "abc"))
    ehr = RlsContext("anna", "system", REGION)
    await store(stored_person.pool, ehr, [Write(plan._replace(version=2, refs=["Goal/a"]))])
    await store(
        stored_person.pool,
        ehr,
        [Write(stored_item("b", type="Goal", information_class="goal", version=2), deleted=True)],
    )
    for id, refs in (("p", ["CarePlan/plan", "Goal/a"]), ("q", ["Goal/a"])):
        await stored_person.put("anna", stored_item(id, type="Provenance", information_class="provenance", refs=refs))

    found = await read_history(stored_person.pool, physician(), "CarePlan", "plan")

    assert [(each.item.reference, each.item.version, each.deleted) for each in found] == [
        ("CarePlan/plan", 1, False),
        ("CarePlan/plan", 2, False),
        ("Goal/a", 1, False),
        ("Goal/b", 1, False),
        ("Goal/b", 2, True),
        ("Provenance/p", 1, False),
    ]
    assert found[0].item == plan
    assert await read_history(stored_person.pool, physician(), "CarePlan", "none") == []


async def test_the_past_is_behind_the_same_wall(stored_person):
    """Whoever is not shown a row is not shown what it was, nor what it referred to."""
    await stored_person.put("anna", stored_item("plan", type="CarePlan", information_class="plan", refs=["Goal/a"]))
    await stored_person.put("anna", stored_item("a", type="Goal", information_class="goal", giver=TOWN))

    assert [each.item.id for each in await read_history(stored_person.pool, physician(), "CarePlan", "plan")] == [
        "plan"
    ]
    assert await read_history(stored_person.pool, physician(TOWN), "CarePlan", "plan") == []
    assert await read_history(stored_person.pool, RlsContext("anna"), "CarePlan", "plan") == []


async def test_contexts_do_not_mix_on_one_connection(stored_person):
    """Two people asked for by turns, past the point where a prepared statement's plan is fixed: each only their own."""
    await person_facts.put_person(stored_person.pool, "olle", NewPerson(date(1960, 1, 1)))
    await stored_person.put("anna", stored_item("annas"))
    await stored_person.put("olle", stored_item("olles"))
    pool = await open_pool(stored_person.app_url, size=1)
    for _ in range(12):
        for patient, own in (("anna", "annas"), ("olle", "olles")):
            assert [item.id for item in (await read_record(pool, citizen(patient))).items] == [own]
            assert (await read_record(pool, citizen("stranger", of=patient))).items == []
            assert not await pool.fetch("SELECT FROM resource")
    await pool.close()


async def test_hot_plans_use_the_index_of_the_patient(stored_person):
    """As the app's role, under row-level security, with many people, also past five executions."""
    await stored_person.as_owner("ALTER TABLE resource NO FORCE ROW LEVEL SECURITY")
    await stored_person.as_owner(
        "INSERT INTO resource (patient, type, id, version, updated, giver, category, kind, label, keys, refs, source, "
        "deleted, body) SELECT 'p' || n / 40, 'Appointment', 'i' || n, 1, now(), 'SE-REGION', 'health', 'time', 'N', "
        "'', '', '', false, repeat('x', 100) FROM generate_series(1, 20000) n"
    )
    await stored_person.as_owner("ALTER TABLE resource FORCE ROW LEVEL SECURITY")
    await stored_person.as_owner("ANALYZE")
    connection = await asyncpg.connect(stored_person.app_url)
    asked = ", ".join(["text"] * 8)
    await connection.execute(f"PREPARE hot ({asked}) AS {RECORD}")
    for role in ("citizen", "physician", "system"):
        for _ in range(8):
            execute = f"EXECUTE hot ('p7', '{role}', 'SE-REGION', '', '', 'p7', NULL, NULL)"
            plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {execute}"))
            assert "Seq Scan on resource" not in plan
            assert re.search(r"Index Scan on resource_\w+ .*\n +Index Cond: \(+patient = ", plan), plan
            await connection.execute(execute)
    await connection.close()


async def test_facts_and_rows_are_of_one_snapshot(stored_person):
    """While blocks come and go, nobody sees a blocked item together with facts that know the block."""
    await stored_person.put("anna", stored_item("regions"))
    await stored_facts.add_consent(stored_person.pool, "anna", stored_facts.Consent(TOWN, AGO))
    stop = asyncio.Event()

    async def block_and_lift():
        while not stop.is_set():
            block = await stored_facts.add_block(stored_person.pool, "anna", REGION, now=NOW)
            await stored_facts.lift_block(stored_person.pool, "anna", block, now=NOW)

    blocking = asyncio.create_task(block_and_lift())
    for _ in range(60):
        found, items, _ = await read_record(stored_person.pool, physician(TOWN))
        blocked = any(block["lifted"] is None for block in found["blocks"])
        assert bool(items) is not blocked
    stop.set()
    await blocking


async def test_no_database_no_data():
    """Nobody listens: unavailable."""
    with pytest.raises(Unavailable):
        await open_pool("postgresql://samplan_app:x@127.0.0.1:1/none", size=1)


async def test_a_database_that_goes_away_is_unavailable(stored_person):
    """Connections that were cut are found out, and new ones serve."""
    await stored_person.put("anna", stored_item("one"))
    entry = audit_entry(phase="outcome", outcome="permit")
    await stored_person.as_owner("ALTER TABLE person RENAME TO gone")
    with pytest.raises(Unavailable):
        await read_record(stored_person.pool, physician())
    await stored_person.as_owner("ALTER TABLE gone RENAME TO person")
    await stored_person.as_owner("ALTER TABLE audit RENAME TO gone")
    write = Write(stored_item("two"))
    with pytest.raises(Unavailable):
        await store(stored_person.pool, RlsContext("anna", "system", REGION), [write], outcome=entry)
    await stored_person.as_owner("ALTER TABLE gone RENAME TO audit")
    assert [item.id for item in (await read_record(stored_person.pool, physician())).items] == ["one"]
