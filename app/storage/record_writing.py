"""Writes resources, all or none: rows, history, identifiers, locations and outcome, in one transaction.

A row is written only over the version that it was made from. Row-level security lets staff and systems write rows of
their own giver, and a person rows that have no giver.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

from app.errors import Conflict, Unavailable
from app.items import Item
from app.storage.audit_rows import AuditRow, Phase, parameter_values
from app.storage.database import Pool, fetch, transaction
from app.storage.item_codec import ROW, row_of
from app.storage.person_facts import NewPerson, insert_person
from app.storage.row_security import RlsContext
from app.storage.write_statement import Counted, WriteCounts, store_statement

LARGEST = 100
"""Rows in one statement; a larger write takes more of them in the same transaction."""


ROW_PARAMETERS = len(ROW) + 3
"""Parameters of a row, and of the place of a new one."""

MOST_PARAMETERS = 30_000
"""Parameters in one statement; PostgreSQL takes 32 767."""


class Moved(Exception):
    """The data that the decision was made from has changed meanwhile: read it and decide again."""


class Taken(Moved):
    """A business identifier or a personal number belongs to another resource."""


class FactsMoved(Moved):
    """The facts about the person have changed since they were read."""


class Write(NamedTuple):
    """A resource to write: `item.version` is 1 for a new resource, else the stored version plus one.

    `identifiers` are (system, value, source), `actors` are (reference, date) of its practitioners and places. A
    personal number has the source "", because it is the same for all sources.
    """

    item: Item
    identifiers: Sequence[tuple[str, str, str]] = ()
    actors: Sequence[tuple[str, datetime | None]] = ()
    deleted: bool = False


class KnownIdentifier(NamedTuple):
    """A stored business identifier and its resource; `version` is None if it is hidden from the writer."""

    system: str
    value: str
    patient: str
    type: str
    id: str
    version: int | None
    source_updated: datetime | None
    deleted: bool


async def store(
    pool: Pool,
    rls_context: RlsContext,
    writes: Sequence[Write],
    *,
    outcome: AuditRow | None = None,
    new_person: NewPerson | None = None,
    basis: Sequence[Item] = (),
) -> None:
    """Write all rows of `rls_context.patient`, or none.

    `basis` are rows of the writer's giver that the write was made from, whether it changes them or not. Raises Moved if
    one of them has another version by now, Conflict if somebody else wrote first, FactsMoved if
    `outcome.facts_version` is outdated, and Taken if an identifier belongs to another resource by now.
    """
    try:
        rounds = 1 + len(writes) // LARGEST
        async with transaction(pool, writer(rls_context), rounds=rounds) as connection:
            if new_person is not None:
                await insert_person(connection, rls_context.patient, new_person)
            await _lock_basis(connection, rls_context.patient, basis)
            first, *rest = _parts(writes) or [[]]
            await _write(connection, rls_context.patient, first, outcome)
            for part in rest:
                await _write(connection, rls_context.patient, part, None)
    except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
        raise Moved from error
    except asyncpg.UniqueViolationError as error:
        raise Conflict from error
    except Unavailable as error:
        if "row-level security" in str(error.__cause__):
            raise Conflict from error
        raise


# The rows are locked in the same order by every writer, until the transaction ends, so that a change of them waits.
LOCK_BASIS = """
SELECT count(*) FROM (
    SELECT FROM resource AS r JOIN unnest($2::text[], $3::text[], $4::bigint[]) AS h (type, id, version)
        ON r.type = h.type AND r.id = h.id AND r.version = h.version
    WHERE r.patient = $1 AND NOT r.deleted ORDER BY r.type COLLATE "C", r.id COLLATE "C"
    FOR NO KEY UPDATE OF r) AS locked
