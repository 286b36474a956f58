"""The revisions of a contract that a record system pushes, and those through FHIR that are refused."""

import pytest

from app.demo.data.givers import HEALTH_CENTRE
from tests.builders.calls import faults, location, push, states
from tests.builders.contract_calls import (
    contract_path,
    create_contract,
    edit,
    read,
    revise_or_fail,
    revisions,
    small_contract,
    versions,
)
from tests.builders.contract_resources import contract_push, pushed_goal
from tests.builders.resources import ABSENT
from tests.builders.tokens import system


async def test_a_push_of_a_part_is_a_revision_by_the_care_giver(world):
    """And twice is once; what an older push says is none."""
    times = [f"2026-11-2{day}T08:00:00Z" for day in range(4)]
    goal = {"goal": [{"reference": "urn:uuid:1"}]}
    first = await push(
        world, "ehr-region", *contract_push(world, goal, pushed_goal(world, "Gå", times[0]), at=times[0])
    )
    for text, at in (("Cykla", times[2]), ("Cykla", times[2]), ("Stå", times[1])):
        assert (await push(world, "ehr-region", pushed_goal(world, text, at))).status_code == 200
    ended = await push(
        world,
        "ehr-region",
        *contract_push(world, {"status": "completed", **goal}, pushed_goal(world, "Klart", times[3]), at=times[3]),
    )
    assert first.status_code == 200, first.text
    plan = location(first, 0).partition("/")[2]
    listed = (await world.get("maria", f"/api/contracts/{plan}/revisions")).json()

    assert (states(first), states(ended)) == (["201", "201"], ["200", "200"])
    assert [one["action"] for one in listed] == ["end", "revise", "create"]
    assert {one["by"]["giver"] for one in listed} == {"SE2321000000-1A01"}
    assert [one["by"].keys() & {"practitioner", "name"} for one in listed] == [set()] * 3


async def test_a_push_that_tells_its_revision_itself_is_told_by_that(world):
    """Its own Provenance, with its own author and reason."""
    at = "2026-11-20T08:00:00Z"
    custodian = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "custodian"}]
    }
    giver = {"type": "Organization", "identifier": {"system": "urn:oid:1.2.752.29.4.19", "value": "SE2321000000-1A01"}}
    told = {
        "resourceType": "Provenance", "recorded": at, "target": [{"reference": "urn:uuid:0"}],
        "reason": [{"text": "Nytt mål."}], "agent": [{"type": custodian, "who": giver}],
    }  # fmt: skip
    first = await push(world, system(HEALTH_CENTRE), *contract_push(world, {}, told, at=at))
    assert first.status_code == 200, first.text
    plan = location(first, 0).partition("/")[2]
    listed = (await world.get("maria", f"/api/contracts/{plan}/revisions")).json()

    assert first.status_code == 200, first.text
    assert [one["reason"] for one in listed] == ["Nytt mål."]


async def test_a_part_of_another_giver_is_theirs_to_change(world):
    """It changes the contract's tag, and not its trail."""
    first = await create_contract(world, small_contract(world))
    made = await world.post(
        "municipal-nurse",
        "/fhir/Goal",
        {
            "resourceType": "Goal",
            "lifecycleStatus": "active",
            "description": {"text": "Sova"},
            "subject": {"reference": first.json()["patient"]},
        },
    )
    plan = await read(world, "CarePlan", first.json()["id"])
    await edit(world, "CarePlan", plan["id"], goal=[*plan["goal"], {"reference": f"Goal/{made.json()['id']}"}])
    before = await world.get("physician", contract_path(first))
    edited = await edit(world, "Goal", made.json()["id"], "municipal-nurse", description={"text": "Sova länge"})
    after = await world.get("physician", contract_path(first))

    assert edited.status_code == 200, edited.text
    assert before.headers["etag"] != after.headers["etag"]
    assert [one["action"] for one in await revisions(world, first)] == ["revise", "create"]


async def test_an_edit_of_a_contract_without_its_end_keeps_its_action(world):
    """From a draft to an active one through FHIR: a revision like any other."""
    first = await create_contract(world, small_contract(world, status="draft"))
    edited = await edit(world, "CarePlan", first.json()["id"], status="active", title="Nytt")

    assert edited.status_code == 200, edited.text
    assert [one["action"] for one in await revisions(world, first)] == ["revise", "create"]


