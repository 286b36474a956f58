"""A write is about one person, whatever is contained in it, and its text fetches nothing."""

import pytest

from app.demo.data.people import GUNNAR, MARIA
from app.fhir.codes import PERSONNUMMER
from tests.builders.calls import faults, push

DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><img src="https://a.example/?who=1" alt="a"/></div>'


def goal(world, **elements):
    """A goal of Gunnar's."""
    return {
        "resourceType": "Goal",
        "identifier": [{"system": "urn:one-person", "value": "1"}],
        "lifecycleStatus": "active",
        "description": {"text": "x"},
        "subject": {"reference": f"Patient/{world.ids['gunnar']}"},
        **elements,
    }


def contained(*people):
    """A contained Patient with these people's numbers."""
    numbers = [{"system": PERSONNUMMER, "value": person.number} for person in people]
    return {"resourceType": "Patient", "id": "p", "identifier": numbers}


@pytest.mark.parametrize("people", [(MARIA,), (GUNNAR, MARIA)])
@pytest.mark.parametrize("caller", ["ehr-region", "physician"])
async def test_a_contained_patient_is_nobody_else(world, caller, people):
    """A contained Patient with another's number is refused, in a push and in a create; with the person's own it is not."""
    wrong = goal(world, contained=[contained(*people)], expressedBy={"reference": "#p"})
    right = goal(world, contained=[contained(GUNNAR)], expressedBy={"reference": "#p"})
    answers = []
    for sent in (wrong, right):
        ask = push(world, caller, sent) if caller == "ehr-region" else world.post(caller, "/fhir/Goal", sent)
        answers.append(await ask)

    assert answers[0].status_code == 422, answers[0].text
    assert faults(answers[0]) == [("business-rule", "Goal.contained")]
    assert answers[1].status_code in {200, 201}, answers[1].text


async def test_a_narrative_that_fetches_a_picture_is_refused(world):
    """The fault names the element; nothing is stored."""
    answer = await world.post("physician", "/fhir/Goal", goal(world, text={"status": "generated", "div": DIV}))

    assert (answer.status_code, faults(answer)) == (422, [("invariant", "Goal.text")])
