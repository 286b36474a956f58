"""What the person does, what care does and what to do when worse: each its own ServiceRequest, both ways.

One resource for each, so that each is decided by itself. http://hl7.org/fhir/R4/servicerequest.html
"""

from collections.abc import Mapping
from typing import Any, Final

from app.contracts.codes import AGREEMENT_PARTS, CATEGORIES, CONTACT_POINT, UNITS, URGENCIES, reverse
from app.contracts.elements import (
    Json,
    annotations,
    code_in,
    coding,
    concept,
    contact_point,
    extension,
    meta,
    organization,
    period,
    person,
    present,
    read_actor,
    read_annotations,
    read_contact_point,
    read_part,
    read_period,
    text_of,
    type_of,
)
from app.contracts.model import Activity, CareActivity, IfWorse
from app.contracts.pieces import Actor, Concept, Frequency
from app.fhir import codes, r4

_SECONDS: Final = ":00"
_CLOCK: Final = len("07:30:00")
_UNIT_WORDS: Final = reverse(UNITS)
_URGENCY_WORDS: Final = reverse(URGENCIES)


def i_do(part: Activity, *, id: str, patient: str) -> Json:
    """What the person does, as a ServiceRequest that the person performs."""
    return _planned(part, codes.I_DO, id=id, patient=patient, performer=[{"reference": patient}])


def care_does(part: CareActivity, *, id: str, patient: str) -> Json:
    """What care or social care does, as a ServiceRequest performed by whoever it is."""
    return _planned(
        part,
        codes.CARE_DOES,
        id=id,
        patient=patient,
        category=[_category(part.category)] if part.category else [],
        performer=_performers(part.by),
        performerType=concept(text=part.by.role) if part.by and part.by.role else None,
    )


def if_worse(part: IfWorse, *, id: str, patient: str) -> Json:
    """What to do when worse, as a ServiceRequest for the person to perform when the sign is there."""
    contact = part.contact and contact_point(part.contact)
    return r4.to_json(
        r4.ServiceRequest(
            id=id,
            meta=meta(part),
            extension=[{"url": CONTACT_POINT, "valueContactPoint": contact}] if contact else None,
            status="active",
            intent="plan",
            category=[_part(codes.IF_WORSE)],
            priority=part.urgency and URGENCIES[part.urgency],
            subject={"reference": patient},
            asNeededCodeableConcept=concept(text=part.sign),
            performer=[{"reference": patient}],
            patientInstruction=part.action,
        )
    )


def _planned(
    part: Activity, kind: str, *, id: str, patient: str, category: list[Json] | None = None, **who: Any
) -> Json:
    return r4.to_json(
        r4.ServiceRequest(
            id=id,
            meta=meta(part),
            status=part.status,
            intent="plan",
            category=[_part(kind), *(category or [])],
            code=concept(*_codings(part.code), text=part.what),
            subject={"reference": patient},
            locationCode=[concept(text=part.place)] if part.place else None,
            note=annotations(part.note) or None,
            patientInstruction=part.instruction,
            **_occurrence(part),
            **who,
        )
    )


def _part(kind: str) -> Json:
    return concept(coding(codes.AGREEMENT_PART, kind, AGREEMENT_PARTS[kind]))


def _category(category: str) -> Json:
    return concept(coding(codes.INFORMATION_CATEGORY, category, CATEGORIES[category]))


def _codings(code: Concept | None) -> list[Json]:
    return [coding(code.system, code.code, code.display)] if code else []


def _performers(by: Actor | None) -> list[Json] | None:
    if by is None:
        return None
    return [who for who in (person(by), organization(by.unit)) if who] or None


def _occurrence(part: Activity) -> Json:
    if part.how_often is None:
        return present(occurrencePeriod=period(part.period))
    repeat = present(boundsPeriod=period(part.period), **_repeat(part.how_often))
    text = part.how_often.text
    return {"occurrenceTiming": present(repeat=repeat, code=concept(text=text) if text else None)}


def _repeat(often: Frequency) -> Json:
    return present(
        frequency=often.times,
        period=often.every,
        periodUnit=often.unit and UNITS[often.unit],
        dayOfWeek=list(often.weekdays),
        timeOfDay=[clock + _SECONDS for clock in often.at],
    )


def read_planned(resource: Mapping[str, Any]) -> Json:
    """The contract's activity behind a ServiceRequest of any system, whoever performs it."""
    code = resource.get("code", {})
    timing = resource.get("occurrenceTiming", {})
    repeat = timing.get("repeat", {})
    when = resource.get("occurrenceDateTime")
    days = resource.get("occurrencePeriod") or repeat.get("boundsPeriod") or present(start=when)
    return present(
        **read_part(resource),
        what=text_of(code),
        code=_read_code(code),
        status=resource.get("status"),
        howOften=_read_often(repeat, text_of(timing.get("code"))),
        period=read_period(days),
        place=text_of(resource.get("locationCode")),
        instruction=resource.get("patientInstruction"),
        note=read_annotations(resource.get("note", ())),
    )


def read_care_does(resource: Mapping[str, Any]) -> Json:
    """The contract's activity of care behind a ServiceRequest of any system."""
    return present(
        **read_planned(resource),
        category=code_in(resource.get("category", ()), codes.INFORMATION_CATEGORY),
        by=read_performer(resource),
    )


def read_performer(resource: Mapping[str, Any]) -> Json | None:
    """Who performs a ServiceRequest: the first person of staff, the first organisation and the role."""
    performers = resource.get("performer", ())
    units = [who for who in performers if type_of(who) == "Organization"]
    people = [who for who in performers if type_of(who) in {"Practitioner", "PractitionerRole"}]
    return read_actor(
        role=text_of(resource.get("performerType")), person=next(iter(people), None), unit=next(iter(units), None)
    )


def read_if_worse(resource: Mapping[str, Any]) -> Json:
    """What to do when worse, behind a ServiceRequest of any system."""
    contact = extension(resource, CONTACT_POINT).get("valueContactPoint", {})
    return present(
        **read_part(resource),
        sign=text_of(resource.get("asNeededCodeableConcept")) or text_of(resource.get("code")),
        action=resource.get("patientInstruction"),
        urgency=_URGENCY_WORDS.get(resource.get("priority", "")),
        contact=read_contact_point(contact),
    )


def _read_code(code: Mapping[str, Any]) -> Json | None:
    found: Json = next((one for one in code.get("coding", ()) if "system" in one and "code" in one), {})
    return present(system=found.get("system"), code=found.get("code"), display=found.get("display")) or None


def _read_often(repeat: Mapping[str, Any], text: str | None) -> Json | None:
    said = present(
        times=repeat.get("frequency"),
        every=repeat.get("period"),
        unit=_UNIT_WORDS.get(repeat.get("periodUnit", "")),
        text=text,
        weekdays=repeat.get("dayOfWeek"),
        at=[_clock(time) for time in repeat.get("timeOfDay", ())],
    )
    return {"weekdays": [], "at": [], **said} if said else None


def _clock(time: str) -> str:
    return time.removesuffix(_SECONDS) if len(time) == _CLOCK else time
