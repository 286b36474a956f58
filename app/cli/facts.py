"""`samplan facts import`: registers the care relations, consents and blocks of one giver from a file of its own system.

It changes the database as the app's role, and each change is in the audit trail.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from app.access import policy
from app.cli.command import DATABASE_URL, print_faults, print_refused
from app.directory.follow import DirectoryFollower
from app.disclosure.operator_rows import operator_name
from app.errors import SamplanError
from app.fhir.identifiers import parse_hsa
from app.organisations import Organisations
from app.people.fact_files import READERS
from app.people.import_facts import FactImport, FactReport, import_facts, system_of
from app.storage.database import open_pool

SECONDS: Final = 3600
"""The allowance of one batch."""


def main(argv: Sequence[str], *, now: datetime) -> int:
    """Run a command and return its exit status: 1 if a line was refused or the import failed, 2 if not understood."""
    parser = argparse.ArgumentParser(prog="samplan facts", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("import", help="register the relations, consents and blocks of a giver")
    command.add_argument("file", type=Path, help="NDJSON (.ndjson) or CSV (.csv), as docs/facts.md says")
    command.add_argument("--giver", required=True, help="HSA-id of the giver whose facts the file holds")
    command.add_argument("--database", default=os.environ.get(DATABASE_URL), help=f"postgresql:// ({DATABASE_URL})")
    arguments = parser.parse_args(argv)
    if not arguments.database:
        parser.error(f"give --database, or set {DATABASE_URL}")
    if arguments.file.suffix not in READERS:
        parser.error(f"the file must end in {', '.join(READERS)}")
    try:
        giver = parse_hsa(arguments.giver, expression="--giver").value
        report = asyncio.run(_import(arguments.database, arguments.file, giver, now))
    except SamplanError as error:
        print_faults("samplan facts", error)
        return 1
    except OSError as error:
        print(f"samplan facts: {error.strerror}", file=sys.stderr)
        return 1
    _print(report)
    return 1 if report.refused else 0


async def _import(database: str, path: Path, giver: str, now: datetime) -> FactReport:
    pool = await open_pool(database, size=2, seconds=SECONDS)
    try:
        directory = Organisations()
        await DirectoryFollower(pool, directory).read()
        known = FactImport(pool, policy.load(), directory, system_of(giver, operator_name()))
        return await import_facts(known, READERS[path.suffix](path), now=now, progress=_tell)
    finally:
        await pool.close()


def _print(report: FactReport) -> None:
    print_refused(report.refused)
    print(", ".join(f"{report.counts[state]} {state}" for state in ("registered", "unchanged", "refused")))


def _tell(text: str) -> None:
    print(f"samplan facts: {text}", file=sys.stderr)
