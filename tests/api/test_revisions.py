"""A contract is never overwritten: each revision has its author, and what ends, begins anew or is replaced its reason."""

import pytest

from app.demo.data.givers import PSYCHIATRIC_NURSE
from tests.builders.calls import faults
from tests.builders.contract_calls import (
    contract,
    contract_path,
    create_contract,
    edit,
    read,
    revise,
    revise_or_fail,
    revisions,
    small_contract,
    versions,
)
from tests.builders.tokens import psychiatrist

# ---- What a revision must say ----


@pytest.mark.parametrize("status", ["completed", "revoked", "entered-in-error"])
async def test_an_end_needs_a_reason(world, status):
    """422 that names revision.reason, and nothing is written; with one it ends."""
    first = await create_contract(world, small_contract(world))
    refused = await revise(world, first, status=status)
    ended = await revise_or_fail(world, first, status=status, reason="Maria har flyttat.")

    assert refused.status_code == 422
    assert faults(refused) == [("required", "revision.reason")]
    assert ended.json()["status"] == status
    assert ended.json()["revision"]["action"] == "end"
    assert ended.json()["revision"]["reason"] == "Maria har flyttat."


@pytest.mark.parametrize("before", ["completed", "revoked"])
@pytest.mark.parametrize("status", ["active", "on-hold", "draft"])
async def test_what_has_ended_is_reopened_with_a_reason(world, before, status):
    """And with nothing else."""
    first = await create_contract(world, small_contract(world))
    ended = await revise_or_fail(world, first, status=before, reason="Klart.")
    refused = await revise(world, ended, status=status)
    opened = await revise_or_fail(world, ended, status=status, reason="Det blev inte klart.")

    assert faults(refused) == [("required", "revision.reason")]
    assert opened.json()["revision"]["action"] == "reopen"
    assert opened.json()["status"] == status


@pytest.mark.parametrize("before", ["completed", "revoked", "entered-in-error"])
async def test_what_has_ended_is_not_changed_otherwise(world, before):
    """Neither its words, its parts nor the way it ended, whatever the reason; the same again is no change."""
    first = await create_contract(world, small_contract(world))
    ended = await revise_or_fail(world, first, status=before, reason="Klart.")
    agreement = {**ended.json()["agreement"], "goals": []}
    others = {"completed", "revoked", "entered-in-error", "unknown"} - {before}
    answers = [
        await revise(world, ended, title="Nytt", reason="Skäl."),
        await revise(world, ended, agreement=agreement, reason="Skäl."),
        *[await revise(world, ended, status=one, reason="Skäl.") for one in sorted(others)],
    ]
    same = await revise_or_fail(world, ended, reason="Skäl.")

    assert {answer.status_code for answer in answers} == {422}
    assert {faults(answer)[0] for answer in answers} == {("business-rule", "status")}
    assert same.headers["etag"] == ended.headers["etag"]
    assert [one["action"] for one in await revisions(world, first)] == ["end", "create"]


async def test_what_was_entered_in_error_stays_so(world):
    """It is not reopened: a new contract is written."""
    first = await create_contract(world, small_contract(world))
    error = await revise_or_fail(world, first, status="entered-in-error", reason="Fel person.")

    assert faults(await revise(world, error, status="active", reason="Rätt ändå.")) == [("business-rule", "status")]


async def test_a_new_contract_in_error_needs_a_reason(world):
    """One that has ended elsewhere can be written as it is."""
    refused = await world.post("physician", "/api/contracts", small_contract(world, status="entered-in-error"))

    assert faults(refused) == [("required", "revision.reason")]
    await create_contract(world, small_contract(world, status="completed"))


async def test_the_reason_that_was_read_is_none_for_the_next_revision(world):
    """A client that sends back all that it read has said no reason."""
    first = await create_contract(world, small_contract(world, revision={"reason": "Första gången."}))
    refused = await revise(world, first, status="completed")
    repeated = await revise_or_fail(world, first, title="Nytt")

    assert first.json()["revision"]["reason"] == "Första gången."
    assert faults(refused) == [("required", "revision.reason")]
    assert "reason" not in repeated.json()["revision"]


async def test_the_server_says_who_when_and_what(world):
    """What a client says of them is not believed."""
    by = {"giver": "SE2120000000-2A01", "practitioner": "SE2120000000-2A99", "name": "Någon Annan"}
    said = {"action": "end", "recorded": "2020-01-01T10:00:00+01:00", "by": by, "reason": "Ny."}
    first = await create_contract(world, small_contract(world, revision=said))
    revision = first.json()["revision"]

    assert (revision["action"], revision["reason"]) == ("create", "Ny.")
    assert revision["by"]["giver"] == "SE2321000000-1A01"
    assert revision["by"]["name"] == "Amina Farah"
    assert not revision["recorded"].startswith("2020")


# ---- The list, and the contract as it was ----


async def test_the_revisions_are_listed_newest_first(world):
    """Each with its number, what was done, when, by whom, and why where it was said."""
    first = await create_contract(world, small_contract(world))
    second = await revise_or_fail(world, first, title="Andra")
    third = await revise_or_fail(world, second, status="completed", reason="Klart.")
    await revise_or_fail(world, third, status="active", reason="Inte klart.")
    listed = await revisions(world, first)

    assert [(one["version"], one["action"], one.get("reason")) for one in listed] == [
        (4, "reopen", "Inte klart."),
        (3, "end", "Klart."),
        (2, "revise", None),
        (1, "create", None),
    ]
    assert [one["recorded"] for one in listed] == sorted((one["recorded"] for one in listed), reverse=True)
    assert {one["by"]["name"] for one in listed} == {"Amina Farah"}
    assert {one["by"]["category"] for one in listed} == {"health"}
    assert await revisions(world, first, "maria") == listed


