"""What other systems write by the same conventions is read too, as far as a contract can hold it."""

from typing import Any

import pytest

from app.contracts import from_fhir, parts
from app.contracts.mapping import (
    activities,
    answers,
    appointments,
    careplan,
    careteam,
    consents,
    goals,
    provenance,
    shared_rows,
    tasks,
)
from tests.builders.contracts import FULL, agreement, first_resources, parsed

CANONICAL = "https://samplan.se/fhir"
PART = f"{CANONICAL}/CodeSystem/agreement-part"
PLAN: dict[str, Any] = {
    "resourceType": "CarePlan",
    "id": "p",
    "status": "active",
    "intent": "plan",
    "category": [{"text": "Plan"}, {"coding": [{"system": PART, "code": "patient-contract"}]}],
    "subject": {"reference": "Patient/anna"},
}
HSA = {"system": "urn:oid:1.2.752.129.2.1.4.1", "value": "SE2321000000-1C01"}
NOTHING = {
    "goals": [], "iDo": [], "careDoes": [], "othersDo": [], "ifWorse": [], "contactWays": [],
}  # fmt: skip


def holding(**held: Any) -> dict[str, Any]:
    """The plan with more in it."""
    return {**PLAN, **held}


def test_without_an_agreement_there_is_no_contract():
    """Another plan is not one."""
    plan = {**PLAN, "category": [{"coding": [{"code": "x"}, {"system": PART}]}]}

    with pytest.raises(ValueError, match="patient contract"):
        from_fhir.contract([plan, {"resourceType": "Goal", "id": "g"}])


def test_an_agreement_that_says_little_is_a_contract_that_says_little():
    """Every list is there, and empty."""
    assert from_fhir.contract([PLAN]) == {
        "id": "p",
        "patient": "Patient/anna",
        "type": "patient-contract",
        "status": "active",
        "agreement": NOTHING,
        "sevenQuestions": [],
        "contacts": [],
        "team": [],
        "relatives": [],
        "copies": [],
        "times": [],
        "plans": [],
        "documents": [],
        "confirmations": [],
    }
    assert from_fhir.read([PLAN]).part_ids == {"contract": "p"}


def test_what_is_not_at_hand_is_left_out():
    """A goal that this reader may not see, an activity by identifier, and what a contract has no place for."""
    plan = holding(
        goal=[{"reference": "Goal/hidden"}, {"reference": "Goal/g/_history/2"}],
        activity=[
            {"reference": {"identifier": HSA}},
            {"detail": {"status": "scheduled"}},
            {"reference": {"reference": "Task/t"}},
            {"reference": {"reference": "ServiceRequest/s"}},
            {"reference": {"reference": "ServiceRequest/s"}},
        ],
        supportingInfo=[{"reference": "QuestionnaireResponse/q"}, {"reference": "Observation/o"}],
    )
    goal = {
        "resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"coding": [{"display": "Sova"}]},
    }  # fmt: skip
    others = [
        {"resourceType": kind, "id": kind[0].lower()} for kind in ("Task", "QuestionnaireResponse", "Observation")
    ]
    request = {"resourceType": "ServiceRequest", "id": "s", "status": "active", "code": {"text": "Vägning"}}
    contract = from_fhir.contract([*others, plan, goal, request])

    assert contract["agreement"]["goals"] == [{"id": "g", "goal": "Sova", "status": "active", "professionalGoals": []}]
    assert [one["what"] for one in contract["agreement"]["careDoes"]] == ["Vägning"]
    assert "review" not in contract


def test_a_professional_goal_without_its_goal_is_no_part():
    """Who may not see the person's goal leaves the professionals' alone in a revision."""
    resources = first_resources(parsed(FULL))
    own = next(one for one in resources if one["resourceType"] == "Goal")
    seen = [one for one in resources if one is not own]

    assert from_fhir.contract(seen)["agreement"]["goals"] == []
    assert [name for name in from_fhir.read(seen).part_ids if "oals" in name] == []


