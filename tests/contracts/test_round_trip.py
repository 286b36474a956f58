"""Contract to FHIR and back is the same contract; FHIR to contract and back is the same FHIR."""

import json
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings

from app.contracts import faults, reading
from app.contracts.model import PatientContract
from tests.contracts.made import FULL, built, contract_json, forth, without_ids

thorough = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def parsed(contract: dict[str, Any]) -> PatientContract:
    return faults.parse(json.dumps(contract).encode())


def test_a_contract_that_says_everything_comes_back_as_it_was():
    """Every field of the full contract is said again, and nothing else but ids."""
    contract = parsed(FULL)

    assert without_ids(reading.contract(built(contract))) == contract.to_json()
    assert without_ids(contract.to_json()) == {**FULL, "agreement": FULL["agreement"]}


@thorough
@given(contract_json)
def test_back_of_forth_is_the_contract(sent):
    """Whatever a contract says comes back; parts that had no id have one."""
    contract = parsed(sent)
    back = reading.contract(forth(contract))

    assert without_ids(back) == without_ids(contract.to_json())
    assert named(contract.to_json()) <= named(back)


@thorough
@given(contract_json)
def test_forth_of_back_is_the_fhir(sent):
    """A contract read from FHIR becomes the same resources again, with the same ids."""
    resources = forth(parsed(sent))
    again = parsed(reading.contract(resources))

    assert forth(again, reading.parts(resources)) == resources


def named(node: Any) -> set[str]:
    if isinstance(node, dict):
        return ({node["id"]} if "id" in node else set()) | named(list(node.values()))
    return set().union(*(named(child) for child in node)) if isinstance(node, list) else set()


def test_one_sentence_is_in_one_resource():
    """No resource carries another's words, and none carries the contract as text."""
    contract = deepcopy(FULL)
    contract["agreement"]["iDo"][0].update(place="Vid båten", code=None)
    resources = built(parsed(contract))
    said = [text for resource in resources for text in texts(resource)]

    for sentence in (
        contract["agreement"]["whatMatters"],
        contract["agreement"]["goals"][0]["goal"],
        contract["agreement"]["iDo"][0]["what"],
        contract["agreement"]["careDoes"][0]["what"],
        contract["agreement"]["ifWorse"][0]["sign"],
        contract["contacts"][0]["note"],
        contract["times"][0]["what"],
        contract["plans"][0]["title"],
    ):
        assert said.count(sentence) == 1
        assert sum(sentence in text for text in said) == 1


def test_the_agreement_refers_to_its_parts_without_a_word_about_them():
    """What a reader of the CarePlan alone learns is what matters, who wrote it, and no other resource's content."""
    plan = built(parsed(FULL))[0]
    references = [
        *plan["careTeam"],
        *plan["goal"],
        *plan["supportingInfo"],
        *(one["reference"] for one in plan["activity"]),
    ]

    assert plan["resourceType"] == "CarePlan"
    assert all(set(reference) == {"reference"} for reference in references)
    assert set(plan) == {
        "resourceType", "id", "meta", "status", "intent", "category", "title", "subject", "period", "author",
        "careTeam", "supportingInfo", "goal", "activity", "note",
    }  # fmt: skip


def texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        return texts(list(node.values()))
    return (
        [text for child in node for text in texts(child)]
        if isinstance(node, list)
        else [node]
        if isinstance(node, str)
        else []
    )
