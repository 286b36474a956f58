"""Computes the rows of the table `wall`, by which row-level security hides items that the policy never shows a role.

A row means that a role could be shown such an item for some facts. The database itself checks care relation, consent
and block. So row-level security shows every item that the decision shows, and no item that no facts could open.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple

from app.access.caller import Purpose, Role
from app.access.classification import Category, InformationClass
from app.access.decision_table import Table
from app.access.facts import AGES, Action
from app.access.labels import Label
from app.access.policy import Policy

STAFF: Final = (Role.PHYSICIAN, Role.MUNICIPAL_NURSE, Role.HOME_CARE, Role.ADMINISTRATOR, Role.LOG_AUDITOR)
"""The roles that have rows; persons and systems have a clause of their own in the database."""

INFORMATION_CLASSES: Final = tuple(value for value in InformationClass if value is not InformationClass.DIRECTORY)
"""The information classes of a person's items."""


class WallRow(NamedTuple):
    """A role may for some facts be shown an item with these classes, of its `own` or an `other` giver."""

    role: str
    giver: str
    category: str
    information_class: str
    label: str


def wall_rows(policy: Policy) -> set[WallRow]:
    """The rows of a policy for all its days, so that no item is missing after midnight."""
    return {row for day in policy.turning_days() for role in STAFF for row in _rows_of(policy.on(day), role)}


def _rows_of(table: Table, role: Role) -> Iterator[WallRow]:
    requests = {
        table.request_rows(
            {
                "action": Action.READ,
                "role": role,
                "purpose": purpose,
                "relationship": "none",
                "age": age,
                "care_relation": "yes",
                "consent": consent,
                "protected": "no",
            }
        )
        for purpose, age, consent in product(Purpose, AGES, ("yes", "no"))
    }
    for giver, category, information_class, label in product(("own", "other"), Category, INFORMATION_CLASSES, Label):
        item = table.item_rows(
            {
                "giver": giver,
                "block": "no",
                "information_class": information_class,
                "category": category,
                "label": label,
            }
        )
        if any(table.ruling(request & item).allowed for request in requests):
            yield WallRow(role, giver, category, information_class, label)
