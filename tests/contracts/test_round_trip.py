"""Contract to FHIR and back is the same contract; FHIR to contract and back is the same FHIR."""

from itertools import islice
from typing import Any

import pytest
from hypothesis import given

from app.cli.contract_samples import samples
from app.contracts import from_fhir, to_fhir
from app.contracts.patient_contract import PatientContract
from app.errors import Unprocessable
from tests.builders.contracts import (
    FULL,
    contracts,
    derived_resources,
    first_resources,
    leaves,
    many_examples,
    parsed,
    texts,
    without_ids,
)

SIGNED = "revision.by.name"
"""Who wrote it is said by the trail, and is the author of the plan."""


def test_a_contract_that_says_everything_comes_back_as_it_was():
    """Every field of the full contract is said again, and nothing else but ids."""
    contract = parsed(FULL)

    assert without_ids(from_fhir.contract(first_resources(contract))) == contract.to_json()
    assert dict(leaves_of(contract.to_json())) == dict(leaves_of(FULL))


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_contracts_come_back_and_go_forth_again(seed, proof_share):
    """back(forth(c)) is c, and forth(back(t)) is t, with every id."""
    for contract in islice(samples(seed), 2_500 // proof_share):
        require_both_ways(contract)


@many_examples
@given(contracts)
def test_any_contract_comes_back(contract):
    """The same again, for a contract that is made smaller where it fails."""
    require_both_ways(contract)


@many_examples
@given(contracts)
def test_a_contract_without_ids_comes_back_with_ids(contract):
    """Parts that had none have one; nothing else is different."""
    bare = parsed(without_ids(contract.to_json()))
    resources = first_resources(bare)
    back = from_fhir.contract(resources)

    assert without_ids(back) == bare.to_json()
    assert to_fhir.resources(parsed(back), ids=from_fhir.read(resources).part_ids.__getitem__) == resources


def require_both_ways(contract: PatientContract) -> None:
    there = derived_resources(contract)
    back = from_fhir.contract(there)
    assert back == contract.to_json()
    assert to_fhir.as_mapped(there) == there


def leaves_of(contract: Any) -> Any:
    return ((steps, value) for _, steps, value in leaves(contract))


def marked() -> tuple[dict[str, Any], dict[str, str]]:
    """The full contract with every free text replaced by one of its own, and the field of each."""
    contract, fields = without_ids(parsed(FULL).to_json()), {}
    for path, steps, value in list(leaves(contract)):
        node = contract
        for step in steps[:-1]:
            node = node[step]
        if isinstance(value, str):
            node[steps[-1]] = mark = f"mark-{len(fields)}."
            try:
                parsed(contract)
            except Unprocessable:
                node[steps[-1]] = value
            else:
                fields[mark] = path
    return contract, fields


def test_one_sentence_stands_in_one_resource():
    """No resource carries another's words, nor the contract as text: each text of its own is there once."""
    contract, fields = marked()
    resources = first_resources(parsed(contract))
    found = {mark: [one for one in resources if any(mark in text for text in texts(one))] for mark in fields}

    assert len(fields) > 80
    assert {fields[mark]: len(where) for mark, where in found.items() if len(where) != 1} == {SIGNED: 2}
    assert all(sum(mark in text for mark in fields) < 2 for one in resources for text in texts(one))


def test_no_resource_carries_a_blob():
    """No narrative, no attachment with data, nothing contained, and no text that is as long as a contract."""
    for resource in first_resources(parsed(FULL)):
        assert not {"text", "contained"} & resource.keys()
        assert not {"data", "valueBase64Binary", "valueAttachment"} & names(resource)
        assert max(map(len, texts(resource))) < 150


def test_the_agreement_refers_to_its_parts_without_a_word_about_them():
    """What a reader of the CarePlan alone learns is what matters, who wrote it, and no other resource's content."""
    plan = first_resources(parsed(FULL))[0]
    references = [
        *plan["careTeam"],
        *plan["goal"],
        *plan["supportingInfo"],
        *plan["replaces"],
        *(one["reference"] for one in plan["activity"]),
    ]

    assert plan["resourceType"] == "CarePlan"
    assert all(set(reference) == {"reference"} for reference in references)
    assert set(plan) == {
        "resourceType",
        "id",
        "meta",
        "identifier",
        "replaces",
        "status",
        "intent",
        "category",
        "title",
        "subject",
        "period",
        "author",
        "careTeam",
        "supportingInfo",
        "goal",
        "activity",
        "note",
    }


def names(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set(node) | names(list(node.values()))
    return set().union(*map(names, node)) if isinstance(node, list) and node else set()