async def test_each_revision_can_be_read_as_it_was(world):
    """Word for word as it was answered then: parts that are gone are there, and parts that came later are not."""
    answers = [await create_contract(world, contract(world))]
    sent = answers[0].json()
    sent["agreement"]["goals"].pop()
    sent["agreement"]["iDo"].append({"what": "Jag cyklar"})
    answers.append(await revise_or_fail(world, answers[0], sent))
    sent = answers[1].json()
    sent["agreement"]["goals"][0]["goal"] = "Gå till båten"
    sent["confirmations"] = []
    answers.append(await revise_or_fail(world, answers[1], sent, reason="Nytt mål."))
    for number, answer in enumerate(answers, 1):
        then = await world.get("maria", f"{contract_path(answer)}/revisions/{number}")
        assert then.status_code == 200, then.text
        assert then.json() == answer.json(), number


async def test_an_edit_through_fhir_is_a_revision_by_who_made_it(world):
    """The next revision is of its own changes, by its own author, and is built on the edit."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    goal = first.json()["agreement"]["goals"][0]["id"]
    await edit(world, "Goal", goal, psychiatrist(), description={"text": "Cykla runt sjön"})
    now = await world.get("physician", contract_path(first))
    await revise_or_fail(world, now, title="Nytt", reason="Bättre namn.")
    listed = await revisions(world, first, "gunnar")
    then = [(await world.get("gunnar", f"{contract_path(first)}/revisions/{number}")).json() for number in (1, 2, 3)]

    assert now.json()["revision"] == {name: value for name, value in listed[1].items() if name != "version"}
    assert [(one["action"], one.get("reason"), one["by"]["practitioner"]) for one in listed] == [
        ("revise", "Bättre namn.", first.json()["revision"]["by"]["practitioner"]),
        ("revise", None, PSYCHIATRIC_NURSE.hsa_id),
        ("create", None, first.json()["revision"]["by"]["practitioner"]),
    ]
    assert [(one["title"], one["agreement"]["goals"][0]["goal"]) for one in then] == [
        ("Kontrakt", "Cykla till sjön"),
        ("Kontrakt", "Cykla runt sjön"),
        ("Nytt", "Cykla runt sjön"),
    ]


async def test_an_edit_through_fhir_that_says_the_same_is_no_revision(world):
    """Nor is one of what is no part of a contract."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    goal = first.json()["agreement"]["goals"][0]["id"]
    before = {one for one in await versions(world, first) if one.startswith("Provenance/")}
    repeated = await edit(world, "Goal", goal)
    alone = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Sova"}}
    made = await world.post("physician", "/fhir/Goal", {**alone, "subject": {"reference": first.json()["patient"]}})
    other = await edit(world, "Goal", made.json()["id"], description={"text": "Sova länge"})
    after = {one for one in await versions(world, first) if one.startswith("Provenance/")}

    assert (repeated.status_code, made.status_code, other.status_code) == (200, 201, 200)
    assert after == before
    assert len(await revisions(world, first)) == 1


async def test_a_part_that_comes_and_goes_through_fhir_is_a_revision(world):
    """By the agreement's CarePlan, which refers to it."""
    first = await create_contract(world, small_contract(world))
    plan = await read(world, "CarePlan", first.json()["id"])
    alone = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Sova"}}
    made = await world.post("physician", "/fhir/Goal", {**alone, "subject": {"reference": first.json()["patient"]}})
    goals = [*plan["goal"], {"reference": f"Goal/{made.json()['id']}"}]
    for each in (goals, plan["goal"]):
        assert (await edit(world, "CarePlan", plan["id"], goal=each)).status_code == 200
    then = [(await world.get("maria", f"{contract_path(first)}/revisions/{one}")).json() for one in (1, 2, 3)]

    assert [len(one["agreement"]["goals"]) for one in then] == [2, 3, 2]


async def test_a_confirmation_that_changes_through_fhir_is_a_revision(world):
    """To another day, and to something that confirms nothing."""
    days = [f"2026-02-0{day}T10:00:00+01:00" for day in (2, 3)]
    first = await create_contract(world, small_contract(world, confirmations=[{"party": "person", "at": days[0]}]))
    stored = await read(world, "Provenance", first.json()["confirmations"][0]["id"])
    changed = await edit(world, "Provenance", stored["id"], recorded=days[1])
    agent = {**stored["agent"][0], "role": [{"text": "Lyssnade"}]}
    turned = await edit(world, "Provenance", stored["id"], agent=[agent], meta={"versionId": "2"})
    then = [(await world.get("maria", f"{contract_path(first)}/revisions/{one}")).json() for one in (1, 2)]

    assert [one.status_code for one in (changed, turned)] == [200, 200], turned.text
    assert [[each["at"] for each in one["confirmations"]] for one in then] == [days[:1], days[1:]]


async def test_a_contract_through_fhir_has_its_first_revision(world):
    """A CarePlan of a patient contract that is sent alone is created by who sent it."""
    first = await create_contract(world, small_contract(world))
    stored = await read(world, "CarePlan", first.json()["id"])
    new = {
        name: value
        for name, value in stored.items()
        if name in {"resourceType", "status", "intent", "category", "subject", "title", "note"}
    }
    made = await world.post("physician", "/fhir/CarePlan", new)
    revision = (await world.get("physician", f"/api/contracts/{made.json()['id']}")).json()["revision"]

    assert made.status_code == 201, made.text
    assert (revision["action"], revision["by"]["name"]) == ("create", "Amina Farah")
