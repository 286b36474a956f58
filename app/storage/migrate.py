"""Migrates a database to a version of its schema, and fills the table `wall` from the policy; both as the owner."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import asyncpg
import orjson
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from alembic import command


class Permit(Protocol):
    """The role may be shown an item with these classes; `app.access.row_security` makes permits of the policy."""

    @property
    def role(self) -> str:
        """The role of staff."""

    @property
    def giver(self) -> str:
        """`own`, or the ground on which an item of another giver could be shown: `other` by consent, or its name."""

    @property
    def category(self) -> str:
        """`health` or `social`."""

    @property
    def information_class(self) -> str:
        """The column `kind`."""

    @property
    def label(self) -> str:
        """The confidentiality."""


WALL_COLUMNS = ("own", "other", "child", "incapable", "emergency")
"""The columns of the table `wall` with the classes of items."""

PREPARED = "SELECT pg_advisory_xact_lock(9032214), set_config('lock_timeout', '2s', true)"
"""One migration runs at a time; it fails rather than make every reader wait behind it for a table."""


def upgrade(url: str, scripts: Path = Path("alembic"), revision: str = "head") -> None:
    """Migrate upwards as the owner, and let the app's role read the revision."""

    def change(config: Config) -> None:
        command.upgrade(config, revision)
        config.attributes["connection"].exec_driver_sql("GRANT SELECT ON alembic_version TO samplan_app")

    asyncio.run(_migrate(url, scripts, change))


def downgrade(url: str, scripts: Path = Path("alembic"), revision: str = "base") -> None:
    """Migrate downwards as the owner; at `base` every table is gone."""
    asyncio.run(_migrate(url, scripts, lambda config: command.downgrade(config, revision)))


def head(scripts: Path = Path("alembic")) -> str:
    """The newest revision in the folder of migrations."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    return str(ScriptDirectory.from_config(config).get_current_head())


def fill_wall(url: str, permits: Iterable[Permit]) -> None:
    """Replace the permits that row-level security reads with those of the policy; staff see nothing before.

    One row for each role: the classes of its own giver's items, and of other givers' by the ground of the reading.
    """
    classes: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: {ground: {} for ground in WALL_COLUMNS})
    for permit in permits:
        classes[permit.role][permit.giver][f"{permit.category}|{permit.information_class}|{permit.label}"] = 1
    rows = [(role, *map(_sorted_json, shown.values())) for role, shown in sorted(classes.items())]
    asyncio.run(_fill(url, rows))


def _sorted_json(classes: dict[str, int]) -> str:
    return orjson.dumps(classes, option=orjson.OPT_SORT_KEYS).decode()


async def _fill(url: str, rows: Sequence[tuple[str, ...]]) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("DELETE FROM wall")
            values = ", ".join(f"${number}::text::jsonb" for number, _ in enumerate(WALL_COLUMNS, 2))
            query = f"INSERT INTO wall (role, {', '.join(WALL_COLUMNS)}) VALUES ($1, {values})"
            await connection.executemany(query, rows)
    finally:
        await connection.close()


async def _migrate(url: str, scripts: Path, change: Callable[[Config], None]) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    config = Config()
    config.set_main_option("script_location", str(scripts))

    def run(connection: Connection) -> None:
        connection.exec_driver_sql(PREPARED)
        config.attributes["connection"] = connection
        change(config)

    try:
        async with engine.begin() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()
