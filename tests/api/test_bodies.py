"""Bodies that come slowly, addresses and headers that are too large."""

import asyncio
import json
import threading
import time

import pytest
from starlette.requests import Request

from app.api.bodies import bytes_of
from app.api.edge import MOST_ADDRESS_BYTES, MOST_HEADER_BYTES
from app.errors import BodyTooSlow, Unavailable
from app.off_loop import LARGE, THREADS, off_loop
from tests.builders.resources import bundle

BEAT = 0.25
"""Seconds of work that the loop may do at a time, on a machine that is several times slower than a server."""


def request_of(*messages):
    """A request whose body comes in these messages; when they are spent, nothing more comes."""
    left = list(messages)

    async def receive():
        if left:
            return left.pop(0)
        return await asyncio.Event().wait()

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def part(body, *, more=True):
    """One ASGI message of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_that_does_not_end_in_time_is_refused():
    """However much of it has come."""
    with pytest.raises(BodyTooSlow):
        await bytes_of(request_of(part(b"{")), 100, within=0.05)


async def test_a_body_in_parts_is_read_whole():
    """In time, to its end."""
    assert await bytes_of(request_of(part(b"{"), part(b"}", more=False)), 100, within=5) == b"{}"


@pytest.mark.parametrize("size, is_here", [(LARGE - 1, True), (LARGE, False)])
async def test_work_on_a_large_body_leaves_the_event_loop(size, is_here):
    """It runs in another thread; what it raises comes back."""
    thread = await off_loop(size, threading.get_ident)

    assert (thread == threading.get_ident()) is is_here
    with pytest.raises(ZeroDivisionError):
        await off_loop(size, lambda: 1 / 0)


@pytest.mark.parametrize("path", ["/fhir/CarePlan", "/fhir/CarePlan/$validate", "/fhir", "/api/contracts"])
async def test_a_large_body_of_wrong_items_is_answered(world, path):
    """With at most fifty faults, by every address that takes one."""
    body = {"resourceType": "CarePlan", "note": [1] * LARGE}
    caller = "ehr-region" if path == "/fhir" else "physician"
    answer = await world.post(caller, path, body)

    assert answer.status_code in {200, 400, 422}
    assert len(answer.json()["issue"]) <= 50


async def test_a_long_address_is_refused(world):
    """It is 414 with an OperationOutcome; one as long as is allowed is not."""
    path = "/fhir/Appointment?patient="  # The question mark is in neither of its two parts.
    refused = await world.get("gunnar", path + "x" * (MOST_ADDRESS_BYTES + 2 - len(path)))
    longest = await world.get("gunnar", path + "x" * (MOST_ADDRESS_BYTES + 1 - len(path)))

    assert refused.status_code == 414
    assert refused.json()["issue"][0]["code"] == "too-long"
    assert longest.status_code != 414


async def test_large_headers_are_refused(world):
    """It is 431 with an OperationOutcome, with a token or without."""
    headers = {"x-note": "x" * MOST_HEADER_BYTES}

    assert (await world.get("gunnar", "/api/overview/me", headers=headers)).status_code == 431
    assert (await world.client.get("/fhir/metadata", headers=headers)).json()["issue"][0]["code"] == "too-long"


def pushed_goals(count, notes):
    """A push of so many goals, with so many notes each."""
    goals = [
        {
            "resourceType": "Goal",
            "identifier": [{"system": "urn:large", "value": str(number)}],
            "lifecycleStatus": "active",
            "description": {"text": "x"},
            "subject": {"reference": "Patient/PERSON"},
            "note": [{"text": "x"}] * notes,
        }
        for number in range(count)
    ]
    return bundle(*goals)


def plan(**elements):
    """A CarePlan of the person with these elements."""
    person = {"reference": "Patient/PERSON"}
    return {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": person, **elements}


LARGE_BODIES = {
    "a push of many resources": ("ehr-region", "/fhir", pushed_goals(600, 30), 200),
    "too many identifiers": (
        "ehr-region",
        "/fhir",
        bundle(plan(identifier=[{"system": "urn:large", "value": str(number)} for number in range(10_000)])),
        422,
    ),
    "many hidden references": (
        "physician",
        "/fhir/CarePlan",
        plan(supportingInfo=[{"reference": f"Goal/{number}"} for number in range(30_000)]),
        201,
    ),
    "more keys than an element has": ("physician", "/fhir/CarePlan", plan(**{f"k{n}": 1 for n in range(100_000)}), 400),
    "more elements than allowed": ("physician", "/fhir/CarePlan", plan(note=[1] * 200_000), 413),
}


async def longest_beat(work):
    """The result of a request, and the most seconds that the loop itself worked without a pause meanwhile."""
    longest, last = 0.0, time.thread_time()
    running = asyncio.create_task(work)
    while not running.done():
        await asyncio.sleep(0.001)
        now = time.thread_time()
        longest, last = max(longest, now - last), now
    return await running, longest


@pytest.mark.parametrize("name", LARGE_BODIES)
async def test_a_large_body_does_not_stop_the_loop(world, name):
    """What is parsed, checked, planned and cut for it is done in a thread: the loop keeps answering others."""
    caller, path, body, status = LARGE_BODIES[name]
    text = json.dumps(body).replace("PERSON", world.ids["gunnar"]).encode()
    world.identity.token(caller)

    answer, seconds = await longest_beat(world.send("POST", caller, path, content=text))

    assert answer.status_code == status, answer.text[:500]
    assert seconds < BEAT


@pytest.mark.parametrize("parameters", ["_id=" + "a," * 40_000, "status=" + "a," * 40_000, "&" * 70_000])
async def test_the_parameters_of_a_search_are_limited(world, parameters):
    """More than 65536 bytes of them are 413."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await world.send("POST", "physician", "/fhir/Goal/_search", content=parameters, headers=headers)

    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (413, "too-long")


async def test_large_bodies_wait_for_each_other_only_so_long():
    """When the threads are taken by others, it is 503."""
    release = threading.Event()
    others = [asyncio.create_task(off_loop(LARGE, release.wait)) for _ in range(THREADS)]
    await asyncio.sleep(0)
    try:
        with pytest.raises(Unavailable):
            await off_loop(LARGE, threading.get_ident, within=0.05)
    finally:
        release.set()
    assert await asyncio.gather(*others) == [True] * THREADS
