"""docs/law.md lists every rule of law with its paragraph, its policy rows and its tests, and stays true to them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access import policy

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/law.md").read_text("utf-8")
RULES = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
BASES = {row.id: row.basis.split() for row in policy.load().rows}
TESTS_OF_LAW = "tests/access/test_law.py"
NOT_BUILT = "Not built yet: "


def entry(rule: str, name: str) -> str | None:
    """The text of a rule's entry, such as `Law` or `Policy`; None if the rule has none."""
    found = re.search(rf"^- {name}: (.+?)(?=^- |\n\n|\Z)", RULES[rule], re.MULTILINE | re.DOTALL)
    return found and found[1]


def named_tests(text: str) -> list[str]:
    """The tests that a text names as `path::function`."""
    return re.findall(r"`(tests/[\w/]+\.py::\w+)`", text)


def functions(path: str) -> Iterator[str]:
    """The names of the functions at the top of a file; none if there is no such file."""
    file = ROOT / path
    for node in ast.parse(file.read_text("utf-8")).body if file.is_file() else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def test_the_page_has_every_rule_in_order() -> None:
    """C1 to C23, and D for what is not about a patient."""
    assert list(RULES) == [*(f"C{number}" for number in range(1, 24)), "D"]


def test_every_basis_of_the_policy_is_a_rule() -> None:
    """No row of policy.toml rests on a rule that the page does not explain."""
    assert {basis for bases in BASES.values() for basis in bases} <= RULES.keys()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_its_law_and_a_test_or_says_that_it_is_not_built(rule: str) -> None:
    """Each rule names where it is written, and is shown by a test or says openly that it is not built."""
    assert entry(rule, "Law")
    assert named_tests(entry(rule, "Tests") or "") or NOT_BUILT in RULES[rule]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_lists_the_policy_rows_that_carry_it(rule: str) -> None:
    """Exactly those whose `basis` names the rule, each linked to its text in policy.md; `none` if there are none."""
    listed = entry(rule, "Policy") or ""
    rows = [row for row, bases in BASES.items() if rule in bases]

    assert re.findall(r"\[`([\w-]+)`\]\(policy\.md#\1\)", listed) == rows
    assert rows or listed.strip() == "none"


def test_every_test_that_the_page_names_exists() -> None:
    """A test that is moved or renamed must be renamed on the page too."""
    assert named_tests(PAGE)
    assert [name for name in named_tests(PAGE) if name.split("::")[1] not in functions(name.split("::")[0])] == []


def test_every_test_of_law_is_listed_with_its_rule() -> None:
    """A test named test_c5_… is listed under C5, and one named test_c10_to_c12_… under C10, C11 and C12."""
    missing = [
        (rule, f"{path}::{name}")
        for path in (file.relative_to(ROOT).as_posix() for file in (ROOT / "tests").rglob("test_*.py"))
        for name in functions(path)
        for rule in rules_of(name)
        if f"{path}::{name}" not in named_tests(RULES[rule])
    ]

    assert missing == []


def rules_of(name: str) -> list[str]:
    """The rules that a test names: `test_c9_and_c22_…` is about two, `test_c10_to_c12_…` about three."""
    found = re.match(r"test_c(\d+)(?:_(and|to)_c(\d+))?_", name)
    if found is None:
        return []
    first, last = int(found[1]), int(found[3] or found[1])
    return [f"C{number}" for number in (range(first, last + 1) if found[2] == "to" else sorted({first, last}))]


@pytest.mark.parametrize("rule", RULES)
def test_every_file_that_the_page_names_exists(rule: str) -> None:
    """Code that enforces a rule is named by its path."""
    paths = re.findall(r"`((?:app|alembic)/[\w/]+\.\w+)`", RULES[rule])

    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_a_test_that_is_gone_is_noticed() -> None:
    """Neither a missing file nor a missing function counts."""
    assert "test_c1_gone" not in functions(TESTS_OF_LAW)
    assert list(functions("tests/access/test_gone.py")) == []
