"""Whatever a contract becomes passes the same check as what comes in at the door, and a second opinion."""

from itertools import islice

import pytest
from hypothesis import given

from app.cli.contract_samples import samples
from app.contracts import to_fhir
from app.fhir import models
from app.fhir.check.check import check
from tests.builders.contracts import FULL, LEAST, contracts, derived_resources, first_resources, many_examples, parsed

BASE = "https://example.org/fhir"


def test_every_transaction_is_right():
    """No contract among several hundred makes a resource with a fault, by R4 or by our profiles."""
    for contract in islice(samples(seed=9), 400):
        assert check(to_fhir.transaction(derived_resources(contract), base=BASE)) == []


@many_examples
@given(contracts)
def test_any_resource_is_right(contract):
    """The same again, one by one, for a contract that is made smaller where it fails."""
    assert [fault for one in derived_resources(contract) for fault in check(one)] == []


@pytest.mark.parametrize("contract", [FULL, LEAST])
def test_the_full_contract_and_the_least_are_right(contract):
    """One by one, as they are stored."""
    assert [fault for one in first_resources(parsed(contract)) for fault in check(one)] == []


def test_fhir_resources_finds_them_right_too():
    """The models of another house read every resource, and write the same again, times in their own form."""
    for contract in islice(samples(seed=10), 60):
        for resource in derived_resources(contract):
            assert models.to_json(models.read(resource)).keys() == resource.keys()
