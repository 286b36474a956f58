"""A resource type is one row; the rooms that keep a table by type keep it for every type."""

import pytest

from app.access.classification import InformationClass, classify
from app.fhir.check.invariants import TYPE_INVARIANTS
from app.fhir.schema_files import definitions
from app.fhir.types import (
    ACTOR_TYPES,
    CHECKED_TYPES,
    CONTAINED_TYPES,
    DIRECTORY_TYPES,
    FEDERATED_TYPES,
    STORED_TYPES,
    TYPES,
)
from app.overview.portal.resources import RENDER

SEARCHED_OR_STORED = [row for row in TYPES.values() if row.searched_by or row.times or row.other_patients]


def test_every_type_has_one_row_and_one_scope():
    """The lists by scope hold every row once."""
    assert sorted(TYPES) == sorted((*CHECKED_TYPES, *CONTAINED_TYPES))
    assert len({*CHECKED_TYPES, *CONTAINED_TYPES}) == len(CHECKED_TYPES) + len(CONTAINED_TYPES)
    assert (*STORED_TYPES, *DIRECTORY_TYPES, "AuditEvent", "Bundle", "OperationOutcome") == CHECKED_TYPES


def test_what_is_asked_of_others_is_stored_by_patient():
    """Another system is asked about one person."""
    assert FEDERATED_TYPES == ("CarePlan", "CareTeam", "Goal", "Appointment", "ServiceRequest", "Task")
    assert set(FEDERATED_TYPES) <= set(STORED_TYPES)


def test_who_acts_is_in_the_directory_or_is_a_place():
    """Nobody whose resources belong to a patient is indexed as an actor."""
    assert {*DIRECTORY_TYPES, "Location"} == ACTOR_TYPES


@pytest.mark.parametrize("row", SEARCHED_OR_STORED, ids=lambda row: row.name)
def test_a_rows_elements_are_elements_of_its_type(row):
    """Every path starts at an element that the compiled schema of the type has."""
    elements = definitions(row.name)[row.name]["properties"]
    paths = [*filter(None, row.times), *row.other_patients, *(path for path, _ in row.negated_by)]
    assert [path for path in paths if path.partition(".")[0] not in elements] == []


@pytest.mark.parametrize("name", [*STORED_TYPES, *DIRECTORY_TYPES])
def test_every_stored_type_has_an_information_class(name):
    """By its row, or by its content; a new type without one is OTHER, which opens for nobody but the person."""
    by_content = {"CarePlan", "ServiceRequest", "Task", "QuestionnaireResponse", "Consent"}
    information_class = TYPES[name].information_class
    assert (information_class is None) == (name in by_content)
    assert information_class in {None, *InformationClass} - {InformationClass.OTHER}
    assert information_class in {None, classify({"resourceType": name}).information_class}


def test_tables_by_type_know_only_types_that_have_a_row():
    """A type that goes leaves no row behind in another room."""
    assert TYPE_INVARIANTS.keys() <= TYPES.keys()


def test_the_overview_has_a_place_for_every_stored_type():
    """As a part of its own, or within others: the contacts, the agreement and the person; a new type needs a decision."""
    within_others = {"CareTeam", "Provenance", "Patient", "RelatedPerson", "Consent", "QuestionnaireResponse"}
    assert {*RENDER, *within_others} == set(STORED_TYPES)
    assert within_others.isdisjoint(RENDER)
