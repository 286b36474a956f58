"""A trail that cannot be written: no data leaves, nothing is written, 503 within two seconds, and health answers."""

import asyncio
from time import monotonic

import pytest

from app.demo.data.contracts import contract
from tests.builders.calls import push, statement
from tests.builders.resources import goal, visit
from tests.builders.world import running

FAILS = "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} END $$"
TRIGGER = "CREATE TRIGGER fails BEFORE INSERT ON audit FOR EACH ROW WHEN (NEW.phase = '{}') EXECUTE FUNCTION fails()"
WAYS = {
    "full": "RAISE disk_full;",
    "out of memory": "RAISE out_of_memory;",
    "slow": "PERFORM pg_sleep(5); RETURN NEW;",
}
NO_PARTITION = "DO $$ DECLARE part regclass; BEGIN FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit'::regclass LOOP EXECUTE 'DROP TABLE ' || part; END LOOP; END $$"
READ_ONLY = "ALTER DATABASE {0} SET default_transaction_read_only = on; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{0}' AND usename = 'samplan_app'"


async def make_fail(world, way, phase):
    """Let every row of this phase fail in this way."""
    if way == "a constraint":
        await statement(world, f"ALTER TABLE audit ADD CONSTRAINT fails CHECK (phase <> '{phase}') NOT VALID")
        return
    await statement(world, FAILS.format(WAYS[way]))
    await statement(world, TRIGGER.format(phase))


def requests(world):
    """One of each kind: read, search, overview, write, push, contract, and the log itself."""
    patient = world.ids["gunnar"]
    return [
        world.get("gunnar", "/api/overview/me"),
        world.get("physician", f"/fhir/Patient/{patient}"),
        world.get("gunnar", f"/fhir/Appointment?patient={patient}"),
        world.get("gunnar", "/api/access-log/me"),
        world.get("log-auditor", "/fhir/AuditEvent"),
        world.post("physician", "/fhir/Goal", goal(world)),
        world.post("physician", "/api/contracts", contract(world.days.today, f"Patient/{patient}")),
        push(world, "ehr-region", visit(world)),
    ]


async def counts(world):
    """How many rows there are of what a request could have written."""
    tables = ("history", "location", "facts_version")
    return [
        (await statement(world, f"SELECT count(*) FROM {table}", "gunnar"))[0][0]
        for table in tables
        if (await statement(world, f"SELECT to_regclass('{table}')"))[0][0]
    ]


async def unavailable(world):
    """Every request gets 503 within two seconds, alone and beside the others; nothing is written, health answers."""
    before = await counts(world)
    started = monotonic()
    answers = await asyncio.gather(*requests(world))
    seconds = monotonic() - started
    live = await world.client.get("/health/live")

    assert [answer.status_code for answer in answers] == [503] * len(answers)
    assert all(answer.json()["resourceType"] == "OperationOutcome" for answer in answers)
    assert live.status_code == 200
    assert await counts(world) == before
    return seconds


@pytest.mark.parametrize("phase", ["intent", "outcome"])
@pytest.mark.parametrize("way", [*WAYS, "a constraint"])
async def test_a_trail_that_fails_stops_every_answer(world, way, phase):
    """Whatever the database says; also if the intent could be written and the outcome cannot."""
    async with running(world.database, world.identity, database_seconds=1.0) as client:
        hurried = world._replace(client=client)
        await make_fail(hurried, way, phase)
        # A slow trail delays at most as long as a request may wait for the database; the rest is this busy machine's.
        assert await unavailable(hurried) < 4


async def test_a_month_without_a_partition_stops_every_answer(world):
    """Without a partition for now, and without the default one, there is nowhere to write."""
    await statement(world, NO_PARTITION)
    await unavailable(world)


async def test_a_read_only_database_stops_every_answer(world):
    """As after a failover to a replica."""
    for text in READ_ONLY.format(world.database.name).split("; "):
        await statement(world, text)
    await unavailable(world)
