"""Write resources about one person: one decision on old and new, one transaction with its outcome.

Every write takes this path: a FHIR create or update, an EHR's push, a patient contract. A story puts its request on
record, opens the record for writing, plans the changes and stores them, all or none; if somebody else wrote meanwhile,
it opens the record again. docs/decisions/0016-a-patients-rows-live-together.md,
docs/decisions/0018-a-push-can-be-sent-again.md, docs/decisions/0020-decide-on-what-leaves.md
"""

from dataclasses import replace

from app.access.caller import ALL_TYPES, Caller, CallerKind
from app.access.decisions import AccessCheck
from app.access.redact import redact
from app.disclosure.on_record import Disclosure, RecordQuestion, rls_context
from app.errors import Conflict, Forbidden, NotFound
from app.fhir.ids import new_id
from app.plans.write.changes import Changes
from app.plans.write.drafts import Written
from app.plans.write.matching import RecordBefore
from app.plans.write.write_request import WriteRequest
from app.storage.audit_rows import AuditAction, AuditOutcome, AuditRow
from app.storage.record_reading import read_record
from app.storage.record_writing import Moved, find_identifiers, person_by_identifier, store


async def open_for_writing(disclosure: Disclosure, request: WriteRequest) -> RecordBefore:
    """Read what is stored of the person, of which the writer sees a part; a person may be new.

    Raises NotFound where there is no such person for this caller, Forbidden where the scope does not reach the write.
    """
    record_access, caller = disclosure.record_access, disclosure.caller
    context = rls_context(caller, disclosure.resolved)
    # What the keys stand for is read before the record, so that whatever they name is in the record that is read.
    rows = await find_identifiers(record_access.pool, context, caller.giver or "", request.keys) if request.keys else []
    record = await read_record(record_access.pool, context)
    if record.facts is None and rows and await _has_become_known(disclosure):
        # Somebody made the person known since the intent: the items that the keys name are this person's.
        disclosure.require_another_try(Conflict)
        return await open_for_writing(disclosure, request)
    if record.facts is None and request.person is not None:
        context = context._replace(patient=new_id())
    facts = disclosure.facts_of(record.facts)
    # Scopes for writing are checked by themselves, and those for reading have no say in what is there to be written.
    access_check = AccessCheck(record_access.policy, replace(caller, scopes=ALL_TYPES), facts)
    if caller.kind is not CallerKind.SYSTEM and (record.facts is None or not access_check.ask().allowed):
        raise NotFound
    items = {item.reference: item for item in access_check.visible(record.items, record.gone).items}
    _check_scope(caller, request.question)
    return RecordBefore(
        caller=caller,
        request=request,
        now=disclosure.now,
        rls_context=context,
        access_check=access_check,
        items=items,
        identifiers={(row.system, row.value): row for row in rows},
        facts=record.facts,
        visible=frozenset({f"Patient/{context.patient}", *items}),
    )


async def store_changes(disclosure: Disclosure, record: RecordBefore, changes: Changes) -> list[Written] | None:
    """Store all changes with their outcome in one transaction, and return what the writer is answered.

    None where somebody else wrote meanwhile: open the record again. Raises Forbidden where the writer may not write
    old and new, Conflict where others keep writing, and Unavailable.
    """
    _require_allowed(record, changes)
    outcome = _outcome(disclosure, record, changes)
    if changes.stored or changes.person is not None:
        stored = await _store(disclosure, record, changes, outcome)
    else:
        stored = await disclosure.conclude(outcome)
    if stored:
        return _answer(record, changes)
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
    """Whether the person, whom nobody knew by their number, is known by now; the disclosure then knows them too."""
    number = disclosure.question.person
    if number is None or disclosure.resolved.patient is not None:
        return False
    patient = await person_by_identifier(disclosure.record_access.pool, number.system, number.value)
    disclosure.resolved = disclosure.resolved._replace(patient=patient)
    return patient is not None


def _check_scope(caller: Caller, question: RecordQuestion) -> None:
    """Raise Forbidden without the scope; also if nothing would change, as the answer shows what is stored."""
    letter = {AuditAction.CREATE: "c", AuditAction.UPDATE: "u"}.get(question.action)
    if letter and not caller.may(question.type or "", letter):
        raise Forbidden


def _require_allowed(record: RecordBefore, changes: Changes) -> None:
    """Raise Forbidden unless the caller may write both old and new content; hidden items count as absent."""
    for written, _ in changes.stored:
        for item in filter(None, (record.items.get(written.item.reference), written.item)):
            if not record.access_check.write(item).allowed:
                raise Forbidden


def _outcome(disclosure: Disclosure, record: RecordBefore, changes: Changes) -> AuditRow:
    """The outcome, with the version of the facts that it rests on: a change of the person makes one version more."""
    version = None if record.facts is None else int(record.facts["version"]) + (changes.person is not None)
    items = [(written.item, written.state) for written, _ in changes.stored]
    return disclosure.outcome._replace(
        outcome=AuditOutcome.PERMIT,
        rule="write",
        patient=record.rls_context.patient,
        shown=[[item.reference, item.version, item.information_class, item.giver, state] for item, state in items],
        facts_version=version,
    )


def _answer(record: RecordBefore, changes: Changes) -> list[Written]:
    """The result of every draft, then the unchanged items they were made of, each cut to what the writer sees."""
    drafted = [change.written for change in changes.drafted]
    references = {written.item.reference for written in drafted}
    unchanged = [Written(item, "unchanged") for item in changes.basis if item.reference not in references]
    answer = [*drafted, *unchanged]
    items = [written.item for written in answer]
    bodies = redact(items, [*record.items.values(), *items], record.rls_context.patient)
    return [
        Written(written.item._replace(body=body), written.state) for written, body in zip(answer, bodies, strict=True)
    ]
