"""FHIR resources as an electronic health record or a member of staff sends them."""

PERSONNUMMER = "http://electronichealth.se/identifier/personnummer"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PROTECTED = "http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel"
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
HIERARCHY = "https://commonprofiles.care/fhir/StructureDefinition/common-hsaHierarchy"
HSA = "urn:oid:1.2.752.29.4.19"
SYSTEM = "https://journal.example/tid"
LOCAL = "https://journal.example/patient"
NEW, OTHER = "189602029812", "189002029800"
"""The numbers of two people whom the app does not know yet."""

ABSENT = "a" * 32
"""The id of no resource."""


def labelled(resource, *codes):
    """The resource with these confidentiality codes and no others."""
    meta = {name: value for name, value in resource.get("meta", {}).items() if name != "security"}
    security = [{"system": ACT_CODE if code == "NOPATIENT" else CONFIDENTIALITY, "code": code} for code in codes]
    return {**resource, "meta": {**meta, **({"security": security} if security else {})}}


def about(world, person):
    """The reference to a person: by the demo's name, by id, or as a name inside a Bundle."""
    return person if person.startswith("urn:") else f"Patient/{world.ids.get(person, person)}"


def goal(world, person="gunnar", **more):
    """A goal of this person."""
    return {
        "resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Kunna gå i trappan"},
        "subject": {"reference": about(world, person)}, **more,
    }  # fmt: skip


def visit(world, key="A-1", person="gunnar", *, updated="2026-01-20T08:00:00Z", **more):
    """A booked time of a person of the demo, as an EHR sends it."""
    return appointment(key, updated=updated, person=about(world, person), **more)


def patient(*identifiers, **more):
    """A person as an EHR knows them."""
    said = [{"system": PERSONNUMMER, "value": one} if isinstance(one, str) else one for one in identifiers]
    return {"resourceType": "Patient", **({"identifier": said} if said else {}), "name": [{"family": "Prov"}], **more}


def bundle(*resources, names=None):
    """A transaction; the first Patient is urn:uuid:p."""
    named = names or [
        "urn:uuid:p" if one["resourceType"] == "Patient" else f"urn:uuid:{at}" for at, one in enumerate(resources)
    ]
    return {
        "resourceType": "Bundle", "type": "transaction",
        "entry": [
            {"fullUrl": name, "resource": one, "request": {"method": "POST", "url": one["resourceType"]}}
            for name, one in zip(named, resources, strict=True)
        ],
    }  # fmt: skip


def appointment(key="P-1", *, status="booked", updated="2026-11-20T08:00:00Z", person="urn:uuid:p", **more):
    """One booked time as an EHR sends it."""
    return {
        "resourceType": "Appointment",
        "meta": {"lastUpdated": updated},
        "identifier": [{"system": SYSTEM, "value": key}],
        "status": status,
        "description": "Läkarbesök",
        "start": "2027-01-12T09:00:00+01:00",
        "end": "2027-01-12T09:30:00+01:00",
        "participant": [{"actor": person if isinstance(person, dict) else {"reference": person}, "status": "accepted"}],
        **more,
    }


def new_patient(number=NEW):
    """A person whom nobody knows yet, with a name and a birth date."""
    name = [{"family": "Prov", "given": ["Pia"]}]
    return patient(number, name=name, birthDate=f"{number[:4]}-{number[4:6]}-{number[6:8]}")


CANONICAL = "https://samplan.se/fhir"
