"""Decisions on items: block, scope and Provenance, and many items at once."""

import pytest

from app.access.caller import Role
from app.access.classification import Classes
from app.access.decisions import OUT_OF_SCOPE, PARTLY_SEEN, TARGET_HIDDEN
from app.items import Item
from tests.builders.access import (
    HOME_CARE_UNIT,
    MUNICIPALITY,
    PATIENT,
    STAFF_ROLES,
    access_check,
    block,
    caller,
    guardian,
    period,
    raw,
)
from tests.builders.items import CLINIC, REGION, item

RELATED = {"relations": [period()]}
SHARED = RELATED | {"consents": [period()]}
THEIRS = {"giver": MUNICIPALITY, "unit": HOME_CARE_UNIT, "category": "social"}
PHYSICIAN = caller(Role.PHYSICIAN)


def test_an_items_giver_decides_whether_consent_is_needed() -> None:
    """Own items by relation, others' by consent, an unknown giver's never."""
    without, by_consent = access_check(PHYSICIAN, raw(**RELATED)), access_check(PHYSICIAN, raw(**SHARED))

    assert without.read(item()).row == "read-own-care"
    assert not without.read(item(**THEIRS)).allowed
    assert by_consent.read(item(**THEIRS)).row == "read-shared-physician"
    assert not by_consent.read(item(giver=None)).allowed


@pytest.mark.parametrize(
    "more", [{"category": None}, {"category": "other"}, {"label": "X"}, {"label": "unknown"}, {"giver": None}]
)
def test_an_item_with_an_unknown_class_is_hidden_from_staff(more: dict) -> None:
    """Giver, category or label that is unknown, or no value that is known here, opens for no staff."""
    assert not access_check(PHYSICIAN, raw(**SHARED)).read(item(**more)).allowed


def test_an_information_class_that_nobody_knows_is_not_shared() -> None:
    """A new information class is the person's alone until the table knows it."""
    assert not access_check(PHYSICIAN, raw(**SHARED)).read(item(information_class="new")).allowed
    assert access_check(caller(Role.CITIZEN), raw(), me=PATIENT).read(item(information_class="new")).allowed


def test_only_the_person_sees_what_nothing_is_known_of() -> None:
    """An item without giver, unit and category is the person's alone."""
    unknown = item(giver=None, unit=None, category=None)

    assert access_check(caller(Role.CITIZEN), raw(), me=PATIENT).read(unknown).allowed
    assert not any(access_check(caller(role), raw(**SHARED)).read(unknown).allowed for role in STAFF_ROLES)


def test_an_outer_block_hides_from_others_and_not_from_its_own_giver() -> None:
    """What the municipality holds is blocked: gone for the region, there for the municipality."""
    known = raw(relations=[period(), period(giver=MUNICIPALITY)], consents=[period()], blocks=[block()])
    theirs = item(**THEIRS)

    assert access_check(PHYSICIAN, known).read(theirs) == (False, "hide-blocked")
    assert access_check(PHYSICIAN, known).read(item()).allowed
    assert access_check(caller(Role.MUNICIPAL_NURSE, giver=MUNICIPALITY, unit="SE-N"), known).read(theirs).allowed


@pytest.mark.parametrize(
    "blocks, unit, allowed",
    [
        ([block(kind="inner", giver=REGION, unit="SE-PSY")], "SE-PSY", False),
        ([block(kind="inner", giver=REGION, unit="SE-PSY")], CLINIC, True),
        ([block(kind="inner", giver=REGION, unit="SE-PSY")], "SE-OTHER", True),
        ([block(kind="inner", giver=REGION, unit="SE-PSY")], None, False),
        ([block(kind="inner", giver=REGION, unit=None)], "SE-OTHER", False),
        ([block(kind="inner", giver=REGION, unit=None)], CLINIC, True),
        ([block(kind="inner", giver=REGION, unit=CLINIC)], CLINIC, True),
        ([block(kind="inner", giver=MUNICIPALITY, unit="SE-PSY")], "SE-PSY", True),
        ([block(giver=REGION)], "SE-PSY", True),
        ([block(giver=None)], CLINIC, False),
    ],
)
def test_an_inner_block_hides_a_unit_from_the_other_units(blocks: list, unit: str | None, *, allowed: bool) -> None:
    """Within one giver a blocked unit sees its own; an unknown unit is hidden while any is blocked."""
    assert access_check(PHYSICIAN, raw(**RELATED, blocks=blocks)).read(item(unit=unit)).allowed is allowed


def test_a_directory_is_open_for_all_who_are_known() -> None:
    """Practitioners and organisations belong to no person: no fact is needed, and a role is."""
    entry = item("Practitioner", information_class="directory", giver=None, unit=None, category=None)

    assert all(access_check(caller(role), None).read(entry).allowed for role in Role if role is not Role.NONE)
    assert not access_check(caller(Role.NONE), None).read(entry).allowed