"""


async def _lock_basis(connection: Any, patient: str, basis: Sequence[Item]) -> None:
    if not basis:
        return
    columns = [list(column) for column in zip(*((item.type, item.id, item.version) for item in basis), strict=True)]
    if await connection.fetchval(LOCK_BASIS, patient, *columns) != len(basis):
        raise Moved


def writer(rls_context: RlsContext) -> RlsContext:
    """The context of a write: the person, or the organisation that a member of staff or a system acts for."""
    return rls_context if rls_context.role == "citizen" else rls_context._replace(role="system")


def _parts(writes: Iterable[Write]) -> list[list[Write]]:
    parts: list[list[Write]] = []
    parameters = 0
    # The same order for every writer prevents deadlocks.
    for write in sorted(writes, key=lambda write: write.item[:2]):
        own = ROW_PARAMETERS + 6 * len(write.identifiers) + 5 * len(write.actors)
        if not parts or len(parts[-1]) == LARGEST or parameters + own > MOST_PARAMETERS:
            parts.append([])
            parameters = 0
        parts[-1].append(write)
        parameters += own
    return parts


async def _write(connection: Any, patient: str, writes: Sequence[Write], outcome: AuditRow | None) -> None:
    old = [write.item for write in writes if write.item.version > 1]
    if old:
        query = "DELETE FROM actor WHERE patient = $1 AND (type, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))"
        await connection.execute(query, patient, [item.type for item in old], [item.id for item in old])
    rows = [row_of(write.item, patient, deleted=write.deleted) for write in writes]
    places = [(item.type, item.id, patient) for item, *_ in writes if item.version == 1]
    names = _names(patient, writes)
    actors = sorted(
        {
            (actor, write.item.type, moment, patient, write.item.id)
            for write in writes
            for actor, moment in write.actors
        },
        key=repr,
    )
    outcome_values = parameter_values(outcome._replace(phase=Phase.OUTCOME)) if outcome else ()
    counts = WriteCounts(len(rows), len(places), len(names), len(actors), 1 if outcome_values else 0)
    if not any(counts):
        return
    values = [value for row in (*rows, *places, *names, *actors, outcome_values) for value in row]
    counted = Counted(*await connection.fetchrow(store_statement(counts), *values))
    _require(counts, counted)


def _require(counts: WriteCounts, counted: Counted) -> None:
    if counted.outcomes < counts.outcomes:
        raise FactsMoved
    if counted.names < counts.names:
        raise Taken
    if (counted.rows, counted.places) != (counts.rows, counts.places):
        raise Conflict


def _names(patient: str, writes: Iterable[Write]) -> list[tuple[str, ...]]:
    """Each identifier once, with its resource; Taken if two resources of the write have the same identifier."""
    names: dict[tuple[str, str, str], tuple[str, str]] = {}
    for write in writes:
        target = (write.item.type, write.item.id)
        for name in write.identifiers:
            if names.setdefault(name, target) != target:
                raise Taken
    return sorted((*name, patient, *target) for name, target in names.items())


async def person_by_identifier(pool: Pool, system: str, value: str) -> str | None:
    """The id of the Patient with a personal number, or None."""
    query = "SELECT patient FROM identifier WHERE system = $1 AND value = $2 AND source = '' AND type = 'Patient'"
    rows = await fetch(pool, query, system, value)
    return rows[0][0] if rows else None


async def is_stored(pool: Pool, type: str, id: str) -> bool:
    """Whether any giver's resource of this type and id is stored, or was."""
    return bool(await fetch(pool, "SELECT FROM location WHERE type = $1 AND id = $2", type, id))


IDENTIFIERS = """
SELECT i.system, i.value, i.patient, i.type, i.id, r.version, r.source_updated, coalesce(r.deleted, false)
FROM unnest($1::text[], $2::text[]) AS k (system, value)
JOIN identifier i ON i.system = k.system AND i.value = k.value AND i.source = $3
LEFT JOIN resource r ON r.patient = i.patient AND r.type = i.type AND r.id = i.id
"""


async def find_identifiers(
    pool: Pool, rls_context: RlsContext, source: str, keys: Sequence[tuple[str, str]]
) -> list[KnownIdentifier]:
    """The stored ones of these business identifiers of a source, with their resources, deleted ones too."""
    async with transaction(pool, writer(rls_context)) as connection:
        systems, values = [system for system, _ in keys], [value for _, value in keys]
        return [KnownIdentifier(*row) for row in await connection.fetch(IDENTIFIERS, systems, values, source)]
