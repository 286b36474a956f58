"""Writes resources about one person: decides on old and new content, and stores all in one transaction.

Every write takes this path: a FHIR create or update, an EHR's push, a patient contract. Its module in `app.plans` puts
the request on record, opens the record for writing, plans the changes and stores them, all or none; if somebody else
wrote meanwhile, it opens the record again. docs/decisions/0016-a-patients-rows-live-together.md,
docs/decisions/0018-a-push-can-be-sent-again.md, docs/decisions/0020-decide-on-what-leaves.md
"""

from dataclasses import replace
from functools import partial

from app.access.caller import Caller, CallerKind
from app.access.decisions import AccessCheck
from app.access.identity import registered
from app.access.redact import names, redact
from app.access.scopes import ALL_SCOPES
from app.disclosure.on_record import NO_PLANS, Disclosure, RecordQuestion, described, rls_context
from app.errors import Conflict, Fault, Forbidden, NotFound, TooLarge
from app.fhir.ids import new_id
from app.items import Item
from app.off_loop import off_loop
from app.plans.write.changes import Changes, require_known_person
from app.plans.write.drafts import Written
from app.plans.write.matching import RecordBefore
from app.plans.write.own_labels import withheld_item
from app.plans.write.write_request import WriteRequest
from app.storage.audit_rows import AuditAction, AuditOutcome, AuditRow
from app.storage.record_reading import read_record
from app.storage.record_writing import Moved, find_identifiers, is_stored, person_by_identifier, store


async def open_for_writing(disclosure: Disclosure, request: WriteRequest) -> RecordBefore:
    """Read the items of the person that the writer sees, and the stored identifiers; a system may name a new person.

    Raises NotFound if the caller may not know the person, Forbidden if no scope allows the write.
    """
    record_access, caller = disclosure.record_access, disclosure.caller
    context = rls_context(caller, disclosure.resolved)
    # The identifiers are read before the record, so that the record holds every item that they belong to.
    rows = await find_identifiers(record_access.pool, context, caller.giver or "", request.keys) if request.keys else []
    record = await read_record(record_access.pool, context)
    if record.facts is None and rows and await _has_become_known(disclosure):
        # Somebody stored the person after the intent was committed: the identifiers belong to items of this person.
        disclosure.require_another_try(Conflict)
        return await open_for_writing(disclosure, request)
    if record.facts is None and request.person is not None:
        context = context._replace(patient=new_id())
    facts = disclosure.facts_of(record.facts)
    # The scopes for writing are checked below; the scopes for reading do not limit the items to write.
    access_check = AccessCheck(record_access.policy, replace(caller, scopes=ALL_SCOPES), facts)
    if not access_check.reads_plans:
        raise Forbidden(NO_PLANS)
    if caller.kind is not CallerKind.SYSTEM and (record.facts is None or not access_check.ask().allowed):
        raise NotFound
    items = {item.reference: item for item in access_check.visible(record.items, record.deleted).items}
    _check_scope(caller, request.question)
    if request.question.id and f"{request.question.type}/{request.question.id}" not in items:
        items |= await withheld_item(disclosure, context, access_check)
    has_patient = record.facts is not None and f"Patient/{context.patient}" in items
    if record.facts is not None and request.person is not None and not has_patient:
        has_patient = await is_stored(record_access.pool, "Patient", context.patient)
    return RecordBefore(
        caller=caller,
        request=request,
        now=disclosure.now,
        rls_context=context,
        access_check=access_check,
        items=items,
        identifiers={(row.system, row.value): row for row in rows},
        facts=record.facts,
        visible=frozenset(names(items.values(), context.patient)),
        has_patient=has_patient,
    )


async def store_changes(disclosure: Disclosure, record: RecordBefore, changes: Changes) -> list[Written] | None:
    """Store all changes with their outcome in one transaction, and return the results that the writer may see.

    Returns None if somebody else wrote meanwhile: open the record again. Raises Forbidden if the writer may not write
    the old or the new content, NotFound or Unprocessable if there is no such person, TooLarge if there would
    be too many items, Conflict if others keep writing, and Unavailable.
    """
    _require_allowed(record, changes)
    require_known_person(record)
    _require_room(record, changes, disclosure.record_access.most_items)
    outcome = _outcome(disclosure, record, changes)
    if changes.stored or changes.person is not None:
        stored = await _store(disclosure, record, changes, outcome)
    else:
        stored = await disclosure.conclude(outcome)
    if stored:
        return await off_loop(record.request.size, partial(_answer, record, changes))
    disclosure.require_another_try(Conflict)
    await _has_become_known(disclosure)
    return None


