"""An agreed time and its Appointment, both ways.

http://hl7.org/fhir/R4/appointment.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.contracts.codes import BOOKING_OPTIONS, CHANNELS, CONTACT_CHANNEL, PORTAL_LINK, TIME_STATUS
from app.contracts.elements import (
    Json,
    business_identifier,
    code_in,
    coding,
    concept,
    extension,
    iso,
    meta,
    organization,
    period,
    person,
    portal_link,
    present,
    read_actor,
    read_business_identifier,
    read_part,
    read_period,
    text_of,
    type_of,
)
from app.contracts.model import AgreedTime
from app.contracts.pieces import Actor
from app.fhir import r4

_STATUS: Final = {"booked": "booked", "cancelled": "cancelled", "fulfilled": "fulfilled", "missed": "noshow"}
_PATIENT_STATUS: Final = {"invited": "needs-action", "cancelled": "declined"}
_UNIT: Final = "HealthcareService"


def appointment(part: AgreedTime, *, id: str, patient: str) -> Json:
    """The Appointment, with the person and whoever they meet as participants."""
    return r4.to_json(
        r4.Appointment(
            id=id,
            meta=meta(part),
            extension=[*_options(part), *portal_link(part.link)] or None,
            identifier=business_identifier(part.identifier) or None,
            status=_status(part),
            cancelationReason=concept(text=part.cancellation_reason) if part.cancellation_reason else None,
            appointmentType=part.channel and concept(coding(CONTACT_CHANNEL, part.channel, CHANNELS[part.channel][1])),
            description=part.what,
            start=iso(part.start),
            end=iso(part.end),
            comment=part.note,
            patientInstruction=part.instruction,
            participant=list(_participants(part, patient)),
            requestedPeriod=[period(part.window)] if part.window else None,
        )
    )


def _status(part: AgreedTime) -> str:
    if part.status == "invited":
        return "proposed" if part.start is None else "pending"
    return _STATUS[part.status]


def _options(part: AgreedTime) -> list[Json]:
    said = (("rebookable", part.rebookable), ("cancellable", part.cancellable))
    options = [{"url": url, "valueBoolean": value} for url, value in said if value is not None]
    return [{"url": BOOKING_OPTIONS, "extension": options}] if options else []


def _participants(part: AgreedTime, patient: str) -> Iterator[Json]:
    yield {"actor": {"reference": patient}, "status": _PATIENT_STATUS.get(part.status, "accepted")}
    for role, actor in _met(part.who):
        yield present(type=[concept(text=role)] if role else None, actor=actor, status="accepted")
    if part.place:
        yield {"actor": {"type": "Location", "display": part.place}, "status": "accepted"}


def _met(who: Actor | None) -> list[tuple[str | None, Json | None]]:
    """Whom the person meets; the role stands on the first of them, or alone."""
    if who is None:
        return []
    actors = [actor for actor in (person(who), organization(who.unit, kind=_UNIT)) if actor]
    return [(who.role, next(iter(actors), None)), *((None, actor) for actor in actors[1:])]


def read(resource: Mapping[str, Any]) -> Json:
    """The contract's agreed time behind an Appointment of any system."""
    options = {one["url"]: one for one in extension(resource, BOOKING_OPTIONS).get("extension", ())}
    participants = resource.get("participant", ())
    return present(
        **read_part(resource),
        what=_read_what(resource),
        status=TIME_STATUS.get(resource.get("status", "")),
        start=resource.get("start"),
        end=resource.get("end"),
        window=read_period(next(iter(resource.get("requestedPeriod", ())), None)),
        channel=code_in([resource.get("appointmentType", {})], CONTACT_CHANNEL),
        place=_display(participants, "Location"),
        who=read_actor(
            role=_read_role(participants),
            person=_actor(participants, "Practitioner", "PractitionerRole"),
            unit=_actor(participants, _UNIT, "Organization"),
        ),
        instruction=resource.get("patientInstruction"),
        note=resource.get("comment"),
        cancellationReason=text_of(resource.get("cancelationReason")),
        rebookable=options.get("rebookable", {}).get("valueBoolean"),
        cancellable=options.get("cancellable", {}).get("valueBoolean"),
        link=extension(resource, PORTAL_LINK).get("valueUrl"),
        identifier=read_business_identifier(resource.get("identifier", ())),
    )


def _read_what(resource: Mapping[str, Any]) -> str | None:
    return (
        resource.get("description")
        or text_of(resource.get("serviceType"))
        or text_of(resource.get("reasonCode"))
        or text_of(resource.get("appointmentType"))
    )


def _actor(participants: Sequence[Mapping[str, Any]], *kinds: str) -> Mapping[str, Any] | None:
    actors = (one["actor"] for one in participants if "actor" in one)
    return next((actor for actor in actors if type_of(actor) in kinds), None)


def _display(participants: Sequence[Mapping[str, Any]], kind: str) -> str | None:
    return (_actor(participants, kind) or {}).get("display")


def _read_role(participants: Sequence[Mapping[str, Any]]) -> str | None:
    others = (one for one in participants if type_of(one.get("actor", {})) != "Patient")
    return next((text for text in (text_of(one.get("type")) for one in others) if text), None)
