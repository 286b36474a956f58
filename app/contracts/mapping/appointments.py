"""An agreed time and its Appointment, both ways.

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
_NOT_MET: Final = frozenset({"Patient", "Location"})
_CHANNELS: Final = codings(CONTACT_CHANNEL, {channel: display for channel, (_, display) in CHANNELS.items()})


def _say_status(status: str, time: Json, context: MappingContext) -> None:
    time["status"] = _STATUS[status]
    own = _PATIENT_STATUS.get(_STATUS[status], "accepted")
    time["participant"] = [{"actor": {"reference": context.patient}, "status": own}]


def _invited_without_a_start(_: Json, time: Json, __: MappingContext) -> None:
    """FHIR's app-3: a time without a start is only proposed."""
    if time["status"] == "pending" and "start" not in time:
        time["status"] = "proposed"


def _hear_what(time: Resource) -> str | None:
    """Its description, else what other systems call it."""
    said: str | None = time.get("description")
    return said or next(filter(None, (text_of(time.get(name)) for name in _CALLED)), None)


_CALLED: Final = ("serviceType", "reasonCode", "appointmentType")


def _say_who(actors: Sequence[Json], time: Json, _: MappingContext) -> None:
    for actor in actors:
        who, unit = person(actor), organization(actor.get("unit"), kind=_UNIT)
        role = [concept(text=actor["role"])] if "role" in actor else None
        met = present(type=role, actor=who or unit, status="accepted")
        if who and unit:
            extend(met, ON_BEHALF_OF, valueReference=unit)
        time["participant"].append(met)


def _hear_who(time: Resource) -> list[Json]:
    found = [one for one in time.get("participant", ()) if type_of(one.get("actor", {})) not in _NOT_MET]
    return [actor for actor in map(_read_met, found) if actor]


def _read_met(met: Mapping[str, Any]) -> Json | None:
    role, actor = text_of(met.get("type")), met.get("actor", {})
    if type_of(actor) in _UNITS:
        return read_actor(role=role, person=None, unit=actor)
    return read_actor(role=role, person=actor, unit=extension(met, ON_BEHALF_OF).get("valueReference"))


def _say_place(place: str, time: Json, _: MappingContext) -> None:
    time["participant"].append({"actor": {"type": "Location", "display": place}, "status": "accepted"})


def _hear_place(time: Resource) -> str | None:
    actors = (one.get("actor", {}) for one in time.get("participant", ()))
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
            _say_status,
            lambda time: TIME_STATUS.get(time.get("status", "")),
        ),
        text("cancellationReason", "cancelationReason"),
        coded("channel", "appointmentType", _CHANNELS),
        FieldMapping(
            "what", {"what": ("description",)}, lambda said, time, _: time.update(description=said), _hear_what
        ),
        same("start", "start"),
        same("end", "end"),
        FieldMapping("", {}, _invited_without_a_start, lambda _: None),
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
            _say_who,
            _hear_who,
        ),
        FieldMapping("place", {"place": ("participant.actor(Location).display",)}, _say_place, _hear_place),
        FieldMapping(
            "window",
            {f"window.{name}": (f"requestedPeriod.{name}",) for name in ("start", "end")},
            lambda window, time, _: time.update(requestedPeriod=[dict(window)]),
            lambda time: read_period(next(iter(time.get("requestedPeriod", ())), None)),
        ),
    ),
)
"""The Appointment, with the person, whoever they meet and the place as participants."""
