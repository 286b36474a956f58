"""Attacks over HTTP: hijack an identity, take over an item, lower a label, tell what is hidden from what is not there."""

import asyncio
import json
from datetime import UTC, datetime

import asyncpg
import pytest

from app.demo.data import contracts
from app.demo.data.givers import (
    HEALTH_CENTRE,
    HOME_NURSING,
    MUNICIPAL_HEALTH,
    PRIVATE,
    PSYCHIATRIC_NURSE,
    PSYCHIATRY,
    REGION,
)
from app.items import Item
from app.storage.database import open_pool
from app.storage.record_writing import Write, store
from app.storage.row_security import DIRECTORY
from tests.builders.contract_calls import revise

PERSONNUMMER = "http://electronichealth.se/identifier/personnummer"
SAMORDNINGSNUMMER = "http://electronichealth.se/identifier/samordningsnummer"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PROTECTED = "http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel"
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
HIERARCHY = "https://commonprofiles.care/fhir/StructureDefinition/common-hsaHierarchy"
HSA = "urn:oid:1.2.752.29.4.19"
SYSTEM = "https://journal.example/tid"
LOCAL = "https://journal.example/patient"
NEW, OTHER = "189602029812", "189002029800"
CLAIM = "http://sambi.se/attributes/1/"
ABSENT = "a" * 32


def system(unit, scope="system/*.cruds", name="ehr"):
    """A system of this unit's organisation."""
    organisation = {
        f"{CLAIM}healthCareProviderHsaId": unit.giver.hsa_id,
        f"{CLAIM}healthCareUnitHsaId": unit.hsa_id,
    }
    return {"sub": name, "client_id": name, "scope": scope, **organisation}


def nurse(scope=""):
    """A physician of the psychiatric clinic: the same giver as the health centre, another unit."""
    return {
        "sub": "nurse", "client_id": "portal", "acr": "http://id.elegnamnden.se/loa/1.0/loa3", "scope": scope,
        f"{CLAIM}employeeHsaId": PSYCHIATRIC_NURSE.hsa_id, f"{CLAIM}commissionHsaId": "U1",
        f"{CLAIM}healthCareProviderHsaId": REGION.hsa_id, f"{CLAIM}healthCareUnitHsaId": PSYCHIATRY.hsa_id,
        f"{CLAIM}commissionPurpose": "Vård och behandling", f"{CLAIM}healthcareProfessionalLicense": ["LK"],
    }  # fmt: skip


def citizen(number):
    """Somebody with this personal number."""
    return {
        "sub": "someone", "client_id": "portal", "acr": "http://id.elegnamnden.se/loa/1.0/loa3",
        "https://id.oidc.se/claim/personalIdentityNumber": number,
    }  # fmt: skip


def labelled(resource, *codes):
    """The resource with these confidentiality codes and no others."""
    meta = {name: value for name, value in resource.get("meta", {}).items() if name != "security"}
    security = [{"system": ACT_CODE if code == "NOPATIENT" else CONFIDENTIALITY, "code": code} for code in codes]
    return {**resource, "meta": {**meta, **({"security": security} if security else {})}}


def about(world, person):
    """The reference to a person: by the demo's name, by id, or as a name inside a Bundle."""
    return person if person.startswith("urn:") else f"Patient/{world.ids.get(person, person)}"


def goal(world, person="gunnar", **more):
    """A goal of this person."""
    return {
        "resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Kunna gå i trappan"},
        "subject": {"reference": about(world, person)}, **more,
    }  # fmt: skip


def visit(world, key="A-1", person="gunnar", *, updated="2026-01-20T08:00:00Z", **more):
    """A booked time as an EHR sends it."""
    return {
        "resourceType": "Appointment", "meta": {"lastUpdated": updated},
        "identifier": [{"system": SYSTEM, "value": key}], "status": "booked",
        "start": "2027-01-12T09:00:00+01:00", "end": "2027-01-12T09:30:00+01:00",
        "participant": [{"actor": {"reference": about(world, person)}, "status": "accepted"}],
        **more,
    }  # fmt: skip


