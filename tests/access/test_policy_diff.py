"""A change of the policy is told as the situations that it opens and closes."""

import datetime as dt
from dataclasses import replace

import pytest

from app.access.decision_table import Table
from app.access.policy_diff import NOTHING, changed_rows, changes, report
from app.cli import policy_diff
from tests.builders.access import POLICY
from tests.builders.items import NOW

DAY = NOW.date()
TABLE = POLICY.on(DAY)
BY_ID = {row.id: row for row in TABLE.rows}


def without(row_id):
    """The table without a row."""
    return Table([row for row in TABLE.rows if row.id != row_id])


@pytest.mark.parametrize("row", TABLE.rows[3::5], ids=lambda row: row.id)
def test_a_row_that_comes_or_goes_is_told(row):
    """Every fifth row of the policy: a permit opens what a forbid closes, and its removal does the opposite."""
    came, went = changes(without(row.id), TABLE), changes(TABLE, without(row.id))
    assert {change.opens for change in came} == {row.effect == "permit"}
    assert {change.opens for change in went} == {row.effect == "forbid"}
    assert {(change.action, change.role) for change in came} <= {
        (action, role) for action in row.when["action"] for role in row.when["role"]
    }
    assert sum(change.situations for change in came) == sum(change.situations for change in went) > 0
    assert row.effect == "forbid" or {change.row for change in came} == {row.id}


def test_a_wider_row_opens_exactly_what_it_adds():
    """The sentence names the role, the action, the row and the values of every fact that counts."""
    row = BY_ID["read-administration"]
    wider = replace(row, when={**row.when, "information_class": row.when["information_class"] | {"contact"}})
    after = Table([wider if known.id == row.id else known for known in TABLE.rows])
    found = changes(TABLE, after)
    assert {(change.opens, change.role, change.row) for change in found} == {
        (True, "administrator", row.id), (True, "unit-manager", row.id),
    }  # fmt: skip
    assert all(change.values["information_class"] == {"contact"} for change in found)
    assert changed_rows(TABLE, after) == ([row.id], [row.id])
    lines = report(TABLE, after)
    assert lines[0] == "Ny eller ändrad regel: read-administration"
    assert any(line.startswith("Öppnas (read-administration): enhetschef – läsa") for line in lines)
    assert any("slag: kontakt" in line for line in lines)


def test_a_row_that_begins_on_a_day_is_told_of_that_day():
    """The day before, nothing has changed."""
    row = replace(BY_ID["read-self"], valid_to=DAY)
    policy = replace(POLICY, rows=tuple(row if known.id == row.id else known for known in POLICY.rows), _tables={})
    assert report(policy.on(DAY), policy.on(DAY)) == [NOTHING]
    lines = report(policy.on(DAY), policy.on(DAY + dt.timedelta(days=1)))
    assert lines[0] == "Regel som inte längre gäller: read-self"
    assert any(line.startswith("Stängs (read-self): privatperson – läsa") for line in lines)


def test_the_command_compares_with_an_earlier_text(tmp_path, capsys):
    """Status 2 for a text that is no policy and for a missing file, in one sentence."""
    assert policy_diff.main([], today=DAY) == 0
    assert capsys.readouterr().out == f"{NOTHING}\n"
    earlier = tmp_path / "policy.toml"
    earlier.write_text("[[row]]", "utf-8")
    assert policy_diff.main(["--before", str(earlier)], today=DAY) == 2
    assert policy_diff.main(["--before", str(tmp_path / "missing.toml")], today=DAY) == 2
    assert capsys.readouterr().err.count("samplan policy diff: ") == 2


def test_two_rows_that_come_together_are_told_apart():
    """Each situation is told of the row that decides it, also where the other row knows only its person or its item."""
    ids = {"read-home-care-own", "read-home-care-shared"}
    before = Table([row for row in TABLE.rows if row.id not in ids])
    assert {(change.row, change.opens) for change in changes(before, TABLE)} == {(id_, True) for id_ in ids}
