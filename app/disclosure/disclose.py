"""One disclosure: intent, facts, decision, outcome, always in that order.

The intent is committed before anything is read, the outcome before the first byte leaves. If the person's facts
changed in between, the decision is made again. docs/decisions/0006-two-phase-audit.md; HSLF-FS 2016:40 4 kap. 9 §;
SVOD 4 kap. 4 §
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, NoReturn, TypeVar
from uuid import UUID, uuid4

from app.access.caller import Caller, CallerKind
from app.access.classification import Category, ClassDefaults
from app.access.decisions import AccessCheck
from app.access.policy import Policy
from app.access.request_facts import facts
from app.disclosure.trail import Trail
from app.errors import Fault, Forbidden, NotFound, SamplanError, Unavailable, Unprocessable
from app.fhir.identifiers import PersonalNumber, holds_personal_number, parse_personal
from app.items import Item
from app.storage.audit_rows import Entry, Resolved
from app.storage.record_reading import view
from app.storage.row_security import RlsContext

NOBODY = "-"
"""A patient key that no person has: what is absent takes the same way as what is hidden."""

TRIES = 3

NO_NUMBER = Fault(
    "security",
    "A personal number is no id: find the person by POST _search first.",
    "Ett personnummer är inget id: sök först personen med POST _search.",
)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RecordAccess:
    """What every story works with: the database's pool, the trail, the policy, and who the social care givers are."""

    pool: Any
    trail: Trail
    policy: Policy
    social: frozenset[str] = frozenset()

    def hint(self, caller: Caller) -> ClassDefaults:
        """What is known of a resource from who writes it: it is theirs, and of their kind of care."""
        category = Category.SOCIAL if caller.giver in self.social else Category.HEALTH
        return ClassDefaults(caller.giver, caller.unit, category)


class Question(NamedTuple):
    """What a caller asks for: about a person by `patient` or `person`, or for one resource by `type` and `id`.

    `whole` wants every body of the person's record, not only those of that type and id.
    `action` goes into the trail (`overview`, `read`, `search`, `create`, `update`, `push`, `block`).
    """

    action: str
    patient: str | None = None
    type: str | None = None
    id: str | None = None
    person: PersonalNumber | None = None
    whole: bool = False


class OpenRecord(NamedTuple):
    """A person's record as this caller may see it: facts read, asking allowed, `items` decided one by one."""

    patient: str
    caller: Caller
    access_check: AccessCheck
    raw: dict[str, Any]
    items: list[Item]
    hidden: int
    entry: Entry

    @property
    def person(self) -> PersonalNumber | None:
        """The number that other systems know the person by."""
        return number_of(self.raw)


class Released(NamedTuple, Generic[Answer]):
    """What is about to leave, and what the trail says of it."""

    answer: Answer
    shown: Sequence[Item] = ()
    hidden: int = 0
    sources: Sequence[dict[str, Any]] = ()


Produce = Callable[[OpenRecord], Awaitable[Released[Answer]]]


async def disclose(
    record_access: RecordAccess, caller: Caller, question: Question, produce: Produce[Answer], *, now: datetime
) -> Answer:
    """Answer a question about one person, on the record.

    `produce` makes the answer of what was opened; it runs again if the facts moved. Raises NotFound where the caller
    may not ask or there is nobody to ask about, and Unavailable where the trail cannot be written.
    """
    request = uuid4()
    resolved = await record_access.trail.intend(entry(caller, question, request, None, now))
    for _ in range(TRIES):
        opened = await _open(record_access, caller, question, resolved, entry(caller, question, request, resolved, now))
        try:
            released = await produce(opened)
        except SamplanError as error:
            await record_access.trail.conclude(refusal(opened.entry, error))
            raise
        if await record_access.trail.conclude(permit(opened, released)):
            return released.answer
    raise Unavailable


