"""Elements of a contract's resources that the contract cannot represent: list them, and carry them over to a revision.

An element is unmapped if it is in the stored resource, and not in the `mapped` one, which the contract read from it
becomes. An element that a revision does not change stays as it is stored. If a revision changes an object, its unmapped
elements stay, unless they described something else. docs/decisions/0015-what-others-say-is-carried-over.md
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.contracts.merge.list_matching import match_mapped, match_new
from app.fhir.elements import Json, Resource, address
from app.fhir.references import drop_orphans

_OF_THE_STORE: Final = frozenset({"versionId", "lastUpdated"})
"""The elements of `meta` that the store sets."""

_CHOICE: Final = re.compile(
    r"(asNeeded|author|bounds|deceased|detail|due|occurred|occurrence|quantity|source|start|value)[A-Z].*"
)
"""Choice elements: an object has at most one of their types."""

_REPLACED_WHOLE: Final = (frozenset({"reference", "type", "identifier", "display"}), frozenset({"coding", "text"}))
"""The elements of a Reference and of a CodeableConcept: if it changes, the whole object is replaced."""

_IDENTIFYING: Final = ("text", "code", "value", "url")
"""If one of these changes, the object describes something else: a note, a quantity, an identifier, a document."""

_ABSENT: Final = object()


def unmapped_elements(stored: Sequence[Resource], mapped: Sequence[Resource]) -> list[tuple[str, str]]:
    """Return the reference and the path of each element that the mapped resource of the same address does not have."""
    by_address = {address(resource): resource for resource in mapped}
    return [
        (address(resource), f"{resource['resourceType']}.{path}")
        for resource in stored
        if address(resource) in by_address
        for path in _unmapped_paths(resource, by_address[address(resource)], "")
    ]


def _unmapped_paths(stored: Any, mapped: Any, path: str) -> Iterator[str]:
    if isinstance(stored, Mapping) and isinstance(mapped, Mapping):
        yield from _unmapped_in_object(stored, mapped, path)
    elif isinstance(stored, list) and isinstance(mapped, list):
        mapped_index = {stored_at: mapped_at for mapped_at, stored_at in match_mapped(stored, mapped).items()}
        for index, item in enumerate(stored):
            item_path = f"{path}[{index}]"
            if index in mapped_index:
                yield from _unmapped_paths(item, mapped[mapped_index[index]], item_path)
            else:
                yield item_path
    elif stored != mapped:
        yield path


def _unmapped_in_object(stored: Mapping[str, Any], mapped: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, value in stored.items():
        element_path = f"{path}.{name}".removeprefix(".")
        if name in mapped:
            yield from _unmapped_paths(value, mapped[name], element_path)
        elif name not in _OF_THE_STORE:
            yield element_path


def carried(new: Sequence[Json], stored: Sequence[Resource], mapped: Sequence[Resource]) -> list[Json]:
    """Return the new resources with the unmapped elements of the stored resources."""
    stored_by_address = {address(resource): resource for resource in stored}
    mapped_by_address = {address(resource): resource for resource in mapped}
    return [
        _revised(stored_by_address[key], mapped_by_address[key], resource)
        if (key := address(resource)) in stored_by_address and key in mapped_by_address
        else resource
        for resource in new
    ]


def _revised(stored: Resource, mapped: Resource, new: Json) -> Json:
    """Return the new resource with the unmapped elements of the stored one; the narrative of a changed one goes."""
    if new == mapped:
        return dict(stored)
    merged = _merged_object(stored, mapped, new)
    if merged != stored:
        merged.pop("text", None)
        drop_orphans(merged)
    return merged


def _merged(stored: Any, mapped: Any, new: Any) -> Any:
    if new == mapped:
        return stored
    if isinstance(stored, Mapping) and isinstance(new, Mapping) and not _is_replaced(stored, mapped, new):
        return _merged_object(stored, mapped if isinstance(mapped, Mapping) else {}, new)
    if isinstance(stored, list) and isinstance(new, list):
        return _merged_list(stored, mapped if isinstance(mapped, list) else [], new)
    return new


def _is_replaced(stored: Mapping[str, Any], mapped: Any, new: Mapping[str, Any]) -> bool:
    """Return whether a changed object describes something else than before."""
    before = mapped if isinstance(mapped, Mapping) else stored
    return any(new.keys() <= names for names in _REPLACED_WHOLE) or any(
        name in before and name in new and before[name] != new[name] for name in _IDENTIFYING
    )


def _merged_object(stored: Mapping[str, Any], mapped: Mapping[str, Any], new: Mapping[str, Any]) -> Json:
    changed = {_element(name) for name in mapped.keys() | new.keys() if mapped.get(name) != new.get(name)}
    merged = {}
    for name in dict.fromkeys((*stored, *new)):
        if name not in stored:
            if name not in mapped or mapped[name] != new[name]:
                merged[name] = new[name]
        elif name in new:
            merged[name] = _merged(stored[name], mapped.get(name, _ABSENT), new[name])
        elif name not in mapped:
            if _element(name) not in changed:
                merged[name] = stored[name]
        elif isinstance(stored[name], list) and (items := _merged_list(stored[name], mapped[name], [])):
            merged[name] = items
    return merged


def _element(name: str) -> str:
    """Return the element of a JSON name: the same for all types of a choice, and for the sibling of a primitive."""
    element = name.removeprefix("_")
    choice = _CHOICE.fullmatch(element)
    return choice[1] if choice else element


def _merged_list(stored: list[Any], mapped: list[Any], new: list[Any]) -> list[Any]:
    """Return the new items in their order, then the stored items that are unmapped."""
    stored_index, mapped_index = match_mapped(stored, mapped), match_new(mapped, new)
    items = []
    for index, item in enumerate(new):
        before = mapped_index.get(index)
        if before in stored_index:
            items.append(_merged(stored[stored_index[before]], mapped[before], item))
        elif before is None or item != mapped[before]:
            items.append(item)
    matched = set(stored_index.values())
    return [*items, *(item for index, item in enumerate(stored) if index not in matched and item not in items)]
