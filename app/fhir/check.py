"""The check at the door: a resource against the schema of its type, then against the invariants.

`app.fhir.compile` makes the schemas from what HL7 publishes. Resources inside others are checked by their own types,
so that a fault names the element: `CarePlan.activity[0].detail.status`.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import jsonschema_rs

from app.errors import Fault
from app.fhir.codes import CHECKED_TYPES, CONTAINED_TYPES
from app.fhir.findings import said
from app.fhir.invariants import broken
from app.fhir.primitives import WHOLE
from app.fhir.sayings import fault
from app.fhir.strict import shown

SCHEMAS: Final = Path(__file__).parent / "schemas"

MOST_FAULTS: Final = 50
"""As many faults are told of one resource."""

_DEFINITIONS: Final = "#/$defs/"
_NESTED: Final = CHECKED_TYPES + CONTAINED_TYPES


class Checker(NamedTuple):
    """The compiled schema of a type, its text, and the elements that hold whole numbers."""

    validator: jsonschema_rs.Draft202012Validator
    schema: Mapping[str, Any]
    whole: frozenset[str]


def check(resource: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with a resource, at most fifty faults; nothing, if it is valid R4.

    Takes what `app.fhir.strict.parse` returned, or what we built. A type that is not among CHECKED_TYPES gives one
    fault with the code not-supported.
    """
    found = _checked(resource, shown(str(resource.get("resourceType", "Resource"))), CHECKED_TYPES)
    return list(islice(dict.fromkeys(found), MOST_FAULTS))


@cache
def checker(kind: str) -> Checker:
    """Load the schema of a type, put together with the shared definitions; about ten milliseconds, once."""
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text())
    schema["$defs"] = _shared() | schema["$defs"]
    return Checker(
        validator=jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions()),
        schema=schema,
        whole=_whole(schema["$defs"]),
    )


@cache
def _shared() -> dict[str, Any]:
    definitions: dict[str, Any] = json.loads((SCHEMAS / "definitions.json").read_text())["$defs"]
    return definitions


def _whole(definitions: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of elements that hold a whole number wherever they occur."""
    uses = [
        (name, value.get("$ref", "").removeprefix(_DEFINITIONS))
        for definition in definitions.values()
        for name, value in definition.get("properties", {}).items()
    ]
    return frozenset(name for name, used in uses if used in WHOLE) - {name for name, used in uses if used == "decimal"}


def _checked(
    resource: Mapping[str, Any], path: str, known: tuple[str, ...], container: Mapping[str, Any] | None = None
) -> Iterator[Fault]:
    kind = resource.get("resourceType")
    if kind not in known:
        yield fault("not-supported", path)
        return
    found = checker(kind)
    if found.validator.is_valid(resource):
        for key, where in broken(resource, path, container=container, whole=found.whole):
            yield fault(key, where)
    else:
        for error in found.validator.iter_errors(resource):
            yield from said(error, path, found.schema)
    for each, where in _of(resource, "contained"):
        yield from _checked(each, f"{path}.{where}", _NESTED, resource)
    if kind == "Bundle":
        yield from _entries(resource, path)


def _entries(bundle: Mapping[str, Any], path: str) -> Iterator[Fault]:
    """Check what the entries of a Bundle hold, each by its own type."""
    for each, where in _of(bundle, "entry"):
        response = each.get("response")
        outcome = response.get("outcome") if isinstance(response, dict) else None
        for resource, name in ((each.get("resource"), "resource"), (outcome, "response.outcome")):
            if isinstance(resource, dict):
                yield from _checked(resource, f"{path}.{where}.{name}", CHECKED_TYPES)


def _of(resource: Mapping[str, Any], name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the objects in a list, which the schema may have found to be none, each with its place."""
    found = resource.get(name)
    for place, each in enumerate(found if isinstance(found, list) else ()):
        if isinstance(each, dict):
            yield each, f"{name}[{place}]"
