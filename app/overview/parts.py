"""Each kind of resource as a portal shows it: plain JSON, read from FHIR by whoever wrote it (pure).

The elements are those that `app.contracts` writes (docs/contracts.md) and that any other system may write.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from app.contracts.codes import BOOKING_OPTIONS, CONTACT_POINT, CONTACT_WAY, LINKED_PLAN, PORTAL_LINK
from app.fhir import codes
from app.overview.texts import PLAN_TYPE, STATUS, Text, how_often, unsaid

Resource = Mapping[str, Any]
Part = dict[str, Any]

PLACES = frozenset({"Location"})
PEOPLE = frozenset(
    {"Practitioner", "PractitionerRole", "Organization", "HealthcareService", "CareTeam", "RelatedPerson"}
)


class Seen(NamedTuple):
    """One shown resource: parsed, and by which reference it is known."""

    reference: str
    giver: str | None
    resource: Resource


def appointment(seen: Seen) -> Part:
    """An agreed time (överenskommen tid): when, with whom, where, and what the person may do about it."""
    resource = seen.resource
    window: Mapping[str, Any] = next(iter(resource.get("requestedPeriod", ())), {})
    actors = [participant.get("actor", {}) for participant in resource.get("participant", ())]
    options = _extension(resource, BOOKING_OPTIONS)
    channel = _concept(resource.get("appointmentType"))
    return _part(
        seen,
        title=resource.get("description") or _concepts(resource.get("serviceType", ())) or channel,
        start=resource.get("start"),
        end=resource.get("end"),
        window=window or None,
        minutes=resource.get("minutesDuration"),
        channel=channel,
        who=_names(actors, PEOPLE),
        where=next(iter(_names(actors, PLACES)), None),
        instruction=resource.get("patientInstruction"),
        reason=_concept(resource.get("cancelationReason")),
        rebookable=_flag(options, "rebookable"),
        cancellable=_flag(options, "cancellable"),
        link=(_extension(resource, PORTAL_LINK) or {}).get("valueUrl"),
    )  # fmt: skip


def activity(seen: Seen) -> Part:
    """A planned activity: a ServiceRequest or a Task, done by the person or by care."""
    resource = seen.resource
    timing = resource.get("occurrenceTiming", {})
    period = (
        resource.get("occurrencePeriod")
        or timing.get("repeat", {}).get("boundsPeriod")
        or resource.get("executionPeriod")
        or {}
    )
    point = (_extension(resource, CONTACT_POINT) or {}).get("valueContactPoint")
    sign = resource.get("asNeededCodeableConcept", {}).get("text")
    owners = [*resource.get("performer", ()), *([resource["owner"]] if "owner" in resource else [])]
    return _part(
        seen,
        title=_concept(resource.get("code")) or resource.get("description") or sign,
        start=resource.get("occurrenceDateTime") or period.get("start"),
        end=period.get("end"),
        howOften=how_often(timing.get("repeat", {}), _concept(timing.get("code"))),
        who=_names(owners, PEOPLE) or ([_concept(resource["performerType"])] if "performerType" in resource else []),
        where=_concepts(resource.get("locationCode", ())),
        instruction=resource.get("patientInstruction"),
        sign=sign,
        urgency=resource.get("priority"),
        contact=_way(point) if point else None,
    )  # fmt: skip


def goal(seen: Seen) -> Part:
    """A goal in the words it was given."""
    resource = seen.resource
    target: Mapping[str, Any] = next(iter(resource.get("target", ())), {})
    return _part(
        seen,
        title=_concept(resource.get("description")),
        status=resource.get("lifecycleStatus"),
        start=resource.get("startDate"),
        due=target.get("dueDate"),
        achievement=_code(resource.get("achievementStatus")),
        measure=_concept(target.get("measure")),
        target=target.get("detailString"),
    )


def plan(seen: Seen) -> Part:
    """A plan by its type, with what belongs to it; a pointer says that the plan itself is elsewhere."""
    resource = seen.resource
    period = resource.get("period", {})
    part = agreement_part(resource)
    kind = _coded(resource.get("category", ()), codes.CARE_PLAN_TYPE) or (part if part in PLAN_TYPE else None)
    return _part(
        seen,
        title=resource.get("title"),
        planType=kind,
        planTypeText=PLAN_TYPE.get(kind or ""),
        start=period.get("start"),
        end=period.get("end"),
        pointer=part == LINKED_PLAN,
        who=_names([resource.get("author", {})], PEOPLE),
        activities=_literal(one.get("reference", {}) for one in resource.get("activity", ())),
        goals=_literal(resource.get("goal", ())),
        link=(_extension(resource, PORTAL_LINK) or {}).get("valueUrl"),
    )  # fmt: skip


def contacts(seen: Seen) -> list[Part]:
    """Those of a care team whom the person may turn to, permanent contacts (fast vårdkontakt) with their kind."""
    resource = seen.resource
    ways = [_way(point) for point in resource.get("telecom", ())]
    found = []
    for participant in resource.get("participant", ()):
        roles = participant.get("role", ())
        member = participant.get("member", {})
        if member.get("type") == "Patient" or str(member.get("reference", "")).startswith("Patient/"):
            continue
        kind = _coded(roles, codes.PERMANENT_CONTACT)
        found.append(
            _part(
                seen,
                name=member.get("display"),
                kind=kind,
                role=STATUS.get(f"contact-{kind}") or _both(_concepts(roles)),
                unit=participant.get("onBehalfOf", {}).get("display"),
                start=participant.get("period", {}).get("start"),
                end=participant.get("period", {}).get("end"),
                contactWays=ways if kind else [],
                note=next((note.get("text") for note in resource.get("note", ())), None),
            )
        )
    return found


def contact_ways(seen: Seen) -> list[Part]:
    """How to reach care: phone, message, e-service, with hours."""
    return [_way(point) for point in seen.resource.get("telecom", ())]


def what_matters(care_plan: Resource) -> str | None:
    """What matters to the person: the notes of the contract that the person stands for."""
    subject = care_plan.get("subject", {}).get("reference")
    said = [
        note["text"] for note in care_plan.get("note", ())
        if note.get("authorReference", {}).get("reference") == subject and "text" in note
    ]  # fmt: skip
    return "\n\n".join(said) or None


def agreement_part(resource: Resource) -> str | None:
    """Which part of an agreement (överenskommelse) this is, by its own category."""
    return _coded(resource.get("category", ()), codes.AGREEMENT_PART)


def _part(seen: Seen, **fields: Any) -> Part:
    """A part without its empty fields; status texts beside the code."""
    status = fields.pop("status", None) or seen.resource.get("status")
    said = {name: value for name, value in fields.items() if value not in (None, [], {}, "")}
    if status:
        said["status"] = status
        said["statusText"] = STATUS.get(status, unsaid(status)).as_json()
    said = {name: value.as_json() if isinstance(value, Text) else value for name, value in said.items()}
    return {"reference": seen.reference, "type": seen.resource["resourceType"], "giver": seen.giver, **said}


def _way(point: Mapping[str, Any]) -> Part:
    own = {
        one["url"]: one.get("valueCode") or one.get("valueString")
        for one in (_extension(point, CONTACT_WAY) or {}).get("extension", ())
    }
    said = {
        "channel": own.get("channel") or point.get("system"),
        "title": own.get("name"),
        "value": point.get("value"),
        "hours": own.get("hours"),
    }
    return {name: value for name, value in said.items() if value}


def _extension(element: Mapping[str, Any], url: str) -> Mapping[str, Any] | None:
    return next((one for one in element.get("extension", ()) if one.get("url") == url), None)


def _flag(options: Mapping[str, Any] | None, name: str) -> bool | None:
    return next(
        (one.get("valueBoolean") for one in (options or {}).get("extension", ()) if one.get("url") == name), None
    )


def _concept(concept: Mapping[str, Any] | None) -> str | None:
    if not concept:
        return None
    return concept.get("text") or next(
        (coding["display"] for coding in concept.get("coding", ()) if "display" in coding), None
    )


def _concepts(concepts: Iterable[Mapping[str, Any]]) -> str | None:
    return next(filter(None, map(_concept, concepts)), None)


def _code(concept: Mapping[str, Any] | None) -> str | None:
    return next((coding.get("code") for coding in (concept or {}).get("coding", ())), None)


def _coded(concepts: Iterable[Mapping[str, Any]], system: str) -> str | None:
    codings = (coding for concept in concepts for coding in concept.get("coding", ()))
    return next((coding.get("code") for coding in codings if coding.get("system") == system), None)


def _literal(references: Iterable[Mapping[str, Any]]) -> list[str]:
    return [one["reference"] for one in references if "reference" in one]


def _names(references: Sequence[Mapping[str, Any]], types: frozenset[str]) -> list[str]:
    return [one["display"] for one in references if "display" in one and _type(one) in types]


def _type(reference: Mapping[str, Any]) -> str:
    return str(reference.get("type") or str(reference.get("reference", "")).partition("/")[0])


def _both(text: str | None) -> Text | None:
    return Text(text, text) if text else None


RENDER: Mapping[str, Callable[[Seen], Part]] = {
    "Appointment": appointment,
    "ServiceRequest": activity,
    "Task": activity,
    "Goal": goal,
    "CarePlan": plan,
}
"""How one resource of each type is shown."""
