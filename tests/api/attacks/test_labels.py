"""Attacks on confidentiality labels and hidden references by replacing a resource."""

import json

import pytest

from app.demo.data import contracts
from app.demo.data.givers import HEALTH_CENTRE, PSYCHIATRY
from tests.builders.calls import create, inner_block, push, push_one, put, sees, statement
from tests.builders.contract_calls import revise
from tests.builders.resources import ABSENT, CONFIDENTIALITY, about, goal, labelled, visit
from tests.builders.tokens import psychiatrist, system


async def test_a_put_does_not_lower_a_label_of_another(world):
    """A replacement without the label, or with a lower one by another unit, stays as closed as it was, and says so."""
    for before, after in (("R", ()), ("V", ("R",)), ("V", ("N",)), ("R", ("L",))):
        mine = await create(world, labelled(goal(world), before), psychiatrist() if after else "physician")
        answer = await put(world, "physician", {**labelled(mine, *after), "lifecycleStatus": "completed"})
        assert answer.status_code == 200, answer.text
        assert not await sees(world, "municipal-nurse", mine)
        read = (await world.get("physician", f"/fhir/Goal/{mine['id']}")).json()
        assert {"system": CONFIDENTIALITY, "code": before} in read["meta"]["security"]
        assert answer.json()["meta"]["security"] == read["meta"]["security"]


async def last_states(world):
    """What the trail says was done with the items of the last write, and by which unit."""
    rows = await statement(
        world,
        "SELECT shown FROM audit WHERE phase = 'outcome' AND action IN ('push', 'update') AND outcome = 'permit' "
        "ORDER BY at DESC LIMIT 1",
    )
    return [entry[4] for entry in json.loads(rows[0]["shown"])]


async def test_who_set_a_label_takes_it_back_by_put(world):
    """A stated lower confidentiality by the same unit opens the item again, and the trail has both labels."""
    for before in ("R", "V", "NOPATIENT"):
        mine = await create(world, labelled(goal(world), before))
        assert not await sees(world, "municipal-nurse", mine)
        answer = await put(world, "physician", labelled(mine, "N"))
        assert answer.status_code == 200, answer.text
        assert await last_states(world) == [f"updated, label {before} to N"]
        assert await sees(world, "municipal-nurse", mine)
        assert await sees(world, "gunnar", mine)


async def test_what_is_withheld_is_absent_to_who_did_not_withhold_it(world):
    """Another unit's physician, and another's client, cannot replace it: not found."""
    mine = await create(world, labelled(goal(world), "NOPATIENT"))
    for caller in (psychiatrist(), "municipal-nurse", "gunnar"):
        answer = await put(world, caller, labelled(mine, "N"))
        assert answer.status_code in {403, 404}
    assert (await put(world, psychiatrist(), labelled(mine, "N"))).status_code == 404
    assert (await put(world, "physician", labelled(mine, "NOPATIENT"), 2)).status_code == 412
    assert not await sees(world, "gunnar", mine)


async def test_who_pushed_a_label_takes_it_back_by_push(world):
    """A newer version that states N opens the item again; one that says nothing, or is not newer, does not."""
    first = await push_one(world, "ehr-region", labelled(visit(world), "NOPATIENT"))
    for updated, codes, is_open in (
        ("2026-01-20T08:00:00Z", ("N",), False),
        ("2026-02-01T08:00:00Z", (), False),
        ("2026-02-02T08:00:00Z", ("N",), True),
    ):
        await push(world, "ehr-region", labelled(visit(world, updated=updated), *codes))
        assert await sees(world, "gunnar", first) is is_open
    assert await last_states(world) == ["updated, label NOPATIENT to N"]


async def test_a_push_does_not_take_back_what_staff_have_set(world):
    """Staff raise the label of a pushed time; the system's habit of sending N does not lower it."""
    first = await push_one(world, "ehr-region", labelled(visit(world), "N"))
    assert (await put(world, "physician", labelled(first, "V"))).status_code == 200
    for year in ("2027", "2028"):
        await push(world, "ehr-region", labelled(visit(world, updated=f"{year}-02-01T08:00:00Z"), "N"))
        assert not await sees(world, "municipal-nurse", first)


@pytest.mark.parametrize("odd", [5, {}, [1], [{"fullUrl": ["x"]}], [{"fullUrl": {}, "resource": 7}], None])
async def test_odd_entries_are_refused_not_stumbled_over(world, odd):
    """What is no Bundle at all is 400 or 422, with or without an address of ours in it."""
    for more in ({}, {"subject": {"reference": "http://samplan.test/fhir/Patient/x"}}):
        for path in ("/fhir", "/fhir/Goal"):
            for kind in ("Bundle", "Goal"):
                answer = await world.post("ehr-region", path, {"resourceType": kind, "entry": odd, **more})
                assert answer.status_code in {400, 422}, answer.text


