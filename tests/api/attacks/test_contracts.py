"""Attacks on contracts and their parts over HTTP: consents that are none, false trails, parts of others."""

import json

import pytest

from app.demo.data.givers import HEALTH_CENTRE, HOME_NURSING, MUNICIPAL_HEALTH, PSYCHIATRY
from tests.builders.calls import create, inner_block, push_one, put, sees
from tests.builders.contract_calls import (
    contract_path,
    create_contract,
    edit,
    read,
    revise,
    revise_or_fail,
    revisions,
    small_contract,
)
from tests.builders.contract_resources import contract_provenance
from tests.builders.resources import CANONICAL, HSA, about, bundle, goal, visit
from tests.builders.tokens import psychiatrist, system

SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
TYPE = f"{CANONICAL}/CodeSystem/consent-type"
SYSTEM = "https://journal.example/tid"


def consent(world, *types, scope="treatment", person="tom", **more):
    """A Consent of these types, active and for all that there is."""
    return {
        "resourceType": "Consent", "status": "active", "scope": {"coding": [{"system": SCOPE, "code": scope}]},
        "category": [{"coding": [{"system": TYPE, "code": one}]} for one in types] or [{"text": "annat"}],
        "patient": {"reference": about(world, person)}, "policyRule": {"text": "HSL 16 kap. 4 §"},
        "performer": [{"reference": about(world, person)}], "dateTime": "2026-02-01", **more,
    }  # fmt: skip


def answers_to(world, questionnaire, **more):
    """The person's answers to a questionnaire."""
    return {
        "resourceType": "QuestionnaireResponse", "status": "completed", "subject": {"reference": about(world, "tom")},
        "source": {"reference": about(world, "tom")}, "questionnaire": questionnaire,
        "item": [{"linkId": "story", "answer": [{"valueString": "Jag seglar"}]}], **more,
    }  # fmt: skip


# ---- Consents ----


async def test_a_consent_to_a_sip_opens_nothing_and_closes_nothing(world):
    """Whatever it provides: what staff see of others rests on the facts alone, and those are not changed by it."""
    theirs = await push_one(world, "ehr-region", visit(world, person="gunnar"))
    before = [await sees(world, caller, theirs) for caller in ("physician", "physician-without-consent", "gunnar")]
    for kind in ("permit", "deny"):
        actor = {
            "role": {"text": "mottagare"},
            "reference": {"identifier": {"system": HSA, "value": HEALTH_CENTRE.hsa_id}},
        }
        sent = consent(world, "sip", person="gunnar", provision={"type": kind, "actor": [actor]})
        answer = await world.post("physician", "/fhir/Consent", sent)
        assert answer.status_code == 201, answer.text
    after = [await sees(world, caller, theirs) for caller in ("physician", "physician-without-consent", "gunnar")]

    assert before == after == [True, False, True]


def access(world, kind, **more):
    """An access consent, or a block, as the profile of it has it."""
    of_the_block = kind == "block"
    code = {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
        "code": "CST" if of_the_block else "IRCP",
    }
    who = {"type": "Organization", "identifier": {"system": HSA, "value": HEALTH_CENTRE.hsa_id}}
    provision = {
        "type": "deny" if of_the_block else "permit", "period": {"start": "2026-02-01"},
        "actor": [{"role": {"coding": [code]}, "reference": who}],
    }  # fmt: skip
    return consent(world, kind, scope="patient-privacy", provision=provision, **more)


@pytest.mark.parametrize("kind", ["access", "block"])
async def test_nobody_writes_an_access_consent_or_a_block_as_a_resource(world, kind):
    """Neither staff nor systems: 403, for one that is as it should be."""
    sent = access(world, kind, identifier=[{"system": SYSTEM, "value": "C-1"}])
    answers = [
        await world.post("physician", "/fhir/Consent", access(world, kind)),
        await world.post(system(HEALTH_CENTRE), "/fhir", bundle(sent)),
    ]

    assert [answer.status_code for answer in answers] == [403, 403], [answer.text for answer in answers]


@pytest.mark.parametrize(
    "types,scope",
    [
        (("sip", "access"), "treatment"),
        (("sip", "block"), "treatment"),
        (("sip", "access"), "patient-privacy"),
        (("sip",), "patient-privacy"),
        ((), "treatment"),
    ],
)
async def test_a_consent_that_passes_for_two_things_is_refused(world, types, scope):
    """By what it must hold, or by what nobody may write; as an access consent in all else, too."""
    provision = access(world, "access")["provision"]
    for more in ({}, {"provision": provision}):
        mine = consent(world, *types, scope=scope, **more)
        sent = {**mine, "identifier": [{"system": SYSTEM, "value": "C-1"}]}
        answers = [
            await world.post("physician", "/fhir/Consent", mine),
            await world.post(system(HEALTH_CENTRE), "/fhir", bundle(sent)),
        ]
        assert {answer.status_code for answer in answers} <= {403, 422}, [answer.text for answer in answers]
    found = await world.get("tom", f"/fhir/Consent?patient=Patient/{world.ids['tom']}&_total=accurate")

    assert found.json()["total"] == 0


