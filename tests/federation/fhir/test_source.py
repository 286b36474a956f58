"""A FHIR source over real HTTP: what it holds is shown as the person's, what is doubtful is not, and each fault has its reason."""

import gzip
import json
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.federation.fhir.source import FhirSource, open_sources
from app.federation.gather import gather
from app.federation.reasons import REASONS
from app.federation.source import AnswerState, SourceAnswer
from app.fhir import ids
from app.fhir.check.check import check
from app.outbound import Outbound
from tests.builders.loopback import Loopback, Reply, Request, as_json, hang
from tests.builders.sources import (
    GIVER,
    GUNNAR,
    MARIA,
    UNIT,
    FhirSystem,
    activity,
    appointment,
    config,
    patient,
    plan,
    provenance,
    searchset,
)

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
OURS = "ourgunnar"


@pytest.fixture
def system() -> FhirSystem:
    """A system that knows Gunnar, with nothing planned."""
    return FhirSystem()


@pytest.fixture
async def server(system: FhirSystem) -> AsyncIterator[Loopback]:
    """The system, listening."""
    async with Loopback(system) as server:
        yield server


@pytest.fixture
async def source(server: Loopback, tmp_path: Path) -> AsyncIterator[FhirSource]:
    """The source that asks it, for at most 200 kB."""
    configured = config(server, tmp_path / "key.json")
    async with Outbound(configured.origins, limit=200_000) as outbound:
        yield FhirSource(configured, outbound, limit=200_000)


async def ask(source: FhirSource, *, within: float = 2.0) -> SourceAnswer:
    """Ask about Gunnar, as the overview does."""
    (answer,) = await gather([source], GUNNAR, OURS, within=within, now=NOW)
    return answer


def body(answer: SourceAnswer, kind: str) -> dict[str, Any]:
    """The one item of that type."""
    (item,) = [item for item in answer.items if item.type == kind]
    found: dict[str, Any] = json.loads(item.body)
    return found


# ---- the three states


async def test_a_person_whom_nobody_knows_there_is_confirmed_empty(source: FhirSource, system: FhirSystem):
    """The source answered: nothing, and that is all."""
    system.people = {"9": MARIA}
    answer = await ask(source)
    assert (answer.state, answer.reason, answer.items, answer.as_of) == (AnswerState.EMPTY, None, (), NOW)
    assert answer.complete


async def test_a_person_with_nothing_planned_is_confirmed_empty(source: FhirSource):
    """Known, and no plans."""
    answer = await ask(source)
    assert (answer.state, answer.reason, answer.complete) == (AnswerState.EMPTY, None, True)


async def test_plans_are_data(source: FhirSource, system: FhirSystem):
    """Each with its giver, its time and its place in the source."""
    system.resources = [plan(), appointment(), provenance("v1", "CarePlan/p1")]
    answer = await ask(source)
    assert (answer.source, answer.giver, answer.state, answer.reason) == ("region", GIVER, AnswerState.DATA, None)
    assert sorted(item.type for item in answer.items) == ["Appointment", "CarePlan", "Provenance"]
    assert answer.quarantined == []
    (time,) = [item for item in answer.items if item.type == "Appointment"]
    assert (time.giver, time.unit, time.category, time.kind, time.label) == (GIVER, None, "health", "time", "N")
    assert time.starts == datetime(2026, 3, 1, 8, tzinfo=UTC)
    (planned,) = [item for item in answer.items if item.type == "CarePlan"]
    assert (planned.giver, planned.unit, planned.version, planned.source) == (GIVER, UNIT, 3, "region")
    assert planned.source_updated == datetime(2026, 1, 2, 2, 4, 5, 678000, tzinfo=UTC)
    assert list(planned.keys) == ["urn:oid:1.2.3|p1"]


# ---- names


