"""A resource that a contract cannot hold, or would state wrongly, is listed as unmapped, and no revision changes it."""

import json
from typing import Any

import pytest

from app.contracts import from_fhir, part_ids, to_fhir
from app.contracts.mapping import shared_rows
from app.fhir.elements import address
from tests.builders.contracts import FULL, first_resources, new_ids, parsed


def stored() -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = json.loads(json.dumps(first_resources(parsed(FULL))))
    return resources


def the(resources: list[dict[str, Any]], kind: str, word: str = "") -> dict[str, Any]:
    return next(one for one in resources if one["resourceType"] == kind and word in json.dumps(one, ensure_ascii=False))


WHOLE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "must not be done": ("ServiceRequest", "promenerar", {"doNotPerform": True}),
    "a sign no more": ("ServiceRequest", "Två kilo upp", {"status": "revoked"}),
    "answers in error": ("QuestionnaireResponse", "fiskare", {"status": "entered-in-error"}),
    "a contact in error": ("CareTeam", "Ring Karin först", {"status": "entered-in-error"}),
    "a time in error": ("Appointment", "Läkarbesök", {"status": "entered-in-error"}),
    "a summons taken back": ("Task", "sip-summons", {"status": "cancelled"}),
    "a relative no more": ("RelatedPerson", "Per Lind", {"active": False}),
    "a consent denied": ("Consent", "", {"provision": {"type": "deny"}}),
    "answers of a relative": (
        "QuestionnaireResponse", "seven-questions", {"source": {"type": "RelatedPerson", "display": "Eva"}},
    ),
    "another's goal": ("Goal", "Gå till båten", {"subject": {"reference": "Patient/other"}}),
    "due before its start": ("Goal", "Gångtest", {"startDate": "2027-01-01"}),
    "a note that is too long": ("ServiceRequest", "Nyckel hos grannen", {"note": [{"text": "x" * 6000}]}),
    "no words": ("ServiceRequest", "promenerar", {"code": {"coding": [{"code": "1"}]}}),
    "an activity of no principal": ("ServiceRequest", "Vi ringer", {"category": []}),
    "seven decimals": ("Appointment", "Återbesök", {"start": "2026-03-10T09:00:00.1234567+01:00"}),
    "a link that runs": ("DocumentReference", "", {"content": [{"attachment": {"url": "javascript:alert(1)"}}]}),
    "no type": ("CarePlan", "linked-plan", {"category": []}),
    "another contract": ("CarePlan", "linked-plan", {"category": first_resources(parsed(FULL))[0]["category"]}),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "word", "said"), WHOLE.values(), ids=WHOLE)
def test_an_unmapped_resource_is_listed_and_stays_when_the_contract_is_sent_back(kind, word, said):
    """No part has its id, the CarePlan still refers to it, and it is not written."""
    resources = stored()
    found = the(resources, kind, word)
    found.update(said)
    read = from_fhir.read(resources)
    mapped = to_fhir.as_mapped(resources)

    assert (address(found), kind) in to_fhir.unmapped(resources, mapped)
    assert found["id"] not in read.part_ids.values()
    assert found["id"] not in json.dumps(read.contract)
    if "consent" in read.contract["sip"]:
        contract = parsed(read.contract)
        ids = part_ids.ids(contract, read.part_ids, new_ids())
        after = {address(one): one for one in to_fhir.resources(contract, ids=ids, stored=resources)}
        assert after["CarePlan/" + resources[0]["id"]] == resources[0]


def test_a_team_is_read_as_far_as_it_fits():
    """A role that is too long affects neither the other members nor the SIP; a team in error is not read."""
    resources = stored()
    team = the(resources, "CareTeam", "Kurator")
    team["participant"].append({"role": [{"text": "x" * 300}], "member": {"display": "Åke"}})
    team["participant"].append({"member": {"reference": "RelatedPerson/nobody/_history/1"}})
    read = from_fhir.contract(resources)

    assert [one["role"] for one in read["team"]] == ["Kurator"]
    assert parsed(read).sip is not None

    team["status"] = "entered-in-error"
    found = from_fhir.read(resources)
    assert (found.contract["team"], found.contract["agreement"]["contactWays"]) == ([], [])
    assert part_ids.TEAM not in found.part_ids
    assert to_fhir.as_mapped(resources)


