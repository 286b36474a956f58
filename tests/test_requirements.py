"""What is skipped is named at the end of a run, with what brings it; and nothing is skipped for any other reason."""

import re
from pathlib import Path

import pytest

from tests import requirements
from tests.requirements import Requirement, requires, skip_without, summary

TESTS = Path(__file__).parent
SKIPS = re.compile(r"\b(?:pytest\.sk" + r"ip|sk" + r"ipif|importorsk" + r"ip|xf" + r"ail)\(")

MET = Requirement("a thing", "get it", lambda: True)
UNMET = Requirement("another thing", "get that: now", lambda: False)


def test_a_run_ends_with_each_missing_tool_and_its_command():
    """The tool that most tests lack comes first."""
    assert list(summary([MET.reason, UNMET.reason, UNMET.reason])) == [
        "   2 skipped for want of another thing. To run: get that: now",
        "   1 skipped for want of a thing. To run: get it",
    ]


def test_each_requirement_has_a_name_and_a_command_of_its_own():
    """The name ends at the first colon of a reason, so it has none."""
    known = [value for value in vars(requirements).values() if isinstance(value, Requirement)]

    assert (
        len({requirement.name for requirement in known})
        == len({requirement.command for requirement in known})
        == len(known)
    )
    assert [requirement.name for requirement in known if ":" in requirement.name] == []


def test_a_test_is_skipped_unless_all_that_it_requires_is_here():
    """By a mark or by a call, for the first that is missing."""
    skip_without(MET)
    with pytest.raises(pytest.skip.Exception, match=UNMET.reason):
        skip_without(MET, UNMET)

    assert requires(MET).args == (False,)
    assert requires(MET, UNMET).args == (True,)
    assert requires(MET, UNMET).kwargs == {"reason": UNMET.reason}


def test_nothing_else_skips_a_test():
    """No file of tests skips by itself, or expects a failure."""
    files = [path for path in TESTS.rglob("*.py") if path.name != "requirements.py"]

    assert [path.name for path in files if SKIPS.search(path.read_text("utf-8"))] == []
