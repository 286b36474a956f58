"""What is not said must not be told by the way: by which error comes first, by the order, by the work done."""

import pytest

from app.demo.data.givers import PRIVATE, PSYCHIATRY
from tests.builders.calls import create, inner_block, put, same, statement
from tests.builders.resources import HIERARCHY, HSA, NEW, PERSONNUMMER, appointment, bundle, goal, labelled
from tests.builders.tokens import psychiatrist

KNOWN = "195009072553"
"""Gunnar's number."""


def by_number(number, **more):
    """A time of a person who is named by number alone, pushed without their Patient."""
    return appointment(person={"identifier": {"system": PERSONNUMMER, "value": number}}, **more)


def owned_by(giver):
    """The extension that says that a giver answers for a resource."""
    organisation = {"url": "hsaCareProvider", "valueReference": {"identifier": {"system": HSA, "value": giver.hsa_id}}}
    return {"extension": [{"url": HIERARCHY, "extension": [organisation]}]}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (owned_by(PRIVATE), 403),
        ({"subject": {"reference": "Patient/x"}}, 422),
        ({"status": "hemma"}, 422),
        ({"identifier": [{"system": "https://journal.example/taken", "value": "1"}]}, 422),
    ],
)
async def test_a_push_that_fails_does_not_tell_who_is_known(world, more, status):
    """Whatever is wrong with it is answered alike for somebody who is known here and for somebody who is not."""
    taken = goal(world, "maria", identifier=[{"system": "https://journal.example/taken", "value": "1"}])
    assert (await world.post("ehr-region", "/fhir", bundle(taken))).status_code == 200
    answers = [await world.post("ehr-region", "/fhir", bundle(by_number(number, **more))) for number in (KNOWN, NEW)]
    assert same(*answers)
    assert answers[0].status_code == status


async def test_a_person_who_is_not_known_is_told_of_when_all_else_is_right(world):
    """A push that could be stored names the person as the one thing to mend."""
    answer = await world.post("ehr-region", "/fhir", bundle(by_number(NEW)))
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (422, "not-found")


async def test_a_hidden_change_moves_nothing_in_the_overview(world):
    """A nurse elsewhere sees the entries in the same order before and after what they may not see is written."""

    async def entries():
        found = await world.get("municipal-nurse", f"/fhir/Patient/{world.ids['gunnar']}/$overview")
        return [entry["fullUrl"] for entry in found.json()["entry"]]

    plans = [entry["reference"] for entry in (await world.overview("municipal-nurse", "gunnar"))["plans"]]
    before = await entries()
    for plan in plans:
        await statement(world, f"UPDATE resource SET source = source WHERE id = '{plan.partition('/')[2]}'", "gunnar")
    assert [entry["reference"] for entry in (await world.overview("municipal-nurse", "gunnar"))["plans"]] == plans
    assert await entries() == before


def plan(world, *goals, **more):
    """A plan with these goals."""
    return {
        "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Plan",
        "subject": {"reference": f"Patient/{world.ids['gunnar']}"},
        **({"goal": [{"reference": f"Goal/{goal['id']}"} for goal in goals]} if goals else {}), **more,
    }  # fmt: skip


async def views(world, caller, resource):
    """A plan as it is read, searched and gathered, with the headers of the read."""
    patient = world.ids["gunnar"]
    read = await world.get(caller, f"/fhir/CarePlan/{resource['id']}")
    others = [
        (await world.get(caller, address)).json()
        for address in (f"/fhir/CarePlan?patient={patient}&_id={resource['id']}", f"/fhir/Patient/{patient}/$overview")
    ]
    entries = [entry["resource"] for other in others for entry in other["entry"]]
    return [read.headers["etag"], read.headers["last-modified"], read.json(), *(
        entry for entry in entries if entry["id"] == resource["id"]
    )]  # fmt: skip


async def test_a_hidden_goal_does_not_move_the_version_of_a_visible_plan(world):
    """Added, exchanged and beside a visible change: a nurse elsewhere counts the changes that they see."""
    visible = await create(world, goal(world))
    hidden, other = [await create(world, labelled(goal(world), "R")) for _ in range(2)]
    stored = await create(world, plan(world, visible))
    before = await views(world, "municipal-nurse", stored)
    for version, goals in enumerate(([visible, hidden], [visible, other], [visible, hidden, other]), 1):
        assert (await put(world, "physician", {**stored, **plan(world, *goals)}, version)).status_code == 200
        assert await views(world, "municipal-nurse", stored) == before
    titled = {**stored, **plan(world, visible, hidden, other, title="Ny plan")}
    assert (await put(world, "physician", titled, 4)).headers["etag"] == 'W/"5"'
    after = await views(world, "municipal-nurse", stored)
    assert (after[0], after[2]["meta"]["versionId"], after[2]["title"]) == ('W/"2"', "2", "Ny plan")
    assert after[2] == after[3] == after[4]


async def test_who_does_not_see_a_change_writes_over_what_they_see(world):
    """If-Match takes the version that the writer was shown, the answer counts from it, and the hidden goal stays."""
    hidden = await create(world, goal(world), psychiatrist())
    stored = await create(world, plan(world))
    assert (await put(world, psychiatrist(), {**stored, **plan(world, hidden)})).headers["etag"] == 'W/"2"'
    await inner_block(world, PSYCHIATRY)
    assert (await put(world, "physician", {**stored, "title": "Ny"}, 2)).status_code == 412
    answer = await put(world, "physician", {**stored, "title": "Ny"}, 1)
    assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"2"')
    assert "goal" not in answer.json()
    read = await world.get("physician", f"/fhir/CarePlan/{stored['id']}")
    assert (read.headers["etag"], read.json()) == (answer.headers["etag"], answer.json())
    whole = (await world.get("gunnar", f"/fhir/CarePlan/{stored['id']}")).json()
    assert whole["goal"] == [{"reference": f"Goal/{hidden['id']}"}]


async def test_a_hidden_change_of_a_part_moves_no_tag_of_a_contract(world):
    """A restricted activity that a visible goal of a contract refers to is new: a nurse elsewhere gets the same ETag."""
    contract = (await world.overview("physician", "gunnar"))["agreement"]
    address = f"/api/contracts/{contract['reference'].partition('/')[2]}"
    before = await world.get("municipal-nurse", address)
    seen = before.json()["agreement"]["goals"][0]["id"]
    activity = {
        "resourceType": "ServiceRequest", "status": "active", "intent": "plan", "code": {"text": "Prov"},
        "subject": {"reference": f"Patient/{world.ids['gunnar']}"},
    }  # fmt: skip
    hidden = await create(world, labelled(activity, "R"))
    part = (await world.get("physician", f"/fhir/Goal/{seen}")).json()
    part["addresses"] = [*part.get("addresses", []), {"reference": f"ServiceRequest/{hidden['id']}"}]
    assert (await put(world, "physician", part, int(part["meta"]["versionId"]))).status_code == 200
    after = await world.get("municipal-nurse", address)
    assert (after.headers["etag"], after.json()["agreement"]) == (before.headers["etag"], before.json()["agreement"])