def test_a_team_without_readable_content_is_no_part():
    """So a revision does not delete it, and no contact is reached via the team."""
    resources = [one for one in stored() if one["resourceType"] in {"CarePlan", "CareTeam"}]
    plan = resources[0]
    plan["category"] = [one for one in plan["category"] if "SIP" not in json.dumps(one)]
    team = the(resources, "CareTeam", "Kurator")
    team.pop("telecom")
    team["participant"] = [{"member": {"reference": "Practitioner/1"}}]
    read = from_fhir.read(resources)

    assert part_ids.TEAM not in read.part_ids
    assert [one["viaTeam"] for one in read.contract["contacts"]] == [False]
    assert (address(team), "CareTeam") in to_fhir.unmapped(resources, to_fhir.as_mapped(resources))


def test_versions_in_references_are_followed():
    """In confirmations, revisions, professional goals, the team and `replaces`."""
    resources = stored()
    before = from_fhir.contract(resources)
    text = json.dumps(resources)
    for one in resources:
        text = text.replace(f'"{address(one)}"', f'"{address(one)}/_history/3"')
    text = text.replace('"CarePlan/earlier"', '"CarePlan/earlier/_history/1"')

    assert from_fhir.contract(json.loads(text)) == before


@pytest.mark.parametrize("elsewhere", ["https://a.se/CarePlan/x", "urn:uuid:00000000-0000-4000-8000-000000000000"])
def test_a_replaced_plan_elsewhere_is_unmapped(elsewhere):
    """The contract is read without it."""
    resources = stored()
    resources[0]["replaces"] = [{"reference": elsewhere}]

    assert "replaces" not in parsed(from_fhir.contract(resources)).to_json()


def test_another_spelling_of_the_same_value_is_mapped():
    """A time in UTC and an HSA-id in small letters are read as the model writes them, and not listed."""
    resources = stored()
    time = the(resources, "Appointment", "Återbesök")
    time["start"] = "2026-03-10T08:00:00.000Z"
    time["participant"][1]["actor"]["identifier"]["value"] = "se2321000000-1e02"
    read = from_fhir.contract(resources)

    assert read["times"][0]["start"] == "2026-03-10T08:00:00+00:00"
    assert parsed(read).to_json() == read
    assert to_fhir.unmapped(resources, to_fhir.as_mapped(resources)) == []


@pytest.mark.parametrize("more", [{"frequencyMax": 3}, {"when": ["MORN"]}, {"count": 3}])
def test_a_frequency_with_more_elements_is_unmapped(more):
    """Once every two days is not the same as once to three times every two days."""
    resources = stored()
    request = the(resources, "ServiceRequest", "Jag väger")
    request["occurrenceTiming"]["repeat"].update(more)
    read = from_fhir.contract(resources)["agreement"]["iDo"][0]

    assert "howOften" not in read
    assert "period" not in read


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-01T10:00:60+01:00", "2026-03-01"),
        ("9999-12-31T23:59:59-14:00", None),
        ("0001-01-01T00:00:00+14:00", "0001-01-01"),
    ],
)
def test_the_day_of_an_instant_is_read_within_the_calendar(moment, day):
    """A leap second, and both ends of the calendar."""
    assert shared_rows.day_of(moment) == day


def test_no_more_is_read_than_a_contract_has_room_for():
    """Part 201 of a list is unmapped."""
    resources = stored()
    time = the(resources, "Appointment", "Läkarbesök")
    more = [{**time, "id": f"more-{number}"} for number in range(200)]
    resources[0]["activity"] += [{"reference": {"reference": address(one)}} for one in more]

    assert len(parsed(from_fhir.contract([*resources, *more])).times) == 200


def test_a_null_among_the_times_of_day_is_left_out():
    """In FHIR an item of a list may be null."""
    resources = stored()
    repeat = the(resources, "ServiceRequest", "Jag väger")["occurrenceTiming"]["repeat"]
    repeat["timeOfDay"].append(None)

    assert from_fhir.contract(resources)["agreement"]["iDo"][0]["howOften"]["at"] == ["07:30"]


def test_each_revision_has_a_provenance_of_its_own():
    """Its id follows from the time of the revision."""
    first = parsed({**FULL, "id": "abc"})
    repeated = parsed({**FULL, "id": "abc", "revision": {**FULL["revision"], "recorded": "2026-02-03T09:30:00+00:00"}})

    assert part_ids.derived(first)("revision") != part_ids.derived(repeated)("revision")
    assert part_ids.derived(first)("team") == part_ids.derived(repeated)("team")