def patient(*identifiers, **more):
    """A person as an EHR knows them."""
    said = [{"system": PERSONNUMMER, "value": one} if isinstance(one, str) else one for one in identifiers]
    return {"resourceType": "Patient", **({"identifier": said} if said else {}), "name": [{"family": "Prov"}], **more}


def bundle(*resources, names=None):
    """A transaction; the first Patient is urn:uuid:p."""
    named = names or [
        "urn:uuid:p" if one["resourceType"] == "Patient" else f"urn:uuid:{at}" for at, one in enumerate(resources)
    ]
    return {
        "resourceType": "Bundle", "type": "transaction",
        "entry": [
            {"fullUrl": name, "resource": one, "request": {"method": "POST", "url": one["resourceType"]}}
            for name, one in zip(named, resources, strict=True)
        ],
    }  # fmt: skip


async def push(world, caller, *resources, **more):
    """Push a transaction."""
    return await world.post(caller, "/fhir", bundle(*resources, **more))


async def put(world, caller, resource, version=1, *, address=None):
    """PUT a resource at a version."""
    where = address or f"/fhir/{resource['resourceType']}/{resource['id']}"
    return await world.send("PUT", caller, where, content=json.dumps(resource), headers={"if-match": f'W/"{version}"'})


def tag_of(answer):
    """The ETag of an answer, without its marks."""
    return answer.headers["etag"][3:-1]


async def pushed(world, caller, resource):
    """Push one resource; returns it as it is stored."""
    answer = await push(world, caller, resource)
    assert answer.status_code == 200, answer.text
    place = answer.json()["entry"][-1]["response"]["location"].partition("/_history")[0]
    return (await world.get(caller, f"/fhir/{place}")).json()


async def created(world, resource, caller="physician"):
    """Create a resource; returns it as it is stored."""
    answer = await world.post(caller, f"/fhir/{resource['resourceType']}", resource)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def sees(world, caller, resource):
    """Whether a caller can read a resource."""
    return (await world.get(caller, f"/fhir/{resource['resourceType']}/{resource['id']}")).status_code == 200


async def statement(world, text, person=""):
    """Run a statement as the owner, about a person."""
    connection = await asyncpg.connect(world.database.owner_url)
    try:
        await connection.execute("SELECT set_config('samplan.patient', $1, false)", world.ids.get(person, person))
        return await connection.fetch(text)
    finally:
        await connection.close()


async def inner_block(world, unit, person="gunnar"):
    """Block a unit's information within its giver."""
    await statement(
        world,
        "INSERT INTO fact (patient, id, kind, giver, unit, starts) VALUES "
        f"('{world.ids[person]}', 'inner', 'inner-block', '{unit.giver.hsa_id}', '{unit.hsa_id}', now() - interval '1 day')",
        person,
    )


def same(first, second):
    """Two answers are the same to the last byte."""
    return (first.status_code, first.content, dict(first.headers)) == (
        second.status_code, second.content, dict(second.headers),
    )  # fmt: skip


# ---- Identity ----


async def test_a_person_has_one_number(world):
    """A Patient with two numbers would let the bearer of the second read the first's plans: 422, and neither is known."""
    both = await push(world, "ehr-region", patient(NEW, OTHER), visit(world, person="urn:uuid:p"))

    assert both.status_code == 422, both.text
    assert NEW not in both.text
    assert (await world.get(citizen(OTHER), "/api/overview/me")).status_code == 404
    assert (
        await push(world, "ehr-region", patient(OTHER), visit(world, "A-2", person="urn:uuid:p"))
    ).status_code == 200
    assert len((await world.get(citizen(OTHER), "/api/overview/me")).json()["times"]) == 1


async def test_an_old_number_is_not_registered(world):
    """What is marked old is kept in the resource and names nobody."""
    old = {"system": PERSONNUMMER, "value": OTHER, "use": "old"}
    answer = await push(world, "ehr-region", patient(old, NEW), visit(world, person="urn:uuid:p"))

    assert answer.status_code == 200, answer.text
    assert (await world.get(citizen(NEW), "/api/overview/me")).status_code == 200
    assert (await world.get(citizen(OTHER), "/api/overview/me")).status_code == 404


