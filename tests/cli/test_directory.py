"""`samplan directory` imports, checks and lists, and its exit status tells how it went."""

import json

import pytest

from app.cli import directory
from tests.builders.directory import GIVER, NOW, UNIT, organization, unit

EXPORTED = ["--exported", "2026-12-01T04:00:00+01:00"]


@pytest.fixture
def run(database, tmp_path, capsys, monkeypatch):
    """Run a command on an export of these resources; returns the status and what it wrote."""
    monkeypatch.setenv("SAMPLAN_DATABASE_URL", database.app_url)

    def command(name, *resources):
        path = tmp_path / "export.ndjson"
        path.write_text("".join(json.dumps(resource) + "\n" for resource in resources), "utf-8")
        status = directory.main([name] if name == "list" else [name, str(path), *EXPORTED], now=NOW)
        return status, capsys.readouterr().out

    return command


def test_import_check_and_list(run):
    """A check stores nothing, an import does, and a refused line gives status 1 with its place."""
    assert run("check", organization()) == (0, "1 new, 0 changed, 0 unchanged, 0 older, 0 refused (nothing stored)\n")
    assert run("list") == (0, "")
    status, out = run("import", organization(), unit(), unit("SE5560009999-U2", part_of="SE5560009999-X1"))
    assert (status, out.splitlines()[-1]) == (1, "2 new, 0 changed, 0 unchanged, 0 older, 1 refused")
    assert out.startswith("line 3: It refers to something")
    assert run("list") == (0, f"{GIVER}  Enhet G1  (care-giver)\n  {UNIT}  Enhet U1  (care-unit)\n")


@pytest.mark.parametrize(
    "arguments",
    [["import", "export.xml"], ["import", "a.csv", "--exported", "2026-12-01"], ["list"], ["remove"]],
    ids=["ending", "no zone", "no database", "command"],
)
def test_a_wrong_argument_is_one_sentence(arguments, capsys, monkeypatch):
    """Status 2, and the sentence names the option."""
    monkeypatch.delenv("SAMPLAN_DATABASE_URL", raising=False)
    with pytest.raises(SystemExit, match="2"):
        directory.main(arguments, now=NOW)
    assert "error" in capsys.readouterr().err


def test_a_missing_file_or_database_is_one_sentence(run, tmp_path, capsys):
    """Status 1, without a traceback."""
    missing = ["import", str(tmp_path / "missing.csv"), *EXPORTED]
    assert directory.main(missing, now=NOW) == 1
    assert directory.main(["list", "--database", "postgresql://nobody@127.0.0.1:1/none"], now=NOW) == 1
    assert capsys.readouterr().err.count("samplan directory: ") == 2
