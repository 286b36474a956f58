"""`samplan policy diff`: prints which situations the policy opens and closes, from one day or text to another."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app.access import policy
from app.access.policy_diff import report
from app.errors import SamplanError

UNREADABLE = 2
"""The exit status if an earlier policy cannot be read with the facts of today."""


def main(argv: Sequence[str], *, today: date) -> int:
    """Compare, and return the exit status: 2 if a text is no policy."""
    parser = argparse.ArgumentParser(prog="samplan policy diff", description=__doc__)
    parser.add_argument("--on", type=date.fromisoformat, default=today, help="the day of the later policy (today)")
    parser.add_argument("--before", type=Path, help="an earlier policy.toml; without it the present one, today")
    arguments = parser.parse_args(argv)
    try:
        earlier = policy.load(arguments.before.read_text("utf-8") if arguments.before else None)
    except SamplanError as error:
        print(f"samplan policy diff: {error}", file=sys.stderr)
        return UNREADABLE
    except OSError as error:
        print(f"samplan policy diff: {error.filename}: {error.strerror}", file=sys.stderr)
        return UNREADABLE
    for line in report(earlier.on(today), policy.load().on(arguments.on)):
        print(line)
    return 0
