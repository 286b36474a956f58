"""The two-worlds oracle: worlds that differ in hidden data alone, sources' answers included, give the same answers.

Both are copies of one database, to the last byte. In the second much is written that the callers may not see: resources
of each type, links to them from a plan that they see, a contract, and items of a source, valid and not. Random requests
of all kinds get the same status, headers and body in both; `make proof` sends ten thousand.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from random import Random
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from app.demo.data.givers import PSYCHIATRY
from tests.builders.calls import create, push, put
from tests.builders.database import Database, execute
from tests.builders.loopback import Loopback
from tests.builders.random_requests import Aims, Sent, random_request, send
from tests.builders.resources import ABSENT, NEW, goal, labelled, new_patient, visit
from tests.builders.sources import FhirSystem, appointment, plan, sources_file
from tests.builders.tokens import psychiatrist, system
from tests.builders.world import Caller, World, running

WHOLE = 10_000
"""Pairs of requests of the whole proof, over all cases."""

SHARE = 25
"""Without --whole-proofs one pair of so many is sent."""

OWN = re.compile(r'"asOf": ?"[^"]*"|http://127\.0\.0\.1:[0-9]+')
"""What is a world's own in an answer: when its source was asked, and at which address."""


class Case(NamedTuple):
    """The label that hides, and the callers from whom it hides."""

    label: str
    callers: tuple[Caller, ...]


CASES = {
    "not for the patient": Case(
        "NOPATIENT",
        ("gunnar", "maria", "andreas", "physician", "physician-without-consent", "municipal-nurse", "home-care",
         "administrator", "ehr-private"),
    ),
    "restricted": Case(
        "R", ("maria", "tom", "physician-without-consent", "municipal-nurse", "home-care", "administrator", "ehr-private"),
    ),
}  # fmt: skip


def care_plan(world: World, *goals: str) -> dict[str, Any]:
    """A plan that refers to these goals."""
    return {
        "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Plan",
        "subject": {"reference": f"Patient/{world.ids['gunnar']}"},
        **({"goal": [{"reference": goal} for goal in goals]} if goals else {}),
    }  # fmt: skip


async def hide(world: World, label: str, stored: dict[str, Any]) -> list[str]:
    """Write what the callers may not see and link it from the plan that they see; the references of all.

    By a unit that none of the callers is of: who withholds an item may know of it.
    """
    patient = {"reference": f"Patient/{world.ids['gunnar']}"}
    activity = {"resourceType": "ServiceRequest", "status": "active", "intent": "plan", "subject": patient}
    hidden = [
        await create(world, labelled(resource, label), psychiatrist())
        for resource in (goal(world), goal(world), care_plan(world), {**activity, "code": {"text": "Prov"}})
    ]
    references = [f"{resource['resourceType']}/{resource['id']}" for resource in hidden]
    for version, goals in enumerate((references[:1], references[:2]), 1):
        linked = {**stored, **care_plan(world, *goals)}
        assert (await put(world, system(PSYCHIATRY), linked, version)).status_code == 200
    pushed = await push(world, system(PSYCHIATRY), labelled(visit(world, "H-1"), label))
    assert pushed.status_code == 200, pushed.text
    return [*references, pushed.json()["entry"][0]["response"]["location"].partition("/_history")[0]]


def held(label: str) -> list[dict[str, Any]]:
    """What a source holds that the callers may not see, valid and not."""
    hidden = [plan("h1"), appointment("h2"), plan("h3", status="hemma"), appointment("h4", start="i morgon")]
    return [labelled(resource, label) for resource in hidden]


@pytest.fixture
def databases(postgres: Any, household: Any) -> Iterator[list[Database]]:
    """Copies of the household: one to begin with, from which the test makes the other two."""
    names = [f"test_{uuid4().hex}" for _ in range(3)]
    execute(postgres.owner_url(), f"CREATE DATABASE {names[0]} TEMPLATE {household[0]} STRATEGY FILE_COPY")
    yield [Database(name, postgres.owner_url(name), postgres.app_url(name)) for name in names]
    for name in names:
        execute(postgres.owner_url(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
async def begun(postgres: Any, databases: list[Database], household: Any, identity: Any) -> Any:
    """A plan that everybody who cares for Gunnar sees, in all copies."""
    _, ids, days = household
    first, *copies = databases
    async with running(first, identity) as client:
        world = World(client, identity, dict(ids), first, days)
        stored = await create(world, care_plan(world))
    for copy in copies:
        statement = f"CREATE DATABASE {copy.name} TEMPLATE {first.name} STRATEGY FILE_COPY"
        await asyncio.to_thread(execute, postgres.owner_url(), statement)
    return stored


@pytest.fixture
async def worlds(
    begun: Any, databases: list[Database], household: Any, identity: Any, tmp_path: Any
) -> AsyncIterator[tuple[list[World], list[FhirSystem]]]:
    """Two worlds that begin alike, each with a source of its own."""
    _, ids, days = household
    systems = [FhirSystem(resources=[appointment("seen")]) for _ in range(2)]
    async with AsyncExitStack() as stack:
        found = []
        for at, (database, source) in enumerate(zip(databases[1:], systems, strict=True)):
            (tmp_path / str(at)).mkdir()
            server = await stack.enter_async_context(Loopback(source))
            sources = sources_file(tmp_path / str(at), elsewhere=server)
            client = await stack.enter_async_context(running(database, identity, sources=sources))
            found.append(World(client, identity, dict(ids), database, days))
        yield found, systems


async def _answer(world: World, sent: Sent) -> tuple[int, dict[str, str], str]:
    answer = await send(world, sent)
    headers = {name: value for name, value in answer.headers.items() if name not in {"content-length", "x-request-id"}}
    return answer.status_code, headers, OWN.sub("", answer.text)


@pytest.mark.proof
@pytest.mark.parametrize("name", CASES)
async def test_worlds_that_differ_in_what_is_hidden_answer_alike(worlds, begun, proof_share, name):
    """Not by status, header or body, whatever is asked for, in whatever order."""
    (plain, other), systems = worlds
    case = CASES[name]
    hidden = await hide(other, case.label, begun)
    systems[1].resources += held(case.label)
    if case.label == "NOPATIENT":
        assert (await push(other, "ehr-region", new_patient(NEW))).status_code == 200
    visible = [entry["fullUrl"].partition("/fhir/")[2] for entry in (
        await plain.get("gunnar", f"/fhir/Patient/{plain.ids['gunnar']}/$overview")
    ).json()["entry"]]  # fmt: skip
    references = [*visible, *hidden * 3, f"CarePlan/{begun['id']}"]
    patients = [plain.ids["gunnar"], plain.ids["gunnar"], plain.ids["maria"], ABSENT]
    aims = Aims(case.callers, patients, ["195009072553", NEW], references)
    random = Random(name)
    count = WHOLE if proof_share == 1 else WHOLE // SHARE
    for number in range(count // len(CASES)):
        sent = random_request(random, aims)
        first, second = [await _answer(world, sent) for world in (plain, other)]
        assert first == second, (number, sent)
        assert first[0] < 500, (number, sent)
