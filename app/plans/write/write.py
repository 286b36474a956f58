"""Write resources: intent, one patient, decision on old and new, one transaction with its outcome.

Every write takes this path: a FHIR create or update, an EHR's push, a patient contract. Nothing is half-written. If
two callers write at once, one wins and the other decides again. docs/decisions/0016-a-patients-rows-live-together.md,
docs/decisions/0018-a-push-can-be-sent-again.md, docs/decisions/0020-decide-on-what-leaves.md
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.access.caller import ALL_TYPES, Caller, CallerKind
from app.access.classification import classify
from app.access.decisions import AccessCheck
from app.access.labels import keep_labels
from app.access.redact import redact
from app.disclosure.on_record import Disclosure, Question, RecordAccess, number_of, on_record, rls_context
from app.errors import Conflict, Fault, Forbidden, NotFound, PreconditionFailed, SamplanError, Unprocessable
from app.fhir import json_text, references
from app.fhir.ids import new_id
from app.fhir.index import index
from app.plans.write.drafts import Draft, Written, item_of, replacement, source_keys, stale
from app.plans.write.matching import RecordBefore, refuse_duplicates, stored_before, stored_elsewhere, target_of
from app.plans.write.person import new_person, protected_from_now, require_number, require_person
from app.plans.write.work import THE_PERSON, WriteRequest
from app.storage.audit_rows import AuditAction, AuditOutcome
from app.storage.record_reading import view
from app.storage.record_writing import Moved, NewPerson, Write, known, person_by_identifier, store

UNKNOWN_PERSON = Fault(
    "not-found",
    "The person is not known here; send the person's Patient resource with a personal number in the same transaction.",
    "Personen är inte känd här; skicka personens Patient med personnummer i samma transaktion.",
    "Bundle.entry.resource.ofType(Patient)",
)


async def write(record_access: RecordAccess, caller: Caller, work: WriteRequest, *, now: datetime) -> list[Written]:
    """Write all drafts about one person, or none; returns them in order, then what they were held beside.

    Raises NotFound (no such person or resource, or not for this caller), Forbidden (role or scope), PreconditionFailed,
    Conflict, Unprocessable or Unavailable; each is in the trail.
    """
    async with on_record(record_access, caller, work.question, now=now) as disclosure:
        while True:
            try:
                return await _attempt(disclosure, work)
            except Moved:
                # Somebody wrote in between, perhaps made the person known: read again and decide again.
                disclosure.require_another_try(Conflict)
                await _resolve_again(disclosure)


async def _resolve_again(disclosure: Disclosure) -> None:
    number = disclosure.question.person
    if disclosure.resolved.patient is None and number is not None:
        patient = await person_by_identifier(disclosure.record_access.pool, number.system, number.value)
        disclosure.resolved = disclosure.resolved._replace(patient=patient)


def _check_scope(caller: Caller, question: Question) -> None:
    """Also of a write that comes to nothing: its answer tells what is there."""
    letter = {AuditAction.CREATE: "c", AuditAction.UPDATE: "u"}.get(question.action)
    if letter and not caller.may(question.type or "", letter):
        raise Forbidden


def _check_scopes(caller: Caller, drafts: Iterable[Draft]) -> None:
    for draft in drafts:
        letters = ("c", "u") if draft.keyed else ("u",) if draft.id else ("c",)
        if not all(caller.may(draft.resource["resourceType"], letter) for letter in letters):
            raise Forbidden


async def _attempt(disclosure: Disclosure, work: WriteRequest) -> list[Written]:
    seen = await _look(disclosure, work)
    now = disclosure.now
    if seen.new and work.person is None:
        raise _absent(work)
    person = _person(work, seen)
    outcome = disclosure.outcome._replace(patient=seen.rls_context.patient, facts_version=_version(seen, person))
    names = {draft.full_url: target_of(draft, seen) for draft in seen.drafts if draft.full_url}
    names[THE_PERSON] = f"Patient/{seen.rls_context.patient}"
    speaking = _speaking(seen.drafts, names)
    plans = [_plan(draft, work, seen, names, speaking, now) for draft in seen.drafts]
    refuse_duplicates(seen.drafts, [written.item.reference for written, _ in plans])
    beside = work.beside([written for written, change in plans if change is not None], seen.items)
    told = [_plan(draft, work, seen, {}, {}, now) for draft in beside]
    changed = [(written, change) for written, change in [*plans, *told] if change is not None]
    for written, _ in changed:
        _require(seen, written)
    outcome = outcome._replace(
        outcome=AuditOutcome.PERMIT, rule="write", shown=[_line(written) for written, _ in changed]
    )  # fmt: skip
    if not changed and person is None:
        if not await disclosure.record_access.trail.conclude(outcome):
            raise Moved
    else:
        await store(
            disclosure.record_access.pool,
            seen.rls_context,
            [change for _, change in changed],
            outcome=outcome,
            new_person=person,
            held=seen.held,
        )
    drafted = {written.item.reference for written, _ in plans}
    held = [Written(item, "unchanged") for item in seen.write_plan.held if item.reference not in drafted]
    return _told([*(written for written, _ in plans), *held], seen)


def _told(written: Sequence[Written], seen: RecordBefore) -> list[Written]:
    """What was written as this writer will read it: what they cannot see is cut from the answer too."""
    items = [one.item for one in written]
    bodies = redact(items, [*seen.items.values(), *items], seen.rls_context.patient)
    return [Written(one.item._replace(body=body), one.state) for one, body in zip(written, bodies, strict=True)]


def _line(written: Written) -> list[object]:
    item = written.item
    return [item.reference, item.version, item.kind, item.giver, written.state]


def _absent(work: WriteRequest) -> SamplanError:
    return Unprocessable(UNKNOWN_PERSON) if work.question.action is AuditAction.PUSH else NotFound()


async def _look(disclosure: Disclosure, work: WriteRequest) -> RecordBefore:
    record_access, caller = disclosure.record_access, disclosure.caller
    who = rls_context(caller, disclosure.resolved)
    # What the keys stand for is read before the record, so that whatever they name is in the record that is read.
    rows = await known(record_access.pool, who, caller.giver or "", work.keys) if work.keys else []
    found = await view(record_access.pool, who)
    if found.facts is None and rows and await _came_into_being(record_access, work):
        raise Moved
    if found.facts is None and work.person is not None:
        who = who._replace(patient=new_id())
    known_facts = disclosure.facts_of(found.facts)
    # Scopes for writing are checked by themselves, and those for reading have no say in what is there to be written.
    access_check = AccessCheck(record_access.policy, replace(caller, scopes=ALL_TYPES), known_facts)
    if caller.kind is not CallerKind.SYSTEM and (found.facts is None or not access_check.ask().allowed):
        raise NotFound
    items = {item.reference: item for item in access_check.visible(found.items, found.gone).items}
    _check_scope(caller, work.question)
    write_plan = work.compose(items)
    if not all(access_check.write(item).allowed for item in write_plan.claimed):
        raise Forbidden
    _check_scopes(caller, write_plan.drafts)
    return RecordBefore(
        caller,
        who,
        access_check,
        items,
        {(row.system, row.value): row for row in rows},
        write_plan,
        found.facts,
        frozenset({f"Patient/{who.patient}", *items}),
    )


async def _came_into_being(record_access: RecordAccess, work: WriteRequest) -> bool:
    """Whether somebody made the person known since the intent, so that their items are not another's."""
    number = work.question.person
    return (
        number is not None and await person_by_identifier(record_access.pool, number.system, number.value) is not None
    )


