"""Every fault of a contract, by its JSON path, in English and Swedish; never the value that is wrong."""

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
"""pydantic's own errors -> issue type, English, Swedish."""

OTHERWISE: Final = ("value", "is not right", "är inte rätt")


def parse(body: bytes) -> PatientContract:
    """Read a contract from the bytes that came.

    Raises:
        Malformed: not JSON as it should be, or too large (TooLarge).
        Unprocessable: a rule of the contract is broken; every fault names its element.
    """
    strict_json.parse_json(body, names=names)
    try:
        return PatientContract.model_validate_json(body)
    except ValidationError as error:
        raise Unprocessable(*faults(error)) from None


def faults(error: ValidationError) -> list[Fault]:
    """One fault for each of pydantic's errors."""
    return [_fault(detail) for detail in error.errors(include_url=False, include_input=False)[:MOST_FAULTS]]


def _fault(detail: ErrorDetails) -> Fault:
    said: dict[str, Any] = detail.get("ctx", {})
    path = _path(detail["loc"], said.get("at", ""))
    if "swedish" in said:
        code, english, swedish = detail["type"], said["english"], said["swedish"]
    else:
        code, english, swedish = SENTENCES.get(detail["type"], OTHERWISE)
        english, swedish = english.format_map(said), swedish.format_map(_in_swedish(said))
    return Fault(code, f"{path} {english}.", f"{path} {swedish}.", path)


def _in_swedish(said: Mapping[str, Any]) -> dict[str, Any]:
    """The same values; pydantic lists what is expected with an English word before the last."""
    return {**said, "expected": said.get("expected", "").replace(" or ", " eller ")}


def _path(loc: Sequence[int | str], at: str) -> str:
    steps = [f"[{step}]" if isinstance(step, int) else f".{printable_name(step, names)}" for step in loc]
    return "".join([*steps, f".{at}" if at else ""]).removeprefix(".") or ROOT


@cache
def names() -> frozenset[str]:
    """The names of a contract's members: what a fault may repeat of keys, which could be a person's data."""
    schema = PatientContract.model_json_schema(by_alias=True)
    return frozenset(name for each in (schema, *schema["$defs"].values()) for name in each["properties"])
