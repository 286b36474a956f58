"""The pool of connections and its transactions; a failing or slow database raises `errors.Unavailable`.

PostgreSQL ends a statement that takes too long or waits for a lock (`statement_timeout`, `lock_timeout`), so the
connection stays in use. If PostgreSQL does not answer at all, the connection is cut off when the request's allowance
(`deadlines`) is spent: asyncpg's own cancellation would wait for an answer too.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Final

import asyncpg

from app.errors import Unavailable
from app.storage.deadlines import database_time, waiting
from app.storage.row_security import RlsContext

Pool = Any
"""An `asyncpg.Pool`; other rooms pass it on and never look inside."""

GONE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedFunctionError,
)
"""The database cannot be reached, is slow or not migrated, or refuses what is asked: nothing is read or written."""

SETTINGS = {"application_name": "samplan", "timezone": "UTC", "jit": "off", "plan_cache_mode": "force_generic_plan"}

CONTEXT = "SELECT samplan_context($1, $2, $3, $4, $5, $6)"

LONG_SECONDS: Final = 15.0
"""Seconds of a statement that reads much: within these an extract of the log is answered."""

CONNECT_SECONDS: Final = 5.0
"""Seconds that a new connection may take at most."""

OF_ALLOWANCE: Final = 0.7
"""The part of a request's allowance after which PostgreSQL ends a statement, before the connection is cut off."""


async def open_pool(url: str, *, size: int = 8, seconds: float = 20.0) -> Pool:
    """Connect as a role that owns no table; raises Unavailable if the database cannot be reached.

    `seconds` is the allowance of a request; a statement has a part of it. Nothing that this package does outlives its
    transaction, so a connection needs no reset when it is returned, which saves a round trip each time.
    """
    try:
        return await asyncpg.create_pool(
            url,
            min_size=size,
            max_size=size,
            reset=_keep,
            max_inactive_connection_lifetime=0,
            timeout=min(seconds, CONNECT_SECONDS),
            statement_cache_size=400,
            server_settings={**SETTINGS, **_timeouts(seconds * OF_ALLOWANCE)},
        )
    except GONE as error:
        raise Unavailable from error


async def close_pool(pool: Pool, *, within: float = 1.0) -> None:
    """Close the connections, at the latest after `within` seconds, also if the database does not answer."""
    try:
        await asyncio.wait_for(pool.close(), within)
    except TimeoutError:
        pool.terminate()


def _timeouts(seconds: float) -> dict[str, str]:
    milliseconds = str(max(1, round(seconds * 1000)))
    return dict.fromkeys(("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"), milliseconds)


@asynccontextmanager
async def _connection(pool: Pool, rounds: int = 1) -> AsyncIterator[Any]:
    """A connection of the pool, for as long as the allowance lasts, `rounds` times; then it is cut off."""
    try:
        with waiting() as seconds:
            started = monotonic()
            connection = await pool.acquire(timeout=seconds)
            left = seconds * rounds - (monotonic() - started)
            end = asyncio.get_running_loop().call_later(left, connection.terminate)
            try:
                yield connection
            finally:
                try:
                    await pool.release(connection)
                finally:
                    end.cancel()
    except GONE as error:
        raise Unavailable from error
    except asyncpg.CheckViolationError as error:
        # The trail refuses a row, or has no partition for it: nothing may be answered.
        if (error.table_name or "").startswith("audit"):
            raise Unavailable from error
        raise


async def fetch(pool: Pool, query: str, *arguments: object) -> Sequence[Any]:
    """The rows of one statement, in its own transaction; it is prepared once for each connection."""
    async with _connection(pool) as connection:
        rows: Sequence[Any] = await connection.fetch(query, *arguments)
        return rows


async def fetch_long(pool: Pool, query: str, *arguments: object) -> Sequence[Any]:
    """The rows of a statement that may take LONG_SECONDS, whatever the allowance: one that reads the whole trail."""
    with database_time(LONG_SECONDS):
        async with _connection(pool) as connection, connection.transaction(readonly=True):
            await connection.execute(f"SET LOCAL statement_timeout = {round(LONG_SECONDS * 1000)}")
            rows: Sequence[Any] = await connection.fetch(query, *arguments)
            return rows


@asynccontextmanager
async def transaction(pool: Pool, rls_context: RlsContext, *, rounds: int = 1) -> AsyncIterator[Any]:
    """A transaction with this context of row-level security; all or nothing.

    A write of many statements has the allowance `rounds` times.
    """
    async with _connection(pool, rounds) as connection, connection.transaction():
        await enter(connection, rls_context)
        yield connection


async def enter(connection: Any, context: RlsContext) -> None:
    """Set the context of row-level security, until the transaction ends or another context is set."""
    await connection.execute(CONTEXT, *context)


async def _keep(connection: Any) -> None:
    """Leave a returned connection as it is."""
