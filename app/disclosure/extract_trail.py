"""The extract of the trail that an information owner hands out (loggutdrag): about one person, or one employee.

HSLF-FS 2016:40 4 kap. 9 §; PDL 8 kap. 5 §, SVOD 4 kap. 5 §. Making it is itself in the trail.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

from app.disclosure.operator_rows import OperatorAct, operator_rows
from app.disclosure.read_trail import own_part
from app.storage import audit_rows
from app.storage.audit_rows import AuditAction, AuditRow, EventPlace, TrailFilter

PAGE: Final = 500


async def extract_trail(pool: Any, wanted: TrailFilter, operator: str, *, now: datetime) -> AsyncIterator[AuditRow]:
    """The events of one giver, newest first, as far as they concern it; intent and outcome are committed first.

    `operator` is who runs the command. An employee of another giver is not named. Raises Unavailable.
    """
    act = OperatorAct(AuditAction.LOG, "audit", "extract", wanted.giver, wanted.patient, "AuditEvent")
    await audit_rows.append(pool, operator_rows(operator, act, now=now))
    before: EventPlace | None = None
    while events := await audit_rows.list_events(pool, wanted, before=before, count=PAGE):
        for event in events:
            is_own = event.giver == wanted.giver or event.caller_kind == "citizen"
            yield own_part(event if is_own else event._replace(caller=None), wanted.giver)
        before = EventPlace(events[-1].at, events[-1].request)
