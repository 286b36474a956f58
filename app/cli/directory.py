"""`samplan directory`: imports the export of a catalogue, tells what an import would do, and lists what is stored.

The commands change the database as its owner or as the app's role. The app follows within seconds.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from app.cli.command import DATABASE_URL, print_faults, print_refused
from app.directory.export_files import READERS
from app.directory.import_directory import Export, Report, import_directory
from app.directory.list_directory import listed
from app.disclosure.operator_rows import operator_name
from app.errors import SamplanError
from app.storage.database import open_pool

STATES: Final = ("new", "changed", "unchanged", "older", "refused")
"""The states of the report, in its order."""


def main(argv: Sequence[str], *, now: datetime) -> int:
    """Run a command and return its exit status: 1 if something was refused, 2 if it was not understood."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    arguments.now = now
    arguments.database = arguments.database or os.environ.get(DATABASE_URL)
    if not arguments.database:
        parser.error(f"give --database, or set {DATABASE_URL}")
    try:
        return COMMANDS[arguments.command](arguments)
    except SamplanError as error:
        print_faults("samplan directory", error)
    except OSError as error:
        print(f"samplan directory: {error.filename or ''} {error.strerror}", file=sys.stderr)
    return 1


def _import(arguments: argparse.Namespace) -> int:
    return _run(arguments, dry=False)


def _check(arguments: argparse.Namespace) -> int:
    return _run(arguments, dry=True)


def _run(arguments: argparse.Namespace, *, dry: bool) -> int:
    path: Path = arguments.file
    export = Export(arguments.export, arguments.exported, lambda: READERS[path.suffix](path))
    report = asyncio.run(_imported(arguments.database, export, arguments.now, dry=dry))
    print_refused(report.refused)
    print(", ".join(f"{report.counts[state]} {state}" for state in STATES) + (" (nothing stored)" if dry else ""))
    return 1 if report.refused else 0


async def _imported(database: str, export: Export, now: datetime, *, dry: bool) -> Report:
    pool = await open_pool(database, size=2, seconds=3600)
    try:
        return await import_directory(pool, export, operator=operator_name(), now=now, progress=_tell, dry=dry)
    finally:
        await pool.close()


def _tell(text: str) -> None:
    print(f"samplan directory: {text}", file=sys.stderr)


def _list(arguments: argparse.Namespace) -> int:
    for line in asyncio.run(_listed(arguments.database)):
        print(line)
    return 0


async def _listed(database: str) -> list[str]:
    pool = await open_pool(database, size=2)
    try:
        return await listed(pool)
    finally:
        await pool.close()


COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {"import": _import, "check": _check, "list": _list}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplan directory", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_text in (("import", "store an export"), ("check", "report what an import would do")):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("file", type=_file, help="NDJSON of FHIR resources (.ndjson), or CSV of HSA units (.csv)")
        command.add_argument("--export", default="hsa", help="the name of the export, which owns its entries (hsa)")
        command.add_argument("--exported", type=_instant, help="when the export was made, with its zone")
        _database(command)
    _database(commands.add_parser("list", help="list the givers and their units"))
    return parser


def _database(command: Any) -> None:
    command.add_argument("--database", help=f"postgresql:// address of the database ({DATABASE_URL})")


def _file(text: str) -> Path:
    """The path of an export. Raises ArgumentTypeError for a file of another kind."""
    path = Path(text)
    if path.suffix not in READERS:
        raise argparse.ArgumentTypeError(f"the file must end in {', '.join(READERS)}")
    return path


def _instant(text: str) -> datetime:
    """A moment with its zone. Raises ArgumentTypeError for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError("the time must be such as 2026-12-01T04:00:00+01:00")
    return moment
