"""The whole domain of the decision table, enumerated, against invariants that were written without looking at its rows."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.access.caller import Role
from app.access.decision_table import SILENCE, Table
from app.access.facts import UNKNOWN
from tests.builders.access import PURPOSES, ROWS, STAFF_ROLES
from tests.builders.access_domain import (
    DOMAIN,
    FORBIDS,
    ITEM,
    TABLE,
    Point,
    domain,
    key,
    permits,
    point,
    representatives,
    seen,
    signature,
)

STAFF = {role.value for role in STAFF_ROLES}


def test_the_whole_domain_is_decided_as_the_file_reads() -> None:
    """The compiled table and a second evaluator agree at every point there is."""
    assert seen().disagreements == []
    assert sum(1 for _ in domain()) > 50_000
    assert len(seen().permitted) > 1_000


def test_the_unknown_never_opens() -> None:
    """Where a point with an unknown fact is permitted, every known value of that fact is permitted too."""
    opened = [
        at
        for at in permits()
        for fact in DOMAIN
        if at[fact] == UNKNOWN
        for value in representatives(at["action"], at["role"])[fact].values()
        if key({**at, fact: value}) not in seen().permitted
    ]

    assert opened == []


def test_silence_is_refusal() -> None:
    """A point where nothing is known is refused, by no row."""
    assert TABLE.decide(point(action="ask", role="physician")) == SILENCE
    assert TABLE.decide(point(action="read", role="none", information_class="directory")) == SILENCE


def test_a_block_always_hides_from_staff() -> None:
    """No item is read by staff with a block in the way, or with one that could not be read."""
    blocked = [
        at
        for at in permits()
        if at["action"] == "read"
        and at["role"] in STAFF
        and at["information_class"] != "directory"
        and at["block"] != "no"
    ]

    assert blocked == []


def test_staff_need_a_relation_for_whatever_is_about_a_person() -> None:
    """Without a current care relation staff do nothing but register one."""
    without = [
        (at["role"], at["action"])
        for at in permits()
        if at["role"] in STAFF
        and at["information_class"] != "directory"
        and at["action"] != "log"
        and at["care_relation"] != "yes"
    ]

    assert {action for _, action in without} == {"register", "end"}
    assert {
        (at["giver"], at["fact"], at["unit"])
        for at in permits()
        if at["role"] in STAFF and at["action"] in {"register", "end"} and at["care_relation"] != "yes"
    } == {("own", "relation", "own")}


def test_staff_see_others_only_on_a_ground_of_law() -> None:
    """What another giver has written needs consent, a child or an adult who cannot give it, or an emergency."""
    across = [
        at
        for at in permits()
        if at["role"] in STAFF
        and at["action"] == "read"
        and at["information_class"] not in {"directory", "identity"}
        and at["giver"] != "own"
    ]

    assert across
    assert all(
        at["giver"] == "other" and at["sharing"] in {"consent", "child", "incapable", "emergency"} for at in across
    )
    assert {at["role"] for at in across if at["sharing"] == "emergency"} == {
        "physician",
        "municipal-nurse",
        "care-professional",
    }
    assert {at["category"] for at in across if at["role"] == "home-care" and at["sharing"] != "consent"} == {"social"}


def test_an_identity_needs_a_relation_or_what_the_giver_holds() -> None:
    """Name and number belong to no giver; staff see them with a care relation, a system where its giver holds something."""
    identity = {"action": "read", "information_class": "identity", "giver": "unknown"}
    seen = [at for at in permits() if identity.items() <= at.items()]

    assert {at["role"] for at in seen} >= {"physician", "municipal-nurse", "home-care", "administrator", "system"}
    assert "log-auditor" not in {at["role"] for at in seen}
    assert all(at["care_relation"] == "yes" for at in seen if at["role"] in STAFF)
    assert all(at["holding"] == "yes" for at in seen if at["role"] == "system")


def test_the_population_register_alone_says_who_people_are() -> None:
    """No staff and no other system registers people; a client without the property never does."""
    told = [at for at in permits() if at["action"] == "identify"]

    assert {(at["role"], at["client"]) for at in told} == {("system", "population-register")}


def test_staff_see_a_part_of_what_the_person_sees() -> None:
    """Each item that any staff could read, under any facts, the person and a small child's guardian could read too."""
    items = {
        key({fact: at[fact] for fact in ITEM})
        for at in permits()
        if at["action"] == "read" and at["role"] in STAFF and "directory" not in at.values()
    }
    person = point(action="read", role="citizen", purpose="own", relationship="self", age="16-up", incapable="no")
    parent = point(
        action="read", role="citizen", purpose="own", relationship="guardian", age="under-13", protected="no"
    )

    assert items
    for own in (person, parent):
        assert [item for item in items if not TABLE.decide({**own, **dict(item)}).allowed] == []


