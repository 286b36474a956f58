"""A FHIR source that fails gives a reason, and the rest of the answer is shown as partial."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.federation.fhir.source import FhirSource, open_sources
from app.federation.reasons import REASONS
from app.federation.source import AnswerState
from app.outbound import Outbound
from tests.builders.loopback import Loopback, Reply, Request, as_json, hang
from tests.builders.sources import FhirSystem, activity, appointment, ask_about_gunnar, config, plan, searchset


def _redirect(_: Request) -> Reply:
    return Reply(b"", 302, {"Location": "http://127.0.0.1:1/"})


FAULTS: dict[str, tuple[Callable[[Request], Any], str]] = {
    "hangs": (hang, "timeout"),
    "trickles": (lambda _: Reply(b"{" + b" " * 1000, drip=0.05), "timeout"),
    "fails": (lambda _: Reply(b"", 500), "error-status"),
    "redirects": (_redirect, "error-status"),
    "refuses": (lambda _: as_json({}, 403), "unauthorised"),
    "breaks off": (lambda _: Reply(b"{", headers={"Content-Length": "9"}, length=False, close=True), "refused"),
    "is huge": (lambda _: Reply(b" " * 300_000), "too-large"),
    "is compressed": (
        lambda _: Reply(gzip.compress(b" " * 9_000_000), headers={"Content-Encoding": "gzip"}),
        "not-json",
    ),
    "is a page for people": (lambda _: Reply(b"<html>Inloggning</html>"), "not-json"),
    "is cut": (lambda _: Reply(b'{"resourceType":"Bundle",'), "not-json"),
    "is deep": (lambda _: Reply(b'{"a":' * 20_000), "not-json"),
    "is not UTF-8": (lambda _: Reply(b'{"resourceType":"Bundle\xff"}'), "not-json"),
    "is a list": (lambda _: Reply(b"[]"), "not-json"),
    "is another resource": (lambda _: as_json(plan()), "invalid"),
    "is another bundle": (lambda _: as_json({"resourceType": "Bundle", "type": "history"}), "invalid"),
    "has no list": (lambda _: as_json({"resourceType": "Bundle", "type": "searchset", "entry": {}}), "invalid"),
    "has no links": (lambda _: as_json({"resourceType": "Bundle", "type": "searchset", "link": 1}), "invalid"),
    "has a next without address": (
        lambda _: as_json({"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "next"}]}),
        "invalid",
    ),
    "says itself that it failed": (
        lambda _: as_json(
            searchset([{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}])
        ),
        "invalid",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_a_source_that_fails_is_unknown_with_its_reason(source: FhirSource, system: FhirSystem, case: str):
    """From the first search on; only a source that hangs is waited for until the deadline."""
    system.faults["Patient"], reason = FAULTS[case]
    answer = await ask_about_gunnar(source, within=0.5 if reason == "timeout" else 20)
    assert (answer.state, answer.reason, list(answer.items), answer.as_of) == (AnswerState.UNKNOWN, reason, [], None)
    assert reason in REASONS


@pytest.mark.parametrize("case", FAULTS)
async def test_a_failing_search_leaves_the_rest(source: FhirSource, system: FhirSystem, case: str):
    """The search for goals fails: the plan is there, and so is the reason."""
    system.faults["Goal"], reason = FAULTS[case]
    system.resources = [plan()]
    answer = await ask_about_gunnar(source, within=1 if reason == "timeout" else 20)
    assert [item.type for item in answer.items] == ["CarePlan"]
    assert (answer.state, answer.reason, answer.complete) == (AnswerState.DATA, reason, False)


async def test_a_failing_search_without_other_items_is_unknown(source: FhirSource, system: FhirSystem):
    """An empty answer would be untrue."""
    system.faults["Goal"] = lambda _: Reply(b"", 500)
    answer = await ask_about_gunnar(source)
    assert (answer.state, answer.reason) == (AnswerState.UNKNOWN, "error-status")


@pytest.mark.parametrize("case", ["hangs", "fails", "refuses", "is a page for people"])
async def test_a_failing_token_endpoint_is_unknown(source: FhirSource, system: FhirSystem, case: str):
    """Without a token there is no search."""
    system.faults["token"], reason = FAULTS[case]
    answer = await ask_about_gunnar(source, within=0.5)
    assert answer.state == AnswerState.UNKNOWN
    assert answer.reason in {reason, "unauthorised"}


async def test_all_pages_together_have_a_limit(source: FhirSource, system: FhirSystem):
    """Each page is under the limit, the sum above it."""
    padding = {"note": [{"text": "x" * 80_000}]}
    system.resources = [plan(**padding), activity(**padding), appointment(), plan("p2", **padding)]
    answer = await ask_about_gunnar(source)
    assert answer.reason == "too-large"


async def test_a_large_page_is_read(source: FhirSource, system: FhirSystem):
    """It is parsed in a thread."""
    system.resources = [plan(f"p{number}", note=[{"text": "x" * 1000}]) for number in range(150)]
    answer = await ask_about_gunnar(source)
    assert (len(answer.items), answer.reason) == (150, None)


async def test_no_address_holds_the_number(source: FhirSource, server: Loopback, system: FhirSystem):
    """Every search is a form."""
    system.resources = [plan(), appointment()]
    await ask_about_gunnar(source)
    assert len(server.seen) == 8
    assert not any("19500907" in request.target or "0907" in str(request.headers) for request in server.seen)


async def test_only_the_configured_types_are_asked(server: Loopback, tmp_path: Path):
    """A source that has only times is not searched for goals."""
    configured = config(server, tmp_path / "key.json", types=("Appointment",))
    async with Outbound(configured.origins) as outbound:
        await ask_about_gunnar(FhirSource(configured, outbound))
    assert [request.path for request in server.seen] == [
        "/token",
        "/fhir/Patient/_search",
        "/fhir/Appointment/_search",
    ]


async def test_a_disabled_source_is_not_opened(server: Loopback, tmp_path: Path):
    """`enabled = false` in the file."""
    on = config(server, tmp_path / "key.json")
    off = config(server, tmp_path / "key.json", name="off", enabled=False)
    async with Outbound(on.origins) as outbound:
        assert [source.name for source in open_sources([on, off], outbound)] == ["region"]
