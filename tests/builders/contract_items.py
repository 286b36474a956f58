"""The items of a small contract: its CarePlan, a goal, a revision and a confirmation."""

from typing import Any

from app.items import Item
from tests.builders.items import REGION, own_item

PERSON = {"reference": "Patient/p"}


def care_plan(id: str = "c", *goals: str, status: str = "active", **more: Any) -> dict[str, Any]:
    """The CarePlan of a contract that refers to these goals."""
    code = {"system": "https://samplan.se/fhir/CodeSystem/agreement-part", "code": "patient-contract"}
    return {
        "resourceType": "CarePlan",
        "id": id,
        "status": status,
        "intent": "plan",
        "subject": PERSON,
        "category": [{"coding": [code]}],
        "title": "Kontrakt",
        "goal": [{"reference": f"Goal/{goal}"} for goal in goals],
        **more,
    }


def other_plan(id: str, *goals: str) -> dict[str, Any]:
    """A CarePlan that is no contract."""
    return {**care_plan(id, *goals), "category": []}


def goal(id: str = "g", text: str = "Gå") -> dict[str, Any]:
    """A goal of the person."""
    return {
        "resourceType": "Goal",
        "id": id,
        "lifecycleStatus": "active",
        "subject": PERSON,
        "description": {"text": text},
    }


def revision(id: str, *targets: str, **more: Any) -> dict[str, Any]:
    """The Provenance of a revision of these targets, by a unit of the region."""
    return {**_provenance(id, "custodian", *targets), "recorded": "2026-11-25T12:00:00+01:00", **more}


def confirmation(id: str, *targets: str) -> dict[str, Any]:
    """The Provenance of the person's confirmation."""
    party = {"coding": [{"system": "https://samplan.se/fhir/CodeSystem/party", "code": "person"}]}
    provenance = _provenance(id, "attester", *targets)
    provenance["agent"][0] |= {"role": [party], "who": PERSON}
    return provenance


def _provenance(id: str, type: str, *targets: str) -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
    who = {"identifier": {"system": "urn:oid:1.2.752.29.4.19", "value": REGION}}
    return {
        "resourceType": "Provenance",
        "id": id,
        "target": [{"reference": target} for target in targets],
        "agent": [{"type": {"coding": [{"system": system, "code": type}]}, "who": who}],
    }


def record(*resources: dict[str, Any] | Item) -> dict[str, Item]:
    """Items by reference, as a write finds them in the person's record."""
    items = [resource if isinstance(resource, Item) else own_item(resource) for resource in resources]
    return {item.reference: item for item in items}
