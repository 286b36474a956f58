"""Decides what a register's record changes: a new person, changed facts, two numbers of one person, or nothing (pure).

A number that has changed is a link with a reason, never a guess: two people of whom anything is known are not united
here, and neither are two whom the register describes as different
(docs/decisions/0019-a-merge-is-a-link-with-a-reason.md).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from app.errors import Fault, Unprocessable
from app.fhir.identifiers import PersonalNumber
from app.people.record import RegisterRecord
from app.storage.people import KnownPerson, Number, PersonChange


class RecordState(StrEnum):
    """What became of a record: a new person, changed facts, known already, older than what is known, or refused."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OLDER = "older"
    REFUSED = "refused"


class Decision(NamedTuple):
    """The state of a record, the person's Patient id, the names of the facts that change, and what to store."""

    state: RecordState
    patient: str
    changed: tuple[str, ...] = ()
    changes: tuple[PersonChange, ...] = ()


TWO_PEOPLE: Final = Fault(
    "business-rule",
    "The numbers lead to two people of whom something is stored; unite them by hand.",
    "Numren leder till två personer som det finns uppgifter om; slå ihop dem för hand.",
    "former",
)
NOT_ALIKE: Final = Fault(
    "business-rule",
    "The other number is that of a person with another name and another day of birth; settle it by hand.",
    "Det andra numret tillhör en person med annat namn och annan födelsedag; utred för hand.",
    "former",
)
SAME_TIME: Final = Fault(
    "conflict",
    "Another record of the same time says something else; send a newer one.",
    "En annan uppgift från samma tid säger något annat; skicka en nyare.",
    "registered",
)

People = Mapping[Number, KnownPerson]
"""The stored people by number."""


def pair(number: PersonalNumber) -> Number:
    """A number as it is stored."""
    return number.system, number.value


def decide(record: RegisterRecord, people: People, new_id: Callable[[], str]) -> Decision:
    """What to store for a record, given the people that its numbers lead to; raises Unprocessable.

    `new_id` makes the id of a person who is not known yet.
    """
    known = {person.patient: person for number in record.numbers if (person := people.get(pair(number)))}
    person = _survivor(record, known, people)
    if person is None:
        change = _change(record, new_id(), {}, record.numbers)
        return Decision(RecordState.NEW, change.patient, tuple(_facts(change)), (change,))
    others = [other for other in known.values() if other.patient != person.patient]
    numbers = {pair(number) for number in record.numbers}
    linked = bool(others) or any(people.get(number) is None for number in numbers)
    before = _instant(person.facts.get("registered"))
    if record.successor is not None:
        return _linked(record, person, others) if linked else Decision(RecordState.UNCHANGED, person.patient)
    if before is not None and before > record.registered:
        return Decision(RecordState.OLDER, person.patient)
    change = _change(record, person.patient, person.facts, record.numbers)
    changed = _changed(change, person.facts)
    if before == record.registered and changed:
        raise Unprocessable(SAME_TIME)
    if not changed and not linked and before is not None:
        return Decision(RecordState.UNCHANGED, person.patient)
    moved, emptied = _moved(change.patient, others)
    change = change._replace(numbers=(*change.numbers, *moved), moved=moved)
    return Decision(RecordState.CHANGED, person.patient, (*changed, *(["number-change"] * linked)), (change, *emptied))


def guardian_changes(
    guardians: Iterable[PersonalNumber], facts: Mapping[str, Any], people: People
) -> tuple[list[str], list[str]]:
    """The Patient ids of guardians to add, and the ids of the facts about guardians to end."""
    wanted = {people[pair(number)].patient for number in guardians}
    current = {entry["person"]: entry["id"] for entry in facts.get("representatives", ()) if entry["ends"] is None}
    return sorted(wanted - current.keys()), [id_ for person, id_ in current.items() if person not in wanted]


def _survivor(record: RegisterRecord, known: Mapping[str, KnownPerson], people: People) -> KnownPerson | None:
    """The person that the record is about; Unprocessable if its numbers lead to two who cannot be united."""
    with_data = [person for person in known.values() if person.has_data]
    if len(with_data) > 1:
        raise Unprocessable(TWO_PEOPLE)
    if record.successor is None and not all(_is_alike(record, person.facts) for person in known.values()):
        present = people.get(pair(record.number))
        if len(known) > 1 or present is None:
            raise Unprocessable(NOT_ALIKE)
    if len(known) > 1 and record.successor is not None and not _are_alike(known.values()):
        raise Unprocessable(NOT_ALIKE)
    return next(iter(with_data), None) or people.get(pair(record.numbers[0])) or next(iter(known.values()), None)