async def test_ids_follow_from_source_and_original_reference(source: FhirSource, server: Loopback, system: FhirSystem):
    """The same for every caller and every time; never the source's own id."""
    system.resources = [plan()]
    first, second = await ask(source), await ask(source)
    (item,) = first.items
    assert item.id == ids.derived_id("region", "CarePlan/p1") == second.items[0].id
    assert json.loads(item.body)["id"] == item.id
    assert first.originals == {item.reference: f"{server.url}/fhir/CarePlan/p1"}


async def test_references_follow_the_same_rule(source: FhirSource, server: Loopback, system: FhirSystem):
    """Relative, absolute and versioned ones; the person is ours; what points elsewhere stays."""
    system.resources = [
        activity(),
        plan(
            subject=f"{server.url}/fhir/Patient/1",
            author={"reference": "Practitioner/7", "display": "Dr Berg"},
            activity=[
                {"reference": {"reference": "ServiceRequest/s1"}},
                {"reference": {"reference": f"{server.url}/fhir/ServiceRequest/s1/_history/2"}},
            ],
            replaces=[{"reference": "https://other.example/fhir/CarePlan/9"}],
        ),
    ]
    answer = await ask(source)
    found = body(answer, "CarePlan")
    (item,) = [item for item in answer.items if item.type == "CarePlan"]
    other = f"ServiceRequest/{ids.derived_id('region', 'ServiceRequest/s1')}"
    assert found["subject"]["reference"] == f"Patient/{OURS}"
    assert found["author"] == {
        "reference": f"Practitioner/{ids.derived_id('region', 'Practitioner/7')}",
        "display": "Dr Berg",
    }
    assert [each["reference"]["reference"] for each in found["activity"]] == [other, other]
    assert found["replaces"] == [{"reference": "https://other.example/fhir/CarePlan/9"}]
    assert list(item.refs) == [other]
    assert other in {item.reference for item in answer.items}


async def test_what_goes_out_names_its_source_and_still_passes_the_check(
    source: FhirSource, server: Loopback, system: FhirSystem
):
    """meta.source is the source's base; the rest of meta is the source's own."""
    system.resources = [plan(), appointment(), activity(), provenance("v1", "CarePlan/p1", "Patient/1")]
    answer = await ask(source)
    for item in answer.items:
        assert json.loads(item.body)["meta"]["source"] == f"{server.url}/fhir"
        assert check(json.loads(item.body)) == []
    meta = body(answer, "CarePlan")["meta"]
    assert (meta["versionId"], meta["lastUpdated"]) == ("3", "2026-01-02T03:04:05.678+01:00")


async def test_foreign_narrative_does_not_travel(source: FhirSource, system: FhirSystem):
    """It may hold markup, and tell of what a caller may not see."""
    text = {"status": "additional", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Psykiatri</div>'}
    system.resources = [plan(text=text)]
    answer = await ask(source)
    assert "Psykiatri" not in answer.items[0].body


async def test_decimals_keep_their_zeros(source: FhirSource, server: Loopback, system: FhirSystem):
    """What is rewritten is still exact."""
    goal = (
        '{"resourceType":"Goal","id":"g1","lifecycleStatus":"active","description":{"text":"x"},'
        '"subject":{"reference":"Patient/1"},"target":[{"measure":{"text":"vikt"},'
        '"detailQuantity":{"value":70.50,"unit":"kg"}}]}'
    )
    page = f'{{"resourceType":"Bundle","type":"searchset","entry":[{{"resource":{goal}}}]}}'
    system.faults["Goal"] = lambda _: Reply(page.encode())
    answer = await ask(source)
    assert '"value":70.50' in answer.items[0].body.replace(" ", "")


# ---- whose it is


OTHERS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "a plan of another person": lambda: [plan(), plan("p2", subject="Patient/2", note=[{"text": "Patient/1"}])],
    "an activity for another": lambda: [
        activity(performer=[{"reference": "Patient/2"}]),
    ],
    "a person on another server": lambda: [plan(replaces=[{"reference": "https://x.example/Patient/1"}])],
    "a conditional reference": lambda: [plan(), activity(requester={"reference": "Patient?identifier=1"})],
    "the right reference with another's number": lambda: [
        plan() | {"subject": {"reference": "Patient/1", "identifier": number(MARIA)}}
    ],
    "only another's number": lambda: [
        plan(note=[{"text": "Patient/1"}]) | {"subject": {"identifier": number(MARIA), "display": '"Patient/1"'}}
    ],
    "another person contained": lambda: [plan(contained=[patient("c1", MARIA)])],
    "a person contained without a number": lambda: [plan(contained=[{"resourceType": "Patient", "id": "c1"}])],
    "a contained subject": lambda: [
        plan(subject="#c1", contained=[patient("c1", GUNNAR)], note=[{"text": '"Patient/1"'}])
    ],
    "a group": lambda: [plan(subject="Group/1", note=[{"text": '"Patient/1"'}])],
    "a time for nobody": lambda: [
        appointment(subject="Practitioner/1", comment='"Patient/1"'),
    ],
    "a time for two": lambda: [
        appointment() | {"participant": [
            {"actor": {"reference": "Patient/1"}, "status": "accepted"},
            {"actor": {"reference": "Patient/2"}, "status": "accepted"},
        ]}
    ],
    "an invalid plan of another person": lambda: [plan(), plan("p2", subject="Patient/2", status="hemma")],
}  # fmt: skip


