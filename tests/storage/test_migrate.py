"""The migrations make what the models say, up and down, on data; keys begin with the patient."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.access.row_security import WallRow
from app.storage import migrate
from app.storage.audit_rows import append
from app.storage.tables import FOUND_OTHERWISE, metadata
from tests.builders.stored import audit_entry, stored_item

SCRIPTS = Path("alembic")


async def compared(url: str) -> list[object]:
    """What Alembic would still change for the database to be as the models say."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    async with engine.connect() as connection:
        context = {"compare_type": True, "compare_server_default": True}
        found = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=context), metadata)
        )
    await engine.dispose()
    return found


async def shape(stored_person) -> list[tuple[object, ...]]:
    """Columns with their computed values, checks, policies, privileges and functions, as the catalogue has them."""
    queries = (
        (
            "SELECT table_name, column_name, data_type, is_nullable, generation_expression FROM information_schema.columns "
            "WHERE table_schema = 'public'"
        ),
        (
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace"
        ),
        "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies",
        (
            "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants "
            "WHERE table_schema = 'public'"
        ),
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    )
    rows = [tuple(row) for query in queries for row in await stored_person.as_owner(query)]
    return sorted(rows, key=repr)


async def test_models_and_migrations_agree(stored_person):
    """Alembic finds nothing to do."""
    assert await compared(stored_person.owner_url) == []


async def test_checks_and_computed_columns_agree(stored_person):
    """What Alembic does not compare: each check and computed column of the models is in the database by that name."""
    in_models = {
        (table.name, str(check.name))
        for table in metadata.tables.values()
        for check in table.constraints
        if str(check.name).startswith(f"{table.name}_")
    }
    checks = await stored_person.as_owner(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
    )
    assert {tuple(row) for row in checks} == in_models
    connection = await asyncpg.connect(stored_person.owner_url)
    await connection.execute("ALTER TABLE resource NO FORCE ROW LEVEL SECURITY")
    computed = [column for column in metadata.tables["resource"].c if column.computed is not None]
    await stored_person.put(
        "anna", stored_item("one"), stored_item("two", status=None, ends=None, category=None, giver=None)
    )
    for column in computed:
        row = await connection.fetchrow(
            f"SELECT count(*), count(*) FILTER (WHERE {column.name} IS NOT DISTINCT FROM {column.computed.sqltext}) FROM resource"
        )
        assert tuple(row) == (2, 2)
    await connection.close()


async def test_up_and_down_on_data(stored_person):
    """Step by step down to the first tables and up again with rows in them; all the way down nothing is left."""
    await stored_person.put("anna", stored_item("one"))
    await append(stored_person.pool, [audit_entry()])
    await stored_person.pool.expire_connections()
    before = await shape(stored_person)
    revisions = [script.revision for script in ScriptDirectory("alembic").walk_revisions()]
    for revision in [*revisions[1:]]:
        await asyncio.to_thread(migrate.downgrade, stored_person.owner_url, SCRIPTS, revision)
        # A table without row-level security, which hides `resource` from its owner until 0002 is undone.
        assert await stored_person.as_owner("SELECT FROM location WHERE id = 'one'")
        assert len(await stored_person.as_owner("SELECT seq FROM audit")) == 1
    assert await stored_person.as_owner("SELECT FROM resource WHERE id = 'one'")
    await asyncio.to_thread(migrate.upgrade, stored_person.owner_url, SCRIPTS)
    assert await shape(stored_person) == before
    await asyncio.to_thread(migrate.downgrade, stored_person.owner_url)
    left = await stored_person.as_owner(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    assert [row[0] for row in left] == ["alembic_version"]
    assert not await stored_person.as_owner("SELECT FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    await asyncio.to_thread(migrate.upgrade, stored_person.owner_url)
    assert await compared(stored_person.owner_url) == []


async def test_every_key_begins_with_the_patient(stored_person):
    """Primary keys and unique constraints, in the database itself; but for the tables that find the patient."""
    rows = await stored_person.as_owner(
        "SELECT c.relname, (SELECT attname FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = i.indkey[0]) "
        "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique "
        "AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'"
    )
    assert {table for table, first in rows if first != "patient"} == FOUND_OTHERWISE
    assert {table for table, _ in rows} == set(metadata.tables)


async def test_the_wall_is_replaced_as_a_whole(stored_person):
    """A permit that the policy no longer has is gone."""
    permits = [WallRow("nurse", "own", "health", "time", "N"), WallRow("nurse", "other", "health", "plan", "N")]
    await asyncio.to_thread(migrate.fill_wall, stored_person.owner_url, permits)
    rows = await stored_person.as_owner("SELECT role, own::text, other::text FROM wall")
    assert [tuple(row) for row in rows] == [("nurse", '{"health|time|N": 1}', '{"health|plan|N": 1}')]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await stored_person.pool.execute("DELETE FROM wall")
