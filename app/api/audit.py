"""The audit trail over FHIR, for log auditors: search AuditEvent by person and time.

http://hl7.org/fhir/R4/auditevent.html#search
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.api.event_places import TICK, place_text, read_place
from app.api.failures import FHIR_JSON
from app.disclosure.audit_event import audit_event
from app.disclosure.read_trail import TrailQuery, read_trail
from app.errors import Fault, Malformed
from app.fhir import bundles, json_text
from app.fhir.search_parameters import offered_parameters
from app.fhir.times import moments
from app.storage import seal_rows

PARAMETERS = frozenset(
    {"_count", "_total", "_before", "_format", *(parameter.name for parameter in offered_parameters("AuditEvent"))}
)
"""The search parameters; `_before` is the place of an event and is used by the link to the next page."""

SEALS_AT_ONCE = 1000


async def search_audit(request: Request) -> Response:
    """Every disclosure, refusal and write, newest first, by `patient` and `date`; `_count` and `_total`."""
    return await _search(request, request.query_params.multi_items())


async def search_audit_by_post(request: Request) -> Response:
    """The same with the parameters in the body."""
    return await _search(request, await bodies.form(request, app_state(request).body_bytes))


async def _search(request: Request, pairs: list[tuple[str, str]]) -> Response:
    bodies.negotiate(request)
    values = _values_by_name(pairs)
    patient = parameters.patient_id(values["patient"][-1], "patient") if "patient" in values else None
    starts, ends = _span(values.get("date", []))
    query = TrailQuery(
        patient,
        starts,
        ends,
        parameters.count(values, "_count", parameters.PAGE),
        read_place(values["_before"][-1], "_before") if "_before" in values else None,
        parameters.wants_total(pairs),
    )
    state = app_state(request)
    trail = await read_trail(state.record_access, caller_of(request), query, now=now())
    base = f"{state.base_url}/fhir/AuditEvent"
    entries = [_entry(base, audit_event(event)) for event in trail.events]
    links = []
    if trail.events and len(trail.events) == query.page:
        next_page = [(name, value) for name, value in pairs if name != "_before"]
        next_page.append(("_before", place_text(trail.events[-1])))
        links.append(("next", f"{base}?{urlencode(next_page)}"))
    bundle = bundles.searchset(entries, self_url=f"{base}?{urlencode(pairs)}", total=trail.total, links=links)
    return Response(bundle, media_type=FHIR_JSON)


async def published_seals(request: Request) -> Response:
    """The signed Merkle roots of the trail, oldest first, for whoever keeps a copy: a root tells nothing of a person.

    `after` is the number of the last seal that is known; at most 1000 are sent at once.
    """
    values = {name: request.query_params.getlist(name) for name in request.query_params}
    if values.keys() - {"after"}:
        raise _invalid(None, "Send after alone.", "Skicka bara after.")
    after = parameters.count(values, "after", 0, 10**15)
    state = app_state(request)
    # Anybody may ask: together they have one connection, so that no caller with a token waits for them.
    async with state.publishing:
        seals = await seal_rows.signed_seals(state.record_access.pool, after, SEALS_AT_ONCE)
    return JSONResponse({"seals": seals})


def _values_by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each parameter; Malformed if a parameter is not one of PARAMETERS."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in PARAMETERS:
            known = ", ".join(sorted(PARAMETERS))
            raise _invalid(
                None,
                f"Unknown search parameter; search AuditEvent by {known}.",
                f"Okänd sökparameter; sök AuditEvent med {known}.",
            )
        values.setdefault(name, []).append(value)
    return values


def _entry(base: str, resource: dict[str, Any]) -> tuple[str, str, str]:
    return f"{base}/{resource['id']}", json_text.dumps(resource).decode(), "match"


def _span(dates: list[str]) -> tuple[datetime | None, datetime | None]:
    """The part of the trail that these dates with their prefixes have in common; its end is not included."""
    starts: datetime | None = None
    ends: datetime | None = None
    for text in dates:
        prefix, day = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
        try:
            first, last = moments(day)
        except ValueError:
            raise _invalid(
                "date",
                "Send date as ge2026-01-31 or with time and zone.",
                "Skicka date som ge2026-01-31 eller med tid och zon.",
            ) from None
        low, high = {
            "eq": (first, last + TICK),
            "ge": (first, None),
            "gt": (last + TICK, None),
            "le": (None, last + TICK),
            "lt": (None, first),
            "sa": (last + TICK, None),
            "eb": (None, first),
        }.get(prefix, (None, None))
        if low is None and high is None:
            raise _invalid(
                "date",
                "Unknown prefix of date; send eq, ge, gt, le, lt, sa or eb.",
                "Okänt prefix för date; skicka eq, ge, gt, le, lt, sa eller eb.",
            )
        starts = max(filter(None, (starts, low)), default=None)
        ends = min(filter(None, (ends, high)), default=None)
    return starts, ends


def _invalid(name: str | None, english: str, swedish: str) -> Malformed:
    return Malformed(Fault("invalid", english, swedish, name))
