"""Puts every request about a person on the audit trail: intent, facts, decision, outcome, always in that order.

The intent is committed before anything is read, the outcome before the first byte is sent. If the person's facts
changed in between, or one of them began or ended by its time, the decision is made again.
docs/decisions/0006-two-phase-audit.md; HSLF-FS 2016:40 4 kap. 9 §; SVOD 4 kap. 4 §
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, NoReturn
from uuid import uuid4

from app.access.caller import WITHOUT_ROLE, Caller, CallerKind, Role
from app.access.classification import ClassDefaults
from app.access.decisions import AccessCheck, Ruling
from app.access.identity import with_identity
from app.access.policy import Policy
from app.access.request_facts import Facts, facts_of_request
from app.disclosure.trail import Trail
from app.errors import Fault, Forbidden, NotFound, SamplanError, Unauthenticated, Unavailable, Unprocessable
from app.fhir.identifiers import PersonalNumber, holds_personal_number, parse_personal
from app.items import Item
from app.logs import request_id
from app.organisations import Organisations
from app.storage.audit_rows import AuditAction, AuditOutcome, AuditRow, Phase, Resolved
from app.storage.record_reading import StoredRecord, has_rows, read_record
from app.storage.row_security import RlsContext

NOBODY: Final = "-"
"""A patient id that no person has, so that an absent person is handled like a hidden one."""

TRIES: Final = 3
"""How often a decision is made before a request gives up because the facts keep changing."""

Clock = Callable[[], datetime]


NO_NUMBER: Final = Fault(
    "security",
    "A personal number is no id: find the person by POST _search first.",
    "Ett personnummer är inget id: sök först personen med POST _search.",
)


NO_NUMBER_IN_TOKEN: Final = Fault(
    "security",
    "The token's ids of client, employee, care giver and unit must not hold a personal number.",
    "Biljettens id för system, medarbetare, vårdgivare och enhet får inte innehålla ett personnummer.",
)

NO_PLANS: Final = Fault(
    "forbidden",
    "Your role is shown nothing of what is planned for a person.",
    "Din roll får inte se något av det som är planerat för en person.",
)


@dataclass(frozen=True, slots=True)
class RecordAccess:
    """The pool of the database, the trail, the policy, the clock, and the organisations that the directory knows.

    `most_items` is the number of items that one giver may store about one person.
    """

    pool: Any
    trail: Trail
    policy: Policy
    clock: Clock
    directory: Organisations = field(default_factory=Organisations)
    most_items: int = 100_000

    def class_defaults(self, caller: Caller) -> ClassDefaults:
        """The classes of a resource that this caller writes: their own giver, unit and category of care."""
        return ClassDefaults(caller.giver, caller.unit, self.directory.category(caller.giver, caller.unit))


class RecordQuestion(NamedTuple):
    """A caller's question: about a person by `patient` or `person`, or for a resource by `type` and `id`.

    Only the items of that type and id, and those that they refer to, are read; with `everything` the whole record is.
    """

    action: AuditAction
    patient: str | None = None
    type: str | None = None
    id: str | None = None
    person: PersonalNumber | None = None
    everything: bool = False


class OpenRecord(NamedTuple):
    """A person's record, or the part that the question needs, as this caller may see it: facts and visible `items`.

    `hidden` is the number of items in it that the caller may not see.
    """

    patient: str
    rls_context: RlsContext
    access_check: AccessCheck
    facts: dict[str, Any]
    items: list[Item]
    hidden: int

    @property
    def person(self) -> PersonalNumber | None:
        """The personal number, by which other systems know the person."""
        return number_of(self.facts)


class Disclosure:
    """A request whose intent is in the trail: opens the person's record, and commits the outcome.

    `outcome` is the row to commit, as far as it is known; `resolved` are the Patient ids of the caller and the person.
    `now` is the time of the decision: that of the request, and of the release if it must be made again.
    """

    def __init__(
        self,
        record_access: RecordAccess,
        caller: Caller,
        question: RecordQuestion,
        resolved: Resolved,
        outcome: AuditRow,
    ) -> None:
        self.record_access = record_access
        self.caller = caller
        self.question = question
        self.resolved = resolved
        self.outcome = outcome
        self.now = outcome.at
        self.concluded = False
        self._tries = 0

    async def open(self) -> OpenRecord:
        """Read the person's record and decide which items the caller sees; open it again if the facts change.

        Raises NotFound if there is no such person, or the caller may not ask about them, Forbidden for a role that is
        shown nothing of anybody, and Unauthenticated if the caller's token has ended meanwhile.
        """
        question, context = self.question, rls_context(self.caller, self.resolved)
        wanted = {} if question.everything else {"type": question.type, "id": question.id}
        record = await read_record(self.record_access.pool, context, **wanted)
        holding = await self._holds_anything(context, record) if self.caller.kind is CallerKind.SYSTEM else None
        facts = self.facts_of(record.facts, holding=holding)
        access_check = AccessCheck(self.record_access.policy, self.caller, facts)
        if not access_check.reads_plans:
            raise Forbidden(NO_PLANS)
        ruling = access_check.ask()
        if record.facts is None or not ruling.allowed:
            rule = "no-person" if record.facts is None else ruling.row
            await self._refuse(AuditOutcome.DENY, rule)
            raise NotFound
        self.outcome = self.outcome._replace(facts_version=record.facts["version"], rule=ruling.row)
        visible = access_check.visible(record.items, record.deleted)
        items = with_identity(visible.items, access_check, record.facts, context.patient)
        return OpenRecord(context.patient, context, access_check, record.facts, items, visible.hidden)

    async def _holds_anything(self, context: RlsContext, record: StoredRecord) -> bool:
        """Whether the system's giver holds anything about the person: row-level security shows it no other rows."""
        if record.items or record.deleted or self.question.everything:
            return bool(record.items or record.deleted)
        return await has_rows(self.record_access.pool, context)

    def facts_of(self, stored: Mapping[str, Any] | None, *, holding: bool | None = None) -> Facts:
        """The facts of this request, from the stored facts of the person, None if there is no such person.

        `holding` tells whether the caller's own giver holds anything about the person, None if that is not known.
        The outcome is committed only while they hold. Raises Unauthenticated if the caller's token has ended.
        """
        facts = facts_of_request(
            self.caller,
            stored,
            caller_patient=self.resolved.caller_patient,
            patient=self.resolved.patient or NOBODY,
            now=self.now,
            holding=holding,
        )
        expires = self.caller.expires
        if expires is not None and expires <= self.now:
            raise Unauthenticated
        self.outcome = self.outcome._replace(holds_until=min(facts.until, expires or facts.until))
        return facts

    def permitted(
        self, shown: Sequence[Item] = (), *, hidden: int = 0, sources: Sequence[Mapping[str, Any]] = ()
    ) -> AuditRow:
        """The outcome of a disclosure: the items with version, class and giver, and the number of hidden items."""
        return self.outcome._replace(
            outcome=AuditOutcome.PERMIT,
            shown=[described(item, item.source) for item in shown],
            hidden=hidden,
            sources=list(sources),
        )

    async def permit(
        self, shown: Sequence[Item] = (), *, hidden: int = 0, sources: Sequence[Mapping[str, Any]] = ()
    ) -> bool:
        """Commit the outcome, before anything is sent; returns False if its decision holds no longer: open it again.

        Raises Unavailable if they keep changing, or the trail cannot be written.
        """
        if await self.conclude(self.permitted(shown, hidden=hidden, sources=sources)):
            return True
        self.require_another_try(Unavailable)
        return False

    def require_another_try(self, error: type[SamplanError]) -> None:
        """Count an outdated decision, and make the next one now; raise `error` at the last of TRIES."""
        self.concluded = False
        self.now = self.record_access.clock()
        self._tries += 1
        if self._tries >= TRIES:
            raise error

    def rest_on(self, ruling: Ruling) -> None:
        """Put the deciding row in the outcome; raise Forbidden unless it allows the request."""
        self.outcome = self.outcome._replace(rule=ruling.row)
        if not ruling.allowed:
            raise Forbidden

    async def refuse(self, error: SamplanError) -> None:
        """Commit this error as the outcome, unless there is an outcome already."""
        if not self.concluded:
            is_denied = isinstance(error, Forbidden | NotFound | Unauthenticated)
            await self._refuse(AuditOutcome.DENY if is_denied else AuditOutcome.ERROR, type(error).__name__)

    async def _refuse(self, outcome: AuditOutcome, rule: str) -> None:
        """Commit a refusal, whatever has happened meanwhile."""
        await self.conclude(self.outcome._replace(outcome=outcome, rule=rule, facts_version=None, holds_until=None))

    async def conclude(self, outcome: AuditRow) -> bool:
        """Commit an outcome; returns False if its decision holds no longer."""
        self.concluded = True
        return await self.record_access.trail.conclude(outcome)


