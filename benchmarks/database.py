"""The benchmark's database: filled by COPY as the owner of the tables, and asked which processes serve the app."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import asyncpg

from app.fhir.codes import PERSONNUMMER
from app.fhir.ids import derived_id
from app.storage.item_codec import ROW, row_of
from benchmarks.people import SINCE, InventedPerson

Rows = list[tuple[object, ...]]

COLUMNS: Final = {
    "person": ("patient", "birth_date", "protected", "number_system", "number_value"),
    "fact": ("patient", "id", "kind", "giver", "starts"),
    "resource": ROW,
    "location": ("type", "id", "patient"),
    "identifier": ("system", "value", "source", "patient", "type", "id"),
}  # fmt: skip
"""The tables in the order of filling, with the columns that are filled."""
ROW_SECURED: Final = ("person", "fact", "resource")
"""The tables with row-level security also for their owner; COPY needs it off."""

ANSWER_TABLE: Final = """
CREATE TABLE bench_answer (id text PRIMARY KEY, body bytea NOT NULL);
GRANT SELECT ON bench_answer TO samplan_app;
"""
"""The answers that the baseline server gives without any check, each found by one key."""


async def fill(owner_url: str, people: Iterable[InventedPerson], now: datetime) -> int:
    """Store the people, with facts that began before `now`; return how many resources they have."""
    rows: dict[str, Rows] = {table: [] for table in COLUMNS}
    for person in people:
        for table, row in _rows(person, now):
            rows[table].append(row)
    async with _owner(owner_url) as connection:
        async with connection.transaction():
            await _guard(connection, "NO FORCE")
            for table, columns in COLUMNS.items():
                await connection.copy_records_to_table(table, records=rows[table], columns=columns)
            await _guard(connection, "FORCE")
        await connection.execute(ANSWER_TABLE)
        await connection.execute("VACUUM ANALYZE")
    return len(rows["resource"])


async def store_answers(owner_url: str, answers: Sequence[tuple[str, bytes]]) -> None:
    """Store answers by key where the baseline server reads them."""
    async with _owner(owner_url) as connection:
        await connection.copy_records_to_table("bench_answer", records=answers, columns=("id", "body"))
        await connection.execute("VACUUM ANALYZE bench_answer")


async def backends(app_url: str) -> set[int]:
    """Return the process ids of PostgreSQL's backends for the app's role, without that of this call."""
    connection = await asyncpg.connect(app_url)
    try:
        query = "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"
        return {row["pid"] for row in await connection.fetch(query)}
    finally:
        await connection.close()


def _rows(person: InventedPerson, now: datetime) -> Iterator[tuple[str, tuple[object, ...]]]:
    yield "person", (person.patient, person.born, False, PERSONNUMMER, person.number)
    yield "identifier", (PERSONNUMMER, person.number, "", person.patient, "Patient", person.patient)
    for kind, giver in person.facts:
        yield "fact", (person.patient, derived_id(kind, giver), kind, giver, now - SINCE)
    for item in person.items:
        yield "location", (item.type, item.id, person.patient)
        yield "resource", row_of(item, person.patient, deleted=False)


async def _guard(connection: Any, force: str) -> None:
    for table in ROW_SECURED:
        await connection.execute(f"ALTER TABLE {table} {force} ROW LEVEL SECURITY")


@asynccontextmanager
async def _owner(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
