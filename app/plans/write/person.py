"""Checks the person of a write: one number, one record (pure).

A record is found by its personal number, so it has one number and keeps it. A Patient with two numbers, apart from
old ones, would merge two people; no write may do so.
docs/decisions/0019-a-merge-is-a-link-with-a-reason.md
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from app.errors import Fault, Unprocessable
from app.fhir import references
from app.fhir.codes import PERSONAL_SYSTEMS
from app.fhir.elements import Resource
from app.fhir.identifiers import PersonalNumber, normalise_system, parse_personal

ONE_NUMBER = Fault(
    "business-rule",
    "A Patient has the one personal number that the person is known by here; mark an older one as use=old.",
    "En Patient har det enda personnummer som personen är känd under här; märk ett äldre med use=old.",
    "Patient.identifier",
)
ONE_PERSON = Fault(
    "business-rule",
    "Everything in one write must be about the same person; name one person, as Patient/id.",
    "Allt som skrivs på en gång måste gälla samma person; ange en person, som Patient/id.",
)


def numbers(patient: Resource) -> set[PersonalNumber]:
    """The personal numbers of a Patient, except those marked old; Unprocessable if one of them is invalid."""
    return {
        parse_personal(identifier.get("system", ""), identifier.get("value", ""), expression="Patient.identifier")
        for identifier in patient.get("identifier", ())
        if normalise_system(identifier.get("system", "")) in PERSONAL_SYSTEMS and identifier.get("use") != "old"
    }


def require_number(patient: Resource, known: AbstractSet[PersonalNumber]) -> None:
    """Raise Unprocessable unless the Patient has a number of the person, and none of another; none if there is none."""
    own = numbers(patient)
    if not own <= known or (known and not own):
        raise Unprocessable(ONE_NUMBER)


def require_contained(resource: Resource, known: AbstractSet[PersonalNumber]) -> None:
    """Raise Unprocessable if a contained Patient has the number of another person."""
    for contained in resource.get("contained", ()):
        if contained.get("resourceType") == "Patient" and not numbers(contained) <= known:
            raise Unprocessable(replace(ONE_PERSON, expression=f"{resource['resourceType']}.contained"))


def require_person(resource: Resource, patient: str) -> None:
    """Raise Unprocessable unless a resource is about this person; a Provenance may name no person."""
    resource_type = resource["resourceType"]
    whose = references.patient_of(resource) - {f"Patient/{patient}"}
    nobodys = resource_type != "Provenance" and not references.patient_of(resource)
    if resource_type != "Patient" and (whose or nobodys):
        raise Unprocessable(replace(ONE_PERSON, expression=resource_type))
