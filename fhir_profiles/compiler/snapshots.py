"""Reads StructureDefinitions as trees, and the value sets of their bindings, from directories of published files.

An element's id is its place in the tree: `CarePlan.category:sip.coding` is `coding` in the slice `sip` of `category`.
https://hl7.org/fhir/R4/elementdefinition.html#id
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.fhir.canonicals import STRUCTURE_DEFINITION

Element = Mapping[str, Any]

NAMED_FOR_TYPE: Final = (STRUCTURE_DEFINITION, "http://hl7.se/fhir/ig/base/StructureDefinition/SEBase")
"""The prefixes of canonical URLs that end with the type of the definition."""


class Unsupported(ValueError):
    """A definition has a requirement that the compiler cannot check."""


@dataclass(frozen=True, slots=True)
class ElementNode:
    """An element with its children and its slices."""

    element: Element
    children: dict[str, "ElementNode"] = field(default_factory=dict)
    slices: dict[str, "ElementNode"] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path of the element in its type."""
        return str(self.element["path"])

    @property
    def given(self) -> "GivenValue | None":
        """The fixed or pattern value."""
        for name, value in self.element.items():
            if name.startswith(("fixed", "pattern")):
                return GivenValue(value, exact=name.startswith("fixed"))
        return None

    @property
    def is_list(self) -> bool:
        """Whether JSON has a list here, however few the profile allows."""
        return bool(self.element["base"]["max"] not in {"0", "1"})


@dataclass(frozen=True, slots=True)
class GivenValue:
    """A fixed value of an element (`exact`), or a pattern value."""

    value: Any
    exact: bool


def element_tree(definition: Mapping[str, Any]) -> ElementNode:
    """The elements of a snapshot as a tree."""
    first, *rest = definition["snapshot"]["element"]
    root = ElementNode(first)
    for element in rest:
        node = root
        *above, last = element["id"].split(".")[1:]
        for step in above:
            node = _step(node, step)
        name, _, slice_name = last.partition(":")
        if "/" in slice_name:
            raise Unsupported(f"{element['id']}: a slice of a slice")
        if slice_name:
            node.children[name].slices[slice_name] = ElementNode(element)
        else:
            node.children[name] = ElementNode(element)
    return root


def _step(node: ElementNode, step: str) -> ElementNode:
    name, _, slice_name = step.partition(":")
    child = node.children[name]
    return child.slices[slice_name] if slice_name else child


class Library:
    """Published definitions by their canonical URLs, in directories whose files are named as HL7 names them."""

    def __init__(self, *directories: Path) -> None:
        self._directories = directories

    def definition(self, canonical: str) -> dict[str, Any] | None:
        """The StructureDefinition with a canonical URL, or None."""
        return self._read("StructureDefinition", canonical)

    def type_of(self, canonical: str) -> str:
        """The type that a profile is on."""
        definition = self.definition(canonical)
        if definition is not None:
            return str(definition["type"])
        for start in NAMED_FOR_TYPE:
            if canonical.startswith(start):
                return canonical.removeprefix(start)
        raise Unsupported(f"{canonical}: no such definition")

    def ancestors(self, definition: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The profiles from which a definition derives, nearest first."""
        base = self.definition(definition["baseDefinition"])
        if base is not None and base.get("derivation") == "constraint":
            yield base
            yield from self.ancestors(base)

    def codes(self, value_set: str) -> dict[str, list[str]]:
        """The codes of a value set, by their systems."""
        canonical = value_set.partition("|")[0]
        definition = self._read("ValueSet", canonical)
        if definition is None or "exclude" in definition["compose"]:
            raise Unsupported(f"{canonical}: a value set that cannot be listed")
        codes: dict[str, list[str]] = {}
        for include in definition["compose"]["include"]:
            for system, listed in self._included(include).items():
                codes.setdefault(system, []).extend(listed)
        return codes

    def _included(self, include: Mapping[str, Any]) -> dict[str, Sequence[str]]:
        if "filter" in include or ("system" in include and "valueSet" in include):
            raise Unsupported(f"{include.get('system')}: a value set by filter")
        if "valueSet" in include:
            return {
                system: codes for canonical in include["valueSet"] for system, codes in self.codes(canonical).items()
            }
        if "concept" in include:
            return {include["system"]: [canonical["code"] for canonical in include["concept"]]}
        code_system = self._read("CodeSystem", include["system"])
        if code_system is None or code_system["content"] != "complete":
            raise Unsupported(f"{include['system']}: a code system that is not at hand")
        return {include["system"]: list(all_codes(code_system["concept"]))}

    def _read(self, resource_type: str, canonical: str) -> dict[str, Any] | None:
        name = f"{resource_type}-{canonical.rpartition('/')[2]}.json"
        for directory in self._directories:
            if (directory / name).exists():
                resource: dict[str, Any] = json.loads((directory / name).read_text("utf-8"))
                if resource["url"] == canonical:
                    return resource
        return None


def all_codes(concepts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The codes of a code system at all levels."""
    for concept in concepts:
        yield concept["code"]
        yield from all_codes(concept.get("concept", ()))
