"""The story of a write: intent, one patient, decision on old and new, one transaction with its outcome.

Every write takes this path: a FHIR create or update, an EHR's push, a patient contract. Nothing is half-written; two
who write at once make one winner, and the other decides again (design, decisions 3, 8 and 11).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from app.access.caller import Caller, CallerKind
from app.access.classes import Classes, Hint, Kind, Label, classify, protected_identity
from app.access.decide import Situation
from app.access.facts import facts
from app.audit.disclosure import NOBODY, TRIES, Desk, Question, asker, entry, refusal
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
from app.fhir.instants import instant_text
from app.fhir.times import moments
from app.storage.items import Item
from app.storage.trail import Entry, Resolved
from app.storage.view import Asker, view
from app.storage.writing import Known, Moved, NewPerson, Write, known, store

THE_PERSON = "urn:samplan:person"
"""A reference to the one person of a write, whoever that turns out to be."""

OTHER_VERSION = Fault(
    "conflict",
    "This version is already known with another content; send a newer meta.lastUpdated.",
    "Den här versionen är redan känd med annat innehåll; skicka ett nyare meta.lastUpdated.",
)
OTHER_PERSON = Fault(
    "business-rule",
    "The business identifier is already that of another item; correct the identifier.",
    "Identifieraren används redan för något annat; rätta identifieraren.",
)
UNKNOWN_PERSON = Fault(
    "not-found",
    "The person is not known here; send the person's Patient resource with a personal number in the same transaction.",
    "Personen är inte känd här; skicka personens Patient med personnummer i samma transaktion.",
    "Bundle.entry.resource.ofType(Patient)",
)


class Draft(NamedTuple):
    """One resource somebody wants written.

    `full_url` is how others of the same write refer to it. `id` names an existing resource to replace, `version` the
    version it must have (If-Match). `given_id` is an id chosen by a story of ours for a new one. `keyed` means: known
    by its business identifier, and judged by the source's own `meta.lastUpdated`.
    """

    resource: dict[str, Any]
    full_url: str = ""
    id: str | None = None
    given_id: str | None = None
    version: int | None = None
    keyed: bool = False
    deleted: bool = False
    text: bytes | None = None


class Written(NamedTuple):
    """What came of one draft: `created`, `updated`, `unchanged` (known already) or `older` (ignored)."""

    item: Item
    state: str


Compose = Callable[[Mapping[str, Item]], Sequence[Draft]]
"""What is to be written, given what the person's record holds, by reference."""


class Work(NamedTuple):
    """One write: who is written about, what, and the personal number that lets an unknown person come into being."""

    question: Question
    compose: Compose
    hint: Hint
    person: PersonalNumber | None = None


def just(*drafts: Draft) -> Compose:
    """Drafts that do not depend on what is there."""
    return lambda _: drafts


class _Seen(NamedTuple):
    """What was read before the decision."""

    caller: Caller
    asker: Asker
    situation: Situation
    items: Mapping[str, Item]
    known: Mapping[tuple[str, str], Known]
    drafts: Sequence[Draft]
    provenance: Sequence[Mapping[str, Any]]
    facts_version: int | None

    @property
    def new(self) -> bool:
        """Whether the person is not known yet."""
        return self.facts_version is None


