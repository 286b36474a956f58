"""The rows of the audit trail: intents and outcomes of requests; they are never changed or deleted.

One statement writes the intents and outcomes of all waiting requests (docs/decisions/0006-two-phase-audit.md).
HSLF-FS 2016:40 4 kap. 9 § says what a row holds. A personal number is only looked up, never stored.
"""

import itertools
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from app.storage.database import Pool, fetch, fetch_long


class AuditAction(StrEnum):
    """The action that a caller asks for."""

    OVERVIEW = "overview"
    READ = "read"
    SEARCH = "search"
    HISTORY = "history"
    CREATE = "create"
    UPDATE = "update"
    PUSH = "push"
    BLOCK = "block"
    UNBLOCK = "unblock"
    EMERGENCY = "emergency"
    REGISTER = "register"
    END = "end"
    LIST = "list"
    EXISTENCE = "existence"
    LOG = "log"
    PRUNE = "prune"
    IDENTIFY = "identify"


class AuditOutcome(StrEnum):
    """The outcome of a request: an answer, a refusal, or an error."""

    PERMIT = "permit"
    DENY = "deny"
    ERROR = "error"


class Phase(StrEnum):
    """Whether a row is the intent of a request, or its outcome."""

    INTENT = "intent"
    OUTCOME = "outcome"


class AuditRow(NamedTuple):
    """A row of the trail; `at` is the time of the request, the same in both phases.

    `person` is the personal number (system, value) asked for, `citizen` that of the citizen who asks; they become
    Patient ids and are never stored. `shown` describes the items that were shown, `hidden` is the number of hidden
    items, `sources` are the states of the sources, `changed` the registered facts before and after, `trace` is the id
    of the HTTP request. An outcome with a `facts_version` is written only if the person's facts still have that
    version, one with `holds_until` only before that time.
    """

    request: UUID
    phase: Phase
    at: datetime
    caller_kind: str
    caller: str | None
    role: str | None
    giver: str | None
    unit: str | None
    purpose: str | None
    patient: str | None
    action: AuditAction
    type: str | None = None
    id: str | None = None
    person: tuple[str, str] | None = None
    citizen: tuple[str, str] | None = None
    outcome: AuditOutcome | None = None
    rule: str | None = None
    shown: Sequence[Any] = ()
    hidden: int = 0
    sources: Sequence[Any] = ()
    facts_version: int | None = None
    changed: Sequence[Any] = ()
    holds_until: datetime | None = None
    trace: UUID | None = None


class Resolved(NamedTuple):
    """The Patient ids of the person asked about and of the citizen who asks; None if there is no such person."""

    patient: str | None
    caller_patient: str | None


class TrailFilter(NamedTuple):
    """The events that concern a giver: its staff and systems asked, or its items were shown.

    Of these, the events of a `patient` or of a `caller`, from `starts` up to but not including `ends`, of an `action`.
    """

    giver: str
    patient: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    caller: str | None = None
    action: AuditAction | None = None


class EventPlace(NamedTuple):
    """The place of an event in a list: the time of its request and the request's id, which tell nothing of others."""

    at: datetime
    request: UUID


NOBODY = (None, None)

GIVER = 3
"""The place of the giver in the description of an item shown."""

LARGEST = 32
"""Rows in one statement; each number of rows up to it is a statement of its own, prepared once on each connection."""

COLUMNS = (
    "request", "phase", "at", "caller_kind", "caller", "role", "giver", "unit", "purpose", "patient", "action", "type",
    "id", "outcome", "rule", "shown", "hidden", "sources", "facts_version", "givers", "trace", "changed",
)  # fmt: skip

PARAMETERS = {
    **dict.fromkeys(COLUMNS, "text"), "request": "uuid", "at": "timestamptz", "hidden": "int",
    "facts_version": "bigint", "givers": "text[]", "trace": "uuid",
    "person_system": "text", "person_value": "text", "citizen_system": "text", "citizen_value": "text",
    "holds_until": "timestamptz",
}  # fmt: skip
"""The parameters of each row of a statement, with SQL types: the columns, two personal numbers to resolve, and until
when the decision of an outcome holds.
"""

BEARER = """(SELECT i.patient FROM identifier i
    WHERE i.system = e.{0}_system AND i.value = e.{0}_value AND i.source = '' AND i.type = 'Patient')"""

RESOLVED = {
    "caller": f"coalesce(e.caller, {BEARER.format('citizen')})",
    "patient": f"""coalesce(e.patient, (SELECT l.patient FROM location l WHERE l.type = e.type AND l.id = e.id),
        {BEARER.format("person")}, '')""",
}

UNMOVED = """(e.facts_version IS NULL
    OR e.facts_version = (SELECT v.version FROM facts_version v WHERE v.patient = e.patient))
    AND (e.holds_until IS NULL OR clock_timestamp() < e.holds_until)"""

APPEND = f"""
INSERT INTO audit ({", ".join(COLUMNS)})
SELECT {", ".join(RESOLVED.get(name, f"e.{name}") for name in COLUMNS)}
FROM (VALUES {{rows}}) AS e ({", ".join(PARAMETERS)})
WHERE {UNMOVED}
RETURNING request, phase, patient, caller
"""


@lru_cache(maxsize=512)
def append_statement(count: int, first: int = 1) -> str:
    """The statement that appends `count` rows; its parameters, from `$first` on, are the `PARAMETERS` of each row."""
    numbers = itertools.count(first)
    rows = [", ".join(f"${next(numbers)}::{sql_type}" for sql_type in PARAMETERS.values()) for _ in range(count)]
    return APPEND.format(rows=", ".join(f"({row})" for row in rows))


