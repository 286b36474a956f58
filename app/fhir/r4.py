"""The one door to fhir.resources: R4B models, which have the same elements as R4 for our types; for building only.

Each module is imported when its first type is asked for: all of them take seconds and a hundred megabytes.
"""

from datetime import date, datetime, time
from importlib import import_module
from typing import Any

MODELS = frozenset({
    "Address", "Annotation", "Appointment", "AppointmentParticipant", "AuditEvent", "AuditEventAgent",
    "AuditEventEntity", "AuditEventSource", "Bundle", "BundleEntry", "BundleEntryRequest", "CarePlan",
    "CarePlanActivity", "CarePlanActivityDetail", "CareTeam", "CareTeamParticipant", "CodeableConcept", "Coding",
    "Consent", "ConsentPolicy", "ConsentProvision", "ContactPoint", "Extension", "Goal", "GoalTarget", "HumanName",
    "Identifier", "Meta", "Narrative", "OperationOutcome", "Organization", "Patient", "Period", "Practitioner",
    "PractitionerRole", "Provenance", "ProvenanceAgent", "ProvenanceEntity", "Quantity", "Reference",
    "RelatedPerson", "ServiceRequest", "Task", "TaskRestriction", "Timing", "TimingRepeat",
})  # fmt: skip
"""The models that may be had from here."""

_BACKBONES = ("Appointment", "AuditEvent", "Bundle", "CarePlan", "CareTeam", "Consent", "Goal", "Provenance", "Task")


def __getattr__(name: str) -> Any:
    if name not in MODELS:
        raise AttributeError(name)
    return getattr(import_module(f"fhir.resources.R4B.{_module(name)}"), name)


def to_json(model: Any) -> dict[str, Any]:
    """Return a model as FHIR JSON: nothing empty, dates as FHIR writes them; a decimal loses trailing zeros."""
    written: dict[str, Any] = _plain(model.model_dump())
    return written


def _module(name: str) -> str:
    if name == "TimingRepeat":
        return "timing"
    owner = next((each for each in _BACKBONES if name.startswith(each)), name)
    return owner.lower()


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _plain(child) for name, child in node.items()}
    if isinstance(node, list):
        return [_plain(child) for child in node]
    if isinstance(node, datetime | date | time):
        return node.isoformat()
    return node