def _is_alike(record: RegisterRecord, facts: Mapping[str, Any]) -> bool:
    """Whether a record can be about a person: the day of birth or the name is the same, or the register knows none."""
    identity = facts.get("identity")
    if not identity:
        return True
    name = (record.name.given, record.name.family)
    born = record.born.isoformat() if record.born else None
    return born == facts.get("birthDate") or name == (identity.get("given"), identity.get("family"))


def _are_alike(people: Iterable[KnownPerson]) -> bool:
    described = [person.facts for person in people if person.facts.get("identity")]
    names = {(facts["identity"].get("given"), facts["identity"].get("family")) for facts in described}
    return len(names) <= 1 or len({facts.get("birthDate") for facts in described}) <= 1


def _linked(record: RegisterRecord, person: KnownPerson, others: list[KnownPerson]) -> Decision:
    """The change that lets both numbers of a replaced one lead to the person, whose facts stay as they are."""
    facts = person.facts
    moved, emptied = _moved(person.patient, others)
    document = dict(facts.get("identity") or {})
    former = [
        {"system": number.system, "value": number.value, "reason": "number-change"} for number in record.numbers[1:]
    ]
    document["former"] = [*former, *(entry for entry in document.get("former", ()) if entry not in former)]
    number = pair(record.numbers[0])
    change = PersonChange(
        person.patient,
        None if facts.get("birthDate") is None else datetime.fromisoformat(facts["birthDate"]).date(),
        facts.get("protected"),
        number,
        document,
        _instant(facts.get("registered")),
        (*map(pair, record.numbers), *moved),
        moved,
    )
    return Decision(RecordState.CHANGED, person.patient, ("number-change",), (change, *emptied))


def _moved(patient: str, others: Iterable[KnownPerson]) -> tuple[tuple[Number, ...], tuple[PersonChange, ...]]:
    """The numbers of people of whom nothing else is stored, and the change that leaves them without."""
    numbers: list[Number] = []
    emptied = []
    for other in others:
        number = other.facts.get("personalNumber")
        former = (other.facts.get("identity") or {}).get("former", ())
        numbers += [(entry["system"], entry["value"]) for entry in (*filter(None, [number]), *former)]
        document = {"replacedBy": patient, "reason": "number-change"}
        registered = _instant(other.facts.get("registered"))
        emptied.append(PersonChange(other.patient, None, None, None, document, registered, ()))
    return tuple(dict.fromkeys(numbers)), tuple(emptied)


def _change(
    record: RegisterRecord, patient: str, facts: Mapping[str, Any], numbers: Iterable[PersonalNumber]
) -> PersonChange:
    """What the record says, with the former numbers that are known already."""
    if record.successor is not None:
        former = [{"system": record.number.system, "value": record.number.value, "reason": "number-change"}]
        successor = record.successor
        return PersonChange(
            patient, successor.birth_date, None, pair(successor), {"former": former}, None, tuple(map(pair, numbers))
        )
    document = record.document()
    own = {"system": record.number.system, "value": record.number.value}
    known = [*((facts.get("identity") or {}).get("former") or ())]
    if (number := facts.get("personalNumber")) and number != own:
        known.append({**number, "reason": "number-change"})
    former = [*document.get("former", ()), *known]
    unique = {
        (entry["system"], entry["value"]): entry
        for entry in former
        if (entry["system"], entry["value"]) != pair(record.number)
    }
    if unique:
        document["former"] = sorted(unique.values(), key=lambda entry: (entry["system"], entry["value"]))
    return PersonChange(
        patient,
        record.born,
        record.protected,
        pair(record.number),
        document,
        record.registered,
        tuple(map(pair, numbers)),
    )


def _facts(change: PersonChange) -> dict[str, Any]:
    """The facts about a person by the names that the trail shows."""
    document = change.document
    return {
        "name": [document.get(part) for part in ("given", "middle", "family")],
        "birth-date": change.birth_date.isoformat() if change.birth_date else None,
        "number": change.number,
        "deceased": document.get("deceased"),
        f"protected={'yes' if change.protected else 'unknown' if change.protected is None else 'no'}": (
            change.protected,
            document.get("protection"),
        ),
    }


def _changed(change: PersonChange, facts: Mapping[str, Any]) -> list[str]:
    """The names of the facts that a change gives another value."""
    number = facts.get("personalNumber")
    born = facts.get("birthDate")
    before = PersonChange(
        change.patient,
        None if born is None else datetime.fromisoformat(born).date(),
        facts.get("protected"),
        (number["system"], number["value"]) if number else None,
        facts.get("identity") or {},
        None,
        (),
    )
    old = list(_facts(before).values())
    return [name for (name, value), known in zip(_facts(change).items(), old, strict=True) if value != known]


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
