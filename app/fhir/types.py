"""The resource types that Samplan knows, one row each: to add a type, add a row here and run `make schemas`.

A row has only the values that are not in HL7's definitions. These are compiled: the elements to `app/fhir/schemas/`,
the search parameters to the table of `app.fhir.search_parameters`. By the parameters `patient` and `status` that table
also tells which element of a type names the patient, and which is the status.

https://hl7.org/fhir/R4/resourcelist.html
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple


class TypeScope(StrEnum):
    """Where resources of a type may stand."""

    PATIENT = "patient"
    """Stored, and belongs to one patient."""
    DIRECTORY = "directory"
    """Stored, and belongs to no patient."""
    MESSAGE = "message"
    """Taken in or sent and not stored."""
    CONTAINED = "contained"
    """Accepted only inside another resource."""


class ResourceType(NamedTuple):
    """A resource type: how Samplan stores, searches, classifies and shows its resources."""

    name: str
    scope: TypeScope
    searched_by: tuple[str, ...] = ()
    """The names of the search parameters that the server offers."""
    times: tuple[str, ...] = ()
    """The elements with the time of a resource: the first that is present counts; "" is its own start and end."""
    other_patients: tuple[str, ...] = ()
    """Elements that may refer to another person than the patient, but not to another patient."""
    information_class: str | None = None
    """The information class (`app.access.classification`); None if it depends on the content."""
    inactive_statuses: frozenset[str] = frozenset()
    """Statuses besides entered-in-error with which a resource is not shown as being in force."""
    negated_by: tuple[tuple[str, Any], ...] = ()
    """Elements and their values that negate the resource; R4 marks such elements as modifiers."""
    is_federated: bool = False
    """Whether other systems are asked for resources of the type."""
    is_actor: bool = False
    """Whether a resource can be the person, organisation or place of an activity; references to it are indexed."""


_BY_STATUS: Final = ("_id", "patient", "status")

_ROWS: Final = (
    ResourceType(
        "CarePlan", TypeScope.PATIENT, _BY_STATUS,
        times=("period",),
        is_federated=True,
    ),
    ResourceType(
        "CareTeam", TypeScope.PATIENT, _BY_STATUS,
        times=("period",),
        information_class="contact",
        inactive_statuses=frozenset({"inactive"}),
        is_federated=True,
    ),
    ResourceType(
        "Goal", TypeScope.PATIENT, _BY_STATUS,
        information_class="goal",
        is_federated=True,
    ),
    ResourceType(
        "Appointment", TypeScope.PATIENT, _BY_STATUS,
        times=("", "requestedPeriod"),
        information_class="time",
        is_federated=True,
    ),
    ResourceType(
        "ServiceRequest", TypeScope.PATIENT, _BY_STATUS,
        times=("occurrencePeriod", "occurrenceDateTime", "occurrenceTiming"),
        negated_by=(("doNotPerform", True),),
        is_federated=True,
    ),
    ResourceType(
        "Task", TypeScope.PATIENT, _BY_STATUS,
        times=("executionPeriod", "restriction.period"),
        is_federated=True,
    ),
    ResourceType(
        "Provenance", TypeScope.PATIENT, ("_id", "patient"),
        times=("recorded",),
        information_class="provenance",
    ),
    ResourceType(
        "Patient", TypeScope.PATIENT, ("_id", "identifier"),
        information_class="person",
        negated_by=(("active", False), ("link.type", "replaced-by")),
    ),
    ResourceType(
        "RelatedPerson", TypeScope.PATIENT, ("_id", "patient"),
        times=("period",),
        information_class="contact",
        negated_by=(("active", False),),
    ),
    ResourceType(
        "Consent", TypeScope.PATIENT, _BY_STATUS,
        times=("provision.period", "dateTime"),
        negated_by=(("provision.type", "deny"),),
    ),
    ResourceType(
        "QuestionnaireResponse", TypeScope.PATIENT, _BY_STATUS,
        times=("authored",),
        other_patients=("source", "author"),
        inactive_statuses=frozenset({"in-progress", "stopped"}),
    ),
    ResourceType(
        "DocumentReference", TypeScope.PATIENT, _BY_STATUS,
        times=("context.period", "date"),
        other_patients=("context.sourcePatientInfo",),
        information_class="plan",
    ),
    ResourceType(
        "Practitioner", TypeScope.DIRECTORY, ("_id", "identifier", "name", "active"),
        information_class="directory",
        is_actor=True,
    ),
    ResourceType(
        "PractitionerRole", TypeScope.DIRECTORY,
        ("_id", "identifier", "practitioner", "organization", "location", "role", "active"),
        times=("period",),
        information_class="directory",
        is_actor=True,
    ),
    ResourceType(
        "Organization", TypeScope.DIRECTORY, ("_id", "identifier", "name", "partof", "type", "active"),
        information_class="directory",
        is_actor=True,
    ),
    ResourceType(
        "HealthcareService", TypeScope.DIRECTORY,
        ("_id", "identifier", "name", "organization", "location", "service-type", "active"),
        information_class="directory",
        is_actor=True,
    ),
    ResourceType(
        "Location", TypeScope.DIRECTORY, ("_id", "identifier", "name", "organization", "partof", "type", "status"),
        information_class="directory",
        is_actor=True,
    ),
    ResourceType("AuditEvent", TypeScope.MESSAGE, ("patient", "date")),
    ResourceType("Bundle", TypeScope.MESSAGE),
    ResourceType("OperationOutcome", TypeScope.MESSAGE),
    ResourceType("ActivityDefinition", TypeScope.CONTAINED),
    ResourceType("AllergyIntolerance", TypeScope.CONTAINED),
    ResourceType("Binary", TypeScope.CONTAINED),
    ResourceType("Communication", TypeScope.CONTAINED),
    ResourceType("CommunicationRequest", TypeScope.CONTAINED),
    ResourceType("Condition", TypeScope.CONTAINED),
    ResourceType("Coverage", TypeScope.CONTAINED),
    ResourceType("Device", TypeScope.CONTAINED),
    ResourceType("DeviceRequest", TypeScope.CONTAINED),
    ResourceType("DiagnosticReport", TypeScope.CONTAINED),
    ResourceType("Encounter", TypeScope.CONTAINED),
    ResourceType("Endpoint", TypeScope.CONTAINED),
    ResourceType("EpisodeOfCare", TypeScope.CONTAINED),
    ResourceType("Flag", TypeScope.CONTAINED),
    ResourceType("Group", TypeScope.CONTAINED),
    ResourceType("List", TypeScope.CONTAINED),
    ResourceType("Medication", TypeScope.CONTAINED),
    ResourceType("MedicationRequest", TypeScope.CONTAINED),
    ResourceType("MedicationStatement", TypeScope.CONTAINED),
    ResourceType("NutritionOrder", TypeScope.CONTAINED),
    ResourceType("Observation", TypeScope.CONTAINED),
    ResourceType("PlanDefinition", TypeScope.CONTAINED),
    ResourceType("Procedure", TypeScope.CONTAINED),
    ResourceType("Questionnaire", TypeScope.CONTAINED),
    ResourceType("RequestGroup", TypeScope.CONTAINED),
    ResourceType("RiskAssessment", TypeScope.CONTAINED),
    ResourceType("Schedule", TypeScope.CONTAINED),
    ResourceType("Slot", TypeScope.CONTAINED),
    ResourceType("Specimen", TypeScope.CONTAINED),
    ResourceType("Substance", TypeScope.CONTAINED),
)  # fmt: skip

TYPES: Final[Mapping[str, ResourceType]] = {row.name: row for row in _ROWS}
"""Every resource type that Samplan knows, by its name."""


def _names(*scopes: TypeScope) -> tuple[str, ...]:
    return tuple(row.name for row in _ROWS if row.scope in scopes)


STORED_TYPES: Final = _names(TypeScope.PATIENT)
"""The types of which each resource belongs to one patient."""

DIRECTORY_TYPES: Final = _names(TypeScope.DIRECTORY)
"""The types of which no resource belongs to a patient."""

CHECKED_TYPES: Final = _names(TypeScope.PATIENT, TypeScope.DIRECTORY, TypeScope.MESSAGE)
"""The types that are taken in, each checked by its compiled schema."""

CONTAINED_TYPES: Final = _names(TypeScope.CONTAINED)
"""The types that are accepted only inside another resource, and are checked there."""

ALL_TYPES: Final = (*CHECKED_TYPES, *CONTAINED_TYPES)
"""Every type that has a compiled schema."""

FEDERATED_TYPES: Final = tuple(row.name for row in _ROWS if row.is_federated)
"""The types that are asked of other systems."""

ACTOR_TYPES: Final = frozenset(row.name for row in _ROWS if row.is_actor)
"""The types that can be who or where in an activity."""
