"""Rows that several resource types share: periods, people, units, ways of contact and business identifiers.

http://hl7.org/fhir/R4/datatypes.html
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.contracts.codes import CHANNEL_OF_SYSTEM, CHANNELS, CONTACT_WAY
from app.contracts.mapping.rows import FieldMapping, MappingContext
from app.contracts.model.elements import ContactWay
from app.contracts.model.normalise import fitted
from app.fhir import codes
from app.fhir.elements import ElementPath, Json, Resource, concept, extend, extension, hsa_of, present, text_of, type_of
from app.fhir.times import STOCKHOLM, moments

_STAFF: Final = frozenset({"Practitioner", "PractitionerRole", ""})
_DAY_LENGTH: Final = len("2026-01-01")
_WAY: Final = "extension(contact-way)"
WAY_PARTS: Final = {"channel": "valueCode", "name": "valueString", "hours": "valueString", "link": "valueUrl"}
"""The parts of the extension of a way of contact -> the type of their value."""


def reference(kind: str, hsa_id: str | None, display: str | None) -> Json:
    """Return a logical Reference to somebody in HSA, by identifier, because Samplan has no copy of the directory."""
    identifier = {"system": codes.HSA_ID, "value": hsa_id} if hsa_id else None
    return present(type=kind, identifier=identifier, display=display)


def organization(unit: Json | None, *, kind: str = "Organization") -> Json | None:
    """Return a logical Reference to a unit; None without a unit."""
    return reference(kind, unit.get("hsaId"), unit.get("name")) if unit else None


def read_unit(who: Mapping[str, Any] | None) -> Json | None:
    """Return the contract's unit from a Reference."""
    return present(hsaId=hsa_of(who), name=(who or {}).get("display")) or None


def person(actor: Json) -> Json | None:
    """Return a logical Reference to a member of staff; None if only a role or a unit is known."""
    return reference("Practitioner", actor.get("hsaId"), actor.get("name")) or None if _is_named(actor) else None


def _is_named(actor: Json) -> bool:
    return "name" in actor or "hsaId" in actor


def read_person(who: Mapping[str, Any] | None) -> Json | None:
    """Return the contract's person from a Reference."""
    return present(name=(who or {}).get("display"), hsaId=hsa_of(who)) or None


def read_actor(*, role: str | None, person: Mapping[str, Any] | None, unit: Mapping[str, Any] | None) -> Json | None:
    """Return the contract's actor from a role, a Reference to a person and a Reference to a unit."""
    return present(role=role, **(read_person(person) or {}), unit=read_unit(unit)) or None


def participant(actor: Json, *codings: Json) -> Json:
    """Return a `CareTeam.participant`: the person on behalf of the unit, the unit, or a role alone."""
    who, unit, role = person(actor), organization(actor.get("unit")), actor.get("role")
    return present(
        role=[concept(*codings, text=role)] if codings or role else None,
        member=who or unit,
        onBehalfOf=unit if who else None,
    )


def read_participant(participant: Mapping[str, Any]) -> Json | None:
    """Return the contract's actor from a `CareTeam.participant`."""
    member = participant.get("member")
    role = next((role_concept["text"] for role_concept in participant.get("role", ()) if "text" in role_concept), None)
    if member is not None and type_of(member) == "Organization":
        return read_actor(role=role, person=None, unit=member)
    return read_actor(role=role, person=member, unit=participant.get("onBehalfOf"))


def actor_places(field: str, *, role: str, person: str, unit: str) -> dict[str, tuple[str, ...]]:
    """Return the FHIR elements of an actor's fields."""
    return {
        f"{field}.role": (role,),
        f"{field}.name": (f"{person}.display",),
        f"{field}.hsaId": (f"{person}.identifier.value",),
        f"{field}.unit.hsaId": (f"{unit}.identifier.value",),
        f"{field}.unit.name": (f"{unit}.display",),
    }


def participant_places(field: str) -> dict[str, tuple[str, ...]]:
    """Return the elements of an actor's fields in a `CareTeam.participant`."""
    return actor_places(
        field,
        role="participant.role.text",
        person="participant.member(Practitioner)",
        unit="participant.onBehalfOf(Organization)",
    )


def unit_row(field: str, element: str) -> FieldMapping:
    """Map a unit to a logical Reference to an Organization."""
    path = ElementPath(element)
    at = f"{path.element}(Organization)"
    return FieldMapping(
        field,
        {f"{field}.hsaId": (f"{at}.identifier.value",), f"{field}.name": (f"{at}.display",)},
        lambda value, resource, _: path.put(resource, organization(value)),
        lambda resource: read_unit(path.get(resource)),
    )


def person_row(field: str, element: str) -> FieldMapping:
    """Map a member of staff to a logical Reference to a Practitioner; others are not read."""
    path = ElementPath(element)
    at = f"{path.element}(Practitioner)"

    def from_fhir(resource: Resource) -> Json | None:
        who = path.get(resource) or {}
        return read_person(who) if type_of(who) in _STAFF else None

    return FieldMapping(
        field,
        {f"{field}.name": (f"{at}.display",), f"{field}.hsaId": (f"{at}.identifier.value",)},
        lambda value, resource, _: path.put(resource, person(value)),
        from_fhir,
    )