async def test_a_patient_keeps_their_number(world):
    """The system that made a person known cannot give the record to the bearer of another number, nor to nobody."""
    before = (await world.get("ehr-region", f"/fhir/Patient/{world.ids['tom']}")).json()
    for identifiers in (
        [{"system": PERSONNUMMER, "value": NEW}],
        [*before["identifier"], {"system": PERSONNUMMER, "value": NEW}],
        [],
    ):
        changed = {name: value for name, value in before.items() if name != "identifier"}
        answer = await put(world, "ehr-region", {**changed, **({"identifier": identifiers} if identifiers else {})})
        assert answer.status_code == 422, answer.text

    assert (await world.get(citizen(NEW), "/api/overview/me")).status_code == 404
    assert (await put(world, "ehr-region", {**before, "active": False})).status_code == 200


async def test_a_new_person_is_known_by_their_own_patient(world):
    """A Patient without the number that the others name would make a person whom nobody finds again."""
    by_number = {"type": "Patient", "identifier": {"system": PERSONNUMMER, "value": NEW}}
    time = visit(world, participant=[{"actor": by_number, "status": "accepted"}])
    answer = await push(world, "ehr-region", patient(), time)

    assert answer.status_code == 422, answer.text


async def test_a_number_that_is_none_is_not_registered(world):
    """A wrong check digit: 422, and nothing is known."""
    answer = await push(world, "ehr-region", patient(NEW, "189602029811"), visit(world, person="urn:uuid:p"))

    assert answer.status_code == 422, answer.text
    assert "189602029811" not in answer.text


async def test_an_organisations_own_patient_number_is_its_own(world):
    """Two organisations may number their patients alike: no conflict, and nobody learns that the other's exists."""
    first = await push(
        world, "ehr-region", patient(NEW, {"system": LOCAL, "value": "7"}), visit(world, person="urn:uuid:p")
    )
    second = await push(
        world, "ehr-private", patient(OTHER, {"system": LOCAL, "value": "7"}), visit(world, person="urn:uuid:p")
    )

    assert (first.status_code, second.status_code) == (200, 200), second.text


async def test_a_push_with_the_patient_of_another_is_refused(world):
    """The number says one person, the references another: nothing of it is stored."""
    before = await world.overview("maria", "maria")
    for subject in ("maria", ABSENT):
        answer = await push(world, "ehr-region", patient("195009072553"), visit(world, "B-1", subject))
        assert answer.status_code == 422, answer.text

    assert await _times(world, "maria") == [one["reference"] for one in before["times"]]


@pytest.mark.parametrize("known", [True, False])
async def test_two_of_the_same_in_one_push_are_refused(world, known):
    """The same key twice, or two Patients: 422, whether it is known already or not."""
    if known:
        await push(world, "ehr-region", patient(NEW), visit(world, person="urn:uuid:p"))
    twice = await push(
        world, "ehr-region", patient(NEW), visit(world, person="urn:uuid:p", updated="2026-02-01T08:00:00Z"),
        visit(world, person="urn:uuid:p", updated="2026-02-01T08:00:00Z", status="cancelled"),
    )  # fmt: skip
    people = await push(world, "ehr-region", patient(NEW), patient(NEW), names=["urn:uuid:p", "urn:uuid:q"])

    assert (twice.status_code, people.status_code) == (422, 422), (twice.text, people.text)


async def test_protection_reaches_a_known_person(world):
    """A later push, or a PUT, that says protected identity closes a child's plans to the guardians at once."""
    child = (await world.get("ehr-region", f"/fhir/Patient/{world.ids['signe']}")).json()
    secret = [*child["meta"].get("security", ()), {"system": PROTECTED, "code": "sekretessmarkering"}]
    marked = {**child, "meta": {"security": secret}}
    before = (await world.get("andreas", f"/fhir/Patient/{world.ids['signe']}")).status_code
    answer = await push(world, "ehr-private", {name: value for name, value in marked.items() if name != "id"})
    after = (await world.get("andreas", f"/fhir/Patient/{world.ids['signe']}")).status_code

    assert (before, answer.status_code, after) == (200, 200, 404), answer.text
    assert (await world.overview("physician", "signe"))["patient"]["protected"]


