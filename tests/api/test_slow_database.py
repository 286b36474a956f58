"""A database that is slow, silent, down, full or read-only: every address answers 503 soon, and recovers at once."""

import asyncio
import json
import re
from contextlib import asynccontextmanager
from time import monotonic

import asyncpg
import pytest

from app.api.routes import ROUTES
from app.storage.database import CONNECT_SECONDS
from tests.builders.calls import statement
from tests.builders.database_proxy import database_proxy
from tests.builders.resources import bundle
from tests.builders.world import World, running

ALLOWED = 2.0
"""Seconds in which a caller must have an answer."""

SECONDS = 0.6
"""The allowance of a request in most of these tests."""

POOL = 4


@pytest.fixture
async def hurried(housed, household, identity):
    """The demo's household in an app that waits for the database as long as SECONDS."""
    _, ids, days = household
    async with running(housed, identity, database_seconds=SECONDS, database_pool=POOL) as client:
        yield World(client, identity, dict(ids), housed, days)


@asynccontextmanager
async def locked(world, table):
    """Somebody else has locked a table, until the block ends."""
    connection = await asyncpg.connect(world.database.owner_url)
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def timed(request):
    """An answer, and the seconds that it took."""
    started = monotonic()
    return await request, monotonic() - started


def refused(answer):
    """Whether an answer is a 503 that says when to try again."""
    return (
        answer.status_code == 503
        and answer.headers["retry-after"] == "5"
        and answer.json()["issue"][0]["code"] == "transient"
    )


async def overview(world):
    """The answer to one's own overview."""
    return await world.get("gunnar", "/api/overview/me")


async def connections(world):
    """How many connections of the app the database has."""
    [[count]] = await statement(
        world, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'samplan_app'"
    )
    return count


@pytest.mark.parametrize("table", ["audit", "resource"])
async def test_with_a_locked_table_all_of_many_callers_are_told_soon(hurried, table):
    """Of 120 callers everyone gets 503 in time, health answers meanwhile, and the next answers come at once."""
    assert (await overview(hurried)).status_code == 200
    async with locked(hurried, table):
        asked = [asyncio.create_task(timed(overview(hurried))) for _ in range(120)]
        await asyncio.sleep(0.05)
        live, live_seconds = await timed(hurried.client.get("/health/live"))
        ready, ready_seconds = await timed(hurried.client.get("/health/ready"))
        answers = await asyncio.gather(*asked)

    assert all(refused(answer) for answer, _ in answers)
    assert max(seconds for _, seconds in answers) < ALLOWED
    assert (live.status_code, ready.status_code) == (200, 503 if table == "audit" else 200)
    assert max(live_seconds, ready_seconds) < 1
    recovered, seconds = await timed(overview(hurried))
    assert (recovered.status_code, seconds < SECONDS) == (200, True)
    assert (await hurried.client.get("/health/ready")).status_code == 200
    assert await connections(hurried) <= POOL + 1


GOAL = {
    "resourceType": "Goal",
    "lifecycleStatus": "active",
    "description": {"text": "x"},
    "subject": {"reference": "Patient/PERSON"},
}
NAMED = {"patient": "Patient/PERSON"}
RIGHT = (
    ("gunnar", "GET", "/api/overview/me", None),
    ("physician", "POST", "/api/overview", NAMED),
    ("physician", "GET", "/fhir/Patient/PERSON/$overview", None),
    ("physician", "GET", "/fhir/Goal?patient=PERSON", None),
    ("physician", "GET", "/fhir/Goal/x", None),
    ("physician", "POST", "/fhir/Goal", GOAL),
    ("physician", "PUT", "/fhir/Goal/x", {**GOAL, "id": "x"}),
    ("ehr-region", "POST", "/fhir", bundle({**GOAL, "identifier": [{"system": "urn:x", "value": "1"}]})),
    ("physician", "GET", "/api/contracts/x", None),
    ("physician", "GET", "/api/contracts/x/revisions", None),
    ("gunnar", "GET", "/api/blocks", None),
    ("gunnar", "POST", "/api/blocks", {**NAMED, "giver": "SE2321000000-1A01"}),
    ("gunnar", "DELETE", "/api/blocks/x", None),
    ("log-auditor", "GET", "/fhir/AuditEvent", None),
)
"""Requests that would be answered if the trail could be written, or about something that there is not."""


