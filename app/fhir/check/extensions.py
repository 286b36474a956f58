"""Extensions that are known here, wherever they stand: what they hold, how often, and whether they belong there.

One that is not known is let be; but one that may change what the rest means (modifierExtension) is refused.
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

    kind: str
    bases: Mapping[str, Any]
    known: Mapping[str, Profile]


def extension_faults(nodes: Iterable[ResourceObject], within: ExtensionContext) -> Iterator[Fault]:
    """Yield what is wrong with the extensions of a resource that its schema has passed; `nodes` are its objects."""
    for node, place, _ in nodes:
        for name in ("extension", MODIFIER):
            if name in node:
                yield from _listed(node[name], place, name, within)


def _listed(extensions: Iterable[Node], place: Place, name: str, within: ExtensionContext) -> Iterator[Fault]:
    """Look at the extensions that one element has under this name."""
    often: Counter[str] = Counter()
    is_part = not isinstance(place, str) and place[1] in {"extension", MODIFIER}
    for number, each in enumerate(extensions):
        if "|" in each["url"] or not (is_part or ":" in each["url"]):
            yield profile_fault("extension-url", f"{fhirpath(place)}.{name}[{number}].url")
        extension = within.known.get(each["url"])
        if extension is not None:
            often[extension.url] += 1
            where = f"{fhirpath(place)}.{name}[{number}]"
            yield from _here(extension, where, often[extension.url], is_modifier=name == MODIFIER)
            if extension.contexts.isdisjoint(context_names(place, within)):
                yield profile_fault("extension-place", where, extension.id, [", ".join(sorted(extension.contexts))])
            yield from extension.lacks(each, where)
            yield from violations(extension.rules, each, where, extension.id)
        elif name == MODIFIER:
            yield profile_fault("modifier-unknown", f"{fhirpath(place)}.{name}[{number}]")


def _here(extension: Profile, where: str, often: int, *, is_modifier: bool) -> Iterator[Fault]:
    """Whether an extension may be there once more, and under this name."""
    if extension.most != "*" and often > int(extension.most):
        yield profile_fault("extension-many", where, extension.id, [extension.most])
    if extension.is_modifier and not is_modifier:
        yield profile_fault("modifier-as-extension", where, extension.id)
    if is_modifier and not extension.is_modifier:
        yield profile_fault("extension-as-modifier", where, extension.id)


def context_names(place: Place, within: ExtensionContext) -> frozenset[str]:
    """What a definition may call the element that stands at a place: by its path, by its type, or by what all are."""
    steps = _steps(place)
    if not steps:
        return frozenset({within.kind, "Resource", "DomainResource", "Element"})
    of = within.kind
    for step in steps:
        held = within.bases[of]["properties"][step.lstrip("_")]
        held = held.get("items", held)
        # What a schema of its own replaces, as in a Reference, is a text.
        of = held.get("allOf", [held])[0].get("$ref", "/string").rpartition("/")[2].removesuffix("?")
    path = ".".join((within.kind, *(step.lstrip("_") for step in steps)))
    return frozenset({path, of, of.partition(":")[0], "Element"})


def _steps(place: Place) -> list[str]:
    if isinstance(place, str):
        return []
    before, name, _ = place
    return [*_steps(before), name]
