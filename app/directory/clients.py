"""Registered client systems and revoked tokens in memory: they follow the database within a second.

No request asks the database for them.
"""

import asyncio
import contextlib
import itertools
import logging
import math
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from time import monotonic
from typing import Final

from app import jose
from app.access.client import RegisteredClient
from app.access.scopes import read_scopes
from app.background import in_background
from app.errors import Unavailable
from app.storage.client_rows import ClientRow, read_clients, registry_version
from app.storage.database import Pool
from app.storage.deadlines import database_time
from app.storage.token_rows import forget_used_ids, read_denials, take_id

log = logging.getLogger(__name__)

FOLLOW_SECONDS: Final = 1.0
"""Seconds between two looks at the version of the registry."""

LOOK_SECONDS: Final = 5.0
"""Seconds that a look may take."""

LOOKS_UNTIL_CLEANING: Final = 60
"""Looks until used ids that are over are deleted."""

TRUSTED_SECONDS: Final = 15.0
"""Seconds for which the clients are used without a look that succeeded; then nobody is let in."""


class Registry:
    """The clients and revoked tokens as they were at the last look; Unavailable while that is missing or too old."""

    def __init__(self) -> None:
        self._clients: Mapping[str, RegisteredClient] = {}
        self._denied: Mapping[tuple[str, str], float] = {}
        self._version = -1
        self._pool: Pool = None
        self._looked_at = -math.inf

    @property
    def version(self) -> int:
        """The version of the clients, which changes with each of them."""
        if monotonic() - self._looked_at > TRUSTED_SECONDS:
            raise Unavailable
        return self._version

    @property
    def clients(self) -> Iterable[RegisteredClient]:
        """All registered clients, disabled ones too."""
        return self._clients.values()

    def find(self, id: str) -> RegisteredClient | None:
        """The client of this id, None if it is not registered. Raises Unavailable as `version` does."""
        return self._clients.get(id) if self.version >= 0 else None

    def is_denied(self, kind: str, value: str, issued: float) -> bool:
        """Whether tokens with this `jti`, `sub` or `client_id` that were issued at this time are revoked."""
        return issued < self._denied.get((kind, value), -math.inf)

    async def take(self, id: str, until: float) -> bool:
        """Use an id until a time in seconds since 1970; False if any process has used it before."""
        return await take_id(self._pool, id, until)

    @contextlib.asynccontextmanager
    async def following(self, pool: Pool) -> AsyncIterator[None]:
        """Read the clients, and follow their changes until the end of the block."""
        self._pool = pool
        await self._look()
        async with in_background(self._follow()):
            yield

    async def _follow(self) -> None:
        for looks in itertools.count(1):
            await asyncio.sleep(FOLLOW_SECONDS)
            await self._look()
            if looks % LOOKS_UNTIL_CLEANING == 0:
                with contextlib.suppress(Unavailable):
                    await forget_used_ids(self._pool)

    async def _look(self) -> None:
        """Read the clients if their version has changed; a failure leaves them as they are, for TRUSTED_SECONDS."""
        started = monotonic()
        try:
            with database_time(LOOK_SECONDS):
                if await registry_version(self._pool) != self._version:
                    await self._read()
        except Exception:
            # Whatever it is, the next look is in a second, and without one the clients are soon trusted no more.
            log.warning("the registered clients could not be read", exc_info=True)
            return
        self._looked_at = started

    async def _read(self) -> None:
        # The version is read with the clients, before the denials: a change after it is read at the next look.
        stored = await read_clients(self._pool)
        denials = await read_denials(self._pool)
        self._clients = dict(_readable(stored.clients))
        self._denied = {(row.kind, row.value): row.issued_before.timestamp() for row in denials}
        self._version = stored.version


def _readable(rows: Iterable[ClientRow]) -> Iterator[tuple[str, RegisteredClient]]:
    """The clients by id, without one that cannot be read: it is as if it were not registered."""
    for row in rows:
        try:
            yield row.id, registered(row)
        except Exception:
            log.exception("a registered client cannot be read")


def registered(row: ClientRow) -> RegisteredClient:
    """The client of a stored row. Raises Unprocessable for scopes that are none of SMART v2."""
    return RegisteredClient(
        id=row.id,
        name=row.name,
        giver=row.giver,
        unit=row.unit,
        issuer=row.issuer,
        keys=jose.read_key_set(row.keys) if row.keys else {},
        jwks_url=row.jwks_url,
        scopes=read_scopes(row.scopes),
        owns=tuple(row.owns),
        copies=tuple(row.copies),
        source=row.source,
        properties=frozenset(row.properties),
        disabled=row.disabled,
    )
