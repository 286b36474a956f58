"""Stores the directory: resources of organisations, units, places and staff roles, which belong to no patient.

An import is one transaction under a lock, so that imports have the order of their numbers. Nothing is deleted.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.organisations import Organisation
from app.storage.database import Pool, fetch, transaction
from app.storage.row_security import DIRECTORY

FIELD: Final = "\x1f"
"""Between the tokens of an entry on their way to the database; FHIR forbids it in a string."""

BATCH: Final = 1_000
"""Entries in one statement."""


class DirectoryEntry(NamedTuple):
    """A resource of the directory: `version` 1 is new, `names` are the folded names that a search compares."""

    type: str
    id: str
    hsa_id: str | None
    export: str
    name: str
    english: str | None
    parent: str | None
    kinds: tuple[str, ...]
    tokens: Sequence[str]
    names: Sequence[str]
    digest: str
    source_updated: datetime
    version: int
    body: str

    @property
    def reference(self) -> str:
        """The relative literal reference, `Type/id`."""
        return f"{self.type}/{self.id}"


class StoredEntry(NamedTuple):
    """What an import must know of a stored entry."""

    hsa_id: str | None
    export: str
    parent: str | None
    kinds: tuple[str, ...]
    digest: str
    source_updated: datetime
    version: int


class DirectoryChanges(NamedTuple):
    """The organisations that changed since an import, and the number of the newest import."""

    number: int
    organisations: list[Organisation]


# The parts of one statement: each column is one array, and the tokens of a row travel as one text.
PUT = """
INSERT INTO directory_entry (type, id, hsa_id, export, name, english, parent, kinds, tokens, digest, source_updated,
    version, body, updated, number)
SELECT e.type, e.id, e.hsa_id, e.export, e.name, e.english, e.parent, e.kinds, string_to_array(e.tokens, chr(31)),
    e.digest, e.source_updated, e.version, e.body, $14, $15
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::timestamptz[], $12::bigint[], $13::text[])
    AS e (type, id, hsa_id, export, name, english, parent, kinds, tokens, digest, source_updated, version, body)
ON CONFLICT (type, id) DO UPDATE SET hsa_id = excluded.hsa_id, name = excluded.name, english = excluded.english,
    parent = excluded.parent, kinds = excluded.kinds, tokens = excluded.tokens, digest = excluded.digest,
    source_updated = excluded.source_updated, version = excluded.version, body = excluded.body,
    updated = excluded.updated, number = excluded.number
"""

FORGET_NAMES = "DELETE FROM directory_name WHERE (type, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))"

PUT_NAMES = """
INSERT INTO directory_name (type, name, id) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
ON CONFLICT DO NOTHING
"""

CONFIRM = """
UPDATE directory_entry AS e SET source_updated = c.source_updated
FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS c (type, id, source_updated)
WHERE e.type = c.type AND e.id = c.id
"""

STORED = """
SELECT type || '/' || id, hsa_id, export, parent, kinds, digest, source_updated, version FROM directory_entry
"""

LOCK = "SELECT pg_advisory_xact_lock(9032215)"

ROUNDS: Final = 60
"""How many times the allowance of one wait an import may take."""


class DirectoryImport:
    """An import in its transaction: reads what is stored, puts entries, and keeps its report."""

    def __init__(self, connection: Any, number: int, at: datetime) -> None:
        self._connection = connection
        self._number = number
        self._at = at

    async def stored(self) -> dict[str, StoredEntry]:
        """What is stored, by reference (`Type/id`)."""
        rows = await self._connection.fetch(STORED)
        return {
            row[0]: StoredEntry(row[1], row[2], row[3], tuple(row[4].split()), row[5], row[6], row[7]) for row in rows
        }

    async def put(self, entries: Sequence[DirectoryEntry]) -> None:
        """Store entries, at most BATCH; an entry with the same type and id is replaced."""
        columns = [list(column) for column in zip(*map(_columns, entries), strict=True)]
        await self._connection.execute(PUT, *columns, self._at, self._number)
        changed = [entry for entry in entries if entry.version > 1]
        if changed:
            types, ids = [entry.type for entry in changed], [entry.id for entry in changed]
            await self._connection.execute(FORGET_NAMES, types, ids)
        names = [(entry.type, name, entry.id) for entry in entries for name in entry.names]
        if names:
            await self._connection.execute(PUT_NAMES, *(list(column) for column in zip(*names, strict=True)))

    async def confirm(self, entries: Sequence[DirectoryEntry]) -> None:
        """Note the newer time of entries whose content is stored already."""
        columns = zip(*((entry.type, entry.id, entry.source_updated) for entry in entries), strict=True)
        await self._connection.execute(CONFIRM, *(list(column) for column in columns))


def _columns(entry: DirectoryEntry) -> tuple[object, ...]:
    """The parameters of an entry in PUT, in their order."""
    return (
        entry.type,
        entry.id,
        entry.hsa_id,
        entry.export,
        entry.name,
        entry.english,
        entry.parent,
        " ".join(entry.kinds),
        FIELD.join(entry.tokens),
        entry.digest,
        entry.source_updated,
        entry.version,
        entry.body,
    )


class NotStored(Exception):
    """Ends an import that stores nothing; the transaction is rolled back."""


@asynccontextmanager
async def importing(pool: Pool, *, export: str, operator: str, at: datetime) -> AsyncIterator[DirectoryImport]:
    """An import by `operator`: all or nothing, one at a time. NotStored in the block ends it and changes nothing.

    Raises Unavailable if the database cannot be reached.
    """
    query = "INSERT INTO directory_import (at, export, operator) VALUES ($1, $2, $3) RETURNING number"
    with suppress(NotStored):
        async with transaction(pool, DIRECTORY, rounds=ROUNDS) as connection:
            await connection.execute(LOCK)
            number = await connection.fetchval(query, at, export, operator)
            yield DirectoryImport(connection, number, at)


CHANGED = """
SELECT hsa_id, name, english, parent, kinds FROM directory_entry
WHERE type = 'Organization' AND hsa_id IS NOT NULL AND number > $1
"""


async def read_changes(pool: Pool, since: int) -> DirectoryChanges:
    """The organisations that imports after number `since` changed; raises Unavailable."""
    newest = (await fetch(pool, "SELECT coalesce(max(number), 0) FROM directory_import"))[0][0]
    # An import that commits between these statements is read twice, which does no harm.
    rows = await fetch(pool, CHANGED, since) if newest > since else ()
    return DirectoryChanges(
        newest, [Organisation(row[0], row[1], row[2], row[3], tuple(row[4].split())) for row in rows]
    )
