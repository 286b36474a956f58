"""JSON Schemas of single values: that a value holds another, is a code of a set, or refers to some types."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.fhir.ids import ID
from fhir_profiles.compiler.snapshots import Given

Schema = dict[str, Any]

_TO: Final = rf"{ID}(?:/_history/{ID})?"


def choice_name(name: str, kind: str) -> str:
    """The name in JSON of a choice such as `value[x]`, for one of its types."""
    return name.replace("[x]", kind[0].upper() + kind[1:])


def any_of(schemas: Sequence[Schema]) -> Schema:
    """One of these; where there is one alone, that."""
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def all_of(schemas: Sequence[Schema]) -> Schema:
    """All of these; where there is one alone, that, and where there is none, anything."""
    return {"allOf": list(schemas)} if len(schemas) > 1 else next(iter(schemas), {})


def pattern_schema(value: Any) -> Schema:
    """A value that holds at least this."""
    if isinstance(value, dict):
        return {"required": sorted(value), "properties": {name: pattern_schema(child) for name, child in value.items()}}
    if isinstance(value, list):
        return all_of([{"contains": pattern_schema(child)} for child in value])
    return {"const": value}


def value_schema(given: Given) -> Schema:
    """A value that is the fixed one, or holds the pattern."""
    return {"const": given.value} if given.exact else pattern_schema(given.value)


def value_schema_at(value: Any, steps: Sequence[str]) -> Schema | None:
    """A value that holds, at these steps, what this one has there; None if it has nothing there."""
    if isinstance(value, list):
        found = [value_schema_at(each, steps) for each in value]
        return all_of([{"contains": each} for each in found]) if found and None not in found else None
    if not steps:
        return pattern_schema(value)
    first, *rest = steps
    inner = value_schema_at(value[first], rest) if isinstance(value, dict) and first in value else None
    return {"required": [first], "properties": {first: inner}} if inner else None


BOUND_TYPES: Final = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"})
"""The types that a binding is about; it says nothing of the others of a choice."""


def binding_schema(kind: str, codes: Mapping[str, Sequence[str]]) -> Schema:
    """A value of this type with a code of the set: at least one coding of a concept does."""
    if kind == "CodeableConcept":
        return {"required": ["coding"], "properties": {"coding": {"contains": binding_schema("Coding", codes)}}}
    if kind in {"Coding", "Quantity"}:
        return any_of(
            [
                {
                    "required": ["system", "code"],
                    "properties": {"system": {"const": system}, "code": {"enum": sorted(listed)}},
                }
                for system, listed in codes.items()
            ]
        )
    return {"enum": sorted({code for listed in codes.values() for code in listed})}


def reference_schema(types: Sequence[str]) -> Schema:
    """A reference to one of these types, as far as it tells its type: an address of no FHIR server does not."""
    names = "|".join(types)
    literal = {
        "type": "string",
        "pattern": rf"^(?:#{ID}|#|urn:(?:uuid|oid):\S+|https?://\S+|(?:{names})/{_TO}|(?:{names})\?\S+)$",
        "if": {"pattern": rf"^https?://\S*/[A-Z][A-Za-z]*/{_TO}$"},
        "then": {"pattern": rf"/(?:{names})/{_TO}$"},
    }
    return {"properties": {"reference": literal, "type": {"enum": list(types)}}}


def typed_reference_schema(types: Sequence[str]) -> Schema:
    """A reference that says that it is to one of these types."""
    literal = {"pattern": rf"(?:^|/)(?:{'|'.join(types)})/{_TO}$"}
    return {
        "anyOf": [
            {"required": ["reference"], "properties": {"reference": literal}},
            {"required": ["type"], "properties": {"type": {"enum": list(types)}}},
        ]
    }