def parameter_values(row: AuditRow) -> tuple[object, ...]:
    """The values of a row in the order of `PARAMETERS`."""
    return (
        row.request,
        row.phase,
        row.at,
        row.caller_kind,
        row.caller,
        row.role,
        row.giver,
        row.unit,
        row.purpose,
        row.patient,
        row.action,
        row.type,
        row.id,
        row.outcome,
        row.rule,
        _json(row.shown),
        row.hidden,
        _json(row.sources),
        row.facts_version,
        sorted(givers_of(row)),
        row.trace,
        _json(row.changed),
        *(row.person or NOBODY),
        *(row.citizen or NOBODY),
        row.holds_until,
    )


def givers_of(row: AuditRow) -> set[str]:
    """The givers that a row concerns: the caller's, and those of the items shown and of the facts changed."""
    changed = ((change.get("after") or {}).get("giver") for change in row.changed)
    return {giver for giver in (row.giver, *(item[GIVER] for item in row.shown), *changed) if giver is not None}


async def append(pool: Pool, entries: Sequence[AuditRow]) -> list[Resolved | None]:
    """Commit intents and outcomes in their order; returns None for an outcome whose decision holds no longer.

    An entry is about its `patient`, else the patient of the resource (`type`, `id`), else the person with the personal
    number. Raises Unavailable if the trail cannot be written.
    """
    written = {}
    for start in range(0, len(entries), LARGEST):
        part = entries[start : start + LARGEST]
        values = [value for entry in part for value in parameter_values(entry)]
        for request, phase, patient, caller in await fetch(pool, append_statement(len(part)), *values):
            written[request, phase] = (patient or None, caller)
    return [_resolved(entry, written.get((entry.request, entry.phase))) for entry in entries]


def _resolved(entry: AuditRow, row: tuple[str | None, str | None] | None) -> Resolved | None:
    return row and Resolved(row[0], row[1] if entry.citizen is not None else None)


ONE_EACH = """(phase = 'outcome' OR NOT EXISTS
    (SELECT FROM audit o WHERE o.at = audit.at AND o.request = audit.request AND o.phase = 'outcome'))"""


def _json(values: Sequence[Any]) -> str | None:
    return orjson.dumps(values).decode() if values else None


async def list_events(
    pool: Pool, events: TrailFilter, *, before: EventPlace | None = None, count: int = 50
) -> list[AuditRow]:
    """One event for each request, newest first, from `before` on: its outcome, or an intent without outcome."""
    where, arguments = _conditions(events, before)
    query = f"SELECT {', '.join(COLUMNS)} FROM audit WHERE {where} ORDER BY at DESC, request DESC LIMIT {count:d}"
    return [_event(row) for row in await fetch_long(pool, query, *arguments)]


# The label is the last value of each item shown.
WITHHELD = r"""(coalesce(shown, '') ~ '"(NOPATIENT|unknown)"\]' AND shown !~ '"[NRV]"\]')"""


async def list_accesses(
    pool: Pool, patient: str, *, ends: datetime, before: EventPlace | None = None, count: int = 50
) -> list[AuditRow]:
    """What was shown or changed of a person before `ends`, newest first, from `before` on; whoever asked.

    Without the events that were only about items that the person may not know of (docs/law.md, C6).
    """
    place = before or EventPlace(ends, UUID(int=0))
    query = f"""SELECT {", ".join(COLUMNS)} FROM audit WHERE patient = $1 AND outcome = 'permit' AND at <= $2
        AND (at, request) < ($2, $3) AND NOT {WITHHELD} ORDER BY at DESC, request DESC LIMIT {count:d}"""
    return [_event(row) for row in await fetch_long(pool, query, patient, place.at, place.request)]


async def count_events(pool: Pool, events: TrailFilter) -> int:
    """The number of events."""
    where, arguments = _conditions(events, None)
    rows = await fetch_long(pool, f"SELECT count(*) FROM audit WHERE {where}", *arguments)
    return int(rows[0][0])


def _conditions(events: TrailFilter, before: EventPlace | None) -> tuple[str, list[object]]:
    wanted = (
        ("{} = ANY (givers)", [events.giver]),
        ("patient = {}", [events.patient]),
        ("caller = {}", [events.caller]),
        ("action = {}", [events.action]),
        ("at >= {}", [events.starts]),
        ("at < {}", [events.ends]),
        ("(at, request) < ({}, {})", [*(before or (None, None))]),
    )
    numbers = itertools.count(1)
    conditions = [(test, values) for test, values in wanted if values[0] is not None]
    tests = [test.format(*(f"${next(numbers)}" for _ in values)) for test, values in conditions]
    return " AND ".join([ONE_EACH, *tests]), [value for _, values in conditions for value in values]


def _event(row: Any) -> AuditRow:
    request, phase, at, caller_kind, caller, role, giver, unit, purpose = row[:9]
    patient, action, type_, id_, outcome, rule, shown, hidden, sources, facts_version, _, trace, changed = row[9:]
    return AuditRow(
        request=UUID(bytes=request.bytes),
        phase=Phase(phase),
        at=at,
        caller_kind=caller_kind,
        caller=caller,
        role=role,
        giver=giver,
        unit=unit,
        purpose=purpose,
        patient=patient or None,
        action=AuditAction(action),
        type=type_,
        id=id_,
        outcome=AuditOutcome(outcome) if outcome else None,
        rule=rule,
        shown=_parsed(shown),
        hidden=hidden,
        sources=_parsed(sources),
        facts_version=facts_version,
        trace=trace and UUID(bytes=trace.bytes),
        changed=_parsed(changed),
    )


def _parsed(text: str | None) -> Sequence[Any]:
    values: Sequence[Any] = orjson.loads(text) if text else ()
    return values
