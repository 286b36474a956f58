"""A test's database, and statements on a connection of their own."""

import asyncio
from typing import NamedTuple

import asyncpg


class Database(NamedTuple):
    """One test's database: `owner_url` may change tables, `app_url` is what the app runs as."""

    name: str
    owner_url: str
    app_url: str


def execute(url: str, statement: str) -> None:
    """Run one statement, on a connection and in an event loop of its own, whatever loop the test uses."""

    async def once() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(once())