def period_row(field: str, element: str) -> FieldMapping:
    """Map a period of local days to a Period."""
    path = ElementPath(element)
    return FieldMapping(
        field,
        {f"{field}.start": (f"{path.element}.start",), f"{field}.end": (f"{path.element}.end",)},
        lambda value, resource, _: path.put(resource, dict(value)),
        lambda resource: read_period(path.get(resource)),
    )


def read_period(period: Mapping[str, Any] | None) -> Json | None:
    """Return the contract's period of local days from a Period of days or instants."""
    return present(start=day_of((period or {}).get("start")), end=day_of((period or {}).get("end"))) or None


def day(field: str, element: str) -> FieldMapping:
    """Map a local day to a date or a dateTime."""
    path = ElementPath(element)
    return FieldMapping(
        field,
        {field: (path.element,)},
        lambda value, resource, _: path.put(resource, value),
        lambda resource: day_of(path.get(resource)),
    )


def day_of(moment: str | None) -> str | None:
    """Return the local day (Europe/Stockholm) of a FHIR date, dateTime or instant, as YYYY-MM-DD.

    None for a month or a year, and for a moment whose local day is outside the calendar.
    """
    if moment is None or len(moment) < _DAY_LENGTH:
        return None
    if len(moment) == _DAY_LENGTH:
        return moment
    try:
        return moments(moment)[0].astimezone(STOCKHOLM).date().isoformat()
    except OverflowError:
        return None


def identifier_row(field: str) -> FieldMapping:
    """Map the identifier that the owning system has given."""

    def from_fhir(resource: Resource) -> Json | None:
        identifiers = resource.get("identifier", ())
        complete = (identifier for identifier in identifiers if "system" in identifier and "value" in identifier)
        return next(({"system": identifier["system"], "value": identifier["value"]} for identifier in complete), None)

    return FieldMapping(
        field,
        {f"{field}.system": ("identifier.system",), f"{field}.value": ("identifier.value",)},
        lambda value, resource, _: resource.update(identifier=[dict(value)]),
        from_fhir,
    )


def way_places(field: str, element: str) -> dict[str, tuple[str, ...]]:
    """Return the FHIR elements of the fields of a way of contact."""
    places = {f"{field}.{name}": (f"{element}.{_WAY}.extension({name}).{kind}",) for name, kind in WAY_PARTS.items()}
    channel = f"{field}.channel"
    return {**places, channel: (*places[channel], f"{element}.system"), f"{field}.value": (f"{element}.value",)}


def ways_row(field: str, element: str = "telecom") -> FieldMapping:
    """Map ways of contact to ContactPoints."""
    return FieldMapping(
        field,
        way_places(f"{field}[]", element),
        lambda value, resource, _: resource.update({element: [contact_point(way) for way in value]}),
        lambda resource: read_contact_points(resource.get(element, ())),
    )


def contact_point(way: Json) -> Json:
    """Return a ContactPoint; channel, name, hours and link are an extension, because R4 has no elements for them."""
    point: Json = {}
    parts = [{"url": name, kind: way[name]} for name, kind in WAY_PARTS.items() if name in way]
    extend(point, CONTACT_WAY, extension=parts)
    return {**point, "system": CHANNELS[way["channel"]][0], "value": way["value"]}


def read_contact_point(point: Mapping[str, Any]) -> Json | None:
    """Return the contract's way of contact from a ContactPoint; None for another channel or an invalid address."""
    parts = {part["url"]: part for part in extension(point, CONTACT_WAY).get("extension", ())}
    values = {name: parts.get(name, {}).get(kind) for name, kind in WAY_PARTS.items()}
    channel = values["channel"] or CHANNEL_OF_SYSTEM.get(point.get("system", ""))
    return fitted(ContactWay, present(**{**values, "channel": channel}, value=point.get("value")))


def read_contact_points(points: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Return the contract's ways of contact from ContactPoints."""
    return [way for way in map(read_contact_point, points) if way]


def doer_row(field: str) -> FieldMapping:
    """Map an actor to the owner of a Task: the person on behalf of the unit, or the unit, with the role."""

    def to_fhir(actor: Json, task: Json, _: MappingContext) -> None:
        who, unit = person(actor), organization(actor.get("unit"))
        role = [concept(text=actor["role"])] if "role" in actor else None
        task.update(present(performerType=role, owner=who or unit, requester=unit if who else None))

    def from_fhir(task: Resource) -> Json | None:
        owner, role = task.get("owner", {}), text_of(task.get("performerType"))
        if type_of(owner) == "Organization":
            return read_actor(role=role, person=None, unit=owner)
        return read_actor(role=role, person=owner, unit=task.get("requester"))

    places = actor_places(
        field, role="performerType.text", person="owner(Practitioner)", unit="requester(Organization)"
    )
    return FieldMapping(field, places, to_fhir, from_fhir)
