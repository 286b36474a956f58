"""All of a write or none of it, one winner when two meet, and nothing over what has moved."""

import asyncio
from datetime import date

import asyncpg
import pytest

from app.errors import Conflict
from app.storage import person_facts
from app.storage.audit_rows import TrailFilter, count_events, list_events
from app.storage.record_reading import read_record
from app.storage.record_writing import (
    LARGEST,
    FactsMoved,
    KnownIdentifier,
    Moved,
    NewPerson,
    Taken,
    Write,
    find_identifiers,
    person_by_identifier,
    store,
)
from app.storage.row_security import RlsContext
from tests.builders import stored_facts
from tests.builders.stored import AGO, CLINIC, NOW, REGION, TOWN, audit_entry, citizen, physician, stored_item

EHR = RlsContext("anna", "system", REGION)
KEY = ("urn:booking", "17", REGION)


async def counts(stored_person):
    """How many rows there are for Anna in every table that a write touches."""
    async with stored_person.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT samplan_context('anna', 'system', $1, '', '', '')", REGION)
        tables = ("resource", "history", "location", "identifier", "actor", "audit", "person")
        of_facts = {"location": " WHERE type <> 'Fact'"}
        return {
            table: await connection.fetchval(f"SELECT count(*) FROM {table}{of_facts.get(table, '')}")
            for table in tables
        }


async def patient_of(stored_person, type, id):
    """Whose resource this is, None where there is no such."""
    rows = await stored_person.as_owner(f"SELECT patient FROM location WHERE type = '{type}' AND id = '{id}'")
    return rows[0][0] if rows else None


async def test_a_write_fills_every_table(stored_person):
    """Row, history, location, identifier, actor and the outcome."""
    entry = audit_entry(outcome="permit", facts_version=3)
    write = Write(stored_item("visit"), [KEY], [("Practitioner/d", NOW), ("Location/l", None)])
    await store(stored_person.pool, EHR, [write], outcome=entry)
    assert await counts(stored_person) == {
        "resource": 1,
        "history": 1,
        "location": 1,
        "identifier": 1,
        "actor": 2,
        "audit": 1,
        "person": 1,
    }
    event = (await list_events(stored_person.pool, TrailFilter(REGION, "anna")))[0]
    assert event == entry._replace(phase="outcome")
    assert await patient_of(stored_person, "Appointment", "visit") == "anna"
    assert await patient_of(stored_person, "Appointment", "other") is None


async def test_a_new_version_replaces_and_history_keeps_both(stored_person):
    """Identifiers stay, actors are those of the new version."""
    await store(stored_person.pool, EHR, [Write(stored_item("visit"), [KEY], [("Practitioner/old", NOW)])])
    newer = stored_item("visit", version=2, status="cancelled")
    await store(stored_person.pool, EHR, [Write(newer, [KEY], [("Practitioner/new", NOW)])])
    assert (await read_record(stored_person.pool, physician())).items == [newer]
    assert await counts(stored_person) == {
        "resource": 1,
        "history": 2,
        "location": 1,
        "identifier": 1,
        "actor": 1,
        "audit": 0,
        "person": 1,
    }


@pytest.mark.parametrize("version", [1, 3, 4])
async def test_only_the_next_version_replaces(stored_person, version):
    """The same again, or one too far ahead: somebody else wrote, and nothing is written."""
    await stored_person.put("anna", stored_item("visit"))
    before = await counts(stored_person)
    writes = [Write(stored_item("another")), Write(stored_item("visit", version=version))]
    with pytest.raises(Conflict):
        await store(stored_person.pool, EHR, writes, outcome=audit_entry(outcome="permit"))
    assert await counts(stored_person) == before


async def test_what_a_write_builds_on_is_held(stored_person):
    """Rows that it does not change, at the versions that were read: if one has moved or gone, nothing is written."""
    await stored_person.put("anna", stored_item("one"), stored_item("two"))
    await store(stored_person.pool, EHR, [Write(stored_item("three"))], basis=[stored_item("one"), stored_item("two")])
    await store(stored_person.pool, EHR, [Write(stored_item("two", version=2))])
    await store(stored_person.pool, EHR, [Write(stored_item("one", version=2), deleted=True)])
    before = await counts(stored_person)
    for basis in (
        [stored_item("two")],
        [stored_item("one", version=2)],
        [stored_item("none")],
        [stored_item("two", version=3)],
    ):
        with pytest.raises(Moved):
            await store(
                stored_person.pool,
                EHR,
                [Write(stored_item("four"))],
                basis=basis,
                outcome=audit_entry(outcome="permit"),
            )

    assert await counts(stored_person) == before


