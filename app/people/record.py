"""A person's record in the population register (folkbokföringen), and how its members are read from JSON or CSV (pure).

Each member that cannot be used is refused by its name; no text here ever holds a value of a person. docs/people.md
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple, NoReturn

from app.errors import Fault, Unprocessable
from app.fhir.codes import PERSONNUMMER, PROTECTED_CODES, RESERVNUMMER, SAMORDNINGSNUMMER
from app.fhir.identifiers import PersonalNumber, normalise_system, parse_personal

LONGEST_NAME: Final = 80
"""Characters of a name: RIV-TA's String80."""

MOST_NUMBERS: Final = 20
"""Former numbers, or guardians, of one person."""


class PersonName(NamedTuple):
    """The parts of a name; None if the register leaves one out."""

    given: str | None = None
    middle: str | None = None
    family: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRecord:
    """What the register says of one person, as of `registered`.

    `deceased` is the day of death, or only whether the person has died. `protection` holds the codes of the Swedish
    base profile's security labels. `former` are earlier numbers of the person. `successor` is the number that has
    replaced `number`; then the record says nothing else. `guardians` is None if the record does not say who they are.
    """

    number: PersonalNumber
    registered: datetime
    name: PersonName = field(default=PersonName(), repr=False)
    birth_date: date | None = field(default=None, repr=False)
    deceased: date | bool = False
    protection: frozenset[str] = frozenset()
    former: tuple[PersonalNumber, ...] = ()
    successor: PersonalNumber | None = None
    guardians: tuple[PersonalNumber, ...] | None = None

    @property
    def numbers(self) -> tuple[PersonalNumber, ...]:
        """The numbers that the record says are one person's, the present one first."""
        if self.successor is not None:
            return (self.successor, self.number)
        return (self.number, *self.former)

    @property
    def born(self) -> date | None:
        """The day of birth, from the register or else from the number."""
        return self.birth_date or self.number.birth_date

    @property
    def protected(self) -> bool:
        """Whether the identity is protected, in either way."""
        return bool(self.protection)

    def document(self) -> dict[str, Any]:
        """The JSON that is stored and shown: name, death, protection and former numbers."""
        former = [{"system": number.system, "value": number.value, "reason": "number-change"} for number in self.former]
        deceased = self.deceased.isoformat() if isinstance(self.deceased, date) else self.deceased
        members = {**self.name._asdict(), "deceased": deceased, "protection": sorted(self.protection), "former": former}
        return {name: value for name, value in members.items() if value}


MEMBERS: Final = frozenset(
    {"number", "registered", "given", "middle", "family", "birthDate", "deceased", "protection", "former", "guardians"}
)
"""The members of a record in JSON, and the columns in CSV."""


def record_of_json(members: Mapping[str, Any], *, registered: datetime | None = None) -> RegisterRecord:
    """The record with these members; `registered` is the time of the whole export, for a record without its own.

    Raises Unprocessable, which names the member and how to correct it.
    """
    if unknown := set(members) - MEMBERS:
        _refuse(
            next(iter(sorted(name for name in unknown if re.fullmatch(r"[A-Za-z]{1,40}", name))), None),
            f"Send only these members: {', '.join(sorted(MEMBERS))}.",
            f"Skicka bara dessa fält: {', '.join(sorted(MEMBERS))}.",
        )
    number = read_number(members.get("number"), "number")
    return RegisterRecord(
        number=number,
        registered=_registered(members.get("registered"), registered),
        name=PersonName(*(read_name(members.get(part), part) for part in PersonName._fields)),
        birth_date=_date(members.get("birthDate"), "birthDate"),
        deceased=_deceased(members.get("deceased", False)),
        protection=_protection(members.get("protection")),
        former=_numbers(members.get("former", ()), "former", number),
        guardians=None if members.get("guardians") is None else _numbers(members["guardians"], "guardians", number),
    )


def record_of_row(row: Mapping[str, str], *, registered: datetime | None = None) -> RegisterRecord:
    """The record of a CSV row: the same members as text, with spaces between several values; raises Unprocessable.

    An empty cell is a member that is left out; `-` in `protection` or `guardians` says that there is none.
    """
    cells = {name: text.strip() for name, text in row.items() if text and text.strip()}
    lists: dict[str, Callable[[str], Any]] = {
        **dict.fromkeys(("protection", "former", "guardians"), lambda text: [] if text == "-" else text.split()),
        "deceased": lambda text: {"true": True, "false": False}.get(text, text),
    }
    return record_of_json({name: lists.get(name, str)(text) for name, text in cells.items()}, registered=registered)


