"""What FHIR says of a contract that the contract cannot hold: listed, and carried over from version to version.

It is the difference between a stored resource and the one that the contract read from it would become. What a revision
does not touch stays as it is stored; where it does touch, what the contract never heard of stays beside it, unless it
was said of something that is another now.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.contracts.merge.list_matching import continued, heard
from app.fhir.elements import Json, Resource, address
from app.fhir.references import drop_orphans

_OWN: Final = frozenset({"versionId", "lastUpdated"})
"""What the store says of a version."""

_CHOICE: Final = re.compile(
    r"(asNeeded|author|bounds|deceased|detail|due|occurred|occurrence|quantity|source|start|value)[A-Z].*"
)
"""Elements of which an object has one of several kinds."""

_WHOLE: Final = (frozenset({"reference", "type", "identifier", "display"}), frozenset({"coding", "text"}))
"""What a Reference and a CodeableConcept say: of another thing, all of it is another."""

_TELLING: Final = ("text", "code", "value", "url")
"""Where one of these is another, so is what it is said of: a note, a quantity, an identifier, a document."""

_UNSAID: Final = object()


def unmapped_elements(stored: Sequence[Resource], again: Sequence[Resource]) -> list[tuple[str, str]]:
    """The reference and the element of all that `again`, made anew of the contract, does not say."""
    made = {address(one): one for one in again}
    return [
        (address(one), f"{one['resourceType']}.{element}")
        for one in stored
        if address(one) in made
        for element in _beyond(one, made[address(one)], "")
    ]


def _beyond(stored: Any, again: Any, at: str) -> Iterator[str]:
    if isinstance(stored, Mapping) and isinstance(again, Mapping):
        yield from _beyond_object(stored, again, at)
    elif isinstance(stored, list) and isinstance(again, list):
        said = {stored_at: again_at for again_at, stored_at in heard(stored, again).items()}
        for place, one in enumerate(stored):
            here = f"{at}[{place}]"
            yield from _beyond(one, again[said[place]], here) if place in said else (here,)
    elif stored != again:
        yield at


def _beyond_object(stored: Mapping[str, Any], again: Mapping[str, Any], at: str) -> Iterator[str]:
    for name, value in stored.items():
        here = f"{at}.{name}".removeprefix(".")
        if name in again:
            yield from _beyond(value, again[name], here)
        elif name not in _OWN:
            yield here


def carried(new: Sequence[Json], stored: Sequence[Resource], again: Sequence[Resource]) -> list[Json]:
    """The new resources with what the stored ones say beyond `again`, which is made anew of their contract."""
    before = {address(one): one for one in stored}
    made = {address(one): one for one in again}
    return [
        _revised(before[to], made[to], one) if (to := address(one)) in before and to in made else one for one in new
    ]


def _revised(stored: Resource, again: Resource, new: Json) -> Json:
    """A resource that another version of its contract is said in: words made of the old one go."""
    if new == again:
        return dict(stored)
    merged = _object(stored, again, new)
    if merged != stored:
        merged.pop("text", None)
        drop_orphans(merged)
    return merged


def _merged(stored: Any, again: Any, new: Any) -> Any:
    """What stands where this is stored: `again` and `new` are what the contract said of it, and says now."""
    if new == again:
        return stored
    if isinstance(stored, Mapping) and isinstance(new, Mapping) and not _is_another(stored, again, new):
        return _object(stored, again if isinstance(again, Mapping) else {}, new)
    if isinstance(stored, list) and isinstance(new, list):
        return _list(stored, again if isinstance(again, list) else [], new)
    return new


def _is_another(stored: Mapping[str, Any], again: Any, new: Mapping[str, Any]) -> bool:
    """Whether an object that is said anew is of another thing than it was."""
    before = again if isinstance(again, Mapping) else stored
    return any(new.keys() <= names for names in _WHOLE) or any(
        name in before and name in new and before[name] != new[name] for name in _TELLING
    )


def _object(stored: Mapping[str, Any], again: Mapping[str, Any], new: Mapping[str, Any]) -> Json:
    changed = {_chosen(name) for name in again.keys() | new.keys() if again.get(name) != new.get(name)}
    merged = {}
    for name in dict.fromkeys((*stored, *new)):
        if name not in stored:
            if name not in again or again[name] != new[name]:
                merged[name] = new[name]
        elif name in new:
            merged[name] = _merged(stored[name], again.get(name, _UNSAID), new[name])
        elif name not in again:
            if _chosen(name) not in changed:
                merged[name] = stored[name]
        elif isinstance(stored[name], list) and (left := _list(stored[name], again[name], [])):
            merged[name] = left
    return merged


def _chosen(name: str) -> str:
    """The element that a name in JSON is of: all kinds of a choice are of one, as is what stands beside a primitive."""
    of = name.removeprefix("_")
    choice = _CHOICE.fullmatch(of)
    return choice[1] if choice else of


def _list(stored: list[Any], again: list[Any], new: list[Any]) -> list[Any]:
    """In the order of the new items; what was never heard stands last."""
    stands, before = heard(stored, again), continued(again, new)
    items = []
    for place, item in enumerate(new):
        was = before.get(place)
        if was in stands:
            items.append(_merged(stored[stands[was]], again[was], item))
        elif was is None or item != again[was]:
            items.append(item)
    told = set(stands.values())
    return [*items, *(one for place, one in enumerate(stored) if place not in told and one not in items)]
