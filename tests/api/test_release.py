"""An answer is decided when it is released: a fact that ends by its time while a request is served closes it."""

import asyncio
from datetime import UTC, datetime, timedelta
from time import time

import pytest

from app.access.tokens import LEEWAY
from app.demo.data.givers import HEALTH_CENTRE, PHYSICIAN, REGION
from tests.builders.calls import statement
from tests.builders.loopback import Loopback
from tests.builders.resources import goal
from tests.builders.sources import GUNNAR, SIGNE, FhirSystem, sources_file
from tests.builders.sources import appointment as time_elsewhere
from tests.builders.tokens import staff
from tests.builders.world import World, running

SOON = 0.5
"""Seconds from the test's start to the end of the fact."""

SLOW = 0.8
"""Seconds that something takes, so that the fact ends meanwhile."""


@pytest.fixture
async def elsewhere(housed, household, identity, tmp_path):
    """The household in an app with one source, which answers when the fact has ended."""
    system = FhirSystem(people={"1": GUNNAR, "2": SIGNE}, resources=[time_elsewhere()])

    async def answer(request):
        if request.path != "/token" and request.path.endswith("Patient/_search"):
            await asyncio.sleep(SLOW)
        return system(request)

    _, ids, days = household
    async with (
        Loopback(answer) as server,
        running(housed, identity, sources=sources_file(tmp_path, slow=server), source_deadline=4.0) as client,
    ):
        yield World(client, identity, dict(ids), housed, days)


async def ends_soon(world, kind, person="gunnar", giver=REGION):
    """Let the person's facts of one kind end in a moment."""
    whose = f"AND giver = '{giver.hsa_id}'" if kind != "guardian" else ""
    soon = datetime.now(UTC) + timedelta(seconds=SOON)
    await statement(
        world,
        f"UPDATE fact SET ends = '{soon.isoformat()}' WHERE kind = '{kind}' AND patient = '{world.ids[person]}' {whose}",
        person,
    )


async def slow_reading(world):
    """Make every reading of a person take longer than the fact lasts, in a database of this test's own."""
    await statement(world, "ALTER FUNCTION samplan_context(text, text, text, text, text, text) RENAME TO quick_context")
    await statement(
        world,
        "CREATE FUNCTION samplan_context(text, text, text, text, text, text) RETURNS text LANGUAGE plpgsql AS $$ "
        f"BEGIN PERFORM pg_sleep({SLOW}); RETURN quick_context($1, $2, $3, $4, $5, $6); END $$",
    )


async def goals(world):
    """How many goals the person sees."""
    answer = await world.get("gunnar", f"/fhir/Goal?patient=Patient/{world.ids['gunnar']}&_total=accurate")
    return answer.json()["total"]


async def last_outcome(world):
    """The last row of the trail for the last request: outcome and rule."""
    rows = await statement(world, "SELECT outcome, rule FROM audit WHERE phase = 'outcome' ORDER BY seq DESC LIMIT 1")
    return tuple(rows[0])


async def test_a_relation_that_ends_while_a_source_is_asked_opens_nothing(elsewhere):
    """The physician's care relation ends before the source has answered: the overview is as for a stranger."""
    await ends_soon(elsewhere, "relation")
    answer = await elsewhere.post("physician", "/api/overview", {"patient": f"Patient/{elsewhere.ids['gunnar']}"})
    assert answer.status_code == 404
    assert (await last_outcome(elsewhere))[0] == "deny"


async def test_a_consent_that_ends_while_a_source_is_asked_closes_what_others_hold(elsewhere):
    """The region's own items stay, those of the municipality are gone, and the source was asked once."""
    before = await elsewhere.overview("physician", "gunnar")
    await ends_soon(elsewhere, "consent")
    after = await elsewhere.overview("physician", "gunnar")

    def givers(overview):
        return {origin["giver"] for entry in overview["times"] for origin in entry["origins"]}

    assert givers(before) > givers(after) == {REGION.hsa_id}


async def test_a_guardianship_that_ends_while_a_source_is_asked_opens_nothing(elsewhere):
    """A guardian no longer is one when the source has answered."""
    await ends_soon(elsewhere, "guardian", "signe")
    answer = await elsewhere.post("andreas", "/api/overview", {"patient": f"Patient/{elsewhere.ids['signe']}"})
    assert answer.status_code == 404


async def test_a_token_that_ends_while_a_source_is_asked_opens_nothing(elsewhere):
    """The answer that would leave after the token's last moment is 401, and a refusal in the trail."""
    last = int(time() + SOON) + 1
    claims = {**staff(HEALTH_CENTRE, PHYSICIAN.hsa_id), "iat": last - LEEWAY - 300, "exp": last - LEEWAY}
    await asyncio.sleep(max(0.0, last - time() - SOON))
    answer = await elsewhere.post(claims, "/api/overview", {"patient": f"Patient/{elsewhere.ids['gunnar']}"})
    assert answer.status_code == 401
    assert await last_outcome(elsewhere) == ("deny", "Unauthenticated")


async def test_what_ends_while_the_database_is_slow_opens_nothing(world):
    """A read, a search, a contract, its revisions and a write, each decided before the relation's end, released after."""
    patient = f"Patient/{world.ids['gunnar']}"
    contract = (await world.overview("physician", "gunnar"))["agreement"]["reference"].partition("/")[2]
    goals_before = await goals(world)
    await slow_reading(world)
    await ends_soon(world, "relation")
    read, search, revisions, written = await asyncio.gather(
        world.get("physician", f"/fhir/CarePlan/{contract}"),
        world.get("physician", f"/fhir/Appointment?patient={patient}&_total=accurate"),
        world.get("physician", f"/api/contracts/{contract}/revisions"),
        world.post("physician", "/fhir/Goal", goal(world)),
    )
    assert [answer.status_code for answer in (read, revisions, written)] == [404, 404, 404]
    assert (search.status_code, search.json()["total"]) == (200, 0)
    assert "entry" not in search.json()
    assert await goals(world) == goals_before
