"""The overview as JSON, from resources of any system."""

from datetime import timedelta

import pytest

from app.federation.source import AnswerState, SourceAnswer
from tests.builders.overviews import NOW, PATIENT, overview


def appointment(id, start, status="booked", **more):
    """An appointment of one hour."""
    return {
        "resourceType": "Appointment", "id": id, "status": status, "start": start.isoformat(),
        "end": (start + timedelta(hours=1)).isoformat(),
        "participant": [{"actor": {"reference": PATIENT}, "status": "accepted"}], **more,
    }  # fmt: skip


def test_an_empty_record_gives_an_empty_overview():
    """Every member is there, and empty."""
    made = overview()

    assert made == {
        "patient": {"reference": PATIENT, "protected": False},
        "complete": True,
        "sources": [],
        "givers": {},
        "nextStep": None,
        "agreement": None,
        "contacts": [],
        "times": [],
        "plans": [],
        "otherParts": [],
        "timeline": [],
    }


@pytest.mark.parametrize(
    "times,expected",
    [
        ([("past", -2, "booked"), ("next", 1, "booked"), ("later", 5, "booked")], "next"),
        ([("cancelled", 1, "cancelled"), ("next", 2, "booked")], "next"),
        ([("now", -0.5, "booked"), ("next", 2, "booked")], "now"),
        ([("past", -2, "fulfilled")], None),
        ([("asked", 3, "pending")], "asked"),
    ],
)
def test_the_next_step_is_the_first_thing_from_now_on(times, expected):
    """A time that has begun counts until it ends; a cancelled or completed one never does."""
    made = overview(*(appointment(id, NOW + timedelta(hours=hours), status) for id, hours, status in times))

    assert (made["nextStep"] or {"reference": "Appointment/None"})["reference"] == f"Appointment/{expected}"


def test_the_timeline_is_in_order_with_the_undated_last():
    """Times and activities in one list."""
    undated = {"resourceType": "Task", "id": "t", "status": "requested", "intent": "plan", "description": "Öva trappan",
               "for": {"reference": PATIENT}, "owner": {"reference": "Practitioner/x", "display": "Sara Lund"}}  # fmt: skip
    made = overview(undated, appointment("b", NOW + timedelta(days=2)), appointment("a", NOW + timedelta(days=1)))

    assert [line["reference"] for line in made["timeline"]] == ["Appointment/a", "Appointment/b", "Task/t"]
    assert made["timeline"][2]["who"] == ["Sara Lund"]
    assert made["timeline"][2]["title"] == "Öva trappan"


def test_a_permanent_contact_of_any_system_is_a_contact():
    """By Inera's code, also in a team with others; the person is not a contact."""
    team = {
        "resourceType": "CareTeam", "id": "c", "status": "active", "subject": {"reference": PATIENT},
        "telecom": [{"system": "phone", "value": "0000-1"}],
        "participant": [
            {"role": [{"coding": [{"system": "urn:oid:1.2.752.129.5.1.69", "code": "3"}]}], "member": {"display": "Oskar"},
             "onBehalfOf": {"display": "Hemtjänsten"}},
            {"role": [{"text": "Kurator"}], "member": {"display": "Eva"}},
            {"member": {"reference": PATIENT}},
        ],
    }  # fmt: skip
    first, second = overview(team)["contacts"]

    assert (first["name"], first["kind"], first["unit"]) == ("Oskar", "3", "Hemtjänsten")
    assert first["role"]["sv"] == "Fast omsorgskontakt i hemtjänsten"
    assert first["contactWays"] == [
        {"channel": "phone", "channelText": {"sv": "Telefon", "en": "Telephone"}, "value": "0000-1"}
    ]
    assert second["role"] == {"sv": "Kurator", "en": "Kurator"}


def test_a_plan_has_its_progress():
    """The number of its visible activities that are completed."""
    plan = {
        "resourceType": "CarePlan", "id": "v", "status": "active", "intent": "plan", "title": "Vårdplan",
        "subject": {"reference": PATIENT}, "activity": [{"reference": {"reference": f"Appointment/{id}"}} for id in "ab"],
        "category": [{"coding": [{"system": "https://fhir.inera.se/CodeSystem/typeofcareplan-cs", "code": "VP"}]}],
    }  # fmt: skip
    made = overview(
        plan, appointment("a", NOW - timedelta(days=2), "fulfilled"), appointment("b", NOW + timedelta(days=2))
    )

    assert made["plans"][0]["progress"] == {"completed": 1, "total": 2}
    assert made["plans"][0]["planType"] == "VP"


def test_an_unknown_source_has_its_reason_in_both_languages():
    """And the overview is not complete."""
    sources = [
        SourceAnswer("region", "SE1", AnswerState.UNKNOWN, "timeout"),
        SourceAnswer("x", "SE2", AnswerState.DATA, "invalid", as_of=NOW),
    ]
    made = overview(sources=sources)

    assert made["complete"] is False
    assert "inte" in made["sources"][0]["text"]["sv"]
    assert made["sources"][0]["asOf"] is None
    assert made["sources"][1]["text"]["en"].startswith("Has answered")


def test_a_status_without_a_text_is_shown_as_its_code():
    """So that no code disappears."""
    made = overview(appointment("a", NOW, "strange"))

    assert made["times"][0]["statusText"] == {"sv": "strange", "en": "strange"}
