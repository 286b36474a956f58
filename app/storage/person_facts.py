"""Stores a person and their guardians, as the population register has them; `fact_rows` stores the other facts.

A trigger gives the person's facts a new version with each change, in the same transaction, so that a request that was
decided on old facts is decided again (docs/decisions/0006-two-phase-audit.md). A fact is ended, never deleted.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

import asyncpg

from app.errors import NotFound
from app.fhir.ids import new_id
from app.storage.database import Pool, transaction
from app.storage.row_security import RlsContext


class NewPerson(NamedTuple):
    """The facts of a new person; `number` is the personal number as (system, value).

    `protected` is None until the population register, or who else may, has said whether the identity is protected.
    """

    birth_date: date | None
    protected: bool | None = None
    number: tuple[str, str] | None = None


class Representative(NamedTuple):
    """A guardian (vårdnadshavare): `person` is the Patient id of the child's guardian."""

    person: str
    starts: datetime
    ends: datetime | None = None


async def put_person(pool: Pool, patient: str, new: NewPerson) -> None:
    """Store a person; replaces the stored values."""
    async with transaction(pool, _of(patient)) as connection:
        await insert_person(connection, patient, new)


PERSON = """
INSERT INTO person (patient, birth_date, protected, number_system, number_value) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (patient) DO UPDATE SET birth_date = excluded.birth_date, protected = excluded.protected,
    number_system = excluded.number_system, number_value = excluded.number_value
"""

ADD = """
INSERT INTO fact (patient, id, kind, person, starts, ends) VALUES ($1, $2, 'guardian', $3, $4, $5)
"""

# A fact with a later end can get an earlier one.
END = """
UPDATE fact SET ends = $3 WHERE patient = $1 AND id = $2 AND kind = 'guardian' AND (ends IS NULL OR ends > $3)
"""


async def insert_person(connection: Any, patient: str, new: NewPerson) -> None:
    """Store a person, as `put_person` does, in a transaction of the caller."""
    await connection.execute(PERSON, patient, new.birth_date, new.protected, *(new.number or (None, None)))


async def add_representative(pool: Pool, patient: str, representative: Representative) -> str:
    """Add a guardian; returns the fact's id. Raises NotFound if there is no such person."""
    id_ = new_id()
    try:
        async with transaction(pool, _of(patient)) as connection:
            await connection.execute(ADD, patient, id_, *representative)
    except asyncpg.NoDataFoundError as error:
        raise NotFound from error
    return id_


async def end_representative(pool: Pool, patient: str, id: str, *, at: datetime) -> bool:
    """End a guardianship; False if it is unknown or has an earlier end."""
    async with transaction(pool, _of(patient)) as connection:
        changed: str = await connection.execute(END, patient, id, at)
        return not changed.endswith(" 0")


def _of(patient: str) -> RlsContext:
    return RlsContext(patient, "citizen", person=patient)
