"""Stores the facts about a person: care relations, consents, blocks, emergency openings, representatives.

A fact is registered once and ended, never changed or deleted. Each change commits with its outcome in the trail, with
the fact before and after, and only if the facts that it was decided on have not changed
(docs/decisions/0006-two-phase-audit.md).
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg
import orjson

from app.errors import Fault, NotFound, Unprocessable
from app.fhir.ids import new_id
from app.storage.audit_rows import AuditRow, Phase, append_statement, parameter_values
from app.storage.database import Pool, enter, transaction
from app.storage.record_writing import FactsMoved
from app.storage.row_security import RlsContext

MOST_OF_GIVER: Final = 100
"""Facts in force about one person that one giver may have; guardians count as of no giver."""

MOST_LISTED: Final = 500
"""Facts in one list: those in force, then the newest of the others."""

TOO_MANY: Final = Fault(
    "too-costly",
    f"One giver has at most {MOST_OF_GIVER} facts in force about a person; end some of them first.",
    f"En givare har högst {MOST_OF_GIVER} gällande uppgifter om en person; avsluta några först.",
    "giver",
)


class PersonFact(NamedTuple):
    """A fact about a person; `kind` is a value of `app.access.fact_kinds.FactKind`.

    `giver`, `unit` and `employee` are HSA-ids of whom it is for, or, of a block, whose information it closes. `person`
    is the Patient id of a guardian, `target` the id of the block that is lifted. `information_from` and
    `information_to` are the period that a block covers, `informed` is when the person was told what sharing means.
    `recorded_by` and `ended_by` say who did it, as `kind id`.
    """

    kind: str
    starts: datetime
    ends: datetime | None = None
    giver: str | None = None
    unit: str | None = None
    employee: str | None = None
    person: str | None = None
    target: str | None = None
    reason: str | None = None
    information_from: datetime | None = None
    information_to: datetime | None = None
    informed: datetime | None = None
    recorded: datetime | None = None
    recorded_by: str | None = None
    ended_by: str | None = None
    id: str = ""

    def as_json(self) -> dict[str, Any]:
        """The members that have a value; times in ISO 8601."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in self._asdict().items()
            if value
        }


class Registered(NamedTuple):
    """A fact that is registered now; `is_new` is False if the same one was there already."""

    fact: PersonFact
    is_new: bool


COLUMNS: Final = PersonFact._fields
SELECTED: Final = ", ".join(COLUMNS)
IN_FORCE: Final = "(ends IS NULL OR ends > $2)"

ADD: Final = f"""
WITH place AS (INSERT INTO location (type, id, patient) VALUES ('Fact', ${len(COLUMNS)}, ${len(COLUMNS) + 1}))
INSERT INTO fact ({SELECTED}, patient) VALUES ({", ".join(f"${number}" for number in range(1, len(COLUMNS) + 2))})
"""

SAME: Final = f"""
SELECT {SELECTED} FROM fact WHERE patient = $1 AND {IN_FORCE} AND kind = $3
    AND (giver, unit, employee, person, target, information_from, information_to)
        IS NOT DISTINCT FROM ($4::text, $5::text, $6::text, $7::text, $8::text, $9::timestamptz, $10::timestamptz)
    AND ($11::timestamptz IS NULL OR starts = $11) ORDER BY starts, id LIMIT 1
"""
"""The same fact in force at $2; with $11 only one that starts then."""

COUNT: Final = f"SELECT count(*) FROM fact WHERE patient = $1 AND {IN_FORCE} AND giver IS NOT DISTINCT FROM $3"
ONE: Final = f"SELECT {SELECTED} FROM fact WHERE patient = $1 AND id = $2"
LIST: Final = f"""
SELECT {SELECTED} FROM fact WHERE patient = $1 AND kind = ANY ($3)
ORDER BY {IN_FORCE} DESC, starts DESC, id LIMIT {MOST_LISTED}
"""
END: Final = "UPDATE fact SET ends = $3, ended_by = $4 WHERE patient = $1 AND id = $2"
LOCK: Final = "SELECT version FROM facts_version WHERE patient = $1 FOR UPDATE"


def of_person(patient: str) -> RlsContext:
    """The context that shows the facts of a person."""
    return RlsContext(patient, "citizen", person=patient)


async def list_facts(pool: Pool, patient: str, kinds: Sequence[str], *, now: datetime) -> list[PersonFact]:
    """The facts of these kinds, those in force first, then the newest; at most MOST_LISTED."""
    async with transaction(pool, of_person(patient)) as connection:
        return [PersonFact(*row) for row in await connection.fetch(LIST, patient, now, list(kinds))]


async def find_fact(pool: Pool, patient: str, id: str) -> PersonFact | None:
    """One fact of a person, None if there is none."""
    async with transaction(pool, of_person(patient)) as connection:
        row = await connection.fetchrow(ONE, patient, id)
    return PersonFact(*row) if row else None


def person_transaction(pool: Pool, patient: str) -> AbstractAsyncContextManager[Any]:
    """A transaction in which the facts of a person are shown."""
    return transaction(pool, of_person(patient))


async def enter_person(connection: Any, patient: str) -> dict[str, Any] | None:
    """Show another person's facts in a transaction, let nobody else change them meanwhile, and return the document."""
    await enter(connection, of_person(patient))
    await connection.fetchval(LOCK, patient)
    document = await connection.fetchval("SELECT facts FROM person WHERE patient = $1", patient)
    facts: dict[str, Any] | None = orjson.loads(document) if document else None
    return facts


