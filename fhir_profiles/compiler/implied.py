"""Finds the codes by which a resource implies one of our profiles, whether or not it declares the profile.

A profile on a base type is implied by the codes of our own systems that it requires. A derived profile is implied by
the codes that imply its parent and those that it adds; if it adds no code, nothing implies it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.fhir.codes import CANONICAL
from fhir_profiles.compiler.snapshots import ElementNode, Library, element_tree

Token = tuple[str, str, str]
"""An element of the resource, and the system and code in it; for a canonical, the URL and an empty code."""


def implying_codes(definition: Mapping[str, Any], library: Library) -> list[Token]:
    """The codes that a resource must have for the profile to be implied; empty if no code implies it."""
    codes = set(_required_codes(element_tree(definition)))
    parent = next(iter(library.ancestors(definition)), None)
    if parent is None:
        return sorted(_ours(codes))
    above = set(implying_codes(parent, library))
    added = codes - set(_required_codes(element_tree(parent)))
    own = _ours(added) or {token for token in added if token[2]}
    return sorted(above | own) if own else []


def _ours(tokens: set[Token]) -> set[Token]:
    return {token for token in tokens if token[1].startswith(CANONICAL)}


def _required_codes(root: ElementNode) -> Iterator[Token]:
    """Yield the codes that a resource must have in its top-level elements."""
    for name, child in root.children.items():
        for part in (child, *child.slices.values()):
            if part.element["min"]:
                yield from ((name, system, code) for system, code in _codes(part))


def _codes(node: ElementNode) -> Iterator[tuple[str, str]]:
    if node.given is not None:
        yield from _coded(node.given.value)
    for part in (
        (node.children["coding"], *node.children["coding"].slices.values()) if "coding" in node.children else ()
    ):
        if part.given is not None and part.element["min"]:
            yield from _coded(part.given.value)


def _coded(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value.startswith(CANONICAL):
        yield value, ""
    elif isinstance(value, dict) and "system" in value and "code" in value:
        yield value["system"], value["code"]
    elif isinstance(value, dict | list):
        for coding in value.get("coding", ()) if isinstance(value, dict) else value:
            yield from _coded(coding)
