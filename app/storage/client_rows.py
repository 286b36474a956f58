"""Stores the registered client systems: read by the app as its own role, changed by the owner's commands alone."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import asyncpg
import orjson

from app.errors import Unavailable
from app.storage.database import GONE, Pool, fetch


class ClientRow(NamedTuple):
    """A client as it is stored; `keys` is its JWK set, `scopes` are words with spaces between them."""

    id: str
    name: str
    giver: str
    unit: str | None
    issuer: str | None
    keys: Mapping[str, Any] | None
    jwks_url: str | None
    scopes: str
    owns: Sequence[str]
    copies: Sequence[str]
    source: str | None
    properties: Sequence[str]
    disabled: bool = False


JSON_COLUMNS = frozenset({"keys", "owns", "copies", "properties"})

COLUMNS = ", ".join(f"{name}::text" if name in JSON_COLUMNS else name for name in ClientRow._fields)

VERSION = "SELECT version FROM registry"

READ = f"SELECT version, {COLUMNS} FROM registry LEFT JOIN client ON true ORDER BY id"

PARAMETERS = ", ".join(
    f"${number}::text::jsonb" if name in JSON_COLUMNS else f"${number}"
    for number, name in enumerate(ClientRow._fields, 1)
)

PUT = f"""
INSERT INTO client ({", ".join(ClientRow._fields)}, updated) VALUES ({PARAMETERS}, now())
ON CONFLICT (id) DO UPDATE SET updated = now(),
    {", ".join(f"{name} = excluded.{name}" for name in ClientRow._fields[1:])}
"""


class StoredClients(NamedTuple):
    """The clients as they were at one version of the registry."""

    version: int
    clients: list[ClientRow]


async def registry_version(pool: Pool) -> int:
    """The version of the registry. Raises Unavailable if there is none."""
    return _version(await fetch(pool, VERSION))


async def read_clients(pool: Pool) -> StoredClients:
    """All clients, with the version they have together. Raises Unavailable if the registry has no version."""
    rows = await fetch(pool, READ)
    return StoredClients(_version(rows), [_client(row) for row in rows if row[1] is not None])


@asynccontextmanager
async def registry_change(url: str) -> AsyncIterator[tuple[Any, list[ClientRow]]]:
    """A transaction of the owner at `url` that nobody else changes a client beside, and the clients before it."""
    try:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE client IN SHARE ROW EXCLUSIVE MODE")
                rows = await connection.fetch(READ)
                yield connection, [_client(row) for row in rows if row[1] is not None]
        finally:
            await connection.close()
    except GONE as error:
        raise Unavailable from error


async def put_clients(connection: Any, rows: Sequence[ClientRow]) -> None:
    """Store clients, in place of those with the same ids."""
    await connection.executemany(
        PUT,
        [
            tuple(
                None if value is None else orjson.dumps(value).decode() if name in JSON_COLUMNS else value
                for name, value in row._asdict().items()
            )
            for row in rows
        ],
    )


def _version(rows: Sequence[Any]) -> int:
    if not rows:
        raise Unavailable
    version: int = rows[0]["version"]
    return version


def _client(row: Any) -> ClientRow:
    values = dict(zip(ClientRow._fields, tuple(row)[1:], strict=True))
    for name in JSON_COLUMNS:
        values[name] = None if values[name] is None else orjson.loads(values[name])
    return ClientRow(**values)
