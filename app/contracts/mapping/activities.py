"""Activities as ServiceRequests: of the person, of care, of others, and those for when the person gets worse.

Each is its own resource, so that access is decided for each. http://hl7.org/fhir/R4/servicerequest.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.contracts.codes import (
    ACTIVITY_KIND,
    ACTIVITY_KINDS,
    CATEGORIES,
    CONTACT_POINT,
    PART_CODINGS,
    PRINCIPAL,
    PRINCIPALS,
    UNITS,
    URGENCIES,
    codings,
)
from app.contracts.mapping.rows import (
    FieldMapping,
    MappingContext,
    ResourceMapping,
    annotation,
    member,
    reverse,
    same,
    text,
    word,
)
from app.contracts.mapping.shared_rows import (
    actor_places,
    contact_point,
    organization,
    person,
    read_actor,
    read_contact_point,
    read_period,
    reference,
    way_places,
)
from app.fhir import codes
from app.fhir.elements import (
    Json,
    Resource,
    codes_in,
    codings_of,
    concept,
    extend,
    extension,
    present,
    text_of,
    type_of,
)

_SECONDS: Final = ":00"
_UNIT_WORDS: Final = reverse(UNITS)
_TIMING: Final = "occurrenceTiming"


def _code_to_fhir(code: Json, request: Json, _: MappingContext) -> None:
    request["code"] = {"coding": [dict(code)], **request["code"]}


def _code_from_fhir(request: Resource) -> Json | None:
    complete = (coding for coding in codings_of(request.get("code")) if "system" in coding and "code" in coding)
    coding: Resource = next(complete, {})
    return present(system=coding.get("system"), code=coding.get("code"), display=coding.get("display")) or None


def _often_to_fhir(often: Json, request: Json, _: MappingContext) -> None:
    repeat = present(
        frequency=often.get("times"),
        period=often.get("every"),
        periodUnit=UNITS.get(often.get("unit", "")),
        dayOfWeek=often.get("weekdays"),
        timeOfDay=[clock + _SECONDS for clock in often.get("at", ())],
    )
    words = often.get("text")
    request[_TIMING] = present(repeat=repeat, code=concept(text=words) if words else None)


def _often_from_fhir(request: Resource) -> Json | None:
    """Read how often; seconds, fractions of a period and units shorter than an hour are left out."""
    timing = _timing(request)
    repeat = timing.get("repeat", {})
    every, unit = repeat.get("period"), _UNIT_WORDS.get(repeat.get("periodUnit", ""))
    counted = {"times": repeat.get("frequency", 1), "every": every, "unit": unit}
    often = present(
        text=text_of(timing.get("code")),
        weekdays=[day for day in repeat.get("dayOfWeek", ()) if day],
        at=[time.removesuffix(_SECONDS) for time in repeat.get("timeOfDay", ()) if time and time.endswith(_SECONDS)],
        **(counted if unit and isinstance(every, int) else {}),
    )
    return {"weekdays": [], "at": [], **often} if often else None


def _timing(request: Resource) -> Mapping[str, Any]:
    """Return the timing; empty if it has elements that a contract cannot hold, which would change its meaning."""
    timing: Mapping[str, Any] = request.get(_TIMING, {})
    return {} if "event" in timing or _UNMAPPED_TIMING & timing.get("repeat", {}).keys() else timing


_UNMAPPED_TIMING: Final = frozenset({"count", "countMax", "frequencyMax", "periodMax", "when", "offset"})


def _period_to_fhir(period: Json, request: Json, _: MappingContext) -> None:
    """Write the days as the bounds of the timing if there is a timing, else as a Period."""
    if _TIMING in request:
        request[_TIMING].setdefault("repeat", {})["boundsPeriod"] = dict(period)
    else:
        request["occurrencePeriod"] = dict(period)


def _period_from_fhir(request: Resource) -> Json | None:
    bounds = _timing(request).get("repeat", {}).get("boundsPeriod")
    return read_period(request.get("occurrencePeriod") or bounds or present(start=request.get("occurrenceDateTime")))


_REPEAT: Final = f"{_TIMING}.repeat"
_PLANNED: Final = (
    text("what", "code"),
    member("kind", "category", codings(ACTIVITY_KIND, ACTIVITY_KINDS)),
    FieldMapping(
        "code",
        {f"code.{name}": (f"code.coding.{name}",) for name in ("system", "code", "display")},
        _code_to_fhir,
        _code_from_fhir,
    ),
    same("status", "status"),
    FieldMapping(
        "howOften",
        {
            "howOften.times": (f"{_REPEAT}.frequency",),
            "howOften.every": (f"{_REPEAT}.period",),
            "howOften.unit": (f"{_REPEAT}.periodUnit",),
            "howOften.weekdays": (f"{_REPEAT}.dayOfWeek",),
            "howOften.at": (f"{_REPEAT}.timeOfDay",),
            "howOften.text": (f"{_TIMING}.code.text",),
        },
        _often_to_fhir,
        _often_from_fhir,
    ),
    FieldMapping(
        "period",
        {f"period.{name}": (f"{_REPEAT}.boundsPeriod.{name}", f"occurrencePeriod.{name}") for name in ("start", "end")},
        _period_to_fhir,
        _period_from_fhir,
    ),
    text("place", "locationCode[0]"),
    same("instruction", "patientInstruction"),
    annotation("note"),
)


def _by_the_person(_: Json, request: Json, context: MappingContext) -> None:
    request["performer"] = [{"reference": context.patient}]


def _by_to_fhir(actor: Json, request: Json, _: MappingContext) -> None:
    performers = [who for who in (person(actor), organization(actor.get("unit"))) if who]
    role = concept(text=actor["role"]) if "role" in actor else None
    request.update(present(performer=performers, performerType=role))


def _by_from_fhir(request: Resource) -> Json | None:
    """Read the first member of staff, the first organisation and the role."""
    return read_actor(
        role=text_of(request.get("performerType")),
        person=_performer(request, "Practitioner", "PractitionerRole"),
        unit=_performer(request, "Organization"),
    )


def _performer(request: Resource, *kinds: str) -> Mapping[str, Any] | None:
    return next((who for who in request.get("performer", ()) if type_of(who) in kinds), None)


_OTHERS: Final = {"relative": "RelatedPerson", "outside": "Organization"}


def _other_to_fhir(other: Json, request: Json, _: MappingContext) -> None:
    role = concept(text=other["role"]) if "role" in other else None
    who = reference(_OTHERS[other["kind"]], None, other["name"])
    request.update(present(performer=[who], performerType=role))


def _other_from_fhir(request: Resource) -> Json | None:
    for kind, type in _OTHERS.items():
        if who := _performer(request, type):
            return present(kind=kind, name=who.get("display"), role=text_of(request.get("performerType")))
    return None


def _activity(part: str, profile: str, *rows: FieldMapping) -> ResourceMapping:
    always = {"intent": "plan", "category": [concept(PART_CODINGS[part])]}
    return ResourceMapping("ServiceRequest", profile, always, "subject", rows)


I_DO: Final = _activity(codes.I_DO, "i-do", *_PLANNED, FieldMapping("", {}, _by_the_person, lambda _: None))
CARE_DOES: Final = _activity(
    codes.CARE_DOES,
    "care-does",
    *_PLANNED,
    member("category", "category", codings(codes.INFORMATION_CATEGORY, CATEGORIES)),
    member("principal", "category", codings(PRINCIPAL, PRINCIPALS)),
    FieldMapping(
        "by",
        actor_places("by", role="performerType.text", person="performer(Practitioner)", unit="performer(Organization)"),
        _by_to_fhir,
        _by_from_fhir,
    ),
)
OTHERS_DO: Final = _activity(
    codes.OTHERS_DO,
    "others-do",
    *_PLANNED,
    FieldMapping(
        "by",
        {
            "by.kind": ("performer(RelatedPerson)", "performer(Organization)"),
            "by.name": ("performer(RelatedPerson).display", "performer(Organization).display"),
            "by.role": ("performerType.text",),
        },
        _other_to_fhir,
        _other_from_fhir,
    ),
)


def _contact_to_fhir(way: Json, request: Json, _: MappingContext) -> None:
    extend(request, CONTACT_POINT, valueContactPoint=contact_point(way))


def _contact_from_fhir(request: Resource) -> Json | None:
    return read_contact_point(extension(request, CONTACT_POINT).get("valueContactPoint", {}))


IF_WORSE: Final = _activity(
    codes.IF_WORSE,
    "if-worse",
    FieldMapping("", {}, lambda _, request, __: request.update(status="active"), lambda _: None),
    text("sign", "asNeededCodeableConcept", "code"),
    same("action", "patientInstruction"),
    word("urgency", "priority", URGENCIES),
    FieldMapping("", {}, _by_the_person, lambda _: None),
    FieldMapping(
        "contact",
        way_places("contact", "extension(contact-point).valueContactPoint"),
        _contact_to_fhir,
        _contact_from_fhir,
    ),
)

_PARTS: Final = frozenset({codes.I_DO, codes.CARE_DOES, codes.OTHERS_DO, codes.IF_WORSE})


def _part_of(request: Resource) -> str | None:
    """Return the part of the agreement that a ServiceRequest is in, by its first known category; without one, care's.

    None for an activity that must not be done, and for a sign of getting worse that is no longer active.
    """
    categories = codes_in(request.get("category"), codes.AGREEMENT_PART)
    part = next((category for category in categories if category in _PARTS), codes.CARE_DOES)
    is_over = part == codes.IF_WORSE and request.get("status") != "active"
    return None if request.get("doNotPerform") or is_over else part


def is_in(part: str) -> Callable[[Resource], bool]:
    """Return a function that tells whether a ServiceRequest is in this part of the agreement."""
    return lambda request: _part_of(request) == part
