"""A contract is never overwritten: each revision has its author, and what ends, begins anew or is replaced its reason."""

import asyncio
import json

import pytest

from app.demo.data.givers import HEALTH_CENTRE, PSYCHIATRIC_NURSE, PSYCHIATRY
from tests.builders.calls import faults, inner_block, location, push, states
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
from tests.builders.contract_resources import contract_push, pushed_goal
from tests.builders.tokens import psychiatrist, system

ABSENT = "a" * 32


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
    again = await revise_or_fail(world, first, title="Nytt")

    assert first.json()["revision"]["reason"] == "Första gången."
    assert faults(refused) == [("required", "revision.reason")]
    assert "reason" not in again.json()["revision"]


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
        (4, "reopen", "Inte klart."), (3, "end", "Klart."), (2, "revise", None), (1, "create", None),
    ]  # fmt: skip
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
        ("Kontrakt", "Cykla till sjön"), ("Kontrakt", "Cykla runt sjön"), ("Nytt", "Cykla runt sjön"),
    ]  # fmt: skip


async def test_an_edit_through_fhir_that_says_the_same_is_no_revision(world):
    """Nor is one of what is no part of a contract."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    goal = first.json()["agreement"]["goals"][0]["id"]
    before = {one for one in await versions(world, first) if one.startswith("Provenance/")}
    again = await edit(world, "Goal", goal)
    alone = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Sova"}}
    made = await world.post("physician", "/fhir/Goal", {**alone, "subject": {"reference": first.json()["patient"]}})
    other = await edit(world, "Goal", made.json()["id"], description={"text": "Sova länge"})
    after = {one for one in await versions(world, first) if one.startswith("Provenance/")}

    assert (again.status_code, made.status_code, other.status_code) == (200, 201, 200)
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


# ---- A record system's pushes ----


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
    made = await world.post("municipal-nurse", "/fhir/Goal", {
        "resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Sova"},
        "subject": {"reference": first.json()["patient"]},
    })  # fmt: skip
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
    again = await edit(world, "CarePlan", identity, status="active")
    words = await edit(world, "CarePlan", identity, title="Nytt")

    assert (refused.status_code, paused.status_code) == (422, 200), (refused.text, paused.text)
    assert faults(refused) == [("business-rule", "CarePlan.status")]
    assert ended.json()["status"] == "completed"
    assert (again.status_code, words.status_code) == (422, 422)


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
    await world.get("home-care", f"{contract_path(first)}/revisions/1")
    events = (await world.get("log-auditor", f"/fhir/AuditEvent?patient=Patient/{world.ids['maria']}")).json()["entry"]
    refused, shown = [entry["resource"] for entry in events[:2]]
    details = {
        entity["what"]["reference"]: entity["detail"][0]["valueString"]
        for entity in shown["entity"] if "detail" in entity and "what" in entity
    }  # fmt: skip

    assert shown["subtype"][0]["code"] == refused["subtype"][0]["code"] == "history-instance"
    assert (shown["outcome"], refused["outcome"]) == ("0", "4")
    assert details[f"Goal/{goal}"] == "1"


# ---- Who sees which past ----


async def test_who_does_not_see_the_contract_sees_no_past_of_it(world):
    """The same 404 as for one that is none."""
    first = await create_contract(world, small_contract(world))
    for caller in ("home-care", "administrator", "tom", "physician-without-consent", "log-auditor", "ehr-private"):
        for path in ("revisions", "revisions/1"):
            answers = [await world.get(caller, f"/api/contracts/{one}/{path}") for one in (first.json()["id"], ABSENT)]
            assert {answer.status_code for answer in answers} == {404}, caller
            assert answers[0].content == answers[1].content


async def test_what_is_closed_now_is_closed_in_the_past(world):
    """A goal that has become restricted is not read as it was before."""
    first = await create_contract(world, small_contract(world))
    before = (await world.get("municipal-nurse", f"{contract_path(first)}/revisions/1")).json()
    sent = first.json()
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    await revise_or_fail(world, first, sent)
    after = (await world.get("municipal-nurse", f"{contract_path(first)}/revisions/1")).json()

    assert len(before["agreement"]["goals"]) == 2
    assert [one["goal"] for one in after["agreement"]["goals"]] == ["Cykla till byn"]
    assert len((await world.get("maria", f"{contract_path(first)}/revisions/1")).json()["agreement"]["goals"]) == 2


async def test_a_restricted_part_that_is_gone_stays_hidden(world):
    """Deleting opens nothing."""
    sent = small_contract(world)
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    first = await create_contract(world, sent)
    sent = first.json()
    hidden = sent["agreement"]["goals"].pop(0)["id"]
    await revise_or_fail(world, first, sent)
    then = await world.get("municipal-nurse", f"{contract_path(first)}/revisions/1")

    assert then.status_code == 200
    assert hidden not in then.text
    assert hidden in (await world.get("maria", f"{contract_path(first)}/revisions/1")).text


async def test_a_revision_of_what_is_hidden_is_not_listed(world):
    """Neither that something was done, nor why; the numbers have no gap."""
    first = await create_contract(world, small_contract(world))
    sent = first.json()
    sent["agreement"]["goals"].append({"goal": "Hemligt", "confidentiality": "R"})
    second = await revise_or_fail(world, first, sent, reason="Hemligt skäl.")
    await revise_or_fail(world, second, title="Nytt")
    listed = await revisions(world, first, "municipal-nurse")
    now = (await world.get("municipal-nurse", contract_path(first))).json()
    then = await world.get("municipal-nurse", f"{contract_path(first)}/revisions/2")

    assert [(one["version"], one["action"]) for one in listed] == [(2, "revise"), (1, "create")]
    assert "Hemligt" not in json.dumps(listed)
    assert now["revision"] == {name: value for name, value in listed[0].items() if name != "version"}
    assert then.json()["title"] == "Nytt"
    assert "Hemligt" not in then.text
    assert len(await revisions(world, first, "maria")) == 3


async def test_a_contract_with_a_hidden_part_tells_who_wrote_it(world):
    """As one without it does: that the trail is short would tell that something is hidden."""
    sent = small_contract(world)
    plain = await create_contract(world, sent)
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    hiding = await create_contract(world, sent)

    for answer in (plain, hiding):
        assert [one["action"] for one in await revisions(world, answer, "municipal-nurse")] == ["create"]
        assert (await world.get("municipal-nurse", contract_path(answer))).json()["revision"]["action"] == "create"


async def test_a_blocked_unit_leaves_no_sign_in_the_past(world):
    """What a clinic has added to another unit's contract is gone from its past too, with who added it and why."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    sent = first.json()
    sent["agreement"]["careDoes"] = [{"what": "Hemligt samtal"}]
    await revise_or_fail(world, first, sent, caller=psychiatrist(), reason="Hemligt skäl.")
    await inner_block(world, PSYCHIATRY)
    now = await world.get("physician", contract_path(first))
    listed = await revisions(world, first)

    assert now.json() == first.json()
    assert [one["action"] for one in listed] == ["create"]
    assert (await world.get("physician", f"{contract_path(first)}/revisions/2")).status_code == 404
    assert (await world.get("physician", f"{contract_path(first)}/revisions/1")).json() == first.json()


