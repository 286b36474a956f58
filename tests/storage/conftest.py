"""One made-up person, their givers and the policy's permits, as every storage test wants them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import asyncpg
import pytest

from app.access.row_security import COLUMNS, WallRow
from app.storage import migrate, person_facts
from app.storage.database import open_pool
from app.storage.person_facts import NewPerson
from app.storage.row_security import RlsContext
from tests.builders import stored_facts
from tests.builders.stored import AGO, KINDS, REGION, TOWN, StoredPerson


@pytest.fixture(scope="session")
def permits() -> list[tuple[str, str, str, str, str]]:
    """A physician may see everything; an administrator her own giver's times."""
    rows = [
        WallRow("physician", giver, category, kind, label)
        for giver in COLUMNS
        for category in ("health", "social")
        for kind in KINDS
        for label in ("N", "R")
    ]
    of_home_care = [WallRow("home-care", giver, "social", "time", "N") for giver in ("own", "child", "incapable")]
    return [*rows, *of_home_care, WallRow("administrator", "own", "health", "time", "N")]


@pytest.fixture
async def stored_person(database: Any, permits: list[Any]) -> AsyncIterator[StoredPerson]:
    """A migrated database with the wall filled and one person, Anna, whom the region and the town care for."""
    await asyncio.to_thread(migrate.fill_wall, database.owner_url, permits)
    pool = await open_pool(database.app_url, size=3)
    stored_person = StoredPerson(pool, database.app_url, database.owner_url)
    await person_facts.put_person(pool, "anna", NewPerson(date(1950, 7, 25), number=("urn:number", "189002029800")))
    for giver in (REGION, TOWN):
        await stored_facts.add_relation(pool, "anna", stored_facts.Relation(giver, AGO))
    yield stored_person
    await pool.close()


@pytest.fixture
def shown(stored_person: StoredPerson) -> Callable[[RlsContext], Any]:
    """What row-level security alone lets an asker see of a person: no predicate but the patient's key."""

    async def ask(rls_context: RlsContext) -> set[str]:
        connection = await asyncpg.connect(stored_person.app_url)
        try:
            async with connection.transaction():
                await connection.execute(
                    "SELECT samplan_context($1, $2, $3, $4, $5, $6)",
                    rls_context.patient,
                    rls_context.role,
                    rls_context.giver,
                    rls_context.unit,
                    rls_context.employee,
                    rls_context.person,
                )
                everything = await connection.fetch("SELECT id FROM resource")
                history = await connection.fetch("SELECT DISTINCT id FROM history")
            assert {row["id"] for row in history} == {row["id"] for row in everything}
            return {row["id"] for row in everything}
        finally:
            await connection.close()

    return ask