def number(person: Any) -> dict[str, str]:
    """A person's number as an identifier."""
    return {"system": person.system, "value": person.value}


@pytest.mark.parametrize("case", OTHERS)
async def test_an_answer_that_may_be_anothers_is_not_shown_at_all(
    source: FhirSource, system: FhirSystem, case: str, caplog: pytest.LogCaptureFixture
):
    """Quarantined whole, and alarmed, without anyone's number in the log."""
    resources = [{name: value for name, value in each.items() if value is not None} for each in OTHERS[case]()]
    system.resources = [appointment("fine"), *[each for each in resources if each["resourceType"] != "Appointment"]]
    times = [each for each in resources if each["resourceType"] == "Appointment"]
    plans = [each for each in resources if each["resourceType"] == "CarePlan"]
    if times:
        system.faults["Appointment"] = lambda _: as_json(searchset(times))
    if plans:
        system.faults["CarePlan"] = lambda _: as_json(searchset(plans))
    with caplog.at_level(logging.WARNING):
        answer = await ask(source)
    assert (answer.state, answer.reason, list(answer.items)) == (AnswerState.UNKNOWN, "wrong-person", [])
    assert any(getattr(record, "alarm", False) for record in caplog.records)
    assert not any(
        GUNNAR.value in record.getMessage() or MARIA.value in record.getMessage() for record in caplog.records
    )


@pytest.mark.parametrize(
    "found",
    [
        [patient("2", MARIA)],
        [patient("1", GUNNAR), patient("2", MARIA)],
        [{"resourceType": "Patient", "id": "1"}],
        [{"resourceType": "Patient", "id": "1", "identifier": "x"}],
        [{"resourceType": "Patient", "id": "1", "identifier": [3, {"system": 1}, {"system": "a", "value": "b"}]}],
        [{"resourceType": "Patient", "id": "1", "contained": [patient("c", GUNNAR)]}],
        [{"resourceType": "Patient", "id": "1", "identifier": [{"system": GUNNAR.system, "value": "195009072554"}]}],
    ],
)
async def test_a_patient_that_does_not_carry_the_number_is_another(source: FhirSource, system: FhirSystem, found: list):
    """Whatever was asked, what came is what is verified; and nothing more is asked."""
    system.faults["Patient"] = lambda _: as_json(searchset(found))
    answer = await ask(source)
    assert (answer.state, answer.reason) == (AnswerState.UNKNOWN, "wrong-person")


async def test_more_patients_than_one_page_are_no_answer(source: FhirSource, system: FhirSystem):
    """One number, pages of persons: something is wrong over there."""
    more = {"link": [{"relation": "next", "url": "Patient?page=2"}]}
    system.faults["Patient"] = lambda _: as_json(searchset([patient("1", GUNNAR)], **more))
    answer = await ask(source)
    assert (answer.state, answer.reason) == (AnswerState.UNKNOWN, "invalid")