async def write(desk: Desk, caller: Caller, work: Work, *, now: datetime) -> list[Written]:
    """Write all drafts about one person, or none.

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
                # Somebody wrote in between: read again and decide again.
                resolved = await desk.trail.intend(entry(caller, work.question, request, None, now))
        raise Conflict
    except SamplanError as error:
        await desk.trail.conclude(refusal(outcome, error))
        raise


def _check_scopes(caller: Caller, drafts: Iterable[Draft]) -> None:
    if caller.kind is CallerKind.SYSTEM:
        for draft in drafts:
            letters = ("c", "u") if draft.keyed else ("u",) if draft.id else ("c",)
            if not all(caller.may(draft.resource["resourceType"], letter) for letter in letters):
                raise Forbidden


async def _attempt(desk: Desk, caller: Caller, work: Work, resolved: Resolved, outcome: Entry) -> list[Written]:
    seen = await _look(desk, caller, work, resolved, outcome.at)
    outcome = outcome._replace(patient=seen.asker.patient, facts_version=seen.facts_version)
    if seen.new and work.person is None:
        raise _absent(work)
    names = {draft.full_url: _target(draft, seen) for draft in seen.drafts if draft.full_url}
    names[THE_PERSON] = f"Patient/{seen.asker.patient}"
    plans = [_plan(draft, work, seen, names, outcome.at) for draft in seen.drafts]
    changed = [(written, change) for written, change in plans if change is not None]
    for written, _ in changed:
        _require(seen, written)
    outcome = outcome._replace(
        outcome="permit", rule="write", shown=[_line(written) for written, _ in changed]
    )  # fmt: skip
    if not changed:
        await desk.trail.conclude(outcome)
    else:
        await store(
            desk.pool,
            seen.asker,
            [change for _, change in changed],
            outcome=outcome,
            new_person=_new_person(work, seen) if seen.new else None,
        )
    return [written for written, _ in plans]


def _line(written: Written) -> list[object]:
    item = written.item
    return [item.reference, item.version, item.kind, item.giver, written.state]


def _absent(work: Work) -> SamplanError:
    return Unprocessable(UNKNOWN_PERSON) if work.question.action == "push" else NotFound()


async def _look(desk: Desk, caller: Caller, work: Work, resolved: Resolved, now: datetime) -> _Seen:
    who = asker(caller, resolved)
    found = await view(desk.pool, who)
    if found.facts is None and work.person is not None:
        who = who._replace(patient=new_id())
    known_facts = facts(
        caller, found.facts, caller_patient=resolved.caller_patient, patient=resolved.patient or NOBODY, now=now
    )
    situation = Situation(desk.policy, caller, known_facts)
    if found.facts is not None and caller.kind is not CallerKind.SYSTEM and not situation.ask().allowed:
        raise NotFound
    items = {item.reference: item for item in found.items}
    drafts = work.compose(items)
    _check_scopes(caller, drafts)
    keys = [pair for draft in drafts if draft.keyed for pair in _keys(draft.resource)]
    rows = await known(desk.pool, who, caller.giver or "", keys) if keys else []
    return _Seen(
        caller,
        who,
        situation,
        items,
        {(row.system, row.value): row for row in rows},
        drafts,
        [draft.resource for draft in drafts if draft.resource["resourceType"] == "Provenance"],
        found.facts["version"] if found.facts is not None else None,
    )


def _keys(resource: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [tuple(key.split("|", 1)) for key in index(resource).keys]  # type: ignore[misc]


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
    for key in _keys(draft.resource) if draft.keyed else ():
        if (row := seen.known.get(key)) is not None:
            found = seen.items.get(f"{row.type}/{row.id}")
            if row.patient != seen.asker.patient or row.type != kind or found is None:
                raise Unprocessable(OTHER_PERSON)
            return found
    return None


def _plan(
    draft: Draft, work: Work, seen: _Seen, names: Mapping[str, str], now: datetime
) -> tuple[Written, Write | None]:
    before = _before(draft, seen)
    kind, _, identity = (names.get(draft.full_url) or _target(draft, seen)).partition("/")
    if kind == "Patient" and draft.keyed and not seen.new:
        return Written(before or _elsewhere(identity, now), "unchanged"), None
    if draft.version is not None and before is not None and before.version != draft.version:
        raise PreconditionFailed
    resource = _named(draft.resource, names)
    item = _item(draft, resource, identity, before, classify(resource, _of(resource, identity, seen), work.hint), now)
    if before is not None and draft.keyed and (state := _stale(item, before)) is not None:
        return Written(before, state), None
    _same_patient(resource, seen.asker.patient)
    change = Write(
        item,
        _identifiers(draft, resource, seen),
        [(actor, item.starts) for actor in index(resource).actors],
        draft.deleted,
    )
    return Written(item, "updated" if before else "created"), change


def _elsewhere(identity: str, now: datetime) -> Item:
    """A person whom another organisation made known: the id is told, the version is not (0)."""
    classes = (None, None, None, Kind.PERSON.value, Label.UNKNOWN.value, None)
    return Item("Patient", identity, 0, now, None, None, None, None, *classes, (), (), NAME, "")


def _named(resource: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The resource with every name of this write replaced, or itself where it uses none, so that its bytes are kept."""
    if any(reference.get("reference") in names for _, reference in references.walk(resource)):
        return references.rewrite(resource, names)
    return resource


