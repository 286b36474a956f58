"""Functions that build the demo's FHIR resources.

The demo's sources and EHRs stand for other vendors' systems, so they do not share the app's own mapping.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from app.demo.data.givers import DemoEmployee, DemoUnit
from app.fhir.codes import (
    CARE_PLAN_TYPE,
    CONFIDENTIALITY,
    HEALTH,
    HOME_CARE,
    HSA_ID,
    INFORMATION_CATEGORY,
    PERMANENT_CONTACT,
    PROVENANCE_PARTICIPANT,
)

Resource = dict[str, Any]

RESTRICTED: Final = "R"
VERY_RESTRICTED: Final = "V"
PLAN_NAMES: Final[Mapping[str, str]] = {
    "VP": "Vårdplan",
    "GP": "Genomförandeplan",
    "SIP": "Samordnad individuell plan",
    "RP": "Rehabiliteringsplan",
    "HP": "Habiliteringsplan",
}
CONTACT_NAMES: Final[Mapping[str, str]] = {
    "1": "Fast vårdkontakt",
    "2": "Fast läkarkontakt i primärvård",
    "3": "Fast omsorgskontakt i hemtjänsten",
    "4": "Fast vårdkontakt med övergripande samordningsansvar",
}


def labelled(resource: Resource, code: str, system: str = CONFIDENTIALITY) -> Resource:
    """Add a security label."""
    meta = resource.get("meta", {})
    security = [*meta.get("security", []), {"system": system, "code": code}]
    return {**resource, "meta": {**meta, "security": security}}


def health(resource: Resource) -> Resource:
    """Mark the resource as health care (hälso- och sjukvård), for a system that mostly holds social care."""
    return {**resource, "meta": {**resource.get("meta", {}), "tag": [{"system": INFORMATION_CATEGORY, "code": HEALTH}]}}


def versioned(resource: Resource, updated: str) -> Resource:
    """Add the time of the resource's version at the source, a FHIR `instant`."""
    return {**resource, "meta": {**resource.get("meta", {}), "lastUpdated": updated}}


def unit(place: DemoUnit, type_: str = "Organization") -> Resource:
    """A logical reference to a unit, as an Organization or a Location."""
    return {"type": type_, "identifier": {"system": HSA_ID, "value": place.hsa_id}, "display": place.name}


def employee(who: DemoEmployee) -> Resource:
    """A logical reference to a member of staff."""
    shown = f"{who.name}, {who.title.lower()}"
    return {"type": "Practitioner", "identifier": {"system": HSA_ID, "value": who.hsa_id}, "display": shown}


def appointment(
    business: tuple[str, str],
    what: str,
    time: tuple[str, int],
    *,
    patient: str,
    who: DemoEmployee,
    status: str = "booked",
) -> Resource:
    """An agreed time (överenskommen tid); `time` is the start and the minutes it takes, `business` system and value."""
    start, minutes = time
    accepted = "declined" if status == "cancelled" else "accepted"
    return {
        "resourceType": "Appointment",
        "identifier": [{"system": business[0], "value": business[1]}],
        "status": status,
        "serviceType": [{"text": what}],
        "description": what,
        "start": start,
        "end": _later(start, minutes),
        "minutesDuration": minutes,
        "patientInstruction": f"Behöver du ändra tiden? Ring {who.unit.name}, {who.unit.phone}.",
        "participant": [
            {"actor": {"reference": patient}, "required": "required", "status": accepted},
            {"actor": employee(who), "required": "required", "status": accepted},
            {"actor": unit(who.unit, "Location") | {"display": f"{who.unit.name}, {who.unit.address}"},
             "required": "information-only", "status": "accepted"},
        ],
    }  # fmt: skip


def at_home(visit: Resource) -> Resource:
    """The same time, in the person's own home instead of at the unit."""
    *people, place = visit["participant"]
    return {**visit, "participant": [*people, {**place, "actor": {"type": "Location", "display": "Hemma hos dig"}}]}


