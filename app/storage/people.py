"""Stores what the population register says of people, many in one transaction, each change with its rows in the trail.

A number belongs to one person; a person whose number has changed has several, and all of them lead to the same Patient.
docs/people.md
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import asyncpg
import orjson

from app.storage.audit_rows import LARGEST, AuditRow, append_statement, parameter_values
from app.storage.database import Pool, fetch, transaction
from app.storage.record_writing import Moved
from app.storage.row_security import RlsContext

Number = tuple[str, str]
"""A personal number as (system, value)."""

NOBODY = RlsContext("")
"""No person's rows: each statement sets the context of the person that it is about."""


class KnownPerson(NamedTuple):
    """A person that is stored: the Patient id, the facts, and whether anything else is stored about them."""

    patient: str
    facts: dict[str, Any]
    has_data: bool


class PersonChange(NamedTuple):
    """What to store of one person: the register's values as of `registered`, and the numbers that lead to the person.

    `document` is the JSON of the name, the death and the protection. `moved` are numbers that led to somebody of whom
    nothing is known but the register's own values. `trail` are the intent and the outcome of the change.
    """

    patient: str
    birth_date: date | None
    protected: bool | None
    number: Number | None
    document: Mapping[str, Any]
    registered: datetime | None
    numbers: Sequence[Number]
    moved: Sequence[Number] = ()
    trail: Sequence[AuditRow] = ()


KNOWN = """
SELECT i.system, i.value, i.patient, samplan_facts_of(i.patient) AS facts
FROM identifier i JOIN unnest($1::text[], $2::text[]) AS k (system, value) ON i.system = k.system AND i.value = k.value
WHERE i.source = '' AND i.type = 'Patient'
"""

# A row of `location` stands for each resource; a guardian is named by the facts of the ward.
HAS_DATA = """
SELECT patient FROM location WHERE patient = ANY ($1::text[])
UNION SELECT guardian FROM guardianship WHERE guardian = ANY ($1::text[])
"""

REGISTER = "SELECT samplan_register($1, $2, $3, $4, $5, $6, $7)"

ADD_NUMBER = """
INSERT INTO identifier (system, value, source, patient, type, id) VALUES ($1, $2, '', $3, 'Patient', $3)
ON CONFLICT (system, value, source) DO UPDATE SET patient = excluded.patient, id = excluded.id
WHERE identifier.patient = excluded.patient OR $4
"""

LISTED = ("relations", "consents", "blocks")
"""The members of the facts that are about somebody's dealings with the person."""


async def read_people(pool: Pool, numbers: Sequence[Number]) -> dict[Number, KnownPerson]:
    """The people that these numbers lead to, by number; a number that is not known is left out."""
    rows = await fetch(pool, KNOWN, [system for system, _ in numbers], [value for _, value in numbers])
    patients = sorted({row["patient"] for row in rows})
    stored = {row["patient"] for row in await fetch(pool, HAS_DATA, patients)} if patients else set()
    people: dict[Number, KnownPerson] = {}
    for row in rows:
        facts: dict[str, Any] = orjson.loads(row["facts"]) if row["facts"] else {}
        listed = any(facts.get(name) for name in LISTED)
        people[row["system"], row["value"]] = KnownPerson(row["patient"], facts, listed or row["patient"] in stored)
    return people


async def store_people(pool: Pool, changes: Sequence[PersonChange]) -> None:
    """Store all changes and their rows in the trail, or none.

    Raises Moved if something newer is stored by now, or a number leads to somebody else: read and decide again.
    """
    # The same order for every writer prevents deadlocks.
    ordered = sorted(changes, key=lambda change: change.patient)
    try:
        async with transaction(pool, NOBODY) as connection:
            await connection.executemany(REGISTER, [_values(change) for change in ordered])
            for number in sorted(_numbers(ordered)):
                if await connection.execute(ADD_NUMBER, *number) != "INSERT 0 1":
                    raise Moved
            trail = [row for change in ordered for row in change.trail]
            for start in range(0, len(trail), LARGEST):
                part = trail[start : start + LARGEST]
                values = [value for row in part for value in parameter_values(row)]
                await connection.execute(append_statement(len(part)), *values)
    except (asyncpg.NoDataFoundError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
        raise Moved from error


def _values(change: PersonChange) -> tuple[object, ...]:
    document = orjson.dumps(change.document).decode() if change.document else ""
    return (
        change.patient,
        change.birth_date,
        change.protected,
        *(change.number or (None, None)),
        document,
        change.registered,
    )


def _numbers(changes: Sequence[PersonChange]) -> list[tuple[str, str, str, bool]]:
    return [(*number, change.patient, number in change.moved) for change in changes for number in change.numbers]
