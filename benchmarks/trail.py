"""Measures a large audit trail: a person's own log, a log auditor's page, sealing and verifying."""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg

from app import jose
from app.demo.postgres.server import Address, Postgres
from app.disclosure.seal_trail import seal_trail
from app.disclosure.verify_trail import verify_trail
from app.storage import audit_rows, migrate
from app.storage.audit_rows import TrailFilter
from app.storage.seal_rows import reader_pool

ROOT: Final = Path(__file__).parent.parent

PEOPLE: Final = 2_000
SHOWN: Final = "[" + ",".join(['["Appointment/abcdefghijklmnop",1,"time","SE-REGION","samplan","N"]'] * 20) + "]"

# Of a hundred rows one is of another giver; the rows of a person are spread over the whole time.
FILL: Final = """
INSERT INTO audit (patient, request, phase, at, caller_kind, caller, role, giver, unit, purpose, action, outcome, shown,
    givers)
SELECT 'patient' || n % $1, gen_random_uuid(), 'outcome', now() - ($2 - n) * interval '1 millisecond', 'staff',
    'SE-REGION-DOCTOR', 'physician', 'SE-REGION', 'SE-REGION-1', 'care', 'overview', 'permit', $3,
    CASE WHEN n % 100 = 0 THEN ARRAY['SE-TOWN'] ELSE ARRAY['SE-REGION'] END
FROM generate_series(1, $2::bigint) AS n
"""


def main(rows: int) -> int:
    """Fill a trail with so many rows on a PostgreSQL of its own, and print the seconds that each question takes."""
    with tempfile.TemporaryDirectory(prefix="samplan-bench-") as home, Postgres.start(Path(home)) as server:
        migrate.upgrade(server.address.owner_url(), ROOT / "alembic")
        asyncio.run(_measure(server.address, rows))
    return 0


async def _measure(address: Address, rows: int) -> None:
    print(f"{rows} rows of {PEOPLE} people")
    connection = await asyncpg.connect(address.owner_url())
    await _timed("fill", connection.execute(FILL, PEOPLE, rows, SHOWN))
    await connection.execute("ANALYZE audit")
    await connection.close()
    now, key = datetime.now(UTC), jose.new_seal_key("bench")
    async with reader_pool(address.app_url()) as pool:
        log = await _timed("a person's log, a page of 50", audit_rows.list_accesses(pool, "patient7", ends=now))
        small, large = TrailFilter("SE-TOWN"), TrailFilter("SE-REGION")
        await _timed("a small giver's page of 50", audit_rows.list_events(pool, small))
        await _timed("a large giver's page of 50", audit_rows.list_events(pool, large))
        await _timed("a large giver's total", audit_rows.count_events(pool, large))
        await _timed("seal every row", seal_trail(pool, key, now=now))
        findings = await _timed("verify every row", _verified(pool, key))
    print(f"{len(log)} entries, {findings} findings")


async def _verified(pool: Any, key: jose.Key) -> int:
    return len([finding async for finding in verify_trail(pool, {"bench": key})])


async def _timed(name: str, question: Any) -> Any:
    started = time.perf_counter()
    answer = await question
    print(f"{time.perf_counter() - started:9.3f} s  {name}", flush=True)
    return answer