async def test_a_held_row_waits_with_its_next_version(stored_person):
    """Of two that hold and change the same rows crosswise one wins, and neither mixes with the other."""
    await stored_person.put("anna", stored_item("one"), stored_item("two"))
    basis = [stored_item("two"), stored_item("one")]
    answers = await asyncio.gather(
        *(
            store(stored_person.pool, EHR, [Write(stored_item(id, version=2))], basis=basis)
            for id in ("one", "two") * 3
        ),
        return_exceptions=True,
    )

    assert [type(one) for one in answers if one is not None] == [Moved] * 5


async def test_a_later_version_of_nothing_is_a_conflict(stored_person):
    """What is not there cannot be replaced."""
    with pytest.raises(Conflict):
        await store(stored_person.pool, EHR, [Write(stored_item("visit", version=2))])
    assert (await counts(stored_person))["history"] == 0


async def test_an_id_belongs_to_one_person(stored_person):
    """Another person's resource of the same id cannot be made."""
    await stored_person.put("anna", stored_item("visit"))
    await person_facts.put_person(stored_person.pool, "olle", NewPerson(date(1960, 1, 1)))
    with pytest.raises(Conflict):
        await stored_person.put("olle", stored_item("visit"))
    assert await patient_of(stored_person, "Appointment", "visit") == "anna"


async def test_of_parallel_writes_one_wins(stored_person):
    """Eight write version two at once: one succeeds, seven conflict, history has no gap and no double."""
    await stored_person.put("anna", stored_item("visit"))

    async def attempt(number):
        try:
            await store(stored_person.pool, EHR, [Write(stored_item("visit", version=2, status=f"s{number}"))])
        except Conflict:
            return 0
        return 1

    assert sum(await asyncio.gather(*(attempt(number) for number in range(8)))) == 1
    assert (await counts(stored_person))["history"] == 2


async def test_of_parallel_creates_with_one_identifier_one_wins(stored_person):
    """Each makes a resource of its own for the same booking: one is stored, the others are told to look again."""

    async def attempt(number):
        try:
            await store(stored_person.pool, EHR, [Write(stored_item(f"visit{number}"), [KEY])])
        except Taken:
            return 0
        return 1

    assert sum(await asyncio.gather(*(attempt(number) for number in range(8)))) == 1
    assert (await counts(stored_person))["resource"] == 1


async def test_bundles_that_meet_in_other_order_do_not_block_each_other(stored_person):
    """Two writes of the same rows, listed the other way round: each ends, one wins."""
    items = [stored_item(f"visit{number}") for number in range(20)]
    keys = [("urn:booking", str(number), REGION) for number in range(20)]
    forwards = [Write(item, [key]) for item, key in zip(items, keys, strict=True)]
    backwards = [Write(item._replace(id=f"other{item.id}"), [key]) for item, key in zip(items, keys, strict=True)][::-1]
    results = await asyncio.gather(
        store(stored_person.pool, EHR, forwards), store(stored_person.pool, EHR, backwards), return_exceptions=True
    )
    assert sorted(type(result) for result in results if result) == [Taken]
    assert (await counts(stored_person))["resource"] == 20


async def test_the_same_person_comes_into_being_once(stored_person):
    """Two pushes about a person not yet known: the second is told to look again."""
    number = ("urn:number", "199002222397")

    async def push(patient):
        rls_context = RlsContext(patient, "system", REGION)
        write = Write(stored_item(patient, type="Patient", information_class="person"), [(*number, "")])
        try:
            await store(
                stored_person.pool, rls_context, [write], new_person=NewPerson(date(1990, 2, 22), number=number)
            )
        except Taken:
            return None
        return patient

    made = [patient for patient in await asyncio.gather(push("x"), push("y")) if patient]
    assert len(made) == 1
    assert await person_by_identifier(stored_person.pool, *number) == made[0]
    assert await person_by_identifier(stored_person.pool, "urn:number", "nobody") is None
    loser = ({"x", "y"} - set(made)).pop()
    assert (await read_record(stored_person.pool, citizen(loser))).facts is None


async def test_one_write_cannot_give_one_identifier_to_two(stored_person):
    """Said twice for the same resource it is one; for two it is taken."""
    await store(stored_person.pool, EHR, [Write(stored_item("one"), [KEY, KEY])])
    with pytest.raises(Taken):
        await store(stored_person.pool, EHR, [Write(stored_item("two"), [KEY])])
    other = ("urn:booking", "18", REGION)
    with pytest.raises(Taken):
        await store(
            stored_person.pool, EHR, [Write(stored_item("three"), [other]), Write(stored_item("four"), [other])]
        )
    assert (await counts(stored_person))["resource"] == 1


async def test_two_sources_may_use_the_same_identifier(stored_person):
    """It is the source's own."""
    await store(stored_person.pool, EHR, [Write(stored_item("one"), [KEY])])
    town = RlsContext("anna", "system", TOWN)
    await store(stored_person.pool, town, [Write(stored_item("two", giver=TOWN), [(*KEY[:2], TOWN)])])
    assert (await counts(stored_person))["identifier"] == 2


