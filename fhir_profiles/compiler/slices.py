"""Compiles the discriminators of a list: for each slice, the JSON Schema that its items match.

https://hl7.org/fhir/R4/profiling.html#discriminator
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from fhir_profiles.compiler.schema_parts import (
    Schema,
    all_of,
    any_of,
    binding_schema,
    choice_name,
    typed_reference_schema,
    value_schema,
    value_schema_at,
)
from fhir_profiles.compiler.snapshots import ElementNode, Library, Unsupported

_STEP: Final = re.compile(r"extension\('([^']+)'\)|([^.()]+(?:\(\))?)")
_BY_URL: Final = [{"type": "value", "path": "url"}]


class Discriminator(NamedTuple):
    """The type of a discriminator (value, exists, type, profile), and the library of the targets' definitions."""

    type: str
    library: Library


def slice_schema(sliced: ElementNode, part: ElementNode, library: Library) -> Schema:
    """The schema that an item of a list matches if it belongs to the slice `part`."""
    rules = sliced.element.get("slicing", {})
    discriminators = rules.get("discriminator") or (_BY_URL if extension_url(part) else [])
    if not discriminators:
        raise Unsupported(f"{part.element['id']}: a slice without a discriminator")
    return all_of(
        [
            _matches(part, discriminator_steps(rule["path"]), Discriminator(rule["type"], library))
            for rule in discriminators
        ]
    )


def discriminator_steps(path: str) -> list[str]:
    """The steps of a discriminator's path; for `extension(url)` the URL."""
    return [url or name for url, name in _STEP.findall(path) if name != "$this"]


def extension_url(part: ElementNode) -> str | None:
    """The URL of the extension that a slice is for."""
    given = part.children["url"].given if "url" in part.children else None
    type_: Mapping[str, Any] = next(iter(part.element.get("type", ())), {})
    profiles = type_.get("profile", ()) if type_.get("code") == "Extension" else ()
    return str(given.value) if given else next(iter(profiles), None)


def without_discriminator(sliced: ElementNode, part: ElementNode) -> ElementNode:
    """A slice without the children whose value the discriminator already determines."""
    paths = {discriminator["path"] for discriminator in sliced.element.get("slicing", {}).get("discriminator", ())}
    determined = {
        name for name, child in part.children.items() if name in paths and child.given is not None and not child.is_list
    }
    return ElementNode(
        part.element, {name: child for name, child in part.children.items() if name not in determined}, part.slices
    )


def _matches(node: ElementNode, path: Sequence[str], by: Discriminator) -> Schema:
    if not path:
        return _itself(node, by)
    first, *rest = path
    inside = _of_its_own(node, first, rest, by)
    if inside is not None:
        return inside
    child = node.children.get(first) or node.children.get(f"{first}[x]")
    if child is None:
        raise Unsupported(f"{node.element['id']}: no element {first} for the discriminator")
    names = (
        [first] if first in node.children else [choice_name(f"{first}[x]", type_["code"]) for type_ in _types(child)]
    )
    if not rest and by.type == "exists":
        present = any_of([{"required": [name]} for name in names])
        return present if child.element["min"] else {"not": present}
    if not rest and by.type == "type" and first not in node.children:
        return any_of([{"required": [name]} for name in names])
    inner = _matches(child, rest, by)
    value = {"contains": inner} if child.is_list else inner
    return any_of([{"required": [name], "properties": {name: value}} for name in names])


def _of_its_own(node: ElementNode, first: str, rest: Sequence[str], by: Discriminator) -> Schema | None:
    """The schema by a fixed value, an extension's URL or a reference's target; None if the children determine it."""
    if first == "resolve()" and not rest:
        return typed_reference_schema(_target_types(node, by.library))
    if ":" in first:
        return _of_extension(node, first, rest, by)
    given = node.given
    if given is not None and (schema := value_schema_at(given.value, [first, *rest])):
        return schema
    return _by_url(extension_url(node)) if first == "url" and extension_url(node) else None


def _of_extension(node: ElementNode, url: str, rest: Sequence[str], by: Discriminator) -> Schema:
    for part in node.children["extension"].slices.values():
        if extension_url(part) == url:
            item = all_of([_by_url(url), *([_matches(part, rest, by)] if rest else [])])
            return {"required": ["extension"], "properties": {"extension": {"contains": item}}}
    raise Unsupported(f"{node.element['id']}: no such extension for the discriminator")


def _by_url(url: str | None) -> Schema:
    return {"required": ["url"], "properties": {"url": {"const": url}}}


def _itself(node: ElementNode, by: Discriminator) -> Schema:
    """The schema of the value itself, if the path ends here."""
    if by.type in {"type", "profile"}:
        types = [name for type_ in _types(node) for name in _resource_types(type_, by.library)]
        return {"required": ["resourceType"], "properties": {"resourceType": {"enum": types}}}
    if node.given is not None:
        return value_schema(node.given)
    binding = node.element.get("binding", {})
    if binding.get("strength") == "required":
        return binding_schema(_types(node)[0]["code"], by.library.codes(binding["valueSet"]))
    raise Unsupported(f"{node.element['id']}: no value for the discriminator")


def _resource_types(type_: Mapping[str, Any], library: Library) -> list[str]:
    return [library.type_of(profile) for profile in type_.get("profile", ())] or [str(type_["code"])]


def _target_types(node: ElementNode, library: Library) -> list[str]:
    return [library.type_of(url) for type_ in _types(node) for url in type_.get("targetProfile", ())]


def _types(node: ElementNode) -> list[dict[str, Any]]:
    return list(node.element["type"])
