"""Writes drafts that came through FHIR, and a revision of each contract that they change.

http://hl7.org/fhir/R4/http.html#create, #update and #transaction
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from app.access.caller import Caller
from app.disclosure.on_record import RecordAccess, on_record
from app.off_loop import off_loop
from app.plans.contract.authorship import revision_drafts
from app.plans.write.changes import Changes, plan_changes, with_revisions
from app.plans.write.drafts import Draft, WritePlan, Written
from app.plans.write.matching import RecordBefore
from app.plans.write.own_labels import with_own_labels
from app.plans.write.write import open_for_writing, store_changes
from app.plans.write.write_request import WriteRequest


async def write_drafts(
    record_access: RecordAccess, caller: Caller, request: WriteRequest, drafts: Sequence[Draft], *, now: datetime
) -> list[Written]:
    """Write all drafts about one person, or none, and return the result of each, in order.

    Raises NotFound (person or resource absent or hidden), Forbidden (role or scope), PreconditionFailed, Conflict,
    Unprocessable or Unavailable. All but Unavailable are in the trail.
    """
    async with on_record(record_access, caller, request.question, now=now) as disclosure:
        while True:
            record = await with_own_labels(disclosure, await open_for_writing(disclosure, request), drafts)
            changes = await off_loop(request.size, partial(_changes, record, drafts))
            if (written := await store_changes(disclosure, record, changes)) is not None:
                return written


def _changes(record: RecordBefore, drafts: Sequence[Draft]) -> Changes:
    """The changes of the drafts, with a revision of each contract that they change."""
    changes = plan_changes(record, WritePlan(drafts))
    changed = [written for written, _ in changes.stored]
    revisions = revision_drafts(record.caller, record.request.class_defaults, changed, record.items, now=record.now)
    return with_revisions(changes, record, revisions)
