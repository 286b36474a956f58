"""`samplan audit`: makes the key that seals the trail, seals it, verifies it, and writes extracts.

`seal` and `extract` write as the app's role. `verify` needs to read only, and a copy of the seals that somebody keeps.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from app import jose
from app.cli.audit_extract import WRITERS, title_of
from app.cli.command import DATABASE_URL, print_faults
from app.directory.follow import DirectoryFollower
from app.disclosure.extract_trail import extract_trail
from app.disclosure.operator_rows import operator_name
from app.disclosure.prune_trail import prune_trail
from app.disclosure.seal_trail import read_seal_key, seal_trail
from app.disclosure.verify_trail import verify_trail
from app.errors import Fault, SamplanError, Unprocessable
from app.fhir.identifiers import holds_personal_number
from app.fhir.times import STOCKHOLM
from app.organisations import Organisations
from app.storage.audit_rows import TrailFilter
from app.storage.seal_rows import reader_pool

NO_NUMBER: Final = Fault(
    "security",
    "The trail holds no personal numbers; give the id of the Patient, or an HSA-id.",
    "Loggen innehåller inga personnummer; ange Patient-id eller HSA-id.",
)


def main(argv: Sequence[str], *, now: datetime) -> int:
    """Run a command and return its exit status: 1 if the trail does not hold or it failed, 2 if not understood."""
    parser = _parser()
    arguments = parser.parse_args(argv, argparse.Namespace(now=now))
    arguments.database = arguments.database or os.environ.get(DATABASE_URL)
    if not arguments.database and arguments.command != "key":
        parser.error(f"give --database, or set {DATABASE_URL}")
    try:
        return asyncio.run(COMMANDS[arguments.command](arguments))
    except SamplanError as error:
        print_faults("samplan audit", error)
    except (OSError, ValueError) as error:
        print(f"samplan audit: {error}", file=sys.stderr)
    return 1


async def _key(arguments: argparse.Namespace) -> int:
    key = jose.new_seal_key(f"trail-{arguments.now:%Y-%m-%d}")
    private = os.open(arguments.file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(private, "w", encoding="utf-8") as file:
        json.dump(jose.private_jwk(key), file)
    print(json.dumps(jose.key_set([key])["keys"][0]))
    return 0


async def _seal(arguments: argparse.Namespace) -> int:
    key = read_seal_key(arguments.key)
    async with reader_pool(arguments.database) as pool:
        rows = await seal_trail(pool, key, now=arguments.now)
    print(f"sealed {rows} rows")
    return 0


async def _verify(arguments: argparse.Namespace) -> int:
    keys = [read_seal_key(path, private=False) for path in arguments.key]
    published = json.loads(arguments.roots.read_bytes())["seals"] if arguments.roots else []
    findings = 0
    async with reader_pool(arguments.database) as pool:
        async for finding in verify_trail(pool, {str(key.kid): key for key in keys}, published):
            print(f"{finding.kind}: {finding.where}", flush=True)
            findings += 1
    print("the trail holds" if not findings else f"the trail does not hold: {findings} findings", file=sys.stderr)
    return 1 if findings else 0


async def _extract(arguments: argparse.Namespace) -> int:
    if any(map(holds_personal_number, filter(None, (arguments.patient, arguments.employee, arguments.operator)))):
        raise Unprocessable(NO_NUMBER)
    starts = datetime.combine(arguments.first, time(), STOCKHOLM)
    ends = datetime.combine(arguments.last + timedelta(days=1), time(), STOCKHOLM)
    wanted = TrailFilter(arguments.giver, arguments.patient, starts, ends, arguments.employee)
    organisations = Organisations()
    async with reader_pool(arguments.database) as pool:
        await DirectoryFollower(pool, organisations).read()
        events = extract_trail(pool, wanted, arguments.operator, now=arguments.now)
        title = title_of(arguments.giver, starts, ends - timedelta(days=1))
        with arguments.output.open("x", encoding="utf-8", newline="") as file:
            count = await WRITERS[arguments.format](events, organisations, title, file)
    print(f"{count} events")
    return 0


async def _prune(arguments: argparse.Namespace) -> int:
    async with reader_pool(arguments.database) as pool:
        dropped = await prune_trail(pool, arguments.operator, now=arguments.now)
    print(f"dropped {', '.join(dropped) or 'no month'}")
    return 0


COMMANDS: Final[dict[str, Callable[[argparse.Namespace], Coroutine[Any, Any, int]]]] = {
    "key": _key,
    "seal": _seal,
    "verify": _verify,
    "extract": _extract,
    "prune": _prune,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplan audit", description=__doc__)
    parser.add_argument("--database", help=f"postgresql:// address; else {DATABASE_URL}")
    commands = parser.add_subparsers(dest="command", required=True)
    key = commands.add_parser("key", help="make a private key in a new file, and print the public key")
    key.add_argument("file", type=Path)
    seal = commands.add_parser("seal", help="seal every row that no seal covers")
    seal.add_argument("--key", type=Path, required=True, help="file with the private key (JWK, Ed25519)")
    verify = commands.add_parser("verify", help="name every change that no request made")
    verify.add_argument(
        "--key", type=Path, action="append", required=True, help="file with a public key; again for each"
    )
    verify.add_argument("--roots", type=Path, help="what GET /api/audit/roots answered, kept elsewhere")
    extract = commands.add_parser("extract", help="write the events of one person or employee, in Swedish")
    extract.add_argument("output", type=Path, help="the new file")
    about = extract.add_mutually_exclusive_group(required=True)
    about.add_argument("--patient", help="id of the Patient, never a personal number")
    about.add_argument("--employee", help="HSA-id of the employee")
    extract.add_argument("--giver", required=True, help="HSA-id of the care giver whose information owner asks")
    extract.add_argument("--from", dest="first", type=date.fromisoformat, required=True, help="first day, 2026-01-31")
    extract.add_argument("--to", dest="last", type=date.fromisoformat, required=True, help="last day, included")
    extract.add_argument("--format", choices=tuple(WRITERS), default="csv", help="html is a page to print")
    extract.add_argument("--operator", default=operator_name(), help="who asks, for the trail")
    prune = commands.add_parser("prune", help="drop the months that ended five years ago, as the owner of the tables")
    prune.add_argument("--operator", default=operator_name(), help="who prunes, for the trail")
    return parser
