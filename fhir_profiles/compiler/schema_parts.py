"""JSON Schemas of single values: fixed and pattern values, codes of a value set, references to some types."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.fhir.ids import ID
from fhir_profiles.compiler.snapshots import GivenValue

Schema = dict[str, Any]

_TO: Final = rf"{ID}(?:/_history/{ID})?"


def choice_name(name: str, type_code: str) -> str:
    """The JSON name of a choice element such as `value[x]` for one of its types."""
    return name.replace("[x]", type_code[0].upper() + type_code[1:])


def any_of(schemas: Sequence[Schema]) -> Schema:
    """A schema that matches any of the schemas; a single schema is returned itself."""
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def all_of(schemas: Sequence[Schema]) -> Schema:
    """A schema that matches all of the schemas; a single schema is returned itself, `{}` for none."""
    return {"allOf": list(schemas)} if len(schemas) > 1 else next(iter(schemas), {})


def pattern_schema(value: Any) -> Schema:
    """A value with at least the content of the pattern."""
    if isinstance(value, dict):
        return {"required": sorted(value), "properties": {name: pattern_schema(child) for name, child in value.items()}}
    if isinstance(value, list):
        return all_of([{"contains": pattern_schema(child)} for child in value])
    return {"const": value}


def value_schema(given: GivenValue) -> Schema:
    """A value that equals the fixed value, or contains the pattern."""
    return {"const": given.value} if given.exact else pattern_schema(given.value)


def value_schema_at(value: Any, steps: Sequence[str]) -> Schema | None:
    """A value that contains at these steps what `value` has there; None if `value` has nothing there."""
    if isinstance(value, list):
        schemas = [value_schema_at(item, steps) for item in value]
        return all_of([{"contains": schema} for schema in schemas]) if schemas and None not in schemas else None
    if not steps:
        return pattern_schema(value)
    first, *rest = steps
    inner = value_schema_at(value[first], rest) if isinstance(value, dict) and first in value else None
    return {"required": [first], "properties": {first: inner}} if inner else None


BOUND_TYPES: Final = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"})
"""The types to which a binding applies."""


def binding_schema(type_code: str, codes: Mapping[str, Sequence[str]]) -> Schema:
    """A value of a type with a code of the value set; at least one coding of a CodeableConcept has it."""
    if type_code == "CodeableConcept":
        return {"required": ["coding"], "properties": {"coding": {"contains": binding_schema("Coding", codes)}}}
    if type_code in {"Coding", "Quantity"}:
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
    """A reference that shows no type, or one of these types."""
    names = "|".join(types)
    literal = {
        "type": "string",
        "pattern": rf"^(?:#{ID}|#|urn:(?:uuid|oid):\S+|https?://\S+|(?:{names})/{_TO}|(?:{names})\?\S+)$",
        "if": {"pattern": rf"^https?://\S*/[A-Z][A-Za-z]*/{_TO}$"},
        "then": {"pattern": rf"/(?:{names})/{_TO}$"},
    }
    return {"properties": {"reference": literal, "type": {"enum": list(types)}}}


def typed_reference_schema(types: Sequence[str]) -> Schema:
    """A reference that shows one of these types."""
    literal = {"pattern": rf"(?:^|/)(?:{'|'.join(types)})/{_TO}$"}
    return {
        "anyOf": [
            {"required": ["reference"], "properties": {"reference": literal}},
            {"required": ["type"], "properties": {"type": {"enum": list(types)}}},
        ]
    }