async def test_a_consent_to_a_sip_does_not_become_another(world):
    """A PUT that makes it an access consent is 403."""
    mine = await create(world, consent(world, "sip"))
    answer = await put(world, "physician", {**access(world, "access"), "id": mine["id"]})

    assert answer.status_code == 403, answer.text
    assert (await put(world, "physician", {**mine, "status": "inactive"})).status_code == 200


@pytest.mark.parametrize("caller", ["home-care", "administrator", "tom", "log-auditor"])
async def test_who_may_not_write_a_contract_writes_no_part_of_one(world, caller):
    """Not the consent to a SIP, nor what the person tells, nor a document: 403, or 404 where they may not ask."""
    document = {
        "resourceType": "DocumentReference", "status": "current", "subject": {"reference": about(world, "tom")},
        "content": [{"attachment": {"url": "https://plan.example/1"}}],
    }  # fmt: skip
    relative = {"resourceType": "RelatedPerson", "patient": {"reference": about(world, "tom")}}
    for sent in (consent(world, "sip"), answers_to(world, f"{CANONICAL}/Questionnaire/about-me"), document, relative):
        answer = await world.post(caller, f"/fhir/{sent['resourceType']}", sent)
        assert answer.status_code in {403, 404}, (sent["resourceType"], answer.text)


async def test_answers_to_other_questionnaires_are_not_taken_in(world):
    """They are of no class that anybody writes here."""
    ours = await world.post(
        "physician", "/fhir/QuestionnaireResponse", answers_to(world, f"{CANONICAL}/Questionnaire/about-me")
    )
    others = await world.post("physician", "/fhir/QuestionnaireResponse", answers_to(world, "https://x.example/Q"))

    assert (ours.status_code, others.status_code) == (201, 403), (ours.text, others.text)


async def test_nobody_else_answers_for_the_person(world):
    """Another patient as the source of what a person tells: 422."""
    sent = answers_to(world, f"{CANONICAL}/Questionnaire/about-me", source={"reference": about(world, "maria")})

    assert (await world.post("physician", "/fhir/QuestionnaireResponse", sent)).status_code == 422


# ---- The trail ----


