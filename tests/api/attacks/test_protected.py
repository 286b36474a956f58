"""A protected identity is a fact from the population register, and is masked on every way out."""

import json
from datetime import UTC, datetime

import pytest

from app.demo.data import contracts
from app.demo.data.givers import HEALTH_CENTRE, ORTHOPAEDICS
from app.storage.database import open_pool
from tests.builders import stored_facts
from tests.builders.calls import push, put, stored
from tests.builders.contract_calls import revise
from tests.builders.people import registered, tell
from tests.builders.resources import ABSENT, NEW, PROTECTED, SYSTEM, patient, visit
from tests.builders.tokens import citizen, staff, system

PHONE, STREET = "070-000 00 00", "Lindvägen"
SECRET = [{"system": PROTECTED, "code": "sekretessmarkering"}]


def relative(world, person="signe", **more):
    """A guardian in the records of the region, with a phone number."""
    return {
        "resourceType": "RelatedPerson", "patient": {"reference": f"Patient/{world.ids[person]}"},
        "identifier": [{"system": SYSTEM, "value": "R-1"}], "name": [{"text": "Katja Hennig"}],
        "telecom": [{"system": "phone", "value": PHONE}], "address": [{"city": STREET}], **more,
    }  # fmt: skip


async def ways_out(world, caller, person):
    """The text of every answer about a person that a caller can get by reading."""
    id_ = world.ids[person]
    texts = [(await world.post(caller, "/api/overview", {"patient": f"Patient/{id_}"})).text]
    paths = [f"/fhir/Patient/{id_}", f"/fhir/Patient?_id={id_}", f"/fhir/Patient/{id_}/$overview"]
    paths += [
        f"/fhir/{kind}?patient={id_}&_count=200" for kind in ("RelatedPerson", "CareTeam", "CarePlan", "Appointment")
    ]
    texts += [(await world.get(caller, path)).text for path in paths]
    plans = (await world.get(caller, f"/fhir/CarePlan?patient={id_}")).json().get("entry", [])
    for plan in plans:
        contract = f"/api/contracts/{plan['resource']['id']}"
        for path in (contract, f"{contract}/revisions", f"{contract}/revisions/1", f"{contract}/unmapped"):
            texts.append((await world.get(caller, path)).text)
    return texts


async def test_a_label_in_a_push_protects_nobody_and_lifts_nothing(world):
    """Any system's label is its own: a guardian still sees the child, and a protected person stays protected."""
    child = await stored(world, f"Patient/{world.ids['signe']}")
    marked = {**child, "meta": {"security": SECRET}}
    for caller in ("ehr-private", "ehr-region"):
        answer = await push(world, caller, {name: value for name, value in marked.items() if name != "id"})
        assert answer.status_code == 200, (caller, answer.text)
    version = int(child["meta"]["versionId"])
    by_put = await put(world, "ehr-region", marked, version)

    assert by_put.status_code == 200, by_put.text
    assert (await world.get("andreas", f"/fhir/Patient/{world.ids['signe']}")).status_code == 200
    assert (await world.overview("physician", "signe"))["patient"]["protected"] is False

    secret = await stored(world, f"Patient/{world.ids['protected']}")
    open_ = {name: value for name, value in secret.items() if name != "meta"}
    answer = await put(world, "ehr-region", open_, int(secret["meta"]["versionId"]))
    assert answer.status_code == 200, answer.text
    assert (await world.overview("physician", "protected"))["patient"]["protected"] is True


async def test_the_register_sets_and_lifts_it_on_record(world):
    """Guardians of a protected child see nothing, and see it again when it is lifted; the trail names who did it."""
    id_ = world.ids["signe"]
    for protection, status in ((["sekretessmarkering"], 404), ([], 200)):
        answer = await tell(world, registered("signe", protection=protection))
        assert (answer.status_code, answer.json()["state"]) == (200, "changed"), answer.text
        assert (await world.get("andreas", f"/fhir/Patient/{id_}")).status_code == status

    trail = (await world.get("log-auditor", f"/fhir/AuditEvent?patient={id_}&_count=200")).json()["entry"]
    details = [
        " ".join(detail["valueString"] for entity in event["resource"]["entity"] for detail in entity.get("detail", ()))
        for event in trail
        if event["resource"]["agent"][0]["who"].get("display") == "population-register"
    ]
    assert any("protected=yes" in event for event in details)
    assert any("protected=no" in event for event in details)


@pytest.mark.parametrize("caller", ["physician", "ehr-region", "protected"])
async def test_contact_details_of_a_protected_person_leave_nowhere(world, caller):
    """Written before the protection was known: no way out shows them, in JSON, FHIR or a contract."""
    assert (await push(world, system(HEALTH_CENTRE), relative(world, "gunnar"))).status_code == 200
    contract = contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
    contract["relatives"] = [
        {"name": "Maria", "relation": "spouse", "contactWays": [{"channel": "phone", "value": PHONE}]}
    ]
    assert (await world.post("physician", "/api/contracts", contract)).status_code == 201
    if caller == "protected":
        caller = "gunnar"
    before = "".join(await ways_out(world, caller, "gunnar"))
    assert STREET in before
    await tell(world, registered("gunnar", protection=["skyddadFolkbokforing"]))
    texts = await ways_out(world, caller, "gunnar")

    assert len(texts) > 5
    assert [text for text in texts if PHONE in text or STREET in text] == []


