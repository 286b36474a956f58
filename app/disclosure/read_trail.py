"""Reads the audit trail for a log auditor (loggranskare); each reading is itself in the trail."""

from datetime import datetime
from typing import NamedTuple

from app.access.caller import Caller
from app.access.decisions import AccessCheck
from app.disclosure.on_record import RecordAccess, RecordQuestion, on_record
from app.errors import Unavailable
from app.storage import audit_rows
from app.storage.audit_rows import AuditAction


class TrailPage(NamedTuple):
    """One page of the trail, newest first, and the number of all events if `TrailQuery.total` asked for it."""

    events: list[audit_rows.AuditedRequest]
    total: int | None


class TrailQuery(NamedTuple):
    """The events, the page (`before` is the last sequence number of the previous page), and whether to count all."""

    selected: audit_rows.TrailFilter
    page: int
    before: int | None = None
    total: bool = False


async def read_trail(record_access: RecordAccess, caller: Caller, query: TrailQuery, *, now: datetime) -> TrailPage:
    """A page of the trail; Forbidden unless the role may read it."""
    question = RecordQuestion(AuditAction.LOG, query.selected.patient)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        disclosure.rest_on(AccessCheck(record_access.policy, caller, disclosure.facts_of(None)).log())
        # Up to this moment: the reading itself is in the trail from the next reading on.
        until_now = query.selected._replace(ends=min(query.selected.ends or now, now))
        events = await audit_rows.list_events(record_access.pool, until_now, before=query.before, count=query.page)
        total = await audit_rows.count_events(record_access.pool, until_now) if query.total else None
        if not await disclosure.permit():
            raise Unavailable
        return TrailPage(events, total)
