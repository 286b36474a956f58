"""The people of the demo, all with published test identities, and the facts of their care.

Identities: HL7 Sweden's base profiles and Inera's test data. The rows of facts say who stands in a care relation
(aktuell patientrelation), who may see others' information (samtycke), what is blocked (spärr) and who is a guardian
(vårdnadshavare).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from app.demo.data.givers import HEALTH_CENTRE, MUNICIPAL_HEALTH, MUNICIPAL_SOCIAL, PRIVATE, REGION, DemoGiver, DemoUnit
from app.fhir.codes import ACT_CODE, PERSONNUMMER, PROTECTED, RESERVNUMMER, SAMORDNINGSNUMMER

SWEDISH_PATIENT: Final = "http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePatient"


class DemoPerson(NamedTuple):
    """A person; `key` is their name in the demo's other tables and commands."""

    key: str
    system: str
    number: str
    given: str
    family: str
    gender: str
    born: date
    protected: bool = False

    @property
    def name(self) -> str:
        """Given name and family name."""
        return f"{self.given} {self.family}"

    @property
    def identifier(self) -> dict[str, str]:
        """The personal number as a FHIR Identifier."""
        return {"system": self.system, "value": self.number}


GUNNAR = DemoPerson("gunnar", PERSONNUMMER, "195009072553", "Gunnar", "Ljungberg", "male", date(1950, 9, 7))
MARIA = DemoPerson("maria", PERSONNUMMER, "196101182803", "Maria", "Ljungberg", "female", date(1961, 1, 18))
SIGNE = DemoPerson("signe", RESERVNUMMER, "20210325K069", "Signe", "Ebers", "female", date(2021, 3, 25))
ANDREAS = DemoPerson("andreas", PERSONNUMMER, "199002222397", "Andreas", "Ebers", "male", date(1990, 2, 22))
KATJA = DemoPerson("katja", PERSONNUMMER, "200302022389", "Katja", "Hennig", "female", date(2003, 2, 2))
PROTECTED_PERSON = DemoPerson(
    "protected", PERSONNUMMER, "200001252386", "Skyddad", "Uppgift", "female", date(2000, 1, 25), protected=True
)
TOM = DemoPerson("tom", SAMORDNINGSNUMMER, "196109732393", "Tom", "Smith", "male", date(1961, 9, 13))

PEOPLE: Final = (GUNNAR, MARIA, SIGNE, ANDREAS, KATJA, PROTECTED_PERSON, TOM)


class DemoRelation(NamedTuple):
    """A current care relation between a person and a giver, or one unit of it."""

    person: DemoPerson
    giver: DemoGiver
    unit: DemoUnit | None = None


RELATIONS: Final = (
    DemoRelation(GUNNAR, REGION),
    DemoRelation(GUNNAR, MUNICIPAL_HEALTH),
    DemoRelation(GUNNAR, MUNICIPAL_SOCIAL),
    DemoRelation(GUNNAR, PRIVATE),
    DemoRelation(MARIA, REGION),
    DemoRelation(MARIA, MUNICIPAL_HEALTH),
    DemoRelation(MARIA, MUNICIPAL_SOCIAL),
    DemoRelation(SIGNE, REGION),
    DemoRelation(ANDREAS, REGION, HEALTH_CENTRE),
    DemoRelation(KATJA, REGION, HEALTH_CENTRE),
    DemoRelation(PROTECTED_PERSON, REGION, HEALTH_CENTRE),
    DemoRelation(TOM, REGION),
)

CONSENTS: Final = (
    (GUNNAR, REGION),
    (GUNNAR, MUNICIPAL_HEALTH),
    (GUNNAR, MUNICIPAL_SOCIAL),
    (MARIA, REGION),
    (MARIA, MUNICIPAL_HEALTH),
    (MARIA, MUNICIPAL_SOCIAL),
)
"""The giver may see the information of other givers about the person."""

BLOCKS: Final = ((MARIA, REGION),)
"""An outer block: the information of this giver is hidden from all other givers."""

GUARDIANS: Final = ((SIGNE, ANDREAS), (SIGNE, KATJA))
"""Child and guardian."""


def register_records(registered: str) -> list[dict[str, Any]]:
    """What the population register says of everyone, guardians first, as `POST /api/people` takes it."""
    guardians = {child.key: [guardian.number for of, guardian in GUARDIANS if of is child] for child, _ in GUARDIANS}
    return [
        {
            "number": person.number,
            "registered": registered,
            "given": person.given,
            "family": person.family,
            "birthDate": person.born.isoformat(),
            "protection": ["sekretessmarkering"] if person.protected else [],
            **({"guardians": guardians[person.key]} if person.key in guardians else {}),
        }
        for person in sorted(PEOPLE, key=lambda person: person.key in guardians)
    ]


def patient(person: DemoPerson, id: str) -> dict[str, Any]:
    """The person as a FHIR Patient by the Swedish base profile; a protected person has no address."""
    security = [{"system": ACT_CODE, "code": "DEMO"}]
    if person.protected:
        security.append({"system": PROTECTED, "code": "sekretessmarkering"})
    resource: dict[str, Any] = {
        "resourceType": "Patient",
        "id": id,
        "meta": {"profile": [SWEDISH_PATIENT], "security": security},
        "identifier": [person.identifier],
        "active": True,
        "name": [{"use": "official", "text": person.name, "family": person.family, "given": [person.given]}],
        "gender": person.gender,
        "birthDate": person.born.isoformat(),
    }
    return resource if person.protected else {**resource, **_REACHED_AT}


_REACHED_AT: Final[Mapping[str, Any]] = {
    "address": [{"use": "home", "line": ["Lindvägen 12"], "postalCode": "000 00", "city": "Mälarvik", "country": "SE"}]
}
