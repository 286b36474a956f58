"""The pool of connections and its transactions; a failing database raises `errors.Unavailable`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from app.errors import Unavailable
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
    asyncpg.InsufficientPrivilegeError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedFunctionError,
)
"""The database cannot be reached, is not migrated, or refuses what the app needs: nothing was read or written."""

SETTINGS = {"application_name": "samplan", "timezone": "UTC", "jit": "off", "plan_cache_mode": "force_generic_plan"}

CONTEXT = "SELECT samplan_context($1, $2, $3, $4, $5, $6)"


async def open_pool(url: str, *, size: int = 8) -> Pool:
    """Connect as a role that owns no table; raises Unavailable if the database cannot be reached.

    Nothing that this package does outlives its transaction, so a connection needs no reset when it is returned, which
    saves a round trip each time.
    """
    try:
        return await asyncpg.create_pool(
            url,
            min_size=size,
            max_size=size,
            reset=_keep,
            max_inactive_connection_lifetime=0,
            command_timeout=10,
            timeout=5,
            statement_cache_size=400,
            server_settings=SETTINGS,
        )
    except GONE as error:
        raise Unavailable from error


async def fetch(pool: Pool, query: str, *arguments: object) -> Sequence[Any]:
    """The rows of one statement, in its own transaction; it is prepared once for each connection."""
    try:
        async with pool.acquire() as connection:
            rows: Sequence[Any] = await connection.fetch(query, *arguments)
            return rows
    except GONE as error:
        raise Unavailable from error


async def ping(pool: Pool) -> None:
    """Raise Unavailable unless the database answers."""
    await fetch(pool, "SELECT 1")


@asynccontextmanager
async def transaction(pool: Pool, rls_context: RlsContext) -> AsyncIterator[Any]:
    """A transaction with this context of row-level security; all or nothing."""
    try:
        async with pool.acquire() as connection, connection.transaction():
            await enter(connection, rls_context)
            yield connection
    except GONE as error:
        raise Unavailable from error


async def enter(connection: Any, context: RlsContext) -> None:
    """Set the context of row-level security, until the transaction ends or another context is set."""
    await connection.execute(CONTEXT, *context)


async def _keep(connection: Any) -> None:
    """Leave a returned connection as it is."""
