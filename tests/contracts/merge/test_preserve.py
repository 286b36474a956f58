"""Unmapped elements are listed and survive a revision; what a revision does not change stays the same."""

import json
from typing import Any

from hypothesis import given

from app.contracts import from_fhir, part_ids, to_fhir
from app.contracts.merge import preserve
from app.fhir.elements import address
from tests.builders.contracts import FULL, contracts, derived_resources, first_resources, many_examples, new_ids, parsed

FOREIGN = {"url": "https://example.org/fhir/StructureDefinition/x", "valueString": "annat"}
ADDED: dict[str, dict[str, Any]] = {
    "CarePlan": {"contributor": [{"display": "Rehab"}], "text": {"status": "generated", "div": "<div/>"}},
    "CareTeam": {"reasonCode": [{"text": "Hjärtsvikt"}]},
    "Goal": {"priority": {"text": "hög"}, "extension": [FOREIGN]},
    "ServiceRequest": {"requester": {"display": "Dr Ek"}},
    "Appointment": {"minutesDuration": 45},
    "Task": {"businessStatus": {"text": "väntar"}},
    "Provenance": {"policy": ["https://example.org/policy"]},
}


def stored() -> list[dict[str, Any]]:
    """The full contract's resources, to which others have added."""
    resources = json.loads(json.dumps(first_resources(parsed(FULL))))
    for one in resources:
        for name, value in ADDED.get(one["resourceType"], {}).items():
            one[name] = [*one.get(name, []), *value] if isinstance(value, list) else value
        one["meta"] |= {"versionId": "3", "lastUpdated": "2026-02-02T09:30:00Z"}
    return resources


