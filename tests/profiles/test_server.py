"""The CapabilityStatement that we publish is what a running server says of itself."""

import json

from app.api.capabilities import capability_statement
from app.api.routes import ROUTES
from fhir_profiles.build import BUILT

PUBLISHED = json.loads((BUILT / "CapabilityStatement-samplan-server.json").read_text())
RUNNING = json.loads(capability_statement("https://samplan.example.se", ROUTES))

OF_THE_DEFINITION = {"id", "url", "name", "title", "description", "kind", "experimental", "software", "implementation"}
"""What says which statement it is: of any server, or of one that runs."""


def test_the_published_statement_is_what_the_server_says():
    """Type by type and as a whole: interactions, parameters with their definitions, profiles, operations, security."""
    assert _said(PUBLISHED["rest"][0]) == _said(RUNNING["rest"][0])


def test_the_server_says_the_same_of_itself_as_a_whole():
    """Version, day, formats and guide."""
    assert _shared(PUBLISHED) == _shared(RUNNING)


def _shared(statement):
    return {name: value for name, value in statement.items() if name not in {*OF_THE_DEFINITION, "rest"}}


def _said(node):
    """All of it; no list has an order that means anything."""
    if isinstance(node, dict):
        return {name: _said(value) for name, value in node.items()}
    return sorted(map(_said, node), key=json.dumps) if isinstance(node, list) else node
