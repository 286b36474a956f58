"""Attacks on whose a resource is: another giver's name, another source's key, an older version."""

from app.demo.data import contracts
from app.demo.data.givers import HEALTH_CENTRE, HOME_NURSING, MUNICIPAL_HEALTH, PSYCHIATRY, REGION
from tests.builders.calls import create, faults, inner_block, push, push_one, put
from tests.builders.contract_calls import revise
from tests.builders.resources import ABSENT, HIERARCHY, HSA, PARTICIPANT, SYSTEM, bundle, goal, labelled, patient, visit
from tests.builders.tokens import psychiatrist, system
from tests.builders.world import BASE


async def test_a_client_cannot_write_under_another_givers_name(world):
    """By hsaHierarchy or by Provenance, at create, at update or in a push: 403, and nothing is stored."""
    who = {"identifier": {"system": HSA, "value": MUNICIPAL_HEALTH.hsa_id}, "type": "Organization"}
    nested = {"extension": [{"url": HIERARCHY, "extension": [{"url": "hsaCareProvider", "valueReference": who}]}]}
    unreadable = {
        "extension": [{"url": HIERARCHY, "extension": [{"url": "hsaCareProvider", "valueReference": {"display": "x"}}]}]
    }
    mine = await create(world, goal(world))
    agent = {"type": {"coding": [{"system": PARTICIPANT, "code": "custodian"}]}, "who": who}
    speaking = {
        "resourceType": "Provenance", "target": [{"reference": "urn:uuid:0"}], "recorded": "2026-01-20T08:00:00Z",
        "agent": [agent],
    }  # fmt: skip
    ehr = system(HEALTH_CENTRE)
    answers = [
        await world.post("physician", "/fhir/Goal", goal(world, **nested)),
        await world.post("physician", "/fhir/Goal", goal(world, **unreadable)),
        await put(world, "physician", {**mine, **nested}),
        await push(world, ehr, visit(world, **nested)),
        await push(world, ehr, visit(world), speaking),
        await world.post(
            "physician", "/fhir/Provenance", {**speaking, "target": [{"reference": f"Patient/{world.ids['gunnar']}"}]}
        ),
    ]

    assert [answer.status_code for answer in answers] == [403] * len(answers), [answer.text for answer in answers]
    assert (await push(world, ehr, visit(world))).json()["entry"][0]["response"]["status"].startswith("201")


async def test_the_author_in_a_push_says_the_unit(world):
    """What a psychiatric clinic of the same giver wrote is the clinic's, and falls under its inner block."""
    agents = [
        {
            "type": {"coding": [{"system": PARTICIPANT, "code": role}]},
            "who": {"identifier": {"system": HSA, "value": who}, "type": "Organization"},
        }
        for role, who in (("custodian", REGION.hsa_id), ("author", PSYCHIATRY.hsa_id))
    ]
    speaking = {
        "resourceType": "Provenance", "target": [{"reference": "urn:uuid:0"}], "recorded": "2026-01-20T08:00:00Z",
        "agent": agents,
    }  # fmt: skip
    answer = await push(world, system(HEALTH_CENTRE), visit(world), speaking)
    place = answer.json()["entry"][0]["response"]["location"].partition("/_history")[0]
    before = (await world.get("physician", f"/fhir/{place}")).status_code
    await inner_block(world, PSYCHIATRY)

    assert (before, (await world.get("physician", f"/fhir/{place}")).status_code) == (200, 404)
    assert (await world.get(psychiatrist(), f"/fhir/{place}")).status_code == 200


async def test_a_resource_names_its_person(world):
    """A push of things about nobody, or a PUT that leaves the person out: 422."""
    task = {
        "resourceType": "Task", "identifier": [{"system": SYSTEM, "value": "T-1"}], "status": "requested",
        "intent": "plan",
    }  # fmt: skip
    alone = visit(world, participant=[{"actor": {"display": "någon"}, "status": "accepted"}])
    mine = await create(world, {**visit(world), "identifier": [{"system": "x:y", "value": "z"}]})
    ehr = system(HEALTH_CENTRE)

    assert (await push(world, ehr, goal(world, identifier=[{"system": SYSTEM, "value": "G"}]), task)).status_code == 422
    assert (await push(world, ehr, patient("195009072553"), alone)).status_code == 422
    assert (await put(world, "physician", {**mine, "participant": alone["participant"]})).status_code == 422