async def test_rivta_spellings_of_the_number_are_the_same_number(source: FhirSource, system: FhirSystem):
    """An OID for the system and ten digits with a sign."""
    spelled = {"system": "urn:oid:1.2.752.129.2.1.3.1", "value": "500907-2553"}
    system.faults["Patient"] = lambda _: as_json(
        searchset([{"resourceType": "Patient", "id": "1", "identifier": [spelled]}])
    )
    assert (await ask(source)).state == AnswerState.EMPTY


async def test_a_subject_known_by_number_alone_is_the_person(source: FhirSource, system: FhirSystem):
    """A logical reference with the asked number gets our reference."""
    one = plan() | {"subject": {"identifier": number(GUNNAR)}}
    system.faults["CarePlan"] = lambda _: as_json(searchset([one]))
    found = body(await ask(source), "CarePlan")
    assert found["subject"]["reference"] == f"Patient/{OURS}"


async def test_somebody_else_who_takes_part_is_not_whose_it_is(source: FhirSource, system: FhirSystem):
    """A relative in the team, known by a number of their own."""
    team = {
        "resourceType": "CareTeam",
        "id": "t1",
        "subject": {"reference": "Patient/1"},
        "participant": [{"member": {"type": "RelatedPerson", "identifier": number(MARIA)}}],
    }
    system.resources = [team]
    assert (await ask(source)).state == AnswerState.DATA


async def test_one_person_under_two_ids_is_one_person(source: FhirSource, system: FhirSystem):
    """A source that has not merged its copies is asked about both."""
    system.people = {"1": GUNNAR, "2": GUNNAR}
    system.resources = [plan("p1", subject="Patient/1"), plan("p2", subject="Patient/2")]
    answer = await ask(source)
    assert {json.loads(item.body)["subject"]["reference"] for item in answer.items} == {f"Patient/{OURS}"}
    assert len(answer.items) == 2


# ---- one bad item


BAD: dict[str, Any] = {
    "a wrong status": plan("bad", status="hemma"),
    "an unknown element": plan("bad", favourite="kaffe"),
    "no id": {name: value for name, value in plan().items() if name != "id"},
    "an id that is none": plan("å ä ö"),
    "no subject": {name: value for name, value in plan("bad").items() if name != "subject"},
    "a subject that is a text": plan("bad") | {"subject": "Patient/1"},
    "no type": {"id": "bad"},
    "a type that is no text": {"resourceType": 7, "id": "bad"},
    "no object": "bad",
    "nothing": None,
}


@pytest.mark.parametrize("case", BAD)
async def test_one_bad_item_does_not_cost_the_rest(source: FhirSource, system: FhirSystem, case: str):
    """It is left out, and the answer says that something is missing."""
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan(), BAD[case]]))
    system.resources = [appointment()]
    answer = await ask(source)
    assert sorted(item.type for item in answer.items) == ["Appointment", "CarePlan"]
    assert (answer.state, answer.reason, answer.complete) == (AnswerState.DATA, "invalid", False)
    (left_out,) = answer.quarantined
    assert left_out.reason == "invalid"


async def test_what_is_left_out_is_counted_by_its_faults(
    source: FhirSource, system: FhirSystem, caplog: pytest.LogCaptureFixture
):
    """An operator sees the element and the sentence that a sender gets, how many items had it, and no value."""
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan("p1", status="hemma"), plan("p2", status="borta")]))
    system.resources = [appointment()]
    with caplog.at_level(logging.WARNING):
        answer = await ask(source)
    (line,) = [record for record in caplog.records if record.getMessage() == "items were left out"]
    assert len(answer.quarantined) == 2
    assert (line.source, line.reason, line.count) == (source.name, "CarePlan.status", 2)
    assert line.error == answer.quarantined[0].faults[0].english
    assert "hemma" not in line.error


