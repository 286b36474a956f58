"""Rows of goals, with HL7's two extensions of them."""

from tests.agreement.profile_cases import CasesByProfile, ProfileCases
from tests.builders.changes import GONE, TWICE, coding, concept, extension, someone, to

ACCEPTANCE = "http://hl7.org/fhir/StructureDefinition/goal-acceptance"
RELATIONSHIP = "http://hl7.org/fhir/StructureDefinition/goal-relationship"

GOAL_GOOD = {
    "no achievement": {"achievementStatus": GONE},
    "reached": {"achievementStatus": concept("achievement#achieved"), "lifecycleStatus": "completed"},
    "a coded description": {"description.coding": [coding("sct#228450008")]},
    "a target in a quantity": {"target[0].detailString": GONE, "target[0].detailQuantity": {"value": 800, "unit": "m"}},
    "a target below zero": {"target[0].detailString": GONE, "target[0].detailQuantity": {"value": -1.50, "unit": "kg"}},
    "due on the day of the start": {"target[0].dueDate": "2026-02-02"},
    "due in the month of the start": {"target[0].dueDate": "2026-02"},
    "due in the year of the start": {"target[0].dueDate": "2026"},
    "due on a day of the month that it starts in": {"startDate": "2026-06", "target[0].dueDate": "2026-06-01"},
    "a start in words": {"startDate": GONE, "startCodeableConcept": {"text": "vid utskrivning"}},
    "a target in days": {"target[0].dueDate": GONE, "target[0].dueDuration": {
        "value": 90, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}},
}  # fmt: skip

GOAL_BAD = {
    "rules of their own": {"implicitRules": "https://example.org/rules"},
    "due before the start": {"target[0].dueDate": "2026-02-01"},
    "due in the month before": {"target[0].dueDate": "2026-01"},
    "due in the year before the month": {"startDate": "2026-02", "target[0].dueDate": "2025"},
    "a second target due early": {"target[+]": {"dueDate": "2025-12-31"}},
    "no status": {"lifecycleStatus": GONE},
    "an unknown status": {"lifecycleStatus": "ongoing"},
    "an unknown achievement": {"achievementStatus.coding[0].code": "reached"},
    "an achievement in words": {"achievementStatus": {"text": "På god väg"}},
    "an achievement of another system": {"achievementStatus": concept("sct#385641008")},
    "no description": {"description": GONE},
    "a description without words": {"description": concept("sct#228450008")},
    "no subject": {"subject": GONE},
    "an organization as subject": {"subject": to("Organization/1")},
    "expressed by nobody": {"expressedBy": GONE},
    "expressed by a team": {"expressedBy": to("CareTeam/1")},
    "a detail without a measure": {"target[0].measure": GONE},
    "a target of two kinds": {"target[0].detailInteger": 800},
    "a number in words": {"target[0].detailString": GONE, "target[0].detailQuantity": {"value": "800", "unit": "m"}},
    "due in two ways": {"target[0].dueDuration": {"value": 90, "unit": "d"}},
    "due at a time": {"target[0].dueDate": "2026-06-01T10:00:00Z"},
    "two starts": {"startCodeableConcept": {"text": "vid utskrivning"}},
    "a duration of no system": {"target[0].dueDate": GONE, "target[0].dueDuration": {"value": 90, "code": "d"}},
}

CASES: CasesByProfile = {
    "person-goal": ProfileCases(
        "full-goals-1",
        {
            **GOAL_GOOD,
            "not accepted by anybody": {"extension": GONE},
            "accepted by two": {"extension[+]": extension(
                ACCEPTANCE, extension("individual", valueReference=someone("Practitioner")),
                extension("status", valueCode="agree"))},
        },
        {
            **GOAL_BAD,
            "expressed by another person": {"expressedBy": to("Patient/another")},
            "expressed by a nurse": {"expressedBy": to("Practitioner/1")},
            "a person without an address": {"subject": someone("Patient"), "expressedBy": someone("Patient")},
            "expressed by the person's name": {"expressedBy": someone("Patient")},
        },
    ),
    "professional-goal": ProfileCases(
        "full-goals-1-professional-goals-1",
        {
            **GOAL_GOOD,
            "a person without an address": {"subject": someone("Patient")},
            "serves two": {"extension[0]": TWICE},
            "expressed by a role": {"expressedBy": to("PractitionerRole/1")},
        },
        {
            **GOAL_BAD,
            "serves none": {"extension": GONE},
            "expressed by the person": {"expressedBy": to("Patient/anna")},
            "expressed by another person": {"expressedBy": to("Patient/another")},
            "expressed by a relative": {"expressedBy": someone("RelatedPerson")},
        },
    ),
    "goal-acceptance": ProfileCases(
        "full-goals-1",
        {
            "declined": {"extension[0].extension[1].valueCode": "disagree"},
            "with a priority": {"extension[0].extension[+]": extension("priority", valueCodeableConcept=concept(
                "achievement#achieved"))},
            "no status": {"extension[0].extension[1]": GONE},
        },
        {
            "of nobody": {"extension[0].extension[0]": GONE},
            "of two": {"extension[0].extension[0]": TWICE},
            "of a place": {"extension[0].extension[0].valueReference": to("Location/1")},
            "an unknown status": {"extension[0].extension[1].valueCode": "maybe"},
            "a status in words": {"extension[0].extension[1]": extension("status", valueString="agree")},
            "a value and no parts": {"extension[0]": extension(ACCEPTANCE, valueCode="agree")},
            "on a target": {"target[0].extension[+]": extension(
                ACCEPTANCE, extension("individual", valueReference=to("Patient/anna")))},
        },
    ),
    "goal-relationship": ProfileCases(
        "full-goals-1-professional-goals-1",
        {"a type in words": {"extension[0].extension[0].valueCodeableConcept": {"text": "bidrar till"}}},
        {
            "no target": {"extension[0].extension[1]": GONE},
            "no type": {"extension[0].extension[0]": GONE},
            "two targets": {"extension[0].extension[1]": TWICE},
            "a plan as target": {"extension[0].extension[1].valueReference": to("CarePlan/1")},
            "a type that is a code": {"extension[0].extension[0]": extension("type", valueCode="other")},
            "a part that is not there": {"extension[0].extension[+]": extension("weight", valueInteger=1)},
        },
    ),
}  # fmt: skip
