"""Contact details of a protected identity: what is masked, and what a writer who could not read it does not delete."""

import json

from app.access.protection import keep_masked, masked_body

PERSON = {
    "resourceType": "Patient",
    "id": "a",
    "telecom": [{"system": "phone", "value": "+46 8 465 004 00"}],
    "contained": [{"resourceType": "RelatedPerson", "id": "r", "address": [{"city": "Mälarvik"}]}],
}


def test_what_is_contained_is_masked_too():
    """The relative in the Patient keeps an id and loses the address."""
    masked = json.loads(masked_body(json.dumps(PERSON)))
    assert masked == {
        "resourceType": "Patient",
        "id": "a",
        "contained": [{"resourceType": "RelatedPerson", "id": "r"}],
    }


def test_a_replacement_keeps_what_its_writer_could_not_read():
    """For people; other types hold no contact details that are masked."""
    sent = {"resourceType": "Patient", "id": "a", "active": True}
    goal = {"resourceType": "Goal", "id": "g"}
    assert keep_masked(sent, PERSON) == {**sent, "telecom": PERSON["telecom"]}
    assert keep_masked(goal, {**goal, "text": {"status": "empty"}}) is goal
