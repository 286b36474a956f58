"""FHIR R4 over HTTP for the types that we store: read, create, update, search, and the push as a transaction.

http://hl7.org/fhir/R4/http.html
"""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.api.failures import FHIR_JSON
from app.errors import Fault, Malformed, NotFound, Unprocessable
from app.fhir import bundles, outcomes
from app.fhir.check.check import check, check_envelope
from app.fhir.times import instant_text
from app.fhir.types import DIRECTORY_TYPES, STORED_TYPES
from app.items import Item
from app.plans.push_transaction import push
from app.plans.read_resource import read_directory, read_resource
from app.plans.search_resources import Found, Search, search_resources
from app.plans.write.drafts import Written
from app.plans.write_resource import create_resource, update_resource

STATUS_OF = {"created": "201 Created", "updated": "200 OK", "unchanged": "200 OK", "older": "200 OK"}
"""What becomes of an entry -> its line in the response."""

KNOWN = Fault(
    "informational", "Known already; nothing was changed.", "Redan känd; inget ändrades.", severity="information"
)
OLDER = Fault(
    "informational",
    "Older than what is stored (meta.lastUpdated); ignored.",
    "Äldre än det som är lagrat (meta.lastUpdated); ingen ändring gjordes.",
    severity="information",
)
SAID = {"unchanged": KNOWN, "older": OLDER}


async def transaction(request: Request) -> Response:
    """A push: what a source has booked or planned for one person, all or nothing; twice is once."""
    bodies.negotiate(request)
    opened = app_state(request)
    _, bundle = await bodies.resource(request, opened.body_bytes, f"{opened.base_url}/fhir")
    if bundle["resourceType"] != "Bundle":
        raise Malformed(Fault("structure", "Send a Bundle.", "Skicka en Bundle.", "Bundle"))
    if faults := check_envelope(bundle):
        raise Unprocessable(*faults)
    entries = bundles.entries_of_transaction(bundle)
    written = await push(opened.record_access, caller_of(request), entries, now=now())
    return Response(bundles.transaction_response(map(_answer, written)), media_type=FHIR_JSON)


async def read(request: Request, kind: str, identity: str) -> Response:
    """One resource; what this caller may not see is as what does not exist."""
    bodies.negotiate(request)
    record_access = app_state(request).record_access
    if kind in DIRECTORY_TYPES:
        item = await read_directory(record_access, caller_of(request), kind, parameters.fhir_id(identity), now=now())
    else:
        item = await read_resource(
            record_access, caller_of(request), _stored(kind), parameters.fhir_id(identity), now=now()
        )
    headers = _headers(item)
    if_none_match = request.headers.get("if-none-match")
    if if_none_match is not None and headers["etag"] in {one.strip() for one in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(item.body, media_type=FHIR_JSON, headers=headers)


async def create(request: Request, kind: str) -> Response:
    """Store a new resource; a system client's is keyed by its identifier, so that twice is once."""
    bodies.negotiate(request)
    text, resource = await _checked(request, kind)
    written = await create_resource(app_state(request).record_access, caller_of(request), resource, text, now=now())
    if written.state in SAID:
        return Response(
            outcomes.outcome_bytes([SAID[written.state]]), media_type=FHIR_JSON, headers=_headers(written.item)
        )
    location = f"{app_state(request).base_url}/fhir/{written.item.reference}"
    headers = {**_headers(written.item), "location": location}
    status = 201 if written.state == "created" else 200
    return Response(written.item.body, status, media_type=FHIR_JSON, headers=headers)


async def update(request: Request, kind: str, identity: str) -> Response:
    """Replace a resource; If-Match says which version it builds on. An id is never created by PUT."""
    bodies.negotiate(request)
    text, resource = await _checked(request, kind)
    if resource.get("id") != identity:
        raise Malformed(
            Fault(
                "value",
                "The resource's id must be the one in the address.",
                "Resursens id måste vara det i adressen.",
                f"{kind}.id",
            )
        )
    version = parameters.version_of(request.headers.get("if-match"))
    written = await update_resource(
        app_state(request).record_access, caller_of(request), resource, text, version, now=now()
    )
    return Response(written.item.body, media_type=FHIR_JSON, headers=_headers(written.item))


async def search(request: Request, kind: str) -> Response:
    """Search one type for one person: `patient`, `_id`, `status`, `_count`, `_total`."""
    return await _search(request, kind, request.query_params.multi_items(), posted=False)


async def search_by_post(request: Request, kind: str) -> Response:
    """The same with the parameters in the body; the only way to search by `identifier`."""
    pairs = await bodies.form(request, app_state(request).body_bytes)
    return await _search(request, kind, pairs, posted="identifier" not in request.query_params)


async def _search(request: Request, kind: str, pairs: list[tuple[str, str]], *, posted: bool) -> Response:
    bodies.negotiate(request)
    wanted = parameters.search(_stored(kind), pairs, posted=posted)
    opened = app_state(request)
    found = await search_resources(opened.record_access, caller_of(request), wanted, now=now())
    base = f"{opened.base_url}/fhir"
    bundle = bundles.searchset(
        [(f"{base}/{item.reference}", item.body, "match") for item in found.items],
        self_url=_page(base, wanted, wanted.offset),
        total=found.total if parameters.wants_total(pairs) or wanted.count == 0 else None,
        links=_next(base, wanted, found),
    )
    return Response(bundle, media_type=FHIR_JSON)


def _next(base: str, wanted: Search, found: Found) -> list[tuple[str, str]]:
    end = wanted.offset + len(found.items)
    return [("next", _page(base, wanted, end))] if found.items and end < found.total else []


def _page(base: str, wanted: Search, offset: int) -> str:
    """The address of a page: never with a personal number, which only a POST may hold."""
    pairs = [("patient", f"Patient/{wanted.patient}")] if wanted.patient and wanted.type != "Patient" else []
    pairs += [(name, ",".join(sorted(values))) for name, values in (wanted.filters or {}).items()]
    pairs += [("_count", str(wanted.count)), *([("_offset", str(offset))] if offset else [])]
    return f"{base}/{wanted.type}?{urlencode(pairs)}"


async def _checked(request: Request, kind: str) -> tuple[bytes, dict[str, Any]]:
    """The body, strictly read and checked; Unprocessable names every fault."""
    _stored(kind)
    opened = app_state(request)
    text, resource = await bodies.resource(request, opened.body_bytes, f"{opened.base_url}/fhir")
    if resource["resourceType"] != kind:
        raise Malformed(
            Fault(
                "structure",
                f"Send a {kind} to this address.",
                f"Skicka en {kind} till den här adressen.",
                "resourceType",
            )
        )
    if faults := check(resource):
        raise Unprocessable(*faults)
    return text, resource


def _stored(kind: str) -> str:
    if kind not in STORED_TYPES:
        raise NotFound
    return kind


def _headers(item: Item) -> dict[str, str]:
    return {"etag": f'W/"{item.version}"', "last-modified": item.updated.strftime("%a, %d %b %Y %H:%M:%S GMT")}


def _answer(written: Written) -> bundles.EntryResponse:
    item, said = written.item, SAID.get(written.state)
    return bundles.EntryResponse(
        STATUS_OF[written.state],
        f"{item.reference}/_history/{item.version}" if item.version else item.reference,
        f'W/"{item.version}"' if item.version else None,
        instant_text(item.updated) if item.version else None,
        outcomes.outcome([said]) if said else None,
    )
