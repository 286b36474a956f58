"""The compiled schemas, read from where they lie, and the one door to the library that runs them."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import jsonschema_rs

SCHEMAS: Final = Path(__file__).parent / "schemas"

Validator: TypeAlias = jsonschema_rs.Draft202012Validator
ValidationError: TypeAlias = jsonschema_rs.ValidationError


def validator(schema: dict[str, Any]) -> Validator:
    """Make a schema ready to run; patterns take no more than linear time."""
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions())


@cache
def definitions(kind: str) -> dict[str, Any]:
    """The definitions of a type, its own and those that types share."""
    own: dict[str, Any] = json.loads((SCHEMAS / f"{kind}.json").read_text("utf-8"))["$defs"]
    return own if kind == "definitions" else definitions("definitions") | own
