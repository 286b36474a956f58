"""Plans the changes of a write: compares each draft with the stored resource (pure).

docs/decisions/0018-a-push-can-be-sent-again.md, docs/decisions/0020-decide-on-what-leaves.md
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from app.access.caller import Caller
from app.access.classification import classify
from app.access.identity import shown_version
from app.access.labels import keep_labels
from app.access.protection import keep_masked
from app.disclosure.on_record import numbers_of
from app.errors import Fault, Forbidden, NotFound, PreconditionFailed, Unprocessable
from app.fhir import json_text, references
from app.fhir.elements import type_and_id
from app.fhir.identifiers import PersonalNumber
from app.fhir.index import index
from app.items import Item
from app.plans.write.drafts import Draft, WritePlan, Written, next_version, replacement, source_keys, stale
from app.plans.write.matching import RecordBefore, refuse_duplicates, stored_before, stored_elsewhere, target_of
from app.plans.write.person import require_contained, require_number, require_person
from app.plans.write.write_request import THE_PERSON
from app.storage.audit_rows import AuditAction
from app.storage.person_facts import NewPerson
from app.storage.record_writing import Write

UNKNOWN_PERSON: Final = Fault(
    "not-found",
    "The person is not known here; send the person's Patient resource with a personal number in the same transaction.",
    "Personen är inte känd här; skicka personens Patient med personnummer i samma transaktion.",
    "Bundle.entry.resource.ofType(Patient)",
)

MOST_NAMES: Final = 500
"""Business identifiers of one resource, and practitioners, organisations and places that it refers to."""

TOO_MANY_NAMES: Final = Fault(
    "too-costly",
    f"A resource has at most {MOST_NAMES} identifiers, and refers to at most as many practitioners and places.",
    f"En resurs har högst {MOST_NAMES} identifierare, och hänvisar till högst så många medarbetare och platser.",
)

FOREIGN_TARGET: Final = Fault(
    "business-rule",
    "A Provenance is about what its own organisation has written; name that, or send it in the same transaction.",
    "En Provenance gäller det som den egna organisationen har skrivit; ange det, eller skicka det samtidigt.",
    "Provenance.target",
)


class Change(NamedTuple):
    """The result of one draft, and the row to store; `row` is None if nothing is stored."""

    written: Written
    row: Write | None


class Changes(NamedTuple):
    """The changes of a write: the drafts in their order, the revisions of contracts, and the person.

    `basis` are the items that the drafts were made from.
    """

    drafted: Sequence[Change]
    revisions: Sequence[Change]
    person: NewPerson | None
    basis: Sequence[Item]

    @property
    def stored(self) -> list[tuple[Written, Write]]:
        """The changes that are stored."""
        return [(written, row) for written, row in (*self.drafted, *self.revisions) if row is not None]


def plan_changes(record: RecordBefore, plan: WritePlan) -> Changes:
    """The changes that a plan makes to the record.

    Raises Forbidden (claimed items, scopes), NotFound and Unprocessable (no such resource, or not about this person),
    PreconditionFailed (another version) and Conflict (the same version with another content).
    """
    if not all(record.access_check.write(item).allowed for item in plan.claimed):
        raise Forbidden
    require_scopes(record.caller, plan.drafts)
    names = {draft.full_url: target_of(draft, record) for draft in plan.drafts if draft.full_url}
    names[THE_PERSON] = f"Patient/{record.rls_context.patient}"
    provenance = _provenance_by_target(plan.drafts, names)
    drafted = [_change(draft, record, names, provenance) for draft in plan.drafts]
    refuse_duplicates(plan.drafts, [change.written.item.reference for change in drafted])
    _require_own_targets(record, [change.written.item for change in drafted])
    return Changes(drafted, [], _new_person(record), plan.basis)


def with_revisions(changes: Changes, record: RecordBefore, drafts: Iterable[Draft]) -> Changes:
    """The changes, with the drafts of the contracts' revisions; these are stored but not part of the answer."""
    return changes._replace(revisions=[_change(draft, record, {}, {}) for draft in drafts])


def _require_own_targets(record: RecordBefore, items: Sequence[Item]) -> None:
    """Raise Unprocessable for a Provenance about something else than the person and what its own giver has written.

    The answer is the same for a target of another giver and for one that is not there.
    """
    known = {item.reference: item.giver for item in (*record.items.values(), *items)}
    for item in items:
        if item.type == "Provenance" and any(known.get(target) != item.giver for target in _targets(item)):
            before = record.items.get(item.reference)
            if before is None or not _targets(item) <= _targets(before):
                raise Unprocessable(FOREIGN_TARGET)


def _targets(provenance: Item) -> set[str]:
    """The resources of the person that a Provenance is about, without the Patient."""
    resource = json_text.loads(provenance.body)
    return set(references.local_refs({"target": resource["target"]}))


def require_scopes(caller: Caller, drafts: Iterable[Draft]) -> None:
    """Raise Forbidden if the token lacks a scope that one of the drafts needs."""
    for draft in drafts:
        letters = ("c", "u") if draft.keyed else ("u",) if draft.id else ("c",)
        if not all(caller.may(draft.resource["resourceType"], letter) for letter in letters):
            raise Forbidden


