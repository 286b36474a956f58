"""The demo's directory: its givers, units, staff and roles as FHIR resources, as a catalogue exports them."""

from collections.abc import Iterator, Mapping
from typing import Final

from app.demo.data import givers
from app.demo.data.givers import DemoEmployee, DemoGiver, DemoUnit
from app.demo.data.resources import Resource, employee
from app.directory.entries import ORGANISATION_KIND, OWNERSHIP
from app.fhir.codes import HSA_ID, TRANSLATION

ENGLISH: Final[Mapping[str, str]] = {
    "SE2321000000-1A01": "Mälarvik Region",
    "SE2120000000-2A01": "Mälarvik Municipality, health care",
    "SE2120000000-3A01": "Mälarvik Municipality, care of older people",
    "SE2321000000-1B01": "Björkbacken Health Centre",
    "SE2321000000-1C01": "Heart Clinic, Mälarvik Hospital",
    "SE2321000000-1P01": "Mälarvik Psychiatric Outpatient Clinic",
    "SE2321000000-1R01": "Björkbacken Rehabilitation",
    "SE2321000000-1D01": "Child and Youth Habilitation",
    "SE2120000000-2B01": "Mälarvik Home Nursing",
    "SE2120000000-3B01": "Lindgården Home Care",
    "SE2120000000-3C01": "Needs Assessment Office",
    "SE5560000000-4B01": "Sjöstaden Orthopaedic Clinic",
}
"""The English names, by HSA-id; an organisation without one has its Swedish name in both languages."""

OWNERSHIPS: Final[Mapping[str, str]] = {
    "SE2321000000-1A01": "01",
    "SE2120000000-2A01": "02",
    "SE2120000000-3A01": "02",
    "SE5560000000-4A01": "04",
}
"""The form of ownership of each giver: 01 region, 02 municipality, 04 private by agreement with a region."""

HOURS: Final = {"daysOfWeek": ["mon", "tue", "wed", "thu", "fri"], "availableStartTime": "08:00:00",
                "availableEndTime": "16:30:00"}  # fmt: skip


def directory() -> Iterator[Resource]:
    """Every resource, givers first."""
    values = vars(givers).values()
    yield from (_giver(value) for value in values if isinstance(value, DemoGiver))
    for unit in (value for value in values if isinstance(value, DemoUnit)):
        yield from (_unit(unit), _place(unit), _service(unit))
    for who in (value for value in values if isinstance(value, DemoEmployee)):
        yield from (_practitioner(who), _role(who))


def _hsa(value: str) -> Resource:
    return {"system": HSA_ID, "value": value}


def _organization(hsa_id: str, name: str, *codings: Resource) -> Resource:
    named: Resource = {"name": name}
    if hsa_id in ENGLISH:
        content = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": ENGLISH[hsa_id]}]
        named["_name"] = {"extension": [{"url": TRANSLATION, "extension": content}]}
    return {
        "resourceType": "Organization",
        "identifier": [_hsa(hsa_id)],
        "active": True,
        "type": [{"coding": [coding]} for coding in codings],
        **named,
    }


def _giver(giver: DemoGiver) -> Resource:
    kind = "social-care-giver" if giver.category == "social" else "care-giver"
    ownership = {"system": OWNERSHIP, "code": OWNERSHIPS[giver.hsa_id]}
    return _organization(giver.hsa_id, giver.name, {"system": ORGANISATION_KIND, "code": kind}, ownership)


def _unit(unit: DemoUnit) -> Resource:
    kind = "social-care-unit" if unit.giver.category == "social" else "care-unit"
    return {
        **_organization(unit.hsa_id, unit.name, {"system": ORGANISATION_KIND, "code": kind}),
        "telecom": [{"system": "phone", "value": unit.phone, "use": "work"}],
        "partOf": {"identifier": _hsa(unit.giver.hsa_id)},
    }


def _place(unit: DemoUnit) -> Resource:
    return {
        "resourceType": "Location",
        "identifier": [_hsa(unit.hsa_id)],
        "status": "active",
        "name": unit.name,
        "address": {"type": "physical", "text": unit.address},
        "managingOrganization": {"identifier": _hsa(unit.hsa_id)},
    }


def _service(unit: DemoUnit) -> Resource:
    return {
        "resourceType": "HealthcareService",
        "identifier": [_hsa(unit.hsa_id)],
        "active": True,
        "name": unit.name,
        "providedBy": {"identifier": _hsa(unit.hsa_id)},
        "telecom": [{"system": "phone", "value": unit.phone, "use": "work"}],
        "availableTime": [HOURS],
    }


def _practitioner(who: DemoEmployee) -> Resource:
    return {
        "resourceType": "Practitioner",
        "identifier": [_hsa(who.hsa_id)],
        "active": True,
        "name": [{"text": who.name}],
    }


def _role(who: DemoEmployee) -> Resource:
    return {
        "resourceType": "PractitionerRole",
        "identifier": [_hsa(f"{who.hsa_id}U")],
        "active": True,
        "practitioner": employee(who),
        "organization": {"identifier": _hsa(who.unit.hsa_id)},
        "code": [{"text": who.title}],
    }
