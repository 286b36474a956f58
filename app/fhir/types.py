"""The resource types that Samplan stores, checks or accepts inside another resource."""

from typing import Final

STORED_TYPES: Final = (
    "CarePlan", "CareTeam", "Goal", "Appointment", "ServiceRequest",
    "Task", "Provenance", "Patient", "RelatedPerson", "Consent", "QuestionnaireResponse", "DocumentReference",
)  # fmt: skip
"""What belongs to one patient."""


DIRECTORY_TYPES: Final = ("Practitioner", "PractitionerRole", "Organization")
"""What belongs to no patient."""


CHECKED_TYPES: Final = (*STORED_TYPES, *DIRECTORY_TYPES, "AuditEvent", "Bundle", "OperationOutcome")
"""What is taken in, each checked by its compiled schema."""


CONTAINED_TYPES: Final = (
    "ActivityDefinition", "AllergyIntolerance", "Binary", "Communication", "CommunicationRequest", "Condition",
    "Coverage", "Device", "DeviceRequest", "DiagnosticReport", "Encounter", "Endpoint",
    "EpisodeOfCare", "Flag", "Group", "HealthcareService", "List", "Location", "Medication", "MedicationRequest",
    "MedicationStatement", "NutritionOrder", "Observation", "PlanDefinition", "Procedure", "Questionnaire",
    "RequestGroup", "RiskAssessment", "Schedule", "Slot", "Specimen", "Substance",
)  # fmt: skip
"""What may come inside one of those, and is checked too."""
