"""Merges duplicates: items of the same type that share a business identifier (pure).

Two items are never merged by time, name or id (docs/decisions/0019-a-merge-is-a-link-with-a-reason.md). Every origin
stays listed, and a conflict between them is shown. A contract's pointer to a plan in another system keeps its id, and
shows that plan's content if the caller sees the plan.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from app.contracts.codes import LINKED_PLAN
from app.fhir import json_text
from app.fhir.times import instant_text
from app.items import OWN_STORE, Item

POINTER = f'"{LINKED_PLAN}"'
"""The category of a CarePlan that is only a pointer, as it stands in the stored text."""


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
        """Whether the copies have different statuses or starts."""
        return len({(copy.status, copy.starts) for copy in self.copies if not _is_pointer(copy)}) > 1


def merge_duplicates(items: Iterable[Item]) -> tuple[list[ShownItem], dict[str, str]]:
    """The items without duplicates, and for each copy that is left out, the reference of the copy that is shown.

    Our own copy is shown, else the newest. Copies are grouped over every identifier that they share within a type.
    """
    items = list(items)
    keys = [(item.type, key) for item in items for key in item.keys]
    if len(set(keys)) == len(keys):
        return [ShownItem(item, (item,)) for item in items], {}
    shown: list[ShownItem] = []
    renamed: dict[str, str] = {}
    for group in _groups(items):
        first, *others = sorted(group, key=_precedence)
        renamed.update((other.reference, first.reference) for other in others)
        shown.append(_shown_item(first, others))
    return shown, renamed


def _groups(items: Iterable[Item]) -> list[list[Item]]:
    """The items grouped by the identifiers that they share, in the order of the first item of each group."""
    groups: list[list[Item]] = []
    group_of: dict[tuple[str, str], int] = {}
    for item in items:
        known = {group_of[item.type, key] for key in item.keys if (item.type, key) in group_of}
        home = min(known, default=len(groups))
        if home == len(groups):
            groups.append([])
        for other in known - {home}:
            groups[home] += groups[other]
            groups[other] = []
        groups[home].append(item)
        for member in groups[home]:
            group_of.update(((member.type, key), home) for key in member.keys)
    return list(filter(None, groups))


def _is_pointer(item: Item) -> bool:
    return item.type == "CarePlan" and POINTER in item.body


def _precedence(item: Item) -> tuple[bool, float]:
    return item.source != OWN_STORE, -(item.source_updated or item.updated).timestamp()


def _shown_item(first: Item, others: Sequence[Item]) -> ShownItem:
    plan = next((item for item in others if not _is_pointer(item)), None) if _is_pointer(first) else None
    return ShownItem(_under_id(plan, first.id) if plan else first, (first, *others))


def _under_id(item: Item, id: str) -> Item:
    body = json_text.stamp(item.body.encode(), id=id, version=item.version, updated=instant_text(item.updated))
    return item._replace(id=id, body=body)
