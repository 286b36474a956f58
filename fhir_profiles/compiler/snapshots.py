"""StructureDefinitions as trees, and the value sets they are bound to, read from directories of published files.

An element's id tells its place, `CarePlan.category:sip.coding`: below `category` the slice `sip`, and what that holds.
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
"""What the canonicals of definitions start with that are named for their type."""


class Unsupported(ValueError):
    """A definition says what the compiler does not know how to check: nothing is passed over in silence."""


@dataclass(frozen=True, slots=True)
class Node:
    """An element with what it holds, and the slices of it that have rules of their own."""

    element: Element
    children: dict[str, "Node"] = field(default_factory=dict)
    slices: dict[str, "Node"] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where the element stands in its type, as a person writes it."""
        return str(self.element["path"])

    @property
    def given(self) -> "Given | None":
        """The fixed or pattern value."""
        for name, value in self.element.items():
            if name.startswith(("fixed", "pattern")):
                return Given(value, exact=name.startswith("fixed"))
        return None

    @property
    def is_list(self) -> bool:
        """Whether JSON has a list here, however few the profile allows."""
        return bool(self.element["base"]["max"] not in {"0", "1"})


@dataclass(frozen=True, slots=True)
class Given:
    """A value that an element must be (`exact`), or hold at least."""

    value: Any
    exact: bool


def tree(definition: Mapping[str, Any]) -> Node:
    """The elements of a snapshot, each below the one that holds it."""
    first, *rest = definition["snapshot"]["element"]
    root = Node(first)
    for element in rest:
        node = root
        *above, last = element["id"].split(".")[1:]
        for step in above:
            node = _step(node, step)
        name, _, slice_name = last.partition(":")
        if "/" in slice_name:
            raise Unsupported(f"{element['id']}: a slice of a slice")
        if slice_name:
            node.children[name].slices[slice_name] = Node(element)
        else:
            node.children[name] = Node(element)
    return root


def _step(node: Node, step: str) -> Node:
    name, _, slice_name = step.partition(":")
    child = node.children[name]
    return child.slices[slice_name] if slice_name else child


class Library:
    """Published definitions by their canonical, looked for in directories by the name that HL7 gives such files."""

    def __init__(self, *directories: Path) -> None:
        self._directories = directories

    def definition(self, canonical: str) -> dict[str, Any] | None:
        """The StructureDefinition of this canonical, or None."""
        return self._found("StructureDefinition", canonical)

    def type_of(self, canonical: str) -> str:
        """The type that a profile is on."""
        found = self.definition(canonical)
        if found is not None:
            return str(found["type"])
        for start in NAMED_FOR_TYPE:
            if canonical.startswith(start):
                return canonical.removeprefix(start)
        raise Unsupported(f"{canonical}: no such definition")

    def ancestors(self, definition: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The profiles that one derives from, nearest first."""
        base = self.definition(definition["baseDefinition"])
        if base is not None and base.get("derivation") == "constraint":
            yield base
            yield from self.ancestors(base)

    def codes(self, value_set: str) -> dict[str, list[str]]:
        """The codes of a value set, by their systems."""
        canonical = value_set.partition("|")[0]
        found = self._found("ValueSet", canonical)
        if found is None or "exclude" in found["compose"]:
            raise Unsupported(f"{canonical}: a value set that cannot be listed")
        codes: dict[str, list[str]] = {}
        for include in found["compose"]["include"]:
            for system, listed in self._included(include).items():
                codes.setdefault(system, []).extend(listed)
        return codes

    def _included(self, include: Mapping[str, Any]) -> dict[str, Sequence[str]]:
        if "filter" in include or ("system" in include and "valueSet" in include):
            raise Unsupported(f"{include.get('system')}: a value set by filter")
        if "valueSet" in include:
            return {
                system: codes for each in include["valueSet"] for system, codes in self.codes(each).items()
            }  # fmt: skip
        if "concept" in include:
            return {include["system"]: [each["code"] for each in include["concept"]]}
        found = self._found("CodeSystem", include["system"])
        if found is None or found["content"] != "complete":
            raise Unsupported(f"{include['system']}: a code system that is not at hand")
        return {include["system"]: list(all_codes(found["concept"]))}

    def _found(self, kind: str, canonical: str) -> dict[str, Any] | None:
        name = f"{kind}-{canonical.rpartition('/')[2]}.json"
        for directory in self._directories:
            if (directory / name).exists():
                found: dict[str, Any] = json.loads((directory / name).read_text("utf-8"))
                if found["url"] == canonical:
                    return found
        return None


def all_codes(concepts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The codes of a code system, those below others too."""
    for concept in concepts:
        yield concept["code"]
        yield from all_codes(concept.get("concept", ()))
