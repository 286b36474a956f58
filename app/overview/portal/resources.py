"""Each kind of resource as a portal shows it: plain JSON, read from FHIR by whoever wrote it (pure).

The elements are those that `app.contracts` writes (docs/contracts.md) and that any other system may write.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.contracts.codes import (
    ACTIVITY_KIND,
    BOOKING_OPTIONS,
    CONTACT_POINT,
    GOAL_ACCEPTANCE,
    LINKED_PLAN,
    ON_BEHALF_OF,
    PLAN_TYPE,
    PORTAL_LINK,
    PRINCIPAL,
    RESCHEDULED_FROM,
    TASK_KIND,
)
from app.contracts.mapping import documents
from app.fhir import codes
from app.fhir.elements import code_in, codings, extension, first_code, text_of, type_of
from app.overview.portal import texts
from app.overview.portal.elements import (
    Part,
    Resource,
    Seen,
    concepts,
    https,
    literal,
    names,
    part,
    way,
    without_empty,
    worded,
)
from app.overview.portal.frequency import how_often

PLACES = frozenset({"Location"})
PEOPLE = frozenset(
    {"Practitioner", "PractitionerRole", "Organization", "HealthcareService", "CareTeam", "RelatedPerson"}
)
UNITS = frozenset({"Organization", "HealthcareService", "CareTeam"})
NOT_MET = frozenset({"Patient", "Location", "Device"})
DOERS = {"RelatedPerson": "relative", "Organization": "outside"}
REVIEW = "review"


def appointment(seen: Seen) -> Part:
    """An agreed time (överenskommen tid): when, with whom, where, and what the person may do about it."""
    resource = seen.resource
    window: Mapping[str, Any] = next(iter(resource.get("requestedPeriod", ())), {})
    actors = [participant.get("actor", {}) for participant in resource.get("participant", ())]
    meets = [met for met in map(_met, resource.get("participant", ())) if met]
    options = extension(resource, BOOKING_OPTIONS)
    channel = text_of(resource.get("appointmentType"))
    return part(
        seen,
        title=resource.get("description") or concepts(resource.get("serviceType", ())) or channel,
        start=resource.get("start"),
        end=resource.get("end"),
        window=window or None,
        minutes=resource.get("minutesDuration"),
        rescheduledFrom=extension(resource, RESCHEDULED_FROM).get("valueDateTime"),
        channel=channel,
        who=[next(met[name] for name in ("name", "unit", "role") if name in met) for met in meets],
        meets=meets,
        where=next(iter(names(actors, PLACES)), None),
        instruction=resource.get("patientInstruction"),
        note=resource.get("comment"),
        reason=text_of(resource.get("cancelationReason")),
        rebookable=_flag(options, "rebookable"),
        cancellable=_flag(options, "cancellable"),
        link=https(extension(resource, PORTAL_LINK).get("valueUrl")),
    )  # fmt: skip


def _met(participant: Mapping[str, Any]) -> Part:
    """Whom the person meets: by name and unit, the unit alone, or the role alone."""
    who = participant.get("actor", {})
    if type_of(who) in NOT_MET:
        return {}
    unit = extension(participant, ON_BEHALF_OF).get("valueReference", {})
    own = (
        {"unit": who.get("display")}
        if type_of(who) in UNITS
        else {"name": who.get("display"), "unit": unit.get("display")}
    )
    return without_empty({"role": concepts(participant.get("type", ())), **own})


def activity(seen: Seen) -> Part:
    """A planned activity: a ServiceRequest or a Task, done by the person, by care or by others."""
    resource = seen.resource
    timing = resource.get("occurrenceTiming", {})
    period = _period(resource)
    point = extension(resource, CONTACT_POINT).get("valueContactPoint")
    sign = resource.get("asNeededCodeableConcept", {}).get("text")
    owners, role = _doers(resource), text_of(_first(resource.get("performerType")))
    others = owners if agreement_part(resource) == codes.OTHERS_DO else []
    return part(
        seen,
        title=text_of(resource.get("code")) or resource.get("description") or sign,
        code=_published(resource.get("code", {})),
        start=resource.get("occurrenceDateTime") or period.get("start"),
        end=period.get("end"),
        howOften=how_often(timing.get("repeat", {}), text_of(timing.get("code"))),
        who=names(owners, PEOPLE) or ([role] if role else []),
        role=role,
        where=concepts(resource.get("locationCode", ())),
        instruction=resource.get("patientInstruction"),
        note=_notes(resource),
        sign=sign,
        contact=way(point) if point else None,
        **worded("activityKind", code_in(_categories(resource), ACTIVITY_KIND), texts.ACTIVITY),
        **worded("category", code_in(_categories(resource), codes.INFORMATION_CATEGORY), texts.CATEGORY),
        **worded("principal", code_in(_categories(resource), PRINCIPAL), texts.PRINCIPAL),
        **worded("doer", _doer(others), texts.DOER),
        **worded("urgency", _urgency(resource), texts.URGENCY),
    )


def _urgency(resource: Resource) -> str | None:
    """How soon; that of a routine tells nothing but of what to do when it gets worse."""
    priority: str | None = resource.get("priority")
    return None if priority == "routine" and agreement_part(resource) != codes.IF_WORSE else priority


def _doers(resource: Resource) -> list[Mapping[str, Any]]:
    """Who does something; a follow-up's owner does it for whoever asked for it (docs/contracts.md)."""
    of_a_task = ("owner", "requester") if task_kind(resource) else ("owner",)
    return [*resource.get("performer", ()), *(resource[name] for name in of_a_task if name in resource)]


