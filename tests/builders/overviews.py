"""The JSON overview of some resources, or of a contract."""

import json
from datetime import UTC, date, datetime

from app.access.ownership import NO_OWNERS
from app.contracts import parse_contract
from app.contracts.part_ids import derived
from app.contracts.to_fhir import resources
from app.items import Item
from app.overview.duplicates import merge_duplicates
from app.overview.portal.as_json import overview_json
from app.overview.read_overview import Overview
from tests.builders.items import REGION, own_item

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
TODAY = date(2026, 11, 25)
PATIENT = "Patient/p"
DAY = "2026-12-01"
SUBJECT = {"subject": {"reference": PATIENT}}
ORDER = {"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order", "code": {"text": "Gå ut"},
         "occurrenceDateTime": DAY, **SUBJECT}  # fmt: skip
TASK = {"resourceType": "Task", "id": "t", "status": "requested", "intent": "order", "description": "Väg dig",
        "for": {"reference": PATIENT}, "executionPeriod": {"start": DAY}}  # fmt: skip
PLAN = {"resourceType": "CarePlan", "id": "c", "status": "active", "intent": "plan", "title": "Vårdplan", **SUBJECT}
GOAL = {"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"text": "Orka mer"}, **SUBJECT}
TIME = {"resourceType": "Appointment", "id": "a", "status": "booked", "description": "Besök",
        "start": f"{DAY}T10:00:00Z", "end": f"{DAY}T11:00:00Z",
        "participant": [{"actor": {"reference": PATIENT}, "status": "accepted"}]}  # fmt: skip
TEAM = {"resourceType": "CareTeam", "id": "ct", "status": "active", "participant": [{"member": {"display": "Kim"}}],
        "telecom": [{"system": "phone", "value": "0000-1"}], **SUBJECT}  # fmt: skip
PAPER = {"resourceType": "DocumentReference", "id": "d", "status": "current", "description": "Plan på papper",
         "content": [{"attachment": {"url": "https://a.example.se/"}}], **SUBJECT}  # fmt: skip
KIN = {"resourceType": "RelatedPerson", "id": "r", "active": True, "patient": {"reference": PATIENT},
       "name": [{"text": "Birgit"}]}  # fmt: skip
STORY = {"resourceType": "QuestionnaireResponse", "id": "q", "status": "completed", **SUBJECT,
         "questionnaire": "https://samplan.se/fhir/Questionnaire/about-me",
         "item": [{"linkId": "story", "answer": [{"valueString": "Fiskare"}]}]}  # fmt: skip
PERSON = {"resourceType": "Patient", "id": "p", "active": True, "name": [{"text": "Anna Lind"}]}


def contract_resources(sent, **more):
    """The resources of a contract's JSON."""
    contract = parse_contract.parse(json.dumps({**sent, **more}).encode())
    return resources(contract, ids=derived(contract))


def small_contract(**more):
    """A contract of few words."""
    return {"patient": PATIENT, "title": "Kontrakt", "agreement": {"whatMatters": "Att cykla"}, **more}


def overview(*found, sources=(), protected=False, relations=(REGION,), ownership=NO_OWNERS):
    """The JSON of an overview of these resources, or items; these givers have a care relation to the person."""
    shown, _ = merge_duplicates([one if isinstance(one, Item) else own_item(one) for one in found], ownership)
    known = relations if isinstance(relations, dict) else dict.fromkeys(relations, NOW)
    told = Overview("p", protected, shown, [each.item.body for each in shown], sources, known, {}, NOW)
    return json.loads(overview_json(told))
