"""The `samplan` command."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.cli import contract
from app.fhir.times import STOCKHOLM

ROOMS = {
    "audit": "the audit trail: key, seal, verify, extract, prune",
    "clients": "client systems: add, list, rotate, disable, enable",
    "tokens": "revoked tokens: deny, list",
    "contract": "contracts as NDJSON: sample, schema, to-fhir, from-fhir",
    "facts": "care relations, consents and blocks of a giver: import",
    "people": "who people are, from the population register: import",
    "directory": "organisations, units and staff roles: import, check, list",
    "demo": "the demo: run, who, sources, source, audit",
}
"""What has a parser of its own."""


SHUTDOWN_SECONDS = 8
"""Seconds that requests under way have to end after SIGTERM."""

KEEP_ALIVE_SECONDS = 15
"""Seconds that a connection is kept open without a request."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit status."""
    parser = argparse.ArgumentParser(prog="samplan", description=__doc__)
    subcommands = parser.add_subparsers(dest="command", required=True)
    subcommands.add_parser("serve", help="run the web app with the settings of the environment")
    doctor = subcommands.add_parser("doctor", help="name what is missing for production; status 1 if anything is")
    doctor.add_argument("--scripts", type=Path, default=Path("alembic"), help="the folder of migrations")
    migrate = subcommands.add_parser("migrate", help="bring the database up to date, as its owner")
    migrate.add_argument("url", help="postgresql:// address of the owner")
    migrate.add_argument("--scripts", type=Path, default=Path("alembic"), help="the folder of migrations")
    openapi = subcommands.add_parser("openapi", help="write the OpenAPI document")
    openapi.add_argument("--output", type=Path, default=Path("openapi/samplan.json"))
    page = subcommands.add_parser("policy", help="write the policy as a page in Swedish, or compare two policies")
    page.add_argument("--output", type=Path, default=Path("docs/policy.md"))
    diff = page.add_subparsers(dest="comparison").add_parser("diff", add_help=False, prefix_chars="\0")
    diff.add_argument("rest", nargs=argparse.REMAINDER)
    for name, help_text in ROOMS.items():
        # Its own parser reads all that follows: nothing there is an option of this one.
        room = subcommands.add_parser(name, help=help_text, add_help=False, prefix_chars="\0")
        room.add_argument("rest", nargs=argparse.REMAINDER)
    arguments = parser.parse_args(argv)
    return COMMANDS[arguments.command](arguments)


def _serve(_: argparse.Namespace) -> int:
    import uvicorn

    from app.api.connections import TimedConnection
    from app.errors import SamplanError
    from app.main import create_app
    from app.settings import Settings, setting_faults

    try:
        settings = Settings()
        app = create_app(settings)
    except (ValueError, SamplanError) as error:
        sys.stderr.writelines(f"samplan serve: {fault}\n" for fault in setting_faults(error))
        return 1
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_config=None,
        http=TimedConnection,
        ws="none",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from app.cli.doctor import examination_faults
    from app.errors import SamplanError
    from app.main import create_app, issuers_of
    from app.settings import Settings, setting_faults

    try:
        settings = Settings()
        create_app(settings)
        faults = examination_faults(settings, issuers_of(settings), arguments.scripts, now=datetime.now(UTC))
    except (ValueError, SamplanError) as error:
        faults = setting_faults(error)
    sys.stdout.writelines(f"{fault}\n" for fault in faults or ["Nothing is missing."])
    return 1 if faults else 0


def _migrate(arguments: argparse.Namespace) -> int:
    from app.access import policy
    from app.access.row_security import wall_rows
    from app.storage.migrate import fill_wall, upgrade

    upgrade(arguments.url, arguments.scripts)
    fill_wall(arguments.url, wall_rows(policy.load()))
    return 0


def _openapi(arguments: argparse.Namespace) -> int:
    from app.api.openapi import document
    from app.api.routes import ROUTES

    arguments.output.write_text(
        json.dumps(document(ROUTES), indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8"
    )
    return 0


def _policy(arguments: argparse.Namespace) -> int:
    from app.access import policy
    from app.access.policy_page import policy_page
    from app.cli import policy_diff

    if arguments.comparison:
        return policy_diff.main(arguments.rest, today=datetime.now(STOCKHOLM).date())
    arguments.output.write_text(policy_page(policy.load()), encoding="utf-8")
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    from app.cli import audit

    return audit.main(arguments.rest, now=datetime.now(UTC))


def _clients(arguments: argparse.Namespace) -> int:
    from app.cli import clients

    return clients.main(arguments.rest)


def _tokens(arguments: argparse.Namespace) -> int:
    from app.cli import tokens

    return tokens.main(arguments.rest)


def _contract(arguments: argparse.Namespace) -> int:

    return contract.main(arguments.rest)


def _facts(arguments: argparse.Namespace) -> int:
    from app.cli import facts

    return facts.main(arguments.rest, now=datetime.now(UTC))


def _directory(arguments: argparse.Namespace) -> int:
    from app.cli import directory

    return directory.main(arguments.rest, now=datetime.now(UTC))


def _people(arguments: argparse.Namespace) -> int:
    from app.cli import people

    return people.main(arguments.rest, now=lambda: datetime.now(UTC))


def _demo(arguments: argparse.Namespace) -> int:
    from app.demo import commands

    return commands.main(arguments.rest)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "audit": _audit,
    "serve": _serve,
    "doctor": _doctor,
    "migrate": _migrate,
    "openapi": _openapi,
    "policy": _policy,
    "clients": _clients,
    "tokens": _tokens,
    "contract": _contract,
    "facts": _facts,
    "people": _people,
    "directory": _directory,
    "demo": _demo,
}

if __name__ == "__main__":
    sys.exit(main())
