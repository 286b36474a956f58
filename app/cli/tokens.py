"""`samplan tokens`: revokes access tokens before they expire, and lists what is revoked.

The commands change the database as its owner. The app follows within seconds.
"""

import argparse
import asyncio
import os
from collections.abc import Sequence
from datetime import datetime

from app.cli.clients import OWNER_URL
from app.cli.command import print_faults
from app.directory.revocation import deny_tokens, list_denials
from app.errors import SamplanError
from app.fhir.identifiers import holds_personal_number


def main(argv: Sequence[str]) -> int:
    """Run a command and return its exit status: 1 if it was refused, 2 if it was not understood."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    database = arguments.database or os.environ.get(OWNER_URL)
    if not database:
        parser.error(f"give --database, or set {OWNER_URL}")
    try:
        if arguments.command == "list":
            return _list(database)
        return _deny(database, arguments)
    except SamplanError as error:
        print_faults("samplan tokens", error)
    return 1


def _deny(database: str, arguments: argparse.Namespace) -> int:
    kind, value = next(
        (claim, value) for name, claim in KINDS.items() if (value := getattr(arguments, name)) is not None
    )
    before = asyncio.run(
        deny_tokens(database, kind, value, issued_before=arguments.issued_before, reason=arguments.reason)
    )
    print(f"tokens issued before {before.isoformat()} are revoked")
    return 0


def _list(database: str) -> int:
    for denial in asyncio.run(list_denials(database)):
        value = "(a personal number)" if holds_personal_number(denial.value) else denial.value
        print(f"{denial.kind}\t{value}\t{denial.issued_before.isoformat()}\t{denial.reason}")
    return 0


KINDS = {"jti": "jti", "subject": "sub", "client": "client_id"}
"""The options that say which tokens, and the claim of each."""


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError("needs an offset, such as 2026-12-01T12:00:00+01:00")
    return instant


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplan tokens", description=__doc__)
    parser.add_argument("--database", help=f"postgresql:// address of the owner; else {OWNER_URL}")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list what is revoked")
    deny = commands.add_parser("deny", help="revoke tokens that are issued already")
    which = deny.add_mutually_exclusive_group(required=True)
    which.add_argument("--jti", help="the token with this jti")
    which.add_argument("--subject", help="all tokens with this sub")
    which.add_argument("--client", help="all tokens with this client_id")
    deny.add_argument("--issued-before", type=_instant, help="revoke tokens issued before this time; now if not given")
    deny.add_argument("--reason", required=True, help="why, for who reads the list; no personal data")
    return parser
