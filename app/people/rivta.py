"""Reads the answer of GetPersonsForProfile 5 (RIV-TA, Personuppgiftstjänsten) as it comes, person by person.

The XML is read by expat without a document type: no entity can be defined, and nothing outside is fetched. Depth, text
and elements of a person are bounded. https://fhir.inera.se/ig/strategicresourcemanagement-persons-person
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final, NoReturn
from xml.parsers import expat

from app.errors import Fault, Malformed, SamplanError, Unprocessable
from app.fhir.identifiers import PersonalNumber
from app.fhir.times import STOCKHOLM
from app.people.exports import ExportedRecord
from app.people.record import MOST_NUMBERS, PersonName, RegisterRecord, read_name, read_number

CHUNK: Final = 65_536
DEEPEST: Final = 40
MOST_ELEMENTS: Final = 5_000
MOST_TEXT: Final = 262_144
"""The bounds of one person: levels, elements, characters."""

GUARDIAN_TYPES: Final = frozenset({"V"})
"""The codes of relationshipType by which the related person is a guardian (vårdnadshavare) of the person."""

DECEASED: Final = "AV"
"""The deregistrationReasonCode of somebody who has died (avliden)."""
OLD_NUMBER: Final = "GN"
"""The deregistrationReasonCode of a record whose number has been replaced (gammalt nummer)."""
NEW: Final = "NY"
"""The referredPersonalIdentityStatus of the number that is in force."""

NOT_XML: Final = Fault(
    "structure",
    "The file is not the XML of a GetPersonsForProfileResponse 5, without a document type.",
    "Filen är inte XML för ett GetPersonsForProfileResponse 5, utan dokumenttyp.",
)
TOO_MUCH: Final = Fault(
    "too-long", "A person's record is larger than any should be.", "En personpost är större än någon borde vara."
)
RESPONSE: Final = "urn:riv:strategicresourcemanagement:persons:person:GetPersonsForProfileResponder:5"


@dataclass(slots=True)
class XmlElement:
    """An element: its local name, its text and its children."""

    name: str
    text: str = ""
    children: "list[XmlElement]" = field(default_factory=list)

    def first(self, *path: str) -> "XmlElement | None":
        """The first element at a path of local names."""
        element: XmlElement | None = self
        for name in path:
            element = next((child for child in element.children if child.name == name), None) if element else None
        return element

    def all(self, name: str) -> "list[XmlElement]":
        """The children of this name."""
        return [child for child in self.children if child.name == name]

    def value(self, *path: str) -> str | None:
        """The text at a path, or that of its `code`; None without any."""
        element = self.first(*path)
        if element is None:
            return None
        text = (element.value("code") if element.children else element.text) or ""
        return text.strip() or None


class _Reader:
    """Builds each `requestedPersonRecord` and forgets it when it has been read."""

    def __init__(self) -> None:
        self.records: list[tuple[int, XmlElement]] = []
        self._path: list[XmlElement] = []
        self._depth = self._elements = self._text = self._line = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes, *, last: bool) -> None:
        """Read some bytes; raises Malformed for what is no XML, or more than is allowed."""
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError:
            raise Malformed(NOT_XML) from None

    def _refuse_document_type(self, *_: object) -> NoReturn:
        raise Malformed(NOT_XML)

    def _start(self, name: str, _: object) -> None:
        self._depth += 1
        local = name.rpartition(" ")[2]
        if not self._path:
            if name == f"{RESPONSE} requestedPersonRecord":
                self._elements, self._text, self._line = 0, 0, self._parser.CurrentLineNumber
                self._path.append(XmlElement(local))
            elif self._depth > DEEPEST:
                raise Malformed(TOO_MUCH)
            return
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(self._path) > DEEPEST:
            raise Malformed(TOO_MUCH)
        element = XmlElement(local)
        self._path[-1].children.append(element)
        self._path.append(element)

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._path:
            element = self._path.pop()
            if not self._path:
                self.records.append((self._line, element))

    def _characters(self, text: str) -> None:
        if self._path:
            self._text += len(text)
            if self._text > MOST_TEXT:
                raise Malformed(TOO_MUCH)
            self._path[-1].text += text


def read_rivta(
    path: Path, registered: datetime | None, guardian_types: frozenset[str] = GUARDIAN_TYPES
) -> Iterator[ExportedRecord]:
    """The records of an answer, in their order; one that is empty is passed over. The line is that of its first tag.

    What is not the XML of such an answer ends the reading with a fault.
    """
    reader, line = _Reader(), 1
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(CHUNK)
            try:
                reader.feed(chunk, last=not chunk)
            except SamplanError as error:
                yield ExportedRecord(line, None, error.faults)
                return
            for line, element in reader.records:
                person = element.first("personRecord")
                if person is not None:
                    yield _exported(line, person, registered, guardian_types)
            reader.records.clear()
            if not chunk:
                return


def _exported(
    line: int, person: XmlElement, registered: datetime | None, guardian_types: frozenset[str]
) -> ExportedRecord:
    try:
        return ExportedRecord(line, _record(person, registered, guardian_types))
    except SamplanError as error:
        return ExportedRecord(line, None, error.faults)


def _record(person: XmlElement, registered: datetime | None, guardian_types: frozenset[str]) -> RegisterRecord:
    number = _number(person.first("personalIdentity"), "personalIdentity")
    flags = {
        "sekretessmarkering": _flag(person, "protectedPersonIndicator", needed=True),
        "skyddadFolkbokforing": _flag(person, "protectedPopulationRecord"),
    }
    reason = person.value("deregistration", "deregistrationReasonCode")
    former, successor = _referred(person, number, is_old=reason == OLD_NUMBER)
    name = PersonName(
        *(read_name(person.value("name", part), f"name.{part}") for part in ("givenName", "middleName", "surname"))
    )
    died = _day(person, "deregistration", "deregistrationDate") if reason == DECEASED else None
    return RegisterRecord(
        number=number,
        registered=_time(person, registered),
        name=name,
        birth_date=_day(person, "birth", "dateOfBirth"),
        deceased=(died or True) if reason == DECEASED else False,
        protection=frozenset(code for code, is_set in flags.items() if is_set),
        former=former,
        successor=successor,
        guardians=_guardians(person, guardian_types),
    )


def _number(identity: XmlElement | None, place: str) -> PersonalNumber:
    if identity is None:
        _refuse(
            place, "Send the personal identity with root and extension.", "Skicka identiteten med root och extension."
        )
    return read_number({"system": identity.value("root") or "", "value": identity.value("extension") or ""}, place)


def _referred(
    person: XmlElement, number: PersonalNumber, *, is_old: bool
) -> tuple[tuple[PersonalNumber, ...], PersonalNumber | None]:
    """The numbers that this one has replaced, and the one that has replaced it."""
    former: list[PersonalNumber] = []
    successor = None
    for referred in person.all("referredPersonalIdentities")[: MOST_NUMBERS + 1]:
        other = _number(referred.first("referredPersonalIdentity"), "referredPersonalIdentities")
        if other == number or len(former) >= MOST_NUMBERS:
            _refuse(
                "referredPersonalIdentities", "Name other numbers, not too many.", "Ange andra nummer, inte för många."
            )
        if referred.value("referredPersonalIdentityStatus") == NEW or is_old:
            successor = other
        else:
            former.append(other)
    return tuple(dict.fromkeys(former)), successor


def _guardians(person: XmlElement, guardian_types: frozenset[str]) -> tuple[PersonalNumber, ...] | None:
    """The present guardians; None if the answer tells of no relationships, as for a protected identity."""
    relationships = person.all("relationship")
    if not relationships:
        return None
    guardians = [
        _number(identity, "relationship.relationshipId.personalIdentity")
        for relationship in relationships
        if relationship.value("relationshipType") in guardian_types
        and relationship.first("relationshipToDate") is None
        and (identity := relationship.first("relationshipId", "personalIdentity")) is not None
    ]
    return tuple(dict.fromkeys(guardians))


def _flag(person: XmlElement, name: str, *, needed: bool = False) -> bool:
    text = person.value(name)
    if text not in {"true", "1", "false", "0"} and (text is not None or needed):
        _refuse(name, "Send true or false.", "Skicka true eller false.")
    return text in {"true", "1"}


def _day(person: XmlElement, *path: str) -> date | None:
    text = person.value(*path, "value")
    if text is None or len(text) != len("YYYY-MM-DD"):
        return None
    return _parsed(lambda: datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=STOCKHOLM), ".".join(path)).date()


def _time(person: XmlElement, registered: datetime | None) -> datetime:
    """When the register last changed the record: its own time, or that of the export."""
    record = ("populationRegistrationRecord", "notificationCase", "modificationTime")
    text = (
        person.value(*record)
        or person.value("version")
        or person.value("populationRegistrationRecord", "syncronizationTime")
    )
    if text is None:
        if registered is None:
            _refuse("version", "Give the time of the export with --registered.", "Ange exportens tid med --registered.")
        return registered
    if text.isdecimal() and len(text) >= len("YYYYMMDDhhmmss"):
        text = f"{text[:8]}T{text[8:14]}"
    moment = _parsed(lambda: datetime.fromisoformat(text), "version")
    return moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)


def _parsed(read: Callable[[], datetime], place: str) -> datetime:
    try:
        return read()
    except ValueError:
        _refuse(place, "Send a day or a time that is one.", "Skicka en dag eller tid som finns.")


def _refuse(place: str, english: str, swedish: str) -> NoReturn:
    raise Unprocessable(Fault("value", english, swedish, place))
