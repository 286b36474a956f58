"""The keys that verify tokens: those published at an address, or those of a configuration."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol

from app import jose
from app.errors import Unavailable

log = logging.getLogger(__name__)

Fetch = Callable[[str], Awaitable[object]]
"""Get the JSON at an address; any exception means that it could not be read."""

KEYS_FRESH: Final = 300
"""How long a key set is used before it is fetched again, in seconds."""

KEYS_KEPT: Final = 24 * 3600
"""How long the last good key set is used when no newer one can be had."""

KEYS_PAUSE: Final = 30
"""The least time between two fetches of one issuer's keys."""

KEYS_RETRY: Final = 2
"""The same while no keys of that issuer are known, as when both start at once."""


class KeySet(Protocol):
    """The keys of one issuer; `version` changes with them."""

    @property
    def version(self) -> int:
        """The number of times that the keys have changed."""

    async def keys(self, kid: str, now: float) -> Mapping[str, jose.Key]:
        """The current keys by `kid`; Unavailable if they are not known."""


class ConfiguredKeys:
    """Keys that stand in a configuration."""

    version = 0

    def __init__(self, keys: Mapping[str, jose.Key]) -> None:
        self._keys = keys

    async def keys(self, _kid: str, _now: float) -> Mapping[str, jose.Key]:
        """The keys, whatever the time."""
        return self._keys


class PublishedKeys:
    """The published keys of one issuer: fetched by one task at a time, and used for a day if the issuer is away."""

    def __init__(self, address: str, fetch: Fetch) -> None:
        self.version = 0
        self._address = address
        self._fetch = fetch
        self._keys: dict[str, jose.Key] = {}
        self._thumbprints: dict[str, str] = {}
        self._read_at = -math.inf
        self._asked_at = -math.inf
        self._flight: asyncio.Task[None] | None = None

    async def keys(self, kid: str, now: float) -> Mapping[str, jose.Key]:
        """The current keys, fetched again if they are stale or lack `kid`; Unavailable if no set could be fetched."""
        if kid not in self._keys or now - self._read_at > KEYS_FRESH:
            await self._refresh(now)
        if now - self._read_at > KEYS_KEPT:
            raise Unavailable
        return self._keys

    async def _refresh(self, now: float) -> None:
        if self._flight is None:
            if now - self._asked_at < (KEYS_PAUSE if self._keys else KEYS_RETRY):
                return
            self._asked_at = now
            self._flight = asyncio.create_task(self._read(now))
        # Shielded: one caller that goes away does not take the answer from the others.
        await asyncio.shield(self._flight)

    async def _read(self, now: float) -> None:
        try:
            keys = jose.read_key_set(await self._fetch(self._address))
        except Exception:
            # Whatever hinders an issuer's answer, the last good keys go on.
            log.warning("key set not read", exc_info=True)
            keys = {}
        finally:
            self._flight = None
        if keys:
            thumbprints = {kid: key.thumbprint() for kid, key in keys.items()}
            self.version += thumbprints != self._thumbprints
            self._keys, self._thumbprints, self._read_at = keys, thumbprints, now
