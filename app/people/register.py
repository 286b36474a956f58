"""Registers people as the population register knows them: one by one, or many from an export, each change on record.

Only a caller whom the policy lets register people may do so. docs/people.md
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.access.caller import Caller, CallerKind, Purpose, Role
from app.access.classification import InformationClass
from app.access.decisions import AccessCheck, Ruling
from app.access.request_facts import POPULATION_REGISTER, facts_of_request
from app.disclosure.on_record import TRIES, Disclosure, RecordAccess, RecordQuestion, intent_of, on_record, refuse
from app.errors import Conflict, Fault, Forbidden, SamplanError, Unavailable, Unprocessable
from app.fhir.identifiers import PersonalNumber
from app.fhir.ids import new_id
from app.people.decide import Decision, People, RecordState, decide, guardian_changes, pair
from app.people.record import RegisterRecord
from app.storage import person_facts
from app.storage.audit_rows import AuditAction, AuditOutcome, AuditRow, Phase
from app.storage.people import PersonChange, read_people, store_people
from app.storage.record_writing import Moved

Trail = Callable[[Decision], Sequence[AuditRow]]
"""The rows of the trail for what a record changes."""


class Outcome(NamedTuple):
    """What became of one record: its state, the person's Patient id, and the faults if it was refused."""

    state: RecordState
    patient: str = ""
    faults: tuple[Fault, ...] = ()


def operator(name: str, giver: str | None = None) -> Caller:
    """The operator at the command line, as a caller who may say who people are; `name` is shown in the trail.

    `giver` is the HSA-id of the organisation that the operator acts for.
    """
    return Caller(
        kind=CallerKind.SYSTEM,
        role=Role.SYSTEM,
        id=f"operator:{name}",
        giver=giver,
        purpose=Purpose.INTEGRATION,
        scopes={"Patient": frozenset("cu")},
        properties=frozenset({POPULATION_REGISTER}),
    )


async def may_register(record_access: RecordAccess, caller: Caller, *, now: datetime) -> None:
    """Raise Forbidden, on record, if the caller may not register people: before a body is read."""
    facts = facts_of_request(caller, None, caller_patient=None, patient="", now=now)
    if not AccessCheck(record_access.policy, caller, facts).identify().allowed:
        await refuse(record_access, caller, RecordQuestion(AuditAction.IDENTIFY), now=now)


async def register_person(
    record_access: RecordAccess, caller: Caller, record: RegisterRecord, *, now: datetime
) -> Outcome:
    """Store what the register says of one person.

    Raises Forbidden if the caller may not register people, Unprocessable if the record cannot be united with what is
    stored, and Conflict if others keep changing the same person.
    """
    question = RecordQuestion(AuditAction.IDENTIFY, type="Patient", person=record.number)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        ruling = _require_allowed(disclosure)

        def trail(decision: Decision) -> Sequence[AuditRow]:
            return [_outcome(disclosure.outcome, ruling, decision)]

        (outcome,) = await _register(record_access.pool, [record], trail, now)
        if outcome.faults:
            raise Unprocessable(*outcome.faults)
        if outcome.state not in STORED:
            unchanged = Decision(outcome.state, outcome.patient)
            await disclosure.conclude(_outcome(disclosure.outcome, ruling, unchanged))
        disclosure.concluded = True
        return outcome


async def open_import(record_access: RecordAccess, caller: Caller, *, now: datetime) -> Ruling:
    """Put the import of an export on record before anything is read; Forbidden if the caller may not import."""
    async with on_record(record_access, caller, RecordQuestion(AuditAction.IDENTIFY), now=now) as disclosure:
        ruling = _require_allowed(disclosure)
        if not await disclosure.conclude(disclosure.permitted()._replace(rule=ruling.row)):
            raise Unavailable
        return ruling


async def import_batch(
    record_access: RecordAccess, caller: Caller, ruling: Ruling, records: Sequence[RegisterRecord], *, now: datetime
) -> list[Outcome]:
    """Store a batch of an import that `open_import` allowed, all in one transaction; one outcome for each, in order.

    No two records of a batch may have a number in common. Raises Conflict if others keep changing the same people.
    """

    def trail(decision: Decision) -> Sequence[AuditRow]:
        question = RecordQuestion(AuditAction.IDENTIFY, decision.patient, "Patient", decision.patient)
        intent = intent_of(caller, question, now=now)
        return [intent, _outcome(intent._replace(phase=Phase.OUTCOME), ruling, decision)]

    return await _register(record_access.pool, records, trail, now)


