"""FHIR R4 over HTTP for the stored types: read, create, update, search, and the push as a transaction.

http://hl7.org/fhir/R4/http.html
"""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.api import bodies, directory, parameters
from app.api.context import app_state, caller_of, now
from app.api.failures import FHIR_JSON
from app.directory.read_directory import read_directory
from app.errors import Fault, Malformed, NotFound, Unprocessable
from app.fhir import bundles, outcomes
from app.fhir.check.check import check, check_envelope
from app.fhir.times import instant_text
from app.fhir.types import DIRECTORY_TYPES, STORED_TYPES
from app.items import Item
from app.off_loop import off_loop
from app.plans.push_transaction import push
from app.plans.read_resource import read_resource
from app.plans.search_resources import Search, SearchPage, search_resources
from app.plans.write.drafts import Written
from app.plans.write.rights import require_right
from app.plans.write_resource import create_resource, update_resource
from app.storage.audit_rows import AuditAction

STATUS_LINES = {"created": "201 Created", "updated": "200 OK", "unchanged": "200 OK", "older": "200 OK"}
"""`Bundle.entry.response.status` by the state of a written entry."""

UNCHANGED = Fault(
    "informational", "Known already; nothing was changed.", "Redan känd; inget ändrades.", severity="information"
)
OLDER = Fault(
    "informational",
    "Older than what is stored (meta.lastUpdated); ignored.",
    "Äldre än det som är lagrat (meta.lastUpdated); ingen ändring gjordes.",
    severity="information",
)
NOTICES = {"unchanged": UNCHANGED, "older": OLDER}
"""Why a write stored nothing, by the state of the written entry."""


async def transaction(request: Request) -> Response:
    """A push: what a source has booked or planned for one person, all or nothing; sent twice, it is stored once."""
    bodies.negotiate(request)
    state = app_state(request)
    await require_right(state.record_access, caller_of(request), AuditAction.PUSH, None, now=now())
    text, bundle = await bodies.resource(request, state.body_bytes, f"{state.base_url}/fhir")
    if bundle["resourceType"] != "Bundle":
        raise Malformed(
            Fault(
                "structure",
                "Send a Bundle of type transaction to this address.",
                "Skicka en Bundle av typen transaction till den här adressen.",
                "Bundle",
            )
        )
    if faults := await off_loop(len(text), partial(check_envelope, bundle)):
        raise Unprocessable(*faults)
    entries = bundles.entries_of_transaction(bundle)
    written = await push(state.record_access, caller_of(request), entries, now=now(), size=len(text))
    return Response(bundles.transaction_response(map(_entry_response, written)), media_type=FHIR_JSON)