async def test_protection_by_put_holds_and_is_not_taken_away(world):
    """Raised by whoever says it, lowered by nobody over HTTP."""
    child = (await world.get("ehr-region", f"/fhir/Patient/{world.ids['signe']}")).json()
    secret = [*child["meta"].get("security", ()), {"system": PROTECTED, "code": "sekretessmarkering"}]
    raised = await put(world, "ehr-region", {**child, "meta": {"security": secret}})
    seen = (await world.get("andreas", f"/fhir/Patient/{world.ids['signe']}")).status_code
    lowered = await put(world, "ehr-region", child, 2)

    assert (raised.status_code, seen, lowered.status_code) == (200, 404, 200), raised.text
    assert (await world.get("andreas", f"/fhir/Patient/{world.ids['signe']}")).status_code == 404
    assert secret[-1] in lowered.json()["meta"]["security"]


async def test_relatives_are_no_keys(world):
    """The same relative of two people: a personal number of somebody else is not the source's key for an item."""
    ehr = system(HEALTH_CENTRE)
    relative = {"system": PERSONNUMMER, "value": "199002222397"}
    for at, person in enumerate(("gunnar", "maria")):
        one = {
            "resourceType": "RelatedPerson", "identifier": [relative, {"system": SYSTEM, "value": f"R-{at}"}],
            "patient": {"reference": f"Patient/{world.ids[person]}"},
        }  # fmt: skip
        answer = await push(world, ehr, one)
        assert answer.status_code == 200, answer.text

    alone = await push(world, ehr, {**one, "identifier": [relative]})
    assert alone.status_code == 422


async def test_a_system_of_no_organisation_learns_nothing(world):
    """Whether a personal number is known: refused alike."""
    nobody = {"sub": "x", "client_id": "x", "scope": "system/*.cruds"}
    answers = []
    for number in ("195009072553", NEW):
        one = visit(world, identifier=[{"system": PERSONNUMMER, "value": number}])
        answers.append(await push(world, nobody, one))

    assert same(*answers)
    assert answers[0].status_code == 403


# ---- Whose an item is ----


async def test_a_client_cannot_write_under_another_givers_name(world):
    """By hsaHierarchy or by Provenance, at create, at update or in a push: 403, and nothing is stored."""
    who = {"identifier": {"system": HSA, "value": MUNICIPAL_HEALTH.hsa_id}, "type": "Organization"}
    nested = {"extension": [{"url": HIERARCHY, "extension": [{"url": "hsaCareProvider", "valueReference": who}]}]}
    unreadable = {
        "extension": [{"url": HIERARCHY, "extension": [{"url": "hsaCareProvider", "valueReference": {"display": "x"}}]}]
    }
    mine = await created(world, goal(world))
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
        {"type": {"coding": [{"system": PARTICIPANT, "code": role}]},
         "who": {"identifier": {"system": HSA, "value": who}, "type": "Organization"}}
        for role, who in (("custodian", REGION.hsa_id), ("author", PSYCHIATRY.hsa_id))
    ]  # fmt: skip
    speaking = {
        "resourceType": "Provenance", "target": [{"reference": "urn:uuid:0"}], "recorded": "2026-01-20T08:00:00Z",
        "agent": agents,
    }  # fmt: skip
    answer = await push(world, system(HEALTH_CENTRE), visit(world), speaking)
    place = answer.json()["entry"][0]["response"]["location"].partition("/_history")[0]
    before = (await world.get("physician", f"/fhir/{place}")).status_code
    await inner_block(world, PSYCHIATRY)

    assert (before, (await world.get("physician", f"/fhir/{place}")).status_code) == (200, 404)
    assert (await world.get(nurse(), f"/fhir/{place}")).status_code == 200


