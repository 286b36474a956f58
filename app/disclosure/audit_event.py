"""Writes a row of the audit trail as an AuditEvent (pure).

As in IHE BALP: the caller, the assignment and purpose, the person, the items that were shown, and the outcome.
http://hl7.org/fhir/R4/auditevent.html; HSLF-FS 2016:40 4 kap. 9 §
"""

from collections.abc import Mapping
from typing import Any, Final

from app.fhir import codes, json_text
from app.fhir.ids import derived_id
from app.fhir.times import instant_text
from app.storage.audit_rows import AuditAction, AuditOutcome, AuditRow

EVENT_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-event-type"
INTERACTION: Final = "http://hl7.org/fhir/restful-interaction"
ENTITY_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
BALP_ENTITY_TYPE: Final = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
OBJECT_ROLE: Final = "http://terminology.hl7.org/CodeSystem/object-role"
PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
PROFILE: Final = f"{codes.CANONICAL}/StructureDefinition/audit-event"
ACTIONS_OF_OURS: Final = f"{codes.CANONICAL}/CodeSystem/audit-action"

ACTIONS: Final[Mapping[AuditAction, tuple[str, str | None]]] = {
    AuditAction.OVERVIEW: ("E", "operation"),
    AuditAction.READ: ("R", "read"),
    AuditAction.SEARCH: ("E", "search-type"),
    AuditAction.HISTORY: ("R", "history-instance"),
    AuditAction.CREATE: ("C", "create"),
    AuditAction.UPDATE: ("U", "update"),
    AuditAction.PUSH: ("E", "transaction"),
    AuditAction.BLOCK: ("C", None),
    AuditAction.UNBLOCK: ("D", None),
    AuditAction.EMERGENCY: ("C", None),
    AuditAction.REGISTER: ("C", "create"),
    AuditAction.END: ("D", "delete"),
    AuditAction.LIST: ("E", "search-type"),
    AuditAction.EXISTENCE: ("E", "operation"),
    AuditAction.LOG: ("E", "search-type"),
    AuditAction.PRUNE: ("D", None),
    AuditAction.IDENTIFY: ("U", "update"),
}
"""AuditEvent.action of each action of ours, and the FHIR interaction if it is one."""

OUTCOMES: Final[Mapping[AuditOutcome | None, tuple[str, str]]] = {
    AuditOutcome.PERMIT: ("0", "permitted"),
    AuditOutcome.DENY: ("4", "refused"),
    AuditOutcome.ERROR: ("8", "failed"),
    None: ("8", "asked; no answer left"),
}
"""An intent without an outcome is an event whose answer never left."""


def audit_event(row: AuditRow) -> dict[str, Any]:
    """The AuditEvent; its id follows from the request, so that the same event has it every time."""
    action, interaction = ACTIONS[row.action]
    outcome, description = OUTCOMES[row.outcome]
    resource: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": derived_id(str(row.request), row.phase),
        "meta": {"profile": [PROFILE]},
        "type": {"system": EVENT_TYPE, "code": "rest", "display": "RESTful Operation"},
        "subtype": [_subtype(row.action, interaction)],
        "action": action,
        "recorded": instant_text(row.at),
        "outcome": outcome,
        "outcomeDesc": f"{description}: {row.rule}" if row.rule else description,
        "agent": [_agent(row)],
        "source": {"observer": {"display": "Samplan"}},
    }
    if row.purpose:
        resource["purposeOfEvent"] = [{"text": row.purpose}]
    if entities := _entities(row):
        resource["entity"] = entities
    return resource


def _subtype(action: AuditAction, interaction: str | None) -> dict[str, Any]:
    if interaction is None:
        return {"system": ACTIONS_OF_OURS, "code": action}
    return {"system": INTERACTION, "code": interaction}


def _agent(row: AuditRow) -> dict[str, Any]:
    agent: dict[str, Any] = {
        "type": {"coding": [{"system": PARTICIPATION, "code": "IRCP", "display": "information recipient"}]},
        "role": [{"text": row.role}],
        "requestor": True,
    }
    if row.caller_kind == "citizen":
        agent["who"] = {"reference": f"Patient/{row.caller}"} if row.caller else {"display": "a person not known here"}
    elif row.caller_kind == "staff":
        agent["who"] = {"type": "Practitioner", "identifier": {"system": codes.HSA_ID, "value": row.caller}}
    else:
        agent["who"] = {"type": "Device", "display": row.caller}
    if row.giver:
        organisation = row.unit or row.giver
        agent["location"] = {"identifier": {"system": codes.HSA_ID, "value": organisation}}
    return agent


def _entities(row: AuditRow) -> list[dict[str, Any]]:
    entities: list[dict[str, Any]] = []
    if row.patient:
        entities.append(
            {
                "what": {"reference": f"Patient/{row.patient}"},
                "type": {"system": ENTITY_TYPE, "code": "1", "display": "Person"},
                "role": {"system": OBJECT_ROLE, "code": "1", "display": "Patient"},
            }
        )
    if row.trace:
        entities.append(
            {
                "what": {"identifier": {"value": str(row.trace)}},
                "type": {"system": BALP_ENTITY_TYPE, "code": "XrequestId"},
            }
        )
    entities += [_shown(item) for item in row.shown]
    entities += [_changed(change) for change in row.changed]
    return entities


def _changed(change: Mapping[str, Any]) -> dict[str, Any]:
    """A registered fact before and after, as JSON."""
    after = change.get("after") or {}
    details = [(name, str(after[name])) for name in ("id", "kind", "giver", "unit") if name in after]
    details += [
        (name, value if isinstance(value, str) else json_text.dumps(value).decode())
        for name, value in change.items()
        if value
    ]
    return {
        "name": "registered fact",
        "type": {"system": ENTITY_TYPE, "code": "4", "display": "Other"},
        "detail": [{"type": name, "valueString": value} for name, value in details],
    }


def _shown(item: Any) -> dict[str, Any]:
    names = ("version", "class", "giver", "source", "label")
    reference, *described = item
    details = zip(names, described, strict=False)
    return {
        "what": {"reference": reference},
        "type": {"system": ENTITY_TYPE, "code": "2", "display": "System Object"},
        "role": {"system": OBJECT_ROLE, "code": "4", "display": "Domain Resource"},
        "detail": [{"type": name, "valueString": str(value)} for name, value in details if value is not None],
    }
