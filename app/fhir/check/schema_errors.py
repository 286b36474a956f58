"""Turns the errors of a JSON Schema into faults that name the element and the fix, without any value that was sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from app.errors import Fault
from app.fhir.check.messages import fault
from app.fhir.primitives import PRIMITIVES
from app.fhir.schema_names import printable_name

MOST_CODES: Final = 24
"""Codes that a fault lists at most."""

_TYPES: Final = {
    "object": ("an object", "ett objekt"),
    "array": ("a list", "en lista"),
    "string": ("a text", "en text"),
}


def error_faults(error: Any, root: str, schema: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the faults of an error of `schema` in a resource that stands at the FHIRPath `root`.

    The error's own message and value are never used: they repeat what was sent.
    """
    path = root + "".join(
        f"[{step}]" if isinstance(step, int) else f".{printable_name(step)}" for step in error.instance_path
    )
    definition = _definition(error.schema_path)
    if definition.startswith("invariant:"):
        yield fault(definition.removeprefix("invariant:"), path)
        return
    faults = FAULTS_BY_ERROR.get(type(error.kind).__name__)
    if faults is None:
        yield fault("other", path)
    else:
        yield from faults(error, path, schema)


def _definition(schema_path: Sequence[str | int]) -> str:
    """Return the name of the definition that an error is in, without the mark of a list's member that may be null."""
    return str(schema_path[1]).removesuffix("?")


def _unknown(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
    for name in error.kind.unexpected:
        yield fault("unknown", f"{path}.{printable_name(name)}")


def _missing(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
    yield fault("required", f"{path}.{error.kind.property}")


def _missing_primitive(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
    """A primitive may be present as its value or as its `_` sibling; the first of the two is its name."""
    yield fault("required", f"{path}.{error.kind.context[0][0].kind.property}")


def _choice(error: Any, path: str, schema: Mapping[str, Any]) -> Iterator[Fault]:
    """A choice of elements: the schema lists their names, each with its `_` sibling."""
    options: Any = schema
    for step in error.schema_path:
        options = options[step]
    names = [option["anyOf"][0]["required"][0] for option in options if "anyOf" in option]
    name = "choice-twice" if type(error.kind).__name__ == "OneOfMultipleValid" else "choice-missing"
    yield fault(name, path, _joined(names, "and"), _joined(names, "och"))


def _wrong_form(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
    definition = _definition(error.schema_path)
    if definition in PRIMITIVES:
        yield fault("form", path, PRIMITIVES[definition].english, PRIMITIVES[definition].swedish)
    elif definition.startswith("Reference:"):
        yield _wrong_target(definition, path)
    elif definition.startswith("code:"):
        yield fault("form", path, "a code of its code system", "en kod ur sitt kodsystem")
    else:
        yield fault("other", path)


def _type(error: Any, path: str, schema: Mapping[str, Any]) -> Iterator[Fault]:
    definition = _definition(error.schema_path)
    if definition in PRIMITIVES and len(error.schema_path) == 3:  # the definition's own type
        yield from _wrong_form(error, path, schema)
    else:
        (json_type,) = set(error.kind.types) - {"null"}
        yield fault("type", path, *_TYPES[json_type])


def _listed_code(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
    definition = _definition(error.schema_path)
    if definition.startswith("Reference:"):
        yield _wrong_target(definition, path)
        return
    codes = [code for code in error.kind.options if code is not None]
    rest = ["…"] if len(codes) > MOST_CODES else []
    yield fault("code", path, ", ".join([*codes[:MOST_CODES], *rest]))


def _wrong_target(definition: str, path: str) -> Fault:
    types = definition.removeprefix("Reference:").split(",")
    return fault("target", path, _joined(types, "or"), _joined(types, "eller"))


def _joined(names: Sequence[str], word: str) -> str:
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _fixed(name: str) -> Callable[[Any, str, Mapping[str, Any]], Iterator[Fault]]:
    def faults(_: Any, path: str, __: Mapping[str, Any]) -> Iterator[Fault]:
        yield fault(name, path)

    return faults


def _with_limit(name: str, attribute: str) -> Callable[[Any, str, Mapping[str, Any]], Iterator[Fault]]:
    def faults(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
        yield fault(name, path, str(getattr(error.kind, attribute)))

    return faults


FAULTS_BY_ERROR: Final[Mapping[str, Callable[[Any, str, Mapping[str, Any]], Iterator[Fault]]]] = {
    "AdditionalProperties": _unknown,
    "AnyOf": _missing_primitive,
    "Constant": _with_limit("constant", "expected_value"),
    "Enum": _listed_code,
    "MaxItems": _with_limit("too-many", "limit"),
    "MaxLength": _fixed("too-long"),
    "Maximum": _wrong_form,
    "MinItems": _fixed("empty"),
    "MinProperties": _fixed("empty"),
    "Minimum": _wrong_form,
    "OneOfMultipleValid": _choice,
    "OneOfNotValid": _choice,
    "Pattern": _wrong_form,
    "Required": _missing,
    "Type": _type,
}
"""The kind of error by jsonschema-rs -> the function that yields its faults."""
