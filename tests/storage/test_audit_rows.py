"""The trail can only grow; intents resolve who is meant, outcomes hold only while the facts do."""

from datetime import date, timedelta
from uuid import uuid4

import asyncpg
import pytest

from app.storage import person_facts
from app.storage.audit_rows import LARGEST, EventPlace, Resolved, TrailFilter, append, count_events, list_events
from app.storage.person_facts import NewPerson
from app.storage.record_writing import Write, store
from app.storage.row_security import RlsContext
from tests.builders import stored_facts
from tests.builders.stored import AGO, NOW, REGION, TOWN, audit_entry, stored_item

ANNAS_NUMBER = ("urn:number", "189002029800")


@pytest.fixture
async def known_anna(stored_person):
    """Anna is known by her personal number, and an appointment of hers by its id."""
    patient = stored_item("anna", type="Patient", information_class="person")
    writes = [Write(patient, [(*ANNAS_NUMBER, "")]), Write(stored_item("visit"))]
    await store(stored_person.pool, RlsContext("anna", "system", REGION), writes)


@pytest.mark.parametrize("statement", ["UPDATE audit SET rule = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
async def test_the_trail_can_only_grow(stored_person, statement):
    """The app's role may add and read."""
    await append(stored_person.pool, [audit_entry()])
    connection = await asyncpg.connect(stored_person.app_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()
    assert await count_events(stored_person.pool, TrailFilter(REGION)) == 1


async def test_an_intent_resolves_who_is_meant(stored_person, known_anna):
    """By patient, by a resource, by a personal number, by nothing: in the order asked."""
    entries = [
        audit_entry(patient="anna"),
        audit_entry(patient=None, type="Appointment", id="visit"),
        audit_entry(patient=None, person=ANNAS_NUMBER),
        audit_entry(patient=None, type="Appointment", id="nothing"),
        audit_entry(patient=None, person=("urn:number", "nobody")),
        audit_entry(patient=None),
        audit_entry(patient="unknown"),
        audit_entry(patient=None, caller=None, citizen=ANNAS_NUMBER, person=ANNAS_NUMBER),
        audit_entry(patient="anna", caller=None, citizen=("urn:number", "nobody")),
    ]
    anna, nobody = Resolved("anna", None), Resolved(None, None)
    assert await append(stored_person.pool, entries) == [
        anna,
        anna,
        anna,
        nobody,
        nobody,
        nobody,
        Resolved("unknown", None),
        Resolved("anna", "anna"),
        anna,
    ]


async def test_an_identifier_of_a_source_is_not_a_personal_number(stored_person):
    """Only a Patient's number that no source owns resolves a person."""
    key = ("urn:number", "200302022389")
    await store(
        stored_person.pool,
        RlsContext("anna", "system", REGION),
        [Write(stored_item("visit"), [(*key, ""), (*key, "region")])],
    )
    assert await append(stored_person.pool, [audit_entry(patient=None, person=key)]) == [Resolved(None, None)]


async def test_a_citizen_is_recorded_by_patient_id(stored_person, known_anna):
    """No personal number is anywhere in the trail."""
    await append(
        stored_person.pool, [audit_entry(caller=None, patient=None, citizen=ANNAS_NUMBER, person=ANNAS_NUMBER)]
    )
    event = (await list_events(stored_person.pool, TrailFilter(REGION)))[0]
    assert (event.caller, event.patient) == ("anna", "anna")
    rows = await stored_person.as_owner("SELECT audit::text FROM audit")
    assert not any(ANNAS_NUMBER[1] in row[0] for row in rows)


async def test_an_outcome_is_kept_whole(stored_person):
    """What was shown, how many were held back, what each source said."""
    entry = audit_entry(
        phase="outcome",
        outcome="permit",
        rule="care",
        shown=[["Goal/1", 2, "goal", REGION]],
        hidden=3,
        sources=[{"name": "Region", "state": "unknown"}],
        facts_version=3,
        trace=uuid4(),
        type="Goal",
        id="1",
    )
    assert await append(stored_person.pool, [entry]) == [Resolved("anna", None)]
    assert await list_events(stored_person.pool, TrailFilter(REGION, "anna")) == [entry]


async def test_an_outcome_fails_when_the_facts_have_moved(stored_person):
    """Of many, exactly those that rest on old facts are missing."""
    fresh = audit_entry(phase="outcome", outcome="permit", facts_version=4)
    stale = audit_entry(phase="outcome", outcome="permit", facts_version=3)
    unfounded = audit_entry(phase="outcome", outcome="permit", facts_version=1, patient="nobody")
    refused = audit_entry(phase="outcome", outcome="deny")
    await stored_facts.add_block(stored_person.pool, "anna", REGION, now=NOW)
    entries = [fresh, stale, unfounded, refused]
    written = zip(entries, await append(stored_person.pool, entries), strict=True)
    assert [entry for entry, resolved in written if resolved is not None] == [fresh, refused]
    assert await count_events(stored_person.pool, TrailFilter(REGION)) == 2


async def test_every_change_of_facts_moves_them(stored_person):
    """Relation, consent, block, representative, person: begun or ended."""

    async def moves(change):
        before = await stored_person.as_owner("SELECT version FROM facts_version")
        await change
        return (await stored_person.as_owner("SELECT version FROM facts_version"))[0][0] - before[0][0]

    block = await stored_facts.add_block(stored_person.pool, "anna", TOWN, now=NOW)
    changes = [
        stored_facts.add_relation(stored_person.pool, "anna", stored_facts.Relation(REGION, AGO, unit="another")),
        stored_facts.add_consent(stored_person.pool, "anna", stored_facts.Consent(REGION, AGO)),
        stored_facts.add_block(stored_person.pool, "anna", REGION, now=NOW),
        stored_facts.lift_block(stored_person.pool, "anna", block, now=NOW),
        person_facts.add_representative(stored_person.pool, "anna", person_facts.Representative("berit", AGO)),
        person_facts.put_person(stored_person.pool, "anna", NewPerson(date(1950, 1, 1), protected=True)),
    ]
    assert [await moves(change) for change in changes] == [1] * len(changes)
    assert await moves(stored_facts.lift_block(stored_person.pool, "anna", block, now=NOW)) == 0


async def test_events_are_listed_newest_first_page_by_page(stored_person):
    """By person and by time; a page goes on from the last one's end."""
    entries = [
        audit_entry(patient=patient, at=NOW + timedelta(hours=hour), request=uuid4())
        for hour, patient in enumerate(["anna", "olle", "anna", "anna"])
    ]
    for entry in entries:
        await append(stored_person.pool, [entry])

    async def listed(span, **page):
        return [event.request for event in await list_events(stored_person.pool, span, **page)]

    requests = [entry.request for entry in entries]
    assert await listed(TrailFilter(REGION)) == requests[::-1]
    assert await listed(TrailFilter(REGION, "anna")) == [requests[3], requests[2], requests[0]]
    assert await listed(TrailFilter(REGION, starts=entries[1].at, ends=entries[3].at)) == [requests[2], requests[1]]
    assert await count_events(stored_person.pool, TrailFilter(REGION, "anna", starts=entries[1].at)) == 2
    first = await list_events(stored_person.pool, TrailFilter(REGION, "anna"), count=2)
    place = EventPlace(first[-1].at, first[-1].request)
    assert await listed(TrailFilter(REGION, "anna"), before=place, count=2) == [requests[0]]


async def test_a_giver_s_events_are_those_of_its_staff_and_its_items(stored_person):
    """Each giver has its own events, also where another giver's staff or the person was shown its items."""
    goal = [["Goal/1", 1, "goal", TOWN, None]]
    entries = {
        "region": audit_entry(phase="outcome", outcome="permit"),
        "both": audit_entry(phase="outcome", outcome="permit", shown=goal),
        "person": audit_entry(phase="outcome", outcome="permit", caller_kind="citizen", giver=None, shown=goal),
        "nobody": audit_entry(phase="outcome", outcome="deny", caller_kind="citizen", giver=None),
    }
    await append(stored_person.pool, list(entries.values()))

    async def names(giver):
        events = await list_events(stored_person.pool, TrailFilter(giver))
        assert len(events) == await count_events(stored_person.pool, TrailFilter(giver))
        return {name for name, entry in entries.items() if entry in events}

    assert await names(REGION) == {"region", "both"}
    assert await names(TOWN) == {"both", "person"}
    assert await names("SE-OTHER") == set()


async def test_a_request_is_one_event(stored_person):
    """Its outcome, as soon as there is one; until then its intent. None is lost, none comes twice on any page."""
    begun, done = audit_entry(), audit_entry(at=AGO)
    await append(stored_person.pool, [begun, done, done._replace(phase="outcome", outcome="deny")])
    events = await list_events(stored_person.pool, TrailFilter(REGION))
    assert [(event.request, event.phase) for event in events] == [(begun.request, "intent"), (done.request, "outcome")]
    assert await count_events(stored_person.pool, TrailFilter(REGION)) == 2


async def test_many_entries_are_appended_in_order(stored_person):
    """More than one statement holds; intents and outcomes together."""
    stale = audit_entry(phase="outcome", outcome="permit", facts_version=1)
    entries = [audit_entry(patient=f"p{number}") for number in range(LARGEST + 5)]
    expected = [Resolved(entry.patient, None) for entry in entries]
    assert await append(stored_person.pool, [*entries, stale]) == [*expected, None]
    assert await append(stored_person.pool, []) == []
