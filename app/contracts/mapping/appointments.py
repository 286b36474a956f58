"""An agreed time as an Appointment.

http://hl7.org/fhir/R4/appointment.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.contracts.codes import (
    BOOKING_OPTIONS,
    CHANNELS,
    CONTACT_CHANNEL,
    ON_BEHALF_OF,
    PORTAL_LINK,
    RESCHEDULED_FROM,
    TIME_STATUS,
    codings,
)
from app.contracts.mapping.rows import FieldMapping, MappingContext, ResourceMapping, coded, extended, same, text
from app.contracts.mapping.shared_rows import (
    actor_places,
    identifier_row,
    organization,
    person,
    read_actor,
    read_period,
)
from app.fhir.elements import Json, Resource, concept, extend, extension, present, text_of, type_of

_STATUS: Final = {
    "booked": "booked",
    "invited": "pending",
    "cancelled": "cancelled",
    "fulfilled": "fulfilled",
    "missed": "noshow",
}
_PATIENT_STATUS: Final = {"pending": "needs-action", "cancelled": "declined"}
_UNIT: Final = "HealthcareService"
_UNITS: Final = frozenset({_UNIT, "Organization"})
_NOT_STAFF: Final = frozenset({"Patient", "Location"})
_CHANNELS: Final = codings(CONTACT_CHANNEL, {channel: display for channel, (_, display) in CHANNELS.items()})


def _status_to_fhir(status: str, time: Json, context: MappingContext) -> None:
    time["status"] = _STATUS[status]
    own = _PATIENT_STATUS.get(_STATUS[status], "accepted")
    time["participant"] = [{"actor": {"reference": context.patient}, "status": own}]


def _status_without_start_to_fhir(_: Json, time: Json, __: MappingContext) -> None:
    """Write an invitation without a start as proposed, as the invariant app-3 demands."""
    if time["status"] == "pending" and "start" not in time:
        time["status"] = "proposed"


def _what_from_fhir(time: Resource) -> str | None:
    """Return the description, else the text of an element that other systems use instead."""
    description: str | None = time.get("description")
    return description or next(filter(None, (text_of(time.get(name)) for name in _DESCRIPTIONS)), None)


_DESCRIPTIONS: Final = ("serviceType", "reasonCode", "appointmentType")


def _who_to_fhir(actors: Sequence[Json], time: Json, _: MappingContext) -> None:
    for actor in actors:
        who, unit = person(actor), organization(actor.get("unit"), kind=_UNIT)
        role = [concept(text=actor["role"])] if "role" in actor else None
        participant = present(type=role, actor=who or unit, status="accepted")
        if who and unit:
            extend(participant, ON_BEHALF_OF, valueReference=unit)
        time["participant"].append(participant)


def _who_from_fhir(time: Resource) -> list[Json]:
    participants = [
        participant
        for participant in time.get("participant", ())
        if type_of(participant.get("actor", {})) not in _NOT_STAFF
    ]
    return [actor for actor in map(_actor_of, participants) if actor]


def _actor_of(participant: Mapping[str, Any]) -> Json | None:
    role, actor = text_of(participant.get("type")), participant.get("actor", {})
    if type_of(actor) in _UNITS:
        return read_actor(role=role, person=None, unit=actor)
    return read_actor(role=role, person=actor, unit=extension(participant, ON_BEHALF_OF).get("valueReference"))


def _place_to_fhir(place: str, time: Json, _: MappingContext) -> None:
    time["participant"].append({"actor": {"type": "Location", "display": place}, "status": "accepted"})


def _place_from_fhir(time: Resource) -> str | None:
    actors = (participant.get("actor", {}) for participant in time.get("participant", ()))
    place: str | None = next((actor.get("display") for actor in actors if type_of(actor) == "Location"), None)
    return place


AGREED_TIME: Final = ResourceMapping(
    "Appointment",
    "agreed-time",
    {},
    "",
    (
        extended("rebookable", BOOKING_OPTIONS, "valueBoolean", "rebookable"),
        extended("cancellable", BOOKING_OPTIONS, "valueBoolean", "cancellable"),
        extended("link", PORTAL_LINK, "valueUrl"),
        extended("rescheduledFrom", RESCHEDULED_FROM, "valueDateTime"),
        identifier_row("identifier"),
        FieldMapping(
            "status",
            {"status": ("status", "participant.status")},
            _status_to_fhir,
            lambda time: TIME_STATUS.get(time.get("status", "")),
        ),
        text("cancellationReason", "cancelationReason"),
        coded("channel", "appointmentType", _CHANNELS),
        FieldMapping(
            "what", {"what": ("description",)}, lambda what, time, _: time.update(description=what), _what_from_fhir
        ),
        same("start", "start"),
        same("end", "end"),
        FieldMapping("", {}, _status_without_start_to_fhir, lambda _: None),
        same("note", "comment"),
        same("instruction", "patientInstruction"),
        FieldMapping(
            "who",
            actor_places(
                "who[]",
                role="participant.type.text",
                person="participant.actor(Practitioner)",
                unit="participant.extension(on-behalf-of).valueReference(HealthcareService)",
            ),
            _who_to_fhir,
            _who_from_fhir,
        ),
        FieldMapping("place", {"place": ("participant.actor(Location).display",)}, _place_to_fhir, _place_from_fhir),
        FieldMapping(
            "window",
            {f"window.{name}": (f"requestedPeriod.{name}",) for name in ("start", "end")},
            lambda window, time, _: time.update(requestedPeriod=[dict(window)]),
            lambda time: read_period(next(iter(time.get("requestedPeriod", ())), None)),
        ),
    ),
)
"""The Appointment; its participants are the person, those whom the person meets, and the place."""
