"""Registers, ends and lists the facts about a person, each decided by the policy and on record.

A block holds at once, and a withdrawn consent at the next byte: every answer is committed only while the facts that it
was decided on still hold. docs/facts.md; SVOD 2 kap. 2-4 §§ and 3 kap., PDL 4 kap. 4 and 5 §§
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from app.access.caller import Caller, CallerKind
from app.access.decisions import AccessCheck
from app.access.fact_kinds import FACT_KINDS, FactKind, FactSubject
from app.access.facts import Action
from app.access.request_facts import Facts
from app.disclosure.on_record import Disclosure, RecordAccess, RecordQuestion, on_record, refuse, rls_context
from app.errors import Conflict, Fault, Forbidden, NotFound, Unavailable, Unprocessable
from app.fhir.times import STOCKHOLM
from app.organisations import Organisations
from app.people.new_fact import REASONS
from app.people.which_person import WhichPerson
from app.storage import fact_rows
from app.storage.audit_rows import AuditAction
from app.storage.fact_rows import PersonFact, Registered, person_transaction
from app.storage.record_reading import read_facts
from app.storage.record_writing import FactsMoved

BLOCKS: Final = frozenset({FactKind.OUTER_BLOCK, FactKind.INNER_BLOCK})
LIFTINGS: Final = {FactKind.OUTER_BLOCK: FactKind.OUTER_LIFTING, FactKind.INNER_BLOCK: FactKind.INNER_LIFTING}
"""The kind of a lifting by the kind of its block."""

REGISTERING: Final = {
    FactKind.OUTER_BLOCK: AuditAction.BLOCK, FactKind.INNER_BLOCK: AuditAction.BLOCK,
    FactKind.EMERGENCY: AuditAction.EMERGENCY,
}  # fmt: skip
"""What the trail calls the registering of a kind, if not `register`."""

UNKNOWN_GIVER: Final = Fault(
    "value",
    "This giver is not known here; send the HSA-id of one in the directory, or that has information about the person.",
    "Givaren är inte känd här; ange HSA-id för en i katalogen, eller som har uppgifter om personen.",
    "giver",
)
UNKNOWN_UNIT: Final = Fault(
    "value",
    "This unit is not known here as one of the giver's; send the HSA-id of a unit of the giver.",
    "Enheten är inte känd här som en av givarens; ange HSA-id för en enhet hos givaren.",
    "unit",
)
UNKNOWN_BLOCK: Final = Fault(
    "value",
    "Name the id of a block that is in force, of the own giver if staff lift it.",
    "Ange id för en spärr som gäller, hos den egna givaren om personal häver den.",
    "block",
)
WHY_INNER: Final = Fault(
    "required",
    "Say why the blocks are needed: reason=consent or reason=emergency.",
    "Ange varför spärrarna behövs: reason=consent eller reason=emergency.",
    "reason",
)


class FactChange(NamedTuple):
    """The person whose facts are changed or listed, and the decisions about it."""

    patient: str
    facts: Facts
    check: AccessCheck


class Registration(NamedTuple):
    """A registered fact; an emergency opening also says of each other giver whether it `shares` or has `blocked`."""

    registered: Registered
    givers: Mapping[str, str]


def subject_of(fact: PersonFact) -> FactSubject:
    """What a decision about this fact looks at."""
    return FactSubject(FactKind(fact.kind), fact.giver, fact.unit, fact.employee)


async def register_fact(
    record_access: RecordAccess,
    caller: Caller,
    person: WhichPerson,
    fact: PersonFact,
    *,
    givers: Collection[str],
    now: datetime,
) -> Registration:
    """Register a fact about a person, or return the same one that is in force.

    An emergency opening also tells who shares information, and who has blocked it (SVOD 3 kap. 5 and 6 §§).
    `givers` are known without a look at the person. Raises NotFound if the caller may neither register this nor ask
    about the person, Forbidden if the caller may ask only, and Unprocessable if the giver or the block is not known.
    """
    kind = FactKind(fact.kind)
    action = REGISTERING.get(kind, AuditAction.REGISTER)
    async with on_record(
        record_access, caller, RecordQuestion(action, person.patient, person=person.number), now=now
    ) as disclosure:
        require_role(record_access, caller, Action.REGISTER, LIFTINGS.values() if fact.target else {kind}, now=now)
        fact = fact._replace(recorded_by=_changer(disclosure))
        while True:
            change = await decide_on(disclosure)
            wanted = await _of_block(disclosure, change, fact) if fact.target else fact
            ruling = change.check.register(subject_of(wanted))
            if not ruling.allowed:
                raise Forbidden if change.check.ask().allowed else NotFound
            await _require_known_giver(disclosure, change.patient, wanted, givers)
            givers_told = await _givers_told(disclosure, change) if kind is FactKind.EMERGENCY else {}
            others = [{"name": giver, "state": state} for giver, state in givers_told.items()]
            outcome = disclosure.permitted(sources=others)._replace(rule=ruling.row)
            try:
                registered = await fact_rows.register(
                    record_access.pool, change.patient, wanted, now=disclosure.now, outcome=outcome
                )
            except FactsMoved:
                disclosure.require_another_try(Conflict)
            else:
                return Registration(registered, givers_told)


async def end_fact(
    record_access: RecordAccess, caller: Caller, kinds: Collection[FactKind], id: str, *, now: datetime
) -> None:
    """End a fact: lift a block, withdraw a consent, end a relation or an emergency opening.

    Raises NotFound if there is no such fact, or the caller may not end it.
    """
    action = AuditAction.UNBLOCK if BLOCKS.issuperset(kinds) else AuditAction.END
    async with on_record(record_access, caller, RecordQuestion(action, type="Fact", id=id), now=now) as disclosure:
        require_role(record_access, caller, Action.END, kinds, now=now)
        while True:
            change = await decide_on(disclosure)
            fact = await fact_rows.find_fact(record_access.pool, change.patient, id)
            if fact is None or fact.kind not in kinds:
                raise NotFound
            ruling = change.check.end(subject_of(fact))
            if not ruling.allowed:
                raise NotFound
            outcome = disclosure.permitted()._replace(rule=ruling.row)
            try:
                if not await fact_rows.end(
                    record_access.pool,
                    change.patient,
                    fact,
                    at=disclosure.now,
                    by=_changer(disclosure),
                    outcome=outcome,
                ):
                    raise NotFound
            except FactsMoved:
                disclosure.require_another_try(Conflict)
            else:
                return


async def list_facts(
    record_access: RecordAccess,
    caller: Caller,
    person: WhichPerson,
    kinds: Collection[FactKind],
    *,
    reason: str | None = None,
    now: datetime,
) -> list[PersonFact]:
    """The facts of these kinds that the caller may see, those in force first.

    Staff say with `reason` why they need to know of blocks (PDL 4 kap. 5 §). Raises NotFound if the caller may not ask
    about the person, Forbidden if the role lists no such facts.
    """
    async with on_record(
        record_access, caller, RecordQuestion(AuditAction.LIST, person.patient, person=person.number), now=now
    ) as disclosure:
        require_role(record_access, caller, Action.LIST, kinds, now=now)
        if caller.kind is CallerKind.STAFF and BLOCKS.intersection(kinds) and reason not in REASONS:
            raise Unprocessable(WHY_INNER)
        while True:
            change = await decide_on(disclosure)
            if not change.check.ask().allowed:
                raise NotFound
            listed = await fact_rows.list_facts(record_access.pool, change.patient, sorted(kinds), now=disclosure.now)
            shown = [fact for fact in listed if change.check.list_fact(subject_of(fact)).allowed]
            outcome = disclosure.permitted()._replace(
                rule=_rule(change.check, shown),
                shown=[[f"Fact/{fact.id}", None, fact.kind, fact.giver, None] for fact in shown],
                changed=[{"reason": reason}] if reason else (),
            )
            if await disclosure.conclude(outcome):
                return shown
            disclosure.require_another_try(Unavailable)


def _rule(check: AccessCheck, shown: Collection[PersonFact]) -> str:
    rows = {check.list_fact(subject_of(fact)).row for fact in shown}
    return " ".join(sorted(rows)) or check.ask().row


async def require_right_to_register(
    record_access: RecordAccess, caller: Caller, kinds: Collection[FactKind], *, now: datetime
) -> None:
    """Refuse a role that registers none of these kinds before its body is read; the refusal is on record."""
    try:
        require_role(record_access, caller, Action.REGISTER, kinds, now=now)
    except Forbidden:
        await refuse(record_access, caller, RecordQuestion(AuditAction.REGISTER), now=now)


LETTERS: Final = {Action.REGISTER: "c", Action.END: "ud", Action.LIST: "rs"}
"""The letters of a SMART scope, one of which an action needs."""


def require_role(
    record_access: RecordAccess, caller: Caller, action: Action, kinds: Collection[FactKind], *, now: datetime
) -> None:
    """Raise Forbidden if no row lets this role do so, or the token's scopes do not reach; anybody can know both."""
    table = record_access.policy.on(now.astimezone(STOCKHOLM).date())
    scopes = {FACT_KINDS[kind].scope for kind in kinds}
    is_in_scope = all(any(caller.may(scope, letter) for letter in LETTERS[action]) for scope in scopes)
    if not is_in_scope or not any(table.names(action, caller.role, kind) for kind in kinds):
        raise Forbidden


