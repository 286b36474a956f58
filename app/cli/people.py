"""`samplan people import FILE`: who people are, from an export of the population register.

The format follows from the file's name, or --format. The report names lines and elements, and never a name or a number.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from app.access import policy
from app.cli.command import DATABASE_URL, print_faults, print_refused
from app.disclosure.on_record import RecordAccess
from app.disclosure.operator_rows import operator_name
from app.disclosure.trail import Trail
from app.errors import SamplanError
from app.people.decide import RecordState
from app.people.exports import ExportedRecord, read_csv, read_ndjson
from app.people.import_people import ImportReport, import_people
from app.people.record import read_instant
from app.people.register import operator
from app.people.rivta import GUARDIAN_TYPES, read_rivta
from app.storage.database import open_pool

FORMATS: Final = {".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv", ".xml": "rivta"}
"""The format of each ending of a file's name."""
SECONDS: Final = 600.0
"""Seconds that the database may take for one batch."""


def main(argv: Sequence[str], *, now: Callable[[], datetime]) -> int:
    """Run a command and return its exit status: 1 if something was refused, 2 if it was not understood."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    database = arguments.database or os.environ.get(DATABASE_URL)
    form = arguments.format or FORMATS.get(arguments.file.suffix.lower())
    if not database:
        parser.error(f"give --database, or set {DATABASE_URL}")
    if form is None:
        parser.error("give --format: the file's name does not say which")
    try:
        report = asyncio.run(_imported(database, _records(arguments, form), arguments.giver, now))
    except SamplanError as error:
        print_faults("samplan people", error)
        return 1
    except OSError as error:
        print(f"samplan people: {error.filename or ''} {error.strerror}", file=sys.stderr)
        return 1
    return _print(report)


def _records(arguments: argparse.Namespace, form: str) -> Iterator[ExportedRecord]:
    at = read_instant(arguments.registered, "--registered") if arguments.registered else None
    if form == "rivta":
        yield from read_rivta(arguments.file, at, frozenset(arguments.guardian_type or GUARDIAN_TYPES))
    else:
        yield from {"ndjson": read_ndjson, "csv": read_csv}[form](arguments.file, at)


async def _imported(
    database: str, records: Iterator[ExportedRecord], giver: str | None, now: Callable[[], datetime]
) -> ImportReport:
    pool = await open_pool(database, size=2, seconds=SECONDS)
    try:
        record_access = RecordAccess(pool, Trail(pool, SECONDS), policy.load(), now)
        caller = operator(operator_name(), giver)
        return await import_people(record_access, caller, records, now=now, progress=_tell)
    finally:
        await pool.close()


def _tell(report: ImportReport) -> None:
    print(f"samplan people: stored up to line {report.line}", file=sys.stderr)


def _print(report: ImportReport) -> int:
    print_refused(report.refused)
    print(", ".join(f"{report.counts[state]} {state}" for state in RecordState))
    return 1 if report.refused else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplan people", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("import", help="store what an export says; it can be run again")
    command.add_argument("file", type=Path)
    command.add_argument("--format", choices=sorted(set(FORMATS.values())), help="if the file's name does not say it")
    command.add_argument("--registered", help="the time of the export, for records without their own")
    command.add_argument("--giver", help="HSA-id of the organisation whose log auditors follow the import")
    command.add_argument("--guardian-type", action="append", help="a code of relationshipType for guardians; V if none")
    command.add_argument("--database", help=f"postgresql:// address; {DATABASE_URL} if none")
    return parser