def _version(seen: RecordBefore, person: NewPerson | None) -> int | None:
    """The version of the facts that the outcome rests on: what the write itself says of the person makes one more."""
    return None if seen.facts is None else int(seen.facts["version"]) + (person is not None)


def _plan(
    draft: Draft,
    work: WriteRequest,
    seen: RecordBefore,
    names: Mapping[str, str],
    speaking: Mapping[str, Sequence[Mapping[str, Any]]],
    now: datetime,
) -> tuple[Written, Write | None]:
    before = stored_before(draft, seen)
    kind, _, identity = (names.get(draft.full_url) or target_of(draft, seen)).partition("/")
    if kind == "Patient":
        if draft.keyed and not seen.new:
            return Written(before or stored_elsewhere(identity, now), "unchanged"), None
        require_number(draft.resource, number_of(seen.facts) if seen.facts is not None else work.person)
    if draft.version is not None and before is not None and before.version != draft.version:
        raise PreconditionFailed
    resource, hint = _named(draft.resource, names), work.hint
    if before is not None:
        # What a replacement does not say stays: its labels, its unit and category, what its writer cannot see in it.
        stored = json_text.loads(before.body)
        if draft.id is None or draft.deleted:
            resource = keep_labels(resource, stored)
        else:
            resource = replacement(resource, stored, seen.visible)
        hint = hint._replace(unit=before.unit, category=before.category)
    classes = classify(resource, [resource] if kind == "Provenance" else speaking.get(f"{kind}/{identity}", ()), hint)
    item = item_of(draft, resource, identity, before, classes, now)
    if before is not None and draft.keyed and (state := stale(item, before)) is not None:
        return Written(before, state), None
    require_person(resource, seen.rls_context.patient)
    change = Write(
        item,
        _identifiers(draft, resource, work, seen),
        [(actor, item.starts) for actor in index(resource).actors],
        draft.deleted,
    )
    return Written(item, "deleted" if draft.deleted else "updated" if before else "created"), change


