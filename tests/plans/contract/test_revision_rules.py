"""What a revision is called, and what it must say, for every pair of statuses."""

import itertools
from typing import get_args

import pytest

from app.contracts.model.agreement import PlanStatus
from app.contracts.model.sections import Revision
from app.errors import Unprocessable
from app.plans.contract.revision_rules import GROUPS, HAS_ENDED, IN_ERROR, REASON, RULES, Action, action, has_ended

STATUSES = get_args(PlanStatus)
OPEN = {"draft", "active", "on-hold"}
ENDED = {"completed", "revoked"}


def expected(before, after):
    """The same, said in another way: the action, and whether it needs a reason; None where it is refused."""
    if before is None:
        return "create", after == "entered-in-error"
    if before == "entered-in-error":
        return None
    if before in ENDED:
        return ("reopen", True) if after in OPEN else None
    ends = after in ENDED | {"entered-in-error"}
    return ("end", True) if ends else ("revise", False)


@pytest.mark.parametrize("before,after", [*itertools.product([None, *STATUSES], STATUSES)], ids=str)
def test_every_change_of_status_has_its_rule(before, after):
    """A name, a reason where one is needed, or a refusal."""
    rule = expected(before, after)
    if rule is None:
        with pytest.raises(Unprocessable) as refused:
            action(before, after, "Skäl.")
        assert refused.value.faults == (IN_ERROR if before == "entered-in-error" else HAS_ENDED,)
        return
    assert action(before, after, "Skäl.") == rule[0]
    if rule[1]:
        with pytest.raises(Unprocessable) as refused:
            action(before, after, None)
        assert refused.value.faults == (REASON,)
    else:
        assert action(before, after, None) == rule[0]


def test_a_replacement_needs_a_reason():
    """Whatever the status of the new contract."""
    for status in STATUSES:
        assert action(None, status, "Skäl.", replaces=True) == "replace"
        with pytest.raises(Unprocessable):
            action(None, status, None, replaces=True)


def test_the_table_is_closed():
    """Every status has a group, every row is of two groups, and every action is one that a contract can hold."""
    assert GROUPS.keys() == {None, *STATUSES}
    assert {group for row in RULES for group in row} == set(GROUPS.values())
    assert set(get_args(Action)) == set(get_args(get_args(Revision.model_fields["action"].annotation)[0]))
    assert {status for status in STATUSES if has_ended(status)} == {*ENDED, "entered-in-error"}
