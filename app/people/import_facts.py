"""Imports the care relations, consents and blocks of one giver, as its record system has them: batch by batch.

A batch is one transaction. Each line is decided by the policy as a change by the giver's own system, on the facts that
it is stored on, and each has intent and outcome in the trail. The same file again changes nothing. A line that is
refused is reported by its number and element, without a value.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from app.access.caller import Caller, CallerKind, Purpose, Role
from app.access.decisions import AccessCheck
from app.access.fact_kinds import FactKind
from app.access.policy import Policy
from app.access.request_facts import facts_of_request
from app.disclosure.on_record import RecordQuestion, intent_of
from app.errors import Fault, NotFound, SamplanError, Unprocessable
from app.organisations import Organisations
from app.people.fact_files import FactLine
from app.people.facts import doubt_of_giver, subject_of
from app.people.new_fact import new_fact
from app.people.which_person import person_of
from app.storage import audit_rows, fact_rows
from app.storage.audit_rows import AuditAction, AuditOutcome, AuditRow, Phase
from app.storage.fact_rows import PersonFact, person_transaction

BATCH: Final = 100
"""Lines of one transaction."""

KINDS: Final = frozenset({FactKind.RELATION, FactKind.CONSENT, FactKind.OUTER_BLOCK, FactKind.INNER_BLOCK})
"""The kinds that a record system has."""

UNKNOWN_KIND: Final = Fault(
    "value",
    f"Send kind as one of {', '.join(sorted(KINDS))}.",
    f"Ange kind som något av {', '.join(sorted(KINDS))}.",
    "kind",
)
NOT_PERMITTED: Final = Fault(
    "forbidden",
    "The giver's system may not register this: another giver's fact, or a consent or block of a child under 13.",
    "Givarens system får inte registrera detta: en annan givares uppgift, eller ett samtycke eller en spärr för ett "
    "barn under 13 år.",
)
UNKNOWN_PERSON: Final = Fault(
    "not-found",
    "The person is not known here; import the person first.",
    "Personen är inte känd här; läs in personen först.",
    "person",
)


@dataclass
class FactReport:
    """The result of an import: the numbers of lines by state, and the refused lines with their faults."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, Fault]] = field(default_factory=list)

    def refuse(self, number: int, error: SamplanError) -> None:
        """Note a line that is not stored."""
        self.refused.extend((number, fault) for fault in error.faults)
        self.counts["refused"] += 1


class FactImport(NamedTuple):
    """What an import is decided by: the database, the policy, the directory, and the system that it is done as."""

    pool: Any
    policy: Policy
    directory: Organisations
    caller: Caller


class NewLine(NamedTuple):
    """A line that was understood: its number, the fact, and the intent."""

    number: int
    fact: PersonFact
    intent: AuditRow


def system_of(giver: str, operator: str) -> Caller:
    """The giver's own system, as which an operator imports."""
    return Caller(
        kind=CallerKind.SYSTEM,
        role=Role.SYSTEM,
        id=f"import {operator}",
        giver=giver,
        purpose=Purpose.INTEGRATION,
        scopes={"*": frozenset("cruds")},
    )


async def import_facts(
    known: FactImport, lines: Iterable[FactLine], *, now: datetime, progress: Callable[[str], object]
) -> FactReport:
    """Register what is new, end what has ended, and report all. Raises Unavailable; earlier batches then stand."""
    report = FactReport()
    remaining = iter(lines)
    while batch := list(islice(remaining, BATCH)):
        wanted = list(_understood(batch, known.caller, now, report))
        resolved = await audit_rows.append(known.pool, [line.intent for line in wanted])
        patients = [(place and place.patient) or "" for place in resolved]
        # The same order for every import prevents deadlocks.
        ordered = sorted(zip(patients, wanted, strict=True), key=lambda pair: (pair[0], pair[1].number))
        async with person_transaction(known.pool, "-") as connection:
            for patient, line in ordered:
                await _store(known, connection, patient, line, report)
        progress(f"{report.counts.total()} lines, {report.counts['refused']} refused")
    report.refused.sort(key=lambda refusal: refusal[0])
    return report


def _understood(batch: Iterable[FactLine], caller: Caller, now: datetime, report: FactReport) -> Iterator[NewLine]:
    for line in batch:
        try:
            if line.error is not None:
                raise line.error
            members = dict(line.members)
            person = person_of(members)
            kind = members.pop("kind", None)
            if kind not in KINDS:
                raise Unprocessable(UNKNOWN_KIND)
            fact = new_fact(FactKind(kind), members, caller, now=now, may_be_over=True)
            question = RecordQuestion(AuditAction.REGISTER, person.patient, person=person.number)
            intent = intent_of(caller, question, now=now)
        except SamplanError as error:
            report.refuse(line.number, error)
        else:
            recorded = fact._replace(recorded_by=f"{caller.kind.value} {caller.id}")
            yield NewLine(line.number, recorded, intent)


async def _store(known: FactImport, connection: Any, patient: str, line: NewLine, report: FactReport) -> None:
    """Store one line; a refusal takes back only what this line has changed, and is in the trail too."""
    outcome = line.intent._replace(phase=Phase.OUTCOME, patient=patient, person=None, outcome=AuditOutcome.PERMIT)
    try:
        async with connection.transaction():
            report.counts[await _decided(known, connection, patient, line.fact, outcome)] += 1
    except SamplanError as error:
        report.refuse(line.number, error)
        refusal = outcome._replace(outcome=AuditOutcome.DENY, rule=type(error).__name__)
        await fact_rows.append_refusal(connection, refusal)


async def _decided(known: FactImport, connection: Any, patient: str, fact: PersonFact, outcome: AuditRow) -> str:
    """Decide on the person's facts as they are, and register; returns the state of the line."""
    stored = await fact_rows.enter_person(connection, patient) if patient else None
    if stored is None:
        raise NotFound(UNKNOWN_PERSON)
    now, caller = outcome.at, known.caller
    facts = facts_of_request(caller, stored, caller_patient=None, patient=patient, now=now)
    ruling = AccessCheck(known.policy, caller, facts).register(subject_of(fact))
    if not ruling.allowed:
        raise Unprocessable(NOT_PERMITTED)
    fault = doubt_of_giver(caller, known.directory, fact)
    if fault is not None and not await fact_rows.knows_giver(connection, patient, fact):
        raise Unprocessable(fault)
    registered = await fact_rows.register_in(
        connection, patient, fact, now=now, outcome=outcome._replace(rule=ruling.row), exact=True
    )
    return "registered" if registered.is_new else "unchanged"
