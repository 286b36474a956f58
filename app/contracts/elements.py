"""The smaller parts of FHIR that the mappers share, both ways: concepts, references, periods, contact points, meta.

http://hl7.org/fhir/R4/datatypes.html
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.contracts.codes import CHANNEL_OF_SYSTEM, CHANNELS, CONTACT_WAY, PORTAL_LINK, SECURITY
from app.contracts.pieces import Actor, BusinessIdentifier, ContactWay, Part, Period, Unit
from app.fhir import codes, identifiers

Json = dict[str, Any]
LOCAL: Final = ZoneInfo("Europe/Stockholm")
_DAY_LENGTH: Final = len("2026-01-01")


def present(**elements: Any) -> Json:
    """An object of the elements that there are: None and empty lists and objects are left out."""
    return {name: value for name, value in elements.items() if value not in (None, [], {})}


def coding(system: str, code: str, display: str | None = None) -> Json:
    """A Coding."""
    return present(system=system, code=code, display=display)


def concept(*codings: Json, text: str | None = None) -> Json:
    """A CodeableConcept."""
    return present(coding=list(codings), text=text)


def code_in(concepts: Iterable[Mapping[str, Any]], system: str) -> str | None:
    """The first code of one system among some CodeableConcepts."""
    return next(iter(codes_in(concepts, system)), None)


def codes_in(concepts: Iterable[Mapping[str, Any]], system: str) -> list[str]:
    """The codes of one system among some CodeableConcepts, in order."""
    codings = [each for one in concepts for each in one.get("coding", ())]
    return [each["code"] for each in codings if each.get("system") == system and "code" in each]


def text_of(concepts: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None) -> str | None:
    """The words of a CodeableConcept, or of the first of several: its text, else a display."""
    first = concepts if isinstance(concepts, Mapping) else next(iter(concepts or ()), None)
    if first is None:
        return None
    displays = (each["display"] for each in first.get("coding", ()) if "display" in each)
    return first.get("text") or next(displays, None)


def reference(kind: str, hsa_id: str | None, display: str | None) -> Json:
    """A logical Reference to somebody in HSA: by identifier, since no copy of the directory is kept here."""
    identifier = {"system": codes.HSA_ID, "value": hsa_id} if hsa_id else None
    return present(type=kind, identifier=identifier, display=display)


def hsa_of(who: Mapping[str, Any] | None) -> str | None:
    """The HSA-id in a logical Reference, in any of the spellings of its system."""
    identifier = (who or {}).get("identifier", {})
    if identifiers.normalise_system(identifier.get("system", "")) != codes.HSA_ID:
        return None
    value: str | None = identifier.get("value")
    return value


def type_of(who: Mapping[str, Any]) -> str:
    """The type that a Reference says or shows."""
    said: str = who.get("type") or who.get("reference", "").rpartition("/")[0].rpartition("/")[2]
    return said


def organization(unit: Unit | None, *, kind: str = "Organization") -> Json | None:
    """A logical Reference to a unit."""
    return reference(kind, unit.hsa_id, unit.name) if unit else None


def read_unit(who: Mapping[str, Any] | None) -> Json | None:
    """The contract's unit behind a Reference."""
    return present(hsaId=hsa_of(who), name=(who or {}).get("display")) or None


def person(actor: Actor) -> Json | None:
    """A logical Reference to a named member of staff; None where only a role or a unit is known."""
    if actor.name is None and actor.hsa_id is None:
        return None
    return reference("Practitioner", actor.hsa_id, actor.name)


def read_actor(*, role: str | None, person: Mapping[str, Any] | None, unit: Mapping[str, Any] | None) -> Json | None:
    """The contract's actor behind a role, a Reference to a person and one to a unit."""
    who = person or {}
    return present(role=role, name=who.get("display"), hsaId=hsa_of(who), unit=read_unit(unit)) or None


def participant(actor: Actor, *codings: Json) -> Json:
    """A `CareTeam.participant`: the person on behalf of the unit, or the unit itself, or a role alone."""
    who, unit = person(actor), organization(actor.unit)
    return present(
        role=[concept(*codings, text=actor.role)] if codings or actor.role else None,
        member=who or unit,
        onBehalfOf=unit if who else None,
    )


