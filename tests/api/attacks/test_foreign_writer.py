"""A hostile writer: a system of an invented giver sends everything that the region has, cancelled, newer and renamed."""

import json
from typing import Any

from app.access.classification import classify
from app.contracts import codes as codes_of_contracts
from app.demo.data.givers import REGION, DemoUnit
from app.fhir.types import STORED_TYPES, TYPES
from tests.builders.calls import push, statement
from tests.builders.clients import STRANGER
from tests.builders.hijacked import (
    CALLERS,
    Resource,
    contract_among,
    everything,
    hijacked,
    part_of_agreement,
    references,
)
from tests.builders.resources import ABSENT, HSA, PARTICIPANT, patient
from tests.builders.snapshots import snapshot, without
from tests.builders.tokens import system
from tests.builders.world import BASE

WRITER = system(DemoUnit("SE5560000000-9Z02", "Okänd mottagning", STRANGER, "", ""))


def bundle(resource: Resource, method: str, address: str, full_url: str, **more: Any) -> Resource:
    """A transaction of one resource."""
    request = {"method": method, "url": address, **more}
    entry = {"fullUrl": full_url, "resource": resource, "request": request}
    return {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}


async def send_in_every_way(world, resource: Resource) -> None:
    """Send a hijacked copy in every way."""
    reference = f"{resource['resourceType']}/{resource['id']}"
    hostile = hijacked(resource)
    key = hostile.get("identifier", {})
    key = key[0] if isinstance(key, list) and key else key
    condition = f"identifier={key.get('system')}|{key.get('value')}"
    tag = {"if-match": 'W/"1"'}
    await world.post(WRITER, f"/fhir/{resource['resourceType']}", hostile)
    await world.send("PUT", WRITER, f"/fhir/{reference}", content=json.dumps(hostile), headers=tag)
    await world.send("PUT", WRITER, f"/fhir/{resource['resourceType']}?{condition}", content=json.dumps(hostile))
    for pushed in (
        bundle(hostile, "PUT", reference, f"{BASE}/fhir/{reference}"),
        bundle(hostile, "PUT", f"{resource['resourceType']}?{condition}", "urn:uuid:h"),
        bundle(hostile, "POST", resource["resourceType"], "urn:uuid:h", ifNoneExist=condition),
    ):
        await world.post(WRITER, "/fhir", pushed)


async def assert_nothing_changes(world, attack):
    """Nothing but the stranger's own items differs after an attack, for any caller; returns what is now stored."""
    owned = await everything(world, "gunnar")
    contract = contract_among(owned)["id"]
    before = await snapshot(world, CALLERS, "gunnar", contract)
    await attack(owned)
    stored = await everything(world, WRITER)
    foreign = references(stored) - {f"Patient/{world.ids['gunnar']}"}
    assert await givers(world, foreign) <= {STRANGER.hsa_id}
    after = await snapshot(world, CALLERS, "gunnar", contract)

    assert foreign.isdisjoint(references(owned))
    assert without(after, foreign, STRANGER.hsa_id) == without(before, foreign, STRANGER.hsa_id)
    return [resource for resource in stored if resource["resourceType"] != "Patient"]


async def givers(world, foreign: set[str]) -> set[str | None]:
    """The givers that the person is told of some items in the overview's Bundle."""
    bundle = (await world.get("gunnar", f"/fhir/Patient/{world.ids['gunnar']}/$overview")).json()
    shown = {
        f"{entry['resource']['resourceType']}/{entry['resource']['id']}": entry["search"].get("extension", ())
        for entry in bundle["entry"]
    }
    return {classify({"resourceType": "Goal", "extension": shown[place]}).giver for place in foreign & shown.keys()}


