"""A fact is begun and ended, about a person that there is; its outcome is in the trail if and only if it holds."""

import asyncio
from datetime import timedelta

import asyncpg
import orjson
import pytest

from app.errors import NotFound, Unprocessable
from app.storage import fact_rows, person_facts
from app.storage.audit_rows import TrailFilter, count_events
from app.storage.fact_rows import PersonFact
from app.storage.record_reading import read_facts
from app.storage.record_writing import FactsMoved
from tests.builders import stored_facts
from tests.builders.stored import AGO, CLINIC, NOW, REGION, audit_entry, citizen


@pytest.mark.parametrize(
    "add",
    [
        lambda pool: stored_facts.add_relation(pool, "nobody", stored_facts.Relation(REGION, AGO)),
        lambda pool: stored_facts.add_consent(pool, "nobody", stored_facts.Consent(REGION, AGO)),
        lambda pool: stored_facts.add_block(pool, "nobody", REGION, now=NOW, outcome=audit_entry(outcome="permit")),
        lambda pool: person_facts.add_representative(pool, "nobody", person_facts.Representative("anna", AGO)),
    ],
)
async def test_there_are_no_facts_about_nobody(stored_person, add):
    """Refused, and nothing is left behind."""
    with pytest.raises(NotFound):
        await add(stored_person.pool)
    assert await count_events(stored_person.pool, TrailFilter(REGION)) == 0
    assert not await stored_person.as_owner("SELECT FROM facts_version WHERE patient = 'nobody'")


async def test_a_block_and_its_outcome_come_together(stored_person):
    """Set and lifted, each once."""
    block = await stored_facts.add_block(
        stored_person.pool, "anna", REGION, now=NOW, outcome=audit_entry(outcome="permit")
    )
    assert await count_events(stored_person.pool, TrailFilter(REGION, "anna")) == 1
    assert await stored_facts.lift_block(
        stored_person.pool, "anna", block, now=NOW, outcome=audit_entry(outcome="permit")
    )
    assert not await stored_facts.lift_block(
        stored_person.pool, "anna", block, now=NOW, outcome=audit_entry(outcome="permit")
    )
    assert await count_events(stored_person.pool, TrailFilter(REGION, "anna")) == 2


async def test_nobody_lifts_anothers_block(stored_person):
    """A fact of another person is none of theirs."""
    block = await stored_facts.add_block(stored_person.pool, "anna", REGION, now=NOW)
    assert not await stored_facts.lift_block(stored_person.pool, "olle", block, now=NOW)
    assert await fact_rows.find_fact(stored_person.pool, "olle", block) is None


async def test_the_same_fact_twice_is_one(stored_person):
    """Also when eight come at once; with another unit it is another fact, and after its end a new one."""
    pool = stored_person.pool
    fact = PersonFact("relation", AGO, giver=CLINIC)
    registered = await asyncio.gather(*(fact_rows.register(pool, "anna", fact, now=NOW) for _ in range(8)))
    assert len({known.fact.id for known in registered}) == 1
    assert sum(known.is_new for known in registered) == 1
    assert (await fact_rows.register(pool, "anna", fact._replace(unit="u"), now=NOW)).is_new
    assert await fact_rows.end(pool, "anna", registered[0].fact, at=NOW, by="test")
    assert (await fact_rows.register(pool, "anna", fact, now=NOW)).is_new


async def test_an_exact_fact_gets_its_new_end(stored_person):
    """An import that knows when a fact began changes its end, and nothing the second time."""
    pool, later = stored_person.pool, NOW + timedelta(days=9)
    fact = PersonFact("relation", AGO, giver=CLINIC)
    first = await fact_rows.register(pool, "anna", fact, now=NOW, exact=True)
    changed = await fact_rows.register(pool, "anna", fact._replace(ends=later), now=NOW, exact=True)
    again = await fact_rows.register(pool, "anna", fact._replace(ends=later), now=NOW, exact=True)
    assert (changed.fact.id, changed.fact.ends, changed.is_new) == (first.fact.id, later, True)
    assert (again.fact.id, again.is_new) == (first.fact.id, False)


async def test_a_fact_that_has_not_begun_never_does(stored_person):
    """It ends when it would begin."""
    soon = NOW + timedelta(days=9)
    fact = (
        await fact_rows.register(stored_person.pool, "anna", PersonFact("relation", soon, giver=CLINIC), now=NOW)
    ).fact
    assert await fact_rows.end(stored_person.pool, "anna", fact, at=NOW, by="test")
    ended = await fact_rows.find_fact(stored_person.pool, "anna", fact.id)
    assert ended is not None
    assert (ended.ends, ended.ended_by) == (soon, "test")
    assert not await fact_rows.end(stored_person.pool, "anna", fact, at=NOW, by="test")


async def test_a_giver_has_so_many_facts_about_a_person_and_no_more(stored_person):
    """What has ended does not count, and another giver has room of its own; the document keeps what is in force."""
    pool = stored_person.pool
    facts = [PersonFact("relation", AGO, giver=CLINIC, unit=f"u{n}") for n in range(fact_rows.MOST_OF_GIVER)]
    first, *_ = [(await fact_rows.register(pool, "anna", fact, now=NOW)).fact for fact in facts]
    more = PersonFact("relation", AGO, giver=CLINIC, unit="more")
    with pytest.raises(Unprocessable):
        await fact_rows.register(pool, "anna", more, now=NOW)
    assert (await fact_rows.register(pool, "anna", more._replace(giver="SE-OTHER"), now=NOW)).is_new
    assert await fact_rows.end(pool, "anna", first, at=NOW, by="test")
    assert (await fact_rows.register(pool, "anna", more, now=NOW)).is_new
    document = await read_facts(pool, citizen("anna"))
    assert document is not None
    assert first.id not in {entry["id"] for entry in document["relations"]}


async def test_a_change_is_not_made_on_facts_that_have_moved(stored_person):
    """Neither the fact nor its outcome is there."""
    outcome = audit_entry(outcome="permit", facts_version=2)
    with pytest.raises(FactsMoved):
        await fact_rows.register(
            stored_person.pool, "anna", PersonFact("relation", AGO, giver=CLINIC), now=NOW, outcome=outcome
        )
    assert await count_events(stored_person.pool, TrailFilter(REGION, "anna")) == 0


async def test_facts_changed_by_hand_move_too(stored_person):
    """An operator at a database prompt cannot leave the document behind the facts."""
    connection = await asyncpg.connect(stored_person.owner_url)
    async with connection.transaction():
        await connection.execute("SELECT samplan_context('anna', '', '', '', '', '')")
        before = orjson.loads(await connection.fetchval("SELECT facts FROM person"))
        await connection.execute("DELETE FROM fact")
        after = orjson.loads(await connection.fetchval("SELECT facts FROM person"))
    await connection.close()
    assert (len(before["relations"]), len(after["relations"])) == (2, 0)
    assert after["version"] == before["version"] + 2
