"""Parses personal numbers and HSA-ids into types, so that no other module checks their digits again.

Skatteverket's rules for personnummer and samordningsnummer:
https://www.skatteverket.se/privat/folkbokforing/personnummer.4.3810a01c150939e893f18c29.html
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.errors import Fault, Unprocessable
from app.fhir.codes import HSA_ID, ORGANISATIONSNUMMER, PERSONNUMMER, RESERVNUMMER, SAMORDNINGSNUMMER

COORDINATION_OFFSET: Final = 60
"""Added to the day of birth in a samordningsnummer."""

FIRST_YEAR: Final = 1800
LAST_CENTURY: Final = 2200
"""A reservnummer that starts with a later year does not start with a date of birth."""

TWELVE: Final = 12

_SPELLINGS: Final = {
    "1.2.752.129.2.1.3.1": PERSONNUMMER,
    "1.2.752.129.2.1.3.3": SAMORDNINGSNUMMER,
    "1.2.752.74.9.1": RESERVNUMMER,
    "1.2.752.29.4.19": HSA_ID,
    "1.2.752.129.2.1.4.1": HSA_ID,
    "1.2.752.29.6.2.1": HSA_ID,
    "1.2.752.29.6.10.1": HSA_ID,
    "2.5.4.97": ORGANISATIONSNUMMER,
}

_SYSTEMS: Final = {
    spelling: system for oid, system in _SPELLINGS.items() for spelling in (oid, f"urn:oid:{oid}", f"URN:OID:{oid}")
}

_TWELVE: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})-?([0-9]{4})")
_TEN: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})([-+])([0-9]{4})")
_RESERVE: Final = re.compile(r"[0-9]{8}-?[A-Z][A-Z0-9][0-9]{2}")
_HSA: Final = re.compile(r"[A-Z]{2,3}[0-9]{10}-[A-Z0-9]{1,17}")
_SIGN: Final = "[-+ \u2010-\u2015\u2212]"
_RUNS: Final = re.compile(
    rf"(?<![0-9])((?:[0-9]{{2}})?[0-9]{{6}}|[0-9]{{4}}{_SIGN}[0-9]{{2}}{_SIGN}[0-9]{{2}}){_SIGN}?([0-9]{{4}})(?![0-9])"
)
_RESERVES: Final = re.compile(
    rf"(?<![0-9A-Za-z])[0-9]{{4}}([0-9]{{2}})([0-9]{{2}}){_SIGN}?[A-Za-z][A-Za-z0-9][0-9]{{2}}(?![0-9A-Za-z])"
)
_REGIONAL: Final = re.compile(r"(?<![0-9])99(?:18|19|20)[0-9]{8}(?![0-9])")
"""Regional reserve numbers of digits alone; those with a letter have the form of the national ones."""


class NumberType(StrEnum):
    """The three types of personal number."""

    PERSONNUMMER = "personnummer"
    SAMORDNINGSNUMMER = "samordningsnummer"
    RESERVNUMMER = "reservnummer"


_NUMBER_TYPES: Final = {
    PERSONNUMMER: NumberType.PERSONNUMMER,
    SAMORDNINGSNUMMER: NumberType.SAMORDNINGSNUMMER,
    RESERVNUMMER: NumberType.RESERVNUMMER,
}


@dataclass(frozen=True, slots=True, repr=False)
class PersonalNumber:
    """A person's number: `value` is its twelve characters without a separator; never printed.

    `birth_date` is unknown (None) for a reservnummer that does not start with a date.
    """

    system: str
    value: str
    birth_date: date | None

    @property
    def type(self) -> NumberType:
        """Its type, which follows from the system."""
        return _NUMBER_TYPES[self.system]

    def __repr__(self) -> str:
        """Show the type and no character of the number, so that no log can hold it."""
        return f"PersonalNumber({self.type})"


@dataclass(frozen=True, slots=True)
class HsaId:
    """An HSA-id: of a care giver, a unit, a person's assignment or a system."""

    value: str

    @property
    def system(self) -> str:
        """The spelling of its system that Samplan stores."""
        return HSA_ID


def normalise_system(system: str) -> str:
    """Return the FHIR spelling of an identifier system that RIV-TA spells as one of several OIDs."""
    return _SYSTEMS.get(system, system)


def parse_personal(
    system: str, value: str, *, today: date | None = None, expression: str | None = None
) -> PersonalNumber:
    """Parse a personal number of the type that `system` names.

    Twelve digits, with or without a hyphen; with `today` also ten digits with `-`, or `+` from the year in which the
    person turns a hundred. Ten digits without a sign leave the century open and are refused. Raises Unprocessable
    with faults at `expression`, without the number.
    """
    number_type = _NUMBER_TYPES.get(normalise_system(system))
    if number_type is None:
        raise Unprocessable(_fault("system", expression))
    if number_type is NumberType.RESERVNUMMER:
        return _reserve(value, expression)
    digits = _twelve_digits(value.strip(), today)
    if digits is None:
        raise Unprocessable(_fault("form", expression))
    born = _birth_date(digits)
    if born is None:
        raise Unprocessable(_fault("date", expression))
    if not _luhn(digits[2:]):
        raise Unprocessable(_fault("check", expression))
    actual = SAMORDNINGSNUMMER if _is_coordination(digits) else PERSONNUMMER
    if actual != normalise_system(system):
        raise Unprocessable(_fault("kind", expression))
    return PersonalNumber(actual, digits, born)


