"""The resources of a contract belong together: one plan, one team, one Provenance for all, one transaction."""

from typing import Any

import pytest

from app.contracts import to_fhir
from app.fhir.elements import address
from tests.builders.contracts import FULL, LEAST, agreement, derived_resources, first_resources, full, parsed

BY = {"giver": "SE2321000000-1A01"}
SIGNED = {"action": "create", "recorded": "2026-02-02T09:30:00+00:00", "by": BY}


def of(kind: str, resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in resources if one["resourceType"] == kind]


def test_the_least_contract_is_a_plan():
    """Without a team or a way of contact there is no CareTeam, and without an author no Provenance."""
    assert [one["resourceType"] for one in first_resources(parsed(LEAST))] == ["CarePlan"]


def test_ways_of_contact_alone_make_a_team():
    """They have nowhere else to be."""
    plan, team = first_resources(parsed(agreement(contactWays=[{"channel": "phone", "value": "112"}])))

    assert plan["careTeam"] == [{"reference": address(team)}]
    assert "participant" not in team


def test_each_resource_has_the_same_patient():
    """Everything that has a subject has the contract's person."""
    resources = first_resources(parsed(FULL))
    whose = {
        "CarePlan": "subject", "CareTeam": "subject", "Goal": "subject", "ServiceRequest": "subject", "Task": "for",
        "QuestionnaireResponse": "subject", "DocumentReference": "subject", "Consent": "patient",
        "RelatedPerson": "patient",
    }  # fmt: skip
    people = [one[whose[one["resourceType"]]]["reference"] for one in resources if one["resourceType"] in whose]
    actors = [one["participant"][0]["actor"]["reference"] for one in of("Appointment", resources)]

    assert set(people + actors) == {"Patient/anna"}
    assert len(people + actors) == len(resources) - len(of("Provenance", resources))


def test_each_resource_declares_its_profile():
    """One of ours; a SIP and a pointer to a plan have that of their type."""
    resources = first_resources(parsed(FULL))
    declared = [one["meta"]["profile"] for one in resources]

    assert all(len(one) == 1 and one[0].startswith("https://samplan.se/fhir/StructureDefinition/") for one in declared)
    assert [one["meta"]["profile"][0].rpartition("/")[2] for one in of("CarePlan", resources)] == ["sip", "plan-sip"]
    assert first_resources(parsed(LEAST))[0]["meta"]["profile"][0].endswith("/patient-contract")


def test_the_provenance_is_about_all_and_names_giver_unit_and_person():
    """The custodian is the giver (yttre spärr), the first author the unit (inre spärr)."""
    resources = first_resources(parsed(FULL))
    trail, *confirmed = of("Provenance", resources)
    agents = [
        (one["type"]["coding"][0]["code"], one["who"]["type"], one["who"]["identifier"]["value"])
        for one in trail["agent"]
    ]

    assert [one["reference"] for one in trail["target"]] == [
        address(one) for one in resources if one["resourceType"] != "Provenance"
    ]
    assert agents == [
        ("custodian", "Organization", "SE2321000000-1A01"),
        ("author", "Organization", "SE2321000000-1C01"),
        ("author", "Practitioner", "SE2321000000-1E02"),
    ]
    assert trail["agent"][0]["role"][0]["coding"][0]["code"] == "health"
    assert trail["agent"][2]["onBehalfOf"]["identifier"]["value"] == "SE2321000000-1C01"
    assert [each["code"] for each in trail["activity"]["coding"]] == ["UPDATE", "revise"]
    assert [one["target"] for one in confirmed] == [[{"reference": address(resources[0])}]] * 3


@pytest.mark.parametrize(
    ("action", "code"),
    [("create", "CREATE"), ("replace", "CREATE"), ("revise", "UPDATE"), ("end", "UPDATE"), ("reopen", "UPDATE")],
)
def test_what_a_revision_does_is_said_in_hl7s_words_too(action, code):
    """A new contract, also one in the place of another, is created; all else is an update."""
    trail = first_resources(parsed({**LEAST, "revision": {**SIGNED, "action": action}}))[-1]

    assert [each["code"] for each in trail["activity"]["coding"]] == [code, action]


@pytest.mark.parametrize("missing", sorted(SIGNED))
def test_a_revision_of_which_not_all_is_known_is_not_told(missing):
    """What a portal sends is a reason alone; the server says the rest."""
    signed = {name: value for name, value in SIGNED.items() if name != missing}

    assert of("Provenance", first_resources(parsed({**LEAST, "revision": {**signed, "reason": "Nytt mål"}}))) == []