async def test_another_giver_neither_revises_nor_confirms_a_contract(world):
    """What their Provenance says of it is not in the contract, its list or its tag."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    place = f"CarePlan/{first.json()['id']}"
    reason = {"reason": [{"text": "Falskt"}]}
    for sent in (
        contract_provenance(place, "custodian", MUNICIPAL_HEALTH.hsa_id, **reason),
        contract_provenance(place, "attester", **reason),
    ):
        answer = await world.post("municipal-nurse", "/fhir/Provenance", sent)
        assert answer.status_code in {201, 422}, answer.text
        pushed_too = await world.post(
            system(HOME_NURSING), "/fhir", bundle(goal(world, identifier=[{"system": SYSTEM, "value": "G"}]), sent)
        )
        assert pushed_too.status_code in {200, 422}, pushed_too.text
    now = await world.get("physician", contract_path(first))

    assert now.json() == first.json()
    assert now.headers["etag"] == first.headers["etag"]
    assert len(await revisions(world, first)) == 1


async def test_a_provenance_that_changed_nothing_is_no_revision(world):
    """One that somebody of the same giver posts later does not stand in the list, nor at its head."""
    first = await create_contract(world, small_contract(world))
    code = {"coding": [{"system": f"{CANONICAL}/CodeSystem/revision-action", "code": "end"}]}
    sent = contract_provenance(f"CarePlan/{first.json()['id']}", "custodian", "SE2321000000-1A01", activity=code)
    answer = await world.post("physician", "/fhir/Provenance", sent)
    now = await world.get("physician", contract_path(first))

    assert answer.status_code in {201, 422}, answer.text
    assert now.json()["revision"] == first.json()["revision"]
    assert len(await revisions(world, first)) == 1


# ---- Parts of others ----


async def test_a_contract_that_lets_go_of_anothers_item_does_not_delete_it(world):
    """What another giver holds, or an EHR keeps by its own key, is no more than referred to."""
    theirs = await push_one(world, system(HOME_NURSING), visit(world, "N-1", "maria", description="Hembesök"))
    ehrs = await push_one(world, system(HEALTH_CENTRE), visit(world, "V-1", "maria", description="Besök"))
    first = await create_contract(world, small_contract(world))
    plan = await read(world, "CarePlan", first.json()["id"])
    activity = [{"reference": {"reference": f"Appointment/{one['id']}"}} for one in (theirs, ehrs)]
    linked = await edit(world, "CarePlan", plan["id"], activity=[*plan["activity"], *activity])
    now = await world.get("physician", contract_path(first))
    same = await revise_or_fail(world, now, title="Nytt")
    dropped = await revise_or_fail(world, same, times=[])
    repeated = await world.post(
        system(HEALTH_CENTRE),
        "/fhir",
        bundle(visit(world, "V-1", "maria", updated="2026-02-01T08:00:00Z", status="cancelled")),
    )

    assert linked.status_code == 200, linked.text
    assert len(now.json()["times"]) == len(same.json()["times"]) == 2
    assert dropped.json()["times"] == []
    assert await sees(world, system(HOME_NURSING), theirs)
    assert (repeated.status_code, repeated.json()["entry"][0]["response"]["etag"]) == (200, 'W/"2"'), repeated.text


async def test_a_contract_does_not_change_anothers_item(world):
    """403, and nothing of the revision is stored."""
    theirs = await push_one(world, system(HOME_NURSING), visit(world, "N-1", "maria", description="Hembesök"))
    first = await create_contract(world, small_contract(world))
    plan = await read(world, "CarePlan", first.json()["id"])
    activity = [*plan["activity"], {"reference": {"reference": f"Appointment/{theirs['id']}"}}]
    await edit(world, "CarePlan", plan["id"], activity=activity)
    now = await world.get("physician", contract_path(first))
    sent = {**now.json(), "title": "Nytt"}
    sent["times"][0]["what"] = "Något annat"

    assert (await revise(world, now, sent)).status_code == 403
    assert (await world.get("physician", contract_path(first))).json() == now.json()


async def test_who_sees_a_contract_and_may_not_write_it_is_told_so(world):
    """Also where nothing would be changed: 403."""
    first = await create_contract(world, small_contract(world))
    seen = await world.get("municipal-nurse", contract_path(first))

    assert (await revise(world, seen, caller="municipal-nurse")).status_code == 403
    assert (await revise(world, seen, caller="municipal-nurse", title="Nytt")).status_code == 403


async def test_a_revision_does_not_destroy_what_its_writer_cannot_see(world):
    """A part of a unit that is blocked from the writer stays in the contract, and its place with it."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    sent = first.json()
    sent["agreement"]["goals"].append({"goal": "Samtala"})
    second = await revise_or_fail(world, first, sent, caller=psychiatrist())
    await inner_block(world, PSYCHIATRY)
    now = await world.get("physician", contract_path(first))
    third = await revise_or_fail(world, now, title="Nytt")
    whole = (await world.get(psychiatrist(), contract_path(first))).json()

    assert len(now.json()["agreement"]["goals"]) == 2
    assert "Samtala" not in third.text
    assert whole["title"] == "Nytt"
    assert {one["goal"] for one in whole["agreement"]["goals"]} >= {"Samtala"}
    assert second.status_code == 200


async def test_an_id_of_a_hidden_part_is_as_one_of_none(world):
    """422, with the same words."""
    sent = small_contract(world)
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    hidden = (await create_contract(world, sent)).json()["agreement"]["goals"][0]["id"]
    mine = await create_contract(world, small_contract(world), caller="municipal-nurse")
    answers = []
    for one in (hidden, "a" * 32):
        changed = json.loads(mine.text)
        changed["agreement"]["goals"][0]["id"] = one
        answers.append(await revise(world, mine, changed, caller="municipal-nurse"))

    assert {answer.status_code for answer in answers} == {422}
    assert answers[0].content == answers[1].content


# ---- The new types ----


async def test_answers_and_documents_are_pushed_read_and_found(world):
    """By their own keys, twice is once; each class of reader sees its own."""
    key = {"system": SYSTEM, "value": "D-1"}
    document = {
        "resourceType": "DocumentReference", "identifier": [key], "status": "current",
        "subject": {"reference": about(world, "gunnar")}, "description": "Rehabiliteringsplan",
        "content": [{"attachment": {"contentType": "application/pdf", "url": "https://plan.example/1.pdf"}}],
    }  # fmt: skip
    who = {"reference": about(world, "gunnar")}
    told = answers_to(
        world, f"{CANONICAL}/Questionnaire/about-me", subject=who, source=who, identifier={**key, "value": "Q-1"}
    )
    ehr = system(HEALTH_CENTRE)
    sent = [await world.post(ehr, "/fhir", bundle(document, told)) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200], sent[0].text
    states = [[entry["response"]["status"][:3] for entry in answer.json()["entry"]] for answer in sent]
    patient = f"patient=Patient/{world.ids['gunnar']}"

    assert states == [["201", "201"], ["200", "200"]]
    for kind, status in (("DocumentReference", "current"), ("QuestionnaireResponse", "completed")):
        found = {
            caller: (await world.get(caller, f"/fhir/{kind}?{patient}&status={status}&_total=accurate")).json()["total"]
            for caller in ("gunnar", "physician", "municipal-nurse", "home-care", "administrator", "ehr-private")
        }
        assert found["gunnar"] == found["physician"] == found["municipal-nurse"] >= 1, kind
        assert found["home-care"] == found["administrator"] == found["ehr-private"] == 0, kind
