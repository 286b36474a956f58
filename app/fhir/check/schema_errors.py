"""What a JSON Schema finds, as faults that name the element and the fix, without any value that came in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from app.errors import Fault
from app.fhir.check.messages import fault
from app.fhir.primitives import PRIMITIVES
from app.fhir.schema_names import printable_name

MOST_CODES: Final = 24
"""As many codes are listed in a fault."""

_TYPES: Final = {
    "object": ("an object", "ett objekt"),
    "array": ("a list", "en lista"),
    "string": ("a text", "en text"),
}


def error_faults(error: Any, root: str, schema: Mapping[str, Any]) -> Iterator[Fault]:
    """Say one error of `schema` in a resource that stands at the FHIRPath `root`.

    The error's own message and value are never used: they repeat what was sent.
    """
    path = root + "".join(
        f"[{step}]" if isinstance(step, int) else f".{printable_name(step)}" for step in error.instance_path
    )
    definition = _definition(error.schema_path)
    if definition.startswith("invariant:"):
        yield fault(definition.removeprefix("invariant:"), path)
        return
    say = FAULTS_BY_ERROR.get(type(error.kind).__name__)
    if say is None:
        yield fault("other", path)
    else:
        yield from say(error, path, schema)


def _definition(schema_path: Sequence[str | int]) -> str:
    """Return the name of the definition that an error is in; a list's place that may be null is as any other."""
    return str(schema_path[1]).removesuffix("?")


def _unknown(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
    for name in error.kind.unexpected:
        yield fault("unknown", f"{path}.{printable_name(name)}")


def _missing(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
    yield fault("required", f"{path}.{error.kind.property}")


def _missing_primitive(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
    """A primitive may be there as its value or as its sibling: the first says its name."""
    yield fault("required", f"{path}.{error.kind.context[0][0].kind.property}")


def _choice(error: Any, path: str, schema: Mapping[str, Any]) -> Iterator[Fault]:
    """One of several: the schema lists their names, each as itself or its sibling."""
    place: Any = schema
    for step in error.schema_path:
        place = place[step]
    names = [option["anyOf"][0]["required"][0] for option in place if "anyOf" in option]
    name = "choice-twice" if type(error.kind).__name__ == "OneOfMultipleValid" else "choice-missing"
    yield fault(name, path, _listed(names, "and"), _listed(names, "och"))


def _form(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
    definition = _definition(error.schema_path)
    if definition in PRIMITIVES:
        yield fault("form", path, PRIMITIVES[definition].english, PRIMITIVES[definition].swedish)
    elif definition.startswith("Reference:"):
        yield _target(definition, path)
    elif definition.startswith("code:"):
        yield fault("form", path, "a code of its code system", "en kod ur sitt kodsystem")
    else:
        yield fault("other", path)


def _type(error: Any, path: str, schema: Mapping[str, Any]) -> Iterator[Fault]:
    definition = _definition(error.schema_path)
    if definition in PRIMITIVES and len(error.schema_path) == 3:  # the definition's own type
        yield from _form(error, path, schema)
    else:
        (kind,) = set(error.kind.types) - {"null"}
        yield fault("type", path, *_TYPES[kind])


def _listed_code(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
    definition = _definition(error.schema_path)
    if definition.startswith("Reference:"):
        yield _target(definition, path)
        return
    codes = [code for code in error.kind.options if code is not None]
    rest = ["…"] if len(codes) > MOST_CODES else []
    yield fault("code", path, ", ".join([*codes[:MOST_CODES], *rest]))


def _target(definition: str, path: str) -> Fault:
    types = definition.removeprefix("Reference:").split(",")
    return fault("target", path, _listed(types, "or"), _listed(types, "eller"))


def _listed(names: Sequence[str], word: str) -> str:
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _simple(name: str) -> Callable[[Any, str, Mapping[str, Any]], Iterator[Fault]]:
    def say(_: Any, path: str, __: Mapping[str, Any]) -> Iterator[Fault]:
        yield fault(name, path)

    return say


def _with_limit(name: str, attribute: str) -> Callable[[Any, str, Mapping[str, Any]], Iterator[Fault]]:
    def say(error: Any, path: str, _: Mapping[str, Any]) -> Iterator[Fault]:
        yield fault(name, path, str(getattr(error.kind, attribute)))

    return say


FAULTS_BY_ERROR: Final[Mapping[str, Callable[[Any, str, Mapping[str, Any]], Iterator[Fault]]]] = {
    "AdditionalProperties": _unknown,
    "AnyOf": _missing_primitive,
    "Constant": _with_limit("constant", "expected_value"),
    "Enum": _listed_code,
    "MaxItems": _with_limit("too-many", "limit"),
    "MaxLength": _simple("too-long"),
    "Maximum": _form,
    "MinItems": _simple("empty"),
    "MinProperties": _simple("empty"),
    "Minimum": _form,
    "OneOfMultipleValid": _choice,
    "OneOfNotValid": _choice,
    "Pattern": _form,
    "Required": _missing,
    "Type": _type,
}
"""What jsonschema-rs calls an error -> how it is said."""
