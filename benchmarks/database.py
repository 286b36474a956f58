"""The benchmark's database: filled fast, straight into the tables as their owner, and asked who its clients are."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import asyncpg

from app.fhir.codes import PERSONNUMMER
from app.fhir.ids import derived_id
from app.storage.record_reading import LIST
from benchmarks.people import SINCE, Someone

Rows = list[tuple[object, ...]]

COLUMNS: Final = {
    "person": ("patient", "birth_date", "protected", "number_system", "number_value"),
    "fact": ("patient", "id", "kind", "giver", "starts"),
    "resource": (
        "patient", "type", "id", "version", "updated", "source_updated", "status", "starts", "ends", "giver", "unit",
        "category", "kind", "label", "information_time", "keys", "refs", "source", "deleted", "body",
    ),
    "location": ("type", "id", "patient"),
    "identifier": ("system", "value", "source", "patient", "type", "id"),
}  # fmt: skip
"""What is filled, in this order, and which columns of it."""
GUARDED: Final = ("person", "fact", "resource")
"""The tables that have row-level security for their owner too; a COPY wants it away meanwhile."""

FLOOR: Final = """
CREATE TABLE bench_answer (id text PRIMARY KEY, body bytea NOT NULL);
GRANT SELECT ON bench_answer TO samplan_app;
"""
"""The answers that the floor gives without any check, each found by one key."""


async def fill(owner_url: str, people: Iterable[Someone], now: datetime) -> int:
    """Put the people in; how many resources they have."""
    rows: dict[str, Rows] = {table: [] for table in COLUMNS}
    for one in people:
        for table, row in _rows(one, now):
            rows[table].append(row)
    async with _owner(owner_url) as connection:
        async with connection.transaction():
            await _guard(connection, "NO FORCE")
            for table, columns in COLUMNS.items():
                await connection.copy_records_to_table(table, records=rows[table], columns=columns)
            await _guard(connection, "FORCE")
        await connection.execute(FLOOR)
        await connection.execute("VACUUM ANALYZE")
    return len(rows["resource"])


async def keep_answers(owner_url: str, answers: Sequence[tuple[str, bytes]]) -> None:
    """Put the answers that the floor gives where it finds them."""
    async with _owner(owner_url) as connection:
        await connection.copy_records_to_table("bench_answer", records=answers, columns=("id", "body"))
        await connection.execute("VACUUM ANALYZE bench_answer")


async def backends(app_url: str) -> set[int]:
    """The processes of the server that serve the app's role, this one's own left out."""
    connection = await asyncpg.connect(app_url)
    try:
        query = "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"
        return {row["pid"] for row in await connection.fetch(query)}
    finally:
        await connection.close()


def _rows(one: Someone, now: datetime) -> Iterator[tuple[str, tuple[object, ...]]]:
    yield "person", (one.patient, one.born, False, PERSONNUMMER, one.number)
    yield "identifier", (PERSONNUMMER, one.number, "", one.patient, "Patient", one.patient)
    for kind, giver in one.facts:
        yield "fact", (one.patient, derived_id(kind, giver), kind, giver, now - SINCE)
    for item in one.items:
        yield "location", (item.type, item.id, one.patient)
        yield "resource", (
            one.patient, *item[: item._fields.index("keys")], LIST.join(item.keys), LIST.join(item.refs), item.source,
            False, item.body,
        )  # fmt: skip


async def _guard(connection: Any, force: str) -> None:
    for table in GUARDED:
        await connection.execute(f"ALTER TABLE {table} {force} ROW LEVEL SECURITY")


@asynccontextmanager
async def _owner(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