async def _open(
    record_access: RecordAccess, caller: Caller, question: Question, resolved: Resolved, outcome: Entry
) -> OpenRecord:
    patient = resolved.patient or NOBODY
    seen = await view(record_access.pool, rls_context(caller, resolved), **_wanted(question))
    known = facts(caller, seen.facts, caller_patient=resolved.caller_patient, patient=patient, now=outcome.at)
    access_check = AccessCheck(record_access.policy, caller, known)
    ruling = access_check.ask()
    if seen.facts is None or not ruling.allowed:
        await record_access.trail.conclude(
            outcome._replace(outcome="deny", rule=ruling.row if seen.facts else "no-person")
        )
        raise NotFound
    visible = access_check.visible(seen.items, seen.gone)
    return OpenRecord(
        patient, caller, access_check, seen.facts, visible.items, visible.hidden,
        outcome._replace(facts_version=seen.facts["version"], rule=ruling.row),
    )  # fmt: skip


def _wanted(question: Question) -> dict[str, str | None]:
    return {} if question.whole else {"type": question.type, "id": question.id}


async def open_record(record_access: RecordAccess, caller: Caller, question: Question, *, now: datetime) -> OpenRecord:
    """Intent, facts and the right to ask, for a story that concludes in a transaction of its own."""
    request = uuid4()
    resolved = await record_access.trail.intend(entry(caller, question, request, None, now))
    return await _open(record_access, caller, question, resolved, entry(caller, question, request, resolved, now))


async def refuse(record_access: RecordAccess, caller: Caller, question: Question, *, now: datetime) -> NoReturn:
    """Refuse a caller whose kind alone rules the question out: on the record, and before anything is looked at."""
    request = uuid4()
    resolved = await record_access.trail.intend(entry(caller, question, request, None, now))
    await record_access.trail.conclude(refusal(entry(caller, question, request, resolved, now), Forbidden()))
    raise Forbidden


def number_of(raw: Mapping[str, Any]) -> PersonalNumber | None:
    """The personal number in a person's facts."""
    known = raw.get("personalNumber")
    return parse_personal(known["system"], known["value"]) if known else None


def rls_context(caller: Caller, resolved: Resolved) -> RlsContext:
    """Whom row-level security is told of."""
    return RlsContext(
        resolved.patient or NOBODY,
        caller.role.value,
        caller.giver or "",
        caller.unit or "",
        resolved.caller_patient or "",
        caller.id if caller.kind is CallerKind.STAFF else "",
    )


def refusal(entry: Entry, error: SamplanError) -> Entry:
    """The outcome of a refusal or of a fault of the request."""
    outcome = "deny" if isinstance(error, Forbidden | NotFound) else "error"
    return entry._replace(outcome=outcome, rule=type(error).__name__, facts_version=None)


def permit(opened: OpenRecord, released: Released[Any]) -> Entry:
    """The outcome of a disclosure: each item with version, class and giver, and how many were held back."""
    return opened.entry._replace(
        outcome="permit",
        shown=[[item.reference, item.version, item.kind, item.giver, item.source] for item in released.shown],
        hidden=released.hidden,
        sources=list(released.sources),
    )


def entry(caller: Caller, question: Question, request: UUID, resolved: Resolved | None, now: datetime) -> Entry:
    """The row of an intent (nobody resolved yet) or the beginning of its outcome; a number is only resolved.

    Raises Unprocessable where the id of the patient is a personal number: it would be kept.
    """
    if holds_personal_number(question.patient or ""):
        raise Unprocessable(NO_NUMBER)
    citizen = caller.kind is CallerKind.CITIZEN
    known = resolved or Resolved(question.patient, None)
    return Entry(
        request=request,
        phase="outcome" if resolved else "intent",
        at=now,
        caller_kind=caller.kind.value,
        caller=known.caller_patient if citizen else caller.id,
        role=caller.role.value,
        giver=caller.giver,
        unit=caller.unit,
        purpose=caller.purpose.value,
        patient=known.patient,
        action=question.action,
        type=question.type,
        id=question.id,
        person=_pair(question.person),
        citizen=_pair(caller.personal_number),
    )


def _pair(number: PersonalNumber | None) -> tuple[str, str] | None:
    return (number.system, number.value) if number else None