def care_plan(
    id: str,
    kind: str,
    *,
    patient: str,
    by: DemoEmployee,
    links: Mapping[str, Sequence[str]],
    period: Mapping[str, str],
) -> Resource:
    """A plan without text of its own: `links` are the ids of its goals, activities and teams by resource type."""
    goals, requests, teams = (links.get(type_, ()) for type_ in ("Goal", "ServiceRequest", "CareTeam"))
    plan: Resource = {
        "resourceType": "CarePlan",
        "id": id,
        "status": "active",
        "intent": "plan",
        "category": [{"coding": [{"system": CARE_PLAN_TYPE, "code": kind, "display": PLAN_NAMES[kind]}]}],
        "title": f"{PLAN_NAMES[kind]}, {by.unit.name}",
        "subject": {"reference": patient},
        "period": dict(period),
        "created": period["start"],
        "author": employee(by),
        "contributor": [unit(by.unit)],
    }
    if teams:
        plan["careTeam"] = [{"reference": f"CareTeam/{team}"} for team in teams]
    if goals:
        plan["goal"] = [{"reference": f"Goal/{goal}"} for goal in goals]
    if requests:
        plan["activity"] = [{"reference": {"reference": f"ServiceRequest/{request}"}} for request in requests]
    return plan


def goal(id: str, text: str, *, patient: str, started: str, due: str) -> Resource:
    """A goal in the person's own words."""
    return {
        "resourceType": "Goal",
        "id": id,
        "lifecycleStatus": "active",
        "description": {"text": text},
        "subject": {"reference": patient},
        "startDate": started,
        "target": [{"dueDate": due}],
        "expressedBy": {"reference": patient},
    }


def activity(id: str, text: str, *, patient: str, by: DemoEmployee, period: Mapping[str, str]) -> Resource:
    """A planned activity that the unit does."""
    return {
        "resourceType": "ServiceRequest",
        "id": id,
        "status": "active",
        "intent": "plan",
        "code": {"text": text},
        "subject": {"reference": patient},
        "occurrencePeriod": dict(period),
        "authoredOn": period["start"],
        "requester": employee(by),
        "performer": [unit(by.unit)],
    }


def self_care(id: str, text: str, *, patient: str, by: DemoEmployee, period: Mapping[str, str]) -> Resource:
    """A planned activity that the person does (egenvård)."""
    planned = activity(id, text, patient=patient, by=by, period=period)
    return {**planned, "performer": [{"reference": patient}]}


def home_care(id: str, text: str, *, patient: str, by: DemoEmployee, period: Mapping[str, str]) -> Resource:
    """A planned activity of the home care service (hemtjänst)."""
    planned = activity(id, text, patient=patient, by=by, period=period)
    return {**planned, "category": [{"coding": [{"system": INFORMATION_CATEGORY, "code": HOME_CARE}]}]}


def care_team(
    id: str,
    name: str,
    contacts: Iterable[tuple[str, DemoEmployee]],
    *,
    patient: str,
    period: Mapping[str, str],
) -> Resource:
    """A team of permanent contacts (fasta kontakter), each a code of kv_typ_av_fast_kontakt and a member of staff."""
    rows = list(contacts)
    return {
        "resourceType": "CareTeam",
        "id": id,
        "status": "active",
        "name": name,
        "subject": {"reference": patient},
        "period": dict(period),
        "participant": [
            {"role": [{"coding": [{"system": PERMANENT_CONTACT, "code": code, "display": CONTACT_NAMES[code]}]}],
             "member": employee(who), "onBehalfOf": unit(who.unit)}
            for code, who in rows
        ],
        "telecom": [{"system": "phone", "value": rows[0][1].unit.phone}],
    }  # fmt: skip


def provenance(resource: Resource, by: DemoUnit, recorded: str) -> Resource:
    """The Provenance of a resource: custodian is the giver (yttre spärr), author the unit (inre spärr)."""
    giver = {
        "identifier": {"system": HSA_ID, "value": by.giver.hsa_id},
        "type": "Organization",
        "display": by.giver.name,
    }
    return {
        "resourceType": "Provenance",
        "id": f"{resource['id']}-p",
        "target": [{"reference": f"{resource['resourceType']}/{resource['id']}"}],
        "recorded": recorded,
        "agent": [
            {"type": {"coding": [{"system": PROVENANCE_PARTICIPANT, "code": "custodian"}]}, "who": giver},
            {"type": {"coding": [{"system": PROVENANCE_PARTICIPANT, "code": "author"}]}, "who": unit(by)},
        ],
    }


def _later(start: str, minutes: int) -> str:
    return (datetime.fromisoformat(start) + timedelta(minutes=minutes)).isoformat()
