"""`samplan audit extract`: what an information owner hands out about a person or an employee, in Swedish."""

import asyncio
import csv
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.cli import audit
from app.storage.audit_rows import append
from app.storage.database import open_pool
from tests.builders.stored import REGION, TOWN, audit_entry

SHOWN = [["Goal/1", 1, "goal", REGION, None], ["CarePlan/2", 1, "plan", TOWN, None]]


@pytest.fixture
async def extract(database, tmp_path):
    """Runs the command on a trail of two givers; returns its status and the text of the file."""
    pool = await open_pool(database.app_url, size=1)
    now = datetime.now(UTC)
    done = {"phase": "outcome", "outcome": "permit", "at": now, "shown": SHOWN}
    await append(
        pool,
        [
            audit_entry(request=uuid4(), **done),
            audit_entry(request=uuid4(), **done | {"caller": "=SE-TOWN-NURSE", "giver": TOWN, "unit": "=SE-TOWN-1"}),
            audit_entry(
                request=uuid4(), **done | {"caller": "anna", "caller_kind": "citizen", "giver": None, "unit": None}
            ),
            audit_entry(request=uuid4(), phase="outcome", outcome="deny", at=now, patient="olle"),
        ],
    )

    async def run(*words, giver=REGION):
        file = tmp_path / f"{uuid4().hex}.txt"
        arguments = ["--database", database.app_url, "extract", str(file), "--giver", giver, "--operator", "Karin"]
        days = ["--from", "2020-01-01", "--to", "2099-12-31"]
        status = await asyncio.to_thread(audit.main, [*arguments, *days, *words], now=datetime.now(UTC))
        return status, file.read_text("utf-8")

    yield run
    await pool.close()


async def test_a_person_s_extract_is_a_table_for_a_spreadsheet(extract):
    """Who, when, what and why; only the own part, and no employee of another giver; no formula."""
    status, text = await extract("--patient", "anna")
    rows = list(csv.DictReader(text.lstrip("\ufeff").splitlines(), delimiter=";"))

    assert status == 0
    assert len(rows) == 4
    own = next(row for row in rows if row["Medarbetare eller system"] == "SE-REGION-DOCTOR")
    assert own["Vem"].startswith("Läkare vid SE-REGION-1")
    assert own["Händelse"] == "läste översikten: mål (1)"
    assert (own["Ändamål"], own["Utfall"], own["Person"]) == ("vård och behandling", "tillåten", "Patient/anna")
    assert "Personen själv" in {row["Vem"] for row in rows}
    assert "TOWN-NURSE" not in text
    assert not any(value.startswith("=") for row in rows for value in row.values())


async def test_an_employee_s_extract_has_what_was_refused_too(extract):
    """Every event of the employee, about whoever it was."""
    _, text = await extract("--employee", "SE-REGION-DOCTOR", "--format", "ndjson")
    events = [json.loads(line) for line in text.splitlines()]

    assert {(event["Person"], event["Utfall"]) for event in events} == {
        ("Patient/anna", "tillåten"),
        ("Patient/olle", "nekad"),
    }


async def test_an_extract_is_itself_in_the_trail(extract):
    """Who asked for it is in the next one."""
    await extract("--patient", "anna")
    _, text = await extract("--patient", "anna", "--format", "ndjson")

    assert "Informationsägaren hos SE-REGION" in text
    assert "Karin" in text


async def test_a_page_to_print(extract):
    """HTML in Swedish whose values are escaped."""
    _, text = await extract("--patient", "anna", "--format", "html", giver=TOWN)

    assert text.startswith('<!doctype html><html lang="sv">')
    assert "size: A4" in text
    assert "plan (1)" in text
    assert "mål (1)" not in text
    assert "Antal händelser: " in text


async def test_a_personal_number_is_refused(database, tmp_path, capsys):
    """It would be in the trail."""
    words = ["extract", str(tmp_path / "x"), "--giver", REGION, "--from", "2026-01-01", "--to", "2026-01-02"]
    arguments = ["--database", database.app_url, *words, "--patient", "195009072553"]

    assert await asyncio.to_thread(audit.main, arguments, now=datetime.now(UTC)) == 1
    assert "195009072553" not in capsys.readouterr().err


async def test_another_giver_s_information_owner_gets_nothing(extract):
    """No event that has no part in the giver."""
    _, text = await extract("--patient", "olle", "--format", "ndjson", giver="SE-OTHER")

    assert [json.loads(line)["Vem"] for line in text.splitlines()] == ["Informationsägaren hos SE-OTHER"]
