"""The decision table, compiled: forbid overrides, silence is refusal, an unknown fact never opens.

A row is a bit. Each value of each fact has the bits of the rows that it lets match, so a decision is a handful of ANDs.
A permit matches where every cell holds the fact's value; a forbid also where the fact is unknown.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from app.access.caller import Purpose, Role
from app.access.classification import Category, Kind
from app.access.labels import Label

UNKNOWN: Final = "unknown"
YES_NO: Final = ("yes", "no", UNKNOWN)

ACTIONS: Final = ("ask", "read", "write", "block", "log")
"""Ask about a person at all · read an item · write an item · set or lift a block (spärr) · read the audit trail."""

REQUEST_FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "action": ACTIONS,
    "role": tuple(Role),
    "purpose": tuple(Purpose),
    "standing": ("self", "guardian", "none", UNKNOWN),
    "age": ("under-13", "13-15", "16-up", UNKNOWN),
    "relation": YES_NO,
    "consent": YES_NO,
    "protected": YES_NO,
}
"""What holds for a whole request about one person, and the values it can have."""

ITEM_FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "giver": ("own", "other", UNKNOWN),
    "block": YES_NO,
    "kind": (*Kind, UNKNOWN),
    "category": (*Category, UNKNOWN),
    "label": tuple(Label),
}
"""What holds for one item."""

DOMAIN: Final[Mapping[str, tuple[str, ...]]] = {**REQUEST_FACTS, **ITEM_FACTS}
"""Every fact with every value: the table is closed over these."""

Point = tuple[str, ...]
"""One value for each fact of DOMAIN, in its order."""

NO_ITEM: Final[Point] = (UNKNOWN,) * len(ITEM_FACTS)

DIRECTORY: Final[frozenset[str]] = frozenset({Kind.DIRECTORY})
"""What belongs to no person."""

REMEMBERED: Final = 65_536
"""Decisions kept; far more than ever occur."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: when it matches, what it does, by which law, and how to say it to the person it is about."""

    id: str
    effect: Literal["permit", "forbid"]
    when: Mapping[str, frozenset[str]]
    law: str
    basis: str
    sentence: str
    owner: str
    valid_from: dt.date
    valid_to: dt.date | None = None

    def in_force(self, day: dt.date) -> bool:
        """Whether the row counts on this day; the last day is counted."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Ruling(NamedTuple):
    """Allowed or not, and the id of the row that says so."""

    allowed: bool
    row: str


SILENCE: Final = Ruling(allowed=False, row="no-row")
"""No row speaks of it."""


class Table:
    """The rows of one day."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)
        self._all = self._bits(lambda _: True)
        self._forbids = self._bits(lambda row: row.effect == "forbid")
        self._of_items = self._bits(lambda row: not row.when.keys().isdisjoint(ITEM_FACTS))
        self._of_persons = self._bits(lambda row: row.when.get("kind") != DIRECTORY)
        self._masks = tuple(
            {value: self._matching(fact, value) for value in (*values, UNKNOWN)} for fact, values in DOMAIN.items()
        )
        self._known: dict[Point, Ruling] = {}

    def decide(self, point: Point) -> Ruling:
        """The ruling at one point of the domain; a value outside the domain is unknown."""
        ruling = self._known.get(point)
        if ruling is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            ruling = self._known[point] = self._ruling(self._match(point))
        return ruling

    def opens_nothing(self, request: Point) -> bool:
        """Whether these request facts alone rule out every item of the person."""
        matching = self._match(request) & self._of_persons
        closing = matching & self._forbids & ~self._of_items
        return bool(closing) or not matching & ~self._forbids

    def unlike(self, requests: Iterable[Point]) -> list[Point]:
        """Of these request facts one for each set that no row tells apart."""
        return list({self._match(request): request for request in requests}.values())

    def _match(self, point: Point) -> int:
        matching = self._all
        for mask, value in zip(self._masks, point, strict=False):
            matching &= mask[value] if value in mask else mask[UNKNOWN]
        return matching

    def _ruling(self, matching: int) -> Ruling:
        forbids = matching & self._forbids
        deciding = forbids or matching
        if not deciding:
            return SILENCE
        first = (deciding & -deciding).bit_length() - 1
        return Ruling(allowed=not forbids, row=self.rows[first].id)

    def _matching(self, fact: str, value: str) -> int:
        """The bits of the rows that this value of this fact lets match."""
        return self._bits(
            lambda row: fact not in row.when or value in row.when[fact] or (row.effect == "forbid" and value == UNKNOWN)
        )

    def _bits(self, holds: Callable[[Row], bool]) -> int:
        return sum(1 << at for at, row in enumerate(self.rows) if holds(row))
