"""A FHIR source shows nothing that may be about another person."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from app.federation.fhir.source import FhirSource
from app.federation.source import AnswerState
from tests.builders.loopback import as_json
from tests.builders.sources import (
    GUNNAR,
    MARIA,
    OURS,
    FhirSystem,
    activity,
    appointment,
    ask_about_gunnar,
    body_of,
    patient,
    plan,
    searchset,
)

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
    "a contained person with another's number too": lambda: [plan(contained=[two_numbers("c1")])],
    "an invalid plan of another person": lambda: [plan(), plan("p2", subject="Patient/2", status="hemma")],
}  # fmt: skip


def two_numbers(id: str, **more: str) -> dict[str, Any]:
    """A Patient with Gunnar's number and with Maria's."""
    return {**patient(id, GUNNAR), "identifier": [number(GUNNAR), {**number(MARIA), **more}]}


def number(person: Any) -> dict[str, str]:
    """A person's number as an identifier."""
    return {"system": person.system, "value": person.value}


@pytest.mark.parametrize("case", OTHERS)
async def test_an_answer_that_may_be_another_persons_is_refused(
    source: FhirSource, system: FhirSystem, case: str, caplog: pytest.LogCaptureFixture
):
    """All of it, with an alarm, and without a number in the log."""
    resources = [{name: value for name, value in resource.items() if value is not None} for resource in OTHERS[case]()]
    system.resources = [
        appointment("fine"),
        *[resource for resource in resources if resource["resourceType"] != "Appointment"],
    ]
    times = [resource for resource in resources if resource["resourceType"] == "Appointment"]
    plans = [resource for resource in resources if resource["resourceType"] == "CarePlan"]
    if times:
        system.faults["Appointment"] = lambda _: as_json(searchset(times))
    if plans:
        system.faults["CarePlan"] = lambda _: as_json(searchset(plans))
    with caplog.at_level(logging.WARNING):
        answer = await ask_about_gunnar(source)
    assert (answer.state, answer.reason, list(answer.items)) == (AnswerState.UNKNOWN, "wrong-person", [])
    assert any(getattr(record, "alarm", False) for record in caplog.records)
    assert not any(
        GUNNAR.value in record.getMessage() or MARIA.value in record.getMessage() for record in caplog.records
    )


@pytest.mark.parametrize(
    "patients",
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
async def test_a_patient_without_the_number_is_another_person(source: FhirSource, system: FhirSystem, patients: list):
    """The answer is verified, and nothing more is searched for."""
    system.faults["Patient"] = lambda _: as_json(searchset(patients))
    answer = await ask_about_gunnar(source)
    assert (answer.state, answer.reason) == (AnswerState.UNKNOWN, "wrong-person")


async def test_more_patients_than_one_page_are_no_answer(source: FhirSource, system: FhirSystem):
    """A number with pages of persons is a fault of the source."""
    more = {"link": [{"relation": "next", "url": "Patient?page=2"}]}
    system.faults["Patient"] = lambda _: as_json(searchset([patient("1", GUNNAR)], **more))
    answer = await ask_about_gunnar(source)
    assert (answer.state, answer.reason) == (AnswerState.UNKNOWN, "invalid")


async def test_rivta_spellings_of_the_number_are_the_same_number(source: FhirSource, system: FhirSystem):
    """An OID as the system, and ten digits with a sign."""
    spelled = {"system": "urn:oid:1.2.752.129.2.1.3.1", "value": "500907-2553"}
    system.faults["Patient"] = lambda _: as_json(
        searchset([{"resourceType": "Patient", "id": "1", "identifier": [spelled]}])
    )
    assert (await ask_about_gunnar(source)).state == AnswerState.EMPTY


async def test_a_subject_known_by_number_alone_is_the_person(source: FhirSource, system: FhirSystem):
    """A logical reference with the person's number gets our reference."""
    named_by_number = plan() | {"subject": {"identifier": number(GUNNAR)}}
    system.faults["CarePlan"] = lambda _: as_json(searchset([named_by_number]))
    body = body_of(await ask_about_gunnar(source), "CarePlan")
    assert body["subject"]["reference"] == f"Patient/{OURS}"


async def test_a_participant_is_not_the_subject(source: FhirSource, system: FhirSystem):
    """A relative in the team has a number of their own."""
    team = {
        "resourceType": "CareTeam",
        "id": "t1",
        "subject": {"reference": "Patient/1"},
        "participant": [{"member": {"type": "RelatedPerson", "identifier": number(MARIA)}}],
    }
    system.resources = [team]
    assert (await ask_about_gunnar(source)).state == AnswerState.DATA


async def test_a_person_may_have_two_ids(source: FhirSource, system: FhirSystem):
    """Both are searched for, if the source has not merged them."""
    system.people = {"1": GUNNAR, "2": GUNNAR}
    system.resources = [plan("p1", subject="Patient/1"), plan("p2", subject="Patient/2")]
    answer = await ask_about_gunnar(source)
    assert {json.loads(item.body)["subject"]["reference"] for item in answer.items} == {f"Patient/{OURS}"}
    assert len(answer.items) == 2
