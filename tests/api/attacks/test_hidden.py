"""Attacks that try to tell what is hidden from what does not exist, and scopes that narrow a token."""

import json

import pytest

from app.demo.data import contracts
from app.demo.data.givers import HEALTH_CENTRE, HOME_NURSING, PSYCHIATRY, REGION
from app.directory.entries import reference_of
from tests.builders.calls import create, inner_block, push_one, put, same, sees, tag_of
from tests.builders.resources import ABSENT, HSA, PARTICIPANT, goal, labelled, visit
from tests.builders.tokens import CLAIM, psychiatrist, system


@pytest.mark.parametrize("caller", ["maria", "andreas", "physician-without-consent", "home-care", "ehr-region"])
async def test_a_person_out_of_reach_is_as_nobody(world, caller):
    """Whatever is asked or written about them."""
    whole = contracts.contract(world.days.today, "Patient/x")
    named = json.loads(json.dumps(whole))
    named["agreement"]["goals"][0]["id"] = ABSENT
    for each in (whole, named):
        first, second = [
            await world.post(caller, "/api/contracts", {**each, "patient": f"Patient/{one}"})
            for one in (world.ids["tom"], ABSENT)
        ]
        assert same(first, second), (caller, first.text, second.text)
    if caller == "ehr-region":
        return
    for path in ("/fhir/Goal", "/fhir/Appointment"):
        make = goal if path.endswith("Goal") else visit
        first, second = [await world.post(caller, path, make(world, person=one)) for one in ("tom", ABSENT)]
        assert same(first, second), (caller, path, first.text, second.text)
    for body in ({}, {"giver": REGION.hsa_id}):
        path = "/api/blocks" if body else "/api/overview"
        first, second = [
            await world.post(caller, path, {"patient": f"Patient/{one}", **body}) for one in (world.ids["tom"], ABSENT)
        ]
        assert same(first, second), (caller, path, first.text, second.text)


async def test_contracts_by_who_may_not_write_tell_nothing(world):
    """403 or 404, the same for the person's contract, somebody else's and none."""
    first = await world.post(
        "physician", "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['tom']}")
    )
    identity = first.json()["id"]
    for caller in (
        "maria",
        "home-care",
        "administrator",
        "municipal-nurse",
        "physician-without-consent",
        "ehr-private",
        "log-auditor",
    ):
        answers = []
        for one in (identity, ABSENT):
            sent = {**first.json(), "id": one}
            answers.append(await put(world, caller, sent, tag_of(first), address=f"/api/contracts/{one}"))
        assert same(*answers), (caller, answers[0].text, answers[1].text)


async def test_one_id_at_a_time_where_no_person_is_named(world):
    """A hidden id beside a visible one would otherwise be told from one that is not there."""
    mine = await create(world, goal(world))
    hidden = await create(world, labelled(goal(world), "R"))
    answers = [
        await world.get("municipal-nurse", f"/fhir/Goal?_id={one},{mine['id']}") for one in (hidden["id"], ABSENT)
    ]

    assert {answer.status_code for answer in answers} == {400}
    named = await world.get(
        "municipal-nurse", f"/fhir/Goal?patient={world.ids['gunnar']}&_id={hidden['id']},{mine['id']}"
    )
    assert [entry["resource"]["id"] for entry in named.json()["entry"]] == [mine["id"]]


async def test_what_an_inner_block_hides_is_as_absent_to_every_write(world):
    """A wrong version, another person, another giver's name: 404 all the same."""
    mine = await create(world, goal(world), psychiatrist())
    whole = await world.post(
        psychiatrist(), "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
    )
    await inner_block(world, PSYCHIATRY)
    assert not await sees(world, "physician", mine)
    for changed in ({}, {"subject": {"reference": f"Patient/{world.ids['maria']}"}}):
        for version in (1, 9):
            answers = [
                await put(world, "physician", {**mine, **changed, "id": one}, version) for one in (mine["id"], ABSENT)
            ]
            assert same(*answers), answers[0].text
            assert answers[0].status_code == 404
    for changed in ({}, {"patient": f"Patient/{world.ids['maria']}"}, {"id": ABSENT}):
        for version in (tag_of(whole), 9):
            answers = [
                await put(world, "physician", {**whole.json(), **changed}, version, address=f"/api/contracts/{one}")
                for one in (whole.json()["id"], ABSENT)
            ]
            assert same(*answers), answers[0].text
            assert answers[0].status_code == 404


async def test_a_hidden_provenance_is_as_absent_to_a_write(world):
    """It speaks of something that its would-be writer does not see."""
    hidden = await create(world, goal(world), psychiatrist())
    agent = {"type": {"coding": [{"system": PARTICIPANT, "code": "custodian"}]},
             "who": {"identifier": {"system": HSA, "value": REGION.hsa_id}, "type": "Organization"}}  # fmt: skip
    speaking = {
        "resourceType": "Provenance", "recorded": "2026-01-20T08:00:00Z", "agent": [agent],
        "target": [{"reference": f"Goal/{hidden['id']}"}, {"reference": f"Patient/{world.ids['gunnar']}"}],
    }  # fmt: skip
    trail = await create(world, speaking, "physician")
    await inner_block(world, PSYCHIATRY)
    assert not await sees(world, "physician", trail)
    answers = [
        await put(world, "physician", {**trail, "id": one}, version)
        for one in (trail["id"], ABSENT)
        for version in (1, 9)
    ]

    assert all(same(answers[0], one) for one in answers), [one.text for one in answers]


async def test_another_givers_items_are_absent_to_a_system(world):
    """Read, update and search, with every version."""
    mine = await push_one(world, "ehr-region", visit(world))
    for caller in ("ehr-private", system(HOME_NURSING)):
        for version in (1, 9):
            answers = [await put(world, caller, {**mine, "id": one}, version) for one in (mine["id"], ABSENT)]
            assert same(*answers)
            assert answers[0].status_code == 404
        got = [
            await world.get(caller, f"/fhir/Appointment/{one}", headers={"if-none-match": 'W/"1"'})
            for one in (mine["id"], ABSENT)
        ]
        assert same(*got)
        found = [
            (await world.get(caller, f"/fhir/Appointment?_id={one}&_total=accurate")).json()
            for one in (mine["id"], ABSENT)
        ]
        assert [one["total"] for one in found] == [0, 0]


async def test_a_role_of_nothing_reads_no_directory(world):
    """The table says who may: a member of staff without a known assignment is not among them."""
    known = reference_of("Organization", HEALTH_CENTRE.hsa_id)
    stranger = {**psychiatrist(), f"{CLAIM}commissionPurpose": "Statistik"}
    for caller in (stranger, system(HEALTH_CENTRE, "system/Goal.rs")):
        answers = [await world.get(caller, f"/fhir/{address}") for address in (known, f"Organization/{ABSENT}")]
        assert same(*answers)
    assert (await world.get("gunnar", f"/fhir/{known}")).status_code == 200


async def test_scopes_narrow_what_staff_write(world):
    """A token with scopes writes what they say and no more."""
    reader = psychiatrist("user/Goal.rs")
    mine = await create(world, goal(world), psychiatrist())

    assert (await world.post(reader, "/fhir/Goal", goal(world))).status_code == 403
    assert (await put(world, reader, mine)).status_code == 403
    assert (
        await world.post(
            reader, "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
        )
    ).status_code == 403
    assert (await world.post(psychiatrist("user/Goal.c"), "/fhir/Goal", goal(world))).status_code == 201