async def test_an_item_that_is_not_strict_json_does_not_cost_the_rest(source: FhirSource, system: FhirSystem):
    """A key that stands twice and a NUL character, each in its own item."""
    page = json.dumps(searchset([plan("p1"), plan("p2", title="X"), plan("p3", title="Y"), plan("p4", title="1.50")]))
    page = page.replace('"title": "X"', '"title": "X", "title": "X"').replace('"Y"', '"\\u0000"')
    system.faults["CarePlan"] = lambda _: Reply(page.encode())
    answer = await ask(source)
    assert sorted(original[-2:] for original in answer.originals.values()) == ["p1", "p4"]
    assert (answer.state, answer.reason, len(answer.quarantined)) == (AnswerState.DATA, "invalid", 2)


async def test_a_bundle_that_is_not_strict_json_is_none(source: FhirSource, system: FhirSystem):
    """What is outside of the items cannot be left out."""
    system.faults["Patient"] = lambda _: Reply(b'{"resourceType":"Bundle","type":"searchset","type":"searchset"}')
    assert (await ask(source)).reason == "not-json"


async def test_only_bad_items_are_not_an_empty_answer(source: FhirSource, system: FhirSystem):
    """An error is never an empty list."""
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan(status="hemma")]))
    answer = await ask(source)
    assert (answer.state, answer.reason) == (AnswerState.UNKNOWN, "invalid")


async def test_what_was_not_asked_for_is_not_shown(source: FhirSource, system: FhirSystem):
    """Practitioners and outcomes in the answer, and Provenance of something else."""
    extra = [
        {"resourceType": "Practitioner", "id": "7"},
        {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "not-supported"}]},
        patient("1", GUNNAR),
        provenance("v9", "DocumentReference/1"),
    ]
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan(), *extra]))
    answer = await ask(source)
    assert [item.type for item in answer.items] == ["CarePlan"]
    assert answer.reason is None


async def test_the_same_item_twice_is_one(source: FhirSource, system: FhirSystem):
    """A page that moved while it was read."""
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan(), plan()]))
    assert len((await ask(source)).items) == 1


# ---- pages


def paged(server: Loopback, *, at: str | None = None, **link: Any) -> Callable[[Request], Reply]:
    """Two pages of plans; `at` is where the second is said to be."""
    address = at if at is not None else f"{server.url}/fhir/CarePlan?page=2"

    def behave(request: Request) -> Reply:
        if request.method == "GET":
            return as_json(searchset([plan("p2")]))
        more = {"link": [{"relation": "self", "url": "x"}, {"relation": "next", "url": address, **link}]}
        return as_json(searchset([plan("p1")], **more))

    return behave


@pytest.mark.parametrize("at", [None, "CarePlan?page=2", "/fhir/CarePlan?page=2", "?page=2"])
async def test_next_pages_are_read(source: FhirSource, server: Loopback, system: FhirSystem, at: str | None):
    """Absolute or relative, inside the base."""
    behave = paged(server, at=at)
    system.faults |= {"CarePlan": behave, "/fhir/": behave, "": behave}
    answer = await ask(source)
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
    """The token and the person stay with the source; what had come is shown as a part."""
    system.faults["CarePlan"] = paged(server, at=at)
    answer = await ask(source)
    assert (len(answer.items), answer.state, answer.reason) == (1, AnswerState.DATA, reason)
    assert not any(request.method == "GET" for request in server.seen)


async def test_a_circle_of_pages_ends(source: FhirSource, server: Loopback, system: FhirSystem):
    """The same page again is no page."""
    more = {"link": [{"relation": "next", "url": "CarePlan?page=2"}]}
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan()], **more))
    answer = await ask(source)
    assert (answer.state, answer.reason) == (AnswerState.DATA, "invalid")
    assert len([request for request in server.seen if request.method == "GET"]) == 1


