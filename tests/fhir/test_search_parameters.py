"""Search parameters are HL7's and our own, by type; what they point at is where a type names its patient and status."""

import pytest

from app.fhir.schema_files import definitions
from app.fhir.search_parameters import defined_parameters, offered_parameters, path_of
from app.fhir.types import STORED_TYPES, TYPES
from app.plans.search_resources import FILTERS


@pytest.mark.parametrize("name", [row.name for row in TYPES.values() if row.searched_by])
def test_every_offered_parameter_is_defined(name):
    """A row offers no parameter without a definition."""
    assert tuple(parameter.name for parameter in offered_parameters(name)) == TYPES[name].searched_by
    assert all(parameter.definition.startswith("http") for parameter in offered_parameters(name))


def test_every_offered_parameter_names_the_person_or_narrows_the_search():
    """A new parameter of a stored type needs its filter in `app.plans.search_resources`."""
    offered = {parameter for name in STORED_TYPES for parameter in TYPES[name].searched_by}
    assert offered - {"patient", "identifier"} == set(FILTERS)


@pytest.mark.parametrize(
    "name, path",
    [
        ("CarePlan", "subject"),
        ("CareTeam", "subject"),
        ("Goal", "subject"),
        ("Appointment", "participant.actor"),
        ("ServiceRequest", "subject"),
        ("Task", "for"),
        ("Provenance", "target"),
        ("Patient", None),
        ("RelatedPerson", "patient"),
        ("Consent", "patient"),
        ("QuestionnaireResponse", "subject"),
        ("DocumentReference", "subject"),
    ],
)
def test_where_a_type_names_its_patient(name, path):
    """The element of the search parameter `patient`; a Patient is its own."""
    assert path_of(name, "patient") == path


def test_every_type_of_a_patient_names_the_patient():
    """A new type needs a parameter `patient`, with an expression of one element that the type has."""
    for name in set(STORED_TYPES) - {"Patient"}:
        path = path_of(name, "patient")
        assert path
        assert path.partition(".")[0] in definitions(name)[name]["properties"]


def test_where_a_type_has_its_status():
    """A Goal's is its lifecycle status; three types have none."""
    paths = {name: path_of(name, "status") for name in STORED_TYPES}
    assert {name for name, path in paths.items() if path == "status"} == {
        "CarePlan",
        "CareTeam",
        "Appointment",
        "ServiceRequest",
        "Task",
        "Consent",
        "QuestionnaireResponse",
        "DocumentReference",
    }
    assert paths["Goal"] == "lifecycleStatus"
    assert {name for name, path in paths.items() if path is None} == {"Patient", "RelatedPerson", "Provenance"}


def test_a_union_is_no_single_element():
    """AuditEvent names a patient in two places."""
    assert path_of("AuditEvent", "patient") == ""


def test_our_own_definition_replaces_that_of_hl7():
    """Ours searches Provenance by whom its targets belong to; a Goal has a status only by our definition."""
    ours = "https://samplan.se/fhir/SearchParameter"
    assert defined_parameters("Provenance")["patient"].definition == f"{ours}/provenance-patient"
    assert defined_parameters("Goal")["status"].definition == f"{ours}/goal-status"


def test_a_type_that_is_not_searched_has_no_parameters():
    """Not even those of HL7."""
    assert defined_parameters("Substance") == {}
