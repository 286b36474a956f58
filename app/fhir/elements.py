"""Reads and builds the elements that resources share: codings, concepts, extensions, references, HSA-ids.

Every other module reads them by these functions.

https://hl7.org/fhir/R4/datatypes.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.fhir import codes, identifiers

Json = dict[str, Any]


Resource = Mapping[str, Any]


_STEP: Final = re.compile(r"[^.\[\]]+")


_LITERAL_TYPE: Final = re.compile(r"(?:^|/)([A-Z][A-Za-z]*)/[^/]+(?:/_history/[^/]+)?$")
_MENTIONED_TYPE: Final = re.compile(r"(?<![A-Za-z0-9])([A-Z][A-Za-z]*)(?=[/?])")

EMPTY: Final[tuple[Any, ...]] = (None, [], {})


class ElementPath:
    """A path to an element below a resource, such as `target[0].measure`, to read and to set it."""

    def __init__(self, written: str) -> None:
        self.steps = tuple(int(step) if step.isdigit() else step for step in _STEP.findall(written))
        self.element = re.sub(r"\[\d+\]", "", written)

    def get(self, node: Any) -> Any:
        """The value at the path, or None."""
        for step in self.steps:
            if isinstance(step, int):
                node = node[step] if isinstance(node, Sequence) and len(node) > step else None
            else:
                node = node.get(step) if isinstance(node, Mapping) else None
        return node

    def put(self, node: Any, value: Any) -> None:
        """Set the value at the path, and create the objects and lists on the way."""
        for step, following in zip(self.steps, self.steps[1:], strict=False):
            empty: Any = [] if isinstance(following, int) else {}
            if isinstance(step, int):
                if not node:
                    node.append(empty)
                node = node[step]
            else:
                node = node.setdefault(step, empty)
        if isinstance(last := self.steps[-1], int):
            node.append(value)
        else:
            node[last] = value


def values_at(node: Any, path: str) -> Iterator[Any]:
    """Yield the values at a path of names such as `participant.actor`, in every list on the way."""
    if isinstance(node, list):
        for member in node:
            yield from values_at(member, path)
    elif not path:
        yield node
    elif isinstance(node, Mapping):
        name, _, rest = path.partition(".")
        if name in node:
            yield from values_at(node[name], rest)


def address(resource: Resource) -> str:
    """The relative reference of a resource, `Type/id`."""
    return f"{resource['resourceType']}/{resource['id']}"


def present(**elements: Any) -> Json:
    """An object without the elements that are None, an empty list or an empty object."""
    return {name: value for name, value in elements.items() if value not in EMPTY}


def coding(system: str, code: str, display: str | None = None) -> Json:
    """A Coding."""
    return present(system=system, code=code, display=display)


def concept(*codings: Json, text: str | None = None) -> Json:
    """A CodeableConcept."""
    return present(coding=list(codings), text=text)


def codings_of(concepts: Any) -> Sequence[Resource]:
    """The codings of a CodeableConcept, of several, or of None, in order."""
    if not concepts:
        return ()
    if isinstance(concepts, list | tuple):
        return [coding for codeable in concepts for coding in codeable.get("coding", ())]
    codings: Sequence[Resource] = concepts.get("coding", ())
    return codings


def codes_in(concepts: Any, system: str) -> list[str]:
    """The codes of one system in a CodeableConcept, or among several, in order."""
    return [coding["code"] for coding in codings_of(concepts) if coding.get("system") == system and "code" in coding]


def code_in(concepts: Any, system: str) -> str | None:
    """The first code of one system in a CodeableConcept, or among several."""
    for coding in codings_of(concepts):
        if coding.get("system") == system and "code" in coding:
            code: str = coding["code"]
            return code
    return None


def code_by_system(concepts: Any) -> dict[str, str]:
    """The first code of each system in a CodeableConcept, or among several."""
    return {
        coding["system"]: coding["code"]
        for coding in reversed(codings_of(concepts))
        if "system" in coding and "code" in coding
    }


def first_code(concepts: Any) -> str | None:
    """The first code in a CodeableConcept, or among several, of whatever system."""
    return next((coding["code"] for coding in codings_of(concepts) if "code" in coding), None)


def text_of(concepts: Any) -> str | None:
    """The text of a CodeableConcept, or of the first of several: its `text`, else its first display."""
    first = (concepts[0] if isinstance(concepts, list | tuple) else concepts) if concepts else {}
    displays = (coding["display"] for coding in codings_of(first) if "display" in coding)
    return first.get("text") or next(displays, None)


def extensions(holder: Resource, url: str) -> Iterator[Resource]:
    """Yield the extensions of an element that have this URL."""
    return (extension for extension in holder.get("extension", ()) if extension.get("url") == url)


def extension(holder: Resource, url: str) -> Resource:
    """The first extension of an element with this URL, or an empty object."""
    return next(extensions(holder, url), {})


def extend(holder: Json, url: str, **content: Any) -> None:
    """Add an extension."""
    holder.setdefault("extension", []).append({"url": url, **content})


def hsa_of(who: Resource | None) -> str | None:
    """The HSA-id in a Reference's identifier in capitals, in any of the spellings of its system; None without one.

    A personal number is no HSA-id, whatever its system says.
    """
    identifier = (who or {}).get("identifier", {})
    if identifiers.normalise_system(str(identifier.get("system"))) != codes.HSA_ID:
        return None
    value = str(identifier.get("value", "")).strip().upper()
    return value if value and not identifiers.holds_personal_number(value) else None


def type_and_id(address: str) -> tuple[str, str]:
    """The two parts of `Type/id`."""
    resource_type, _, resource_id = address.partition("/")
    return resource_type, resource_id


def type_of_literal(literal: str) -> str:
    """The type in a literal reference, relative or absolute, with or without a version; empty if it shows none."""
    match = _LITERAL_TYPE.search(literal)
    return match[1] if match else ""


def type_of(who: Resource) -> str:
    """The type that a Reference states in `type`, else the one that its literal reference shows, else empty."""
    return who.get("type") or type_of_literal(str(who.get("reference", "")))


def mentions_type(who: Resource, *types: str) -> bool:
    """Whether a Reference names one of some types in `type` or anywhere in its literal reference, also as a search.

    Guards use it, because a reference that could be to a Patient must be treated as one.
    """
    literal = str(who.get("reference", ""))
    return who.get("type") in types or any(match[1] in types for match in _MENTIONED_TYPE.finditer(literal))