async def test_a_resource_names_its_person(world):
    """A push of things about nobody, or a PUT that leaves the person out: 422."""
    task = {
        "resourceType": "Task", "identifier": [{"system": SYSTEM, "value": "T-1"}], "status": "requested",
        "intent": "plan",
    }  # fmt: skip
    alone = visit(world, participant=[{"actor": {"display": "någon"}, "status": "accepted"}])
    mine = await created(world, {**visit(world), "identifier": [{"system": "x:y", "value": "z"}]})
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


async def test_another_givers_provenance_does_not_lock_a_contract(world):
    """The contract is read and revised as before, and the other's Provenance stays theirs."""
    first = await world.post(
        "physician", "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
    )
    other = system(HOME_NURSING)
    speaking = {
        "resourceType": "Provenance", "target": [{"reference": f"CarePlan/{first.json()['id']}"}],
        "recorded": "2026-01-20T08:00:00Z",
        "agent": [{"type": {"coding": [{"system": PARTICIPANT, "code": "custodian"}]},
                   "who": {"identifier": {"system": HSA, "value": MUNICIPAL_HEALTH.hsa_id}, "type": "Organization"}}],
    }  # fmt: skip
    theirs = await push(world, other, goal(world, identifier=[{"system": SYSTEM, "value": "G"}]), speaking)
    assert theirs.status_code == 200, theirs.text
    place = theirs.json()["entry"][1]["response"]["location"].partition("/_history")[0]
    answer = await revise(world, first, title="Nytt")

    assert answer.status_code == 200, answer.text
    assert (await world.get("physician", f"/fhir/{place}")).json()["meta"]["versionId"] == "1"


async def test_an_older_push_does_not_undo_what_was_changed_over_rest(world):
    """A replay of the first push is older news, whoever made the change since."""
    first = await pushed(world, "ehr-region", visit(world))
    changed = await put(world, "ehr-region", {**first, "status": "cancelled"})
    replay = await push(world, "ehr-region", visit(world, updated="2026-01-19T08:00:00Z"))

    assert (changed.status_code, replay.status_code) == (200, 200)
    assert (await world.get("ehr-region", f"/fhir/Appointment/{first['id']}")).json()["status"] == "cancelled"


async def test_if_match_in_a_push_is_not_ignored(world):
    """A client that asks for a condition which is not looked at must be told."""
    first = await pushed(world, "ehr-region", visit(world))
    sent = bundle(visit(world, status="cancelled", updated="2026-02-01T08:00:00Z"))
    sent["entry"][0]["request"] = {"method": "PUT", "url": f"Appointment/{first['id']}", "ifMatch": 'W/"9"'}
    sent["entry"][0]["resource"]["id"] = first["id"]
    answer = await world.post("ehr-region", "/fhir", sent)

    assert answer.status_code in {412, 422}, answer.text
    assert (await world.get("ehr-region", f"/fhir/Appointment/{first['id']}")).json()["status"] == "booked"


async def test_an_absolute_reference_to_here_is_cut_as_a_relative_one(world):
    """What is hidden is hidden under every spelling of its address."""
    hidden = await created(world, labelled(goal(world), "R"))
    for spelled in (
        f"Goal/{hidden['id']}",
        f"http://samplan.test/fhir/Goal/{hidden['id']}",
        f"Goal/{hidden['id']}/_history/1",
    ):
        plan = {
            "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Plan",
            "subject": {"reference": f"Patient/{world.ids['gunnar']}"}, "goal": [{"reference": spelled}],
        }  # fmt: skip
        mine = await created(world, plan)
        read = await world.get("municipal-nurse", f"/fhir/CarePlan/{mine['id']}")
        assert (read.status_code, hidden["id"] in read.text) == (200, False), spelled


# ---- Labels ----


