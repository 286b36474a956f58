"""Finds the labels that a writer may take back: those that they set themselves, as the trail tells.

Nobody lowers the label of another: an omitted label stays. Whoever set it states a lower confidentiality in a newer
version, such as N; the old and the new label are in the trail. docs/decisions/0031-who-set-a-label-takes-it-back.md
"""

from collections.abc import Iterable

from app.access.caller import Caller, CallerKind
from app.access.decisions import AccessCheck
from app.access.labels import Label, states_lower
from app.disclosure.on_record import Disclosure
from app.fhir.times import moments
from app.items import Item
from app.plans.write.drafts import Draft
from app.plans.write.matching import RecordBefore, stored_before
from app.storage.audit_rows import AuditAction
from app.storage.label_rows import Labeller, labeller
from app.storage.record_reading import read_record
from app.storage.record_writing import writer
from app.storage.row_security import RlsContext


async def with_own_labels(disclosure: Disclosure, record: RecordBefore, drafts: Iterable[Draft]) -> RecordBefore:
    """The record with the references in `lowered` whose label these drafts take back, and the writer had set."""
    lowered = set()
    for draft in drafts:
        if draft.resource["resourceType"] == "Patient" or draft.deleted:
            continue
        before = stored_before(draft, record)
        if before is not None and states_lower(draft.resource, before.label) and _is_news(draft, before):
            by = await labeller(disclosure.record_access.pool, record.rls_context, before)
            if _is_own(disclosure.caller, by):
                lowered.add(before.reference)
    return record._replace(lowered=frozenset(lowered)) if lowered else record


async def withheld_item(disclosure: Disclosure, context: RlsContext, access_check: AccessCheck) -> dict[str, Item]:
    """The item that staff replace though nobody sees it, by its reference: they set the label that withholds it."""
    question, caller = disclosure.question, disclosure.caller
    if caller.kind is not CallerKind.STAFF or question.action is not AuditAction.UPDATE:
        return {}
    record = await read_record(disclosure.record_access.pool, writer(context), type=question.type, id=question.id)
    for item in record.items:
        if (item.type, item.id, item.label) != (question.type, question.id, Label.NOT_FOR_PATIENT):
            continue
        is_readable = access_check.might_read(item.type, item._replace(label=Label.RESTRICTED))
        if is_readable and _is_own(caller, await labeller(disclosure.record_access.pool, context, item)):
            return {item.reference: item}
    return {}


def _is_news(draft: Draft, before: Item) -> bool:
    """Whether a draft is newer than the stored item; a draft that is not keyed replaces the version that it names."""
    if not draft.keyed:
        return True
    last_updated = draft.resource.get("meta", {}).get("lastUpdated")
    return bool(last_updated) and (before.source_updated is None or moments(last_updated)[0] > before.source_updated)


def _is_own(caller: Caller, by: Labeller | None) -> bool:
    """Whether the caller set a label: the same system, or staff of the same unit."""
    if by is None or (by.kind, by.giver) != (caller.kind, caller.giver):
        return False
    return by.caller == caller.id if caller.kind is CallerKind.SYSTEM else by.unit == caller.unit
