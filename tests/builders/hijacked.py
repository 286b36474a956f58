"""What a hostile system sends: the resources of another giver, with other and newer content."""

import copy
from typing import Any

from app.demo.data.givers import HEALTH_CENTRE
from app.fhir import codes
from tests.builders.tokens import system
from tests.builders.world import World

CALLERS = (
    "gunnar", "physician", "municipal-nurse", "home-care", "administrator", "physician-without-consent", "log-auditor",
    "ehr-region", "ehr-private", system(HEALTH_CENTRE),
)  # fmt: skip
"""Everybody who may be misled: the person, staff of each role, and systems."""

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


async def everything(world: World, caller: Any, person: str = "gunnar") -> list[Resource]:
    """Every resource of a person that a caller sees."""
    patient = f"Patient/{world.ids[person]}"
    bundle = (await world.get(caller, f"/fhir/{patient}/$overview")).json()
    return [entry["resource"] for entry in bundle.get("entry", ())]


def hijacked(resource: Resource) -> Resource:
    """A copy of a resource with its id, references and identifiers, and with other and newer content."""
    changed = {**copy.deepcopy(resource), **NEWS.get(resource["resourceType"], {})}
    changed["meta"] = {"lastUpdated": "2027-01-01T00:00:00Z", "source": "https://region.example/fhir"}
    identifiers = changed.get("identifier", [])
    if resource["resourceType"] != "Patient" and not identifiers:
        own = {"system": "https://hostile.example/id", "value": f"{resource['resourceType']}-{resource['id']}"}
        changed["identifier"] = [own] if resource["resourceType"] != "QuestionnaireResponse" else own
    return changed


def contract_among(resources: list[Resource]) -> Resource:
    """The CarePlan of the patient contract."""
    return next(resource for resource in resources if part_of_agreement(resource) == "patient-contract")


def part_of_agreement(resource: Resource) -> str | None:
    """The code of the part of an agreement that a CarePlan is."""
    codings = [coding for category in resource.get("category", ()) for coding in category.get("coding", ())]
    return next((coding["code"] for coding in codings if coding["system"] == codes.AGREEMENT_PART), None)
