"""Builds the statement of a write: its text depends on the number of rows of each table.

Every part has explicit values, so that a sharded database can send each row directly to its shard
(docs/decisions/0016-a-patients-rows-live-together.md).
"""

import itertools
from functools import lru_cache
from typing import NamedTuple

from app.storage.audit_rows import append_statement
from app.storage.item_codec import ROW


class WriteCounts(NamedTuple):
    """How many rows of each kind a statement holds; `outcomes` is 0 or 1."""

    rows: int
    places: int
    names: int
    actors: int
    outcomes: int


class Counted(NamedTuple):
    """How many were written; fewer than asked for means that the decision must be made again."""

    rows: int
    places: int
    names: int
    outcomes: int


OVER = ", ".join(f"{name} = excluded.{name}" for name in ROW if name not in {"patient", "type", "id"})

# A new row must be new and a later version must replace the one before it: xmax is 0 for a row that was inserted.
ROWS = f"""rows AS (INSERT INTO resource ({", ".join(ROW)}) VALUES {{0}}
    ON CONFLICT (patient, type, id) DO UPDATE SET {OVER} WHERE resource.version = excluded.version - 1
    RETURNING (xmax = 0) = (version = 1) AS right)"""
PAST = f"past AS (INSERT INTO history ({', '.join(ROW)}) VALUES {{0}})"
PLACES = "places AS (INSERT INTO location (type, id, patient) VALUES {0} ON CONFLICT DO NOTHING RETURNING 1)"
NAMES = """names AS (INSERT INTO identifier (system, value, source, patient, type, id) VALUES {0}
    ON CONFLICT (system, value, source) DO UPDATE SET id = excluded.id
    WHERE (identifier.patient, identifier.type, identifier.id) = (excluded.patient, excluded.type, excluded.id)
    RETURNING 1)"""
ACTORS = "actors AS (INSERT INTO actor (actor, type, date, patient, id) VALUES {0} ON CONFLICT DO NOTHING)"
OUTCOME = "outcomes AS ({0})"


@lru_cache(maxsize=512)
def store_statement(counts: WriteCounts) -> str:
    """Return the statement for these counts; its parameters are the values of all rows, in the order of its fields."""
    numbers = itertools.count(1)

    def tuples(count: int, width: int) -> list[list[str]]:
        return [[f"${next(numbers)}" for _ in range(width)] for _ in range(count)]

    rows, places, names, actors = (
        tuples(counts.rows, len(ROW)),
        tuples(counts.places, 3),
        tuples(counts.names, 6),
        tuples(counts.actors, 5),
    )
    for actor in actors:
        actor[2] = f"coalesce({actor[2]}::timestamptz, '-infinity')"
    filled = ((ROWS, rows), (PAST, rows), (PLACES, places), (NAMES, names), (ACTORS, actors))
    parts = [part.format(", ".join(f"({', '.join(row)})" for row in values)) for part, values in filled if values]
    if counts.outcomes:
        parts.append(OUTCOME.format(append_statement(counts.outcomes, next(numbers))))
    written = [
        "(SELECT count(*) FILTER (WHERE rows.right) FROM rows)" if rows else "0",
        "(SELECT count(*) FROM places)" if places else "0",
        "(SELECT count(*) FROM names)" if names else "0",
        "(SELECT count(*) FROM outcomes)" if counts.outcomes else "0",
    ]
    return f"WITH {', '.join(parts)} SELECT {', '.join(written)}"
