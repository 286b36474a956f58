"""The story of a write: intent, one patient, decision on old and new, one transaction with its outcome.

Every write takes this path: a FHIR create or update, an EHR's push, a patient contract. Nothing is half-written; two
who write at once make one winner, and the other decides again (design, decisions 3, 8 and 11).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from app.access.caller import Caller, CallerKind
from app.access.classes import Hint, Kind, Label, classify, keep_labels
from app.access.decide import Situation
from app.access.facts import facts
from app.access.redact import redact
from app.audit.disclosure import NOBODY, TRIES, Desk, Question, asker, entry, number_of, refusal
from app.errors import (
    Conflict,
    Fault,
    Forbidden,
    NotFound,
    PreconditionFailed,
    SamplanError,
    Unprocessable,
)
from app.federation.own_store import NAME
from app.fhir import documents, references
from app.fhir.identifiers import PersonalNumber
from app.fhir.ids import new_id
from app.fhir.index import index
from app.plans.draft import Beside, Composed, Draft, Written, item_of, replacement, silent, source_keys, stale
from app.plans.person import new_person, protected_from_now, require_number, require_person
from app.storage.items import Item
from app.storage.trail import Entry, Resolved
from app.storage.view import Asker, view
from app.storage.writing import Known, Moved, NewPerson, Write, known, person_by_identifier, store

THE_PERSON = "urn:samplan:person"
"""A reference to the one person of a write, whoever that turns out to be."""

OTHER_PERSON = Fault(
    "business-rule",
    "The business identifier is already that of another item; correct the identifier.",
    "Identifieraren används redan för något annat; rätta identifieraren.",
)
TWICE = Fault(
    "business-rule",
    "Two entries are the same item, by id or by identifier; send it once.",
    "Två poster är samma sak, enligt id eller identifierare; skicka den en gång.",
    "Bundle.entry",
)
UNKNOWN_PERSON = Fault(
    "not-found",
    "The person is not known here; send the person's Patient resource with a personal number in the same transaction.",
    "Personen är inte känd här; skicka personens Patient med personnummer i samma transaktion.",
    "Bundle.entry.resource.ofType(Patient)",
)


Compose = Callable[[Mapping[str, Item]], Composed]
"""What is to be written, given what the person's record holds, by reference."""


class Work(NamedTuple):
    """One write: who is written about, what, and the personal number that lets an unknown person come into being.

    `keys` are the business identifiers by which its keyed drafts may be known already; `beside` says what is written
    of what has changed.
    """

    question: Question
    compose: Compose
    hint: Hint
    person: PersonalNumber | None = None
    keys: Sequence[tuple[str, str]] = ()
    beside: Beside = silent


def just(*drafts: Draft) -> Compose:
    """Drafts that do not depend on what is there."""
    return lambda _: Composed(drafts)


class _Seen(NamedTuple):
    """What was read before the decision; `visible` is what the writer sees, the person too, by reference."""

    caller: Caller
    asker: Asker
    situation: Situation
    items: Mapping[str, Item]
    known: Mapping[tuple[str, str], Known]
    composed: Composed
    facts: Mapping[str, Any] | None
    visible: frozenset[str]

    @property
    def new(self) -> bool:
        """Whether the person is not known yet."""
        return self.facts is None

    @property
    def drafts(self) -> Sequence[Draft]:
        """What is to be written."""
        return self.composed.drafts

    @property
    def held(self) -> list[Item]:
        """What the write builds on and its writer's own giver holds, so that it can be kept from moving."""
        return [item for item in self.composed.held if item.giver == self.asker.giver]

    @property
    def patients(self) -> list[Mapping[str, Any]]:
        """The Patients of this write."""
        return [draft.resource for draft in self.drafts if draft.resource["resourceType"] == "Patient"]


async def write(desk: Desk, caller: Caller, work: Work, *, now: datetime) -> list[Written]:
    """Write all drafts about one person, or none; returns them in order, then what they were held beside.

    Raises NotFound (no such person or resource, or not for this caller), Forbidden (role or scope), PreconditionFailed,
    Conflict, Unprocessable or Unavailable; each is in the trail.
    """
    request = uuid4()
    resolved = await desk.trail.intend(entry(caller, work.question, request, None, now))
    outcome = entry(caller, work.question, request, resolved, now)
    try:
        for _ in range(TRIES):
            try:
                return await _attempt(desk, caller, work, resolved, outcome)
            except Moved:
                # Somebody wrote in between, perhaps made the person known: read again and decide again.
                if resolved.patient is None and (number := work.question.person) is not None:
                    resolved = resolved._replace(
                        patient=await person_by_identifier(desk.pool, number.system, number.value)
                    )
        raise Conflict
    except SamplanError as error:
        await desk.trail.conclude(refusal(outcome, error))
        raise


