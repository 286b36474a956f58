"""Who may write is asked before the body, and how much one care giver stores about one person is limited."""

import json

import pytest

from app.access.caller import SAMBI
from app.demo.data.givers import HEALTH_CENTRE
from tests.builders.calls import push, statement
from tests.builders.world import World, running

ORGANISATION = {
    f"{SAMBI}healthCareProviderHsaId": HEALTH_CENTRE.giver.hsa_id,
    f"{SAMBI}healthCareUnitHsaId": HEALTH_CENTRE.hsa_id,
}


def system(scope):
    """A system of the health centre with these scopes."""
    return {"sub": "other", "client_id": "other", "scope": scope, **ORGANISATION}


def goal(number, person):
    """A goal with a number of its own."""
    return {
        "resourceType": "Goal",
        "identifier": [{"system": "urn:limits", "value": str(number)}],
        "lifecycleStatus": "active",
        "description": {"text": "x"},
        "subject": {"reference": f"Patient/{person}"},
    }


@pytest.mark.parametrize(
    "caller, method, path",
    [
        ("log-auditor", "POST", "/fhir/Goal"),
        ("log-auditor", "PUT", "/fhir/Goal/x"),
        ("log-auditor", "POST", "/api/contracts"),
        ("log-auditor", "PUT", "/api/contracts/x"),
        ("log-auditor", "POST", "/fhir"),
        ("home-care", "POST", "/fhir/Goal"),
        ("physician", "POST", "/fhir"),
        (system("system/*.rs"), "POST", "/fhir"),
        (system("system/Goal.rs system/Task.cud"), "POST", "/fhir/Goal"),
        (system("system/Goal.c"), "POST", "/fhir/Goal"),
    ],
)
async def test_who_may_not_write_is_told_before_the_body_is_read(world, caller, method, path):
    """The refusal is the same for a body that is right, for one that is no JSON, and for one beyond the limit."""
    bodies = [json.dumps(goal(1, world.ids["gunnar"])), "{", '"' + "x" * 6_000_000 + '"']
    headers = {"if-match": '"1"'}
    answers = [await world.send(method, caller, path, content=body, headers=headers) for body in bodies]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert len({answer.content for answer in answers}) == 1


async def test_a_push_of_a_type_without_scope_is_refused_before_its_entries_are_checked(world):
    """The entries have faults, and the answer tells none of them; the refusal is in the trail."""
    person = world.ids["gunnar"]
    wrong = {**goal(1, person), "lifecycleStatus": "nonsense"}
    answer = await push(world, system("system/Appointment.cud"), wrong)
    rows = await statement(world, "SELECT outcome, rule FROM audit WHERE caller = 'other' AND phase = 'outcome'")

    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (403, "forbidden")
    assert [tuple(row) for row in rows] == [("deny", "Forbidden")]


async def test_a_care_giver_stores_only_so_many_items_about_a_person(housed, household, identity):
    """One more is 413 with the limit in it, by push and by create; a new version of a stored one is not."""
    _, ids, days = household
    person = ids["gunnar"]
    unnamed = {name: value for name, value in goal(0, person).items() if name != "identifier"}
    async with running(housed, identity, person_items=60) as client:
        world = World(client, identity, dict(ids), housed, days)
        stored = await push(world, "ehr-region", *(goal(number, person) for number in range(20)))
        over = await push(world, "ehr-region", *(goal(number, person) for number in range(20, 80)))
        create = await world.post("physician", "/fhir/Goal", unnamed)
        again = await push(world, "ehr-region", {**goal(3, person), "description": {"text": "y"}})

    assert (stored.status_code, over.status_code, create.status_code) == (200, 413, 201)
    assert "60 items" in over.json()["issue"][0]["details"]["text"]
    assert again.json()["entry"][0]["response"]["status"] == "200 OK"
