"""The columns that a search needs, by type."""

from datetime import UTC, datetime

import pytest

from app.fhir.codes import HSA_ID, PERSONNUMMER
from app.fhir.index import index

TEN = "2026-05-17T10:00:00Z"
ELEVEN = "2026-05-17T11:00:00Z"
AT_TEN = datetime(2026, 5, 17, 10, tzinfo=UTC)
AT_ELEVEN = datetime(2026, 5, 17, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "resource, starts, ends",
    [
        ({"resourceType": "Appointment", "start": TEN, "end": ELEVEN}, AT_TEN, AT_ELEVEN),
        ({"resourceType": "Appointment", "requestedPeriod": [{"start": TEN}, {"start": ELEVEN}]}, AT_TEN, None),
        ({"resourceType": "Appointment"}, None, None),
        ({"resourceType": "CarePlan", "period": {"start": TEN, "end": ELEVEN}}, AT_TEN, AT_ELEVEN),
        ({"resourceType": "CareTeam", "period": {"start": TEN}}, AT_TEN, None),
        ({"resourceType": "Consent", "provision": {"period": {"end": ELEVEN}}}, None, AT_ELEVEN),
        (
            {"resourceType": "Goal", "startDate": TEN, "target": [{"dueDate": TEN}, {"dueDate": ELEVEN}, {}]},
            AT_TEN,
            AT_ELEVEN,
        ),
        ({"resourceType": "Goal"}, None, None),
        ({"resourceType": "ServiceRequest", "occurrenceDateTime": TEN}, AT_TEN, AT_TEN),
        ({"resourceType": "ServiceRequest", "occurrencePeriod": {"start": TEN}}, AT_TEN, None),
        ({"resourceType": "ServiceRequest", "occurrenceTiming": {"event": [TEN]}}, AT_TEN, AT_TEN),
        ({"resourceType": "Task", "executionPeriod": {"start": TEN}}, AT_TEN, None),
        ({"resourceType": "Task", "restriction": {"period": {"end": ELEVEN}}}, None, AT_ELEVEN),
        ({"resourceType": "Provenance", "recorded": TEN}, AT_TEN, AT_TEN),
        ({"resourceType": "Consent", "dateTime": TEN}, AT_TEN, AT_TEN),
        ({"resourceType": "QuestionnaireResponse", "authored": TEN}, AT_TEN, AT_TEN),
        ({"resourceType": "DocumentReference", "date": TEN}, AT_TEN, AT_TEN),
        ({"resourceType": "DocumentReference", "date": TEN, "context": {"period": {"start": ELEVEN}}}, AT_ELEVEN, None),
        ({"resourceType": "Patient", "birthDate": "1950"}, None, None),
    ],
)
def test_each_type_has_its_times(resource, starts, ends):
    """The first element that says anything."""
    columns = index(resource)
    assert (columns.starts, columns.ends) == (starts, ends)


def test_identifiers_have_one_spelling():
    """A personal number its twelve digits; what is broken stays as it is, what is not whole is left out."""
    columns = index(
        {
            "resourceType": "Patient",
            "identifier": [
                {"system": "urn:oid:1.2.752.129.2.1.3.1", "value": "19500907-2553"},
                {"system": PERSONNUMMER, "value": "195009072553"},
                {"system": PERSONNUMMER, "value": " nonsense "},
                {"system": "urn:oid:1.2.752.129.2.1.4.1", "value": "SE2321000016-1 "},
                {"value": "alone"},
                {"system": "urn:alone"},
            ],
        }
    )
    assert columns.identifiers == (
        (PERSONNUMMER, "195009072553"),
        (PERSONNUMMER, "nonsense"),
        (HSA_ID, "SE2321000016-1"),
    )
    assert columns.keys == tuple(f"{system}|{value}" for system, value in columns.identifiers)


def test_an_identifier_may_stand_alone():
    """A Bundle has one, not a list."""
    assert index({"resourceType": "Bundle", "identifier": {"system": "urn:a", "value": "1"}}).keys == ("urn:a|1",)


def test_references_are_of_the_person_or_of_the_directory():
    """The Patient is neither; others are left out."""
    columns = index(
        {
            "resourceType": "CarePlan",
            "status": "active",
            "subject": {"reference": "Patient/p"},
            "goal": [{"reference": "Goal/b/_history/3"}, {"reference": "Goal/a"}, {"reference": "Goal/a"}],
            "author": {"reference": "PractitionerRole/r"},
            "contributor": [{"reference": "Organization/o"}, {"reference": "https://other.example/Practitioner/x"}],
            "addresses": [{"reference": "Condition/c"}, {"display": "words"}],
        }
    )
    assert columns.status == "active"
    assert columns.refs == ("Goal/a", "Goal/b")
    assert columns.actors == ("Organization/o", "PractitionerRole/r")


def test_a_goal_has_its_life_cycle_as_status():
    """And a Patient none."""
    assert index({"resourceType": "Goal", "lifecycleStatus": "active"}).status == "active"
    assert index({"resourceType": "Patient"}).status is None
