"""Facts about a stored person for the tests of storage: registered and ended without a caller."""

from datetime import datetime
from typing import Any, NamedTuple

from app.storage import fact_rows
from app.storage.audit_rows import AuditRow
from app.storage.database import Pool
from app.storage.fact_rows import PersonFact
from tests.builders.stored import NOW


class Relation(NamedTuple):
    """A care relation of the staff of a giver, of one unit, or of one employee."""

    giver: str
    starts: datetime
    ends: datetime | None = None
    unit: str | None = None
    employee: str | None = None


class Consent(Relation):
    """A consent: staff of a giver, a unit or one employee may see the information of other givers."""


async def add_fact(pool: Pool, patient: str, kind: str, starts: datetime = NOW, **more: Any) -> str:
    """Register a fact of any kind; returns its id."""
    outcome: AuditRow | None = more.pop("outcome", None)
    fact = PersonFact(kind=kind, starts=starts, **more)
    return (await fact_rows.register(pool, patient, fact, now=NOW, outcome=outcome)).fact.id


async def end_fact(pool: Pool, patient: str, id: str, *, at: datetime, outcome: AuditRow | None = None) -> bool:
    """End a fact of a person, if it is theirs."""
    fact = await fact_rows.find_fact(pool, patient, id)
    return fact is not None and await fact_rows.end(pool, patient, fact, at=at, by="test", outcome=outcome)


async def add_relation(pool: Pool, patient: str, relation: Relation) -> str:
    """Begin a care relation."""
    return await add_fact(pool, patient, "relation", **relation._asdict())


async def add_consent(pool: Pool, patient: str, consent: Relation) -> str:
    """Record a consent."""
    return await add_fact(pool, patient, "consent", **consent._asdict())


async def add_block(pool: Pool, patient: str, giver: str, *, now: datetime, **more: Any) -> str:
    """Block what a giver holds for all other givers."""
    return await add_fact(pool, patient, "outer-block", now, giver=giver, **more)


end_relation = cancel_consent = end_fact


async def lift_block(pool: Pool, patient: str, id: str, *, now: datetime, outcome: AuditRow | None = None) -> bool:
    """Lift a block."""
    return await end_fact(pool, patient, id, at=now, outcome=outcome)
