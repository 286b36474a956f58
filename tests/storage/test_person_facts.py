"""A fact is begun and ended, about a person that there is; its outcome is in the trail if and only if it holds."""

import asyncpg
import orjson
import pytest

from app.errors import NotFound
from app.storage import person_facts
from app.storage.audit_rows import TrailFilter, count_events
from tests.builders.stored import AGO, NOW, REGION, audit_entry


@pytest.mark.parametrize(
    "add",
    [
        lambda pool: person_facts.add_relation(pool, "nobody", person_facts.Relation(REGION, AGO)),
        lambda pool: person_facts.add_consent(pool, "nobody", person_facts.Consent(REGION, AGO)),
        lambda pool: person_facts.add_block(pool, "nobody", REGION, now=NOW, outcome=audit_entry(outcome="permit")),
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
    block = await person_facts.add_block(
        stored_person.pool, "anna", REGION, now=NOW, outcome=audit_entry(outcome="permit")
    )
    assert await count_events(stored_person.pool, TrailFilter(REGION, "anna")) == 1
    assert await person_facts.lift_block(
        stored_person.pool, "anna", block, now=NOW, outcome=audit_entry(outcome="permit")
    )
    assert not await person_facts.lift_block(
        stored_person.pool, "anna", block, now=NOW, outcome=audit_entry(outcome="permit")
    )
    assert await count_events(stored_person.pool, TrailFilter(REGION, "anna")) == 2


async def test_nobody_lifts_anothers_block(stored_person):
    """A block of another person's, or another kind of fact, is no block of theirs."""
    block = await person_facts.add_block(stored_person.pool, "anna", REGION, now=NOW)
    consent = await person_facts.add_consent(stored_person.pool, "anna", person_facts.Consent(REGION, AGO))
    assert not await person_facts.lift_block(stored_person.pool, "olle", block, now=NOW)
    assert not await person_facts.lift_block(stored_person.pool, "anna", consent, now=NOW)
    assert not await person_facts.cancel_consent(stored_person.pool, "anna", block, at=NOW)


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
