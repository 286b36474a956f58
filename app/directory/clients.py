"""The registered client systems in memory: they follow the database within a second, without a query for a request."""

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncIterator, Iterable, Mapping
from time import monotonic
from typing import Final

from app import jose
from app.access.client import RegisteredClient
from app.access.scopes import read_scopes
from app.errors import Unavailable
from app.storage.client_rows import ClientRow, read_clients, registry_version
from app.storage.database import Pool

log = logging.getLogger(__name__)

FOLLOW_SECONDS: Final = 1.0
"""Seconds between two looks at the version of the registry."""

TRUSTED_SECONDS: Final = 15.0
"""Seconds for which the clients are used without a look that succeeded; then nobody is let in."""


class Registry:
    """The registered clients as they were at the last look; Unavailable while that is missing or too old."""

    def __init__(self) -> None:
        self._clients: Mapping[str, RegisteredClient] = {}
        self._version = -1
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

    @contextlib.asynccontextmanager
    async def following(self, pool: Pool) -> AsyncIterator[None]:
        """Read the clients, and follow their changes until the end of the block."""
        await self._look(pool)
        task = asyncio.create_task(self._follow(pool))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _follow(self, pool: Pool) -> None:
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            await self._look(pool)

    async def _look(self, pool: Pool) -> None:
        """Read the clients if their version has changed; a failure leaves them as they are, for TRUSTED_SECONDS."""
        started = monotonic()
        try:
            if await registry_version(pool) != self._version:
                stored = await read_clients(pool)
                self._clients = {row.id: registered(row) for row in stored.clients}
                self._version = stored.version
        except Exception:
            # Whatever it is, the next look is in a second, and without one the clients are soon trusted no more.
            log.warning("the registered clients could not be read", exc_info=True)
            return
        self._looked_at = started


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
