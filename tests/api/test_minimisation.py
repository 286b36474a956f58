"""What a role sees of a resource follows the table of elements, on every way out."""

import json

import pytest

from app.access.elements import load
from app.demo.data.givers import REGION
from app.fhir.check.check import check
from tests.builders.calls import create, push_one
from tests.builders.loopback import Loopback
from tests.builders.resources import CONFIDENTIALITY, HSA, SYSTEM, goal, visit
from tests.builders.sources import FhirSystem, appointment, sources_file
from tests.builders.world import World, running

MARK = "hemlig-orsak"
"""Stands wherever a care administrator and home care may not look."""

SECRETS = {
    "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{MARK}</div>'},
    "contained": [
        {"resourceType": "Condition", "id": "c", "code": {"text": MARK}, "subject": {"reference": "Patient/x"}},
        {"resourceType": "Location", "id": "l", "name": "Hjärtmottagningen"},
    ],
    "extension": [{"url": "https://journal.example/anteckning", "valueString": MARK}],
    "reasonCode": [{"text": MARK}],
    "reasonReference": [{"reference": "#c", "display": MARK}],
    "comment": MARK,
    "serviceType": [{"text": "Besök", "extension": [{"url": "https://journal.example/x", "valueString": MARK}]}],
    "_description": {"extension": [{"url": "https://journal.example/x", "valueString": MARK}]},
}


def full_visit(world, **more):
    """A time with a secret in every element that a planner does not need, and a place among its contained resources."""
    patient = f"Patient/{world.ids['gunnar']}"
    secrets = json.loads(json.dumps(SECRETS).replace("Patient/x", patient))
    actors = [{"actor": {"reference": patient}, "status": "accepted"},
              {"actor": {"reference": "#l", "display": "Hjärtmottagningen"}, "status": "accepted"}]  # fmt: skip
    return {**visit(world, "M-1"), **secrets, "participant": actors, **more}


