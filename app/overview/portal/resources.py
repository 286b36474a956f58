"""Renders a resource of each type as a part of the overview (pure).

Reads the elements that our contracts write (docs/contracts.md), and those that other systems write.
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
from app.fhir.elements import Resource, code_by_system, code_in, codings_of, extension, first_code, text_of, type_of
from app.overview.portal import texts
from app.overview.portal.elements import (
    Part,
    ResourceView,
    coded_text,
    contact_way,
    display_names,
    first_text,
    literal_references,
    part,
    safe_link,
    without_empty,
)
from app.overview.portal.frequency import how_often

PLACE_TYPES = frozenset({"Location"})
PERSON_OR_UNIT_TYPES = frozenset(
    {"Practitioner", "PractitionerRole", "Organization", "HealthcareService", "CareTeam", "RelatedPerson"}
)
UNIT_TYPES = frozenset({"Organization", "HealthcareService", "CareTeam"})
NOT_MET_TYPES = frozenset({"Patient", "Location", "Device"})
DOER_BY_TYPE = {"RelatedPerson": "relative", "Organization": "outside"}
REVIEW = "review"


def appointment(view: ResourceView) -> Part:
    """An agreed time (överenskommen tid): when, with whom, where, and what the person may do about it."""
    resource = view.resource
    window: Mapping[str, Any] = next(iter(resource.get("requestedPeriod", ())), {})
    actors = [participant.get("actor", {}) for participant in resource.get("participant", ())]
    meets = [person for person in map(_met_participant, resource.get("participant", ())) if person]
    options = extension(resource, BOOKING_OPTIONS)
    channel = text_of(resource.get("appointmentType"))
    return part(
        view,
        title=resource.get("description") or first_text(resource.get("serviceType", ())) or channel,
        start=resource.get("start"),
        end=resource.get("end"),
        window=window or None,
        minutes=resource.get("minutesDuration"),
        rescheduledFrom=extension(resource, RESCHEDULED_FROM).get("valueDateTime"),
        channel=channel,
        who=[next(person[name] for name in ("name", "unit", "role") if name in person) for person in meets],
        meets=meets,
        where=next(iter(display_names(actors, PLACE_TYPES)), None),
        instruction=resource.get("patientInstruction"),
        note=resource.get("comment"),
        reason=text_of(resource.get("cancelationReason")),
        rebookable=_flag(options, "rebookable"),
        cancellable=_flag(options, "cancellable"),
        link=safe_link(extension(resource, PORTAL_LINK).get("valueUrl")),
    )


def _met_participant(participant: Mapping[str, Any]) -> Part:
    """A participant whom the person meets, with role, name and unit as far as known; empty for all others."""
    actor = participant.get("actor", {})
    if type_of(actor) in NOT_MET_TYPES:
        return {}
    unit = extension(participant, ON_BEHALF_OF).get("valueReference", {})
    own = (
        {"unit": actor.get("display")}
        if type_of(actor) in UNIT_TYPES
        else {"name": actor.get("display"), "unit": unit.get("display")}
    )
    return without_empty({"role": first_text(participant.get("type", ())), **own})


def activity(view: ResourceView) -> Part:
    """A planned activity: a ServiceRequest or a Task, done by the person, by care or by others."""
    resource = view.resource
    timing = resource.get("occurrenceTiming", {})
    period = _period(resource)
    point = extension(resource, CONTACT_POINT).get("valueContactPoint")
    sign = resource.get("asNeededCodeableConcept", {}).get("text")
    owners, role = _doers(resource), text_of(_first_concept(resource.get("performerType")))
    categories = code_by_system(_categories(resource))
    agreement_part = categories.get(codes.AGREEMENT_PART)
    doer = _doer(owners) if agreement_part == codes.OTHERS_DO else None
    return part(
        view,
        title=text_of(resource.get("code")) or resource.get("description") or sign,
        code=_published_coding(resource.get("code", {})),
        start=resource.get("occurrenceDateTime") or period.get("start"),
        end=period.get("end"),
        howOften=how_often(timing.get("repeat", {}), text_of(timing.get("code"))),
        who=display_names(owners, PERSON_OR_UNIT_TYPES) or ([role] if role else []),
        role=role,
        where=first_text(resource.get("locationCode", ())),
        instruction=resource.get("patientInstruction"),
        note=_notes(resource),
        sign=sign,
        contact=contact_way(point) if point else None,
        **coded_text("activityKind", categories.get(ACTIVITY_KIND), texts.ACTIVITY),
        **coded_text("category", categories.get(codes.INFORMATION_CATEGORY), texts.CATEGORY),
        **coded_text("principal", categories.get(PRINCIPAL), texts.PRINCIPAL),
        **coded_text("doer", doer, texts.DOER),
        **coded_text("urgency", _urgency(resource, agreement_part), texts.URGENCY),
    )


def _urgency(resource: Resource, agreement_part: str | None) -> str | None:
    """The request priority; `routine` is left out except for what to do when it gets worse."""
    priority: str | None = resource.get("priority")
    return None if priority == "routine" and agreement_part != codes.IF_WORSE else priority


def _doers(resource: Resource) -> list[Mapping[str, Any]]:
    """The performers of an activity; for a Task of an agreement also its requester (docs/contracts.md)."""
    elements = ("owner", "requester") if task_kind(resource) else ("owner",)
    return [*resource.get("performer", ()), *(resource[name] for name in elements if name in resource)]


def _doer(doers: Iterable[Mapping[str, Any]]) -> str | None:
    """The code of the first doer: a relative, or somebody outside health and social care."""
    types = map(type_of, doers)
    return next((DOER_BY_TYPE[resource_type] for resource_type in types if resource_type in DOER_BY_TYPE), None)


def _published_coding(concept: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first coding with a system and a code, with its display."""
    coding = next((coding for coding in codings_of(concept) if "system" in coding and "code" in coding), None)
    return coding and {name: coding[name] for name in ("system", "code", "display") if name in coding}


