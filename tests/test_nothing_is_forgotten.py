"""Code and documentation agree: errors, settings, addresses, reasons, pages and links, in both languages."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from app import errors, outbound
from app.access import policy, policy_page
from app.api.failures import RENDERING
from app.api.openapi import document
from app.api.routes import ROUTES
from app.federation import reasons
from app.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
HEADINGS = ["Context", "Decision", "Consequences"]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])


def text(name: str) -> str:
    """A page, by its name below the root."""
    return (ROOT / name).read_text("utf-8")


def table(page_text: str) -> Iterator[list[str]]:
    """The cells of every row of a page's tables, without the marks of code."""
    for line in page_text.splitlines():
        if line.startswith("| "):
            yield [cell.strip().replace("`", "") for cell in line.strip("|").split(" | ")]


def subclasses(parent: type) -> set[type]:
    """Every class that descends from this one."""
    return {subclass for child in parent.__subclasses__() for subclass in (child, *subclasses(child))}


def test_every_error_has_an_answer_and_stands_in_the_tree():
    """Each error of app.errors is rendered, each rendering is of such an error, and the docstring lists them all."""
    ours = {error for error in subclasses(errors.SamplanError) if error.__module__ == "app.errors"}

    assert set(RENDERING) == ours
    assert {error.__name__ for error in ours} == set(re.findall(r"^  x (\w+)", errors.__doc__ or "", re.MULTILINE))


def test_every_error_says_something_in_both_languages():
    """The default fault of each has two different sentences."""
    for error in (errors.SamplanError, *RENDERING):
        assert error.default.english.endswith("."), error
        assert error.default.swedish.endswith("."), error
        assert error.default.english != error.default.swedish


def test_every_status_code_is_documented():
    """docs/api.md lists the statuses of the one table of failures, that of our own faults, and no other."""
    section = text("docs/api.md").partition("## Status codes")[2]
    documented = [int(cells[0]) for cells in table(section) if cells[0].isdecimal()]

    assert set(documented) == {rendering.status for rendering in RENDERING.values()} | {500}


def test_every_setting_is_documented_with_its_default():
    """docs/settings.md has one row for each field of the settings, in their order."""
    rows = {cells[0]: cells[1] for cells in table(text("docs/settings.md"))}
    fields = Settings.model_fields
    documented = [name for name in rows if name.removeprefix("SAMPLAN_").lower() in fields]

    assert documented == [f"SAMPLAN_{name.upper()}" for name in fields]
    for name, field in fields.items():
        default = str(field.default) if not isinstance(field.default, bool) else str(field.default).lower()
        wanted = "must be set" if field.is_required() else "none" if field.default is None else default
        assert rows[f"SAMPLAN_{name.upper()}"] == wanted
    assert "SAMPLAN_DATA" in rows


def test_every_setting_that_any_file_reads_is_documented():
    """No SAMPLAN_ name stands in the code alone."""
    read = {
        name for path in (ROOT / "app").rglob("*.py") for name in re.findall(r"SAMPLAN_[A-Z_]*[A-Z]", path.read_text())
    }

    assert [name for name in sorted(read) if f"`{name}`" not in text("docs/settings.md")] == []


def test_the_openapi_document_is_current():
    """openapi/samplan.json is what the routes give: `make openapi` writes it."""
    assert json.loads(text("openapi/samplan.json")) == json.loads(json.dumps(document(ROUTES)))


def test_every_address_is_documented():
    """docs/api.md lists each method and path of the OpenAPI document, and no other."""
    rows = [cells[0] for cells in table(text("docs/api.md").partition("## Addresses")[2].partition("\n## ")[0])]
    described = {
        f"{method.upper()} {path}" for path, methods in document(ROUTES)["paths"].items() for method in methods
    }

    assert {row for row in rows if "/" in row} == described