async def test_a_foreign_system_changes_nothing_of_another_giver(world):
    """For nobody: all that it achieves are items of its own, shown with its giver."""
    by_number = {
        "type": "Patient",
        "identifier": {"system": "http://electronichealth.se/identifier/personnummer", "value": "195009072553"},
    }
    subject = json.dumps({"reference": f"Patient/{world.ids['gunnar']}"})

    async def attack(owned: list[Resource]) -> None:
        for type in STORED_TYPES:
            for resource in [item for item in owned if item["resourceType"] == type][:3]:
                await send_in_every_way(world, resource)
        for resource in owned:
            named = json.loads(json.dumps(resource).replace(subject, json.dumps(by_number)))
            await world.post(WRITER, "/fhir", bundle(hijacked(named), "POST", resource["resourceType"], "urn:uuid:h"))

    stored = await assert_nothing_changes(world, attack)

    assert {resource["resourceType"] for resource in stored} == {
        "Appointment", "CarePlan", "CareTeam", "DocumentReference", "Goal", "Provenance", "QuestionnaireResponse",
        "RelatedPerson", "ServiceRequest", "Task",
    }  # fmt: skip


async def test_a_type_that_belongs_to_no_person_is_not_written(world):
    """No organisation, staff or message is created, replaced or pushed by a system."""
    for type in TYPES.keys() - set(STORED_TYPES):
        named = {"resourceType": type, "id": ABSENT, "identifier": [{"system": HSA, "value": REGION.hsa_id}]}
        content, tag = json.dumps(named), {"if-match": 'W/"1"'}
        answers = [
            await world.post(WRITER, f"/fhir/{type}", named),
            await world.send("PUT", WRITER, f"/fhir/{type}/{ABSENT}", content=content, headers=tag),
            await world.post(WRITER, "/fhir", bundle(named, "PUT", f"{type}/{ABSENT}", "urn:uuid:h")),
        ]
        assert all(400 <= answer.status_code < 500 for answer in answers), (type, [a.text for a in answers])


async def test_a_giver_with_a_care_relation_takes_no_agreement_over(world):
    """Not with a newer contract that claims to be confirmed, to replace the agreement, or to be the plan that it links."""
    await relate(world, STRANGER.hsa_id)
    me = {"reference": f"Patient/{world.ids['gunnar']}"}

    async def attack(owned: list[Resource]) -> None:
        contract = contract_among(owned)
        linked = next(resource for resource in owned if part_of_agreement(resource) == "linked-plan")
        for number, resource in enumerate(hostile_claims(owned, contract, linked, me)):
            identifiers = resource.get("identifier", [{"system": "https://hostile.example/id", "value": f"{number}"}])
            key = {} if resource["resourceType"] == "Provenance" else {"identifier": identifiers}
            for full_url in ("urn:samplan:person", "urn:uuid:c"):
                sent = bundle({**resource, **key}, "POST", resource["resourceType"], full_url)
                answer = await world.post(WRITER, "/fhir", sent)
                assert answer.status_code == 200, answer.text
                assert answer.json()["entry"][0]["response"]["location"].startswith(resource["resourceType"])
        hijack = contract_among(await everything(world, WRITER))
        for plan, status in ((contract, 422), (hijack, 200)):
            for party in ("person", "region"):
                forged = confirmation(party, f"CarePlan/{plan['id']}", me)
                answer = await push(world, WRITER, patient("195009072553"), forged)
                assert answer.status_code == status, answer.text

    stored = await assert_nothing_changes(world, attack)
    plans = (await world.overview("gunnar", "gunnar"))["plans"]
    (taken,) = [plan for plan in plans if plan["giver"] == STRANGER.hsa_id and plan["title"] == "Kapad"]

    assert sorted(entry["party"] for entry in taken["agreement"]["confirmations"]) == ["person", "region"]
    assert {"CarePlan", "CareTeam", "Goal", "Task", "Provenance"} <= {resource["resourceType"] for resource in stored}


