"""The overview as JSON for portals: agreement, contacts, times, plans, one timeline, the sources (pure)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from app.access.classes import Kind
from app.federation.reasons import REASONS
from app.fhir import codes
from app.overview import parts
from app.overview.duplicates import Shown
from app.overview.parts import RENDER, Part, Seen
from app.overview.read_overview import Overview, SourceState
from app.overview.texts import SOURCE, Text
from app.storage.items import Item

AHEAD = frozenset({"booked", "pending", "proposed", "active", "requested", "accepted", "ready", "in-progress", "draft"})
"""The statuses of what is still to come."""

DONE = frozenset({"completed", "fulfilled"})

PARTS = {codes.I_DO: "iDo", codes.CARE_DOES: "careDoes", codes.IF_WORSE: "ifWorse"}
"""Which part of the agreement an activity of that category belongs to."""

TIMELINE = frozenset({"Appointment", "ServiceRequest", "Task"})


class _Entry(NamedTuple):
    """One shown item with its resource and how it is shown."""

    shown: Shown
    resource: Mapping[str, Any]
    part: Part

    @property
    def item(self) -> Item:
        return self.shown.item


def assemble(overview: Overview) -> bytes:
    """The JSON that `openapi/` describes under `Overview`."""
    entries = [_entry(shown, body) for shown, body in zip(overview.shown, overview.bodies, strict=True)]
    timeline = sorted((entry for entry in entries if entry.item.type in TIMELINE), key=_by_start)
    return orjson.dumps(
        {
            "patient": _patient(overview, entries),
            "complete": overview.complete,
            "sources": [_source(source) for source in overview.sources],
            "nextStep": _next_step(timeline, overview.now),
            "agreement": _agreement(entries),
            "contacts": _contacts(entries),
            "times": [entry.part for entry in timeline if entry.item.type == "Appointment"],
            "plans": _plans(entries),
            "timeline": [_line(entry) for entry in timeline],
        },
        option=orjson.OPT_UTC_Z,
    )


def _entry(shown: Shown, body: str) -> _Entry:
    resource = orjson.loads(body)
    seen = Seen(shown.item.reference, shown.item.giver, resource)
    render = RENDER.get(shown.item.type)
    part = render(seen) if render else {}
    part["origins"] = [origin._asdict() for origin in shown.origins]
    if shown.conflict:
        part["conflict"] = True
    return _Entry(shown, resource, part)


def _by_start(entry: _Entry) -> tuple[bool, float, str]:
    starts = entry.item.starts
    return (starts is None, starts.timestamp() if starts else 0.0, entry.item.reference)


def _patient(overview: Overview, entries: Iterable[_Entry]) -> Part:
    patient = next((entry.resource for entry in entries if entry.item.type == "Patient"), {})
    name: Mapping[str, Any] = next(iter(patient.get("name", ())), {})
    said = {
        "reference": f"Patient/{overview.patient}",
        "name": name.get("text") or " ".join([*name.get("given", ()), *filter(None, [name.get("family")])]) or None,
        "birthDate": patient.get("birthDate"),
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


def _next_step(timeline: Iterable[_Entry], now: datetime) -> Part | None:
    """The first thing agreed from now on; what has begun and not ended counts until it ends."""
    for entry in timeline:
        ends = entry.item.ends or (entry.item.starts + timedelta(hours=1) if entry.item.starts else None)
        ahead = ends is not None and ends >= now
        if ahead and entry.item.status in AHEAD and (entry.item.type == "Appointment" or entry.item.starts >= now):  # type: ignore[operator]
            return entry.part
    return None


def _agreement(entries: Iterable[_Entry]) -> Part | None:
    """The parts of the agreement that this caller sees, whoever wrote them; None where there is none.

    In the order of the contract, what others have planned after it.
    """
    found: dict[str, Any] = {
        "reference": None, "title": None, "whatMatters": None,
        "goals": [], "iDo": [], "careDoes": [], "ifWorse": [], "contactWays": [],
    }  # fmt: skip
    for entry in _in_order(entries):
        kind = parts.agreement_part(entry.resource)
        if entry.item.kind == Kind.AGREEMENT:
            found |= {"reference": entry.item.reference, "title": entry.resource.get("title")}
            found["whatMatters"] = parts.what_matters(entry.resource)
        elif kind in PARTS:
            found[PARTS[kind]].append(entry.part)
        elif entry.item.type == "Goal":
            found["goals"].append(entry.part)
        elif entry.item.type == "CareTeam" and entry.resource.get("telecom"):
            ways = parts.contact_ways(Seen(entry.item.reference, entry.item.giver, entry.resource))
            found["contactWays"] += [way for way in ways if way not in found["contactWays"]]
    return found if any(found.values()) else None


def _in_order(entries: Iterable[_Entry]) -> list[_Entry]:
    """The entries as the contracts among them name them, the others last and as they were."""
    entries = list(entries)
    named = [
        reference
        for entry in entries
        if entry.item.kind == Kind.AGREEMENT
        for reference in (*entry.part.get("goals", ()), *entry.part.get("activities", ()))
    ]
    place = {reference: number for number, reference in enumerate(named)}
    return sorted(entries, key=lambda entry: place.get(entry.item.reference, len(place)))


def _contacts(entries: Iterable[_Entry]) -> list[Part]:
    return [
        {**contact, "origins": entry.part["origins"]}
        for entry in entries
        if entry.item.type == "CareTeam"
        for contact in parts.contacts(Seen(entry.item.reference, entry.item.giver, entry.resource))
    ]


def _plans(entries: Iterable[_Entry]) -> list[Part]:
    """Plans with their progress: how many of the visible activities are completed."""
    entries = list(entries)
    done = {entry.item.reference: entry.item.status in DONE for entry in entries if entry.item.type in TIMELINE}
    plans = []
    for entry in entries:
        if entry.item.type == "CarePlan":
            own = [reference for reference in entry.part.get("activities", ()) if reference in done]
            progress = {"completed": sum(done[reference] for reference in own), "total": len(own)}
            plans.append({**entry.part, "progress": progress})
    return plans


def _line(entry: _Entry) -> Part:
    wanted = ("reference", "type", "title", "status", "statusText", "start", "end", "howOften", "who", "where")
    return {"kind": entry.item.kind, **{name: entry.part[name] for name in wanted if name in entry.part}}
