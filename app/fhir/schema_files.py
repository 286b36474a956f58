"""Reads the compiled schemas, and is the one door to the library jsonschema-rs, which runs them."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import jsonschema_rs

SCHEMAS: Final = Path(__file__).parent / "schemas"

Validator: TypeAlias = jsonschema_rs.Draft202012Validator
ValidationError: TypeAlias = jsonschema_rs.ValidationError


def validator(schema: dict[str, Any]) -> Validator:
    """Compile a schema to a validator, whose patterns take no more than linear time."""
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions())


@cache
def definitions(resource_type: str) -> dict[str, Any]:
    """The schema definitions of a type by name: its own, and those that types share."""
    own: dict[str, Any] = json.loads((SCHEMAS / f"{resource_type}.json").read_text("utf-8"))["$defs"]
    return own if resource_type == "definitions" else definitions("definitions") | own
