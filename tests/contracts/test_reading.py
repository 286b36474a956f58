"""What other systems write by the same conventions is read too, as far as it goes."""

from typing import Any

import pytest

from app.contracts import activities, appointments, careplan, careteam, elements, goals, reading

PART = "https://samplan.se/fhir/CodeSystem/agreement-part"
PLAN: dict[str, Any] = {
    "resourceType": "CarePlan",
    "id": "p",
    "status": "active",
    "intent": "plan",
    "category": [{"text": "Plan"}, {"coding": [{"system": PART, "code": "patient-contract"}]}],
    "subject": {"reference": "Patient/anna"},
}
HSA = {"system": "urn:oid:1.2.752.129.2.1.4.1", "value": "SE2321000000-1C01"}


def test_without_an_agreement_there_is_no_contract():
    """Another plan is not one."""
    plan = {**PLAN, "category": [{"coding": [{"code": "x"}, {"system": PART}]}]}

    with pytest.raises(ValueError, match="patient contract"):
        reading.contract([plan, {"resourceType": "Goal", "id": "g"}])


def test_an_agreement_that_says_little_is_a_contract_that_says_little():
    """Every list is there, and empty."""
    assert reading.contract([PLAN]) == {
        "id": "p",
        "patient": "Patient/anna",
        "status": "active",
        "agreement": {"goals": [], "iDo": [], "careDoes": [], "ifWorse": [], "contactWays": []},
        "contacts": [],
        "team": [],
        "times": [],
        "plans": [],
    }
    assert reading.parts([PLAN]) == {"contract": "p"}


def test_what_is_not_at_hand_is_left_out():
    """A goal that this reader may not see, an activity by identifier, and a type that a contract does not hold."""
    plan = {
        **PLAN,
        "goal": [{"reference": "Goal/hidden"}, {"reference": "Goal/g"}],
        "activity": [
            {"reference": {"identifier": HSA}},
            {"detail": {"status": "scheduled"}},
            {"reference": {"reference": "Task/t"}},
        ],
    }
    goal = {
        "resourceType": "Goal",
        "id": "g",
        "lifecycleStatus": "active",
        "description": {"coding": [{"display": "Sova"}]},
    }
    contract = reading.contract([{"resourceType": "Task", "id": "t"}, plan, goal])

    assert contract["agreement"]["goals"] == [{"id": "g", "goal": "Sova", "status": "active"}]
    assert contract["agreement"]["careDoes"] == []


def test_an_activity_without_a_category_is_cares():
    """Who performs it says the rest."""
    plan = {**PLAN, "activity": [{"reference": {"reference": "ServiceRequest/s"}}]}
    request = {
        "resourceType": "ServiceRequest",
        "id": "s",
        "status": "active",
        "category": [{"coding": [{"system": PART, "code": "other"}]}],
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "1"}, {"display": "Vägning"}]},
        "occurrenceDateTime": "2026-03-01T23:30:00Z",
        "note": [{"text": "Ett"}, {}, {"text": "Två"}],
        "performer": [
            {"reference": "https://example.org/fhir/Practitioner/1", "display": "Eva Ek"},
            {"reference": "Organization/2", "identifier": HSA},
            {"reference": "Patient/anna"},
        ],
    }

    assert reading.contract([plan, request])["agreement"]["careDoes"] == [
        {
            "id": "s",
            "what": "Vägning",
            "code": {"system": "http://snomed.info/sct", "code": "1"},
            "status": "active",
            "period": {"start": "2026-03-02"},
            "note": "Ett\n\nTvå",
            "by": {"name": "Eva Ek", "unit": {"hsaId": "SE2321000000-1C01"}},
        }
    ]


def test_a_timing_of_another_system_keeps_what_the_contract_can_say():
    """Seconds of the clock stay, a unit that no contract has is left out."""
    found = activities.read_planned({
        "id": "s", "occurrenceTiming": {"repeat": {"frequency": 1, "periodUnit": "s", "timeOfDay": ["07:30:15", "08:00:00"]}},
    })  # fmt: skip

    assert found["howOften"] == {"times": 1, "at": ["07:30:15", "08:00"], "weekdays": []}


