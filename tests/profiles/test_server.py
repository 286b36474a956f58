"""The CapabilityStatement that we publish is what a running server says of itself."""

import json

from app.api.metadata import capability_statement
from fhir_profiles.build import BUILT

PUBLISHED = json.loads((BUILT / "CapabilityStatement-samplan-server.json").read_text())
RUNNING = json.loads(capability_statement("https://samplan.example.se"))


def test_the_published_statement_is_what_the_server_says():
    """Type by type: interactions, parameters and operations, and how versions are kept."""
    assert _resources(PUBLISHED) == _resources(RUNNING)


def test_the_server_says_the_same_of_itself_as_a_whole():
    """Formats, security and transactions."""
    for name in ("fhirVersion", "format"):
        assert PUBLISHED[name] == RUNNING[name]
    assert PUBLISHED["rest"][0]["interaction"] == RUNNING["rest"][0]["interaction"]
    assert PUBLISHED["rest"][0]["security"] == RUNNING["rest"][0]["security"]


def _resources(statement):
    return {one["type"]: _said(one) for one in statement["rest"][0]["resource"]}


def _said(one):
    kept = {name: one.get(name) for name in ("versioning", "readHistory", "updateCreate", "conditionalRead")}
    return kept | {
        "interaction": {each["code"] for each in one["interaction"]},
        "search": {(each["name"], each["type"]) for each in one["searchParam"]},
        "operation": {(each["name"], each["definition"]) for each in one.get("operation", ())},
    }