def require_known_person(record: RecordBefore) -> None:
    """Raise Unprocessable for a push, else NotFound, if the person is not known and the write does not bring them.

    This is asked last: whatever else is wrong with a write is answered as for a person who is known.
    """
    if record.new and record.request.person is None:
        raise Unprocessable(UNKNOWN_PERSON) if record.request.question.action is AuditAction.PUSH else NotFound


def _new_person(record: RecordBefore) -> NewPerson | None:
    """The person to store, if they are not known yet; a protected identity is for the population register to say."""
    if record.facts is not None:
        return None
    number = record.request.person
    return NewPerson(number.birth_date, number=(number.system, number.value)) if number is not None else None


def _change(
    draft: Draft,
    record: RecordBefore,
    names: Mapping[str, str],
    provenance: Mapping[str, Sequence[Mapping[str, Any]]],
) -> Change:
    before = stored_before(draft, record)
    resource_type, resource_id = type_and_id(names.get(draft.full_url) or target_of(draft, record))
    known = _numbers(record)
    require_contained(draft.resource, known)
    if resource_type == "Patient":
        if draft.keyed and record.has_patient:
            return Change(Written(before or stored_elsewhere(resource_id, record.now), "unchanged"), None)
        require_number(draft.resource, known)
    if draft.version is not None and before is not None and _seen_version(before, record) != draft.version:
        raise PreconditionFailed
    resource, defaults = _named(draft.resource, names), record.request.class_defaults
    if before is not None:
        # A replacement keeps the labels, the unit, the category, and the elements that its writer cannot see.
        resource = _replacing(draft, resource, before, record)
        defaults = defaults._replace(unit=before.unit, category=before.category)
    own = [resource] if resource_type == "Provenance" else provenance.get(f"{resource_type}/{resource_id}", ())
    item = next_version(draft, resource, resource_id, before, classify(resource, own, defaults), record.now)
    if before is not None and draft.keyed and (state := stale(item, before)) is not None:
        return Change(Written(before, state), None)
    require_person(resource, record.rls_context.patient)
    actors = [(actor, item.starts) for actor in index(resource).actors]
    identifiers = _identifiers(draft, resource, record)
    if max(len(actors), len(identifiers)) > MOST_NAMES:
        raise Unprocessable(replace(TOO_MANY_NAMES, expression=resource_type))
    row = Write(item, identifiers, actors, draft.deleted)
    return Change(Written(item, "deleted" if draft.deleted else "updated" if before else "created"), row)


def _seen_version(item: Item, record: RecordBefore) -> int:
    """The number of an item's version as the writer sees it."""
    if item.type == "Patient":
        return shown_version(item.version, record.facts or {})
    seen = record.seen.get(item.reference)
    return seen.number if seen else item.version


def _replacing(draft: Draft, resource: dict[str, Any], before: Item, record: RecordBefore) -> dict[str, Any]:
    """The resource with what it keeps of the stored one; a source's own news keeps the labels alone."""
    stored, may_lower = json_text.loads(before.body), before.reference in record.lowered
    if draft.id is None or draft.deleted:
        return keep_labels(resource, stored, may_lower=may_lower)
    replaced = replacement(resource, stored, record.visible, may_lower=may_lower)
    return keep_masked(replaced, stored) if record.access_check.protection.masks(before) else replaced


def _numbers(record: RecordBefore) -> set[PersonalNumber]:
    """The numbers of the person, or of the one who becomes known by this write."""
    if record.facts is not None:
        return numbers_of(record.facts)
    return {record.request.person} if record.request.person is not None else set()


def _named(resource: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A copy with every full URL of this write replaced by the reference; the resource itself if it has none."""
    if any(reference.get("reference") in names for _, reference in references.walk(resource)):
        return references.rewrite(resource, names)
    return resource


def _provenance_by_target(drafts: Sequence[Draft], names: Mapping[str, str]) -> dict[str, list[Mapping[str, Any]]]:
    """The Provenance resources of this write by the reference of their target.

    A resource that is replaced by its id has none: it stays with its unit, whoever revises it.
    """
    by_target: dict[str, list[Mapping[str, Any]]] = {}
    for draft in drafts:
        if draft.resource["resourceType"] == "Provenance" and not draft.deleted:
            provenance = _named(draft.resource, names)
            for reference in {target.get("reference") for target in provenance.get("target", ())}:
                by_target.setdefault(reference, []).append(provenance)
    for draft in drafts:
        by_target.pop(f"{draft.resource['resourceType']}/{draft.id}", None)
    return by_target


def _identifiers(draft: Draft, resource: dict[str, Any], record: RecordBefore) -> list[tuple[str, str, str]]:
    """The identifiers to store: the number of a new person (source ""), or the keys of the caller's organisation."""
    person, giver = record.request.person, record.caller.giver or ""
    if resource["resourceType"] == "Patient":
        return [(person.system, person.value, "")] if record.new and person is not None else []
    keys = source_keys(resource) if draft.keyed else draft.names
    return [(system, value, giver) for system, value in keys]
