"""Checks the extensions whose definitions are known here: their content, their number and their context.

An unknown extension is accepted. An unknown modifierExtension is refused: it may change the meaning of the rest.
https://hl7.org/fhir/R4/extensibility.html
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from app.errors import Fault
from app.fhir.check.invariants import Node, Place, ResourceObject, fhirpath
from app.fhir.check.profile_messages import profile_fault
from app.fhir.check.profile_rules import violations
from app.fhir.check.profiles import Profile

MODIFIER: Final = "modifierExtension"


class ExtensionContext(NamedTuple):
    """The resource that extensions are in: its type, the definitions of its schema, and the extensions known here."""

    resource_type: str
    definitions: Mapping[str, Any]
    known: Mapping[str, Profile]


def extension_faults(nodes: Iterable[ResourceObject], context: ExtensionContext) -> Iterator[Fault]:
    """Yield the faults of the extensions of a resource that its schema has passed; `nodes` are its objects."""
    for node, place, _ in nodes:
        for name in ("extension", MODIFIER):
            if name in node:
                yield from _element_faults(node[name], place, name, context)


def _element_faults(extensions: Iterable[Node], place: Place, name: str, context: ExtensionContext) -> Iterator[Fault]:
    """Check the extensions that an element has under this name."""
    counts: Counter[str] = Counter()
    is_part = not isinstance(place, str) and place[1] in {"extension", MODIFIER}
    for number, value in enumerate(extensions):
        if "|" in value["url"] or not (is_part or ":" in value["url"]):
            yield profile_fault("extension-url", f"{fhirpath(place)}.{name}[{number}].url")
        extension = context.known.get(value["url"])
        if extension is not None:
            counts[extension.url] += 1
            expression = f"{fhirpath(place)}.{name}[{number}]"
            yield from _use_faults(extension, expression, counts[extension.url], is_modifier=name == MODIFIER)
            if extension.contexts.isdisjoint(context_names(place, context)):
                yield profile_fault(
                    "extension-place", expression, extension.id, [", ".join(sorted(extension.contexts))]
                )
            yield from extension.faults(value, expression)
            yield from violations(extension.rules, value, expression, extension.id)
        elif name == MODIFIER:
            yield profile_fault("modifier-unknown", f"{fhirpath(place)}.{name}[{number}]")


def _use_faults(extension: Profile, expression: str, count: int, *, is_modifier: bool) -> Iterator[Fault]:
    """Yield the faults of an extension that stands too often, or under the wrong name."""
    if extension.most != "*" and count > int(extension.most):
        yield profile_fault("extension-many", expression, extension.id, [extension.most])
    if extension.is_modifier and not is_modifier:
        yield profile_fault("modifier-as-extension", expression, extension.id)
    if is_modifier and not extension.is_modifier:
        yield profile_fault("extension-as-modifier", expression, extension.id)


def context_names(place: Place, context: ExtensionContext) -> frozenset[str]:
    """The contexts in which a definition may place its extension at this element: its path, its type, and `Element`."""
    steps = _steps(place)
    if not steps:
        return frozenset({context.resource_type, "Resource", "DomainResource", "Element"})
    definition = context.resource_type
    for step in steps:
        schema = context.definitions[definition]["properties"][step.lstrip("_")]
        schema = schema.get("items", schema)
        # An element with an inline schema, as in a Reference, is a string.
        definition = schema.get("allOf", [schema])[0].get("$ref", "/string").rpartition("/")[2].removesuffix("?")
    path = ".".join((context.resource_type, *(step.lstrip("_") for step in steps)))
    return frozenset({path, definition, definition.partition(":")[0], "Element"})


def _steps(place: Place) -> list[str]:
    if isinstance(place, str):
        return []
    parent, name, _ = place
    return [*_steps(parent), name]
