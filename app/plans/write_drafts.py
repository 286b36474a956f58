"""Writes drafts that came through FHIR, and a revision of each contract that they change.

http://hl7.org/fhir/R4/http.html#create, #update and #transaction
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from app.access.caller import Caller
from app.access.redact import redactor
from app.disclosure.on_record import Disclosure, RecordAccess, on_record
from app.disclosure.seen_versions import Cut, as_seen, seen_versions
from app.items import Item
from app.off_loop import off_loop
from app.plans.contract.authorship import revision_drafts
from app.plans.write.changes import Changes, plan_changes, require_scopes, with_revisions
from app.plans.write.drafts import Draft, WritePlan, Written
from app.plans.write.matching import RecordBefore, stored_before
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
            record = await open_for_writing(disclosure, request)
            require_scopes(caller, drafts)
            record = await with_own_labels(disclosure, record, drafts)
            record = await _with_seen_versions(disclosure, record, drafts)
            changes = await off_loop(request.size, partial(_changes, record, drafts))
            if (written := await store_changes(disclosure, record, changes)) is not None:
                return await _as_seen(disclosure, record, changes, written)


async def _with_seen_versions(disclosure: Disclosure, record: RecordBefore, drafts: Iterable[Draft]) -> RecordBefore:
    """The record with the versions, as the writer sees them, of the items that name a version and are cut."""
    named = [stored_before(draft, record) for draft in drafts if draft.version is not None]
    cut = _redactor(record, [])
    items = [item for item in named if item is not None and cut(item) is not item.body]
    return record._replace(
        seen=await seen_versions(disclosure.record_access.pool, record.rls_context, record.access_check, items, cut)
    )


async def _as_seen(
    disclosure: Disclosure, record: RecordBefore, changes: Changes, written: Sequence[Written]
) -> list[Written]:
    """The results of a write with the versions that the writer sees."""
    stored = {change.written.item.reference: change.written.item for change in changes.drafted}
    items = [stored[result.item.reference] for result in written]
    bodies = [result.item.body for result in written]
    cut = _redactor(record, items)
    pool, context = disclosure.record_access.pool, record.rls_context
    seen = await as_seen(pool, context, record.access_check, items, bodies, cut)
    return [Written(item, result.state) for item, result in zip(seen, written, strict=True)]


def _redactor(record: RecordBefore, written: Iterable[Item]) -> Cut:
    visible = [*record.items.values(), *written]
    return redactor(visible, record.rls_context.patient, record.access_check.limits)


def _changes(record: RecordBefore, drafts: Sequence[Draft]) -> Changes:
    """The changes of the drafts, with a revision of each contract that they change."""
    changes = plan_changes(record, WritePlan(drafts))
    changed = [written for written, _ in changes.stored]
    revisions = revision_drafts(record.caller, record.request.class_defaults, changed, record.items, now=record.now)
    return with_revisions(changes, record, revisions)
