"""Faults become valid OperationOutcomes in two languages."""

from app.errors import Fault
from app.fhir.check.check import check
from app.fhir.outcomes import outcome, outcome_bytes
from app.fhir.strict_json import parse

FAULT = Fault("required", "Send it.", "Skicka det.", "CarePlan.status")


def test_an_outcome_is_valid_and_says_it_in_english_and_swedish():
    """The Swedish is a translation of the text."""
    resource = outcome([FAULT])
    assert check(resource) == []
    (issue,) = resource["issue"]
    assert (issue["severity"], issue["code"], issue["diagnostics"]) == ("error", "required", "Send it.")
    assert issue["expression"] == ["CarePlan.status"]
    assert issue["details"]["text"] == "Send it."
    assert issue["details"]["_text"]["extension"][0]["extension"][1]["valueString"] == "Skicka det."


def test_an_issue_without_a_place_has_no_expression():
    """The bytes are the same outcome."""
    faults = [FAULT, Fault("login", "Who?", "Vem?", severity="fatal")]
    assert parse(outcome_bytes(faults)) == outcome(faults)
    assert "expression" not in outcome(faults)["issue"][1]