async def test_a_key_of_another_item_is_refused(world):
    """Two of the source's items cannot become one by naming both keys: 422, not a conflict to retry."""
    for key in ("K-1", "K-2"):
        await push(world, "ehr-region", visit(world, key))
    both = [{"system": SYSTEM, "value": key} for key in ("K-1", "K-2")]
    answer = await push(world, "ehr-region", visit(world, identifier=both, updated="2026-02-01T08:00:00Z"))

    assert answer.status_code == 422, answer.text


async def test_a_provenance_is_about_what_its_own_giver_wrote(world):
    """About another giver's contract it is refused like one about nothing, alone or among others, by any address."""
    first = await world.post(
        "physician", "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
    )
    other = system(HOME_NURSING)
    mine = await push_one(world, other, goal(world, identifier=[{"system": SYSTEM, "value": "G"}]))
    custodian = {"type": {"coding": [{"system": PARTICIPANT, "code": "custodian"}]},
                 "who": {"identifier": {"system": HSA, "value": MUNICIPAL_HEALTH.hsa_id}, "type": "Organization"}}  # fmt: skip
    speaking = {"resourceType": "Provenance", "recorded": "2026-01-20T08:00:00Z", "agent": [custodian]}
    foreign, absent = f"CarePlan/{first.json()['id']}", f"CarePlan/{ABSENT}"
    known = f"Goal/{mine['id']}"
    answers = [
        await push(
            world, other, patient("195009072553"), {**speaking, "target": [{"reference": one} for one in targets]}
        )
        for targets in (
            [foreign],
            [absent],
            [f"{BASE}/fhir/{foreign}"],
            [f"{foreign}/_history/1"],
            [known, foreign],
            [known],
        )
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 422, 200], [a.text for a in answers]
    assert answers[0].content == answers[1].content
    assert [code for code, _ in faults(answers[0])] == ["business-rule"]
    assert (await revise(world, first, title="Nytt")).status_code == 200


async def test_an_older_push_does_not_undo_what_was_changed_over_rest(world):
    """A replay of the first push is older news, whoever made the change since."""
    first = await push_one(world, "ehr-region", visit(world))
    changed = await put(world, "ehr-region", {**first, "status": "cancelled"})
    replay = await push(world, "ehr-region", visit(world, updated="2026-01-19T08:00:00Z"))

    assert (changed.status_code, replay.status_code) == (200, 200)
    assert (await world.get("ehr-region", f"/fhir/Appointment/{first['id']}")).json()["status"] == "cancelled"


async def test_if_match_in_a_push_is_not_ignored(world):
    """A client that asks for a condition which is not looked at must be told."""
    first = await push_one(world, "ehr-region", visit(world))
    sent = bundle(visit(world, status="cancelled", updated="2026-02-01T08:00:00Z"))
    sent["entry"][0]["request"] = {"method": "PUT", "url": f"Appointment/{first['id']}", "ifMatch": 'W/"9"'}
    sent["entry"][0]["resource"]["id"] = first["id"]
    answer = await world.post("ehr-region", "/fhir", sent)

    assert answer.status_code in {412, 422}, answer.text
    assert (await world.get("ehr-region", f"/fhir/Appointment/{first['id']}")).json()["status"] == "booked"


async def test_an_absolute_reference_to_here_is_cut_as_a_relative_one(world):
    """What is hidden is hidden under every spelling of its address."""
    hidden = await create(world, labelled(goal(world), "R"))
    for spelled in (
        f"Goal/{hidden['id']}",
        f"http://samplan.test/fhir/Goal/{hidden['id']}",
        f"Goal/{hidden['id']}/_history/1",
    ):
        plan = {
            "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Plan",
            "subject": {"reference": f"Patient/{world.ids['gunnar']}"}, "goal": [{"reference": spelled}],
        }  # fmt: skip
        mine = await create(world, plan)
        read = await world.get("municipal-nurse", f"/fhir/CarePlan/{mine['id']}")
        assert (read.status_code, hidden["id"] in read.text) == (200, False), spelled