async def test_a_put_can_raise_a_label(world):
    """And what is raised stays."""
    mine = await create(world, goal(world))
    assert await sees(world, "municipal-nurse", mine)
    await put(world, "physician", labelled(mine, "R"))
    assert not await sees(world, "municipal-nurse", mine)
    await put(world, "physician", labelled(mine), 2)
    assert not await sees(world, "municipal-nurse", mine)


async def test_a_push_does_not_lower_a_label(world):
    """Newer news without the label keeps it; the same news again is known already."""
    first = await push_one(world, "ehr-region", labelled(visit(world), "R", "N"))
    lower = await push(world, "ehr-region", labelled(visit(world), "N"))
    assert lower.json()["entry"][0]["response"]["etag"] == 'W/"1"', lower.text
    newer = visit(world, updated="2026-02-01T08:00:00Z", status="cancelled")
    answers = [await push(world, "ehr-region", newer) for _ in range(2)]

    assert [one.json()["entry"][0]["response"]["etag"] for one in answers] == ['W/"2"', 'W/"2"']
    assert not await sees(world, "municipal-nurse", first)


async def test_not_for_the_patient_stays_so(world):
    """NOPATIENT cannot be pushed away by a newer version."""
    first = await push_one(world, "ehr-region", labelled(visit(world), "NOPATIENT"))
    await push_one(world, "ehr-region", visit(world, updated="2026-02-01T08:00:00Z", status="cancelled"))

    assert not await sees(world, "gunnar", first)
    assert not await sees(world, "physician", first)


async def test_a_revised_contract_keeps_its_labels(world):
    """A part that was R and is sent without stays R, in the answer too."""
    whole = contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
    whole["agreement"]["goals"][0]["confidentiality"] = "R"
    first = await world.post("physician", "/api/contracts", whole)
    sent = first.json()
    part = sent["agreement"]["goals"][0]
    del part["confidentiality"]
    part["goal"] = "Något annat"
    answer = await revise(world, first, sent)

    assert answer.status_code == 200, answer.text
    assert answer.json()["agreement"]["goals"][0]["confidentiality"] == "R"
    assert answer.json() == (await world.get("physician", f"/api/contracts/{sent['id']}")).json()
    assert not await sees(world, "municipal-nurse", {"resourceType": "Goal", "id": part["id"]})


async def test_a_replacement_keeps_the_unit(world):
    """What a clinic has written does not leave the reach of its inner block because a colleague elsewhere changes it."""
    mine = await create(world, goal(world), psychiatrist())
    answer = await put(world, "physician", {**mine, "lifecycleStatus": "completed"})
    await inner_block(world, PSYCHIATRY)

    assert answer.status_code == 200
    assert not await sees(world, "physician", mine)
    assert await sees(world, psychiatrist(), mine)


async def test_who_does_not_see_a_part_does_not_destroy_it(world):
    """A replacement keeps what its writer could not see, and the answer does not tell of it."""
    hidden, seen = await create(world, goal(world), psychiatrist()), await create(world, goal(world))
    goals = [{"reference": f"Goal/{one['id']}"} for one in (hidden, seen)]
    plan = {
        "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Plan",
        "subject": {"reference": about(world, "gunnar")}, "goal": goals,
    }  # fmt: skip
    mine = await create(world, plan)
    await inner_block(world, PSYCHIATRY)
    read = (await world.get("physician", f"/fhir/CarePlan/{mine['id']}")).json()
    assert read["goal"] == goals[1:]
    for version, changed in enumerate(
        ({**read, "title": "Ny"}, {name: value for name, value in read.items() if name != "goal"}), 1
    ):
        answer = await put(world, "physician", changed, version)
        assert (answer.status_code, hidden["id"] in answer.text) == (200, False), answer.text
        assert answer.json() == (await world.get("physician", f"/fhir/CarePlan/{mine['id']}")).json()

    whole = (await world.get(psychiatrist(), f"/fhir/CarePlan/{mine['id']}")).json()
    assert whole["goal"] == goals[:1]


async def test_an_answer_to_a_write_tells_no_more_than_a_read(world):
    """A reference to a hidden thing is cut as one to a thing that is not there."""
    hidden = await create(world, goal(world), psychiatrist())
    await inner_block(world, PSYCHIATRY)
    plan = {
        "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Plan",
        "subject": {"reference": about(world, "gunnar")},
    }  # fmt: skip
    for one in (hidden["id"], ABSENT):
        answer = await world.post("physician", "/fhir/CarePlan", {**plan, "goal": [{"reference": f"Goal/{one}"}]})
        assert "goal" not in answer.json()


async def test_a_client_that_only_writes_can_write_again(world):
    """Without a scope for reading: newer news replaces what it sent before."""
    writer = system(HEALTH_CENTRE, "system/Appointment.cu system/Patient.cu")
    await push(world, writer, visit(world))
    answer = await push(world, writer, visit(world, updated="2026-02-01T08:00:00Z", status="cancelled"))

    assert answer.json()["entry"][0]["response"]["etag"] == 'W/"2"', answer.text
    assert (await world.get(writer, f"/fhir/Appointment?patient={world.ids['gunnar']}&_total=accurate")).json()[
        "total"
    ] == 0