def _of(resource: Mapping[str, Any], identity: str, seen: _Seen) -> list[Mapping[str, Any]]:
    """The Provenance of this write that target the resource; a Provenance speaks for itself."""
    if resource["resourceType"] == "Provenance":
        return [resource]
    reference = f"{resource['resourceType']}/{identity}"
    return [
        one for one in seen.provenance if any(target.get("reference") == reference for target in one.get("target", ()))
    ]


def _item(
    draft: Draft, resource: dict[str, Any], identity: str, before: Item | None, classes: Classes, now: datetime
) -> Item:
    columns = index(resource)
    version = before.version + 1 if before else 1
    text = draft.text if draft.text is not None and resource is draft.resource else documents.dumps(resource)
    said = resource.get("meta", {}).get("lastUpdated") if draft.keyed else None
    return Item(
        type=resource["resourceType"],
        id=identity,
        version=version,
        updated=now,
        source_updated=moments(said)[0] if said else now if draft.keyed else None,
        status=columns.status,
        starts=columns.starts,
        ends=columns.ends,
        giver=classes.giver,
        unit=classes.unit,
        category=classes.category,
        kind=classes.kind,
        label=classes.label,
        information_time=classes.information_time or now,
        keys=columns.keys,
        refs=columns.refs,
        source=NAME,
        body=documents.stamp(text, id=identity, version=version, updated=instant_text(now)),
    )


def _stale(item: Item, before: Item) -> str | None:
    """`older` or `unchanged` when a push brings no news; Conflict when the same version says something else."""
    if _content(item.body) == _content(before.body):
        return "unchanged"
    if item.source_updated is None or before.source_updated is None or item.source_updated > before.source_updated:
        return None
    if item.source_updated == before.source_updated:
        raise Conflict(OTHER_VERSION)
    return "older"


def _content(body: str) -> dict[str, Any]:
    resource = documents.loads(body)
    meta = {key: value for key, value in resource.get("meta", {}).items() if key not in {"versionId", "lastUpdated"}}
    return {**resource, "id": None, "meta": meta}


def _same_patient(resource: dict[str, Any], patient: str) -> None:
    if references.patient_of(resource) - {f"Patient/{patient}"} and resource["resourceType"] != "Patient":
        raise Unprocessable(
            Fault(
                "business-rule",
                "Every resource of one write must be about the same person, named as Patient/id.",
                "Allt som skrivs på en gång måste gälla samma person, angiven som Patient/id.",
                resource["resourceType"],
            )
        )


def _identifiers(draft: Draft, resource: dict[str, Any], seen: _Seen) -> list[tuple[str, str, str]]:
    if resource["resourceType"] == "Patient":
        return [(system, value, "") for system, value in _keys(resource)]
    if not draft.keyed:
        return []
    return [(system, value, seen.caller.giver or "") for system, value in _keys(resource)]


def _require(seen: _Seen, written: Written) -> None:
    """Old and new content are both decided on: what may not be seen is absent, what may not be written is refused."""
    before = seen.items.get(written.item.reference)
    if before is not None and not seen.situation.read(before).allowed:
        raise NotFound
    for item in filter(None, (before, written.item)):
        if not seen.situation.write(item).allowed:
            raise Forbidden


def _new_person(work: Work, seen: _Seen) -> NewPerson:
    number = work.person
    patients = [draft.resource for draft in seen.drafts if draft.resource["resourceType"] == "Patient"]
    if number is None or not patients:
        raise Unprocessable(UNKNOWN_PERSON)
    return NewPerson(number.birth_date, any(map(protected_identity, patients)), (number.system, number.value))
