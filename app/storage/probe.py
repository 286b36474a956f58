"""Asks whether the database answers and the trail can be written, on a connection that requests do not share.

So the answer comes at once however long requests wait, and however many ask.
"""

import asyncio
from typing import Any, Final

import asyncpg

from app.errors import Unavailable
from app.storage.database import GONE, SETTINGS

SECONDS: Final = 1.0
"""Seconds in which the database must answer; it may wait for a lock for half as long."""

QUESTION: Final = """DO $$ BEGIN
    IF current_setting('transaction_read_only')::boolean THEN
        RAISE read_only_sql_transaction;
    END IF;
    LOCK TABLE audit IN ROW EXCLUSIVE MODE;
END $$"""
"""What an INSERT into the trail needs, without a row."""


class Probe:
    """One connection, opened when it is needed, and one question at a time, whose answer all share who wait for it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._asking: asyncio.Task[bool] | None = None

    async def require(self) -> None:
        """Raise Unavailable unless the database answers and the trail can be written."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        if not await asyncio.shield(self._asking):
            raise Unavailable

    async def _ask(self) -> bool:
        try:
            await self._execute()
        except GONE:
            self.close()
            return False
        return True

    async def _execute(self) -> None:
        if self._connection is None or self._connection.is_closed():
            milliseconds = str(round(SECONDS * 500))
            limits = {"statement_timeout": milliseconds, "lock_timeout": milliseconds}
            self._connection = await asyncpg.connect(self._url, timeout=SECONDS, server_settings={**SETTINGS, **limits})
        end = asyncio.get_running_loop().call_later(SECONDS, self._connection.terminate)
        try:
            await self._connection.execute(QUESTION)
        finally:
            end.cancel()

    def close(self) -> None:
        """Cut off the connection; the next question opens another."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