def task(view: ResourceView) -> Part:
    """A Task; a follow-up (uppföljning) has status texts of its own."""
    status = texts.REVIEW.get(view.resource["status"])
    return activity(view) | ({"statusText": status.as_json()} if status and is_review(view.resource) else {})


def is_review(resource: Resource) -> bool:
    """Whether this is the follow-up (uppföljning) of an agreement; it has a day, not a period."""
    return task_kind(resource) == REVIEW


def task_kind(resource: Resource) -> str | None:
    """The kind of a Task of an agreement, such as `review`; None for an ordinary Task and for other types."""
    return code_in([resource.get("code", {})], TASK_KIND) if resource["resourceType"] == "Task" else None


def _period(resource: Resource) -> Mapping[str, Any]:
    """The period of an activity; a follow-up is on its last day."""
    bounds = resource.get("occurrenceTiming", {}).get("repeat", {}).get("boundsPeriod")
    limit = resource.get("restriction", {}).get("period", {})
    if is_review(resource) and "end" in limit:
        return {"start": limit["end"], "end": limit["end"]}
    period: Mapping[str, Any] = resource.get("occurrencePeriod") or bounds or resource.get("executionPeriod") or limit
    return period


def goal(view: ResourceView) -> Part:
    """A goal in its own words, with its achievement and whether the person accepts it."""
    resource = view.resource
    target: Mapping[str, Any] = next(iter(resource.get("target", ())), {})
    acceptance = extension(extension(resource, GOAL_ACCEPTANCE), "status")
    by = resource.get("expressedBy", {})
    return part(
        view,
        title=text_of(resource.get("description")),
        status=resource.get("lifecycleStatus"),
        since=resource.get("statusDate"),
        start=resource.get("startDate"),
        due=target.get("dueDate"),
        measure=text_of(target.get("measure")),
        target=target.get("detailString"),
        note=_notes(resource),
        by=next(iter(display_names([by], PERSON_OR_UNIT_TYPES)), None),
        **coded_text("achievement", first_code(resource.get("achievementStatus")), texts.ACHIEVEMENT),
        **coded_text("acceptance", acceptance.get("valueCode"), texts.ACCEPTANCE),
    )


def plan(view: ResourceView) -> Part:
    """A plan with its type, activities and goals; `pointer` is true if the plan itself is in another system."""
    resource = view.resource
    period = resource.get("period", {})
    return part(
        view,
        title=resource.get("title"),
        **_plan_type(resource),
        start=period.get("start"),
        end=period.get("end"),
        pointer=agreement_part(resource) == LINKED_PLAN,
        who=display_names([resource.get("author", {})], PERSON_OR_UNIT_TYPES),
        activities=literal_references(activity.get("reference", {}) for activity in resource.get("activity", ())),
        goals=literal_references(resource.get("goal", ())),
        replaces=literal_references(resource.get("replaces", ())),
        link=safe_link(extension(resource, PORTAL_LINK).get("valueUrl")),
    )


def document(view: ResourceView) -> Part:
    """A plan that is only available as a document, with a link to it."""
    resource = view.resource
    fields = documents.DOCUMENT.read(resource)
    period = fields.get("period", {})
    return part(
        view,
        title=fields.get("title") or text_of(resource.get("type")),
        **_plan_type({"category": [resource.get("type", {})]}),
        document=True,
        created=fields.get("created"),
        start=period.get("start"),
        end=period.get("end"),
        who=display_names(resource.get("author", ()), PERSON_OR_UNIT_TYPES),
        contentType=fields.get("contentType"),
        link=safe_link(fields.get("link")),
    )


def _plan_type(resource: Resource) -> Part:
    categories = resource.get("category", ())
    own = agreement_part(resource)
    plan_type = (
        code_in(categories, codes.CARE_PLAN_TYPE)
        or code_in(categories, PLAN_TYPE)
        or (own if own in texts.PLAN_TYPE else None)
    )
    return {"planType": plan_type, "planTypeText": texts.PLAN_TYPE.get(plan_type or "")}


def what_matters(care_plan: Resource) -> str | None:
    """What matters to the person: the notes of the contract whose author is the person."""
    subject = care_plan.get("subject", {}).get("reference")
    notes = [
        note["text"]
        for note in care_plan.get("note", ())
        if note.get("authorReference", {}).get("reference") == subject and "text" in note
    ]
    return "\n\n".join(notes) or None


def agreement_part(resource: Resource) -> str | None:
    """The code of the part of an agreement (överenskommelse) that a resource is, from its category."""
    return code_in(_categories(resource), codes.AGREEMENT_PART)


def _categories(resource: Resource) -> list[Mapping[str, Any]]:
    category = resource.get("category", ())
    return [category] if isinstance(category, Mapping) else list(category)


def _first_concept(concepts: Any) -> Mapping[str, Any] | None:
    """The first of several CodeableConcepts, or the only one (`performerType` is a list in a Task only)."""
    return next(iter(concepts), None) if isinstance(concepts, list) else concepts


def _notes(resource: Resource) -> str | None:
    return "\n\n".join(note["text"] for note in resource.get("note", ()) if "text" in note) or None


def _flag(options: Mapping[str, Any], name: str) -> bool | None:
    return extension(options, name).get("valueBoolean")


RENDER: Mapping[str, Callable[[ResourceView], Part]] = {
    "Appointment": appointment,
    "ServiceRequest": activity,
    "Task": task,
    "Goal": goal,
    "CarePlan": plan,
    "DocumentReference": document,
}
"""The function that renders each resource type; other types have no part of their own."""
