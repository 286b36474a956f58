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
from app.access.decisions import OF_NO_GIVER
from app.access.facts import UNKNOWN, Action
from app.access.labels import Label
from app.access.policy import Policy

STAFF: Final = tuple(role for role in Role if role not in {Role.CITIZEN, Role.SYSTEM, Role.NONE})
"""The roles that have rows; persons and systems have a clause of their own in the database."""

INFORMATION_CLASSES: Final = tuple(value for value in InformationClass if value not in OF_NO_GIVER)
"""The information classes of a person's items that are stored as rows of a giver."""


COLUMNS: Final = {
    "own": ("own", "none"), "other": ("other", "consent"), "child": ("other", "child"),
    "incapable": ("other", "incapable"), "emergency": ("other", "emergency"),
}  # fmt: skip
"""The columns of the table `wall`: whose items, and on which ground (fact `sharing`) they are read."""


class WallRow(NamedTuple):
    """A role may be shown an item with these classes; `giver` is one of COLUMNS."""

    role: str
    giver: str
    category: str
    information_class: str
    label: str


def wall_rows(policy: Policy) -> set[WallRow]:
    """The rows of a policy for all its days, so that no item is missing after midnight."""
    return {row for day in policy.turning_days() for role in STAFF for row in _rows_of(policy.on(day), role)}


def _rows_of(table: Table, role: Role) -> Iterator[WallRow]:
    for column, (giver, sharing) in COLUMNS.items():
        requests = {table.request_rows(_request(role, purpose, sharing)) for purpose in Purpose}
        for category, information_class, label in product(Category, INFORMATION_CLASSES, Label):
            item = table.item_rows(_item(giver, category, information_class, label))
            if any(table.ruling(request & item).allowed for request in requests):
                yield WallRow(role, column, category, information_class, label)


def _request(role: Role, purpose: Purpose, sharing: str) -> dict[str, str | None]:
    """A reading by a role that cares for the person, with this ground for what other givers have."""
    return {
        "action": Action.READ,
        "role": role,
        "purpose": purpose,
        "relationship": "none",
        "age": UNKNOWN,
        "care_relation": "yes",
        "sharing": sharing,
        "incapable": "no",
        "protected": "no",
        "client": "none",
        "holding": "no",
    }


def _item(giver: str, category: Category, information_class: InformationClass, label: Label) -> dict[str, str | None]:
    """An item with these classes, without a block."""
    return {
        "giver": giver,
        "block": "no",
        "information_class": information_class,
        "category": category,
        "label": label,
        "fact": UNKNOWN,
        "unit": UNKNOWN,
    }
