"""Bodies that come slowly, addresses and headers that are too large."""

import asyncio
import threading

import pytest
from starlette.requests import Request

from app.api.bodies import bytes_of
from app.api.edge import MOST_ADDRESS_BYTES, MOST_HEADER_BYTES
from app.api.off_loop import LARGE, off_loop
from app.errors import BodyTooSlow


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
