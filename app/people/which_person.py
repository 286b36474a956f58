"""The person that a request or a line of an import is about: by Patient id, or by personal number."""

from typing import Any, Final, NamedTuple

from app.errors import Fault, Malformed
from app.fhir.identifiers import PersonalNumber, parse_personal
from app.fhir.ids import is_id

NO_PERSON: Final = Fault(
    "structure",
    "Name one person: patient as Patient/id, or person as system and value of the personal number, in the body.",
    "Ange en person: patient som Patient/id, eller person med system och value för personnumret, i innehållet.",
    "patient",
)
NO_ID: Final = Fault("value", "Name the person as Patient/id.", "Ange personen som Patient/id.", "patient")


class WhichPerson(NamedTuple):
    """A person by Patient id or by personal number."""

    patient: str | None = None
    number: PersonalNumber | None = None


def person_of(members: dict[str, Any]) -> WhichPerson:
    """Take the person out of members: `patient`, or `person` with `system` and `value`.

    Raises Malformed unless there is exactly one, Unprocessable for a number that is none.
    """
    patient, person = members.pop("patient", None), members.pop("person", None)
    if (patient is None) == (person is None):
        raise Malformed(NO_PERSON)
    if patient is not None:
        id_ = patient.removeprefix("Patient/") if isinstance(patient, str) else ""
        if not is_id(id_):
            raise Malformed(NO_ID)
        return WhichPerson(id_)
    if not isinstance(person, dict) or person.keys() != {"system", "value"}:
        raise Malformed(NO_PERSON)
    system, value = person["system"], person["value"]
    if not isinstance(system, str) or not isinstance(value, str):
        raise Malformed(NO_PERSON)
    return WhichPerson(number=parse_personal(system, value, expression="person"))