async def read(request: Request, resource_type: str, resource_id: str) -> Response:
    """One resource; 404 if there is none or the caller may not see it."""
    bodies.negotiate(request)
    record_access = app_state(request).record_access
    caller = caller_of(request)
    if resource_type in DIRECTORY_TYPES:
        item = await read_directory(record_access, caller, resource_type, parameters.fhir_id(resource_id), now=now())
    else:
        _refuse_other_types(resource_type)
        item = await read_resource(record_access, caller, resource_type, parameters.fhir_id(resource_id), now=now())
    headers = _headers(item)
    if_none_match = request.headers.get("if-none-match")
    if if_none_match is not None and headers["etag"] in {etag.strip() for etag in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(item.body, media_type=FHIR_JSON, headers=headers)


async def create(request: Request, resource_type: str) -> Response:
    """Store a new resource; a system client's is known by its identifier and stored once, however often it is sent."""
    bodies.negotiate(request)
    text, resource = await _checked(request, resource_type, AuditAction.CREATE)
    written = await create_resource(app_state(request).record_access, caller_of(request), resource, text, now=now())
    if written.state in NOTICES:
        return Response(
            outcomes.outcome_bytes([NOTICES[written.state]]), media_type=FHIR_JSON, headers=_headers(written.item)
        )
    location = f"{app_state(request).base_url}/fhir/{written.item.reference}"
    headers = {**_headers(written.item), "location": location}
    status = 201 if written.state == "created" else 200
    return Response(written.item.body, status, media_type=FHIR_JSON, headers=headers)


async def update(request: Request, resource_type: str, resource_id: str) -> Response:
    """Replace a resource; If-Match names the version that it builds on. PUT never creates a resource."""
    bodies.negotiate(request)
    text, resource = await _checked(request, resource_type, AuditAction.UPDATE)
    if resource.get("id") != resource_id:
        raise Malformed(parameters.other_id_than_address(resource_type))
    version = parameters.version_of(request.headers.get("if-match"))
    written = await update_resource(
        app_state(request).record_access, caller_of(request), resource, text, version, now=now()
    )
    return Response(written.item.body, media_type=FHIR_JSON, headers=_headers(written.item))


async def search(request: Request, resource_type: str) -> Response:
    """Search one type: for one person by `patient`, `_id` and `status`, in the directory by its own parameters."""
    return await _search(request, resource_type, request.query_params.multi_items(), posted=False)


async def search_by_post(request: Request, resource_type: str) -> Response:
    """The same with the parameters in the body; the only way to search by a personal number."""
    pairs = await bodies.form(request, app_state(request).body_bytes)
    return await _search(request, resource_type, pairs, posted="identifier" not in request.query_params)


async def _search(request: Request, resource_type: str, pairs: list[tuple[str, str]], *, posted: bool) -> Response:
    if resource_type in DIRECTORY_TYPES:
        return await directory.search(request, resource_type, pairs)
    bodies.negotiate(request)
    _refuse_other_types(resource_type)
    wanted = parameters.search(resource_type, pairs, posted=posted)
    state = app_state(request)
    matches = await search_resources(state.record_access, caller_of(request), wanted, now=now())
    base = f"{state.base_url}/fhir"
    bundle = bundles.searchset(
        [bundles.SearchsetEntry(f"{base}/{item.reference}", item.body, "match", item.giver) for item in matches.items],
        self_url=_page(base, wanted, wanted.offset),
        total=matches.total if parameters.wants_total(pairs) or wanted.count == 0 else None,
        links=_next_page(base, wanted, matches),
    )
    return Response(bundle, media_type=FHIR_JSON)


def _next_page(base: str, wanted: Search, matches: SearchPage) -> list[tuple[str, str]]:
    end = wanted.offset + len(matches.items)
    return [("next", _page(base, wanted, end))] if matches.items and end < matches.total else []


def _page(base: str, wanted: Search, offset: int) -> str:
    """The address of a page. It never holds a personal number, because only a POST may send one."""
    pairs = [("patient", f"Patient/{wanted.patient}")] if wanted.patient and wanted.type != "Patient" else []
    pairs += [(name, ",".join(sorted(values))) for name, values in (wanted.filters or {}).items()]
    pairs += [("_count", str(wanted.count)), *([("_offset", str(offset))] if offset else [])]
    return f"{base}/{wanted.type}?{urlencode(pairs)}"


async def _checked(request: Request, resource_type: str, action: AuditAction) -> tuple[bytes, dict[str, Any]]:
    """The text of the body and the resource in it; Forbidden before it is read, Unprocessable names every fault."""
    _refuse_other_types(resource_type)
    state = app_state(request)
    await require_right(state.record_access, caller_of(request), action, resource_type, now=now())
    text, resource = await bodies.resource(request, state.body_bytes, f"{state.base_url}/fhir")
    if resource["resourceType"] != resource_type:
        raise Malformed(parameters.other_type_than_address(resource_type))
    if faults := await off_loop(len(text), partial(check, resource)):
        raise Unprocessable(*faults)
    return text, resource


def _refuse_other_types(resource_type: str) -> None:
    if resource_type not in STORED_TYPES:
        raise NotFound


def _headers(item: Item) -> dict[str, str]:
    return {"etag": f'W/"{item.version}"', "last-modified": item.updated.strftime("%a, %d %b %Y %H:%M:%S GMT")}


def _entry_response(written: Written) -> bundles.EntryResponse:
    item, notice = written.item, NOTICES.get(written.state)
    return bundles.EntryResponse(
        STATUS_LINES[written.state],
        f"{item.reference}/_history/{item.version}" if item.version else item.reference,
        f'W/"{item.version}"' if item.version else None,
        instant_text(item.updated) if item.version else None,
        outcomes.outcome([notice]) if notice else None,
    )