@asynccontextmanager
async def on_record(
    record_access: RecordAccess, caller: Caller, question: RecordQuestion, *, now: datetime
) -> AsyncIterator[Disclosure]:
    """Commit the intent of a request; an error in its block becomes its outcome.

    Raises Unavailable if the trail cannot be written, and Unprocessable if the id of the patient is a personal number,
    which must not be stored. Unavailable gets no outcome: an intent without outcome means that no answer was sent.
    """
    intent = intent_of(caller, question, now=now)
    resolved = await record_access.trail.intend(intent)
    asking = resolved.caller_patient if caller.kind is CallerKind.CITIZEN else caller.id
    outcome = intent._replace(phase=Phase.OUTCOME, caller=asking, patient=resolved.patient)
    disclosure = Disclosure(record_access, caller, question, resolved, outcome)
    try:
        if caller.role is Role.NONE:
            raise Forbidden(WITHOUT_ROLE[caller.lacks or "assignment"])
        yield disclosure
    except Unavailable:
        raise
    except SamplanError as error:
        await disclosure.refuse(error)
        raise


async def refuse(record_access: RecordAccess, caller: Caller, question: RecordQuestion, *, now: datetime) -> NoReturn:
    """Raise Forbidden for a kind of caller that may not ask this, with intent and outcome in the trail."""
    async with on_record(record_access, caller, question, now=now):
        raise Forbidden


