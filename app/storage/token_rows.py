"""Stores the revoked tokens, which the owner's commands change, and the ids that the app has accepted once."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from app.storage.database import Pool, fetch


class Denial(NamedTuple):
    """Tokens with a claim (`jti`, `sub` or `client_id`) of this value that were issued before a time are revoked."""

    kind: str
    value: str
    issued_before: datetime
    reason: str


READ = "SELECT kind, value, issued_before, reason FROM denied_token ORDER BY kind, value"

PUT = """
INSERT INTO denied_token (kind, value, issued_before, reason) VALUES ($1, $2, coalesce($3, now()), $4)
ON CONFLICT (kind, value) DO UPDATE SET reason = excluded.reason,
    issued_before = greatest(denied_token.issued_before, excluded.issued_before)
RETURNING issued_before
"""

# Every token that such a revocation is about has expired: they live 15 minutes.
PRUNE_DENIED = "DELETE FROM denied_token WHERE issued_before < now() - interval '1 hour'"

# An id that is over may be used again; of two that come at once one gets no row.
TAKE = """
INSERT INTO used_id AS u (id, until) VALUES ($1, $2)
ON CONFLICT (id) DO UPDATE SET until = excluded.until WHERE u.until < now() RETURNING true
"""

PRUNE_USED = "DELETE FROM used_id WHERE until < now()"


async def read_denials(pool: Pool) -> list[Denial]:
    """All revoked tokens."""
    return [Denial(*row) for row in await fetch(pool, READ)]


async def stored_denials(connection: Any) -> list[Denial]:
    """All revoked tokens, for the owner."""
    return [Denial(*row) for row in await connection.fetch(READ)]


async def put_denial(connection: Any, kind: str, value: str, issued_before: datetime | None, reason: str) -> datetime:
    """Revoke tokens that were issued before a time, None for now; returns the time."""
    await connection.execute(PRUNE_DENIED)
    before: datetime = await connection.fetchval(PUT, kind, value, issued_before, reason)
    return before


async def take_id(pool: Pool, id: str, until: float) -> bool:
    """Use an id once, until a time in seconds since 1970; False if it was used before."""
    digest = hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()
    rows: Sequence[Any] = await fetch(pool, TAKE, digest, datetime.fromtimestamp(until, UTC))
    return bool(rows)


async def forget_used_ids(pool: Pool) -> None:
    """Delete the ids that are over."""
    await fetch(pool, PRUNE_USED)