async def test_a_put_does_not_lower_a_label(world):
    """A replacement without the label, or with a lower one, stays as closed as it was, and says so."""
    for before, after in (("R", ()), ("V", ("R",)), ("V", ("N",)), ("R", ("L",))):
        mine = await created(world, labelled(goal(world), before))
        answer = await put(world, "physician", {**labelled(mine, *after), "lifecycleStatus": "completed"})
        assert answer.status_code == 200, answer.text
        assert not await sees(world, "municipal-nurse", mine)
        read = (await world.get("physician", f"/fhir/Goal/{mine['id']}")).json()
        assert {"system": CONFIDENTIALITY, "code": before} in read["meta"]["security"]
        assert answer.json()["meta"]["security"] == read["meta"]["security"]


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
    mine = await created(world, goal(world))
    assert await sees(world, "municipal-nurse", mine)
    await put(world, "physician", labelled(mine, "R"))
    assert not await sees(world, "municipal-nurse", mine)
    await put(world, "physician", labelled(mine), 2)
    assert not await sees(world, "municipal-nurse", mine)


async def test_a_push_does_not_lower_a_label(world):
    """Newer news without the label keeps it; the same news again is known already."""
    first = await pushed(world, "ehr-region", labelled(visit(world), "R", "N"))
    lower = await push(world, "ehr-region", labelled(visit(world), "N"))
    assert lower.json()["entry"][0]["response"]["etag"] == 'W/"1"', lower.text
    newer = visit(world, updated="2026-02-01T08:00:00Z", status="cancelled")
    answers = [await push(world, "ehr-region", newer) for _ in range(2)]

    assert [one.json()["entry"][0]["response"]["etag"] for one in answers] == ['W/"2"', 'W/"2"']
    assert not await sees(world, "municipal-nurse", first)


async def test_not_for_the_patient_stays_so(world):
    """NOPATIENT cannot be pushed away by a newer version."""
    first = await pushed(world, "ehr-region", labelled(visit(world), "NOPATIENT"))
    await pushed(world, "ehr-region", visit(world, updated="2026-02-01T08:00:00Z", status="cancelled"))

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
    mine = await created(world, goal(world), nurse())
    answer = await put(world, "physician", {**mine, "lifecycleStatus": "completed"})
    await inner_block(world, PSYCHIATRY)

    assert answer.status_code == 200
    assert not await sees(world, "physician", mine)
    assert await sees(world, nurse(), mine)


async def test_who_does_not_see_a_part_does_not_destroy_it(world):
    """A replacement keeps what its writer could not see, and the answer does not tell of it."""
    hidden, seen = await created(world, goal(world), nurse()), await created(world, goal(world))
    goals = [{"reference": f"Goal/{one['id']}"} for one in (hidden, seen)]
    plan = {
        "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Plan",
        "subject": {"reference": about(world, "gunnar")}, "goal": goals,
    }  # fmt: skip
    mine = await created(world, plan)
    await inner_block(world, PSYCHIATRY)
    read = (await world.get("physician", f"/fhir/CarePlan/{mine['id']}")).json()
    assert read["goal"] == goals[1:]
    for version, changed in enumerate(
        ({**read, "title": "Ny"}, {name: value for name, value in read.items() if name != "goal"}), 1
    ):
        answer = await put(world, "physician", changed, version)
        assert (answer.status_code, hidden["id"] in answer.text) == (200, False), answer.text
        assert answer.json() == (await world.get("physician", f"/fhir/CarePlan/{mine['id']}")).json()

    whole = (await world.get(nurse(), f"/fhir/CarePlan/{mine['id']}")).json()
    assert whole["goal"] == goals[:1]


async def test_an_answer_to_a_write_tells_no_more_than_a_read(world):
    """A reference to a hidden thing is cut as one to a thing that is not there."""
    hidden = await created(world, goal(world), nurse())
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