def test_nobody_but_who_writes_writes() -> None:
    """Only a physician, licensed staff and a system write, and only for their own giver."""
    writers = {(at["role"], at["giver"]) for at in permits() if at["action"] == "write"}

    writing = ("physician", "municipal-nurse", "care-professional", "system")
    assert writers == {(role, "own") for role in writing}


def test_only_the_person_blocks_and_only_the_auditor_reads_the_trail() -> None:
    """A block is the person's own from 16 years, or set by the giver's system; the trail the auditor's."""
    logs = [at for at in permits() if at["action"] == "log"]
    readers = {(at["relationship"], at["age"]) for at in logs if at["role"] == "citizen"}
    by_person = {("citizen", "self", "16-up")}

    def deciding(action: str, fact: str, *names: str) -> set[tuple[str, ...]]:
        alike = (at for at in permits() if at["action"] == action and TABLE.decide({**at, "fact": fact}).allowed)
        return {tuple(at[name] for name in names) for at in alike}

    for fact in ("outer-block", "inner-block", "outer-lifting"):
        assert deciding("end", fact, "role", "relationship", "age") == by_person
    assert deciding("register", "outer-lifting", "role", "relationship", "age") == by_person
    for fact in ("outer-block", "inner-block"):
        assert deciding("register", fact, "role") == {("citizen",), ("system",)}
        setters = deciding("register", fact, "role", "giver", "age")
        assert {(giver, age == "under-13") for role, giver, age in setters if role == "system"} == {("own", False)}
    assert {at["role"] for at in logs} == {"log-auditor", "information-owner", "citizen"}
    assert readers == {("self", "16-up"), ("guardian", "under-13")}


def test_a_role_never_acts_for_another_purpose() -> None:
    """Each role has one purpose; a directory alone is open for all who are known."""
    pairs = {
        (at["role"], at["purpose"])
        for at in permits()
        if at["information_class"] != "directory" or at["action"] != "read"
    }

    assert pairs == {(role.value, purpose.value) for role, purpose in PURPOSES.items() if role is not Role.NONE}


def test_a_not_for_patient_item_and_an_unknown_label_open_for_no_person_and_no_staff() -> None:
    """What the person may not see staff see neither here; a label that nobody knows is closed."""
    closed = [
        at
        for at in permits()
        if at["action"] == "read"
        and at["role"] != "system"
        and at["information_class"] != "directory"
        and at["label"] in {"NOPATIENT", "unknown"}
    ]

    assert closed == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_each_row_is_live(row: dict) -> None:
    """Without this row some decision is another."""
    at = seen().witnesses[row["id"]]
    without = Table([kept for kept in TABLE.rows if kept.id != row["id"]])

    assert TABLE.decide(at).row == row["id"]
    assert without.decide(at).allowed != TABLE.decide(at).allowed


@settings(deadline=None)
@given(st.fixed_dictionaries({fact: st.sampled_from(values) for fact, values in DOMAIN.items()}))
def test_a_value_is_decided_as_the_one_that_stands_for_it(at: Point) -> None:
    """Any point of the full domain gets the answer of its representative, so that enumerating those is enough."""
    action, role = at["action"], at["role"]
    chosen = representatives(action, role)
    alike = {fact: chosen[fact][signature(action, role, fact, value)] for fact, value in at.items()}

    assert TABLE.decide(at).allowed == TABLE.decide(alike).allowed == (key(alike) in seen().permitted)


@pytest.mark.parametrize(
    "row, fact", [(row["id"], fact) for row in ROWS for fact in row["when"] if fact not in {"action", "role"}], ids=str
)
def test_each_cell_is_live(row: str, fact: str) -> None:
    """Without this condition on the row some decision is another; action and role each row must name."""
    wider = Table(
        [
            kept
            if kept.id != row
            else dataclasses.replace(kept, when={name: kept.when[name] for name in kept.when if name != fact})
            for kept in TABLE.rows
        ]
    )
    at = seen().witnesses[row]
    around = [{**at, fact: value} for value in DOMAIN[fact]]
    candidates = permits() if row in FORBIDS else around

    assert [each for each in candidates if wider.decide(each).allowed != TABLE.decide(each).allowed]