def test_scopes_narrow_what_is_read() -> None:
    """A system with a scope for appointments gets no plans, though its organisation holds them."""
    system = caller(Role.SYSTEM, scopes={"Appointment": frozenset("rs")})
    plan = item("CarePlan", "p", information_class="plan")
    seen = access_check(system, raw()).visible([item(), plan])

    assert seen.items == [item()]
    assert seen.hidden == 1
    assert seen.rows == {"read-own-system": 1, "scope": 1}
    assert access_check(system, raw()).read(plan) == OUT_OF_SCOPE


def test_a_system_without_scopes_reads_nothing() -> None:
    """Whatever its organisation holds: a scope that is absent gives nothing."""
    system = caller(Role.SYSTEM, scopes=None)

    assert access_check(system, raw()).visible([item()]).items == []
    assert access_check(system, raw()).read(item()) == OUT_OF_SCOPE


def test_a_write_is_decided_by_the_classes_of_what_is_written() -> None:
    """Classes and items are judged alike: one's own giver's, and no other's."""
    opened = access_check(PHYSICIAN, raw(**SHARED))
    own = Classes(REGION, CLINIC, "health", "plan", "R", None)

    assert opened.write(own) == (True, "write-care")
    assert opened.write(item(information_class="plan")).allowed
    assert not opened.write(own._replace(giver=MUNICIPALITY)).allowed
    assert not opened.write(own._replace(giver=None)).allowed
    assert not access_check(PHYSICIAN, raw()).write(own).allowed


def test_a_system_writes_for_a_person_nobody_knows_yet() -> None:
    """A push may bring a new person: no fact is needed but whose it is. To ask, the giver must hold something."""
    system = access_check(caller(Role.SYSTEM), None)

    assert system.write(item("Patient", information_class="person")).allowed
    assert not system.write(item(giver=MUNICIPALITY)).allowed
    assert not system.ask().allowed


def test_what_is_visible_keeps_its_order_and_counts_what_is_not() -> None:
    """Shown in the order given, hidden counted, and each decision told by its row."""
    items = [item(id="a"), item(id="b", **THEIRS), item(id="c", information_class="plan")]
    seen = access_check(PHYSICIAN, raw(**RELATED)).visible(items)

    assert seen.items == [items[0], items[2]]
    assert seen.hidden == 1
    assert seen.rows == {"read-own-care": 2, "no-row": 1}


def provenance(id: str, *refs: str) -> Item:
    """A Provenance of the region's that speaks of these."""
    return item("Provenance", id, information_class="provenance", refs=refs)


def test_a_provenance_is_seen_with_all_it_speaks_of_or_not_at_all() -> None:
    """One hidden target, one unknown, or none at all hides it; so does its own class."""
    items = [
        item(id="a"),
        item(id="b", **THEIRS),
        provenance("p", "Appointment/a"),
        provenance("q", "Appointment/a", "Appointment/b"),
        provenance("r", "Appointment/gone"),
        provenance("s"),
        provenance("t", "Provenance/p"),
        provenance("u", "Appointment/a")._replace(giver=MUNICIPALITY),
    ]
    seen = access_check(PHYSICIAN, raw(**RELATED)).visible(items)

    assert [each.id for each in seen.items] == ["a", "p"]
    assert seen.rows == {"read-own-care": 2, "no-row": 2, TARGET_HIDDEN.row: 4}


def test_a_provenance_outlives_what_it_speaks_of() -> None:
    """What was deleted hides it only from those who were not shown it; a deleted thing itself is never shown."""
    gone = [item(id="b"), item(id="c", **THEIRS)]
    items = [item(id="a"), provenance("p", "Appointment/a", "Appointment/b"), provenance("q", "Appointment/c")]
    seen = access_check(PHYSICIAN, raw(**RELATED)).visible(items, gone)

    assert [each.id for each in seen.items] == ["a", "p"]
    assert seen.hidden == 1


def test_where_no_item_could_be_shown_no_source_need_be_asked() -> None:
    """The auditor, a stranger and a protected child's guardian see nothing, whatever there is; others might."""
    child = raw(birthDate="2020-01-01", representatives=[guardian()])

    assert access_check(caller(Role.LOG_AUDITOR), raw()).sees_nothing
    assert access_check(PHYSICIAN, raw()).sees_nothing
    assert access_check(caller(Role.NONE), raw(**SHARED)).sees_nothing
    assert access_check(caller(Role.CITIZEN), child | {"protected": True}, me="parent").sees_nothing
    assert not access_check(caller(Role.CITIZEN), child, me="parent").sees_nothing
    assert not access_check(caller(Role.CITIZEN), raw(), me=PATIENT).sees_nothing
    assert not access_check(PHYSICIAN, raw(**RELATED)).sees_nothing
    assert not access_check(caller(Role.SYSTEM), None).sees_nothing


def test_who_sees_a_part_of_a_resource_does_not_replace_it() -> None:
    """An administrator sees no comment of a time, and would delete it."""
    administrator = access_check(caller(Role.ADMINISTRATOR), raw(**RELATED))
    assert administrator.replace(item()) == PARTLY_SEEN
