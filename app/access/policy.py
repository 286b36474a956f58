"""Reads the policy in policy.toml; an unknown key or value anywhere in it is an error."""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NoReturn, TypeVar

from app.access.caller import CallerKind, Purpose, Role, RoleRow
from app.access.decision_table import PolicyRow, Table
from app.access.elements import ElementTable
from app.access.elements import load as load_elements
from app.access.facts import FACTS, ITEM_FACTS, Action
from app.errors import Fault, SamplanError

ROW_KEYS: Final = frozenset({"id", "effect", "when", "law", "basis", "sentence", "owner", "valid_from"})
ROLE_KEYS: Final = frozenset({"id", "caller_kind", "role", "purpose", "assurance", "claims", "sentence"})
ITEM_ACTIONS: Final[frozenset[str]] = frozenset({Action.READ, Action.WRITE, Action.REGISTER, Action.END, Action.LIST})
"""The actions on an item or a registered fact; a row for another action must not have facts of an item."""

Known = TypeVar("Known", bound=StrEnum)


@dataclass(frozen=True)
class Policy:
    """The rows of the decision table, the rows of roles, the SHA-256 of their text, and the table of elements."""

    rows: tuple[PolicyRow, ...]
    roles: tuple[RoleRow, ...]
    version: str
    elements: ElementTable = field(default_factory=load_elements)
    _tables: dict[dt.date, Table] = field(default_factory=dict, repr=False, compare=False)

    def on(self, day: dt.date) -> Table:
        """The table in force on a local day."""
        table = self._tables.get(day)
        if table is None:
            if len(self._tables) >= DAYS_KEPT:
                self._tables.clear()
            table = self._tables[day] = Table([row for row in self.rows if row.in_force(day)])
        return table

    def turning_days(self) -> list[dt.date]:
        """The days on which a row comes into force or is no longer in force; the table changes on no other day."""
        begins = {row.valid_from for row in self.rows}
        ends = {row.valid_to + dt.timedelta(days=1) for row in self.rows if row.valid_to}
        return sorted(begins | ends)


def require_current(policy: Policy, day: dt.date) -> None:
    """Raise SamplanError for a forbid that is over on this day: what it closed would be open without a word.

    A permit that is over only closes; `samplan doctor` names it.
    """
    for row in policy.rows:
        if row.effect == "forbid" and row.is_over(day):
            _refuse(row.id, "forbids no longer since its valid_to; take the row away, or give it another last day")


DAYS_KEPT: Final = 8
"""The most compiled tables that are cached: one for each day, with room for a midnight."""


@lru_cache(maxsize=4)
def load(text: str | None = None) -> Policy:
    """The policy of this text, or of policy.toml without a text; SamplanError names the row with an error."""
    if text is None:
        text = files("app.access").joinpath("policy.toml").read_text("utf-8")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        _refuse("policy", "not TOML")
    if document.keys() != {"row", "role"}:
        _refuse("policy", "holds something else than rows and roles")
    rows = tuple(map(_row, document["row"]))
    roles = tuple(map(_role, document["role"]))
    for entries in (rows, roles):
        ids: Sequence[str] = [entry.id for entry in entries]
        if len(set(ids)) != len(ids):
            _refuse("policy", "names a row twice")
    return Policy(rows, roles, hashlib.sha256(text.encode()).hexdigest())


def _row(entry: Mapping[str, Any]) -> PolicyRow:
    name = str(entry.get("id"))
    if not ROW_KEYS <= entry.keys() <= ROW_KEYS | {"valid_to"}:
        _refuse(name, "lacks a key, or has one too many")
    if entry["effect"] not in {"permit", "forbid"}:
        _refuse(name, "neither permits nor forbids")
    for key in ("id", "law", "basis", "sentence", "owner"):
        _sentence(name, entry[key])
    days = [entry["valid_from"], *([entry["valid_to"]] if "valid_to" in entry else [])]
    if not all(type(day) is dt.date for day in days) or days != sorted(days):
        _refuse(name, "has days that are none, or in the wrong order")
    return PolicyRow(
        name,
        entry["effect"],
        _cells(name, entry["when"]),
        entry["law"],
        entry["basis"],
        entry["sentence"],
        entry["owner"],
        entry["valid_from"],
        entry.get("valid_to"),
    )


def _cells(name: str, when: Mapping[str, list[str]]) -> Mapping[str, frozenset[str]]:
    cells = {fact: frozenset(values) for fact, values in when.items()}
    if not {"action", "role"} <= cells.keys() <= FACTS.keys():
        _refuse(name, "names no action and role, or a fact that is unknown")
    for fact, values in cells.items():
        # A row may not name `unknown`: it never matches a permit, and always matches a forbid.
        if not values or not values <= FACTS[fact].named_values.keys():
            _refuse(name, f"has a value of {fact} that is not known, or none")
    if not cells["action"] <= ITEM_ACTIONS and not cells.keys().isdisjoint(ITEM_FACTS):
        _refuse(name, "looks at an item where there is none")
    return cells


def _role(entry: Mapping[str, Any]) -> RoleRow:
    name = str(entry.get("id"))
    if entry.keys() != ROLE_KEYS:
        _refuse(name, "lacks a key, or has one too many")
    for key in ("id", "sentence"):
        _sentence(name, entry[key])
    kind = _known(name, CallerKind, entry["caller_kind"])
    claims = {claim: frozenset(values) for claim, values in entry["claims"].items()}
    if (kind is CallerKind.STAFF) != bool(claims) or not all(claims.values()):
        _refuse(name, "has claims that do not go with its kind of caller")
    return RoleRow(
        name,
        kind,
        _known(name, Role, entry["role"]),
        _known(name, Purpose, entry["purpose"]),
        frozenset(entry["assurance"]),
        claims,
        entry["sentence"],
    )


def _known(name: str, values: type[Known], value: object) -> Known:
    try:
        return values(str(value))
    except ValueError:
        _refuse(name, "has a value that is not known")


def _sentence(name: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        _refuse(name, "leaves a text out")


def _refuse(row: str, why: str) -> NoReturn:
    raise SamplanError(Fault("invalid", f"Policy row {row}: {why}.", f"Regelrad {row} går inte att läsa."))
