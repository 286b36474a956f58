"""A hostile writer: a system of an invented giver sends everything that the region has, cancelled, newer and renamed."""

import copy
import json
from typing import Any

from app.demo.data.givers import HEALTH_CENTRE, DemoUnit
from app.fhir.types import STORED_TYPES
from tests.builders.clients import STRANGER
from tests.builders.snapshots import snapshot, without
from tests.builders.tokens import system
from tests.builders.world import BASE

WRITER = system(DemoUnit("SE5560000000-9Z02", "Okänd mottagning", STRANGER, "", ""))
READER = system(HEALTH_CENTRE)
CALLERS = (
    "gunnar", "physician", "municipal-nurse", "home-care", "administrator", "physician-without-consent", "log-auditor",
    "ehr-region", "ehr-private", READER,
)  # fmt: skip
NEWS = {
    "Appointment": {"status": "cancelled", "description": "Kapad", "start": "2026-01-01T08:00:00Z",
                    "end": "2026-01-01T08:30:00Z"},
    "CarePlan": {"status": "active", "title": "Kapad", "period": {"start": "2026-12-24"}},
    "CareTeam": {"status": "active", "name": "Kapad", "telecom": [{"system": "phone", "value": "0000-666"}]},
    "Consent": {"status": "rejected"},
    "DocumentReference": {"status": "superseded", "description": "Kapad"},
    "Goal": {"lifecycleStatus": "cancelled", "description": {"text": "Kapad"}},
    "QuestionnaireResponse": {"status": "completed"},
    "RelatedPerson": {"active": True, "name": [{"text": "Kapad"}]},
    "ServiceRequest": {"status": "active", "code": {"text": "Kapad"}},
    "Task": {"status": "cancelled", "description": "Kapad"},
}  # fmt: skip
"""What the hostile writer changes in its copy of each type."""

Resource = dict[str, Any]


def references(resources: list[Resource]) -> set[str]:
    """The references of some resources."""
    return {f"{resource['resourceType']}/{resource['id']}" for resource in resources}


async def everything(world, caller, person="gunnar") -> list[Resource]:
    """Every resource of a person that a caller sees."""
    patient = f"Patient/{world.ids[person]}"
    bundle = (await world.get(caller, f"/fhir/{patient}/$overview")).json()
    return [entry["resource"] for entry in bundle["entry"]]


def hijacked(resource: Resource) -> Resource:
    """A copy of a resource with its id, references and identifiers, and with other and newer content."""
    changed = {**copy.deepcopy(resource), **NEWS.get(resource["resourceType"], {})}
    changed["meta"] = {"lastUpdated": "2027-01-01T00:00:00Z", "source": "https://region.example/fhir"}
    identifiers = changed.get("identifier", [])
    if resource["resourceType"] != "Patient" and not identifiers:
        own = {"system": "https://hostile.example/id", "value": f"{resource['resourceType']}-{resource['id']}"}
        changed["identifier"] = [own] if resource["resourceType"] != "QuestionnaireResponse" else own
    return changed


def bundle(resource: Resource, method: str, address: str, full_url: str, **more: Any) -> Resource:
    """A transaction of one resource."""
    request = {"method": method, "url": address, **more}
    entry = {"fullUrl": full_url, "resource": resource, "request": request}
    return {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}


async def attack(world, resource: Resource) -> None:
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
        bundle(hostile, "PUT", f"{resource['resourceType']}?{condition}", reference),
        bundle(hostile, "POST", resource["resourceType"], "urn:uuid:h", ifNoneExist=condition),
    ):
        await world.post(WRITER, "/fhir", pushed)


async def test_a_foreign_system_changes_nothing_of_another_giver(world):
    """For nobody: all that it achieves are items of its own, shown with its giver."""
    before = await snapshot(world, CALLERS, "gunnar")
    owned = await everything(world, "gunnar")
    assert {"Appointment", "CarePlan", "CareTeam", "Goal", "ServiceRequest"} <= {item["resourceType"] for item in owned}
    by_number = {
        "type": "Patient",
        "identifier": {"system": "http://electronichealth.se/identifier/personnummer", "value": "195009072553"},
    }
    patient = f"Patient/{world.ids['gunnar']}"
    some_of_each = [
        resource for type in STORED_TYPES for resource in [item for item in owned if item["resourceType"] == type][:3]
    ]
    for resource in some_of_each:
        await attack(world, resource)
    for resource in owned:
        named = json.loads(json.dumps(resource).replace(json.dumps({"reference": patient}), json.dumps(by_number)))
        await world.post(WRITER, "/fhir", bundle(hijacked(named), "POST", resource["resourceType"], "urn:uuid:h"))
    foreign = references(await everything(world, WRITER)) - {patient}
    assert foreign.isdisjoint(references(owned))
    after = await snapshot(world, CALLERS, "gunnar")

    types = {item["resourceType"] for item in owned} - {"Patient"}
    assert {place.partition("/")[0] for place in foreign} == types
    assert without(after, foreign, STRANGER.hsa_id) == without(before, foreign, STRANGER.hsa_id)
