"""A FHIR source leaves out a resource with a fault, counts it, and shows the others."""

import json
import logging
from typing import Any

import pytest

from app.federation.fhir.source import FhirSource
from app.federation.source import AnswerState
from tests.builders.loopback import Reply, as_json
from tests.builders.sources import (
    GUNNAR,
    FhirSystem,
    appointment,
    ask_about_gunnar,
    patient,
    plan,
    provenance,
    searchset,
)

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
async def test_an_invalid_item_is_quarantined_alone(source: FhirSource, system: FhirSystem, case: str):
    """The answer has the reason that a part is missing."""
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan(), BAD[case]]))
    system.resources = [appointment()]
    answer = await ask_about_gunnar(source)
    assert sorted(item.type for item in answer.items) == ["Appointment", "CarePlan"]
    assert (answer.state, answer.reason, answer.complete) == (AnswerState.DATA, "invalid", False)
    (left_out,) = answer.quarantined
    assert left_out.reason == "invalid"


async def test_quarantined_items_are_logged_by_their_faults(
    source: FhirSource, system: FhirSystem, caplog: pytest.LogCaptureFixture
):
    """The log has the element, the sentence that a sender gets and the number of items, and no value."""
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan("p1", status="hemma"), plan("p2", status="borta")]))
    system.resources = [appointment()]
    with caplog.at_level(logging.WARNING):
        answer = await ask_about_gunnar(source)
    (line,) = [record for record in caplog.records if record.getMessage() == "items were left out"]
    assert len(answer.quarantined) == 2
    assert (line.source, line.reason, line.count) == (source.name, "CarePlan.status", 2)
    assert line.error == answer.quarantined[0].faults[0].english
    assert "hemma" not in line.error


async def test_an_item_that_is_not_strict_json_is_quarantined_alone(source: FhirSource, system: FhirSystem):
    """A duplicate key and a NUL character, each in its own item."""
    page = json.dumps(searchset([plan("p1"), plan("p2", title="X"), plan("p3", title="Y"), plan("p4", title="1.50")]))
    page = page.replace('"title": "X"', '"title": "X", "title": "X"').replace('"Y"', '"\\u0000"')
    system.faults["CarePlan"] = lambda _: Reply(page.encode())
    answer = await ask_about_gunnar(source)
    assert sorted(original[-2:] for original in answer.originals.values()) == ["p1", "p4"]
    assert (answer.state, answer.reason, len(answer.quarantined)) == (AnswerState.DATA, "invalid", 2)


async def test_a_bundle_that_is_not_strict_json_is_refused(source: FhirSource, system: FhirSystem):
    """A fault outside the items cannot be left out."""
    system.faults["Patient"] = lambda _: Reply(b'{"resourceType":"Bundle","type":"searchset","type":"searchset"}')
    assert (await ask_about_gunnar(source)).reason == "not-json"


async def test_an_answer_of_invalid_items_is_not_empty(source: FhirSource, system: FhirSystem):
    """An error is never an empty list."""
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan(status="hemma")]))
    answer = await ask_about_gunnar(source)
    assert (answer.state, answer.reason) == (AnswerState.UNKNOWN, "invalid")


async def test_other_types_are_left_out(source: FhirSource, system: FhirSystem):
    """Practitioners and outcomes in the answer, and Provenance of something else."""
    extra = [
        {"resourceType": "Practitioner", "id": "7"},
        {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "not-supported"}]},
        patient("1", GUNNAR),
        provenance("v9", "DocumentReference/1"),
    ]
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan(), *extra]))
    answer = await ask_about_gunnar(source)
    assert [item.type for item in answer.items] == ["CarePlan"]
    assert answer.reason is None


async def test_the_same_item_on_two_pages_is_one(source: FhirSource, system: FhirSystem):
    """If a page moved while it was read."""
    system.faults["CarePlan"] = lambda _: as_json(searchset([plan(), plan()]))
    assert len((await ask_about_gunnar(source)).items) == 1