async def test_pages_without_end_are_too_large(source: FhirSource, system: FhirSystem):
    """Fifty pages of one type, and no more."""
    count = 0

    def behave(_: Request) -> Reply:
        nonlocal count
        count += 1
        return as_json(searchset([plan()], link=[{"relation": "next", "url": f"CarePlan?page={count}"}]))

    system.faults["CarePlan"] = behave
    assert (await ask(source)).reason == "too-large"
    assert count <= 51


# ---- faults


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
async def test_when_everything_fails_it_is_unknown_and_why(source: FhirSource, system: FhirSystem, case: str):
    """From the first question on."""
    system.faults["Patient"], reason = FAULTS[case]
    answer = await ask(source, within=0.5)
    assert (answer.state, answer.reason, list(answer.items), answer.as_of) == (AnswerState.UNKNOWN, reason, [], None)
    assert reason in REASONS


@pytest.mark.parametrize("case", FAULTS)
async def test_when_one_question_fails_the_rest_is_shown_as_a_part(source: FhirSource, system: FhirSystem, case: str):
    """Goals fail: the plan is there, and so is the reason."""
    system.faults["Goal"], reason = FAULTS[case]
    system.resources = [plan()]
    answer = await ask(source, within=1)
    assert [item.type for item in answer.items] == ["CarePlan"]
    assert (answer.state, answer.reason, answer.complete) == (AnswerState.DATA, reason, False)


async def test_when_one_question_fails_and_there_is_nothing_else_it_is_unknown(source: FhirSource, system: FhirSystem):
    """Empty would be a claim that nobody made."""
    system.faults["Goal"] = lambda _: Reply(b"", 500)
    answer = await ask(source)
    assert (answer.state, answer.reason) == (AnswerState.UNKNOWN, "error-status")


@pytest.mark.parametrize("case", ["hangs", "fails", "refuses", "is a page for people"])
async def test_a_token_endpoint_at_fault_is_unknown_too(source: FhirSource, system: FhirSystem, case: str):
    """No token, no question."""
    system.faults["token"], reason = FAULTS[case]
    answer = await ask(source, within=0.5)
    assert answer.state == AnswerState.UNKNOWN
    assert answer.reason in {reason, "unauthorised"}


async def test_all_pages_together_have_a_limit(source: FhirSource, system: FhirSystem):
    """Each under the limit, the sum over it."""
    padding = {"note": [{"text": "x" * 80_000}]}
    system.resources = [plan(**padding), activity(**padding), appointment(), plan("p2", **padding)]
    answer = await ask(source)
    assert answer.reason == "too-large"


async def test_a_large_page_is_read_too(source: FhirSource, system: FhirSystem):
    """Parsed beside the loop, and the same."""
    system.resources = [plan(f"p{number}", note=[{"text": "x" * 1000}]) for number in range(150)]
    answer = await ask(source)
    assert (len(answer.items), answer.reason) == (150, None)


async def test_no_address_ever_holds_the_number(source: FhirSource, server: Loopback, system: FhirSystem):
    """Every question is a form."""
    system.resources = [plan(), appointment()]
    await ask(source)
    assert len(server.seen) == 8
    assert not any("19500907" in request.target or "0907" in str(request.headers) for request in server.seen)


async def test_only_the_configured_types_are_asked(server: Loopback, tmp_path: Path):
    """A source that has only times is not asked for goals."""
    configured = config(server, tmp_path / "key.json", types=("Appointment",))
    async with Outbound(configured.origins) as outbound:
        await ask(FhirSource(configured, outbound))
    assert [request.path for request in server.seen] == [
        "/token",
        "/fhir/Patient/_search",
        "/fhir/Appointment/_search",
    ]


async def test_a_source_switched_off_is_not_opened(server: Loopback, tmp_path: Path):
    """`enabled = false` in the file."""
    on = config(server, tmp_path / "key.json")
    off = config(server, tmp_path / "key.json", name="off", enabled=False)
    async with Outbound(on.origins) as outbound:
        assert [source.name for source in open_sources([on, off], outbound)] == ["region"]
