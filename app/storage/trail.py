"""The rows of the audit trail: who asked what about whom, and what came of it; never changed, never deleted.

Intent and outcome are each one statement for all the requests that wait (design, decision 10). HSLF-FS 2016:40 4 kap. 9 §
says what a row holds. A personal number is only looked up, never stored.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from app.storage.database import Pool, fetch


class Entry(NamedTuple):
    """One row of the trail.

    `person` is the personal number (system, value) asked for, `citizen` that of the citizen who asks: both are only
    resolved. `shown` says each item of an outcome as the audit room likes, `hidden` how many were held back, `sources`
    what each answered. An outcome with a `facts_version` is written only while that is still the person's.
    """

    request: UUID
    phase: str
    at: datetime
    caller_kind: str
    caller: str | None
    role: str | None
    giver: str | None
    unit: str | None
    purpose: str | None
    patient: str | None
    action: str
    type: str | None = None
    id: str | None = None
    person: tuple[str, str] | None = None
    citizen: tuple[str, str] | None = None
    outcome: str | None = None
    rule: str | None = None
    shown: Sequence[Any] = ()
    hidden: int = 0
    sources: Sequence[Any] = ()
    facts_version: int | None = None


class Resolved(NamedTuple):
    """Whom an intent is about, and who the citizen is that asks; None where we know no such person."""

    patient: str | None
    caller_patient: str | None


class Span(NamedTuple):
    """Which events: of a patient, from `starts` up to and not including `ends`."""

    patient: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None


class Event(NamedTuple):
    """A row of the trail with its place in it."""

    seq: int
    entry: Entry


NOBODY = (None, None)

INTENTS = """
INSERT INTO audit (request, phase, at, caller_kind, caller, role, giver, unit, purpose, patient, action, type, id)
SELECT e.request, 'intent', e.at, e.caller_kind,
    coalesce(e.caller, (SELECT i.patient FROM identifier i
        WHERE i.system = e.citizen_system AND i.value = e.citizen_value AND i.source = '' AND i.type = 'Patient')),
    e.role, e.giver, e.unit, e.purpose,
    coalesce(e.patient,
        (SELECT l.patient FROM location l WHERE l.type = e.type AND l.id = e.id),
        (SELECT i.patient FROM identifier i
            WHERE i.system = e.person_system AND i.value = e.person_value AND i.source = '' AND i.type = 'Patient'),
        ''),
    e.action, e.type, e.id
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
    AS e (request, at, caller_kind, caller, role, giver, unit, purpose, patient, action, type, id,
        person_system, person_value, citizen_system, citizen_value)
RETURNING request, patient, caller
"""

OUTCOME_COLUMNS = (
    "request, at, caller_kind, caller, role, giver, unit, purpose, patient, action, type, id, "
    "outcome, rule, shown, hidden, sources, facts_version"
)

UNMOVED = """(e.facts_version IS NULL
    OR e.facts_version = (SELECT v.version FROM facts_version v WHERE v.patient = e.patient))"""

OUTCOMES = f"""
INSERT INTO audit (phase, {OUTCOME_COLUMNS})
SELECT 'outcome', e.*
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::int[], $17::text[],
    $18::bigint[]) AS e ({OUTCOME_COLUMNS})
WHERE {UNMOVED}
RETURNING request
"""


async def intents(pool: Pool, entries: Sequence[Entry]) -> list[Resolved]:
    """Commit what is about to be asked, and learn whom each is about, in the order given.

    The patient is the one given, else that of the resource (`type`, `id`), else the bearer of the personal number.
    """
    arguments = [
        (
            e.request, e.at, e.caller_kind, e.caller, e.role, e.giver, e.unit, e.purpose, e.patient, e.action, e.type, e.id,
            *(e.person or NOBODY), *(e.citizen or NOBODY),
        )
        for e in entries
    ]  # fmt: skip
    rows = await fetch(pool, INTENTS, *zip(*arguments, strict=True))
    found = {row[0]: row for row in rows}
    return [_resolved(entry, found[entry.request]) for entry in entries]


def _resolved(entry: Entry, row: Any) -> Resolved:  # noqa: ANN401
    _, patient, caller = row
    return Resolved(patient or None, caller if entry.citizen is not None else None)


async def outcomes(pool: Pool, entries: Sequence[Entry]) -> set[UUID]:
    """Commit what came of each; returns the requests written: one that is missing rests on facts that have moved."""
    rows = await fetch(pool, OUTCOMES, *zip(*map(outcome_row, entries), strict=True))
    return {row[0] for row in rows}


def outcome_row(e: Entry) -> tuple[object, ...]:
    """The values of an outcome in the order of `OUTCOME_COLUMNS`."""
    return (
        e.request, e.at, e.caller_kind, e.caller, e.role, e.giver, e.unit, e.purpose, e.patient or "", e.action, e.type,
        e.id, e.outcome, e.rule, _json(e.shown), e.hidden, _json(e.sources), e.facts_version,
    )  # fmt: skip


def _json(values: Sequence[Any]) -> str | None:
    return orjson.dumps(values).decode() if values else None


async def list_events(pool: Pool, span: Span, *, before: int | None = None, count: int = 50) -> list[Event]:
    """Newest first, from the event after `before`."""
    where, arguments = _conditions(span, before)
    query = f"SELECT seq, phase, {OUTCOME_COLUMNS} FROM audit WHERE {where} ORDER BY seq DESC LIMIT {count:d}"
    return [_event(row) for row in await fetch(pool, query, *arguments)]


async def count_events(pool: Pool, span: Span) -> int:
    """How many there are."""
    where, arguments = _conditions(span, None)
    rows = await fetch(pool, f"SELECT count(*) FROM audit WHERE {where}", *arguments)
    return int(rows[0][0])


def _conditions(span: Span, before: int | None) -> tuple[str, list[object]]:
    wanted = (
        ("patient =", span.patient),
        ("at >=", span.starts),
        ("at <", span.ends),
        ("seq <", before),
    )
    given = [(test, value) for test, value in wanted if value is not None]
    tests = [f"{test} ${number}" for number, (test, _) in enumerate(given, 1)]
    return " AND ".join(tests) or "true", [value for _, value in given]


def _event(row: Any) -> Event:  # noqa: ANN401
    (
        seq, phase, request, at, caller_kind, caller, role, giver, unit, purpose, patient, action, type_, id_,
        outcome, rule, shown, hidden, sources, facts_version,
    ) = row  # fmt: skip
    entry = Entry(
        UUID(bytes=request.bytes), phase, at, caller_kind, caller, role, giver, unit, purpose, patient or None, action,
        type_, id_, None, None, outcome, rule, _parsed(shown), hidden, _parsed(sources), facts_version,
    )  # fmt: skip
    return Event(seq, entry)


def _parsed(text: str | None) -> Sequence[Any]:
    values: Sequence[Any] = orjson.loads(text) if text else ()
    return values