def read_number(value: object, member: str) -> PersonalNumber:
    """A personal number: twelve characters, or {"system": …, "value": …}; raises Unprocessable at `member`."""
    if isinstance(value, Mapping) and set(value) == {"system", "value"}:
        system, text = value["system"], value["value"]
        if isinstance(system, str) and isinstance(text, str):
            return parse_personal(normalise_system(system), text, expression=member)
    if not isinstance(value, str):
        _refuse(member, "Send a personal number of twelve characters.", "Skicka ett personnummer med tolv tecken.")
    text = value.replace("-", "").strip()
    if not text.isdecimal():
        return parse_personal(RESERVNUMMER, text, expression=member)
    is_coordination = len(text) > 6 and text[6] in "6789"
    return parse_personal(SAMORDNINGSNUMMER if is_coordination else PERSONNUMMER, text, expression=member)


def read_name(value: object, member: str) -> str | None:
    """A part of a name, without what no name holds; raises Unprocessable at `member`."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not _is_name(value):
        _refuse(
            member,
            f"Send a name of at most {LONGEST_NAME} characters, without control characters, < > or a leading = + @.",
            f"Skicka ett namn med högst {LONGEST_NAME} tecken, utan styrtecken, < > eller inledande = + @.",
        )
    return value.strip()


def _is_name(text: str) -> bool:
    # A leading sign makes a spreadsheet compute a name that somebody copies into it.
    return text.isprintable() and not set(text) & set("<>") and not text.lstrip().startswith(("=", "+", "@"))


def read_instant(value: object, member: str) -> datetime:
    """A moment with its offset; raises Unprocessable at `member`."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        _refuse(
            member,
            "Send the register's own time, with its offset: 2026-01-31T08:00:00+01:00.",
            "Skicka registrets egen tid med tidszon: 2026-01-31T08:00:00+01:00.",
        )
    return moment


def _registered(value: object, of_export: datetime | None) -> datetime:
    return of_export if value is None and of_export is not None else read_instant(value, "registered")


def _date(value: object, member: str) -> date | None:
    if value is None:
        return None
    try:
        return (
            date.fromisoformat(value)
            if isinstance(value, str) and len(value) == len("YYYY-MM-DD")
            else _no_date(member)
        )
    except ValueError:
        _no_date(member)


def _no_date(member: str) -> NoReturn:
    _refuse(member, "Send a day as YYYY-MM-DD.", "Skicka en dag som ÅÅÅÅ-MM-DD.")


def _deceased(value: object) -> date | bool:
    if isinstance(value, bool):
        return value
    return _date(value, "deceased") or False


def _protection(value: object) -> frozenset[str]:
    """The codes of a protected identity; a record that does not say is refused, for silence is not `no`."""
    if not isinstance(value, list) or not all(code in PROTECTED_CODES for code in value if isinstance(code, str)):
        codes = ", ".join(sorted(PROTECTED_CODES))
        _refuse(
            "protection",
            f"Send protection as a list of {codes}; an empty list if the identity is not protected.",
            f"Skicka protection som en lista av {codes}; en tom lista om uppgifterna inte är skyddade.",
        )
    if not all(isinstance(code, str) for code in value):
        _protection(None)
    return frozenset(value)


def _numbers(values: object, member: str, own: PersonalNumber) -> tuple[PersonalNumber, ...]:
    if not isinstance(values, Sequence) or isinstance(values, str) or len(values) > MOST_NUMBERS:
        _refuse(
            member,
            f"Send a list of at most {MOST_NUMBERS} personal numbers.",
            f"Skicka en lista med högst {MOST_NUMBERS} personnummer.",
        )
    numbers = tuple(dict.fromkeys(read_number(value, member) for value in values))
    if own in numbers:
        _refuse(
            member,
            "A person's own number is neither former nor a guardian's.",
            "Personens eget nummer är varken tidigare nummer eller vårdnadshavares.",
        )
    return numbers


def _refuse(member: str | None, english: str, swedish: str) -> NoReturn:
    raise Unprocessable(Fault("value", english, swedish, member))
