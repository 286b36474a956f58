"""The seals of the audit trail: reads what is not sealed yet, stores seals, and reads rows again to verify them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg

from app.errors import Unavailable
from app.storage.database import GONE, SETTINGS, Pool, fetch

MOST_ROWS: Final = 2_000
"""Rows of one seal."""

WAIT_SECONDS: Final = 0.05
"""Seconds between two looks for transactions that may still write."""

LOOKS: Final = 40
"""How often to look; then the seal waits for the next time."""


class SealRow(NamedTuple):
    """A stored seal: its number, the sequence numbers of its rows, the hash of each row, and the signed text."""

    number: int
    first_seq: int
    last_seq: int
    leaves: bytes
    signed: str


class SealedRow(NamedTuple):
    """A row of the trail: its sequence number, the SHA-256 of its content, and the seconds since 1970 of its time."""

    seq: int
    digest: bytes
    at: float


# The content is every column with a value but the number, so that a column that is added later changes no hash.
ROWS = """
SELECT seq, sha256(convert_to((jsonb_strip_nulls(to_jsonb(audit)) - 'seq')::text, 'UTF8')),
    extract(epoch FROM at)::float8
FROM audit WHERE seq BETWEEN $1 AND $2 ORDER BY seq, at LIMIT $3
"""

# Every row up to the newest is written by a transaction that holds this lock or has ended.
WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE relation = 'audit'::regclass AND mode = 'RowExclusiveLock' AND granted AND database =
    (SELECT oid FROM pg_database WHERE datname = current_database())
"""

STORE = """
INSERT INTO audit_seal (number, first_seq, last_seq, leaves, signed) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING number
"""

GAPS = """
SELECT writer, min(number), max(number), count(*) FROM (
    SELECT split_part(mark, '/', 1) AS writer, split_part(mark, '/', 2)::bigint AS number FROM audit) AS marks
GROUP BY writer HAVING count(*) <> max(number) - min(number) + 1 OR min(number) <> 1 ORDER BY writer
"""


async def make_partitions(pool: Pool, months: int) -> int:
    """Make the partitions of this month and so many after it; returns how many were missing."""
    return int((await fetch(pool, "SELECT samplan_audit_partitions($1)", months))[0][0])


async def last_seal(pool: Pool) -> SealRow | None:
    """The newest seal."""
    rows = await fetch(
        pool, "SELECT number, first_seq, last_seq, leaves, signed FROM audit_seal ORDER BY number DESC LIMIT 1"
    )
    return SealRow(*rows[0]) if rows else None


async def settled_seq(pool: Pool) -> int:
    """The newest sequence number; when this returns, each row up to it is committed or will never be.

    Raises Unavailable if a transaction that may still write takes too long.
    """
    newest = int((await fetch(pool, "SELECT coalesce(max(seq), 0) FROM audit"))[0][0])
    writers = {row[0] for row in await fetch(pool, WRITERS)}
    for _ in range(LOOKS):
        if not writers:
            return newest
        await asyncio.sleep(WAIT_SECONDS)
        writers &= {row[0] for row in await fetch(pool, WRITERS)}
    raise Unavailable


async def rows_between(pool: Any, first: int, last: int, limit: int) -> list[SealedRow]:
    """The rows with sequence numbers from `first` to `last`, at most `limit`, in their order."""
    return [SealedRow(*row) for row in await fetch(pool, ROWS, first, last, limit)]


async def store_seal(pool: Pool, seal: SealRow) -> bool:
    """Store a seal; False if another process has stored one with its number."""
    return bool(await fetch(pool, STORE, *seal))


async def signed_seals(pool: Pool, after: int, count: int) -> list[str]:
    """The signed texts of the seals with numbers above `after`, in their order, at most `count`."""
    query = "SELECT signed FROM audit_seal WHERE number > $1 ORDER BY number LIMIT $2"
    return [row[0] for row in await fetch(pool, query, after, count)]


async def seals_from(pool: Pool, after: int, count: int) -> list[SealRow]:
    """The seals with numbers above `after`, in their order, at most `count`."""
    query = """SELECT number, first_seq, last_seq, leaves, signed FROM audit_seal
        WHERE number > $1 ORDER BY number LIMIT $2"""
    return [SealRow(*row) for row in await fetch(pool, query, after, count)]


async def marks_with_gaps(pool: Pool) -> Sequence[tuple[str, int, int, int]]:
    """The writers whose numbers have a gap: the writer, its first and last number, and how many rows there are."""
    return [tuple(row) for row in await fetch(pool, GAPS)]


async def months(pool: Pool) -> list[str]:
    """The months that have a partition, oldest first, as `2026_12`."""
    query = """SELECT right(relname, 7) FROM pg_class WHERE relnamespace = 'trail'::regnamespace
        AND relkind = 'r' AND relname ~ '^audit_[0-9]{4}_[0-9]{2}$' ORDER BY 1"""
    return [row[0] for row in await fetch(pool, query)]


async def drop_month(pool: Pool, month: str) -> None:
    """Drop the partition of one of `months`, as its owner."""
    await fetch(pool, f'DROP TABLE trail."audit_{month}"')


async def pruned(pool: Pool) -> list[tuple[str, datetime]]:
    """The months that were dropped, as `2026_12`, and when."""
    query = "SELECT id, at FROM audit WHERE action = 'prune' AND outcome = 'permit' ORDER BY id"
    return [(row[0], row[1]) for row in await fetch(pool, query)]


@asynccontextmanager
async def reader_pool(url: str) -> AsyncIterator[Pool]:
    """A small pool without deadlines, for a command; raises Unavailable if the database cannot be reached."""
    try:
        pool = await asyncpg.create_pool(url, min_size=1, max_size=2, server_settings=SETTINGS)
    except GONE as error:
        raise Unavailable from error
    try:
        yield pool
    finally:
        await pool.close()