def _named(resource: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The resource with every name of this write replaced, or itself where it uses none, so that its bytes are kept."""
    if any(reference.get("reference") in names for _, reference in references.walk(resource)):
        return references.rewrite(resource, names)
    return resource


def _speaking(drafts: Sequence[Draft], names: Mapping[str, str]) -> dict[str, list[Mapping[str, Any]]]:
    """The Provenance of this write that target each resource, by its reference.

    What is replaced by its id stays with its unit, whoever revises it.
    """
    told: dict[str, list[Mapping[str, Any]]] = {}
    for draft in drafts:
        if draft.resource["resourceType"] == "Provenance" and not draft.deleted:
            said = _named(draft.resource, names)
            for reference in {target.get("reference") for target in said.get("target", ())}:
                told.setdefault(reference, []).append(said)
    for draft in drafts:
        told.pop(f"{draft.resource['resourceType']}/{draft.id}", None)
    return told


def _identifiers(
    draft: Draft, resource: dict[str, Any], work: WriteRequest, seen: RecordBefore
) -> list[tuple[str, str, str]]:
    """A new person's number, the same for all; a source's own keys, its organisation's alone."""
    if resource["resourceType"] == "Patient":
        return [(work.person.system, work.person.value, "")] if seen.new and work.person is not None else []
    if not draft.keyed:
        return [(system, value, seen.caller.giver or "") for system, value in draft.names]
    return [(system, value, seen.caller.giver or "") for system, value in source_keys(resource)]


def _require(seen: RecordBefore, written: Written) -> None:
    """Old and new content are both decided on; what may not be seen is not among the items, and so absent."""
    for item in filter(None, (seen.items.get(written.item.reference), written.item)):
        if not seen.access_check.write(item).allowed:
            raise Forbidden


def _person(work: WriteRequest, seen: RecordBefore) -> NewPerson | None:
    """What the write says anew of the person: that they are, or that their identity is protected."""
    if seen.facts is not None:
        return protected_from_now(seen.facts, seen.patients)
    return new_person(work.person, seen.patients) if work.person is not None else None
