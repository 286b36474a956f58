"""What the commands share: the variable with the database's address, and the lines about refusals."""

import sys
from collections.abc import Sequence
from typing import Final

from app.errors import Fault, SamplanError

DATABASE_URL: Final = "SAMPLAN_DATABASE_URL"
"""The variable with the address of the database, so that its password is in no list of processes."""

MOST_LINES: Final = 1_000
"""Refused lines of a file that are printed; of further ones only the number."""


def print_faults(command: str, error: SamplanError) -> None:
    """Say on stderr why a command failed: one line for each fault, with the command's name."""
    for fault in error.faults:
        print(f"{command}: {fault.english}", file=sys.stderr)


def print_refused(refused: Sequence[tuple[int, Fault]]) -> None:
    """Print the lines of a file that were refused, each with its number, its element and the reason."""
    for line, fault in refused[:MOST_LINES]:
        place = f"{fault.expression}: " if fault.expression else ""
        print(f"line {line}: {place}{fault.english}")
    if len(refused) > MOST_LINES:
        print(f"and {len(refused) - MOST_LINES} more faults")
