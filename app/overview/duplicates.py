"""Show the same thing reported twice once, with both origins (pure).

Two items are one only if they share a business identifier; a time, a name or an id never makes them one
(docs/decisions/0019-a-merge-is-a-link-with-a-reason.md). Nothing is deleted: each origin stays listed, and where
origins disagree on the status the conflict is shown. A contract's pointer to a plan in another system keeps its id
and shows that plan's content wherever it can be seen.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from app.contracts.codes import LINKED_PLAN
from app.fhir import json_text
from app.fhir.times import instant_text
from app.items import NAME, Item

POINTER = f'"{LINKED_PLAN}"'
"""How a CarePlan that only points at another says so: its category, in the text as it is stored."""


class Origin(NamedTuple):
    """Where one copy of an item comes from."""

    source: str
    giver: str | None
    reference: str
    status: str | None
    starts: datetime | None


class Shown(NamedTuple):
    """One item as it is shown, and every copy of it, the one shown first."""

    item: Item
    copies: Sequence[Item]

    @property
    def origins(self) -> list[Origin]:
        """Where the copies come from."""
        return [Origin(copy.source, copy.giver, copy.reference, copy.status, copy.starts) for copy in self.copies]

    @property
    def conflict(self) -> bool:
        """Whether the copies disagree on the status or on the time."""
        return len({(copy.status, copy.starts) for copy in self.copies if not _is_pointer(copy)}) > 1


def merge_duplicates(items: Iterable[Item]) -> tuple[list[Shown], dict[str, str]]:
    """The items without duplicates, and which reference each left-out copy is now known by.

    Our own copy is the one shown, else the newest; groups form over every shared identifier of the same type.
    """
    items = list(items)
    keys = [(item.type, key) for item in items for key in item.keys]
    if len(set(keys)) == len(keys):
        return [Shown(item, (item,)) for item in items], {}
    shown: list[Shown] = []
    renamed: dict[str, str] = {}
    for group in _groups(items):
        first, *others = sorted(group, key=_precedence)
        renamed.update((other.reference, first.reference) for other in others)
        shown.append(_show(first, others))
    return shown, renamed


def _groups(items: Iterable[Item]) -> list[list[Item]]:
    """The items, each with those that it shares an identifier with, in the order of the first of each group."""
    groups: list[list[Item]] = []
    group_of: dict[tuple[str, str], int] = {}
    for item in items:
        found = {group_of[item.type, key] for key in item.keys if (item.type, key) in group_of}
        home = min(found, default=len(groups))
        if home == len(groups):
            groups.append([])
        for other in found - {home}:
            groups[home] += groups[other]
            groups[other] = []
        groups[home].append(item)
        for member in groups[home]:
            group_of.update(((member.type, key), home) for key in member.keys)
    return list(filter(None, groups))


def _is_pointer(item: Item) -> bool:
    return item.type == "CarePlan" and POINTER in item.body


def _precedence(item: Item) -> tuple[bool, float]:
    return item.source != NAME, -(item.source_updated or item.updated).timestamp()


def _show(first: Item, others: Sequence[Item]) -> Shown:
    plan = next((item for item in others if not _is_pointer(item)), None) if _is_pointer(first) else None
    return Shown(_known_as(plan, first.id) if plan else first, (first, *others))


def _known_as(item: Item, id: str) -> Item:
    body = json_text.stamp(item.body.encode(), id=id, version=item.version, updated=instant_text(item.updated))
    return item._replace(id=id, body=body)