def _doer(doers: Iterable[Mapping[str, Any]]) -> str | None:
    """What others are who do something: a relative, or somebody outside health and social care."""
    return next((DOERS[kind] for kind in map(type_of, doers) if kind in DOERS), None)


def _published(said: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The code of a published system beside the words, whole."""
    found = (one for one in codings(said) if "system" in one and "code" in one)
    return next(({name: one[name] for name in ("system", "code", "display") if name in one} for one in found), None)


def task(seen: Seen) -> Part:
    """A Task; how it stands with a follow-up is said in its own words."""
    status = texts.REVIEW.get(seen.resource["status"])
    return activity(seen) | ({"statusText": status.as_json()} if status and is_review(seen.resource) else {})


def is_review(resource: Resource) -> bool:
    """Whether this is the follow-up (uppföljning) of an agreement: on its day, not over a time."""
    return task_kind(resource) == REVIEW


def task_kind(resource: Resource) -> str | None:
    """What a Task of an agreement is for; None for what is done for the person, and for every other type."""
    return code_in([resource.get("code", {})], TASK_KIND) if resource["resourceType"] == "Task" else None


def _period(resource: Resource) -> Mapping[str, Any]:
    """When something is to be done; a follow-up is on the last day that it may be."""
    bounds = resource.get("occurrenceTiming", {}).get("repeat", {}).get("boundsPeriod")
    limit = resource.get("restriction", {}).get("period", {})
    if is_review(resource) and "end" in limit:
        return {"start": limit["end"], "end": limit["end"]}
    period: Mapping[str, Any] = resource.get("occurrencePeriod") or bounds or resource.get("executionPeriod") or limit
    return period


def goal(seen: Seen) -> Part:
    """A goal in the words it was given, how far it has come, and whether the person accepts it."""
    resource = seen.resource
    target: Mapping[str, Any] = next(iter(resource.get("target", ())), {})
    acceptance = extension(extension(resource, GOAL_ACCEPTANCE), "status")
    by = resource.get("expressedBy", {})
    return part(
        seen,
        title=text_of(resource.get("description")),
        status=resource.get("lifecycleStatus"),
        since=resource.get("statusDate"),
        start=resource.get("startDate"),
        due=target.get("dueDate"),
        measure=text_of(target.get("measure")),
        target=target.get("detailString"),
        note=_notes(resource),
        by=next(iter(names([by], PEOPLE)), None),
        **worded("achievement", first_code(resource.get("achievementStatus")), texts.ACHIEVEMENT),
        **worded("acceptance", acceptance.get("valueCode"), texts.ACCEPTANCE),
    )


def plan(seen: Seen) -> Part:
    """A plan by its type, with what belongs to it; a pointer says that the plan itself is elsewhere."""
    resource = seen.resource
    period = resource.get("period", {})
    kind = agreement_part(resource)
    return part(
        seen,
        title=resource.get("title"),
        **_plan_type(resource),
        start=period.get("start"),
        end=period.get("end"),
        pointer=kind == LINKED_PLAN,
        who=names([resource.get("author", {})], PEOPLE),
        activities=literal(one.get("reference", {}) for one in resource.get("activity", ())),
        goals=literal(resource.get("goal", ())),
        replaces=literal(resource.get("replaces", ())),
        link=https(extension(resource, PORTAL_LINK).get("valueUrl")),
    )  # fmt: skip


def document(seen: Seen) -> Part:
    """A plan of which only a document travels: what it is called, whose it is, and where it is read."""
    resource = seen.resource
    said = documents.DOCUMENT.read(resource)
    period = said.get("period", {})
    return part(
        seen,
        title=said.get("title") or text_of(resource.get("type")),
        **_plan_type({"category": [resource.get("type", {})]}),
        document=True,
        created=said.get("created"),
        start=period.get("start"),
        end=period.get("end"),
        who=names(resource.get("author", ()), PEOPLE),
        contentType=said.get("contentType"),
        link=https(said.get("link")),
    )  # fmt: skip


def _plan_type(resource: Resource) -> Part:
    several = resource.get("category", ())
    own = agreement_part(resource)
    kind = (
        code_in(several, codes.CARE_PLAN_TYPE)
        or code_in(several, PLAN_TYPE)
        or (own if own in texts.PLAN_TYPE else None)
    )
    return {"planType": kind, "planTypeText": texts.PLAN_TYPE.get(kind or "")}


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
    return code_in(_categories(resource), codes.AGREEMENT_PART)


def _categories(resource: Resource) -> list[Mapping[str, Any]]:
    found = resource.get("category", ())
    return [found] if isinstance(found, Mapping) else list(found)


def _first(found: Any) -> Mapping[str, Any] | None:
    """A Task has several kinds of performer, a ServiceRequest one."""
    return next(iter(found), None) if isinstance(found, list) else found


def _notes(resource: Resource) -> str | None:
    return "\n\n".join(one["text"] for one in resource.get("note", ()) if "text" in one) or None


def _flag(options: Mapping[str, Any], name: str) -> bool | None:
    return extension(options, name).get("valueBoolean")


RENDER: Mapping[str, Callable[[Seen], Part]] = {
    "Appointment": appointment,
    "ServiceRequest": activity,
    "Task": task,
    "Goal": goal,
    "CarePlan": plan,
    "DocumentReference": document,
}
"""How one resource of each type is shown."""
