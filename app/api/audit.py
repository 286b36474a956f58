"""The audit trail over FHIR, for the log auditor.

http://hl7.org/fhir/R4/auditevent.html#search
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.api.failures import FHIR_JSON
from app.disclosure.audit_event import audit_event
from app.disclosure.read_trail import Wanted, read_trail
from app.errors import Fault, Malformed
from app.fhir import bundles, json_text
from app.fhir.times import moments
from app.storage.audit_rows import Span

KNOWN = frozenset({"patient", "date", "_count", "_total", "_before", "_format"})
TICK = timedelta(microseconds=1)


async def search_audit(request: Request) -> Response:
    """Every disclosure, refusal and write, newest first, by `patient` and `date`; `_count` and `_total`."""
    return await _search(request, request.query_params.multi_items())


async def search_audit_by_post(request: Request) -> Response:
    """The same with the parameters in the body."""
    return await _search(request, await bodies.form(request, app_state(request).body_bytes))


async def _search(request: Request, pairs: list[tuple[str, str]]) -> Response:
    bodies.negotiate(request)
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in KNOWN:
            raise _wrong(None, f"AuditEvent is searched by {', '.join(sorted(KNOWN))}.",
                         f"AuditEvent söks med {', '.join(sorted(KNOWN))}.")  # fmt: skip
        given.setdefault(name, []).append(value)
    patient = parameters.patient_id(given["patient"][-1], "patient") if "patient" in given else None
    wanted = Wanted(
        _span(patient, given.get("date", [])),
        parameters.count(given, "_count", parameters.PAGE),
        parameters.count(given, "_before", 0, 10**15) or None,
        parameters.wants_total(pairs),
    )
    opened = app_state(request)
    found = await read_trail(opened.record_access, caller_of(request), wanted, now=now())
    base = f"{opened.base_url}/fhir/AuditEvent"
    kept = [(name, value) for name, value in pairs if name != "_before"]
    entries = [_entry(base, audit_event(event)) for event in found.events]
    more = found.events and len(found.events) == wanted.page
    links = [("next", f"{base}?{urlencode([*kept, ('_before', found.events[-1].seq)])}")] if more else []
    bundle = bundles.searchset(entries, self_url=f"{base}?{urlencode(pairs)}", total=found.total, links=links)
    return Response(bundle, media_type=FHIR_JSON)


def _entry(base: str, resource: dict[str, Any]) -> tuple[str, str, str]:
    return f"{base}/{resource['id']}", json_text.dumps(resource).decode(), "match"


def _span(patient: str | None, dates: list[str]) -> Span:
    """The time from and up to, not with, what these dates with their prefixes leave."""
    starts: datetime | None = None
    ends: datetime | None = None
    for text in dates:
        prefix, day = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
        try:
            first, last = moments(day)
        except ValueError:
            raise _wrong("date", "Send date as ge2026-01-31 or with time and zone.",
                         "Skicka date som ge2026-01-31 eller med tid och zon.") from None  # fmt: skip
        low, high = {
            "eq": (first, last + TICK), "ge": (first, None), "gt": (last + TICK, None),
            "le": (None, last + TICK), "lt": (None, first), "sa": (last + TICK, None), "eb": (None, first),
        }.get(prefix, (None, None))  # fmt: skip
        if low is None and high is None:
            raise _wrong(
                "date", "Prefixes are eq, ge, gt, le, lt, sa and eb.", "Prefix är eq, ge, gt, le, lt, sa och eb."
            )
        starts = max(filter(None, (starts, low)), default=None)
        ends = min(filter(None, (ends, high)), default=None)
    return Span(patient, starts, ends)


def _wrong(name: str | None, english: str, swedish: str) -> Malformed:
    return Malformed(Fault("invalid", english, swedish, name))