async def knows_giver(connection: Any, patient: str, fact: PersonFact) -> bool:
    """Whether the person has information of the fact's giver (and unit), or a care relation to it."""
    return bool(await connection.fetchval(KNOWN_GIVER, patient, fact.giver, fact.unit))


KNOWN_GIVER: Final = """
SELECT EXISTS (SELECT FROM resource WHERE patient = $1 AND giver = $2 AND ($3::text IS NULL OR unit = $3))
    OR EXISTS (SELECT FROM fact WHERE patient = $1 AND kind = 'relation' AND giver = $2
        AND ($3::text IS NULL OR unit = $3))
"""


async def givers_with_information(pool: Pool, patient: str) -> frozenset[str]:
    """The givers that have something here about the person, apart from what must not be shown online."""
    query = "SELECT DISTINCT giver FROM resource WHERE patient = $1 AND NOT deleted AND giver IS NOT NULL"
    async with transaction(pool, of_person(patient)) as connection:
        return frozenset(row["giver"] for row in await connection.fetch(query, patient))


async def register(
    pool: Pool, patient: str, fact: PersonFact, *, now: datetime, outcome: AuditRow | None = None, exact: bool = False
) -> Registered:
    """Register a fact, or return the same one that is in force already; with `exact` only one that starts then.

    Raises NotFound if there is no such person, Unprocessable if the giver has MOST_OF_GIVER facts, and FactsMoved if
    `outcome.facts_version` is outdated.
    """
    try:
        async with transaction(pool, of_person(patient)) as connection:
            return await register_in(connection, patient, fact, now=now, outcome=outcome, exact=exact)
    except asyncpg.NoDataFoundError as error:
        raise NotFound from error


async def register_in(
    connection: Any, patient: str, fact: PersonFact, *, now: datetime, outcome: AuditRow | None, exact: bool
) -> Registered:
    """Register a fact as `register` does, in a transaction of the caller whose context is `of_person(patient)`."""
    await lock(connection, patient, outcome)
    starts = fact.starts if exact else None
    row = await connection.fetchrow(SAME, patient, now, fact.kind, *_identity(fact), starts)
    if row is not None:
        known = PersonFact(*row)
        if exact and known.ends != fact.ends:
            ended = known._replace(ends=fact.ends, ended_by=fact.recorded_by)
            await connection.execute(END, patient, known.id, ended.ends, ended.ended_by)
            await append_outcome(connection, outcome, known, ended)
            return Registered(ended, is_new=True)
        await append_outcome(connection, outcome, known, known)
        return Registered(known, is_new=False)
    if fact.ends is not None and fact.ends <= now:
        # It is over, and was never registered.
        await append_outcome(connection, outcome, None, fact)
        return Registered(fact, is_new=False)
    if await connection.fetchval(COUNT, patient, now, fact.giver) >= MOST_OF_GIVER:
        raise Unprocessable(TOO_MANY)
    added = fact._replace(id=new_id(), recorded=now)
    await connection.execute(ADD, *added, patient)
    await append_outcome(connection, outcome, None, added)
    return Registered(added, is_new=True)


async def end(
    pool: Pool, patient: str, fact: PersonFact, *, at: datetime, by: str, outcome: AuditRow | None = None
) -> bool:
    """End a fact; one that has not begun never does. False, and no row in the trail, if it has ended already.

    Raises FactsMoved if `outcome.facts_version` is outdated.
    """
    async with transaction(pool, of_person(patient)) as connection:
        await lock(connection, patient, outcome)
        row = await connection.fetchrow(ONE, patient, fact.id)
        before = PersonFact(*row) if row else None
        if before is None or (before.ends is not None and before.ends <= max(at, before.starts)):
            return False
        after = before._replace(ends=max(at, before.starts), ended_by=by)
        await connection.execute(END, patient, fact.id, after.ends, by)
        await append_outcome(connection, outcome, before, after)
        return True


async def lock(connection: Any, patient: str, outcome: AuditRow | None) -> None:
    """Let one change of a person's facts happen at a time; FactsMoved if the outcome was decided on older facts."""
    version = await connection.fetchval(LOCK, patient)
    if outcome is not None and outcome.facts_version not in {None, version}:
        raise FactsMoved


async def append_outcome(
    connection: Any, outcome: AuditRow | None, before: PersonFact | None, after: PersonFact
) -> None:
    """Commit the outcome with the fact before and after; FactsMoved if its decision holds no longer."""
    if outcome is None:
        return
    changed = [{"before": before.as_json() if before else None, "after": after.as_json()}]
    row = outcome._replace(phase=Phase.OUTCOME, facts_version=None, changed=changed)
    if not await connection.fetch(append_statement(1), *parameter_values(row)):
        raise FactsMoved


async def append_refusal(connection: Any, outcome: AuditRow) -> None:
    """Put the outcome of a change that was refused in the trail, in a transaction of the caller."""
    await connection.execute(append_statement(1), *parameter_values(outcome))


def _identity(fact: PersonFact) -> tuple[object, ...]:
    return (
        fact.giver,
        fact.unit,
        fact.employee,
        fact.person,
        fact.target,
        fact.information_from,
        fact.information_to,
    )
