"""A FHIR source reads the pages of an answer, within its limits and its own address."""

from collections.abc import Callable
from typing import Any

import pytest

from app.federation.fhir.source import FhirSource
from app.federation.source import AnswerState
from tests.builders.loopback import Loopback, Reply, Request, as_json
from tests.builders.sources import FhirSystem, ask_about_gunnar, plan, searchset


def paged(server: Loopback, *, at: str | None = None, **link: Any) -> Callable[[Request], Reply]:
    """Two pages of plans; `at` is the address of the second."""
    address = at if at is not None else f"{server.url}/fhir/CarePlan?page=2"

    def behave(request: Request) -> Reply:
        if request.method == "GET":
            return as_json(searchset([plan("p2")]))
        more = {"link": [{"relation": "self", "url": "x"}, {"relation": "next", "url": address, **link}]}
        return as_json(searchset([plan("p1")], **more))

    return behave


@pytest.mark.parametrize("at", [None, "CarePlan?page=2", "/fhir/CarePlan?page=2", "?page=2"])
async def test_next_pages_are_read(source: FhirSource, server: Loopback, system: FhirSystem, at: str | None):
    """With an absolute or a relative address below the base."""
    behave = paged(server, at=at)
    system.faults |= {"CarePlan": behave, "/fhir/": behave, "": behave}
    answer = await ask_about_gunnar(source)
    assert (len(answer.items), answer.reason) == (2, None)


@pytest.mark.parametrize(
    "at, reason",
    [
        ("http://127.0.0.1:1/fhir/CarePlan?page=2", "elsewhere"),
        ("https://evil.example/fhir/CarePlan", "elsewhere"),
        ("//evil.example/fhir/CarePlan", "elsewhere"),
        ("/admin", "elsewhere"),
        ("/fhirx/CarePlan", "elsewhere"),
        ("../admin", "elsewhere"),
        ("CarePlan/%2e%2e/%2e%2e/admin", "elsewhere"),
        ("CarePlan/..%5cadmin", "elsewhere"),
        ("http://[", "elsewhere"),
        ("CarePlan?identifier=19500907-2553", "invalid"),
        ("CarePlan?identifier=500907%2B2553", "invalid"),
    ],
)
async def test_a_next_page_outside_the_base_is_not_asked(
    source: FhirSource, server: Loopback, system: FhirSystem, at: str, reason: str
):
    """The token and the person are sent to the source only; the first page is shown as a part."""
    system.faults["CarePlan"] = paged(server, at=at)
    answer = await ask_about_gunnar(source)
    assert (len(answer.items), answer.state, answer.reason) == (1, AnswerState.DATA, reason)
    assert not any(request.method == "GET" for request in server.seen)


async def test_a_circle_of_pages_ends(source: FhirSource, server: Loopback, system: FhirSystem):
    """A page is read once."""
    more = {"link": [{"relation": "next", "url": "CarePlan?page=2"}]}
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan()], **more))
    answer = await ask_about_gunnar(source)
    assert (answer.state, answer.reason) == (AnswerState.DATA, "invalid")
    assert len([request for request in server.seen if request.method == "GET"]) == 1


async def test_pages_without_end_are_too_large(source: FhirSource, system: FhirSystem):
    """At most fifty pages of one type."""
    count = 0

    def behave(_: Request) -> Reply:
        nonlocal count
        count += 1
        return as_json(searchset([plan()], link=[{"relation": "next", "url": f"CarePlan?page={count}"}]))

    system.faults["CarePlan"] = behave
    assert (await ask_about_gunnar(source)).reason == "too-large"
    assert count <= 51
