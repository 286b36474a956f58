"""The log of who has had access to a person's information, for the person and a guardian (loggutdrag).

It tells which unit, when and why, so that the person can judge whether it was right: PDL 5 kap. 5 §, 8 kap. 5 §; SVOD
4 kap. 2 and 5 §§. Which employee it was the giver tells who is asked (`samplan audit extract`).
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from app.access.caller import Caller, CallerKind
from app.access.facts import FACTS_REGISTERED, INFORMATION_CLASSES, PURPOSES, ROLES
from app.access.labels import Label
from app.disclosure.on_record import RecordAccess, RecordQuestion, on_record
from app.disclosure.operator_rows import OPERATOR
from app.fhir.identifiers import PersonalNumber
from app.organisations import Organisations
from app.storage import audit_rows
from app.storage.audit_rows import AuditAction, AuditRow, EventPlace

DONE: Final[Mapping[str, str]] = {
    "overview": "läste översikten",
    "read": "läste en uppgift",
    "search": "sökte bland uppgifterna",
    "history": "läste äldre versioner",
    "create": "skrev en uppgift",
    "update": "ändrade en uppgift",
    "push": "lämnade uppgifter",
    "log": "läste loggen",
    "block": "satte en spärr",
    "unblock": "hävde en spärr",
    "emergency": "öppnade andras uppgifter i en nödöppning",
    "register": "registrerade ett samtycke, en relation, en spärr eller liknande",
    "end": "avslutade ett samtycke, en relation, en spärr eller liknande",
    "list": "läste vilka samtycken, relationer och spärrar som finns",
    "existence": "frågade om det finns uppgifter hos andra",
}
"""What each action did, in Swedish."""

LABEL: Final = 5
WITHHELD: Final = frozenset({Label.NOT_FOR_PATIENT, Label.UNKNOWN})
"""The labels of items that the person may not know of."""

CLASS: Final = 2
"""The place of the information class in the description of an item shown."""


class AccessLogQuestion(NamedTuple):
    """Whose log: by Patient id or personal number; at most `limit` entries, from `before` on."""

    patient: str | None = None
    person: PersonalNumber | None = None
    limit: int = 50
    before: EventPlace | None = None


class AccessLogPage(NamedTuple):
    """A page of a person's log, newest first; `reader` is the Patient id of the citizen who reads it."""

    patient: str
    reader: str | None
    events: list[AuditRow]


async def read_access_log(
    record_access: RecordAccess, caller: Caller, question: AccessLogQuestion, *, now: datetime
) -> AccessLogPage:
    """A page of the log of one person, which is itself recorded.

    Raises NotFound if there is no such person or the caller may not ask about them, Forbidden if the role may not read
    a person's log.
    """
    asked = RecordQuestion(AuditAction.LOG, question.patient, type="AuditEvent", person=question.person)
    async with on_record(record_access, caller, asked, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            disclosure.rest_on(record.access_check.log())
            events = await audit_rows.list_accesses(
                record_access.pool, record.patient, ends=now, before=question.before, count=question.limit
            )
            if await disclosure.permit():
                return AccessLogPage(record.patient, disclosure.resolved.caller_patient, events)


def who_in_swedish(event: AuditRow, reader: str | None, organisations: Organisations) -> str:
    """Who had access: a role at a unit and a giver, a system of a giver, or a citizen; never an employee's identity."""
    if event.caller_kind == OPERATOR:
        return f"Informationsägaren hos {(organisations.names(event.giver) or {}).get('sv') or event.giver}"
    if event.caller_kind == CallerKind.CITIZEN:
        if event.caller is not None and event.caller == reader:
            return "Du"
        return "Personen själv" if event.caller == event.patient else "En vårdnadshavare"
    places = [(organisations.names(hsa_id) or {}).get("sv") or hsa_id for hsa_id in (event.unit, event.giver) if hsa_id]
    role = "ett system" if event.caller_kind == CallerKind.SYSTEM else ROLES.get(event.role or "") or "en medarbetare"
    return f"{role[:1].upper()}{role[1:]} vid {', '.join(dict.fromkeys(places))}"


def what_in_swedish(event: AuditRow) -> str:
    """What was done, and how many items of each kind it was about."""
    done = DONE.get(event.action, "tog del av uppgifter")
    counts = Counter(
        INFORMATION_CLASSES.get(item[CLASS]) or FACTS_REGISTERED.get(item[CLASS]) or "annat"
        for item in event.shown
        if WITHHELD.isdisjoint(item[LABEL:])
    )
    listed = ", ".join(f"{word} ({count})" for word, count in sorted(counts.items()))
    return f"{done}: {listed}" if listed else done


def why_in_swedish(event: AuditRow) -> str:
    """The purpose (ändamål) of the assignment, or of a person's own access."""
    return PURPOSES.get(event.purpose or "") or "okänt ändamål"