def test_every_room_is_in_the_tour():
    """The README names each folder and each module of app/."""
    rooms = {f"app/{path.name}/" for path in (ROOT / "app").iterdir() if (path / "__init__.py").exists()}
    modules = {f"app/{path.name}" for path in (ROOT / "app").glob("[a-z]*.py")}
    tour = set(re.findall(r"`(app/[^`]+)`", text("README.md").partition("## A tour")[2]))

    assert sorted((rooms | modules) - tour) == []
    assert [name for name in sorted(tour) if not (ROOT / name).exists()] == []


def test_every_reason_of_a_source_has_both_languages():
    """Each way to fail has a code with two sentences, and docs/federation.md lists the code."""
    codes = {failure.reason for failure in subclasses(outbound.Failure) if failure.__module__.startswith("app.")}

    assert codes | {reasons.FAILED} == set(reasons.REASONS)
    for code, sentence in reasons.REASONS.items():
        assert sentence.english.endswith("."), code
        assert sentence.swedish.endswith("."), code
        assert sentence.english != sentence.swedish
        assert f"`{code}`" in text("docs/federation.md")


def test_the_policy_in_swedish_is_current():
    """docs/policy.md is what the policy gives: `make policy` writes it."""
    assert text("docs/policy.md") == policy_page.policy_page(policy.load())


def test_every_decision_has_its_three_parts():
    """Numbered without a gap, and each with context, decision and consequences."""
    pages = sorted((DOCS / "decisions").glob("*.md"))

    assert [path.name[:4] for path in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for path in pages:
        written = path.read_text("utf-8")
        assert written.startswith(f"# {path.name[:4]} "), path.name
        assert re.findall(r"^## (.+)$", written, re.MULTILINE) == HEADINGS, path.name


def test_every_dependency_has_its_reason():
    """Decision 0008 has a row for each run-time dependency, and for nothing else."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    wanted = {re.split(r"[\[>=;]", line)[0] for line in project["dependencies"]}
    rows = {cells[0] for cells in table(text("docs/decisions/0008-dependencies.md"))} - {"library"}

    assert rows == wanted


def test_every_target_is_documented():
    """docs/development.md has a row for each target that `make` lists."""
    targets = set(re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE)) - {"help"}
    rows = {
        cells[0].removeprefix("make ") for cells in table(text("docs/development.md")) if cells[0].startswith("make ")
    }

    assert rows == targets


def test_every_path_that_a_page_names_exists():
    """A file that is moved must be renamed in the documentation too."""
    named = re.compile(r"`((?:app|tests|alembic|benchmarks|fhir_profiles|docs|openapi|deploy)/[\w./-]*)(?:::\w+)?`")
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in [*PAGES, ROOT / "deploy" / "README.md"]
        for name in named.findall(path.read_text("utf-8"))
        if not (ROOT / name).exists()
    ]

    assert missing == []


def test_links_between_pages_lead_somewhere():
    """Each relative link names a file that is there, and a heading of it where it names one."""
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in PAGES
        for link in re.findall(r"\]\(([^)#\s:]*(?:#[^)\s]+)?)\)", path.read_text("utf-8"))
        if not leads_somewhere(path, unquote(link))
    ]

    assert broken == []


def leads_somewhere(path: Path, link: str) -> bool:
    """Whether a relative link of a page names something that exists."""
    name, _, anchor = link.partition("#")
    target = path.parent / name if name else path
    if not target.exists():
        return False
    headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE) if anchor else []
    return not anchor or anchor in {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def test_every_page_is_found_from_the_readme():
    """Nothing in docs/ is left lying: each page, or its folder, is linked from the README."""
    linked = set(re.findall(r"\]\((docs/[^)#]+)", text("README.md")))
    pages = {path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md")}

    assert sorted(name for name in pages if name not in linked and name.rpartition("/")[0] not in linked) == []


def test_the_deployed_environment_has_only_settings_that_there_are():
    """And every one without a default, so that a copy of it starts."""
    named = dict(
        line.split("=", 1) for line in (ROOT / "deploy/samplan.env").read_text("utf-8").splitlines() if "=" in line
    )
    known = {f"SAMPLAN_{name.upper()}": field for name, field in Settings.model_fields.items()}

    assert named.keys() <= known.keys()
    assert {name for name, field in known.items() if field.is_required()} <= named.keys()
