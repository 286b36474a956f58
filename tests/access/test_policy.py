"""policy.toml is read strictly: what is not understood is refused as a whole."""

import datetime as dt
from contextlib import AbstractContextManager, nullcontext

import pytest

from app.access.policy import load, require_current
from app.errors import SamplanError
from tests.builders.access import POLICY, ROWS
from tests.builders.items import NOW

ROW = """
[[row]]
id = "a"
effect = "permit"
law = "PDL"
basis = "C1"
sentence = "En mening."
owner = "Någon"
valid_from = 2026-01-01
when = { action = ["read"], role = ["physician"], care_relation = ["yes"] }
"""
ROLE = """
[[role]]
id = "physician"
caller_kind = "staff"
role = "physician"
purpose = "care"
assurance = ["loa3"]
claims = { commissionPurpose = ["Vård och behandling"] }
sentence = "En läkare."
"""


def test_the_packaged_policy_is_whole() -> None:
    """Each row says by which law, in a sentence of Swedish, who decided it and from when."""
    assert len(POLICY.rows) == len(ROWS)
    assert all(row.sentence.endswith(".") and row.law and row.owner and row.basis for row in POLICY.rows)
    assert all(role.sentence.endswith(".") for role in POLICY.roles)
    assert len(POLICY.version) == 64


def test_a_small_policy_is_read() -> None:
    """Rows and roles as they are written."""
    policy = load(ROW + ROLE)

    assert policy.rows[0].when == {"action": {"read"}, "role": {"physician"}, "care_relation": {"yes"}}
    assert policy.roles[0].claims == {"commissionPurpose": {"Vård och behandling"}}
    assert policy.version != POLICY.version


@pytest.mark.parametrize(
    "old, new",
    [
        ("[[row]]", "[[row]"),
        ("[[row]]", "[[rule]]"),
        ("[[row]]", "extra = 1\n[[row]]"),
        ('id = "a"\n', ""),
        ('id = "a"', "id = 1"),
        ('law = "PDL"', 'law = "PDL"\nnote = "x"'),
        ('effect = "permit"', 'effect = "allow"'),
        ('law = "PDL"', 'law = " "'),
        ('basis = "C1"', 'basis = ""'),
        ('sentence = "En mening."', "sentence = 1"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01T00:00:00"),
        ("valid_from = 2026-01-01", 'valid_from = "2026-01-01"'),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2025-12-31"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 1"),
        ('care_relation = ["yes"]', 'care_relation = ["maybe"]'),
        ('care_relation = ["yes"]', 'care_relation = ["unknown"]'),
        ('care_relation = ["yes"]', "care_relation = []"),
        ('care_relation = ["yes"]', 'care_relations = ["yes"]'),
        ('action = ["read"], ', ""),
        ('role = ["physician"], ', ""),
        ('role = ["physician"], ', 'role = ["none"], '),
        ('care_relation = ["yes"]', 'relationship = ["none"]'),
        ('action = ["read"]', 'action = ["ask"], information_class = ["time"]'),
        ('action = ["read"]', 'action = ["read", "log"], label = ["N"]'),
        ('caller_kind = "staff"', 'caller_kind = "robot"'),
        ('caller_kind = "staff"', 'caller_kind = "citizen"'),
        ('role = "physician"', 'role = "surgeon"'),
        ('purpose = "care"', 'purpose = "research"'),
        ('purpose = "care"', "purpose = 1"),
        ('["Vård och behandling"]', "[]"),
        ('{ commissionPurpose = ["Vård och behandling"] }', "{}"),
        ('sentence = "En läkare."', ""),
        ('sentence = "En läkare."', 'sentence = ""'),
        ('assurance = ["loa3"]', 'assurance = ["loa3"]\nmore = 1'),
    ],
)
def test_what_is_not_understood_is_refused(old: str, new: str) -> None:
    """A misspelt fact, an unknown value, a text left out, a cell that names the unknown: no policy at all."""
    text = ROW + ROLE
    changed = text.replace(old, new, 1)
    assert changed != text

    with pytest.raises(SamplanError):
        load(changed)


def test_two_rows_of_one_name_are_refused() -> None:
    """The trail names a row by its id."""
    for twice in (ROW, ROLE):
        with pytest.raises(SamplanError):
            load(ROW + ROLE + twice)


def test_a_row_counts_from_its_first_day_to_its_last() -> None:
    """Before and after it is silent."""
    policy = load(ROW.replace("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2026-01-31") + ROLE)
    first, last = dt.date(2026, 1, 1), dt.date(2026, 1, 31)
    day = dt.timedelta(days=1)

    assert [len(policy.on(when).rows) for when in (first - day, first, last, last + day)] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    "effect, outcome", [("forbid", pytest.raises(SamplanError, match="row a")), ("permit", nullcontext())]
)
def test_a_forbid_that_is_over_stops_the_start(effect: str, outcome: AbstractContextManager[object]) -> None:
    """Its last day still counts; a permit that is over stops nothing."""
    row = ROW.replace('effect = "permit"', f'effect = "{effect}"')
    policy = load(row.replace("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2026-01-31") + ROLE)

    require_current(policy, dt.date(2026, 1, 31))
    with outcome:
        require_current(policy, dt.date(2026, 2, 1))


def test_a_days_table_is_compiled_once_and_few_are_kept() -> None:
    """The same day gets the same table; old days are let go."""
    policy = load(ROW + ROLE)
    today = NOW.date()
    table = policy.on(today)

    assert policy.on(today) is table
    for ahead in range(1, 20):
        policy.on(today + dt.timedelta(days=ahead))
    assert len(policy._tables) <= 8
