"""Rules of the house that no tool knows: sizes, names, clocks, and what must never be in a file."""

import ast
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

# Test identities published by Skatteverket and Inera; nobody bears them.
PUBLISHED = {
    "195009072553",
    "196101182803",
    "189002029800",
    "200302022389",
    "199002222397",
    "200001252386",
    "189602029812",
    "196109732393",
}
# Invented ones lie in centuries that nobody lives in.
FIRST_INVENTED_YEAR = 9900

ROOT = Path(__file__).parents[1]
PLACES = ("app", "tests", "alembic", "docs", "fhir_profiles", "openapi", "deploy", "benchmarks")
TOP = ("*.md", "*.toml", "*.ini", "*.yaml", "Makefile", ".ci/run")
TEXT = {".py", ".md", ".toml", ".json", ".yaml", ".yml", ".html", ".css", ".js", ".sql", ".ini", ".txt", ".sh", ""}

PERSONAL_NUMBER = re.compile(r"(?<![\w.])(\d{2})?(\d{6})[-+]?(\d{4})(?![\w.])")
# Written apart, so that this file passes its own test.
MACHINE = re.compile(
    r"(?<![\w.])/(?:" + "|".join(("ro" + "ot", "wo" + "rk", "ho" + "me/[a-z]+", "tmp/pl" + "an")) + ")/"
)
BANNED = ("Manager", "Service", "Helper", "Util", "Utils", "Processor", "DTO", "Impl")
# Names that do not say what a thing is: once words of this house, or no nouns at all.
RIDDLES = {
    "House", "Desk", "Reach", "Asker", "Hint", "Situation", "Opened", "Work", "Composed", "Whole", "Kept", "Held", "Shape",
    "Row", "About", "say", "hear", "again", "unheard", "beyond", "heirs", "spoken", "edits", "unite", "just", "beside",
    "one", "each", "found", "said", "told", "heard", "kept", "held", "made", "whole",
}  # fmt: skip
ELSEWHERE = re.compile("design, deci" + r"sion|sweden\.m" + r"d|technology\.m" + "d")
EMPTY_NAMES = {"utils", "util", "helpers", "common", "misc", "core", "base", "lib", "shared"}
PATCHES = re.compile(r"mo" + r"ck\.patch|setattr\(.app\.|setattr\(app")
# FHIR's own words end in one of these too.
FHIR_WORDS = {"ServiceRequest", "HealthcareService"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
# Entry points and the edge read the clock, and pass it on.
MAY_READ_A_CLOCK = ("app/api/", "app/web/", "app/demo/", "app/main.py", "app/cli/samplan.py")
LINES_IN_A_FILE = 400
LINES_IN_A_TEST_FILE = 500
LINES_IN_A_FUNCTION = 40


@cache
def texts() -> list[Path]:
    """Every file of ours that people read, relative to the root."""
    found = itertools.chain(*((ROOT / place).rglob("*") for place in PLACES), *(ROOT.glob(pattern) for pattern in TOP))
    return sorted(
        path.relative_to(ROOT)
        for path in found
        if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts
    )


def python(*places: str) -> list[Path]:
    """Every Python file in some places."""
    return [path for path in texts() if path.suffix == ".py" and path.parts[0] in places]


def text(path: Path) -> str:
    """What a file holds."""
    return (ROOT / path).read_text()


@cache
def tree(path: Path) -> ast.Module:
    """A file as Python reads it."""
    return ast.parse(text(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported_names(node: ast.ImportFrom) -> list[str]:
    """The names that an import brings."""
    return [alias.name for alias in node.names]


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function has, without its docstring."""
    first = function.body[0]
    docstring = ast.get_docstring(function) is not None
    return (function.end_lineno or 0) - function.lineno + 1 - docstring * ((first.end_lineno or 0) - first.lineno + 1)


def passes(digits: str) -> bool:
    """Whether the last of ten digits is the check digit of the others."""
    return sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(digits)) % 10 == 0


def is_date(century: str, digits: str) -> bool:
    """Whether six digits are a day, a samordningsnummer's (+60) too; a year that is not told is any year."""
    day = int(digits[4:]) - 60 * (int(digits[4:]) > 60)
    try:
        date(int((century or "20") + digits[:2]) or 2000, int(digits[2:4]), day)
    except ValueError:
        return False
    return True


def persons(written: str) -> set[str]:
    """The personal numbers in a text that may belong to somebody."""
    known = PUBLISHED | {number[2:] for number in PUBLISHED}
    return {
        century + birth + last
        for century, birth, last in PERSONAL_NUMBER.findall(written)
        if passes(birth + last)
        and is_date(century, birth)
        and century + birth + last not in known
        and not (century and int(century + birth[:2]) >= FIRST_INVENTED_YEAR)
    }


@pytest.mark.parametrize(
    "written, found",
    [
        ("born 19121212" + "1212 here", 1),
        ("121212" + "-1212", 1),
        ("121272" + "+1219", 1),
        ("195009072553 and 500907-2553", 0),
        ("191212121213", 0),
        ("id 1.2.191212" + "121212", 0),
        ("990013" + "0000", 0),
    ],
)
def test_the_search_for_personal_numbers_finds_them(written: str, found: int) -> None:
    """Twelve digits or ten, with a date and a check digit, in any way of writing; not inside other numbers."""
    assert len(persons(written)) == found


def test_no_file_holds_a_persons_number_or_a_machines_path() -> None:
    """Only published test identities and impossible centuries; no path of the machine that somebody sat at."""
    read = {path: text(path) for path in texts()}

    assert [path for path, held in read.items() if persons(held)] == []
    assert [path for path, held in read.items() if MACHINE.search(held)] == []


def test_a_file_is_one_concept_and_its_functions_are_short() -> None:
    """A file of more than 400 lines is two; a function of more than 40 hides one."""
    long = [
        f"{path}: {function.name} {lines(function)}"
        for path in python("app", "benchmarks", "fhir_profiles")
        for function in functions(path)
        if lines(function) > LINES_IN_A_FUNCTION
    ]

    assert [
        path for path in python("app", "benchmarks", "fhir_profiles") if len(text(path).splitlines()) > LINES_IN_A_FILE
    ] == []
    assert long == []


def test_names_say_what_a_thing_is() -> None:
    """No class is a Manager or a Helper, and no file is `utils` or `common`."""
    classes = [
        f"{path}: {node.name}"
        for path in python("app", "benchmarks", "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(BANNED) and node.name not in FHIR_WORDS
    ]

    assert classes == []
    assert [path for path in texts() if path.stem in EMPTY_NAMES] == []


def test_below_the_edge_now_is_an_argument() -> None:
    """Nothing that decides, stores or maps reads a clock."""
    read = [
        f"{path}:{call.lineno}"
        for path in python("app")
        if not path.as_posix().startswith(MAY_READ_A_CLOCK)
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and (call.func.value.id, call.func.attr) in CLOCKS
    ]

    assert read == []


def test_every_exception_from_the_rules_stands_in_pyproject_with_its_reason() -> None:
    """No line switches a lint off for itself, and none is off for no reason."""
    here = [
        path
        for path in python("app", "benchmarks", "tests", "alembic")
        if re.search(r"# ?no" + "qa|ruff: no" + "qa", text(path))
    ]
    ignored = [line for line in text(Path("pyproject.toml")).splitlines() if re.match(r'    "[A-Z]+\d*",', line)]

    assert here == []
    assert ignored
    assert [line for line in ignored if "# " not in line] == []


def test_models_of_fhir_resources_are_met_at_one_door() -> None:
    """The door imports by name, which import-linter does not see: so neither may anybody else."""
    assert [path for path in python("app", "benchmarks") if re.search(r"[\"']fhir\.resources", text(path))] == [
        Path("app/fhir/models.py")
    ]


def test_tests_state_facts_and_patch_nothing_of_ours() -> None:
    """Each test says in a docstring what is true, and meets the code as it is."""
    silent = [
        f"{path}: {function.name}"
        for path in python("tests")
        for function in functions(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]

    assert silent == []
    assert [path for path in python("tests") if PATCHES.search(text(path))] == []


def test_tests_share_builders_and_never_each_other() -> None:
    """A test file imports no test file, and has at most 500 lines; tests/builders makes what several of them need."""
    imports = [
        f"{path}: {node.module}"
        for path in python("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and any(
            part.startswith("test_") or part == "conftest" for part in [*node.module.split("."), *imported_names(node)]
        )
    ]

    assert imports == []
    assert [path for path in python("tests") if len(text(path).splitlines()) > LINES_IN_A_TEST_FILE] == []


def test_only_tables_of_data_are_laid_out_by_hand() -> None:
    """`fmt: skip` ends a constant of a module, or a contract or resource of the demo; elsewhere the formatter wins."""
    tables = {
        (path, node.end_lineno)
        for path in python("app", "benchmarks", "fhir_profiles", "alembic")
        for node in tree(path).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    }
    by_hand = [
        (path, number)
        for path in python("app", "benchmarks", "fhir_profiles", "alembic")
        for number, line in enumerate(text(path).splitlines(), 1)
        if line.endswith(("# fmt: skip", "# fmt: off")) and path.parts[:3] != ("app", "demo", "data")
    ]

    assert by_hand
    assert [f"{path}:{number}" for path, number in by_hand if (path, number) not in tables] == []


def test_a_class_name_stands_for_one_thing() -> None:
    """No two classes have the same name, so that an error or a search leads to one of them."""
    names = Counter(
        node.name
        for path in python("app", "benchmarks", "fhir_profiles")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    )

    assert [name for name, count in names.items() if count > 1] == []


def test_names_are_nouns_of_python_fhir_or_care() -> None:
    """No class, function, argument or variable of the app has a name that has to be guessed."""
    riddles = [
        f"{path}:{node.lineno} {name}"
        for path in python("app", "benchmarks", "fhir_profiles")
        for node in ast.walk(tree(path))
        for name in (getattr(node, "id", None), getattr(node, "name", None), getattr(node, "arg", None))
        if isinstance(name, str) and name in RIDDLES and hasattr(node, "lineno")
    ]

    assert riddles == []


def test_nothing_points_outside_the_repository() -> None:
    """What a line refers to is a page here, a paragraph of law, or an address."""
    assert [path for path in texts() if ELSEWHERE.search(text(path))] == []
