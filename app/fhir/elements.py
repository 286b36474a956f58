"""Reads and builds the elements that resources share: codings, concepts, extensions, references.

https://hl7.org/fhir/R4/datatypes.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.fhir import codes, identifiers

Json = dict[str, Any]


Resource = Mapping[str, Any]


_STEP: Final = re.compile(r"[^.\[\]]+")


EMPTY: Final[tuple[Any, ...]] = (None, [], {})


class Path:
    """An element below a resource, such as `target[0].measure`."""

    def __init__(self, written: str) -> None:
        self.steps = tuple(int(step) if step.isdigit() else step for step in _STEP.findall(written))
        self.element = re.sub(r"\[\d+\]", "", written)

    def get(self, node: Any) -> Any:
        """What is there, or None."""
        for step in self.steps:
            if isinstance(step, int):
                node = node[step] if isinstance(node, Sequence) and len(node) > step else None
            else:
                node = node.get(step) if isinstance(node, Mapping) else None
        return node

    def put(self, node: Any, value: Any) -> None:
        """Set it, with all that it stands in."""
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
    """An object of the elements that there are: None and empty lists and objects are left out."""
    return {name: value for name, value in elements.items() if value not in EMPTY}


def coding(system: str, code: str, display: str | None = None) -> Json:
    """A Coding."""
    return present(system=system, code=code, display=display)


def concept(*codings: Json, text: str | None = None) -> Json:
    """A CodeableConcept."""
    return present(coding=list(codings), text=text)


def codes_in(concepts: Any, system: str) -> list[str]:
    """The codes of one system in a CodeableConcept, or among several, in order."""
    found = [concepts] if isinstance(concepts, Mapping) else concepts or ()
    codings = [each for one in found for each in one.get("coding", ())]
    return [each["code"] for each in codings if each.get("system") == system and "code" in each]


def code_in(concepts: Any, system: str) -> str | None:
    """The first code of one system in a CodeableConcept, or among several."""
    return next(iter(codes_in(concepts, system)), None)


def text_of(concepts: Any) -> str | None:
    """The words of a CodeableConcept, or of the first of several: its text, else a display."""
    first = concepts if isinstance(concepts, Mapping) else next(iter(concepts or ()), {})
    displays = (each["display"] for each in first.get("coding", ()) if "display" in each)
    return first.get("text") or next(displays, None)


def extension(holder: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    """The first extension with a URL, or nothing."""
    return next((one for one in holder.get("extension", ()) if one.get("url") == url), {})


def extend(holder: Json, url: str, **content: Any) -> None:
    """Add an extension."""
    holder.setdefault("extension", []).append({"url": url, **content})


_TYPE: Final = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/[^/]+(?:/_history/[^/]+)?$")


def hsa_of(who: Mapping[str, Any] | None) -> str | None:
    """The HSA-id in a logical Reference, in any of the spellings of its system."""
    identifier = (who or {}).get("identifier", {})
    if identifiers.normalise_system(identifier.get("system", "")) != codes.HSA_ID:
        return None
    value: str | None = identifier.get("value")
    return value


def type_of(who: Mapping[str, Any]) -> str:
    """The type that a Reference says or shows, or nothing."""
    shown = _TYPE.search(who.get("reference", ""))
    said: str = who.get("type") or (shown[1] if shown else "")
    return said
