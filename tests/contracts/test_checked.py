"""Whatever a contract becomes passes the same check as what comes in at the door."""

import json

from hypothesis import HealthCheck, given, settings

from app.contracts import bundle, faults
from app.contracts.model import PatientContract
from app.fhir.check import check
from tests.contracts.made import FULL, built, contract_json, forth


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(contract_json)
def test_every_transaction_is_right(contract):
    """No generated contract makes a resource with a fault."""
    resources = forth(faults.parse(json.dumps(contract).encode()))

    assert check(bundle.transaction(resources, base="https://example.org/fhir")) == []


def test_every_resource_of_the_full_contract_is_right():
    """One by one, as they are stored."""
    assert [fault for one in built(faults.parse(json.dumps(FULL).encode())) for fault in check(one)] == []


def test_the_contract_has_a_schema_for_those_who_write_it():
    """Names in camelCase, nothing unknown, and the four parts."""
    schema = PatientContract.model_json_schema(by_alias=True)

    assert set(schema["required"]) == {"patient", "title", "agreement"}
    assert schema["additionalProperties"] is False
    assert {"agreement", "contacts", "times", "plans"} <= set(schema["properties"])
