"""The same thing reported twice is shown once, with both origins (pure).

Only a shared business identifier makes two items one; never a time, a name or an id (design, decision 12). Nothing is
deleted: each origin stays listed, and where origins disagree on the status the conflict is shown. A contract's pointer
to a plan kept elsewhere keeps its id and shows that plan's content wherever it can be seen.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.contracts.codes import LINKED_PLAN
from app.federation.own_store import NAME
from app.fhir import documents
from app.fhir.instants import instant_text
from app.storage.items import Item

POINTER = f'"{LINKED_PLAN}"'
"""How a CarePlan that only points at another says so: its category, in the text as it is stored."""


class Origin(NamedTuple):
    """Where one copy of an item comes from."""

    source: str
    giver: str | None
    reference: str
    status: str | None


class Shown(NamedTuple):
    """One item as it is shown, its origins (its own first) and whether they disagree on the status."""

    item: Item
    origins: Sequence[Origin]
    conflict: bool


def unite(items: Iterable[Item]) -> tuple[list[Shown], dict[str, str]]:
    """The items without duplicates, and which reference each left-out copy is now known by.

    Our own copy is the one shown, else the newest; groups form over every shared identifier of the same type.
    """
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
    shown: list[Shown] = []
    renamed: dict[str, str] = {}
    for group in filter(None, groups):
        first, *others = sorted(group, key=_precedence) if len(group) > 1 else group
        renamed.update((other.reference, first.reference) for other in others)
        shown.append(_show(first, others))
    return shown, renamed


def _is_pointer(item: Item) -> bool:
    return item.type == "CarePlan" and POINTER in item.body


def _precedence(item: Item) -> tuple[bool, float]:
    return item.source != NAME, -(item.source_updated or item.updated).timestamp()


def _show(first: Item, others: Sequence[Item]) -> Shown:
    origins = [Origin(item.source, item.giver, item.reference, item.status) for item in (first, *others)]
    plan = next((item for item in others if not _is_pointer(item)), None) if _is_pointer(first) else None
    return Shown(_known_as(plan, first.id) if plan else first, origins, len({origin.status for origin in origins}) > 1)


def _known_as(item: Item, id: str) -> Item:
    body = documents.stamp(item.body.encode(), id=id, version=item.version, updated=instant_text(item.updated))
    return item._replace(id=id, body=body)