async def decide_on(disclosure: Disclosure) -> FactChange:
    """Read the person's facts; NotFound if there is no such person."""
    record_access = disclosure.record_access
    context = rls_context(disclosure.caller, disclosure.resolved)
    stored = await read_facts(record_access.pool, context)
    if stored is None:
        raise NotFound
    known = disclosure.facts_of(stored)
    disclosure.outcome = disclosure.outcome._replace(facts_version=stored["version"])
    return FactChange(context.patient, known, AccessCheck(record_access.policy, disclosure.caller, known))


def _changer(disclosure: Disclosure) -> str:
    """Who changes a fact: the kind of caller, and the Patient id, HSA-id or client id."""
    caller = disclosure.caller
    return f"{caller.kind.value} {caller.id or disclosure.resolved.caller_patient or ''}".strip()


async def _givers_told(disclosure: Disclosure, change: FactChange) -> dict[str, str]:
    """The other givers with information about the person, or with a block of it."""
    blocked = blocked_givers(change.facts)
    holders = await fact_rows.givers_with_information(disclosure.record_access.pool, change.patient)
    others = sorted((holders | blocked) - {str(disclosure.caller.giver)})
    return {giver: "blocked" if giver in blocked else "shares" for giver in others}


def blocked_givers(known: Facts) -> frozenset[str]:
    """The givers of which something is blocked for the caller by an outer block."""
    return known.blocks.outer | {block.giver for block in known.blocks.limited if not block.is_inner}


