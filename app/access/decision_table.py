"""Compiles and evaluates the decision table: a forbid overrides permits, and without a matching row nothing is allowed.

Every row is a bit. Every value of a fact has the bits of the rows that it can match, so a decision takes a few ANDs. A
permit matches if every cell holds the value of its fact; a forbid also matches if the fact is unknown.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, NamedTuple

from app.access.classification import InformationClass
from app.access.facts import FACTS, ITEM_FACTS, UNKNOWN, Action, Fact, Scope

Values = Mapping[str, str | None]
"""The value of each fact by the fact's name; a value that is left out or not in its row is unknown."""

Rows = int
"""A set of rows, as an integer with a bit for each row."""

DIRECTORY: Final[frozenset[str]] = frozenset({InformationClass.DIRECTORY})
"""Information that belongs to no person."""

REMEMBERED: Final = 65_536
"""The most rulings that are cached; far more than ever occur."""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A row of the policy: its conditions, its effect, its law, and a sentence that explains it to the person."""

    id: str
    effect: Literal["permit", "forbid"]
    when: Mapping[str, frozenset[str]]
    law: str
    basis: str
    sentence: str
    owner: str
    valid_from: dt.date
    valid_to: dt.date | None = None

    def is_over(self, day: dt.date) -> bool:
        """Whether its last day is before this day."""
        return self.valid_to is not None and self.valid_to < day

    def in_force(self, day: dt.date) -> bool:
        """Whether the row is in force on this day; `valid_to` is included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Ruling(NamedTuple):
    """Whether something is allowed, and the id of the row that decides it."""

    allowed: bool
    row: str


SILENCE: Final = Ruling(allowed=False, row="no-row")
"""No row matches."""


class Table:
    """The rows of one day."""

    def __init__(self, rows: Sequence[PolicyRow]) -> None:
        self.rows = tuple(rows)
        self._forbids = self._bits(lambda row: row.effect == "forbid")
        self._of_items = self._bits(lambda row: not row.when.keys().isdisjoint(ITEM_FACTS))
        self._of_persons = self._bits(lambda row: row.when.get("information_class") != DIRECTORY)
        self._request_masks = self._masks(Scope.REQUEST)
        self._item_masks = self._masks(Scope.ITEM)
        self._no_item = self.item_rows({})
        self.readers = frozenset().union(
            *(
                row.when["role"]
                for row in self.rows
                if row.effect == "permit"
                and Action.READ in row.when["action"]
                and row.when.get("information_class") != DIRECTORY
            )
        )
        """The roles that can be shown an item of a person for some facts."""
        self._rulings: dict[Rows, Ruling] = {}

    def decide(self, values: Values) -> Ruling:
        """The ruling for these facts of a request and of an item."""
        return self.ruling(self.request_rows(values) & self.item_rows(values))

    def decide_request(self, values: Values) -> Ruling:
        """The ruling for these facts of a request without an item."""
        return self.ruling(self.request_rows(values) & self._no_item)

    def request_rows(self, values: Values) -> Rows:
        """The rows that match these facts of a request, whatever the item."""
        return _matching(self._request_masks, values)

    def item_rows(self, values: Values) -> Rows:
        """The rows that match these facts of an item, whatever the request."""
        return _matching(self._item_masks, values)

    def ruling(self, matching: Rows) -> Ruling:
        """The ruling if exactly these rows match: the first forbid decides, else the first permit."""
        ruling = self._rulings.get(matching)
        if ruling is None:
            if len(self._rulings) >= REMEMBERED:
                self._rulings.clear()
            ruling = self._rulings[matching] = self._first(matching & self._forbids or matching)
        return ruling

    def permits_role(self, action: str, role: str) -> bool:
        """Whether a row permits this action to this role in any case at all."""
        permits = (row.when for row in self.rows if row.effect == "permit")
        return any(action in when["action"] and role in when["role"] for when in permits)

    def opens_nothing(self, request: Rows) -> bool:
        """Whether the rows that match a request rule out every item of the person."""
        matching = request & self._of_persons
        closing = matching & self._forbids & ~self._of_items
        return bool(closing) or not matching & ~self._forbids

    def names(self, action: str, role: str, fact: str) -> bool:
        """Whether a permit lets this role do this with such a registered fact, for some facts of the request."""
        return any(
            row.effect == "permit"
            and action in row.when["action"]
            and role in row.when["role"]
            and fact in row.when.get("fact", {fact})
            for row in self.rows
        )

    def _first(self, deciding: Rows) -> Ruling:
        if not deciding:
            return SILENCE
        row = self.rows[(deciding & -deciding).bit_length() - 1]
        return Ruling(allowed=row.effect == "permit", row=row.id)

    def _masks(self, scope: Scope) -> Sequence[tuple[str, "_Mask"]]:
        """Each fact of this scope with the rows that its values can match."""
        return [(fact.name, self._mask(fact)) for fact in FACTS.values() if fact.scope is scope]

    def _mask(self, fact: Fact) -> "_Mask":
        return _Mask({value: self._bits(partial(_matches, fact.name, value)) for value in (*fact.values, UNKNOWN)})

    def _bits(self, holds: Callable[[PolicyRow], bool]) -> Rows:
        return sum(1 << at for at, row in enumerate(self.rows) if holds(row))


class _Mask(dict[str | None, Rows]):
    """The rows that each value of a fact can match; a value that is not in the fact's row is unknown."""

    def __missing__(self, value: str | None) -> Rows:
        return self[UNKNOWN]


def _matching(masks: Sequence[tuple[str, _Mask]], values: Values) -> Rows:
    matching = -1
    for fact, mask in masks:
        matching &= mask[values.get(fact)]
    return matching


def _matches(fact: str, value: str, row: PolicyRow) -> bool:
    """Whether a row can match if a fact has this value."""
    return fact not in row.when or value in row.when[fact] or (row.effect == "forbid" and value == UNKNOWN)