async def _store(disclosure: Disclosure, record: RecordBefore, changes: Changes, outcome: AuditRow) -> bool:
    try:
        await store(
            disclosure.record_access.pool,
            record.rls_context,
            [row for _, row in changes.stored],
            outcome=outcome,
            new_person=changes.person,
            basis=[item for item in changes.basis if item.giver == record.rls_context.giver],
        )
    except Moved:
        return False
    return True


async def _has_become_known(disclosure: Disclosure) -> bool:
    """Whether the unknown person has been stored under their number meanwhile; if so, the disclosure gets their id."""
    number = disclosure.question.person
    if number is None or disclosure.resolved.patient is not None:
        return False
    patient = await person_by_identifier(disclosure.record_access.pool, number.system, number.value)
    disclosure.resolved = disclosure.resolved._replace(patient=patient)
    return patient is not None


def _check_scope(caller: Caller, question: RecordQuestion) -> None:
    """Raise Forbidden if no scope allows the write, even if it would change nothing: the answer shows stored data."""
    letter = {AuditAction.CREATE: "c", AuditAction.UPDATE: "u"}.get(question.action)
    if letter and not caller.may(question.type or "", letter):
        raise Forbidden


def _require_allowed(record: RecordBefore, changes: Changes) -> None:
    """Raise Forbidden unless the writer may replace the stored content and write the new content of every item."""
    for written, _ in changes.stored:
        before = record.items.get(written.item.reference)
        if before is not None and not record.access_check.replace(before).allowed:
            raise Forbidden
        if not record.access_check.write(written.item).allowed:
            raise Forbidden


def _require_room(record: RecordBefore, changes: Changes, most_items: int) -> None:
    """Raise TooLarge if the writer's care giver would have more items about the person than the limit."""
    created = sum(written.state == "created" for written, _ in changes.stored)
    own = sum(item.giver == record.caller.giver for item in record.items.values())
    if created and own + created > most_items:
        raise TooLarge(
            Fault(
                "too-costly",
                f"A care giver stores at most {most_items} items about one person; update those that are stored.",
                f"En vårdgivare lagrar högst {most_items} poster om en person; ändra i dem som redan finns.",
            )
        )


def _outcome(disclosure: Disclosure, record: RecordBefore, changes: Changes) -> AuditRow:
    """The outcome; its version of the facts is the one that was read."""
    version = None if record.facts is None else int(record.facts["version"])
    items = [(written.item, _state(record, written)) for written, _ in changes.stored]
    return disclosure.outcome._replace(
        outcome=AuditOutcome.PERMIT,
        rule="write",
        patient=record.rls_context.patient,
        shown=[described(item, state) for item, state in items],
        facts_version=version,
    )


def _state(record: RecordBefore, written: Written) -> str:
    """The state of a written item for the trail, with the old and the new label if it changes."""
    before = record.items.get(written.item.reference)
    if before is None or before.label == written.item.label:
        return written.state
    return f"{written.state}, label {before.label} to {written.item.label}"


def _answer(record: RecordBefore, changes: Changes) -> list[Written]:
    """The result of each draft, then the unchanged basis items, with bodies cut to the part that the writer may see."""
    drafted = [change.written for change in changes.drafted]
    references = {written.item.reference for written in drafted}
    unchanged = [Written(item, "unchanged") for item in changes.basis if item.reference not in references]
    results = [*drafted, *unchanged]
    items = [_as_registered(written.item, record) for written in results]
    bodies = redact(items, [*record.items.values(), *items], record.rls_context.patient, record.access_check.limits)
    return [
        Written(item._replace(body=body), written.state)
        for item, written, body in zip(items, results, bodies, strict=True)
    ]


def _as_registered(item: Item, record: RecordBefore) -> Item:
    """The item as a client sees it: a Patient has the identity of the population register."""
    is_patient = item.type == "Patient" and item.version > 0 and record.facts is not None
    return registered(item, record.facts or {}) if is_patient else item
