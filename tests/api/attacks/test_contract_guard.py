"""Attacks on how a contract ends and on its trail, through FHIR: what has ended stays, and nobody signs for another."""

import pytest

from app.demo.data.givers import HEALTH_CENTRE, PSYCHIATRY
from tests.builders.calls import faults, inner_block, location, push, put, statement
from tests.builders.contract_calls import (
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
from tests.builders.contract_resources import contract_provenance, contract_push, pushed_goal
from tests.builders.resources import CANONICAL, HSA, NEW, PARTICIPANT
from tests.builders.tokens import psychiatrist, system

CONFIRMED = f"{CANONICAL}/CodeSystem/party"


async def trail(world, answer):
    """The Provenance of the one revision of a contract of Gunnar's."""
    place = f"CarePlan/{answer.json()['id']}"
    found = [one.partition("/")[2] for one in await versions(world, answer) if one.startswith("Provenance/")]
    each = [await read(world, "Provenance", one, "gunnar") for one in found]
    return next(one for one in each if place in {to.get("reference") for to in one["target"]})


def confirmation(answer):
    """The person confirms a contract."""
    return {
        "resourceType": "Provenance", "recorded": "2026-02-03T10:00:00Z",
        "target": [{"reference": f"CarePlan/{answer.json()['id']}"}, {"reference": answer.json()["patient"]}],
        "agent": [{
            "type": {"coding": [{"system": PARTICIPANT, "code": "attester"}]},
            "role": [{"coding": [{"system": CONFIRMED, "code": "person"}]}],
            "who": {"reference": answer.json()["patient"]},
        }],
    }  # fmt: skip


# ---- What a contract is ----


async def test_a_contract_does_not_stop_being_one(world):
    """Without its category every rule on its end would fall: 422, and the same the other way round."""
    first = await create_contract(world, small_contract(world))
    stored = await read(world, "CarePlan", first.json()["id"])
    bare = {name: value for name, value in stored.items() if name != "category"} | {"meta": {"versionId": "1"}}
    other = {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": stored["subject"]}
    plan = (await world.post("physician", "/fhir/CarePlan", other)).json()
    answers = [
        await put(world, "physician", bare),
        await edit(world, "CarePlan", plan["id"], category=stored["category"], note=stored["note"], title="Kontrakt"),
    ]

    assert [faults(one) for one in answers] == [[("business-rule", "CarePlan.category")]] * 2, answers[1].text
    assert (await world.get("physician", contract_path(first))).json() == first.json()


async def test_what_a_contract_replaces_is_not_said_through_fhir(world):
    """Neither of one that is there, nor of a new one, for which a reason is needed."""
    old, first = (
        await create_contract(world, small_contract(world)),
        await create_contract(world, small_contract(world)),
    )
    replaces = [{"reference": f"CarePlan/{old.json()['id']}"}]
    stored = await read(world, "CarePlan", first.json()["id"])
    new = {name: value for name, value in stored.items() if name not in {"id", "meta"}}
    heir = await create_contract(world, small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."}))
    other = [{"reference": f"CarePlan/{first.json()['id']}"}]
    answers = [
        await edit(world, "CarePlan", stored["id"], replaces=replaces),
        await edit(world, "CarePlan", heir.json()["id"], replaces=other),
        await world.post("physician", "/fhir/CarePlan", {**new, "replaces": replaces}),
        await world.post("physician", "/fhir/CarePlan", {**new, "status": "entered-in-error"}),
    ]

    assert [faults(one)[0] for one in answers] == [
        *[("business-rule", "CarePlan.replaces")] * 2,
        *[("business-rule", "CarePlan.status")] * 2,
    ]


async def test_a_revision_stays_whatever_its_contract_is(world):
    """Its Provenance is refused for what it is, with or without a contract that is seen."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    told = await trail(world, first)
    agent = [{"type": {"text": "skrev"}, "who": told["agent"][0]["who"]}]
    stripped = await edit(world, "Provenance", told["id"], agent=agent, meta={"versionId": "1"})
    target = [{"reference": first.json()["patient"]}]
    turned = await edit(world, "Provenance", told["id"], target=target)

    assert [faults(one) for one in (stripped, turned)] == [[("business-rule", "Provenance")]] * 2


# ---- What has ended ----


@pytest.mark.parametrize("status", ["completed", "entered-in-error"])
async def test_no_part_of_what_has_ended_changes_through_fhir(world, status):
    """Nor is it confirmed, nor a confirmation changed; a part that another contract holds too goes on with that."""
    day = "2026-02-02T10:00:00+01:00"
    first = await create_contract(
        world, small_contract(world, confirmations=[{"party": "person", "at": day}], team=[{"role": "Läkare"}])
    )
    ended = await revise_or_fail(world, first, status=status, reason="Klart.")
    plan = await read(world, "CarePlan", first.json()["id"])
    goal, other = (one["id"] for one in first.json()["agreement"]["goals"])
    second = await create_contract(world, small_contract(world))
    linked = await read(world, "CarePlan", second.json()["id"])
    await edit(world, "CarePlan", linked["id"], goal=[*linked["goal"], {"reference": f"Goal/{other}"}])
    answers = [
        await edit(world, "Goal", goal, description={"text": "Något annat"}),
        await edit(world, "CareTeam", plan["careTeam"][0]["reference"].partition("/")[2], name="Laget"),
        await edit(world, "Provenance", first.json()["confirmations"][0]["id"], recorded="2026-02-03T10:00:00Z"),
        await world.post("physician", "/fhir/Provenance", confirmation(first)),
    ]
    shared = await edit(world, "Goal", other, description={"text": "Delat"})

    assert [faults(one) for one in answers] == [[("business-rule", "CarePlan.status")]] * 4, answers[3].text
    assert shared.status_code == 200, shared.text
    assert (await world.get("physician", f"{contract_path(first)}/revisions/2")).json() == ended.json()


async def test_a_push_does_not_revive_what_was_entered_in_error(world):
    """However new it says that it is: 422, nothing of it is stored; the same again changes nothing."""
    times = ["2026-11-20T08:00:00Z", "2099-01-01T08:00:00Z"]
    first = await push(world, "ehr-region", *contract_push(world, {}, at=times[0]))
    identity = location(first, 0).partition("/")[2]
    now = await world.get("physician", f"/api/contracts/{identity}")
    await revise_or_fail(world, now, status="entered-in-error", reason="Fel person.")
    repeated = await push(
        world, "ehr-region", *contract_push(world, {}, pushed_goal(world, "Gå", times[1]), at=times[1])
    )
    late = await push(world, "ehr-region", *contract_push(world, {}, at=times[0]))

    assert faults(repeated) == [("business-rule", "status")]
    assert late.status_code == 200, late.text
    assert (await world.get("maria", f"/api/contracts/{identity}")).json()["status"] == "entered-in-error"


async def test_a_record_system_keeps_its_own_parts_of_what_has_ended(world):
    """A time that it cancels is cancelled; staff leave it; a confirmation that it has sent before is no news."""
    times = [f"2026-11-2{day}T08:00:00Z" for day in range(3)]
    goal = {"goal": [{"reference": "urn:uuid:1"}]}
    sent = confirmed(world)
    ended = contract_push(world, {**goal, "status": "completed"}, pushed_goal(world, "Gå", times[0]), sent, at=times[0])
    ehr = system(HEALTH_CENTRE)
    first, repeated = [await push(world, ehr, *ended) for _ in range(2)]
    moved = await push(world, ehr, pushed_goal(world, "Cykla", times[1]))
    staff = await edit(world, "Goal", location(first, 1).partition("/")[2], description={"text": "Stå"})
    late = {**sent, "recorded": times[2], "target": [{"reference": location(first, 0)}]}
    news = await push(world, ehr, *[pushed_goal(world, "Cykla", times[1])], late)

    assert [one.status_code for one in (first, repeated, moved)] == [200] * 3, repeated.text
    assert [faults(one) for one in (staff, news)] == [[("business-rule", "CarePlan.status")]] * 2


def confirmed(world):
    """A confirmation by the person, of the first entry of a push."""
    agent = {
        "type": {"coding": [{"system": PARTICIPANT, "code": "attester"}]},
        "role": [{"coding": [{"system": CONFIRMED, "code": "person"}]}],
        "who": {"reference": f"Patient/{world.ids['maria']}"},
    }
    return {
        "resourceType": "Provenance", "recorded": "2026-02-03T10:00:00Z",
        "target": [{"reference": "urn:uuid:0"}], "agent": [agent],
    }  # fmt: skip


async def test_what_was_replaced_is_not_reopened(world):
    """Both would hold: 422, by the contract's own address too."""
    old = await create_contract(world, small_contract(world))
    await create_contract(world, small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."}))
    ended = await world.get("physician", contract_path(old))

    assert faults(await revise(world, ended, status="active", reason="Ändå.")) == [("business-rule", "status")]


async def test_a_push_does_not_reopen_what_was_replaced(world):
    """Whatever its record system says."""
    times = ["2026-11-20T08:00:00Z", "2099-01-01T08:00:00Z"]
    first = await push(world, "ehr-region", *contract_push(world, {}, at=times[0]))
    old = location(first, 0).partition("/")[2]
    await create_contract(world, small_contract(world, replaces=old, revision={"reason": "Nytt."}))

    assert faults(await push(world, "ehr-region", *contract_push(world, {}, at=times[1]))) == [
        ("business-rule", "status")
    ]


async def test_another_giver_does_not_keep_a_contract_from_being_replaced(world):
    """A plan of theirs that says that it replaces it is theirs alone."""
    old = await create_contract(world, small_contract(world))
    stored = await read(world, "CarePlan", old.json()["id"])
    new = {name: stored[name] for name in ("resourceType", "status", "intent", "category", "subject", "title", "note")}
    replaces = [{"reference": f"CarePlan/{old.json()['id']}"}]
    linked = {**new, "category": [{"text": "Annat"}], "replaces": replaces}
    theirs = [await world.post(caller, "/fhir/CarePlan", linked) for caller in ("municipal-nurse", "physician")]

    assert [one.status_code for one in theirs] == [201, 201], theirs[0].text
    await create_contract(world, small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."}))


# ---- Parts of two contracts ----


async def test_what_another_contract_holds_too_is_only_let_go_of(world):
    """A goal of one, which another refers to, is not deleted with its place there; nor is a contract that is linked."""
    first, second = (
        await create_contract(world, small_contract(world)),
        await create_contract(world, small_contract(world)),
    )
    goal = second.json()["agreement"]["goals"][0]["id"]
    plan = await read(world, "CarePlan", first.json()["id"])
    held = {
        "goal": [*plan["goal"], {"reference": f"Goal/{goal}"}],
        "supportingInfo": [*plan.get("supportingInfo", ()), {"reference": f"CarePlan/{second.json()['id']}"}],
    }
    assert (await edit(world, "CarePlan", plan["id"], **held)).status_code == 200
    now = await world.get("physician", contract_path(first))
    agreement = {**now.json()["agreement"], "goals": []}
    after = await revise_or_fail(world, now, agreement=agreement, plans=[])

    assert len(now.json()["agreement"]["goals"]) == 3
    assert now.json()["plans"] == after.json()["agreement"]["goals"] == []
    assert (await world.get("physician", contract_path(second))).json() == second.json()


# ---- Who signs ----


async def test_a_push_signs_for_no_member_of_staff(world):
    """A revision that it tells itself names none, and is called what it is: 422 else, and nothing is stored."""
    at = "2026-11-20T08:00:00Z"
    who = {"type": "Practitioner", "identifier": {"system": HSA, "value": "SE2321000000-1P12"}}
    author = {"type": {"coding": [{"system": PARTICIPANT, "code": "author"}]}, "who": who}
    told = contract_provenance("urn:uuid:0", "custodian", "SE2321000000-1A01")
    code = {"coding": [{"system": f"{CANONICAL}/CodeSystem/revision-action", "code": "end"}]}
    forged = [{**told, "agent": [*told["agent"], author]}, {**told, "activity": code}]
    answers = [await push(world, system(HEALTH_CENTRE), *contract_push(world, {}, one, at=at)) for one in forged]

    assert [faults(one) for one in answers] == [
        [("business-rule", "Provenance.agent")],
        [("business-rule", "Provenance.activity")],
    ]
    assert (await push(world, system(HEALTH_CENTRE), *contract_push(world, {}, told, at=at))).status_code == 200


async def test_a_revision_is_not_written_alone(world):
    """What changes nothing is no revision: staff's Provenance of one is 422."""
    first = await create_contract(world, small_contract(world))
    sent = contract_provenance(f"CarePlan/{first.json()['id']}", "custodian", "SE2321000000-1A01")
    target = [*sent["target"], {"reference": first.json()["patient"]}]

    assert faults(await world.post("physician", "/fhir/Provenance", {**sent, "target": target})) == [
        ("business-rule", "Provenance")
    ]


async def test_a_provenance_of_the_future_is_not_the_newest(world):
    """The trail is in the order in which it was written, and a reason that is sent back with its time is no new one."""
    first = await create_contract(world, small_contract(world, revision={"reason": "Första."}))
    told = contract_provenance(
        f"CarePlan/{first.json()['id']}", "custodian", "SE2321000000-1A01", recorded="2099-01-01T00:00:00Z"
    )
    sent = await push(world, system(HEALTH_CENTRE), pushed_goal(world, "Gå", "2026-11-20T08:00:00Z", "X-1"), told)
    assert sent.status_code == 200, sent.text
    refused = await revise(world, first, status="completed")
    second = await revise_or_fail(world, first, title="Nytt")

    assert faults(refused) == [("required", "revision.reason")]
    assert second.json()["revision"].keys() == {"action", "recorded", "by"}
    assert len(await revisions(world, first)) == 2


# ---- What is hidden ----


async def test_a_revision_that_deletes_what_is_hidden_is_hidden(world):
    """Its Provenance speaks of what went, too."""
    sent = small_contract(world)
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    first = await create_contract(world, sent)
    search = f"/fhir/Provenance?patient={first.json()['patient']}&_total=accurate"
    before = (await world.get("municipal-nurse", search)).json()["total"]
    agreement = first.json()["agreement"]
    await revise_or_fail(world, first, agreement={**agreement, "goals": agreement["goals"][1:]}, reason="Hemligt skäl.")

    assert (await world.get("municipal-nurse", search)).json()["total"] == before
    assert "Hemligt" not in (await world.get("municipal-nurse", search)).text
    assert "Hemligt" in (await world.get("maria", search)).text


async def test_the_reason_of_a_revision_is_for_who_sees_all_that_it_changed(world):
    """One of the title and of a restricted goal is told without it."""
    sent = small_contract(world)
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    first = await create_contract(world, sent)
    sent = {**first.json(), "title": "Nytt"}
    sent["agreement"]["goals"][0]["goal"] = "Hemligt mål"
    second = await revise_or_fail(world, first, sent, reason="Hemligt skäl.")
    third = await revise_or_fail(world, second, title="Nyast", reason="Bättre namn.")
    listed = {caller: await revisions(world, first, caller) for caller in ("municipal-nurse", "maria")}
    then = await world.get("municipal-nurse", f"{contract_path(first)}/revisions/2")

    assert third.json()["revision"]["reason"] == "Bättre namn."
    assert [one.get("reason") for one in listed["municipal-nurse"]] == ["Bättre namn.", None, None]
    assert [one.get("reason") for one in listed["maria"]] == ["Bättre namn.", "Hemligt skäl.", None]
    assert (then.json()["title"], "Hemligt" in then.text) == ("Nytt", False)


async def test_a_contract_is_not_read_by_a_write_that_is_out_of_scope(world):
    """Not even of what changes nothing: 403."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    answers = [
        await revise(world, first, caller=psychiatrist(scope))
        for scope in ("user/Goal.rs", "user/*.rs", "user/CarePlan.u")
    ]

    assert [one.status_code for one in answers] == [403, 403, 200], [one.text for one in answers]


async def test_a_personal_number_is_no_id(world):
    """Neither in a contract, nor in a resource, a push, an overview or a block: 422, and it is kept nowhere."""
    number = NEW
    person = {"reference": f"Patient/{number}"}
    goal = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Gå"}, "subject": person}
    keyed = {**pushed_goal(world, "Gå", "2026-11-20T08:00:00Z"), "subject": person}
    answers = [
        await world.post("physician", "/api/contracts", {**small_contract(world), "patient": person["reference"]}),
        await world.post("physician", "/fhir/Goal", goal),
        await push(world, "ehr-region", keyed),
        await world.post("physician", "/api/overview", {"patient": person["reference"]}),
        await world.post("maria", "/api/blocks", {"patient": person["reference"], "giver": "SE2321000000-1A01"}),
    ]
    kept = await statement(world, f"SELECT 1 FROM audit WHERE audit::text LIKE '%{number}%'")

    assert [one.status_code for one in answers] == [422] * 5, [one.text for one in answers]
    assert kept == []
    assert not any(number in one.text for one in answers)


async def test_a_part_that_is_hidden_leaves_no_sign(world):
    """A restricted goal that a colleague adds: for whom it is hidden, neither the tag nor who wrote is another."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    seen = await world.get("municipal-nurse", contract_path(first))
    plan = await read(world, "CarePlan", first.json()["id"], "municipal-nurse")
    agreement = first.json()["agreement"]
    goals = [*agreement["goals"], {"goal": "Hemligt", "confidentiality": "R"}]
    second = await revise_or_fail(world, first, agreement={**agreement, "goals": goals}, caller=psychiatrist())
    repeated = await world.get("municipal-nurse", contract_path(first))
    after = await read(world, "CarePlan", first.json()["id"], "municipal-nurse")

    assert repeated.headers["etag"] == seen.headers["etag"]
    assert repeated.content == seen.content
    assert after["author"] == plan["author"]
    assert second.headers["etag"] != first.headers["etag"]
    assert (await world.get(psychiatrist(), contract_path(first))).headers["etag"] == second.headers["etag"]


async def test_what_a_hidden_contract_replaces_is_as_what_another_does(world):
    """The same answer, whether its heir is seen or not."""
    old = await create_contract(world, small_contract(world, "gunnar"))
    sent = small_contract(world, "gunnar", replaces=old.json()["id"], revision={"reason": "Nytt."})
    await create_contract(world, sent, caller=psychiatrist())
    seen = await world.post("physician", "/api/contracts", sent)
    await inner_block(world, PSYCHIATRY)
    hidden = await world.post("physician", "/api/contracts", sent)

    assert (seen.status_code, hidden.status_code) == (422, 422), hidden.text
    assert seen.content == hidden.content