# ---- What is hidden is as what is not there ----


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
    mine = await created(world, goal(world))
    hidden = await created(world, labelled(goal(world), "R"))
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
    mine = await created(world, goal(world), nurse())
    whole = await world.post(
        nurse(), "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
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
    hidden = await created(world, goal(world), nurse())
    agent = {"type": {"coding": [{"system": PARTICIPANT, "code": "custodian"}]},
             "who": {"identifier": {"system": HSA, "value": REGION.hsa_id}, "type": "Organization"}}  # fmt: skip
    speaking = {
        "resourceType": "Provenance", "recorded": "2026-01-20T08:00:00Z", "agent": [agent],
        "target": [{"reference": f"Goal/{hidden['id']}"}, {"reference": f"Patient/{world.ids['gunnar']}"}],
    }  # fmt: skip
    trail = await created(world, speaking, "physician")
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
    mine = await pushed(world, "ehr-region", visit(world))
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
    classes = (None, None, None, "directory", "N", None)
    moment = datetime.now(UTC)
    body = '{"resourceType":"Organization","id":"known","name":"Vårdcentralen"}'
    item = Item("Organization", "known", 1, moment, None, None, None, None, *classes, (), (), "samplan", body)
    pool = await open_pool(world.database.app_url, size=1)
    await store(pool, DIRECTORY, [Write(item)])
    await pool.close()
    stranger = {**nurse(), f"{CLAIM}commissionPurpose": "Statistik"}
    for caller in (stranger, system(HEALTH_CENTRE, "system/Goal.rs")):
        answers = [await world.get(caller, f"/fhir/Organization/{one}") for one in ("known", ABSENT)]
        assert same(*answers)
    assert (await world.get("gunnar", "/fhir/Organization/known")).status_code == 200


# ---- Scopes ----


async def test_scopes_narrow_what_staff_write(world):
    """A token with scopes writes what they say and no more."""
    reader = nurse("user/Goal.rs")
    mine = await created(world, goal(world), nurse())

    assert (await world.post(reader, "/fhir/Goal", goal(world))).status_code == 403
    assert (await put(world, reader, mine)).status_code == 403
    assert (
        await world.post(
            reader, "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
        )
    ).status_code == 403
    assert (await world.post(nurse("user/Goal.c"), "/fhir/Goal", goal(world))).status_code == 201


# ---- The trail ----


async def events(world):
    """Every row of the trail, oldest first."""
    rows = await statement(world, "SELECT request, phase, action, outcome, rule FROM audit ORDER BY seq")
    return [tuple(row.values()) for row in rows]


async def test_every_refusal_for_a_role_is_in_the_trail(world):
    """A push by staff, a block lifted by staff, one's own overview asked for by a system; each with its outcome."""
    for send in (
        lambda: push(world, "physician", visit(world)),
        lambda: push(world, "gunnar", visit(world)),
        lambda: push(world, "ehr-region", {**visit(world), "resourceType": "Appointment"}, {**_task(world)}),
        lambda: world.send("DELETE", "physician", "/api/blocks/x"),
        lambda: world.get("physician", "/api/overview/me"),
        lambda: world.get("ehr-region", "/api/overview/me"),
        lambda: world.post(
            "gunnar", "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
        ),
        lambda: world.get("gunnar", "/fhir/AuditEvent"),
    ):
        before = len(await events(world))
        answer = await send()
        rows = (await events(world))[before:]
        assert answer.status_code == 403, answer.text
        assert [(row[1], row[3]) for row in rows] == [("intent", None), ("outcome", "deny")], answer.request.url


async def test_every_answer_has_one_intent_and_one_outcome(world):
    """Also where eight at once had to decide again."""
    before = len(await events(world))
    answers = await asyncio.gather(
        *(push(world, "ehr-region", patient(NEW), visit(world, person="urn:uuid:p")) for _ in range(8))
    )
    rows = (await events(world))[before:]

    assert {answer.status_code for answer in answers} == {200}
    assert len({row[0] for row in rows}) == 8
    assert sorted(row[1] for row in rows) == ["intent"] * 8 + ["outcome"] * 8


async def test_the_trail_is_paged_beyond_a_million_rows(world):
    """The next link is one that is understood."""
    answer = await world.get("log-auditor", "/fhir/AuditEvent", params={"_before": "12345678901"})

    assert answer.status_code == 200, answer.text


# ---- Many at once ----


async def test_one_of_eight_revisions_wins(world):
    """Of a contract, with the same If-Match; the others are told, and nothing is mixed."""
    first = await world.post(
        "physician", "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
    )
    sent = [{**first.json(), "title": f"Nummer {at}"} for at in range(8)]
    for at, one in enumerate(sent):
        one["agreement"] = {**one["agreement"], "goals": [{**one["agreement"]["goals"][0], "goal": f"Mål {at}"}]}
    answers = await asyncio.gather(
        *(put(world, "physician", one, tag_of(first), address=f"/api/contracts/{one['id']}") for one in sent)
    )
    kept = (await world.get("physician", f"/api/contracts/{first.json()['id']}")).json()

    assert {answer.status_code for answer in answers if answer.status_code != 200} <= {409, 412}
    assert [answer.status_code for answer in answers].count(200) == 1
    assert kept["title"].removeprefix("Nummer ") == kept["agreement"]["goals"][0]["goal"].removeprefix("Mål ")


async def test_one_of_eight_updates_wins(world):
    """Of a resource."""
    mine = await created(world, goal(world))
    answers = await asyncio.gather(
        *(put(world, "physician", {**mine, "description": {"text": f"Mål {at}"}}) for at in range(8))
    )

    assert [answer.status_code for answer in answers].count(200) == 1
    assert {answer.status_code for answer in answers} <= {200, 409, 412}
    assert (await world.get("physician", f"/fhir/Goal/{mine['id']}")).json()["meta"]["versionId"] == "2"


async def test_eight_creates_by_a_system_are_one(world):
    """Each gets the same item."""
    answers = await asyncio.gather(*(world.post("ehr-region", "/fhir/Appointment", visit(world)) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201], [answer.text for answer in answers]
    assert len(await _times(world, "gunnar", SYSTEM)) == 1


async def test_a_block_is_lifted_once(world):
    """Eight at once: one 204."""
    made = await world.post(
        "gunnar", "/api/blocks", {"patient": f"Patient/{world.ids['gunnar']}", "giver": PRIVATE.hsa_id}
    )
    answers = await asyncio.gather(
        *(world.send("DELETE", "gunnar", f"/api/blocks/{made.json()['id']}") for _ in range(8))
    )

    assert sorted(answer.status_code for answer in answers) == [204] + [404] * 7


async def test_after_a_block_is_told_nobody_else_sees(world):
    """Reads that race with blocks: none that begins after the 201 shows what is blocked."""
    seen = set(await _times(world, "municipal-nurse"))
    for _ in range(3):
        reads = [asyncio.create_task(_times(world, "municipal-nurse")) for _ in range(4)]
        made = await world.post(
            "gunnar", "/api/blocks", {"patient": f"Patient/{world.ids['gunnar']}", "giver": REGION.hsa_id}
        )
        after = [set(await one) for one in await _gather(_times(world, "municipal-nurse") for _ in range(4))]
        await asyncio.gather(*reads)
        assert all(one < seen for one in after)
        await world.send("DELETE", "gunnar", f"/api/blocks/{made.json()['id']}")


async def _gather(waiting):
    return [_done(await one) for one in [asyncio.create_task(one) for one in waiting]]


async def _done(value):
    return value


async def _times(world, caller, only=""):
    person = caller if caller in world.ids else "gunnar"
    if only:
        found = (await world.get(caller, f"/fhir/Appointment?patient={world.ids[person]}&_count=200")).json()["entry"]
        return [
            one["resource"]["id"] for one in found if one["resource"].get("identifier", [{}])[0].get("system") == only
        ]
    return [one["reference"] for one in (await world.overview(caller, person))["times"]]


def _task(world):
    return {
        "resourceType": "Task", "identifier": [{"system": SYSTEM, "value": "T"}], "status": "requested",
        "intent": "plan", "for": {"reference": f"Patient/{world.ids['gunnar']}"},
    }  # fmt: skip