def test_of_what_there_is_one_of_the_first_is_read():
    """A second team or a second review is not taken for the first."""
    made = first_resources(
        parsed({**agreement(contactWays=[{"channel": "phone", "value": "112"}]), "review": {"on": "2026-09-01"}})
    )
    plan, team, task = made
    seconds = [{**team, "id": "team-2", "telecom": []}, {**task, "id": "task-2"}]
    plan = {
        **plan,
        "careTeam": [*plan["careTeam"], {"reference": "CareTeam/team-2"}],
        "activity": [*plan["activity"], {"reference": {"reference": "Task/task-2"}}],
    }
    read, parts = (
        from_fhir.contract([plan, team, task, *seconds]),
        from_fhir.read([plan, team, task, *seconds]).part_ids,
    )

    assert [way["value"] for way in read["agreement"]["contactWays"]] == ["112"]
    assert read["review"]["id"] == parts["review"] == task["id"]
    assert parts["team"] == team["id"]


def test_an_activity_without_a_category_is_cares():
    """Who performs it says the rest."""
    plan = holding(activity=[{"reference": {"reference": "ServiceRequest/s"}}])
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

    assert from_fhir.contract([plan, request])["agreement"]["careDoes"] == [
        {
            "id": "s",
            "what": "Vägning",
            "code": {"system": "http://snomed.info/sct", "code": "1"},
            "status": "active",
            "period": {"start": "2026-03-02"},
            "note": "Ett",
            "by": {"name": "Eva Ek", "unit": {"hsaId": "SE2321000000-1C01"}},
        }
    ]


@pytest.mark.parametrize(
    ("repeat", "often"),
    [
        ({"frequency": 1, "periodUnit": "s", "timeOfDay": ["07:30:15", "08:00:00"]}, {"at": ["08:00"], "weekdays": []}),
        ({"period": 1, "periodUnit": "wk"}, {"times": 1, "every": 1, "unit": "week", "at": [], "weekdays": []}),
        ({"frequency": 2, "period": 1.5, "periodUnit": "d"}, None),
        ({"count": 3}, None),
    ],
)
def test_a_timing_of_another_system_says_what_a_contract_can_say(repeat, often):
    """Once is not said in FHIR; seconds, halves of days and short units have no place."""
    found = activities.CARE_DOES.read({"id": "s", "occurrenceTiming": {"repeat": repeat}})

    assert found.get("howOften") == often


def test_a_month_is_no_day():
    """A period of which only the month is known is left to FHIR."""
    assert shared_rows.read_period({"start": "2026-03", "end": "2026-04-02T22:30:00Z"}) == {"end": "2026-04-03"}


def test_a_warning_may_say_its_sign_as_its_code():
    """Without asNeeded the code's words are the sign."""
    assert activities.IF_WORSE.read({"id": "s", "code": {"text": "Feber"}}) == {"id": "s", "sign": "Feber"}


def test_others_do_what_somebody_does():
    """A relative or an organisation; what anybody else does has no place."""
    plan = holding(activity=[{"reference": {"reference": f"ServiceRequest/{id}"}} for id in "ab"])
    category = [{"coding": [{"system": PART, "code": "others-do"}]}]
    done = [
        {
            "resourceType": "ServiceRequest",
            "id": id,
            "status": "active",
            "category": category,
            "code": {"text": "Skjuts"},
            "performer": [who],
        }
        for id, who in (
            ("a", {"reference": "RelatedPerson/1", "display": "Eva"}),
            ("b", {"type": "Device", "display": "Våg"}),
        )
    ]

    assert [one["by"] for one in from_fhir.contract([plan, *done])["agreement"]["othersDo"]] == [
        {"kind": "relative", "name": "Eva"}
    ]


def test_the_first_note_of_the_person_is_what_matters():
    """Notes of others are not, and a second one stays beside it."""
    me = {"reference": "Patient/anna"}
    notes = [{"text": "Annat"}, {"authorReference": me, "text": "Ett"}, {"authorReference": me, "text": "Två"}]

    assert careplan.CONTRACT.read(holding(note=notes))["whatMatters"] == "Ett"


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
    assert appointments.AGREED_TIME.read(resource).get("what") == what


