"""Where each field of the contract goes in FHIR; a test holds the table against the model and against the mappers."""

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from pydantic import BaseModel

Rows = dict[str, tuple[str, ...]]


def _part(at: str, resource: str) -> Rows:
    return {f"{at}.id": (f"{resource}.id",), f"{at}.confidentiality": (f"{resource}.meta.security",)}


def _period(at: str, element: str) -> Rows:
    return {f"{at}.start": (f"{element}.start",), f"{at}.end": (f"{element}.end",)}


def _actor(at: str, *, role: str, person: str, unit: str) -> Rows:
    return {
        f"{at}.role": (role,),
        f"{at}.name": (f"{person}.display",),
        f"{at}.hsaId": (f"{person}.identifier.value",),
        f"{at}.unit.hsaId": (f"{unit}.identifier.value",),
        f"{at}.unit.name": (f"{unit}.display",),
    }


def _way(at: str, element: str) -> Rows:
    own = f"{element}.extension(contact-way)"
    return {
        f"{at}.channel": (f"{own}.extension(channel).valueCode", f"{element}.system"),
        f"{at}.value": (f"{element}.value",),
        f"{at}.name": (f"{own}.extension(name).valueString",),
        f"{at}.hours": (f"{own}.extension(hours).valueString",),
    }


def _identifier(at: str, resource: str) -> Rows:
    return {f"{at}.system": (f"{resource}.identifier.system",), f"{at}.value": (f"{resource}.identifier.value",)}


def _planned(at: str) -> Rows:
    timing = "ServiceRequest.occurrenceTiming"
    repeat = f"{timing}.repeat"
    return {
        **_part(at, "ServiceRequest"),
        f"{at}.what": ("ServiceRequest.code.text",),
        f"{at}.code.system": ("ServiceRequest.code.coding.system",),
        f"{at}.code.code": ("ServiceRequest.code.coding.code",),
        f"{at}.code.display": ("ServiceRequest.code.coding.display",),
        f"{at}.status": ("ServiceRequest.status",),
        f"{at}.howOften.times": (f"{repeat}.frequency",),
        f"{at}.howOften.every": (f"{repeat}.period",),
        f"{at}.howOften.unit": (f"{repeat}.periodUnit",),
        f"{at}.howOften.weekdays": (f"{repeat}.dayOfWeek",),
        f"{at}.howOften.at": (f"{repeat}.timeOfDay",),
        f"{at}.howOften.text": (f"{timing}.code.text",),
        # ServiceRequest.occurrencePeriod where nothing is said of how often.
        **_period(f"{at}.period", f"{repeat}.boundsPeriod"),
        f"{at}.place": ("ServiceRequest.locationCode.text",),
        f"{at}.instruction": ("ServiceRequest.patientInstruction",),
        f"{at}.note": ("ServiceRequest.note.text",),
    }


_CARE_DOES: Final[Rows] = {
    **_planned("agreement.careDoes[]"),
    "agreement.careDoes[].category": ("ServiceRequest.category",),
    **_actor(
        "agreement.careDoes[].by",
        role="ServiceRequest.performerType.text",
        person="ServiceRequest.performer(Practitioner)",
        unit="ServiceRequest.performer(Organization)",
    ),
}

_AGREEMENT: Final[Rows] = {
    "agreement.whatMatters": ("CarePlan.note.text",),
    **_part("agreement.goals[]", "Goal"),
    "agreement.goals[].goal": ("Goal.description.text",),
    "agreement.goals[].status": ("Goal.lifecycleStatus",),
    "agreement.goals[].achievement": ("Goal.achievementStatus.coding.code",),
    "agreement.goals[].start": ("Goal.startDate",),
    "agreement.goals[].due": ("Goal.target.dueDate",),
    "agreement.goals[].measure": ("Goal.target.measure.text",),
    "agreement.goals[].target": ("Goal.target.detailString",),
    **_planned("agreement.iDo[]"),
    **_CARE_DOES,
    **_part("agreement.ifWorse[]", "ServiceRequest"),
    "agreement.ifWorse[].sign": ("ServiceRequest.asNeededCodeableConcept.text",),
    "agreement.ifWorse[].action": ("ServiceRequest.patientInstruction",),
    "agreement.ifWorse[].urgency": ("ServiceRequest.priority",),
    **_way("agreement.ifWorse[].contact", "ServiceRequest.extension(contact-point).valueContactPoint"),
    **_way("agreement.contactWays[]", "CareTeam.telecom"),
}

