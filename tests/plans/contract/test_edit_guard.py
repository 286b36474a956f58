"""The guard of edits through FHIR: what each caller may write of a contract, its parts and its Provenance."""

from contextlib import nullcontext

import pytest

from app.access.caller import Role
from app.errors import Unprocessable
from app.plans.contract import revision_rules
from app.plans.contract.edit_guard import (
    CATEGORY_STAYS,
    HAS_SUCCESSOR,
    NEEDS_REASON,
    REPLACES_STAYS,
    REVISION_STAYS,
    require_allowed,
    require_no_successor,
)
from app.plans.write.drafts import Written
from tests.builders.access import caller
from tests.builders.contract_items import care_plan, confirmation, goal, other_plan, record, revision
from tests.builders.items import NOW, own_item

STAFF, SYSTEM = caller(Role.PHYSICIAN), caller(Role.SYSTEM)


def edit(who, before, *resources):
    """Let a caller write these resources into a record."""
    written = record(*resources)
    require_allowed(who, [Written(item, "updated") for item in written.values()], before, {**before, **written})


def refusal(fault):
    """The refusal with this fault; None is no refusal."""
    return nullcontext() if fault is None else pytest.raises(Unprocessable, match=fault.english.split(";")[0])


ACTIVE, ENDED = record(care_plan("c", "g"), goal("g")), record(care_plan("c", "g", status="completed"), goal("g"))


@pytest.mark.parametrize(
    ("before", "after", "of_staff", "of_a_system"),
    [
        (None, "active", None, None),
        ("active", "on-hold", None, None),
        ("active", "completed", NEEDS_REASON, None),
        ("active", "entered-in-error", NEEDS_REASON, None),
        ("completed", "active", NEEDS_REASON, None),
        ("completed", "completed", NEEDS_REASON, None),
        ("entered-in-error", "active", NEEDS_REASON, revision_rules.IN_ERROR),
    ],
)
def test_a_status_that_needs_a_reason_is_not_for_staff_through_fhir(before, after, of_staff, of_a_system):
    """A record system has no reason to send; nobody changes a contract that was entered in error."""
    stored = {} if before is None else record(care_plan("c", status=before))

    for who, fault in ((STAFF, of_staff), (SYSTEM, of_a_system)):
        with refusal(fault):
            edit(who, stored, care_plan("c", status=after))


@pytest.mark.parametrize("who", [STAFF, SYSTEM], ids=["staff", "system"])
def test_a_contract_stays_one(who):
    """And another plan does not become one."""
    for before, after in ((care_plan("c"), other_plan("c")), (other_plan("c"), care_plan("c"))):
        with refusal(CATEGORY_STAYS):
            edit(who, record(before), after)


@pytest.mark.parametrize("who", [STAFF, SYSTEM], ids=["staff", "system"])
def test_a_stored_contract_replaces_what_it_replaced(who):
    """Only a new contract replaces another."""
    with refusal(REPLACES_STAYS):
        edit(who, ACTIVE, care_plan("c", replaces=[{"reference": "CarePlan/old"}]))


def test_a_new_contract_that_replaces_needs_a_reason():
    """Of staff; a record system has none to send."""
    new = care_plan("new", replaces=[{"reference": "CarePlan/old"}])
    with refusal(NEEDS_REASON):
        edit(STAFF, record(care_plan("old")), new)
    edit(SYSTEM, record(care_plan("old")), new)


def test_a_replaced_contract_is_not_reopened():
    """Both would be in force."""
    successor = care_plan("new", replaces=[{"reference": "CarePlan/c"}])
    before = record(care_plan("c", status="completed"), successor)

    with refusal(HAS_SUCCESSOR):
        edit(SYSTEM, before, care_plan("c"))
    with refusal(HAS_SUCCESSOR):
        require_no_successor(before["CarePlan/c"], before)
    require_no_successor(before["CarePlan/new"], before)


def test_a_part_of_an_active_contract_may_change():
    """And so may a part of another plan, and a plan that is no contract."""
    edit(STAFF, ACTIVE, goal("g", "Gå längre"))
    edit(STAFF, {**ACTIVE, **record(other_plan("x"))}, other_plan("x", "g"))


def test_a_part_of_an_ended_contract_does_not_change():
    """Unless an open contract has it too, or the contract is reopened in the same edit."""
    with refusal(NEEDS_REASON):
        edit(STAFF, ENDED, goal("g", "Gå längre"))
    with refusal(NEEDS_REASON):
        edit(SYSTEM, ENDED, goal("g", "Gå längre"))
    edit(STAFF, {**ENDED, **record(care_plan("open", "g"))}, goal("g", "Gå längre"))
    edit(SYSTEM, ENDED, care_plan("c", "g"), goal("g", "Gå längre"))


def test_a_part_that_a_record_system_keeps_by_its_key_goes_on():
    """Whatever contract refers to it; staff may not change it."""
    keyed = own_item(goal("g", "Gå längre"))._replace(source_updated=NOW)

    edit(SYSTEM, ENDED, keyed)
    with refusal(NEEDS_REASON):
        edit(STAFF, ENDED, keyed)


def test_an_ended_contract_is_not_confirmed():
    """Neither anew, nor by a changed confirmation; a record system may repeat one that is there."""
    stored = {**ENDED, **record(confirmation("y", "CarePlan/c"))}

    with refusal(NEEDS_REASON):
        edit(STAFF, ENDED, confirmation("y", "CarePlan/c"))
    with refusal(NEEDS_REASON):
        edit(SYSTEM, stored, confirmation("y", "CarePlan/other"))
    edit(SYSTEM, stored, confirmation("z", "CarePlan/c"))
    edit(STAFF, ACTIVE, confirmation("y", "CarePlan/c"))


def test_a_revision_is_written_by_a_record_system_with_its_change_alone():
    """Staff write none through FHIR, and nobody changes one."""
    written = revision("r", "CarePlan/c")

    edit(SYSTEM, ACTIVE, written)
    with refusal(REVISION_STAYS):
        edit(STAFF, ACTIVE, written)
    for who in (STAFF, SYSTEM):
        with refusal(REVISION_STAYS):
            edit(who, {**ACTIVE, **record(written)}, {**written, "reason": [{"text": "Annat"}]})
    edit(STAFF, ACTIVE, revision("r", "Goal/elsewhere"))
