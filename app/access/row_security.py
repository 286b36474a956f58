"""The second wall: what of the decision table row-level security can know, as rows for the database's own table.

A wall row says that a role could be shown such an item under some facts. The database checks care relation, consent and
block itself; so per item the wall is never narrower than the decision, and what no facts open it never shows.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple

from app.access.caller import Purpose, Role
from app.access.classification import Category, Kind
from app.access.decision_table import REQUEST_FACTS, Table
from app.access.labels import Label
from app.access.policy import Policy

STAFF: Final = (Role.PHYSICIAN, Role.MUNICIPAL_NURSE, Role.HOME_CARE, Role.ADMINISTRATOR, Role.LOG_AUDITOR)
"""The roles that the wall's rows are for; the person and a system have a clause of their own in the database."""


KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.DIRECTORY)


class WallRow(NamedTuple):
    """A role may, some facts given, be shown an item of its own or another giver with these classes."""

    role: str
    relation: str
    category: str
    kind: str
    label: str


def wall_rows(policy: Policy) -> set[WallRow]:
    """The wall of a policy: over all its days, so that it stays wide enough at midnight."""
    return {row for day in policy.turning_days() for role in STAFF for row in _opened(policy.on(day), role)}


def _opened(table: Table, role: Role) -> Iterator[WallRow]:
    facts = product(Purpose, REQUEST_FACTS["age"], ("yes", "no"))
    requests = table.unlike(
        ("read", role, purpose, "none", age, "yes", consent, "no") for purpose, age, consent in facts
    )
    for owner, category, kind, label in product(("own", "other"), Category, KINDS, Label):
        item = (owner, "no", kind, category, label)
        if any(table.decide((*request, *item)).allowed for request in requests):
            yield WallRow(role, owner, category, kind, label)
