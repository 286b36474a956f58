"""What FHIR says of a contract that the contract cannot hold: listed, and carried over from version to version.

It is the difference between a stored resource and the one that the contract read from it would become. What a revision
does not touch stays as it is stored; where it does touch, what the contract never heard of stays beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.contracts.lens import Json, Resource, address

_OWN: Final = frozenset({"versionId", "lastUpdated"})
"""What the store says of a version."""

_CHOICES: Final = ("occurrence", "asNeeded")
"""Elements of which a resource has one of several kinds, where a contract says them."""


def unheard(stored: Sequence[Resource], again: Sequence[Resource]) -> list[tuple[str, str]]:
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
        for name, value in stored.items():
            here = f"{at}.{name}".removeprefix(".")
            if name in again:
                yield from _beyond(value, again[name], here)
            elif name not in _OWN:
                yield here
    elif isinstance(stored, list) and isinstance(again, list):
        yield from _beyond_in_list(stored, again, at)
    elif stored != again:
        yield at


def _beyond_in_list(stored: list[Any], again: list[Any], at: str) -> Iterator[str]:
    for place, one in enumerate(stored):
        if len(stored) == len(again):
            yield from _beyond(one, again[place], f"{at}[{place}]")
        elif not _is_among(one, again):
            yield f"{at}[{place}]"


def carried(new: Sequence[Json], stored: Sequence[Resource], again: Sequence[Resource]) -> list[Json]:
    """The new resources with what the stored ones say beyond `again`, which is made anew of their contract."""
    before = {address(one): one for one in stored}
    made = {address(one): one for one in again}
    return [_merged(before[to], made[to], one) if (to := address(one)) in before and to in made else one for one in new]


def _merged(stored: Any, again: Any, new: Any) -> Any:
    if new == again:
        return stored
    if all(isinstance(one, Mapping) for one in (stored, again, new)):
        kept = {name: value for name, value in stored.items() if name not in again and not _is_chosen(name, new)}
        both = {name: _merged(stored[name], again[name], new[name]) for name in new if name in stored and name in again}
        return {**kept, **new, **both}
    if all(isinstance(one, list) for one in (stored, again, new)):
        return _merged_list(stored, again, new)
    return new


def _is_chosen(name: str, new: Mapping[str, Any]) -> bool:
    """Whether the new resource says the element, or another kind of the same choice."""
    choice = next((each for each in _CHOICES if name.startswith(each)), None)
    return name in new or (choice is not None and any(other.startswith(choice) for other in new))


def _merged_list(stored: list[Any], again: list[Any], new: list[Any]) -> list[Any]:
    """An item that is not touched is as it was stored; one alone is merged; what was never heard stands last."""
    if len(stored) == len(again) == len(new) == 1:
        return [_merged(stored[0], again[0], new[0])]
    if len(stored) == len(again):
        return [stored[again.index(one)] if one in again else one for one in new]
    return [*new, *(one for one in stored if not _is_among(one, again) and one not in new)]


def _is_among(one: Any, others: Sequence[Any]) -> bool:
    return any(_is_within(one, other) for other in others)


def _is_within(one: Any, other: Any) -> bool:
    """Whether all that one says is said by the other, which may say more."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(name in other and _is_within(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return all(_is_among(each, other) for each in one)
    return bool(one == other)