# ---- Replacing ----


async def test_a_contract_that_replaces_another_ends_it(world):
    """In one transaction: the old is completed, with a revision and the reason; the new one refers to it."""
    old = await create_contract(world, small_contract(world))
    new = await create_contract(
        world, small_contract(world, replaces=old.json()["id"], revision={"reason": "Ny överenskommelse."})
    )
    ended = (await world.get("physician", contract_path(old))).json()

    assert new.json()["replaces"] == old.json()["id"]
    assert new.json()["revision"]["action"] == "replace"
    assert ended["status"] == "completed"
    assert (ended["revision"]["action"], ended["revision"]["reason"]) == ("end", "Ny överenskommelse.")
    assert [one["action"] for one in await revisions(world, old)] == ["end", "create"]
    assert (await world.get("physician", contract_path(new))).json() == new.json()


async def test_what_has_ended_can_be_replaced_and_stays_as_it_ended(world):
    """It gets no second end."""
    old = await create_contract(world, small_contract(world))
    ended = await revise_or_fail(world, old, status="revoked", reason="Avbrutet.")
    await create_contract(world, small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."}))

    assert (await world.get("physician", contract_path(old))).json() == ended.json()
    assert len(await revisions(world, old)) == 2


async def test_a_replacement_needs_a_reason(world):
    """And nothing is written without one."""
    old = await create_contract(world, small_contract(world))
    refused = await world.post("physician", "/api/contracts", small_contract(world, replaces=old.json()["id"]))

    assert faults(refused) == [("required", "revision.reason")]
    assert (await world.get("physician", contract_path(old))).json()["status"] == "active"


async def test_a_contract_is_replaced_once(world):
    """Also of eight at the same time, and also one that has ended."""
    for status in ("active", "completed"):
        old = await create_contract(world, small_contract(world, status=status))
        sent = small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."})
        answers = await asyncio.gather(*(world.post("physician", "/api/contracts", sent) for _ in range(8)))
        late = await world.post("physician", "/api/contracts", sent)

        assert sorted(answer.status_code for answer in answers) == [201, *[422] * 7], [one.text for one in answers]
        assert faults(late) == [("business-rule", "replaces")]


async def test_only_who_may_write_a_contract_replaces_it(world):
    """Another giver who sees it gets 403, and it goes on; one that is not seen is as one that is none."""
    old = await create_contract(world, small_contract(world))
    sent = small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."})
    seen = await world.post("municipal-nurse", "/api/contracts", sent)
    ended = await create_contract(world, small_contract(world, status="completed"))
    over = await world.post("municipal-nurse", "/api/contracts", {**sent, "replaces": ended.json()["id"]})
    others = await create_contract(world, small_contract(world, "gunnar"))
    answers = [
        await world.post("physician", "/api/contracts", {**sent, "replaces": one})
        for one in (others.json()["id"], ABSENT)
    ]

    assert (seen.status_code, over.status_code) == (403, 403)
    assert (await world.get("physician", contract_path(old))).json()["status"] == "active"
    assert [faults(answer) for answer in answers] == [[("not-found", "replaces")]] * 2
    assert answers[0].content == answers[1].content


async def test_what_a_contract_replaces_is_said_once(world):
    """A revision neither adds, changes nor drops it."""
    old, other = (
        await create_contract(world, small_contract(world)),
        await create_contract(world, small_contract(world)),
    )
    new = await create_contract(world, small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."}))
    without = {name: value for name, value in new.json().items() if name != "replaces"}
    answers = [
        await revise(world, other, replaces=old.json()["id"], reason="Nytt."),
        await revise(world, new, replaces=other.json()["id"], reason="Nytt."),
        await revise(world, new, without, reason="Nytt."),
    ]

    assert [faults(answer) for answer in answers] == [[("business-rule", "replaces")]] * 3
    await revise_or_fail(world, new, title="Nytt")
