"""The overview as JSON for portals: agreement, contacts, times, plans, one timeline, the sources (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from app.federation.reasons import REASONS
from app.overview.duplicates import Shown
from app.overview.portal.agreements import agreements
from app.overview.portal.elements import Entry, Part, Seen
from app.overview.portal.in_force import standing
from app.overview.portal.people import contacts, reached
from app.overview.portal.resources import RENDER, is_review, task_kind
from app.overview.portal.seven_questions import answered
from app.overview.portal.texts import INTENT, SOURCE
from app.overview.read_overview import Overview, SourceState
from app.texts import Text

AHEAD = frozenset({"booked", "pending", "proposed", "active", "requested", "accepted", "ready", "in-progress", "draft"})
"""The statuses of what is still to come."""

DONE = frozenset({"completed", "fulfilled"})

FORMER = frozenset({"old", "maiden"})
"""The uses of a name that is no longer the person's."""

TIMELINE = frozenset({"Appointment", "ServiceRequest", "Task"})


def assemble(overview: Overview) -> bytes:
    """The JSON that `openapi/` describes under `Overview`."""
    told = [_entry(shown, body) for shown, body in zip(overview.shown, overview.bodies, strict=True)]
    entries = standing(told)
    timeline = sorted((entry for entry in entries if entry.item.type in TIMELINE), key=_by_start)
    agreed = agreements(entries)
    found = {
        "nextStep": _next_step(timeline, overview.now),
        "contacts": _contacts(entries),
        "times": [entry.part for entry in timeline if entry.item.type == "Appointment"],
        "plans": _plans(entries, agreed.others),
    }
    now = agreed.now and {**agreed.now, "computed": answered(found, overview.now)}
    return orjson.dumps(
        {
            "patient": _patient(overview, entries),
            "complete": overview.complete,
            "sources": [_source(source) for source in overview.sources],
            "agreement": now,
            **found,
            "timeline": [_line(entry) for entry in timeline],
        },
        option=orjson.OPT_UTC_Z,
    )


def _entry(shown: Shown, body: str) -> Entry:
    resource = orjson.loads(body)
    render = RENDER.get(shown.item.type)
    part = render(Seen(shown.item.reference, shown.item.giver, resource)) if render else {}
    origins = [origin._asdict() for origin in shown.origins]
    part["origins"] = origins
    if shown.conflict:
        part["conflict"] = True
    return Entry(shown.item, resource, part, origins)


def _moment(entry: Entry) -> datetime | None:
    """When something begins; a follow-up is on its last day."""
    return entry.item.ends if is_review(entry.resource) else entry.item.starts


def _by_start(entry: Entry) -> tuple[bool, float, str]:
    moment = _moment(entry)
    return (moment is None, moment.timestamp() if moment else 0.0, entry.item.reference)


def _patient(overview: Overview, entries: Iterable[Entry]) -> Part:
    patient = next((entry.resource for entry in entries if entry.item.type == "Patient"), {})
    name: Mapping[str, Any] = next((one for one in patient.get("name", ()) if one.get("use") not in FORMER), {})
    said = {
        "reference": f"Patient/{overview.patient}",
        "name": name.get("text") or " ".join([*name.get("given", ()), *filter(None, [name.get("family")])]) or None,
        "birthDate": patient.get("birthDate"),
        "deceased": patient.get("deceasedDateTime") or patient.get("deceasedBoolean") or None,
        "protected": overview.protected,
    }
    return {key: value for key, value in said.items() if value is not None}


def _source(source: SourceState) -> Part:
    text = SOURCE[source.state]
    if source.reason in REASONS:
        why = REASONS[source.reason]
        text = Text(f"{text.swedish} {why.swedish}", f"{text.english} {why.english}")
    return {
        "name": source.name,
        "giver": source.giver,
        "state": source.state.value,
        "reason": source.reason,
        "asOf": source.as_of,
        "text": text.as_json(),
    }


def _next_step(timeline: Iterable[Entry], now: datetime) -> Part | None:
    """The first thing agreed from now on; a time that has begun and not ended counts until it ends."""
    for entry in timeline:
        moment = _moment(entry)
        if entry.item.type == "Appointment":
            moment = entry.item.ends or (moment and moment + timedelta(hours=1))
        is_decided = entry.item.status in AHEAD and entry.resource.get("intent") not in INTENT
        if moment is not None and moment >= now and is_decided:
            return entry.part
    return None


def _contacts(entries: Iterable[Entry]) -> list[Part]:
    teams = [entry for entry in entries if entry.item.type == "CareTeam"]
    ways = reached([entry.seen for entry in teams])
    return [{**contact, "origins": entry.origins} for entry in teams for contact in contacts(entry.seen, ways)]


def _plans(entries: Sequence[Entry], agreed: Mapping[str, Part]) -> list[Part]:
    """Plans with their progress (how many of the visible activities are completed), contracts with what they hold."""
    done = {
        entry.item.reference: entry.item.status in DONE
        for entry in entries if entry.item.type in TIMELINE and task_kind(entry.resource) is None
    }  # fmt: skip
    plans = []
    for entry in entries:
        if entry.item.type == "CarePlan":
            own = [reference for reference in entry.part.get("activities", ()) if reference in done]
            progress = {"completed": sum(done[reference] for reference in own), "total": len(own)}
            held = agreed.get(entry.item.reference)
            plans.append({**entry.part, "progress": progress, **({"agreement": held} if held else {})})
        elif entry.item.type == "DocumentReference":
            plans.append(entry.part)
    return plans


def _line(entry: Entry) -> Part:
    wanted = ("reference", "type", "title", "status", "statusText", "start", "end", "howOften", "who", "where",
              "activityKind", "activityKindText", "intent")  # fmt: skip
    return {"kind": entry.item.kind, **{name: entry.part[name] for name in wanted if name in entry.part}}