def _check_scope(caller: Caller, question: Question) -> None:
    """Also of a write that comes to nothing: its answer tells what is there."""
    letter = {"create": "c", "update": "u"}.get(question.action)
    if letter and not caller.may(question.type or "", letter):
        raise Forbidden


def _check_scopes(caller: Caller, drafts: Iterable[Draft]) -> None:
    for draft in drafts:
        letters = ("c", "u") if draft.keyed else ("u",) if draft.id else ("c",)
        if not all(caller.may(draft.resource["resourceType"], letter) for letter in letters):
            raise Forbidden


async def _attempt(desk: Desk, caller: Caller, work: Work, resolved: Resolved, outcome: Entry) -> list[Written]:
    seen = await _look(desk, caller, work, resolved, outcome.at)
    if seen.new and work.person is None:
        raise _absent(work)
    person = _person(work, seen)
    outcome = outcome._replace(patient=seen.asker.patient, facts_version=_version(seen, person))
    names = {draft.full_url: _target(draft, seen) for draft in seen.drafts if draft.full_url}
    names[THE_PERSON] = f"Patient/{seen.asker.patient}"
    speaking = _speaking(seen.drafts, names)
    plans = [_plan(draft, work, seen, names, speaking, outcome.at) for draft in seen.drafts]
    _refuse_twice(seen.drafts, [written.item.reference for written, _ in plans])
    beside = work.beside([written for written, change in plans if change is not None], seen.items)
    told = [_plan(draft, work, seen, {}, {}, outcome.at) for draft in beside]
    changed = [(written, change) for written, change in [*plans, *told] if change is not None]
    for written, _ in changed:
        _require(seen, written)
    outcome = outcome._replace(
        outcome="permit", rule="write", shown=[_line(written) for written, _ in changed]
    )  # fmt: skip
    if not changed and person is None:
        if not await desk.trail.conclude(outcome):
            raise Moved
    else:
        await store(
            desk.pool,
            seen.asker,
            [change for _, change in changed],
            outcome=outcome,
            new_person=person,
            held=seen.held,
        )
    drafted = {written.item.reference for written, _ in plans}
    held = [Written(item, "unchanged") for item in seen.composed.held if item.reference not in drafted]
    return _told([*(written for written, _ in plans), *held], seen)


def _told(written: Sequence[Written], seen: _Seen) -> list[Written]:
    """What was written as this writer will read it: what they cannot see is cut from the answer too."""
    items = [one.item for one in written]
    bodies = redact(items, [*seen.items.values(), *items], seen.asker.patient)
    return [Written(one.item._replace(body=body), one.state) for one, body in zip(written, bodies, strict=True)]


def _line(written: Written) -> list[object]:
    item = written.item
    return [item.reference, item.version, item.kind, item.giver, written.state]


def _absent(work: Work) -> SamplanError:
    return Unprocessable(UNKNOWN_PERSON) if work.question.action == "push" else NotFound()


async def _look(desk: Desk, caller: Caller, work: Work, resolved: Resolved, now: datetime) -> _Seen:
    who = asker(caller, resolved)
    # What the keys stand for is read before the record, so that whatever they name is in the record that is read.
    rows = await known(desk.pool, who, caller.giver or "", work.keys) if work.keys else []
    found = await view(desk.pool, who)
    if found.facts is None and rows and await _came_into_being(desk, work):
        raise Moved
    if found.facts is None and work.person is not None:
        who = who._replace(patient=new_id())
    known_facts = facts(
        caller, found.facts, caller_patient=resolved.caller_patient, patient=resolved.patient or NOBODY, now=now
    )
    # Scopes for writing are checked by themselves, and those for reading have no say in what is there to be written.
    situation = Situation(desk.policy, replace(caller, scopes=None), known_facts)
    if caller.kind is not CallerKind.SYSTEM and (found.facts is None or not situation.ask().allowed):
        raise NotFound
    items = {item.reference: item for item in situation.visible(found.items, found.gone).items}
    _check_scope(caller, work.question)
    composed = work.compose(items)
    if not all(situation.write(item).allowed for item in composed.claimed):
        raise Forbidden
    _check_scopes(caller, composed.drafts)
    return _Seen(
        caller,
        who,
        situation,
        items,
        {(row.system, row.value): row for row in rows},
        composed,
        found.facts,
        frozenset({f"Patient/{who.patient}", *items}),
    )


async def _came_into_being(desk: Desk, work: Work) -> bool:
    """Whether somebody made the person known since the intent, so that their items are not another's."""
    number = work.question.person
    return number is not None and await person_by_identifier(desk.pool, number.system, number.value) is not None


def _version(seen: _Seen, person: NewPerson | None) -> int | None:
    """The version of the facts that the outcome rests on: what the write itself says of the person makes one more."""
    return None if seen.facts is None else int(seen.facts["version"]) + (person is not None)