def test_an_appointment_of_another_system_names_whom_and_where():
    """Roles and references by type or by address; a participant without an actor has a role, or is nobody."""
    found = appointments.AGREED_TIME.read(
        {
            "id": "a",
            "status": "waitlist",
            "participant": [
                {"actor": {"reference": "Patient/anna"}, "type": [{"text": "patient"}], "status": "accepted"},
                {"actor": {"reference": "PractitionerRole/1", "display": "Eva Ek"}, "status": "accepted"},
                {"actor": {"reference": "HealthcareService/1", "display": "Mottagningen"}, "status": "accepted"},
                {"type": [{"coding": [{"display": "Läkare"}]}], "status": "accepted"},
                {"status": "accepted"},
                {"actor": {"reference": "Location/1", "display": "Rum 2"}, "status": "accepted"},
            ],
        }
    )

    assert found == {
        "id": "a",
        "status": "invited",
        "place": "Rum 2",
        "who": [{"name": "Eva Ek"}, {"unit": {"name": "Mottagningen"}}, {"role": "Läkare"}],
    }


def test_a_team_of_another_system_is_read_as_far_as_it_goes():
    """Members by role, name or unit; what is no way for a person, and no address, is none."""
    role = {"coding": [{"system": "urn:oid:1.2.752.129.5.1.69", "code": "2"}]}
    copy = {"coding": [{"system": f"{CANONICAL}/CodeSystem/contact-role", "code": "copy-printed"}]}
    team = {
        "resourceType": "CareTeam",
        "id": "t",
        "telecom": [
            {"system": "fax", "value": "1"}, {"system": "url", "value": "https://a.se"}, {"system": "phone"},
            {"system": "phone", "value": "ring växeln"},
        ],
        "participant": [
            {"role": [role], "member": {"reference": "Practitioner/1", "display": "Dr Ek"}},
            {"member": {"type": "Organization", "display": "Mottagningen"}},
            {"role": [{"coding": [{"code": "x"}]}]},
            {"role": [copy]},
        ],
    }  # fmt: skip
    found = careteam.TEAM.read(team)

    assert found["team"] == [{"unit": {"name": "Mottagningen"}}]
    assert found["contactWays"] == [{"channel": "e-service", "value": "https://a.se"}]
    assert found["copies"] == []
    assert "sip" not in found
    assert careteam.PERMANENT_CONTACT.read(team)["who"] == {"name": "Dr Ek"}
    assert careteam.PERMANENT_CONTACT.read(team)["kind"] == "physician"


@pytest.mark.parametrize("participant", [{}, {"member": {"display": "Mia"}}, {"period": {"start": "2026-03-01"}}])
def test_a_handover_is_to_somebody_on_a_day(participant):
    """Without either there is none yet."""
    role = {"coding": [{"system": f"{CANONICAL}/CodeSystem/contact-role", "code": "successor"}]}

    assert "handover" not in careteam.PERMANENT_CONTACT.read({"participant": [{"role": [role], **participant}]})


def test_a_plan_of_a_type_that_nobody_lists_has_none():
    """Its title is its own."""
    kind = {"coding": [{"system": "https://fhir.inera.se/CodeSystem/typeofcareplan-cs", "code": "XX"}]}

    assert careplan.PLAN.read({"id": "c", "title": "Plan", "category": [kind]}) == {"id": "c", "title": "Plan"}


def test_a_linked_plan_is_told_from_a_contract():
    """By its category: a linked plan is a part of a contract, another contract is none."""
    pointer = {**PLAN, "category": [{"coding": [{"system": PART, "code": "linked-plan"}]}]}

    assert parts.part_of(pointer) is parts.PARTS["plans"]
    assert parts.part_of(PLAN) is None
    assert parts.part_of({"resourceType": "Goal"}) is parts.PARTS["agreement.goals"]


def test_a_plan_may_replace_what_has_only_an_identifier():
    """Which is no contract of ours."""
    assert "replaces" not in careplan.CONTRACT.read(holding(replaces=[{"identifier": HSA}]))