def revised(before: list[dict[str, Any]], contract: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The resources of the next revision, by reference."""
    said = parsed(contract)
    ids = part_ids.ids(said, from_fhir.read(before).part_ids, new_ids())
    return {address(one): one for one in to_fhir.resources(said, ids=ids, stored=before)}


def test_what_is_beyond_a_contract_is_listed():
    """By resource and element; what a store says of a version is not."""
    before = stored()
    listed = preserve.unmapped_elements(before, to_fhir.as_mapped(before))
    plan = next(address(one) for one in before)

    assert (plan, "CarePlan.contributor") in listed
    assert (plan, "CarePlan.text") in listed
    assert {element.partition(".")[0] for _, element in listed} == set(ADDED)
    assert not any("meta" in element for _, element in listed)


def test_of_what_a_contract_says_nothing_is_listed():
    """Every element is mapped."""
    before = first_resources(parsed(FULL))

    assert preserve.unmapped_elements(before, to_fhir.as_mapped(before)) == []


def test_an_item_that_is_no_part_of_the_contract_is_listed_by_its_place():
    """A second coding, a participant without a name, another's reference; an item is not one with another's number."""
    before = stored()
    goal = next(one for one in before if one["resourceType"] == "Goal")
    goal["note"].append({"time": "2026-02-02"})
    goal["description"]["coding"] = [{"code": "1"}]
    listed = [
        element for to, element in preserve.unmapped_elements(before, to_fhir.as_mapped(before)) if to == address(goal)
    ]

    assert sorted(listed) == ["Goal.description.coding", "Goal.extension[1]", "Goal.note[1]", "Goal.priority"]


def test_what_another_calls_it_is_kept_beside_what_we_call_it():
    """A status that the contract hears as another is still listed, and not overwritten."""
    before = stored()
    team = next(one for one in before if one["resourceType"] == "CareTeam")
    team["status"] = "suspended"
    after = revised(before, from_fhir.contract(before))

    assert (address(team), "CareTeam.status") in preserve.unmapped_elements(before, to_fhir.as_mapped(before))
    assert after[address(team)]["status"] == "suspended"


def test_a_revision_that_changes_nothing_leaves_every_resource_as_it_is():
    """But for the Provenance, which is a new one."""
    before = stored()
    after = revised(before, from_fhir.contract(before))

    assert {to: one for to, one in after.items() if to.partition("/")[0] != "Provenance"} == {
        address(one): one for one in before if one["resourceType"] != "Provenance"
    }


def test_a_revision_keeps_what_others_have_added():
    """To the resources that it changes too; others are as they were stored."""
    before = stored()
    contract = from_fhir.contract(before)
    contract["title"] = "Nytt namn"
    contract["agreement"]["goals"][0].update(goal="Gå dubbelt så långt", note="Nu tio gånger")
    after = revised(before, contract)
    changed = [one for one in before if one["resourceType"] != "Provenance" and after[address(one)] != one]
    plan, goal = (after[address(one)] for one in changed)

    assert [one["resourceType"] for one in changed] == ["CarePlan", "Goal"]
    assert plan["title"] == "Nytt namn"
    assert goal["description"]["text"] == "Gå dubbelt så långt"
    assert goal["note"] == [{"text": "Nu tio gånger"}]
    assert {**goal, **ADDED["Goal"]} == {**goal, "extension": [FOREIGN]}
    assert FOREIGN in goal["extension"]
    assert plan["contributor"] == ADDED["CarePlan"]["contributor"]
    assert "text" not in plan, "a narrative may tell what was taken back"


def test_what_a_contract_takes_back_is_gone():
    """A field that the revision leaves out is removed, and the unmapped elements of the same object stay."""
    before = stored()
    contract = from_fhir.contract(before)
    del contract["agreement"]["goals"][0]["achievement"]
    contract["contacts"][0]["contactWays"] = []
    contract["team"] = []
    after = revised(before, contract)
    goal = next(one for one in after.values() if one["resourceType"] == "Goal")
    contact = next(one for one in after.values() if one.get("note", [{}])[0].get("text") == "Ring Karin först")

    assert "achievementStatus" not in goal
    assert "telecom" not in contact
    assert [one for one in after.values() if "Kurator" in json.dumps(one)] == []


def test_an_item_that_others_have_added_to_a_list_stays_last():
    """A second note and a second reference beside those of the contract."""
    before = stored()
    plan = before[0]
    plan["supportingInfo"].append({"reference": "Observation/of-another"})
    plan["category"].append({"text": "Hjärtsvikt"})
    contract = from_fhir.contract(before)
    contract["plans"].append({"type": "VP", "title": "Vårdplan"})
    after = revised(before, contract)[address(plan)]

    assert after["supportingInfo"][-1] == {"reference": "Observation/of-another"}
    assert {"text": "Hjärtsvikt"} in after["category"]
    assert len(after["supportingInfo"]) == len(plan["supportingInfo"]) + 1


def test_an_item_of_many_is_told_from_the_others():
    """One participant is changed; the others keep what was added to them."""
    before = stored()
    time = next(one for one in before if one["resourceType"] == "Appointment")
    for each in time["participant"]:
        each["required"] = "required"
    contract = from_fhir.contract(before)
    contract["times"][0]["place"] = "Plan 4"
    after = revised(before, contract)[address(time)]

    assert [each.get("required") for each in after["participant"]] == ["required"] * 3 + [None]


def revised_by(change, more):
    """What the first resource of a type is after a change of the full contract, when it was stored with more."""
    before = first_resources(parsed(FULL))
    ((kind, elements),) = more.items()
    one = next(each for each in before if each["resourceType"] == kind)
    one.update(elements)
    contract = from_fhir.contract(before)
    change(contract)
    return revised(before, contract)[address(one)]


def first_goal(contract):
    return contract["agreement"]["goals"][0]


CODED = {"coding": [{"system": "http://snomed.info/sct", "code": "8392000"}], "text": "Gå till båten utan att stanna"}


def test_what_was_said_of_another_thing_is_not_carried_over():
    """A person by another name is another person, other words have another code, and no narrative tells the old ones."""
    other = revised_by(
        lambda contract: contract["sevenQuestions"][0].update(by={"name": "Bo Berg"}),
        {"QuestionnaireResponse": {}},
    )
    assert "Karin" not in str(other.get("source"))
    goal = revised_by(
        lambda contract: first_goal(contract).update(goal="Gå varje dag"), {"Goal": {"description": CODED}}
    )
    assert goal["description"] == {"text": "Gå varje dag"}
    goal = revised_by(lambda contract: first_goal(contract).update(due="2026-07-01"), {"Goal": {"description": CODED}})
    assert goal["description"] == CODED
    told = {"text": {"status": "generated", "div": "<div/>"}, "_title": {"extension": [FOREIGN]}}
    plan = revised_by(lambda contract: contract.update(title="Nytt"), {"CarePlan": told})
    assert plan["title"] == "Nytt"
    assert not {"text", "_title"} & plan.keys()


def test_a_resource_inside_that_nothing_refers_to_any_more_goes():
    """As it must (dom-3), and another stays."""
    inside = [{"resourceType": "Practitioner", "id": "x"}, {"resourceType": "Location", "id": "y"}]
    more = {
        "contained": inside,
        "expressedBy": {"reference": "#x", "display": "Karin Lund"},
        "addresses": [{"reference": "#y"}],
    }
    before = first_resources(parsed(FULL))
    goal = next(one for one in before if "Gångtest" in str(one.get("description")))
    goal.update(more)
    contract = from_fhir.contract(before)
    contract["agreement"]["goals"][0]["professionalGoals"][0]["by"] = {"name": "Bo Berg"}
    after = revised(before, contract)[address(goal)]

    assert after["contained"] == inside[1:]
    assert after["expressedBy"]["display"] == "Bo Berg"
    assert "reference" not in after["expressedBy"]


def test_what_is_not_touched_is_as_exact_as_it_was_stored():
    """An hour that the contract reads as a day, and an element that other systems do not send."""
    before = first_resources(parsed(FULL))
    call = next(one for one in before if "Vi ringer" in str(one.get("code")))
    del call["occurrencePeriod"]
    call["occurrenceDateTime"] = "2026-02-03T09:15:00+01:00"
    contract = from_fhir.contract(before)
    contract["agreement"]["careDoes"][1]["note"] = "Vi ringer hem"
    after = revised(before, contract)[address(call)]
    assert after["occurrenceDateTime"] == call["occurrenceDateTime"]
    assert "occurrencePeriod" not in after
    del contract["agreement"]["careDoes"][1]["period"]
    after = revised(before, contract)[address(call)]
    assert not {"occurrenceDateTime", "occurrencePeriod"} & after.keys()


def test_one_kind_of_a_choice_takes_the_place_of_another():
    """A start in words, a due that is a duration: the contract says days."""
    goal = revised_by(
        lambda contract: first_goal(contract).update(start="2026-03-01"),
        {"Goal": {"startDate": None, "startCodeableConcept": {"text": "efter påsk"}}},
    )
    assert goal["startDate"] == "2026-03-01"
    assert "startCodeableConcept" not in goal


def test_what_others_add_does_not_change_the_contract():
    """It is read as it would be without."""
    assert from_fhir.contract(stored()) == from_fhir.contract(first_resources(parsed(FULL)))


@many_examples
@given(contracts)
def test_any_contract_carries_everything_of_itself(contract):
    """A contract that is merged with its own resources becomes the same resources."""
    before = derived_resources(contract)

    assert to_fhir.resources(contract, ids=part_ids.derived(contract), stored=before) == before


def test_what_comes_to_be_said_as_it_is_stored_changes_nothing():
    """Not even the narrative: nothing of what it tells was taken back."""
    before = {"resourceType": "Goal", "id": "g", "startDate": "2026-03-01", "text": {"status": "generated"}}

    assert preserve.carried(
        [{"resourceType": "Goal", "id": "g", "startDate": "2026-03-01"}],
        [before],
        [{"resourceType": "Goal", "id": "g"}],
    ) == [before]


def test_what_is_made_again_of_nothing_that_is_stored_is_not_written():
    """An item that the mapping would add by itself, beside one that is new."""
    goal = {"resourceType": "Goal", "id": "g"}
    (after,) = preserve.carried(
        [{**goal, "note": [{"text": "a"}, {"text": "b"}]}],
        [{**goal, "note": [{"text": "c"}]}],
        [{**goal, "note": [{"text": "a"}]}],
    )

    assert after["note"] == [{"text": "b"}, {"text": "c"}]


def test_items_of_others_stay_when_the_contract_leaves_their_list():
    """The contract's own item goes with what it said; the list stays for the item that it never said."""
    ours, other = {"text": "Läst"}, {"text": "Ringt"}
    plan = {"resourceType": "CarePlan", "id": "a", "title": "Plan"}

    [after] = preserve.carried([plan], [{**plan, "note": [ours, other]}], [{**plan, "note": [ours]}])

    assert after == {**plan, "note": [other]}