def read_participant(found: Mapping[str, Any]) -> Json | None:
    """The contract's actor behind a `CareTeam.participant`."""
    member = found.get("member")
    role = next((one["text"] for one in found.get("role", ()) if "text" in one), None)
    if member is not None and type_of(member) == "Organization":
        return read_actor(role=role, person=None, unit=member)
    return read_actor(role=role, person=member, unit=found.get("onBehalfOf"))


def period(days: Period | None) -> Json | None:
    """A Period of days."""
    if days is None:
        return None
    return present(start=days.start and days.start.isoformat(), end=days.end and days.end.isoformat())


def read_period(found: Mapping[str, Any] | None) -> Json | None:
    """The contract's period of local days behind a Period of days or instants."""
    return present(start=day_of((found or {}).get("start")), end=day_of((found or {}).get("end"))) or None


def day_of(moment: str | None) -> str | None:
    """The local day (Europe/Stockholm) of a FHIR date, dateTime or instant."""
    if moment is None or len(moment) <= _DAY_LENGTH:
        return moment
    return datetime.fromisoformat(moment).astimezone(LOCAL).date().isoformat()


def iso(day: date | None) -> str | None:
    """A day or an instant as FHIR writes it."""
    return None if day is None else day.isoformat()


def contact_point(way: ContactWay) -> Json:
    """A ContactPoint with its channel, name and hours as an extension, for which R4 has no element."""
    said = [{"url": "channel", "valueCode": way.channel}]
    said += [{"url": "name", "valueString": way.name}] if way.name else []
    said += [{"url": "hours", "valueString": way.hours}] if way.hours else []
    return {
        "extension": [{"url": CONTACT_WAY, "extension": said}],
        "system": CHANNELS[way.channel][0],
        "value": way.value,
    }


def read_contact_point(found: Mapping[str, Any]) -> Json | None:
    """The contract's way of contact behind a ContactPoint; None where it is none for the person."""
    said = {part["url"]: part for part in extension(found, CONTACT_WAY).get("extension", ())}
    channel = said.get("channel", {}).get("valueCode") or CHANNEL_OF_SYSTEM.get(found.get("system", ""))
    if channel is None or "value" not in found:
        return None
    return present(
        channel=channel,
        value=found["value"],
        name=said.get("name", {}).get("valueString"),
        hours=said.get("hours", {}).get("valueString"),
    )


def read_contact_points(found: Iterable[Mapping[str, Any]]) -> list[Json]:
    """The contract's ways of contact behind some ContactPoints."""
    return [way for way in map(read_contact_point, found) if way]


def extension(holder: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    """The first extension with a URL, or nothing."""
    return next((one for one in holder.get("extension", ()) if one.get("url") == url), {})


def portal_link(link: str | None) -> list[Json]:
    """The extension with the address where the person reads or does more."""
    return [{"url": PORTAL_LINK, "valueUrl": link}] if link else []


def business_identifier(known: BusinessIdentifier | None) -> list[Json]:
    """An Identifier of the system that owns the thing."""
    return [{"system": known.system, "value": known.value}] if known else []


def read_business_identifier(found: Iterable[Mapping[str, Any]]) -> Json | None:
    """The contract's identifier behind the first Identifier that has both a system and a value."""
    whole = (one for one in found if "system" in one and "value" in one)
    return next(({"system": one["system"], "value": one["value"]} for one in whole), None)


def meta(part: Part) -> Json | None:
    """The security label of a confidential part."""
    if part.confidentiality is None:
        return None
    return {"security": [coding(codes.CONFIDENTIALITY, part.confidentiality, SECURITY[part.confidentiality])]}


def read_part(resource: Mapping[str, Any]) -> Json:
    """What every part has: its id and its label."""
    labels = codes_in([{"coding": resource.get("meta", {}).get("security", ())}], codes.CONFIDENTIALITY)
    return present(id=resource.get("id"), confidentiality=next((one for one in labels if one in SECURITY), None))


def annotations(note: str | None) -> list[Json]:
    """A note of the author."""
    return [{"text": note}] if note else []


def read_annotations(found: Sequence[Mapping[str, Any]]) -> str | None:
    """The words of some Annotations, a blank line between them."""
    return "\n\n".join(one["text"] for one in found if "text" in one) or None