async def test_every_provenance_stays(world):
    """One for each revision, those of parts that are gone too; none is ever changed."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    sent = first.json()
    sent["agreement"]["goals"].pop()
    second = await revise_or_fail(world, first, sent)
    found = {one for one in await versions(world, first) if one.startswith("Provenance/")}
    await revise_or_fail(world, second, title="Nytt")
    later = {one: version for one, version in (await versions(world, first)).items() if one.startswith("Provenance/")}
    mine = [await read(world, "Provenance", one.partition("/")[2], "gunnar") for one in later]
    mine = [one for one in mine if f"CarePlan/{first.json()['id']}" in {to.get("reference") for to in one["target"]}]

    assert found < later.keys()
    assert set(later.values()) == {"1"}
    assert sorted(one["activity"]["coding"][1]["code"] for one in mine) == ["create", "revise", "revise"]


async def test_a_revision_cannot_be_rewritten_through_fhir(world):
    """Its Provenance says who did what and why: PUT of it is refused."""
    before = await versions(world, await create_contract(world, small_contract(world, "gunnar")))
    first = await create_contract(world, small_contract(world, "gunnar"))
    made = [one for one in (await versions(world, first)).keys() - before.keys() if one.startswith("Provenance/")]
    answers = [
        await edit(world, "Provenance", made[0].partition("/")[2], **changed)
        for changed in ({"recorded": "2020-01-01T00:00:00Z"}, {"reason": [{"text": "Något annat"}]})
    ]

    assert len(made) == 1
    assert [faults(answer) for answer in answers] == [[("business-rule", "Provenance")]] * 2
    assert (await read(world, "Provenance", made[0].partition("/")[2]))["meta"]["versionId"] == "1"


async def test_an_end_needs_its_reason_through_fhir_too(world):
    """A status of the agreement that ends or reopens it is set by a revision, where a reason can be said."""
    first = await create_contract(world, small_contract(world))
    identity = first.json()["id"]
    refused = await edit(world, "CarePlan", identity, status="completed")
    paused = await edit(world, "CarePlan", identity, status="on-hold")
    now = await world.get("physician", contract_path(first))
    ended = await revise_or_fail(world, now, status="completed", reason="Klart.")
    repeated = await edit(world, "CarePlan", identity, status="active")
    words = await edit(world, "CarePlan", identity, title="Nytt")

    assert (refused.status_code, paused.status_code) == (422, 200), (refused.text, paused.text)
    assert faults(refused) == [("business-rule", "CarePlan.status")]
    assert ended.json()["status"] == "completed"
    assert (repeated.status_code, words.status_code) == (422, 422)


@pytest.mark.parametrize("number", ["0", "2", "-1", "1.0", "x", "01", "9999999999"])
async def test_a_revision_that_is_none_is_404(world, number):
    """As is one of a contract that is none."""
    first = await create_contract(world, small_contract(world))
    answers = [
        await world.get("physician", f"{contract_path(first)}/revisions/{number}"),
        await world.get("physician", f"/api/contracts/{ABSENT}/revisions/1"),
        await world.get("physician", f"/api/contracts/{ABSENT}/revisions"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


async def test_reading_the_past_is_in_the_trail(world):
    """What was shown, at the version that it was."""
    first = await create_contract(world, small_contract(world))
    goal = first.json()["agreement"]["goals"][0]["id"]
    await edit(world, "Goal", goal, description={"text": "Cykla runt sjön"})
    await world.get("municipal-nurse", f"{contract_path(first)}/revisions/1")
    await world.get("administrator", f"{contract_path(first)}/revisions/1")
    events = (await world.get("log-auditor", f"/fhir/AuditEvent?patient=Patient/{world.ids['maria']}")).json()["entry"]
    refused, shown = [entry["resource"] for entry in events[:2]]
    details = {
        entity["what"]["reference"]: entity["detail"][0]["valueString"]
        for entity in shown["entity"]
        if "detail" in entity and "what" in entity
    }

    assert shown["subtype"][0]["code"] == refused["subtype"][0]["code"] == "history-instance"
    assert (shown["outcome"], refused["outcome"]) == ("0", "4")
    assert details[f"Goal/{goal}"] == "1"
