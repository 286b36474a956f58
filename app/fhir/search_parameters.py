"""The search parameters of each resource type: name, type, definition and expression.

HL7's SearchParameters and our own, compiled by `fhir_profiles.compiler.search_parameters`. The parsing of a search, the
CapabilityStatement, the index and the references read them here. `app.fhir.types` says which of them are offered.

https://hl7.org/fhir/R4/search.html
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from app.fhir.schema_files import SCHEMAS
from app.fhir.types import TYPES

SEARCH_PARAMETERS: Final = SCHEMAS / "search" / "parameters.json"

_RESOLVED: Final = re.compile(r"\.where\(resolve\(\) is [A-Za-z]+\)")


class SearchParameter(NamedTuple):
    """One parameter of one resource type: its name, its type such as `token`, its canonical URL and its FHIRPath."""

    name: str
    type: str
    definition: str
    expression: str

    @property
    def path(self) -> str:
        """The element below the resource, such as `participant.actor`; empty if the expression is a union or none."""
        if "|" in self.expression:
            return ""
        return _RESOLVED.sub("", self.expression).partition(".")[2]


@cache
def defined_parameters(resource_type: str) -> Mapping[str, SearchParameter]:
    """Every parameter that HL7 or our profiles define for a type, by name; empty for a type that is not compiled."""
    return {name: SearchParameter(name, **row) for name, row in _compiled().get(resource_type, {}).items()}


@cache
def offered_parameters(resource_type: str) -> tuple[SearchParameter, ...]:
    """The parameters by which this server searches a type, in the order of its row."""
    defined = defined_parameters(resource_type)
    return tuple(defined[name] for name in TYPES[resource_type].searched_by)


@cache
def path_of(resource_type: str, name: str) -> str | None:
    """The element that a parameter searches, such as `lifecycleStatus`; None if the type has no such parameter."""
    parameter = defined_parameters(resource_type).get(name)
    return parameter.path if parameter else None


@cache
def _compiled() -> dict[str, dict[str, dict[str, str]]]:
    rows: dict[str, dict[str, dict[str, str]]] = json.loads(SEARCH_PARAMETERS.read_text("utf-8"))
    return rows
