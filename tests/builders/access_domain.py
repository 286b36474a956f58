"""The domain of the decision table, decided by the table and by a second, independent evaluator."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from app.access.facts import FACTS, Scope
from tests.builders.access import POLICY, ROWS
from tests.builders.items import NOW

TABLE = POLICY.on(NOW.date())
FORBIDS = {row["id"] for row in ROWS if row["effect"] == "forbid"}
DOMAIN = {fact.name: tuple(fact.values) for fact in FACTS.values()}
REQUEST = [fact.name for fact in FACTS.values() if fact.scope is Scope.REQUEST]
ITEM = [fact.name for fact in FACTS.values() if fact.scope is Scope.ITEM]


Point = dict[str, str]
"""One value for each fact, by the fact's name."""

Key = frozenset[tuple[str, str]]
"""A point as a member of a set."""


class Seen(NamedTuple):
    """The whole domain once: the points that are permitted, and for each row one point that hangs on it alone."""

    permitted: dict[Key, Point]
    disagreements: list[Point]
    witnesses: dict[str, Point]


Halves = list[tuple[Point, frozenset[str]]]


def point(**values: str) -> Point:
    """A point of the domain; what is not said is unknown."""
    return {fact: values.get(fact, "unknown") for fact in DOMAIN}


def signature(action: str, role: str, fact: str, value: str) -> tuple[bool, ...]:
    """For each row on this action and role that looks at the fact, whether the value is in its cell; the unknown is apart."""
    rows = [row["when"] for row in ROWS if action in row["when"]["action"] and role in row["when"]["role"]]
    looking = [when[fact] for when in rows if fact in when]
    return tuple(found for cell in looking for found in (value in cell, value == "unknown"))


@cache
def representatives(action: str, role: str) -> dict[str, dict[tuple[bool, ...], str]]:
    """For each fact one value of each set of values that no row for this action and role tells apart, by signature."""
    chosen: dict[str, dict[tuple[bool, ...], str]] = {}
    for fact, values in DOMAIN.items():
        fixed = {"action": [action], "role": [role]}.get(fact)
        chosen[fact] = {signature(action, role, fact, value): value for value in fixed or values}
    return chosen


def domain() -> Iterator[Point]:
    """Every point of the whole domain, up to values that no row can tell apart."""
    for action, role in itertools.product(DOMAIN["action"], DOMAIN["role"]):
        yield from points(representatives(action, role))


def points(values: Mapping[str, Mapping[Any, str]]) -> Iterator[Point]:
    """Every combination of these values of these facts."""
    for combination in itertools.product(*(chosen.values() for chosen in values.values())):
        yield dict(zip(values, combination, strict=True))


def key(at: Point) -> Key:
    """The same for points that are the same."""
    return frozenset(at.items())


def matching(rows: list[dict[str, Any]], halves: Iterable[Point]) -> Halves:
    """Which rows of the file match these facts, read off their meaning: the unknown matches no permit and every forbid."""

    def holds(row: dict[str, Any], fact: str, value: str) -> bool:
        cell = row["when"].get(fact)
        return cell is None or (row["effect"] == "forbid" if value == "unknown" else value in cell)

    return [
        (half, frozenset(row["id"] for row in rows if all(holds(row, fact, value) for fact, value in half.items())))
        for half in halves
    ]


def halves(action: str, role: str) -> tuple[Halves, Halves]:
    """The rows for an action and a role by what is true of the request, and by what is true of the item."""
    rows = [row for row in ROWS if action in row["when"]["action"] and role in row["when"]["role"]]
    chosen = representatives(action, role)
    request, item = (points({fact: chosen[fact] for fact in facts}) for facts in (REQUEST, ITEM))
    return matching(rows, request), matching(rows, item)


@cache
def seen() -> Seen:
    """Go through the domain once, beside a second evaluator of a few lines."""
    found = Seen({}, [], {})
    for action, role in itertools.product(DOMAIN["action"], DOMAIN["role"]):
        by_request, by_item = halves(action, role)
        for (request, first), (item, second) in itertools.product(by_request, by_item):
            judge(found, {**request, **item}, first & second)
    return found


def judge(found: Seen, at: Point, rows: frozenset[str]) -> None:
    """Note whether a point is permitted, whether the table agrees, and for which one row the answer stands or falls."""
    forbids = rows & FORBIDS
    allowed = bool(rows) and not forbids
    if allowed != TABLE.decide(at).allowed:
        found.disagreements.append(at)
    if not rows:
        return
    if allowed:
        found.permitted[key(at)] = at
    deciding = rows if allowed else forbids
    if len(deciding) == 1 and (allowed or rows != forbids):
        found.witnesses.setdefault(next(iter(deciding)), at)


@cache
def permits() -> list[dict[str, str]]:
    """The permitted points, by the names of their facts."""
    return list(seen().permitted.values())
