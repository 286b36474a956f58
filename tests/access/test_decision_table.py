"""The compiled table on its own: order of effects, the unknown, and what is remembered."""

import datetime as dt

from app.access.decision_table import REMEMBERED, SILENCE, PolicyRow, Ruling, Table
from app.access.facts import FACTS, UNKNOWN
from tests.builders.access_domain import point


def row(id: str, effect: str, **when: str) -> PolicyRow:
    """A row on reading by a physician."""
    cells = {fact: frozenset({value}) for fact, value in ({"action": "read", "role": "physician"} | when).items()}
    return PolicyRow(id, effect, cells, "law", "basis", "sentence", "owner", dt.date(2026, 1, 1))  # type: ignore[arg-type]


AT = point(action="read", role="physician", care_relation="yes", block="no")


def test_an_empty_table_refuses() -> None:
    """Silence is refusal."""
    assert Table([]).decide(AT) == SILENCE


def test_a_forbid_overrides_every_permit_wherever_it_stands() -> None:
    """The forbid is named, although a permit comes first."""
    both = Table([row("permit", "permit"), row("forbid", "forbid", block="yes")])

    assert both.decide(AT) == Ruling(allowed=True, row="permit")
    assert both.decide(point(action="read", role="physician", block="yes")) == Ruling(allowed=False, row="forbid")
    assert both.decide(point(action="read", role="physician")) == Ruling(allowed=False, row="forbid")


def test_the_first_row_that_decides_is_named() -> None:
    """Of two permits, and of two forbids, the upper one."""
    assert Table([row("a", "permit"), row("b", "permit")]).decide(AT).row == "a"
    assert Table([row("a", "forbid"), row("b", "forbid")]).decide(AT).row == "a"


def test_a_value_outside_the_domain_is_unknown() -> None:
    """It matches no cell of a permit, and every cell of a forbid."""
    strange = point(action="read", role="physician", care_relation="perhaps", block="perhaps")

    assert not Table([row("permit", "permit", care_relation="yes")]).decide(strange).allowed
    assert Table([row("permit", "permit"), row("forbid", "forbid", block="yes")]).decide(strange).row == "forbid"


def test_what_is_remembered_is_bounded() -> None:
    """Strange values cannot make it grow without end."""
    full = Table([row("permit", "permit")])
    full._rulings = dict.fromkeys(range(-REMEMBERED, 0), SILENCE)

    assert full.decide(AT).allowed
    assert full.decide(AT) is full.decide(AT)
    assert len(full._rulings) == 1


def test_every_fact_can_be_unknown() -> None:
    """Kinds of callers and actions aside, no fact is ever certain."""
    certain = [name for name, fact in FACTS.items() if UNKNOWN not in fact.values]

    assert certain == ["action", "role"]


def test_a_request_without_an_item_is_decided_as_one_with_an_unknown_item() -> None:
    """A row that looks at an item permits nothing where there is none."""
    table = Table([row("item", "permit", label="N"), row("ask", "permit", care_relation="yes")])

    for at in (AT, point(action="read", role="physician")):
        assert table.decide_request(at) == table.decide(at)
    assert table.decide_request(AT).row == "ask"
