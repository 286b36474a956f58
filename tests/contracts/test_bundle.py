"""The resources of a contract belong together: one plan, one Provenance for all, one transaction."""

import json
from dataclasses import replace
from typing import Any

from app.contracts import bundle, faults
from app.contracts.provenance import Author
from tests.contracts.made import AUTHOR, FULL, built, forth

LEAST = {"patient": "Patient/anna", "title": "Kontrakt", "agreement": {"whatMatters": "Trädgården"}}
PROVENANCE = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def parsed(contract: dict[str, Any]) -> Any:
    return faults.parse(json.dumps(contract).encode())


def test_the_least_contract_is_a_plan_and_its_provenance():
    """Without a team or a way of contact there is no CareTeam."""
    assert [one["resourceType"] for one in built(parsed(LEAST))] == ["CarePlan", "Provenance"]


def test_ways_of_contact_alone_make_a_team():
    """They have nowhere else to be."""
    agreement = {**LEAST["agreement"], "contactWays": [{"channel": "phone", "value": "112"}]}
    team = built(parsed({**LEAST, "agreement": agreement}))[1]

    assert team["resourceType"] == "CareTeam"
    assert "participant" not in team


def test_each_resource_has_the_same_patient():
    """Everything that has a subject has the contract's person."""
    resources = built(parsed(FULL))
    subjects = [one["subject"]["reference"] for one in resources if "subject" in one]
    actors = [one["participant"][0]["actor"]["reference"] for one in resources if one["resourceType"] == "Appointment"]

    assert set(subjects + actors) == {"Patient/anna"}
    assert len(subjects + actors) == len(resources) - 1


def test_the_provenance_is_about_all_and_names_giver_unit_and_person():
    """The custodian is the giver (yttre spärr), the first author the unit (inre spärr)."""
    *others, trail = built(parsed(FULL))
    agents = [
        (one["type"]["coding"][0]["code"], one["who"]["type"], one["who"]["identifier"]["value"])
        for one in trail["agent"]
    ]

    assert [one["reference"] for one in trail["target"]] == [bundle.address(one) for one in others]
    assert agents == [
        ("custodian", "Organization", "SE2321000000-1A01"),
        ("author", "Organization", "SE2321000000-1C01"),
        ("author", "Practitioner", "SE2321000000-1E02"),
    ]
    assert trail["agent"][0]["role"][0]["coding"][0]["code"] == "health"
    assert trail["agent"][2]["onBehalfOf"]["identifier"]["value"] == "SE2321000000-1C01"
    assert trail["recorded"] == "2026-02-02T09:30:00+00:00"
    assert trail["activity"]["coding"][0]["code"] == "CREATE"


def test_a_giver_alone_is_custodian_and_author_of_the_plan():
    """A system that writes for a giver without unit or person."""
    resources = forth(parsed(LEAST), author=Author("SE2321000000-1A01"))

    assert [one["type"]["coding"][0]["code"] for one in resources[-1]["agent"]] == ["custodian"]
    assert "role" not in resources[-1]["agent"][0]
    assert resources[0]["author"] == {
        "type": "Organization",
        "identifier": {"system": "urn:oid:1.2.752.29.4.19", "value": "SE2321000000-1A01"},
    }


def test_a_person_without_a_unit_is_author_on_behalf_of_none():
    """What is not known is not said."""
    trail = forth(parsed(LEAST), author=replace(AUTHOR, unit=None))[-1]

    assert "onBehalfOf" not in trail["agent"][1]


def test_a_transaction_puts_each_resource_in_its_place():
    """Full URLs and requests are the resources' own addresses."""
    resources = built(parsed(FULL))
    entries = bundle.transaction(resources, base="https://example.org/fhir")["entry"]

    assert [one["resource"] for one in entries] == resources
    assert all(one["fullUrl"] == f"https://example.org/fhir/{one['request']['url']}" for one in entries)
    assert {one["request"]["method"] for one in entries} == {"PUT"}


def test_what_is_confidential_is_labelled():
    """A label on a part is on its resource alone; the contract's own is on the plan and the team."""
    contract = {**FULL, "confidentiality": "V"}
    labels = {one["id"]: one.get("meta", {}).get("security", [{}])[0].get("code") for one in built(parsed(contract))}
    plan, team, *parts, trail = list(labels.values())

    assert (plan, team, trail) == ("V", "V", None)
    assert set(parts) == {"R", None}


def test_an_invitation_waits_for_the_persons_answer():
    """With a time it is pending, with a window of days proposed; the person has yet to answer."""
    times = [
        {"what": "Besök", "status": "invited", "start": "2026-03-01T10:00:00Z", "end": "2026-03-01T11:00:00Z"},
        {"what": "Besök", "status": "invited"},
    ]
    found = [one for one in built(parsed({**LEAST, "times": times})) if one["resourceType"] == "Appointment"]

    assert [one["status"] for one in found] == ["pending", "proposed"]
    assert {one["participant"][0]["status"] for one in found} == {"needs-action"}
