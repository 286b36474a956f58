"""The second wall: what of the decision table row-level security can know, as rows for the database's own table.

A wall row says that a role could be shown such an item under some facts. The database checks care relation, consent and
block itself; so per item the wall is never narrower than the decision, and what no facts open it never shows.
"""

from itertools import product
from typing import Final, NamedTuple

from app.access.caller import Purpose, Role
from app.access.classes import Category, Kind, Label
from app.access.policy import Policy
from app.access.table import REQUEST_FACTS, Table

STAFF: Final = (Role.PHYSICIAN, Role.MUNICIPAL_NURSE, Role.HOME_CARE, Role.ADMINISTRATOR, Role.LOG_AUDITOR)
"""The roles that the wall's rows are for; the person and a system have a clause of their own in the database."""


class WallRow(NamedTuple):
    """A role may, some facts given, be shown an item of its own or another giver with these classes."""

    role: str
    relation: str
    category: str
    kind: str
    label: str


def wall_rows(policy: Policy) -> set[WallRow]:
    """The wall of a policy: over all its days, so that it stays wide enough at midnight."""
    rows: set[WallRow] = set()
    for day in policy.turning_days():
        table = policy.on(day)
        rows.update(row for row in _possible() if _opens(table, row))
    return rows


def _possible() -> list[WallRow]:
    kinds = [kind for kind in Kind if kind is not Kind.DIRECTORY]
    return [WallRow(*row) for row in product(STAFF, ("own", "other"), Category, kinds, Label)]


def _opens(table: Table, row: WallRow) -> bool:
    item = (row.relation, "no", row.kind, row.category, row.label)
    return any(
        table.decide(("read", row.role, purpose, "none", age, "yes", consent, "no", *item)).allowed
        for purpose, age, consent in product(Purpose, REQUEST_FACTS["age"], ("yes", "no"))
    )