def test_a_warning_may_say_its_sign_as_its_code():
    """Without asNeeded the code's words are the sign."""
    assert activities.read_if_worse({"id": "s", "code": {"text": "Feber"}}) == {"id": "s", "sign": "Feber"}


def test_several_notes_of_the_person_are_what_matters():
    """Notes of others are not."""
    me = {"reference": "Patient/anna"}
    plan = {
        **PLAN,
        "note": [{"authorReference": me, "text": "Ett"}, {"text": "Annat"}, {"authorReference": me, "text": "Två"}],
    }

    assert careplan.what_matters(plan) == "Ett\n\nTvå"


@pytest.mark.parametrize(
    ("resource", "what"),
    [
        ({"serviceType": [{"text": "Kontroll"}]}, "Kontroll"),
        ({"reasonCode": [{"coding": [{"display": "Svikt"}]}]}, "Svikt"),
        ({"appointmentType": {"coding": [{"display": "Återbesök"}]}}, "Återbesök"),
        ({}, None),
    ],
)
def test_an_appointment_says_what_it_is_in_several_ways(resource, what):
    """The description, else the service, else the reason, else the type."""
    assert appointments.read(resource).get("what") == what


def test_an_appointment_of_another_system_names_whom_and_where():
    """Roles and references by type or by address; a participant without an actor has a role."""
    found = appointments.read({
        "id": "a",
        "status": "waitlist",
        "participant": [
            {"actor": {"reference": "Patient/anna"}, "type": [{"text": "patient"}], "status": "accepted"},
            {"actor": {"reference": "PractitionerRole/1", "display": "Eva Ek"}, "status": "accepted"},
            {"type": [{"coding": [{"display": "Läkare"}]}], "status": "accepted"},
            {"actor": {"reference": "Location/1", "display": "Rum 2"}, "status": "accepted"},
        ],
    })  # fmt: skip

    assert found == {
        "id": "a",
        "status": "invited",
        "place": "Rum 2",
        "who": {"role": "Läkare", "name": "Eva Ek"},
    }


def test_a_team_of_another_system_may_hold_permanent_contacts():
    """Each participant with a code of Inera's list is a contact, the others are the team."""
    role = {"coding": [{"system": "urn:oid:1.2.752.129.5.1.69", "code": "2"}]}
    team = {
        "resourceType": "CareTeam",
        "id": "t",
        "telecom": [{"system": "fax", "value": "1"}, {"system": "url", "value": "https://a.se"}, {"system": "phone"}],
        "participant": [
            {"role": [role], "member": {"reference": "Practitioner/1", "display": "Dr Ek"}},
            {"member": {"reference": "Organization/1", "display": "Mottagningen"}},
            {"role": [{"coding": [{"code": "x"}]}]},
        ],
    }

    assert list(careteam.read_permanent(team)) == [
        {
            "id": "t",
            "kind": "physician",
            "who": {"name": "Dr Ek"},
            "contactWays": [{"channel": "e-service", "value": "https://a.se"}],
        }
    ]
    assert careteam.read_team(team) == [{"unit": {"name": "Mottagningen"}}]


def test_a_plan_without_title_or_known_type_says_what_it_can():
    """The category's words are its title; a type that Inera does not list is left out."""
    kind = {
        "coding": [{"system": "https://fhir.inera.se/CodeSystem/typeofcareplan-cs", "code": "XX", "display": "Okänd"}]
    }

    assert careplan.read_linked_plan({"id": "c", "category": [kind]}) == {"id": "c", "title": "Okänd"}


def test_a_pointer_is_told_from_a_plan():
    """The category says so."""
    pointer = {**PLAN, "category": [{"coding": [{"system": PART, "code": "linked-plan"}]}]}

    assert careplan.is_linked_plan(pointer)
    assert not careplan.is_linked_plan(PLAN)
    assert not careplan.is_linked_plan({"resourceType": "Goal"})


def test_a_goal_without_words_has_none():
    """Nothing is invented."""
    assert goals.read({"id": "g", "description": {"coding": [{"code": "1"}]}}) == {"id": "g"}


def test_an_unknown_label_is_no_label_of_a_contract():
    """Normal and others are left out."""
    assert elements.read_part(
        {
            "id": "g",
            "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]},
        }
    ) == {"id": "g"}
