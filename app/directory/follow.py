"""Keeps the organisations in memory current: reads what has changed in the directory, every few seconds."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any, Final

from app.background import in_background
from app.organisations import Organisations
from app.storage.directory_rows import read_changes

log = logging.getLogger(__name__)

EVERY: Final = 2.0
"""Seconds between two looks at the directory."""


class DirectoryFollower:
    """Reads the changes of the directory into `organisations`."""

    def __init__(self, pool: Any, organisations: Organisations) -> None:
        self._pool = pool
        self._organisations = organisations
        self._number = 0

    async def read(self) -> None:
        """Read what has changed since the last time; without a database the organisations stay as they are."""
        try:
            changes = await read_changes(self._pool, self._number)
        except Exception:
            # Whatever hinders it, what is in memory stays, and the next time may succeed.
            log.warning("the directory could not be read", exc_info=True)
            return
        self._organisations.update(changes.organisations)
        self._number = changes.number

    @contextlib.asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Read the organisations, and follow their changes until the end of the block."""
        await self.read()
        async with in_background(self._follow()):
            yield

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.read()