def _refuse_twice(drafts: Iterable[Draft], written: Iterable[str]) -> None:
    named = Counter(written)
    named.update(
        f"{draft.resource['resourceType']} {system}|{value}"
        for draft in drafts if draft.keyed for system, value in source_keys(draft.resource)
    )  # fmt: skip
    if any(times > 1 for times in named.values()):
        raise Unprocessable(TWICE)


def _target(draft: Draft, seen: _Seen) -> str:
    """The reference a draft will have: that of what it replaces, or a new one."""
    kind = draft.resource["resourceType"]
    if kind == "Patient":
        return f"Patient/{seen.asker.patient}"
    before = _before(draft, seen)
    return before.reference if before else f"{kind}/{draft.given_id or draft.id or new_id()}"


def _before(draft: Draft, seen: _Seen) -> Item | None:
    kind = draft.resource["resourceType"]
    if kind == "Patient" and draft.keyed:
        return seen.items.get(f"Patient/{seen.asker.patient}")
    if draft.id is not None:
        if (found := seen.items.get(f"{kind}/{draft.id}")) is None:
            raise NotFound
        return found
    rows = [seen.known[key] for key in source_keys(draft.resource) if key in seen.known] if draft.keyed else []
    if not rows:
        return None
    first = rows[0]
    found = seen.items.get(f"{kind}/{first.id}")
    same = all((row.patient, row.type, row.id) == (seen.asker.patient, kind, first.id) for row in rows)
    if found is None or not same:
        raise Unprocessable(OTHER_PERSON)
    return found


def _plan(
    draft: Draft,
    work: Work,
    seen: _Seen,
    names: Mapping[str, str],
    speaking: Mapping[str, Sequence[Mapping[str, Any]]],
    now: datetime,
) -> tuple[Written, Write | None]:
    before = _before(draft, seen)
    kind, _, identity = (names.get(draft.full_url) or _target(draft, seen)).partition("/")
    if kind == "Patient":
        if draft.keyed and not seen.new:
            return Written(before or _elsewhere(identity, now), "unchanged"), None
        require_number(draft.resource, number_of(seen.facts) if seen.facts is not None else work.person)
    if draft.version is not None and before is not None and before.version != draft.version:
        raise PreconditionFailed
    resource, hint = _named(draft.resource, names), work.hint
    if before is not None:
        # What a replacement does not say stays: its labels, its unit and category, what its writer cannot see in it.
        stored = documents.loads(before.body)
        if draft.id is None or draft.deleted:
            resource = keep_labels(resource, stored)
        else:
            resource = replacement(resource, stored, seen.visible)
        hint = hint._replace(unit=before.unit, category=before.category)
    classes = classify(resource, [resource] if kind == "Provenance" else speaking.get(f"{kind}/{identity}", ()), hint)
    item = item_of(draft, resource, identity, before, classes, now)
    if before is not None and draft.keyed and (state := stale(item, before)) is not None:
        return Written(before, state), None
    require_person(resource, seen.asker.patient)
    change = Write(
        item,
        _identifiers(draft, resource, work, seen),
        [(actor, item.starts) for actor in index(resource).actors],
        draft.deleted,
    )
    return Written(item, "deleted" if draft.deleted else "updated" if before else "created"), change


def _elsewhere(identity: str, now: datetime) -> Item:
    """A person whom another organisation made known: the id is told, the version is not (0)."""
    classes = (None, None, None, Kind.PERSON.value, Label.UNKNOWN.value, None)
    return Item("Patient", identity, 0, now, None, None, None, None, *classes, (), (), NAME, "")


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


def _identifiers(draft: Draft, resource: dict[str, Any], work: Work, seen: _Seen) -> list[tuple[str, str, str]]:
    """A new person's number, the same for all; a source's own keys, its organisation's alone."""
    if resource["resourceType"] == "Patient":
        return [(work.person.system, work.person.value, "")] if seen.new and work.person is not None else []
    if not draft.keyed:
        return [(system, value, seen.caller.giver or "") for system, value in draft.names]
    return [(system, value, seen.caller.giver or "") for system, value in source_keys(resource)]


def _require(seen: _Seen, written: Written) -> None:
    """Old and new content are both decided on; what may not be seen is not among the items, and so absent."""
    for item in filter(None, (seen.items.get(written.item.reference), written.item)):
        if not seen.situation.write(item).allowed:
            raise Forbidden


def _person(work: Work, seen: _Seen) -> NewPerson | None:
    """What the write says anew of the person: that they are, or that their identity is protected."""
    if seen.facts is not None:
        return protected_from_now(seen.facts, seen.patients)
    return new_person(work.person, seen.patients) if work.person is not None else None