async def test_with_a_locked_trail_everything_about_a_person_is_503(hurried):
    """Whatever is asked, read or written; and no address at all gives anything away, or takes its time."""

    async def ask(caller, method, path, body=None):
        text = json.dumps(body).replace("PERSON", person) if body is not None else None
        headers = {"if-match": 'W/"1"'}
        return await hurried.send(method, caller, path.replace("PERSON", person), content=text, headers=headers)

    person = hurried.ids["gunnar"]
    for caller in {caller for caller, *_ in RIGHT}:
        hurried.identity.token(caller)
    others = [
        ("physician", row.method, re.sub(r"\{\w+\}", "x", row.path.replace("{resource_type}", "Goal")), {})
        for row in ROUTES
        if not row.is_public and not row.path.endswith("$validate")
    ]
    async with locked(hurried, "audit"):
        asked = [asyncio.create_task(timed(ask(*request))) for request in (*RIGHT, *others)]
        answers = await asyncio.gather(*asked)

    right = dict(zip([request[:3] for request in RIGHT], answers, strict=False))
    assert {request: answer.text for request, (answer, _) in right.items() if not refused(answer)} == {}
    assert all(answer.status_code >= 400 for answer, _ in answers)
    assert max(seconds for _, seconds in answers) < ALLOWED


async def test_callers_who_give_up_free_their_places(hurried):
    """Forty callers go away while a table is locked; the pool has all its connections afterwards."""
    assert (await overview(hurried)).status_code == 200
    async with locked(hurried, "resource"):
        asked = [asyncio.create_task(overview(hurried)) for _ in range(40)]
        await asyncio.sleep(0.2)
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    for _ in range(3):
        answers = await asyncio.gather(*(timed(overview(hurried)) for _ in range(POOL)))
        assert [answer.status_code for answer, _ in answers] == [200] * POOL
        assert max(seconds for _, seconds in answers) < SECONDS
    assert await connections(hurried) <= POOL + 1


async def test_a_silent_database_is_503_and_one_that_speaks_again_answers(postgres, housed, household, identity):
    """Nothing comes from it, not even an end: requests are cut off, also in the middle of a write and at connecting."""
    _, ids, days = household
    async with database_proxy(postgres) as proxy:
        database = housed._replace(app_url=proxy.app_url(housed.name))
        async with running(database, identity, database_seconds=SECONDS, database_pool=POOL) as client:
            world = World(client, identity, dict(ids), housed, days)
            assert (await overview(world)).status_code == 200
            proxy.speaking.clear()
            for _ in range(2):
                answers = await asyncio.gather(*(timed(overview(world)) for _ in range(20)))
                assert all(refused(answer) for answer, _ in answers)
                assert max(seconds for _, seconds in answers) < ALLOWED
            ready, seconds = await timed(client.get("/health/ready"))
            assert (ready.status_code, seconds < ALLOWED) == (503, True)
            proxy.speaking.set()
            answer, seconds = await timed(overview(world))
            assert (answer.status_code, seconds < SECONDS) == (200, True)
            proxy.stop()
            down = await asyncio.gather(*(timed(overview(world)) for _ in range(20)))
            assert all(refused(answer) and seconds < ALLOWED for answer, seconds in down)
            assert refused(await client.get("/health/ready"))
            await proxy.listen()
            assert (await overview(world)).status_code == 200
            assert (await client.get("/health/ready")).status_code == 200
            proxy.speaking.clear()
            started = monotonic()
    assert monotonic() - started < CONNECT_SECONDS, "the app ends though the database is silent"


@pytest.mark.parametrize(
    "broken, mended",
    [
        ("ALTER DATABASE {0} CONNECTION LIMIT 0", "ALTER DATABASE {0} CONNECTION LIMIT -1"),
        (
            "ALTER DATABASE {0} SET default_transaction_read_only = on",
            "ALTER DATABASE {0} RESET default_transaction_read_only",
        ),
        ("REVOKE INSERT ON audit FROM samplan_app", "GRANT INSERT ON audit TO samplan_app"),
    ],
    ids=["too many connections", "read-only", "no right to the trail"],
)
async def test_a_database_that_takes_no_trail_is_503_until_it_does(hurried, broken, mended):
    """All connections are ended as in a restart, and the new ones cannot write, or there are none."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'samplan_app' AND datname = '{0}'"
    name = hurried.database.name
    assert (await overview(hurried)).status_code == 200
    owner = await asyncpg.connect(hurried.database.owner_url)
    try:
        await owner.execute(broken.format(name))
        await owner.execute(end.format(name))
        answers = await asyncio.gather(*(timed(overview(hurried)) for _ in range(20)))
        ready = await hurried.client.get("/health/ready")
        await owner.execute("SET default_transaction_read_only = off")
        await owner.execute(mended.format(name))
        await owner.execute(end.format(name))
    finally:
        await owner.close()

    assert all(refused(answer) and seconds < ALLOWED for answer, seconds in answers)
    assert refused(ready)
    assert (await asyncio.gather(*(overview(hurried) for _ in range(8))))[-1].status_code in {200, 503}
    assert (await overview(hurried)).status_code == 200
    assert (await hurried.client.get("/health/ready")).status_code == 200