async def _of_block(disclosure: Disclosure, change: FactChange, fact: PersonFact) -> PersonFact:
    """The lifting with the kind that its block has; Unprocessable unless the block is in force."""
    block = await fact_rows.find_fact(disclosure.record_access.pool, change.patient, fact.target or "")
    is_in_force = block is not None and (block.ends is None or block.ends > disclosure.now)
    if block is None or not is_in_force or block.kind not in BLOCKS:
        return _refuse_block(change)
    if block.kind == FactKind.INNER_BLOCK and block.giver != fact.giver:
        return _refuse_block(change)
    return fact._replace(kind=LIFTINGS[FactKind(block.kind)])


def _refuse_block(change: FactChange) -> PersonFact:
    """Tell of the block only to those who may ask about the person."""
    if change.check.ask().allowed:
        raise Unprocessable(UNKNOWN_BLOCK)
    raise NotFound


async def _require_known_giver(disclosure: Disclosure, patient: str, fact: PersonFact, givers: Collection[str]) -> None:
    fault = doubt_of_giver(disclosure.caller, disclosure.record_access.directory, fact, givers)
    if fault is None:
        return
    async with person_transaction(disclosure.record_access.pool, patient) as connection:
        if not await fact_rows.knows_giver(connection, patient, fact):
            raise Unprocessable(fault)


def doubt_of_giver(
    caller: Caller, directory: Organisations, fact: PersonFact, givers: Collection[str] = ()
) -> Fault | None:
    """The fault of a giver or unit that only the person's own information could make known; None if there is no doubt.

    The caller's own giver and unit are vouched for by the token. Raises Unprocessable for a unit of another giver.
    """
    if fact.giver is None:
        return None
    giver_of_unit = directory.giver_of(fact.unit)
    if fact.unit is not None and giver_of_unit not in {None, fact.giver}:
        raise Unprocessable(UNKNOWN_UNIT)
    if not (fact.giver == caller.giver or fact.giver in givers or directory.knows(fact.giver)):
        return UNKNOWN_GIVER
    is_own_unit = (fact.giver, fact.unit) == (caller.giver, caller.unit)
    return None if fact.unit is None or giver_of_unit is not None or is_own_unit else UNKNOWN_UNIT
