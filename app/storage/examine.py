"""Examines a database as the app's role sees it: the rights of the role, its version, and what it holds or lacks.

No row about a person is read: row-level security hides them all from a role without a context, the owner included.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg

from app.errors import Unavailable
from app.storage.database import GONE, SETTINGS
from app.storage.probe import QUESTION

WITHIN: Final = 5.0
"""Seconds for the connection, and for each question."""

SERVER: Final = """SELECT current_setting('server_version_num')::int / 10000 AS version, clock_timestamp() AS now,
    (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS bypasses,
    EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        AND pg_has_role(current_user, c.relowner, 'USAGE')) AS owns,
    (SELECT bool_and(current_setting(name) <> 'off')
        FROM unnest(ARRAY['fsync', 'full_page_writes', 'synchronous_commit']) AS name) AS durable,
    coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)
        OR inet_server_addr() IS NULL OR inet_server_addr() = inet_client_addr() AS private"""

CONTENT: Final = {
    "revision": "SELECT version_num FROM alembic_version",
    "wall": "SELECT EXISTS (SELECT FROM wall)",
    "care_giver": "SELECT EXISTS (SELECT FROM directory_entry WHERE 'care-giver' = ANY (string_to_array(kinds, ' ')))",
    "social_giver": """SELECT EXISTS
        (SELECT FROM directory_entry WHERE 'social-care-giver' = ANY (string_to_array(kinds, ' ')))""",
    "client": "SELECT EXISTS (SELECT FROM client WHERE NOT disabled)",
    "person": "SELECT pg_relation_size('person') > 0",
    "relation": "SELECT pg_relation_size('fact') > 0",
}
"""What a database holds, each by a question of its own: a database that is not migrated answers none of them."""


class Examination(NamedTuple):
    """What there is: the version of PostgreSQL, its clock, the role's rights, durability and the way to it.

    `content` holds the answers to CONTENT, None for a question that was not answered; `writable` is whether a row could
    be added to the trail.
    """

    version: int
    now: datetime
    bypasses: bool
    owns: bool
    durable: bool
    private: bool
    writable: bool
    content: Mapping[str, Any]


async def examine(url: str) -> Examination:
    """Examine a database as the role of this address; Unavailable if it does not answer."""
    try:
        connection = await asyncpg.connect(url, timeout=WITHIN, command_timeout=WITHIN, server_settings=SETTINGS)
    except GONE as error:
        raise Unavailable from error
    try:
        server = await connection.fetchrow(SERVER)
        content = {name: await _answer(connection, question) for name, question in CONTENT.items()}
        writable = await _is_done(connection, QUESTION)
    except GONE as error:
        raise Unavailable from error
    finally:
        connection.terminate()
    return Examination(**server, writable=writable, content=content)


async def _answer(connection: Any, question: str) -> Any:
    try:
        return await connection.fetchval(question)
    except asyncpg.PostgresError:
        return None


async def _is_done(connection: Any, statement: str) -> bool:
    try:
        await connection.execute(statement)
    except asyncpg.PostgresError:
        return False
    return True
