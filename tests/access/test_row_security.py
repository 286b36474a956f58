"""The wall is never narrower than the decision, and no wider than some facts could make it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from app.access.decision_table import Table
from app.access.facts import FACTS
from app.access.policy import load
from app.access.row_security import COLUMNS, STAFF, WallRow, wall_rows
from tests.builders.access import POLICY, STAFF_ROLES
from tests.builders.access_domain import permits, point
from tests.builders.items import NOW

WALL = wall_rows(POLICY)
COLUMN = {sharing: column for column, (giver, sharing) in COLUMNS.items() if giver == "other"}
CLASSES = ("category", "information_class", "label")
OPEN_ROW = """
[[row]]
id = "{id}"
effect = "permit"
law = "x"
basis = "x"
sentence = "x"
owner = "x"
valid_from = {start}
{end}
when = {{ action = ["read"], role = ["administrator"], care_relation = ["yes"], giver = ["own"], information_class = ["{kind}"], category = ["health"], label = ["N"] }}
"""
ROLE = """
[[role]]
id = "citizen"
caller_kind = "citizen"
role = "citizen"
purpose = "own"
assurance = []
claims = {}
sentence = "x"
"""


def test_whatever_staff_are_shown_the_wall_lets_through() -> None:
    """Each permitted reading of a person's item has its wall row."""
    shown = {
        WallRow(at["role"], COLUMN[at["sharing"]] if at["giver"] == "other" else "own", *(at[name] for name in CLASSES))
        for at in permits()
        if at["action"] == "read" and at["role"] in STAFF and at["information_class"] not in {"directory", "identity"}
    }

    assert shown
    assert shown <= WALL


def test_what_no_facts_open_the_wall_hides() -> None:
    """Each wall row is permitted for somebody, with a relation, the ground of its column, and no block."""
    table = POLICY.on(NOW.date())

    def opens(row: WallRow) -> bool:
        return any(
            table.decide(
                point(
                    action="read",
                    role=row.role,
                    purpose=purpose,
                    relationship="none",
                    age="16-up",
                    care_relation="yes",
                    sharing=COLUMNS[row.giver][1],
                    incapable="no",
                    protected="no",
                    giver=COLUMNS[row.giver][0],
                    block="no",
                    information_class=row.information_class,
                    category=row.category,
                    label=row.label,
                )
            ).allowed
            for purpose in ("care", "social-care", "administration")
        )

    assert [row for row in WALL if not opens(row)] == []


def test_the_wall_has_nothing_for_who_sees_nothing_and_nothing_unknown() -> None:
    """No row for the auditor, the person or a system, none with an unknown class, none beyond times for administration."""
    assert {row.role for row in WALL} == {role.value for role in STAFF_ROLES} - {"log-auditor", "information-owner"}
    assert not {"unknown", "NOPATIENT", "directory"} & {value for row in WALL for value in row}
    assert {(row.giver, row.information_class) for row in WALL if row.role == "administrator"} == {
        ("own", "time"),
        ("own", "person"),
    }
    assert not [row for row in WALL if row.role == "home-care" and row.information_class == "plan"]
    assert not [row for row in WALL if row.giver != "own" and row.label == "V"]


def test_the_wall_stands_for_all_days_of_the_policy() -> None:
    """A row that begins tomorrow, or has ended, is in the wall: it is filled once and must not lag behind the table."""
    policy = load(
        ROLE
        + OPEN_ROW.format(id="a", start="2026-01-01", end="valid_to = 2026-06-30", kind="time")
        + OPEN_ROW.format(id="b", start="2027-01-01", end="", kind="plan")
    )

    assert policy.turning_days() == [dt.date(2026, 1, 1), dt.date(2026, 7, 1), dt.date(2027, 1, 1)]
    assert {row.information_class for row in wall_rows(policy)} == {"time", "plan"}


def test_the_wall_asks_about_every_fact_of_the_table() -> None:
    """A fact that the wall left out would be unknown to the table, and the wall would be too narrow."""
    asked: list[str] = []

    class Asked(Table):
        def request_rows(self, values: Mapping[str, str | None]) -> int:
            asked.extend(values)
            return super().request_rows(values)

        def item_rows(self, values: Mapping[str, str | None]) -> int:
            asked.extend(values)
            return super().item_rows(values)

    table = Asked(POLICY.on(NOW.date()).rows)
    policy = replace(POLICY, _tables=dict.fromkeys(POLICY.turning_days(), table))

    assert wall_rows(policy) == WALL
    assert set(asked) == set(FACTS)
