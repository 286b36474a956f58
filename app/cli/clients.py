"""`samplan clients`: registers client systems, lists them, renews their keys, and disables them.

The commands change the database as its owner. The app follows within seconds.
"""

import argparse
import asyncio
import json
import os
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from app import jose
from app.cli.command import print_faults
from app.directory import registration
from app.errors import SamplanError
from app.storage.client_rows import ClientRow

OWNER_URL: Final = "SAMPLAN_OWNER_URL"
"""The variable with the owner's address of the database, so that its password is in no list of processes."""

LISTS: Final = ("scopes", "owns", "copies", "properties")
TEXTS: Final = ("id", "name", "giver", "unit", "issuer", "jwks_url", "source")


def main(argv: Sequence[str]) -> int:
    """Run a command and return its exit status: 1 if it was refused, 2 if it was not understood."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    arguments.database = arguments.database or os.environ.get(OWNER_URL)
    if not arguments.database:
        parser.error(f"give --database, or set {OWNER_URL}")
    try:
        return COMMANDS[arguments.command](arguments)
    except SamplanError as error:
        print_faults("samplan clients", error)
    except (OSError, ValueError) as error:
        # A ValueError of a file that is no JSON or TOML names a line, and no key.
        print(f"samplan clients: {error}", file=sys.stderr)
    return 1


def _add(arguments: argparse.Namespace) -> int:
    clients = [registration.registration(values) for values in _registrations(arguments)]
    asyncio.run(registration.add_clients(arguments.database, clients))
    for client in clients:
        print(f"registered {client.id}")
    return 0


def _registrations(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """The `[[client]]` tables of a file, or the one registration of the options."""
    if arguments.file is None:
        values = {name: getattr(arguments, name) for name in (*TEXTS, *LISTS)}
        return [{**values, "keys": _read_keys(arguments.keys) if arguments.keys else None}]
    document = tomllib.loads(arguments.file.read_text("utf-8"))
    tables = document.get("client")
    if document.keys() != {"client"} or not isinstance(tables, list):
        raise ValueError("the file must hold [[client]] tables and nothing else")
    directory = arguments.file.parent
    return [
        {**table, "keys": _read_keys(directory / str(table["keys"]))} if "keys" in table else table for table in tables
    ]


def _read_keys(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _list(arguments: argparse.Namespace) -> int:
    for client in asyncio.run(registration.list_clients(arguments.database)):
        print(json.dumps(_described(client), ensure_ascii=False) if arguments.json else _line(client))
    return 0


def _described(client: ClientRow) -> dict[str, Any]:
    """A client without its keys, of which the kids are listed."""
    kids = sorted(jose.read_key_set(client.keys)) if client.keys else []
    return {**client._asdict(), "keys": kids}


def _line(client: ClientRow) -> str:
    state = "disabled" if client.disabled else "enabled"
    kids = ",".join(_described(client)["keys"]) or client.jwks_url or "-"
    return "\t".join((client.id, state, client.giver, client.unit or "-", client.scopes, f"keys {kids}", client.name))


def _rotate(arguments: argparse.Namespace) -> int:
    client = asyncio.run(
        registration.rotate_keys(arguments.database, arguments.id, _read_keys(arguments.keys), add=arguments.add)
    )
    print(f"{client.id} has the keys {', '.join(_described(client)['keys'])}")
    return 0


def _disable(arguments: argparse.Namespace) -> int:
    return _set_disabled(arguments, disabled=True)


def _enable(arguments: argparse.Namespace) -> int:
    return _set_disabled(arguments, disabled=False)


def _set_disabled(arguments: argparse.Namespace, *, disabled: bool) -> int:
    asyncio.run(registration.set_disabled(arguments.database, arguments.id, disabled=disabled))
    print(f"{arguments.id} is {'disabled' if disabled else 'enabled'}")
    return 0


COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "add": _add,
    "list": _list,
    "rotate": _rotate,
    "disable": _disable,
    "enable": _enable,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplan clients", description=__doc__)
    parser.add_argument("--database", help=f"postgresql:// address of the owner; else {OWNER_URL}")
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="register a client, or all clients of a file")
    add.add_argument("--file", type=Path, help="TOML file of [[client]] tables with the same names (docs/tokens.md)")
    for name in TEXTS:
        add.add_argument(f"--{name.replace('_', '-')}")
    for name in LISTS:
        add.add_argument(f"--{name}", action="extend", nargs="+", default=[])
    add.add_argument("--keys", type=Path, help="file with the client's JWK set")
    listing = commands.add_parser("list", help="list the clients, without their keys")
    listing.add_argument("--json", action="store_true", help="one JSON object for each client")
    rotate = commands.add_parser("rotate", help="replace the keys of a client")
    rotate.add_argument("id")
    rotate.add_argument("--keys", type=Path, required=True, help="file with the new JWK set")
    rotate.add_argument("--add", action="store_true", help="accept the earlier keys too, until the next rotation")
    for name, help_text in (("disable", "refuse a client's tokens"), ("enable", "accept them again")):
        commands.add_parser(name, help=help_text).add_argument("id")
    return parser
