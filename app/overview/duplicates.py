"""Merges duplicates: items of the same type that share a business identifier, as far as its owner is asked (pure).

Items of one system are never merged with each other. Items of one giver in several systems are merged by any shared
identifier, items of two givers only if one is a copy of the other's by an identifier that the other owns
(docs/decisions/0026-an-identifier-belongs-to-its-owner.md). Two items are never merged by time, name or id
(docs/decisions/0019-a-merge-is-a-link-with-a-reason.md). Every origin stays listed, and a conflict between those of
the owner is shown. A contract's pointer to a plan in another system has no content of its own: the plan is shown
instead of it if the caller sees the plan.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from app.access.ownership import Ownership
from app.contracts.codes import LINKED_PLAN
from app.items import OWN_STORE, Item

POINTER = f'"{LINKED_PLAN}"'
"""The category of a CarePlan that is only a pointer, as it stands in the stored text."""

Group = list[Item]
"""Copies of one item by one giver, the copy that is shown first."""


class Origin(NamedTuple):
    """The source, giver and reference of one copy of an item, with its status and start."""

    source: str
    giver: str | None
    reference: str
    status: str | None
    starts: datetime | None


class ShownItem(NamedTuple):
    """The item that is shown, and all copies of it; the copy that is shown comes first."""

    item: Item
    copies: Sequence[Item]

    @property
    def origins(self) -> list[Origin]:
        """The origin of each copy."""
        return [Origin(copy.source, copy.giver, copy.reference, copy.status, copy.starts) for copy in self.copies]

    @property
    def conflict(self) -> bool:
        """Whether the copies of the item's own giver have different statuses or starts; another's never decides."""
        own = {
            (copy.status, copy.starts)
            for copy in self.copies
            if copy.giver == self.item.giver and not _is_pointer(copy)
        }
        return len(own) > 1


def merge_duplicates(items: Iterable[Item], ownership: Ownership) -> tuple[list[ShownItem], dict[str, str]]:
    """The items without duplicates, and for each copy that is left out, the reference of the copy that is shown.

    Of one giver's copies that in our own store is shown, else the newest.
    """
    items = list(items)
    keys = [(item.type, key) for item in items for key in item.keys]
    if len(set(keys)) == len(keys):
        return [ShownItem(item, (item,)) for item in items], {}
    groups = _groups_of_givers(items)
    owners = _owners(groups, ownership)
    copies: dict[int, list[Item]] = {}
    for at, owner in owners.items():
        copies.setdefault(owner, []).extend(groups[at])
    shown = [ShownItem(group[0], (*group, *copies.get(at, ()))) for at, group in enumerate(groups) if at not in owners]
    return shown, {copy.reference: entry.item.reference for entry in shown for copy in entry.copies[1:]}


def _groups_of_givers(items: Iterable[Item]) -> list[Group]:
    """The copies of each item by one giver, in the order of the first; two items of one system stay apart."""
    items = list(items)
    roots = list(range(len(items)))

    def root(at: int) -> int:
        while roots[at] != at:
            roots[at] = at = roots[roots[at]]
        return at

    first: dict[tuple[str | None, str, str], int] = {}
    for at, item in enumerate(items):
        for key in item.keys if item.giver is not None else ():
            lower, higher = sorted((root(first.setdefault((item.giver, item.type, key), at)), root(at)))
            roots[higher] = lower
    groups: dict[int, Group] = {}
    for at, item in enumerate(items):
        groups.setdefault(root(at), []).append(item)
    return [
        sorted(part, key=_precedence)
        for group in groups.values()
        for part in ([group] if _is_of_different_systems(group) else [[item] for item in group])
    ]


def _owners(groups: Sequence[Group], ownership: Ownership) -> dict[int, int]:
    """For each group of copies of another giver's item, the place of the owner's group.

    Left out are groups that may be copies of several items or of a copy, and those that would bring a second item of
    one system.
    """
    places: dict[tuple[str | None, str, str], set[int]] = {}
    for at, group in enumerate(groups):
        for item in group:
            for key in item.keys:
                places.setdefault((item.giver, item.type, key), set()).add(at)
    claims: dict[int, int] = {}
    for at, group in enumerate(groups):
        targets = {
            place
            for item in group
            for key in item.keys
            if item.giver is not None and (owner := ownership.owner_of_copy(item.giver, key))
            for place in places.get((owner, item.type, key), ())
        }
        if len(targets) == 1 and _is_at_the_same_time(group[0], groups[min(targets)][0]):
            claims[at] = min(targets)
    return _unambiguous(groups, {at: owner for at, owner in claims.items() if owner not in claims})


def _unambiguous(groups: Sequence[Group], claims: Mapping[int, int]) -> dict[int, int]:
    """The claims that bring no second item of one system to an owner's group."""
    systems: dict[int, Counter[tuple[str, str | None]]] = {
        owner: Counter(_systems(groups[owner])) for owner in claims.values()
    }
    for at, owner in claims.items():
        systems[owner].update(_systems(groups[at]))
    return {
        at: owner for at, owner in claims.items() if all(systems[owner][system] == 1 for system in _systems(groups[at]))
    }


def _systems(group: Group) -> list[tuple[str, str | None]]:
    """The system of each copy that has content: a source, or a giver's own part of our store."""
    return [(item.source, item.giver if item.source == OWN_STORE else None) for item in group if not _is_pointer(item)]


def _is_of_different_systems(group: Group) -> bool:
    systems = _systems(group)
    return len(set(systems)) == len(systems)


def _is_at_the_same_time(item: Item, other: Item) -> bool:
    return item.type != "Appointment" or item.starts == other.starts


def _is_pointer(item: Item) -> bool:
    return item.type == "CarePlan" and POINTER in item.body


def _precedence(item: Item) -> tuple[bool, bool, float]:
    return _is_pointer(item), item.source != OWN_STORE, -(item.source_updated or item.updated).timestamp()
