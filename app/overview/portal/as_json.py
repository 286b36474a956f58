"""Renders the overview as JSON for portals: agreement, contacts, times, plans, timeline and sources (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from app.federation.reasons import REASONS
from app.federation.source import SourceAnswer
from app.overview.duplicates import ShownItem
from app.overview.portal.agreements import agreements
from app.overview.portal.elements import Part, PortalEntry, ResourceView, full_name
from app.overview.portal.in_force import in_force
from app.overview.portal.people import contact_ways_by_team, contacts
from app.overview.portal.resources import RENDER, is_review, task_kind
from app.overview.portal.seven_questions import computed_answers
from app.overview.portal.texts import INTENT, SOURCE
from app.overview.read_overview import Overview
from app.texts import Text

AHEAD = frozenset({"booked", "pending", "proposed", "active", "requested", "accepted", "ready", "in-progress", "draft"})
"""The statuses of something that will still happen."""

DONE = frozenset({"completed", "fulfilled"})

FORMER = frozenset({"old", "maiden"})
"""The uses of a name that the person has no longer."""

TIMELINE = frozenset({"Appointment", "ServiceRequest", "Task"})
"""The resource types of the timeline."""

TIMELINE_MEMBERS = (
    "reference", "type", "giver", "title", "status", "statusText", "start", "end", "howOften", "who", "where",
    "activityKind", "activityKindText", "intent",
)  # fmt: skip
"""The members of an entry of the timeline that come from its part."""


def overview_json(overview: Overview) -> bytes:
    """The bytes of the JSON that `openapi/` describes under `Overview`."""
    rendered = [_entry(shown, body) for shown, body in zip(overview.shown, overview.bodies, strict=True)]
    entries = in_force(rendered)
    timeline = sorted((entry for entry in entries if entry.item.type in TIMELINE), key=_by_start)
    contracts = agreements(entries, overview.relations)
    parts = {
        "nextStep": _next_step(timeline, overview.now),
        "contacts": _contacts(entries),
        "times": [entry.part for entry in timeline if entry.item.type == "Appointment"],
        "plans": _plans(entries, contracts.others),
    }
    agreement = contracts.current and {**contracts.current, "computed": computed_answers(parts, overview.now)}
    return orjson.dumps(
        {
            "patient": _patient(overview, entries),
            "complete": overview.complete,
            "sources": [_source(answer) for answer in overview.sources],
            "givers": overview.givers,
            "agreement": agreement,
            **parts,
            "otherParts": contracts.apart,
            "timeline": [_timeline_entry(entry) for entry in timeline],
        },
        option=orjson.OPT_UTC_Z,
    )


def _entry(shown: ShownItem, body: str) -> PortalEntry:
    resource = orjson.loads(body)
    render = RENDER.get(shown.item.type)
    part = render(ResourceView(shown.item.reference, shown.item.giver, resource)) if render else {}
    origins = [origin._asdict() for origin in shown.origins]
    part["origins"] = origins
    if shown.conflict:
        part["conflict"] = True
    return PortalEntry(shown.item, resource, part, origins)


def _moment(entry: PortalEntry) -> datetime | None:
    """The start of an entry; a follow-up counts on its last day."""
    return entry.item.ends if is_review(entry.resource) else entry.item.starts


def _by_start(entry: PortalEntry) -> tuple[bool, float, str]:
    moment = _moment(entry)
    return (moment is None, moment.timestamp() if moment else 0.0, entry.item.reference)


def _patient(overview: Overview, entries: Iterable[PortalEntry]) -> Part:
    patient = next((entry.resource for entry in entries if entry.item.type == "Patient"), {})
    name: Mapping[str, Any] = next((name for name in patient.get("name", ()) if name.get("use") not in FORMER), {})
    members = {
        "reference": f"Patient/{overview.patient}",
        "name": name.get("text") or full_name(name),
        "birthDate": patient.get("birthDate"),
        "deceased": patient.get("deceasedDateTime") or patient.get("deceasedBoolean") or None,
        "protected": overview.protected,
    }
    return {key: value for key, value in members.items() if value is not None}


def _source(answer: SourceAnswer) -> Part:
    text = SOURCE[answer.state]
    if answer.reason in REASONS:
        reason = REASONS[answer.reason]
        text = Text(f"{text.english} {reason.english}", f"{text.swedish} {reason.swedish}")
    return {
        "name": answer.source,
        "giver": answer.giver,
        "state": answer.state.value,
        "reason": answer.reason,
        "asOf": answer.as_of,
        "text": text.as_json(),
    }


def _next_step(timeline: Iterable[PortalEntry], now: datetime) -> Part | None:
    """The first entry that lies ahead and will still happen; an appointment that has begun counts until it ends."""
    for entry in timeline:
        moment = _moment(entry)
        if entry.item.type == "Appointment":
            moment = entry.item.ends or (moment and moment + timedelta(hours=1))
        is_decided = entry.item.status in AHEAD and entry.resource.get("intent") not in INTENT
        if moment is not None and moment >= now and is_decided:
            return entry.part
    return None


def _contacts(entries: Iterable[PortalEntry]) -> list[Part]:
    teams = [entry for entry in entries if entry.item.type == "CareTeam"]
    ways = contact_ways_by_team([entry.view for entry in teams])
    return [{**contact, "origins": entry.origins} for entry in teams for contact in contacts(entry.view, ways)]


def _plans(entries: Sequence[PortalEntry], agreement_of: Mapping[str, Part]) -> list[Part]:
    """The plans, with their progress (the number of visible activities that are completed) and their agreement."""
    is_done = {
        entry.item.reference: entry.item.status in DONE
        for entry in entries
        if entry.item.type in TIMELINE and task_kind(entry.resource) is None
    }
    plans = []
    for entry in entries:
        if entry.item.type == "CarePlan":
            own = [reference for reference in entry.part.get("activities", ()) if reference in is_done]
            progress = {"completed": sum(is_done[reference] for reference in own), "total": len(own)}
            agreement = agreement_of.get(entry.item.reference)
            plans.append({**entry.part, "progress": progress, **({"agreement": agreement} if agreement else {})})
        elif entry.item.type == "DocumentReference":
            plans.append(entry.part)
    return plans


def _timeline_entry(entry: PortalEntry) -> Part:
    return {
        "kind": entry.item.information_class,
        **{name: entry.part[name] for name in TIMELINE_MEMBERS if name in entry.part},
    }
