"""Reads the audit trail for a log auditor (loggranskare); each reading is itself in the trail.

An auditor follows the own giver: what its staff and systems asked for, and who was shown its items (PDL 4 kap. 3 §,
SVOD 4 kap. 4 §). Of an event that concerns several givers only the own part is shown.
"""

from datetime import datetime
from typing import Final, NamedTuple

from app.access.caller import Caller
from app.access.decisions import AccessCheck
from app.disclosure.on_record import RecordAccess, RecordQuestion, on_record
from app.errors import Forbidden, Unavailable
from app.storage import audit_rows
from app.storage.audit_rows import GIVER, AuditAction, AuditRow, EventPlace, TrailFilter


class TrailPage(NamedTuple):
    """One page of the trail, newest first, and the number of all events if `TrailQuery.total` asked for it."""

    events: list[AuditRow]
    total: int | None


class TrailQuery(NamedTuple):
    """What to list: of a patient, from `starts` up to but not including `ends`; with the number of all if `total`.

    `page` is the most events to list, `before` the place of the last event of the previous page.
    """

    patient: str | None
    starts: datetime | None
    ends: datetime | None
    page: int
    before: EventPlace | None = None
    total: bool = False


async def read_trail(record_access: RecordAccess, caller: Caller, query: TrailQuery, *, now: datetime) -> TrailPage:
    """A page of the trail as far as it concerns the caller's giver; Forbidden unless the role may read it."""
    question = RecordQuestion(AuditAction.LOG, query.patient)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        disclosure.rest_on(AccessCheck(record_access.policy, caller, disclosure.facts_of(None)).log())
        if caller.giver is None:
            raise Forbidden
        # Up to this moment: the reading itself is in the trail from the next reading on.
        ends = min(query.ends or now, now)
        wanted = TrailFilter(caller.giver, query.patient, query.starts, ends)
        events = await audit_rows.list_events(record_access.pool, wanted, before=query.before, count=query.page)
        total = await audit_rows.count_events(record_access.pool, wanted) if query.total else None
        if not await disclosure.permit():
            raise Unavailable
        return TrailPage([own_part(event, caller.giver) for event in events], total)


async def review_emergencies(
    record_access: RecordAccess, caller: Caller, before: EventPlace | None, *, now: datetime
) -> list[AuditRow]:
    """The emergency openings by the caller's giver, newest first, at most REVIEWED older than `before`.

    Raises Forbidden unless the role may read the trail.
    """
    async with on_record(record_access, caller, RecordQuestion(AuditAction.LOG), now=now) as disclosure:
        disclosure.rest_on(AccessCheck(record_access.policy, caller, disclosure.facts_of(None)).log())
        if caller.giver is None:
            raise Forbidden
        wanted = TrailFilter(caller.giver, ends=now, action=AuditAction.EMERGENCY)
        events = await audit_rows.list_events(record_access.pool, wanted, before=before, count=REVIEWED)
        if not await disclosure.permit():
            raise Unavailable
        return [own_part(event, caller.giver) for event in events]


REVIEWED: Final = 50
"""Emergency openings on one page."""


def own_part(event: AuditRow, giver: str) -> AuditRow:
    """An event without the items of other givers, and without what would tell that they hold any.

    The number of hidden items and the answers of the sources are of all givers together.
    """
    shown = [item for item in event.shown if item[GIVER] == giver]
    changed = [change for change in event.changed if (change.get("after") or {}).get("giver", giver) == giver]
    return event._replace(shown=shown, changed=changed, hidden=0, sources=())