async def test_nothing_is_written_on_facts_that_have_moved(stored_person):
    """A block came in between: read and decide again; the trail holds no outcome either."""
    entry = audit_entry(outcome="permit", facts_version=3)
    before = await counts(stored_person)
    await stored_facts.add_block(stored_person.pool, "anna", REGION, now=NOW)
    with pytest.raises(FactsMoved):
        await store(stored_person.pool, EHR, [Write(stored_item("visit"), [KEY])], outcome=entry)
    assert await counts(stored_person) == before


async def test_a_large_write_is_still_all_or_nothing(stored_person):
    """More rows than one statement holds, and the last of them in conflict."""
    await stored_person.put("anna", stored_item("z"))
    before = await counts(stored_person)
    many = [Write(stored_item(f"i{number:04}")) for number in range(LARGEST + 20)]
    with pytest.raises(Conflict):
        await store(stored_person.pool, EHR, [*many, Write(stored_item("z"))], outcome=audit_entry(outcome="permit"))
    assert await counts(stored_person) == before
    await store(stored_person.pool, EHR, many, outcome=audit_entry(outcome="permit"))
    assert (await counts(stored_person))["resource"] == LARGEST + 21
    assert await count_events(stored_person.pool, TrailFilter(REGION)) == 1


async def test_an_empty_write_is_only_its_outcome(stored_person):
    """Or nothing at all."""
    await store(stored_person.pool, EHR, [])
    await store(stored_person.pool, EHR, [], outcome=audit_entry(outcome="permit"))
    assert await count_events(stored_person.pool, TrailFilter(REGION)) == 1


async def test_known_finds_what_an_identifier_stands_for(stored_person):
    """Of that source alone; deleted ones too; the version only of the asker's own giver's rows."""
    await store(
        stored_person.pool,
        EHR,
        [Write(stored_item("visit"), [KEY]), Write(stored_item("gone"), [("urn:b", "g", REGION)])],
    )
    await store(stored_person.pool, EHR, [Write(stored_item("gone", version=2), deleted=True)])
    keys = [("urn:booking", "17"), ("urn:b", "g"), ("urn:b", "never")]
    rows = await find_identifiers(stored_person.pool, EHR, REGION, keys)
    assert sorted(rows) == [
        KnownIdentifier("urn:b", "g", "anna", "Appointment", "gone", 2, AGO, True),
        KnownIdentifier("urn:booking", "17", "anna", "Appointment", "visit", 1, AGO, False),
    ]
    assert await find_identifiers(stored_person.pool, EHR, CLINIC, keys) == []
    other = await find_identifiers(stored_person.pool, RlsContext("anna", "system", TOWN), REGION, keys[:1])
    assert other == [KnownIdentifier("urn:booking", "17", "anna", "Appointment", "visit", None, None, False)]


async def test_a_person_writes_for_themself(stored_person):
    """What they write has no giver, and only they see it."""
    await store(
        stored_person.pool,
        citizen("anna"),
        [Write(stored_item("goal", type="Goal", information_class="goal", giver=None))],
    )
    assert [item.id for item in (await read_record(stored_person.pool, citizen("anna"))).items] == ["goal"]
    assert (await read_record(stored_person.pool, physician())).items == []


HOSTILE = ["'; DROP TABLE resource; --", "$1", "%s", "{0}", "\\", '"', "Åsa\u2028\U0001f9d3", "a|b", "null", " "]


@pytest.mark.parametrize("text", HOSTILE)
async def test_values_are_never_statements(stored_person, text):
    """Whatever a field holds comes back as it is, and nothing else happens."""
    item = stored_item(text, status=text, unit=text, keys=[text, f"{text}{text}"], refs=[text], body=text)
    await store(stored_person.pool, EHR, [Write(item, [(text, text, text)], [(text, NOW)])])
    seen = await read_record(
        stored_person.pool, physician()._replace(unit=text, employee=text), type="Appointment", id=text
    )
    assert seen.items == [item]
    assert [row[:5] for row in await find_identifiers(stored_person.pool, EHR, text, [(text, text)])] == [
        (text, text, "anna", "Appointment", text)
    ]


@pytest.mark.parametrize("field", ["id", "status", "unit", "source"])
async def test_no_field_can_pass_for_another(stored_person, field):
    """The separator of a row's fields is refused by the database."""
    with pytest.raises(asyncpg.CheckViolationError):
        await store(stored_person.pool, EHR, [Write(stored_item("visit")._replace(**{field: f"a\x1f{TOWN}"}))])
    assert (await counts(stored_person))["resource"] == 0