def test_a_goal_without_words_has_none():
    """Nothing is invented."""
    assert goals.GOAL.read({"id": "g", "description": {"coding": [{"code": "1"}]}}) == {"id": "g"}


def test_an_unknown_label_is_no_label_of_a_contract():
    """Normal and others are left out."""
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}

    assert goals.GOAL.read({"id": "g", "meta": {"security": [label]}}) == {"id": "g"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [("requested", "planned"), ("in-progress", "planned"), ("completed", "done"), ("failed", "cancelled")],
)
def test_a_review_is_planned_done_or_cancelled(status, expected):
    """Whatever the steps in between are called."""
    assert tasks.REVIEW.read({"status": status})["status"] == expected


def test_a_consent_that_is_not_decided_is_none():
    """A draft and an error are not taken for a consent; nor is a consent to something else."""
    consent = next(one for one in first_resources(parsed(FULL)) if one["resourceType"] == "Consent")
    other = {"coding": [{"system": f"{CANONICAL}/CodeSystem/consent-type", "code": "access"}]}

    assert consents.is_sip_consent(consent)
    assert not consents.is_sip_consent({**consent, "status": "draft"})
    assert not consents.is_sip_consent({**consent, "status": "entered-in-error"})
    assert not consents.is_sip_consent({**consent, "category": [other]})
    drafted = [
        {**one, "status": "draft"} if one["resourceType"] == "Consent" else one for one in first_resources(parsed(FULL))
    ]
    assert "consent" not in from_fhir.contract(drafted)["sip"]


def test_answers_that_are_none_of_the_seven_are_left_out():
    """An eighth question, and an answer of another scale."""
    scale = f"{CANONICAL}/CodeSystem/answer"
    item = [
        {"linkId": "1", "answer": [{"valueCoding": {"system": scale, "code": "yes"}}]},
        {"linkId": "2", "answer": [{"valueInteger": 4}]},
        {"linkId": "8", "answer": [{"valueCoding": {"system": scale, "code": "yes"}}]},
    ]

    assert answers.SEVEN_QUESTIONS_ANSWERS.read({"item": item})["answers"] == [{"question": 1, "answer": "yes"}]


def test_an_attester_who_is_no_party_confirms_nothing():
    """Other systems say by other codes that somebody has seen a plan."""
    type = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "attester"}]
    }
    trail = {"resourceType": "Provenance", "agent": [{"type": type, "who": {"display": "Dr Ek"}}]}

    assert not provenance.is_confirmation(trail)
    assert not provenance.is_confirmation({"resourceType": "Goal"})


def test_the_person_is_not_named():
    """It is their contract; a name that another system gives is left to FHIR."""
    made = next(one for one in first_resources(parsed(FULL)) if provenance.is_confirmation(one))
    made["agent"][0]["who"]["display"] = "Anna"

    assert "name" not in provenance.CONFIRMATION.read(made)


def test_the_latest_revision_is_the_one_that_is_told():
    """Of several, whoever wrote them; one whose giver is no HSA-id has no author here."""
    resources = first_resources(parsed({**FULL, "confirmations": []}))
    *rest, trail = resources
    later = {**trail, "id": "later", "recorded": "2026-03-01T10:00:00+01:00", "reason": [{"text": "Senare"}]}
    nobody = {"display": "Annan vårdgivare"}
    foreign = {**later, "agent": [{**trail["agent"][0], "who": nobody}]}

    assert from_fhir.contract([later, *rest, trail])["revision"]["reason"] == "Senare"
    assert from_fhir.read([later, *rest, trail]).part_ids["revision"] == "later"
    assert "by" not in from_fhir.contract([foreign, *rest, trail])["revision"]


def test_a_name_without_an_id_is_no_author():
    """HSA-ids say who wrote; a display alone is left to FHIR."""
    trail = next(one for one in first_resources(parsed(FULL)) if provenance.is_revision(one))
    trail["agent"][2]["who"] = {"type": "Practitioner", "display": "Karin Lund"}

    assert provenance.REVISION.read(trail)["by"].keys() == {"giver", "unit", "category"}