async def ways_out(world, caller, reference):
    """The texts of a resource, and of all that is searched and gathered, as a caller gets them."""
    patient = world.ids["gunnar"]
    answers = [
        await world.get(caller, f"/fhir/{reference}"),
        await world.get(caller, f"/fhir/{reference.partition('/')[0]}?patient={patient}&_count=200"),
        await world.get(caller, f"/fhir/Patient/{patient}/$overview"),
        await world.post(caller, "/api/overview", {"patient": f"Patient/{patient}"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200]
    return [answer.text for answer in answers]


@pytest.mark.parametrize("caller", ["administrator", "home-care"])
async def test_why_a_time_is_booked_does_not_reach_who_plans_by_it(world, caller):
    """Contained conditions, reasons, comments, other extensions and the narrative are cut; the place stays."""
    stored = await push_one(world, "ehr-region", full_visit(world))
    assert MARK in json.dumps(stored)
    read, *others = await ways_out(world, caller, f"Appointment/{stored['id']}")
    assert all(stored["id"] in text and MARK not in text for text in (read, *others))
    resource = json.loads(read)
    assert check(resource) == []
    assert [inner["resourceType"] for inner in resource["contained"]] == ["Location"]
    assert [entry["actor"].get("display") for entry in resource["participant"]] == [None, "Hjärtmottagningen"]
    assert resource.keys() == stored.keys() - {
        "text", "extension", "reasonCode", "reasonReference", "comment", "_description",
    }  # fmt: skip


async def test_who_cares_and_the_person_get_what_was_sent(world):
    """Nothing is cut for the physician, the person and the system."""
    stored = await push_one(world, "ehr-region", full_visit(world))
    texts = [
        (await world.get(caller, f"/fhir/Appointment/{stored['id']}")).json() for caller in ("physician", "gunnar")
    ]
    for text in texts:
        # The logical reference is to something of the person that nobody has stored.
        assert {**text, "supportingInformation": None, "text": None} == {
            **stored, "supportingInformation": None, "text": None,
        }  # fmt: skip


async def test_a_time_of_which_nothing_is_cut_leaves_as_it_is_stored(world):
    """Byte for byte, for who plans by it too."""
    stored = await push_one(world, "ehr-region", visit(world, "M-2"))
    texts = {
        (await world.get(caller, f"/fhir/Appointment/{stored['id']}")).content for caller in ("administrator", "gunnar")
    }
    assert len(texts) == 1


async def test_what_home_care_does_not_need_of_an_activity_is_cut(world):
    """The note and the reason of an activity in home care stay with care."""
    activity = {
        "resourceType": "ServiceRequest", "status": "active", "intent": "plan", "code": {"text": "Stödstrumpor"},
        "subject": {"reference": f"Patient/{world.ids['gunnar']}"}, "note": [{"text": MARK}],
        "reasonCode": [{"text": MARK}], "bodySite": [{"text": MARK}], "patientInstruction": "Varje morgon",
        "performer": [{"reference": f"Patient/{world.ids['gunnar']}"}],
    }  # fmt: skip
    stored = await create(world, activity)
    for text in await ways_out(world, "home-care", f"ServiceRequest/{stored['id']}"):
        assert MARK not in text
    assert "Varje morgon" in (await world.get("home-care", f"/fhir/ServiceRequest/{stored['id']}")).text


async def test_a_source_is_cut_alike(housed, household, identity, tmp_path):
    """A time from another system says no more than one of our own."""
    held = appointment(
        comment=MARK, reasonCode=[{"text": MARK}], contained=[SECRETS["contained"][1]], description="Besök"
    )
    held["participant"].append({"actor": {"reference": "#l", "display": "Hjärtmottagningen"}, "status": "accepted"})
    _, ids, days = household
    async with (
        Loopback(FhirSystem(resources=[held])) as server,
        running(housed, identity, sources=sources_file(tmp_path, elsewhere=server)) as client,
    ):
        world = World(client, identity, dict(ids), housed, days)
        patient = f"Patient/{ids['gunnar']}"
        texts = [
            (await world.get("home-care", f"/fhir/{patient}/$overview")).text,
            (await world.post("home-care", "/api/overview", {"patient": patient})).text,
        ]
        assert MARK in (await world.get("gunnar", f"/fhir/{patient}/$overview")).text
    assert all("Hjärtmottagningen" in text and MARK not in text for text in texts)


async def test_a_logical_reference_to_what_is_hidden_says_nothing(world):
    """A nurse elsewhere sees no identifier and no words of a restricted goal; who sees the goal sees the reference."""
    identifier = [{"system": SYSTEM, "value": "mål-1"}]
    label = {"meta": {"security": [{"system": CONFIDENTIALITY, "code": "R"}], "lastUpdated": "2026-01-20T08:00:00Z"}}
    await push_one(world, "ehr-region", goal(world, identifier=identifier, **label))
    logical = {"identifier": identifier[0], "display": MARK}
    plan = {
        "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Plan",
        "subject": {"reference": f"Patient/{world.ids['gunnar']}"},
        "goal": [logical], "supportingInfo": [{**logical, "type": "Goal"}],
        "author": {"type": "Organization", "identifier": {"system": HSA, "value": REGION.hsa_id}, "display": "Regionen"},
    }  # fmt: skip
    stored = await create(world, plan)
    for caller, sees in (("municipal-nurse", False), ("physician", True), ("gunnar", True)):
        for text in await ways_out(world, caller, f"CarePlan/{stored['id']}"):
            assert stored["id"] in text
            assert sees or MARK not in text
        read = (await world.get(caller, f"/fhir/CarePlan/{stored['id']}")).json()
        assert ("goal" in read, "supportingInfo" in read) == (sees, sees)
        assert read["author"]["display"] == "Regionen"


def test_every_row_lets_the_required_elements_leave():
    """A resource that is cut is valid: the rows of times, activities and persons list what FHIR requires."""
    required = {
        "time": {"id", "meta", "status", "participant"}, "self-care": {"id", "status", "intent", "subject", "for"},
        "provenance": {"id", "target", "recorded", "agent"}, "person": {"id", "active", "link"},
    }  # fmt: skip
    for row in load().rows:
        for information_class in row.when.get("information_class", ()):
            if not row.is_whole:
                assert required.get(information_class, {"id"}) <= set(row.elements)
