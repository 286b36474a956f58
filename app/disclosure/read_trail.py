"""The story of the log auditor (loggranskare): the trail as AuditEvents; reading it is itself in the trail."""

from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from app.access.caller import Caller
from app.access.decisions import AccessCheck
from app.access.request_facts import facts
from app.disclosure.disclose import Question, RecordAccess, entry, refusal
from app.errors import Forbidden, Unavailable
from app.storage import audit_rows


class Events(NamedTuple):
    """One page of the trail, newest first, and how many events there are in all if that was asked."""

    events: list[audit_rows.Event]
    total: int | None


class Wanted(NamedTuple):
    """Which events, which page (`before` is the last sequence number of the page before), and whether to count."""

    span: audit_rows.Span
    page: int
    before: int | None = None
    total: bool = False


async def read_trail(record_access: RecordAccess, caller: Caller, wanted: Wanted, *, now: datetime) -> Events:
    """A page of the trail; Forbidden unless the role may read it."""
    request = uuid4()
    question = Question("log", wanted.span.patient)
    await record_access.trail.intend(entry(caller, question, request, None, now))
    known = facts(caller, None, caller_patient=None, patient="", now=now)
    ruling = AccessCheck(record_access.policy, caller, known).log()
    outcome = entry(caller, question, request, audit_rows.Resolved(wanted.span.patient, None), now)._replace(
        rule=ruling.row
    )
    if not ruling.allowed:
        await record_access.trail.conclude(refusal(outcome, Forbidden()))
        raise Forbidden
    # Up to this moment: the reading itself is in the trail from the next reading on.
    span = wanted.span._replace(ends=min(wanted.span.ends or now, now))
    events = await audit_rows.list_events(record_access.pool, span, before=wanted.before, count=wanted.page)
    total = await audit_rows.count_events(record_access.pool, span) if wanted.total else None
    if not await record_access.trail.conclude(outcome._replace(outcome="permit")):
        raise Unavailable
    return Events(events, total)