STORED: Final = frozenset({RecordState.NEW, RecordState.CHANGED})
"""The states of a record that changes something."""


def _require_allowed(disclosure: Disclosure) -> Ruling:
    """The ruling that lets the caller register people; raises Forbidden without one, or without the scope."""
    caller = disclosure.caller
    access_check = AccessCheck(disclosure.record_access.policy, caller, disclosure.facts_of(None))
    ruling = access_check.identify()
    disclosure.rest_on(ruling)
    if not (caller.may("Patient", "c") and caller.may("Patient", "u")):
        raise Forbidden
    return ruling


def _outcome(row: AuditRow, ruling: Ruling, decision: Decision) -> AuditRow:
    fact = {"kind": InformationClass.IDENTITY, "giver": row.giver}
    return row._replace(
        outcome=AuditOutcome.PERMIT,
        rule=ruling.row,
        patient=decision.patient,
        changed=[{"after": fact, "changed": " ".join(decision.changed)}] if decision.state in STORED else [],
        facts_version=None,
        holds_until=None,
    )


async def _register(pool: Any, records: Sequence[RegisterRecord], trail: Trail, now: datetime) -> list[Outcome]:
    for _ in range(TRIES):
        people = await read_people(pool, _numbers(records))
        decisions = [_decided(record, people) for record in records]
        changes = _with_trail(decisions, trail)
        changes += _unknown_guardians(records, decisions, people, changes)
        try:
            if changes:
                await store_people(pool, changes)
        except Moved:
            continue
        await _store_guardians(pool, records, decisions, now)
        return [
            Outcome(RecordState.REFUSED, faults=decision.faults)
            if isinstance(decision, SamplanError)
            else Outcome(decision.state, decision.patient)
            for decision in decisions
        ]
    raise Conflict


def _numbers(records: Sequence[RegisterRecord]) -> list[tuple[str, str]]:
    return [pair(number) for record in records for number in (*record.numbers, *(record.guardians or ()))]


def _decided(record: RegisterRecord, people: People) -> Decision | SamplanError:
    try:
        return decide(record, people, new_id)
    except SamplanError as fault:
        return fault


def _with_trail(decisions: Sequence[Decision | SamplanError], trail: Trail) -> list[PersonChange]:
    changes: list[PersonChange] = []
    for decision in decisions:
        if isinstance(decision, Decision) and decision.changes:
            first, *others = decision.changes
            changes += [first._replace(trail=trail(decision)), *others]
    return changes


def _unknown_guardians(
    records: Sequence[RegisterRecord],
    decisions: Sequence[Decision | SamplanError],
    people: People,
    changes: Sequence[PersonChange],
) -> list[PersonChange]:
    """People who are known by their number alone, until the register's own record of them comes."""
    known = {*people, *(number for change in changes for number in change.numbers)}
    unknown: dict[tuple[str, str], PersonalNumber] = {
        pair(number): number
        for record, decision in zip(records, decisions, strict=True)
        if isinstance(decision, Decision) and decision.state is not RecordState.OLDER
        for number in record.guardians or ()
        if pair(number) not in known
    }
    return [PersonChange(new_id(), number.birth_date, None, key, {}, None, (key,)) for key, number in unknown.items()]


async def _store_guardians(
    pool: Any, records: Sequence[RegisterRecord], decisions: Sequence[Decision | SamplanError], now: datetime
) -> None:
    """Begin and end guardianships as the records say; a record that does not say leaves them as they are."""
    changed = [
        (record, decision)
        for record, decision in zip(records, decisions, strict=True)
        if record.guardians is not None and isinstance(decision, Decision) and decision.state is not RecordState.OLDER
    ]
    if not changed:
        return
    people = await read_people(pool, _numbers([record for record, _ in changed]))
    for record, decision in changed:
        facts = people[pair(record.number)].facts
        add, end = guardian_changes(record.guardians or (), facts, people)
        for guardian in add:
            representative = person_facts.Representative(guardian, starts=record.registered)
            await person_facts.add_representative(pool, decision.patient, representative)
        for fact in end:
            await person_facts.end_representative(pool, decision.patient, fact, at=now)