def test_a_giver_alone_is_custodian_and_author_of_the_plan():
    """A system that writes for a giver without unit or person."""
    plan, trail = first_resources(parsed({**LEAST, "revision": SIGNED}))

    assert [one["type"]["coding"][0]["code"] for one in trail["agent"]] == ["custodian"]
    assert "role" not in trail["agent"][0]
    assert plan["author"] == {
        "type": "Organization",
        "identifier": {"system": "urn:oid:1.2.752.29.4.19", "value": "SE2321000000-1A01"},
    }


def test_a_person_without_a_unit_is_author_on_behalf_of_none():
    """What is not known is not said."""
    by = {**BY, "practitioner": "SE2321000000-1E02"}
    trail = first_resources(parsed({**LEAST, "revision": {**SIGNED, "by": by}}))[-1]

    assert "onBehalfOf" not in trail["agent"][1]


def test_a_transaction_puts_each_resource_in_its_place():
    """Full URLs and requests are the resources' own addresses."""
    resources = first_resources(parsed(FULL))
    entries = to_fhir.transaction(resources, base="https://example.org/fhir")["entry"]

    assert [one["resource"] for one in entries] == resources
    assert all(one["fullUrl"] == f"https://example.org/fhir/{one['request']['url']}" for one in entries)
    assert {one["request"]["method"] for one in entries} == {"PUT"}


def test_what_is_confidential_is_labelled():
    """A label on a part is on its resource alone; the contract's own is on the plan and the team."""
    plan, team, *parts = [
        one.get("meta", {}).get("security", [{}])[0].get("code") for one in first_resources(parsed(FULL))
    ]

    assert (plan, team) == ("V", "V")
    assert set(parts) == {"R", None}


def test_an_invitation_waits_for_the_persons_answer():
    """With a time it is pending, with a window of days proposed; the person has yet to answer."""
    times = [
        {"what": "Besök", "status": "invited", "start": "2026-03-01T10:00:00Z", "end": "2026-03-01T11:00:00Z"},
        {"what": "Besök", "status": "invited"},
    ]
    found = of("Appointment", first_resources(parsed({**LEAST, "times": times})))

    assert [one["status"] for one in found] == ["pending", "proposed"]
    assert {one["participant"][0]["status"] for one in found} == {"needs-action"}


def test_a_professional_goal_points_to_the_persons():
    """It stands beside it as a resource of its own, so that each is decided by itself."""
    own, professional = of("Goal", first_resources(parsed(FULL)))
    target = professional["extension"][0]["extension"][1]

    assert target == {"url": "target", "valueReference": {"reference": address(own)}}
    assert own["expressedBy"] == {"reference": "Patient/anna"}
    assert professional["expressedBy"]["display"] == "Karin Lund"


def test_the_summons_has_three_days_from_readiness():
    """Its last day is the law's; it is done when it is sent."""
    waiting = full()
    del waiting["sip"]["summons"]["sentOn"]
    sent, not_yet = (of("Task", first_resources(parsed(contract)))[0] for contract in (FULL, waiting))

    assert sent["restriction"]["period"] == {"start": "2026-01-10", "end": "2026-01-13"}
    assert (sent["status"], not_yet["status"]) == ("completed", "requested")
    assert "executionPeriod" not in not_yet


def test_who_takes_part_is_in_the_team_and_who_does_not_is_not():
    """Relatives are RelatedPersons of their own; a school that gets a copy is in the team by role, and has no access."""
    resources = first_resources(parsed(FULL))
    team = of("CareTeam", resources)[0]
    relatives = [address(one) for one in of("RelatedPerson", resources)]
    copies = [one for one in team["participant"] if one.get("role", [{}])[0].get("text") == "Sjuksköterska"]

    assert [
        one["member"]["reference"] for one in team["participant"] if "reference" in one.get("member", {})
    ] == relatives[:1]
    assert copies[-1]["role"][0]["coding"][0]["code"] == "copy-printed"


def test_the_same_contract_has_the_same_ids_each_time():
    """Those that it names, and others that follow from them; another contract has others."""
    assert derived_resources(parsed(LEAST)) == derived_resources(parsed(LEAST))
    assert derived_resources(parsed(LEAST))[0]["id"] != derived_resources(parsed({**LEAST, "title": "Annat"}))[0]["id"]
    assert derived_resources(parsed({**LEAST, "id": "plan"}))[0]["id"] == "plan"