def parse_hsa(value: str, *, expression: str | None = None) -> HsaId:
    """Parse an HSA-id (`SE`, ten digits, hyphen, suffix); raises Unprocessable."""
    text = value.strip().upper()
    if not _HSA.fullmatch(text):
        raise Unprocessable(_fault("hsa", expression))
    return HsaId(text)


def holds_personal_number(text: str) -> bool:
    """Tell whether a text holds a personnummer, a samordningsnummer or a reservnummer, national or regional.

    A number has ten or twelve digits, with or without a dash, `+` or a space before the last four, and dashes in its
    date; a reservnummer has a letter after a month and a day. The caller has undone percent-encoding. A chance hit is
    refused too: an identifier of ours that reads as a personal number would look like one in somebody's log.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return (
        any(_reads_as_personal(re.sub(_SIGN, "", day) + last) for day, last in _RUNS.findall(text))
        or any(_is_day(*map(int, parts)) for parts in _RESERVES.findall(text))
        or _REGIONAL.search(text) is not None
    )


def _is_day(month: int, day: int) -> bool:
    """Whether these can be a month and a day, of a person with a coordination number too."""
    return 1 <= month <= 12 and 1 <= (day - COORDINATION_OFFSET if day > COORDINATION_OFFSET else day) <= 31


def _reads_as_personal(digits: str) -> bool:
    if len(digits) == TWELVE:
        return _birth_date(digits) is not None and _luhn(digits[2:])
    return _luhn(digits) and any(_birth_date(century + digits) for century in ("19", "20"))


def _reserve(value: str, expression: str | None) -> PersonalNumber:
    """Nationellt reservnummer: eight digits, a letter, a letter or digit, two digits; it has no public check digit."""
    text = value.strip().upper()
    if not _RESERVE.fullmatch(text):
        raise Unprocessable(_fault("reserve", expression))
    text = text.replace("-", "")
    born = _date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    return PersonalNumber(RESERVNUMMER, text, born if born and born.year < LAST_CENTURY else None)


def _twelve_digits(text: str, today: date | None) -> str | None:
    """Write a number with all its twelve digits, or None if the century is unknown."""
    if match := _TWELVE.fullmatch(text):
        return "".join(match.groups())
    match = _TEN.fullmatch(text)
    if match is None or today is None:
        return None
    year, month, day, sign, last = match.groups()
    latest = today.year - (today.year - int(year)) % 100
    return f"{latest - 100 if sign == '+' else latest:04}{month}{day}{last}"


def _is_coordination(digits: str) -> bool:
    return int(digits[6:8]) > COORDINATION_OFFSET


def _birth_date(digits: str) -> date | None:
    """Read the date that twelve digits start with, or None if there is no such day."""
    day = int(digits[6:8]) - (COORDINATION_OFFSET if _is_coordination(digits) else 0)
    return _date(int(digits[:4]), int(digits[4:6]), day)


def _date(year: int, month: int, day: int) -> date | None:
    if year < FIRST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _luhn(digits: str) -> bool:
    """Check ten digits: every other one doubled, the digits of all summed, the sum a multiple of ten."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


_SENTENCES: Final = {
    "system": (
        "The system is none of those for personal numbers; send personnummer, samordningsnummer or reservnummer.",
        "Systemet är inget av dem för personnummer; ange personnummer, samordningsnummer eller reservnummer.",
    ),
    "form": (
        "The number must have twelve digits (YYYYMMDDNNNN).",
        "Numret ska ha tolv siffror (ÅÅÅÅMMDDNNNN).",
    ),
    "date": (
        "The number does not start with a day in the calendar; check the digits.",
        "Numret börjar inte med en dag i kalendern; kontrollera siffrorna.",
    ),
    "check": (
        "The number's check digit is wrong; check the digits.",
        "Numrets kontrollsiffra är fel; kontrollera siffrorna.",
    ),
    "kind": (
        "The number is of another kind than its system says; a samordningsnummer has 60 added to the day.",
        "Numret är av en annan sort än systemet anger; ett samordningsnummer har 60 lagt till dagen.",
    ),
    "reserve": (
        "A national reserve number has eight digits, a letter, a letter or digit, and two digits.",
        "Ett nationellt reservnummer har åtta siffror, en bokstav, en bokstav eller siffra, och två siffror.",
    ),
    "hsa": (
        "An HSA-id is a country code, ten digits, a hyphen and a suffix of letters and digits.",
        "Ett HSA-id är en landskod, tio siffror, ett bindestreck och ett suffix av bokstäver och siffror.",
    ),
}


def _fault(name: str, expression: str | None) -> Fault:
    english, swedish = _SENTENCES[name]
    return Fault("value", english, swedish, expression)