async def test_a_protected_guardians_phone_does_not_reach_the_other_guardian(world):
    """Katja's phone in the child's contract and as a RelatedPerson: Andreas read it; now nobody does, also in the past."""
    child = contracts.child_contract(world.days.today, f"Patient/{world.ids['signe']}")
    child["relatives"] = [
        {"name": "Katja", "relation": "guardian", "contactWays": [{"channel": "phone", "value": PHONE}]}
    ]
    answer = await world.post("physician", "/api/contracts", child)
    assert answer.status_code == 201, answer.text
    assert (await push(world, system(HEALTH_CENTRE), relative(world))).status_code == 200
    assert PHONE in "".join(await ways_out(world, "andreas", "signe"))
    await tell(world, registered("katja", protection=["sekretessmarkering"]))

    for caller in ("andreas", "katja", "physician", "ehr-region"):
        texts = await ways_out(world, caller, "signe")
        assert [text for text in texts if PHONE in text or STREET in text] == [], caller
    await tell(world, registered("katja", protection=[]))
    assert PHONE in "".join(await ways_out(world, "andreas", "signe"))


async def test_a_write_answer_tells_no_more_and_destroys_nothing(world):
    """Who reads a masked Patient or contract and writes it back keeps what was masked, and is not shown it."""
    child = contracts.child_contract(world.days.today, f"Patient/{world.ids['signe']}")
    child["relatives"] = [
        {"name": "Katja", "relation": "guardian", "contactWays": [{"channel": "phone", "value": PHONE}]}
    ]
    first = await world.post("physician", "/api/contracts", child)
    await tell(world, registered("katja", protection=["sekretessmarkering"]))
    address = f"/api/contracts/{first.json()['id']}"
    read = await world.get("physician", address)
    assert PHONE not in read.text
    sent = read.json()
    sent["agreement"]["whatMatters"] = "Att leka ute"
    written = await revise(world, read, sent)
    masked = await stored(world, f"Patient/{world.ids['signe']}")
    by_put = await put(world, "ehr-region", {**masked, "active": True}, int(masked["meta"]["versionId"]))

    assert written.status_code == 200, written.text
    assert by_put.status_code == 200, by_put.text
    assert PHONE not in written.text
    assert STREET not in by_put.text
    await tell(world, registered("katja", protection=[]))
    assert PHONE in (await world.get("physician", address)).text
    assert STREET in (await world.get("ehr-region", f"/fhir/Patient/{world.ids['signe']}")).text


async def test_the_label_of_a_relative_masks_the_relative(world):
    """A giver that marks its own RelatedPerson hides the phone for everybody, and nothing else."""
    answer = await push(world, system(HEALTH_CENTRE), {**relative(world), "meta": {"security": SECRET}})
    assert answer.status_code == 200, answer.text
    seen = (await world.get("physician", f"/fhir/RelatedPerson?patient={world.ids['signe']}")).json()["entry"]

    assert [entry["resource"]["name"][0]["text"] for entry in seen] == ["Katja Hennig"]
    assert PHONE not in json.dumps(seen)


async def test_an_unknown_protection_shows_a_giver_its_own_details_alone(world):
    """Whom the register has not told of may be protected: another giver's staff see no address, whatever the consent."""
    answer = await push(
        world, "ehr-region", patient(NEW, address=[{"city": STREET}]), visit(world, person="urn:uuid:p")
    )
    id_ = answer.json()["entry"][0]["response"]["location"].split("/")[1]
    world.ids["new"] = id_
    private = staff(ORTHOPAEDICS, "SE-PHYSICIAN")
    for giver in (HEALTH_CENTRE.giver.hsa_id, ORTHOPAEDICS.giver.hsa_id):
        await relate(world, id_, giver)

    assert STREET in (await world.get("physician", f"/fhir/Patient/{id_}")).text
    assert STREET in (await world.get(citizen(NEW), f"/fhir/Patient/{id_}")).text
    theirs = await world.get(private, f"/fhir/Patient/{id_}")
    assert theirs.status_code == 200, theirs.text
    assert STREET not in theirs.text
    assert "protected" not in (await world.overview("physician", "new"))["patient"]


async def relate(world, patient_id, giver):
    """A care relation of a giver with a person, and a consent for it."""
    pool = await open_pool(world.database.app_url, size=2)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    for kind in ("relation", "consent"):
        await stored_facts.add_fact(pool, patient_id, kind, since, giver=giver)
    await pool.close()


@pytest.mark.parametrize("caller", ["municipal-nurse", "home-care", "administrator", "tom", "ehr-private", "ehr-new"])
async def test_a_stranger_learns_nothing_of_any_patient(world, caller):
    """A protected person's id is answered like one of nobody, to the last byte: overview, read and search."""
    who = system(ORTHOPAEDICS, "system/*.rs") if caller == "ehr-new" else caller
    known, absent = world.ids["protected"], ABSENT
    if caller == "administrator":
        known = world.ids["gunnar"]
        await world_without_relations(world)
    answers = []
    for id_ in (known, absent):
        paths = (f"/fhir/Patient/{id_}", f"/fhir/Patient/{id_}/$overview", f"/fhir/Patient?_id={id_}")
        overview = await world.post(who, "/api/overview", {"patient": f"Patient/{id_}"})
        answers.append([overview, *[await world.get(who, path) for path in paths]])

    assert [one.status_code for one in answers[0]] == [404, 404, 404, 200]
    for first, second in zip(*answers, strict=True):
        assert first.status_code == second.status_code
        assert first.text.replace(known, "ID") == second.text.replace(absent, "ID")


async def world_without_relations(world):
    """End every care relation of Gunnar."""
    from tests.builders.calls import statement

    await statement(world, "UPDATE fact SET ends = now() - interval '1 hour' WHERE kind = 'relation'", "gunnar")