def described(item: Item, origin: str) -> list[object]:
    """An item as the trail describes it: reference, version, class, giver, origin or state of a write, label."""
    return [item.reference, item.version, item.information_class, item.giver, origin, item.label]


def number_of(facts: Mapping[str, Any]) -> PersonalNumber | None:
    """The personal number in a person's facts."""
    number = facts.get("personalNumber")
    return parse_personal(number["system"], number["value"]) if number else None


def numbers_of(facts: Mapping[str, Any]) -> set[PersonalNumber]:
    """The personal numbers that lead to a person: the present one, and those that the register has replaced."""
    former = (facts.get("identity") or {}).get("former", ())
    present = number_of(facts)
    return {parse_personal(entry["system"], entry["value"]) for entry in former} | ({present} if present else set())


def rls_context(caller: Caller, resolved: Resolved) -> RlsContext:
    """The context that row-level security needs for this caller and this person."""
    return RlsContext(
        patient=resolved.patient or NOBODY,
        role=caller.role.value,
        giver=caller.giver or "",
        unit=caller.unit or "",
        employee=caller.id if caller.kind is CallerKind.STAFF else "",
        person=resolved.caller_patient or "",
    )


def intent_of(caller: Caller, question: RecordQuestion, *, now: datetime) -> AuditRow:
    """The intent of a question, for the trail.

    Raises Unprocessable if an id in the question is a personal number, Unauthenticated if one of the caller's is.
    """
    if any(map(holds_personal_number, filter(None, (question.patient, question.type, question.id)))):
        raise Unprocessable(NO_NUMBER)
    if any(map(holds_personal_number, filter(None, (caller.id, caller.giver, caller.unit)))):
        raise Unauthenticated(NO_NUMBER_IN_TOKEN)
    return AuditRow(
        request=uuid4(),
        phase=Phase.INTENT,
        at=now,
        caller_kind=caller.kind.value,
        caller=None if caller.kind is CallerKind.CITIZEN else caller.id,
        role=caller.role.value,
        giver=caller.giver,
        unit=caller.unit,
        purpose=caller.purpose.value,
        patient=question.patient,
        action=question.action,
        type=question.type,
        id=question.id,
        trace=request_id.get(),
        person=_pair(question.person),
        citizen=_pair(caller.personal_number),
    )


def _pair(number: PersonalNumber | None) -> tuple[str, str] | None:
    return (number.system, number.value) if number else None