def hostile_claims(owned: list[Resource], contract: Resource, linked: Resource, me: Resource) -> list[Resource]:
    """Resources that claim something about the region's by every element that points to another resource."""
    named = {
        type: f"{type}/{next(r['id'] for r in owned if r['resourceType'] == type)}"
        for type in ("Goal", "CareTeam", "ServiceRequest")
    }
    own = {"reference": f"CarePlan/{contract['id']}"}
    request = {"reference": named["ServiceRequest"]}
    parts = {name: contract[name] for name in ("goal", "activity", "careTeam", "supportingInfo") if name in contract}
    parent = {"url": codes_of_contracts.GOAL_RELATIONSHIP, "extension": [
        {"url": "type", "valueCodeableConcept": {"text": "Del av"}},
        {"url": "target", "valueReference": {"reference": named["Goal"]}}]}  # fmt: skip
    booked = next(
        resource for resource in owned if resource["resourceType"] == "Appointment" and "identifier" in resource
    )
    system, value = booked["identifier"][0]["system"], booked["identifier"][0]["value"]
    spelled = [
        {"system": system, "value": f" {value} "}, {"system": system.replace("https", "HTTPS"), "value": value},
        {"system": system, "value": value.lower()}
    ]  # fmt: skip
    plan = {"resourceType": "CarePlan", "intent": "plan", "subject": me, "status": "active", "title": "Kapad"}
    return [
        {**plan, **parts, "category": contract["category"], "period": {"start": "2027-12-24"}, "replaces": [own],
         "basedOn": [own], "partOf": [own], "note": [{"authorReference": me, "text": "Kapad"}], "meta": {"source": f"{BASE}/fhir"}},
        {**plan, **parts, "status": "entered-in-error", "title": "Fel"},
        {**linked, "meta": {"lastUpdated": "2027-01-01T00:00:00Z"}, "status": "revoked", "title": "Pekare"},
        {**plan, "identifier": linked["identifier"], "title": "Planen", "status": "completed"},
        {"resourceType": "Goal", "lifecycleStatus": "active", "subject": me, "description": {"text": "Kapad"},
         "extension": [parent], "addresses": [request]},
        {"resourceType": "Task", "status": "cancelled", "intent": "order", "for": me, "focus": request,
         "basedOn": [request], "description": "Kapad"},
        {"resourceType": "ServiceRequest", "status": "revoked", "intent": "order", "subject": me, "basedOn": [request],
         "replaces": [request], "doNotPerform": True, "code": {"text": "Kapad"}},
        {"resourceType": "CareTeam", "status": "active", "subject": me, "name": "Kapad",
         "participant": [{"member": {"display": "Kapad"}, "onBehalfOf": {"display": "Region Mälarvik"}}]},
        *({**booked, "identifier": [identifier], "status": "cancelled"} for identifier in spelled),
        {**booked, "identifier": [*booked["identifier"], {"system": "https://hostile.example/id", "value": "x"}],
         "meta": {"lastUpdated": "2027-01-01T00:00:00Z", "source": "https://region.example/fhir"}, "status": "noshow"},
    ]  # fmt: skip


def confirmation(party: str, plan: str, me: Resource) -> Resource:
    """A Provenance in which a party confirms a plan."""
    who = me if party == "person" else {"type": "Practitioner", "display": "Kim"}
    role = {"coding": [{"system": codes_of_contracts.PARTY, "code": party}]}
    agent = {"type": {"coding": [{"system": PARTICIPANT, "code": "attester"}]}, "role": [role], "who": who}
    return {
        "resourceType": "Provenance",
        "target": [{"reference": plan}],
        "recorded": "2025-01-01T00:00:00Z",
        "agent": [agent],
    }


async def relate(world, giver: str) -> None:
    """Begin a care relation of a giver to Gunnar, yesterday."""
    await statement(
        world,
        "INSERT INTO fact (patient, id, kind, giver, starts) VALUES "
        f"('{world.ids['gunnar']}', 'hostile', 'relation', '{giver}', now() - interval '1 day')",
        "gunnar",
    )
