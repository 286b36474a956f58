"""Seals the audit trail after the fact: a signed Merkle root over all rows since the last seal.

Sealing reads what is committed, so that no request waits for it (docs/decisions/0028-the-trail-is-sealed.md).
"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from app import jose
from app.disclosure.merkle import SEAL_TYPE, Leaf, Seal, packed, root_of, signed_bytes
from app.errors import Fault, SamplanError
from app.storage import seal_rows
from app.storage.seal_rows import MOST_ROWS, SealRow

log = logging.getLogger(__name__)

NO_PRIVATE_KEY: Final = Fault(
    "invalid", "The trail is sealed with a private key, not a public one.", "Loggen förseglas med en privat nyckel."
)

MONTHS_AHEAD: Final = 2
"""Months after this one whose partitions are made."""


def read_seal_key(path: Path, *, private: bool = True) -> jose.Key:
    """The key in a file with a JWK; SamplanError or ValueError if it holds none, OSError if it cannot be read."""
    key = jose.load_seal_key(json.loads(path.read_bytes()))
    if private and not key.is_private:
        raise SamplanError(NO_PRIVATE_KEY)
    return key


async def seal_trail(pool: Any, key: jose.Key, *, now: datetime) -> int:
    """Seal every committed row that no seal covers; returns the number of rows. Raises Unavailable."""
    last = await seal_rows.settled_seq(pool)
    before = await seal_rows.last_seal(pool)
    sealed = 0
    while True:
        first = before.last_seq + 1 if before else 1
        rows = await seal_rows.rows_between(pool, first, last, MOST_ROWS)
        if not rows:
            return sealed
        seal = _seal(before, [Leaf(row.seq, row.digest) for row in rows], key, int(now.timestamp()))
        if not await seal_rows.store_seal(pool, seal):
            return sealed
        sealed += len(rows)
        before = seal


def _seal(before: SealRow | None, leaves: list[Leaf], key: jose.Key, now: int) -> SealRow:
    """The seal of these rows after another one."""
    text = packed(leaves)
    previous = root_of(before.leaves) if before else ""
    seal = Seal(
        before.number + 1 if before else 1,
        before.last_seq + 1 if before else 1,
        leaves[-1].seq,
        len(leaves),
        root_of(text),
        previous,
        now,
    )
    signed = jose.seal(signed_bytes(seal), key, typ=SEAL_TYPE)
    return SealRow(seal.number, seal.first_seq, seal.last_seq, text, signed)


async def keep_trail(pool: Any, key: jose.Key | None, *, seconds: float, now: Callable[[], datetime]) -> None:
    """Make partitions ahead and, with a key, seal the trail, every `seconds` until it is cancelled."""
    while True:
        try:
            await seal_rows.make_partitions(pool, MONTHS_AHEAD)
            if key is not None:
                await seal_trail(pool, key, now=now())
        except Exception:
            # Whatever hinders it, the next time may succeed, and the alarm is repeated until it does.
            log.warning("the trail could not be sealed", exc_info=True, extra={"alarm": "trail-not-sealed"})
        await asyncio.sleep(seconds)