_CONTACTS: Final[Rows] = {
    **_part("contacts[]", "CareTeam"),
    "contacts[].kind": ("CareTeam.participant.role.coding",),
    **_actor(
        "contacts[].who",
        role="CareTeam.participant.role.text",
        person="CareTeam.participant.member(Practitioner)",
        unit="CareTeam.participant.onBehalfOf(Organization)",
    ),
    **_period("contacts[].period", "CareTeam.period"),
    **_way("contacts[].contactWays[]", "CareTeam.telecom"),
    "contacts[].note": ("CareTeam.note.text",),
    **_actor(
        "team[]",
        role="CareTeam.participant.role.text",
        person="CareTeam.participant.member(Practitioner)",
        unit="CareTeam.participant.onBehalfOf(Organization)",
    ),
    **_period("team[].period", "CareTeam.participant.period"),
}

_OPTIONS: Final = "Appointment.extension(booking-options)"

_TIMES: Final[Rows] = {
    **_part("times[]", "Appointment"),
    "times[].what": ("Appointment.description",),
    "times[].status": ("Appointment.status",),
    "times[].start": ("Appointment.start",),
    "times[].end": ("Appointment.end",),
    **_period("times[].window", "Appointment.requestedPeriod"),
    "times[].channel": ("Appointment.appointmentType.coding",),
    "times[].place": ("Appointment.participant.actor(Location).display",),
    **_actor(
        "times[].who",
        role="Appointment.participant.type.text",
        person="Appointment.participant.actor(Practitioner)",
        unit="Appointment.participant.actor(HealthcareService)",
    ),
    "times[].instruction": ("Appointment.patientInstruction",),
    "times[].note": ("Appointment.comment",),
    "times[].cancellationReason": ("Appointment.cancelationReason.text",),
    "times[].rebookable": (f"{_OPTIONS}.extension(rebookable).valueBoolean",),
    "times[].cancellable": (f"{_OPTIONS}.extension(cancellable).valueBoolean",),
    "times[].link": ("Appointment.extension(portal-link).valueUrl",),
    **_identifier("times[].identifier", "Appointment"),
}

_PLANS: Final[Rows] = {
    **_part("plans[]", "CarePlan"),
    "plans[].type": ("CarePlan.category.coding",),
    "plans[].title": ("CarePlan.title",),
    "plans[].status": ("CarePlan.status",),
    **_period("plans[].period", "CarePlan.period"),
    **_identifier("plans[].identifier", "CarePlan"),
    "plans[].owner.hsaId": ("CarePlan.author(Organization).identifier.value",),
    "plans[].owner.name": ("CarePlan.author(Organization).display",),
    "plans[].link": ("CarePlan.extension(portal-link).valueUrl",),
}

MAPPED: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("CarePlan.id",),
    "patient": ("CarePlan.subject.reference", "CarePlan.note.authorReference.reference"),
    # The team and the ways of contact are as confidential as the agreement.
    "confidentiality": ("CarePlan.meta.security", "CareTeam.meta.security"),
    "title": ("CarePlan.title",),
    "status": ("CarePlan.status",),
    **_period("period", "CarePlan.period"),
    **_AGREEMENT,
    **_CONTACTS,
    **_TIMES,
    **_PLANS,
}
"""Field of the contract -> FHIR elements; `extension(name)` is ours, `actor(Type)` a reference to that type."""


def fields(model: type[BaseModel], at: str = "") -> Iterator[str]:
    """The path of every field of a model that holds a value, `[]` after each list of objects."""
    for name, field in model.model_fields.items():
        path = f"{at}.{field.alias or name}".removeprefix(".")
        inner, repeats = _inner(field.annotation)
        if inner is None:
            yield path
        else:
            yield from fields(inner, f"{path}[]" if repeats else path)


def _inner(annotation: object) -> tuple[type[BaseModel] | None, bool]:
    """The model inside an annotation such as `Period | None` or `tuple[Goal, ...]`, and whether it repeats."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    models = [each for each in get_args(annotation) if isinstance(each, type) and issubclass(each, BaseModel)]
    return next(iter(models), None), Ellipsis in get_args(annotation)
