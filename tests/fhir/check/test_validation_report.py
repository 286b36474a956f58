"""What is said of a resource that somebody asks about: faults, warnings, or that all is well."""

import pytest

from app.errors import MOST_FAULTS
from app.fhir.check.validation_report import report

FHIR = "http://hl7.org/fhir/StructureDefinition"
OURS = "https://samplan.se/fhir/StructureDefinition"
SWEDISH = "http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePatient"
PERSON = {"resourceType": "Patient", "active": True}


def bundle(*entries):
    """A Bundle."""
    return {"resourceType": "Bundle", "type": "collection", "entry": list(entries)}


def declares(*urls):
    """A Patient that declares profiles."""
    return PERSON | {"meta": {"profile": list(urls)}}


@pytest.mark.parametrize(
    "resource, requested, words",
    [
        (PERSON, [], "No fault was found; checked by FHIR R4."),
        (PERSON, [f"{FHIR}/Patient"], "No fault was found; checked by FHIR R4."),
        (declares(f"{FHIR}/Patient", SWEDISH), [], "No fault was found; checked by FHIR R4, SEBasePatient."),
        (PERSON, [SWEDISH], "No fault was found; checked by FHIR R4, SEBasePatient."),
        ({"resourceType": "Slot", "schedule": {"reference": "Schedule/1"}, "status": "free", "start": "2026-01-01T10:00:00Z",
          "end": "2026-01-01T10:30:00Z"}, [], "No fault was found; checked by FHIR R4."),
        (bundle({"resource": {"resourceType": "Location", "name": "a"}}), [], "No fault was found; checked by FHIR R4."),
        (bundle({"resource": PERSON}, {"fullUrl": "urn:uuid:1", "response": {"status": "200"}}), [], None),
    ],
)  # fmt: skip
def test_a_valid_resource_gets_an_informational_issue(resource, requested, words):
    """By what it was checked, as an information."""
    (first, *rest) = report(resource, requested)

    assert rest == []
    if words:
        assert (first.severity, first.code, first.english) == ("information", "informational", words)
        assert first.swedish.startswith("Inget fel hittades")


@pytest.mark.parametrize(
    "resource, requested, issues",
    [
        (declares("urn:other"), [], [("information", None), ("warning", "Patient.meta.profile[0]")]),
        (declares(SWEDISH, "urn:other") | {"active": 1}, [], [("error", "Patient.active"), ("warning", "Patient.meta.profile[1]")]),
        (PERSON, ["urn:other"], [("error", "")]),
        (PERSON, [f"{FHIR}/Goal"], [("error", "")]),
        (PERSON, [f"{OURS}/team"], [("error", "")]),
        (PERSON | {"name": [{"text": "a"}, {"text": "b"}]}, [SWEDISH], [("error", "Patient.name")]),
        (bundle({"resource": declares("urn:other")}, {"fullUrl": "urn:uuid:1"}), [], [("error", "Bundle.entry[1]"), ("warning", "Bundle.entry[0].resource.meta.profile[0]")]),
        ({"resourceType": "Bundle", "type": "collection", "entry": 5}, [], [("error", "Bundle.entry")]),
        ({"resourceType": "Odd"}, [], [("error", "(unknown)")]),
    ],
)  # fmt: skip
def test_every_issue_is_reported(resource, requested, issues):
    """Faults, a profile that is requested for and not known or on another type, and what was not checked."""
    assert [(fault.severity, fault.expression) for fault in report(resource, requested)] == issues


def test_no_more_is_said_than_a_person_reads():
    """However much is declared."""
    assert len(report(declares(*(f"urn:x:{number}" for number in range(200))))) == MOST_FAULTS
