"""Parse a contract. Every fault has its JSON path and a text in English and Swedish, and never repeats a value."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.contracts.patient_contract import PatientContract
from app.errors import MOST_FAULTS, Fault, Unprocessable
from app.fhir import strict_json
from app.fhir.schema_names import printable_name

ROOT: Final = "PatientContract"

SENTENCES: Final[Mapping[str, tuple[str, str, str]]] = {
    "missing": ("required", "is required", "måste finnas"),
    "extra_forbidden": ("structure", "is not an element here; remove it", "är inget element här; ta bort det"),
    "model_type": ("structure", "must be an object", "måste vara ett objekt"),
    "tuple_type": ("structure", "must be a list", "måste vara en lista"),
    "too_short": ("required", "holds fewer items than needed", "har färre poster än vad som behövs"),
    "too_long": ("too-long", "holds more items than allowed", "har fler poster än tillåtet"),
    "string_type": ("structure", "must be text", "måste vara text"),
    "string_too_long": ("too-long", "is longer than allowed", "är längre än tillåtet"),
    "string_pattern_mismatch": ("value", "does not have the right form", "har inte rätt form"),
    "literal_error": ("code-invalid", "must be one of {expected}", "måste vara något av {expected}"),
    "int_type": ("structure", "must be a whole number", "måste vara ett heltal"),
    "greater_than_equal": ("value", "must be at least {ge}", "måste vara minst {ge}"),
    "less_than_equal": ("value", "must be at most {le}", "får vara högst {le}"),
    "bool_type": ("structure", "must be true or false", "måste vara true eller false"),
    "date_type": ("structure", "must be a day as text", "måste vara en dag som text"),
    "datetime_type": ("structure", "must be a time as text", "måste vara en tidpunkt som text"),
}
"""Type of a pydantic error -> FHIR issue type, English, Swedish."""

OTHERWISE: Final = ("value", "is not right", "är inte rätt")


def parse(body: bytes) -> PatientContract:
    """Return the contract of a JSON text in UTF-8.

    Raises:
        Malformed: the text is not strict JSON, or is too large (TooLarge).
        Unprocessable: rules of the contract are broken; one fault for each, with its JSON path.
    """
    strict_json.parse_json(body, names=field_names)
    try:
        return PatientContract.model_validate_json(body)
    except ValidationError as error:
        raise Unprocessable(*_faults(error)) from None


def _faults(error: ValidationError) -> list[Fault]:
    return [_fault(detail) for detail in error.errors(include_url=False, include_input=False)[:MOST_FAULTS]]


def _fault(detail: ErrorDetails) -> Fault:
    context: dict[str, Any] = detail.get("ctx", {})
    path = _path(detail["loc"], context.get("at", ""))
    if "swedish" in context:
        code, english, swedish = detail["type"], context["english"], context["swedish"]
    else:
        code, english, swedish = SENTENCES.get(detail["type"], OTHERWISE)
        english, swedish = english.format_map(context), swedish.format_map(_in_swedish(context))
    return Fault(code, f"{path} {english}.", f"{path} {swedish}.", path)


def _in_swedish(context: Mapping[str, Any]) -> dict[str, Any]:
    """Translate the English "or" that pydantic writes between the last two expected values."""
    return {**context, "expected": context.get("expected", "").replace(" or ", " eller ")}


def _path(loc: Sequence[int | str], at: str) -> str:
    steps = [f"[{step}]" if isinstance(step, int) else f".{printable_name(step, field_names)}" for step in loc]
    return "".join([*steps, f".{at}" if at else ""]).removeprefix(".") or ROOT


@cache
def field_names() -> frozenset[str]:
    """Return the field names of a contract; a fault repeats no other key, which could be a person's data."""
    schema = PatientContract.model_json_schema(by_alias=True)
    return frozenset(name for definition in (schema, *schema["$defs"].values()) for name in definition["properties"])
