"""docs/contracts.md says what the model says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.cli import contract
from app.cli.contract_samples import schema
from app.contracts.patient_contract import PatientContract
from tests.builders.contracts import parsed

PAGE = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text("utf-8")
NOT_LISTED = {("R", "V")}
"""Codes that are explained in a sentence."""


def codes(wanted: Any) -> Iterator[tuple[str, ...]]:
    """The values of every field that has a few."""
    yield from [tuple(wanted["enum"])] if "enum" in wanted else []
    for child in (*wanted.get("properties", {}).values(), *([wanted["items"]] if "items" in wanted else [])):
        yield from codes(child)


def test_the_codes_are_those_of_the_model():
    """Each row of the table of codes is one field's values, and every field with codes has one."""
    section = PAGE.partition("\nThe codes:\n")[2].partition("\n## ")[0]
    rows = {
        tuple(re.findall(r"`([^`]+)`", line.split("|")[2])) for line in section.splitlines() if line.startswith("| `")
    }

    assert rows == set(codes(schema())) - NOT_LISTED


def test_the_example_is_a_contract():
    """Right as it stands."""
    assert parsed(json.loads(PAGE.partition("```json\n")[2].partition("```")[0])).title == "Patientkontrakt"


def test_every_part_is_in_the_page():
    """Each field of the contract itself is spoken of."""
    names = [field.alias for field in PatientContract.model_fields.values()]

    assert [name for name in names if f'"{name}"' not in PAGE and f"`{name}`" not in PAGE] == []


def test_every_command_is_in_the_page():
    """With what it does."""
    assert [name for name in contract.COMMANDS if f"| `samplan contract {name}" not in PAGE] == []
