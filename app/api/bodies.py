"""Reads the bodies of requests, within bounds of size, time and media type, and checks what the client accepts.

http://hl7.org/fhir/R4/http.html#mime-type
"""

import asyncio
import re
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from app import errors
from app.errors import Fault
from app.fhir import json_text, references, strict_json
from app.fhir.identifiers import holds_personal_number
from app.off_loop import off_loop

JSON_TYPES = frozenset({"application/json", "application/fhir+json", "text/json"})
FORM_TYPE = "application/x-www-form-urlencoded"
ACCEPTED = JSON_TYPES | {"*/*", "application/*", "json"}

FORM_BYTES = 65_536
"""Bytes that the parameters of a search may have."""

BODY_SECONDS = 30.0
"""Seconds that a body may take to arrive."""


async def bytes_of(request: Request, limit: int, *, within: float = BODY_SECONDS) -> bytes:
    """The body, read no further than `limit` bytes.

    Raises:
        TooLarge: the body has more bytes.
        BodyTooSlow: it did not arrive `within` so many seconds.
    """
    try:
        async with asyncio.timeout(within):
            return await _read(request, limit)
    except TimeoutError:
        raise errors.BodyTooSlow from None


async def _read(request: Request, limit: int) -> bytes:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        raise errors.TooLarge
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise errors.TooLarge
        parts.append(part)
    return b"".join(parts)


async def resource(request: Request, limit: int, base: str) -> tuple[bytes, dict[str, Any]]:
    """A FHIR resource of at most `limit` bytes: its text and the parsed resource.

    A reference to an address below `base`, the address of this server, becomes relative (`Patient/id`), so that it is
    decided on like any other. A fullUrl of an entry of the same Bundle stays.

    Raises:
        UnsupportedMediaType: the body is not JSON by its Content-Type.
        TooLarge, BodyTooSlow: see `bytes_of`.
        Malformed: the body is not a FHIR resource in strict JSON.
    """
    body = await json_bytes(request, limit)
    return await off_loop(len(body), partial(_resource, body, limit, base))


def _resource(body: bytes, limit: int, base: str) -> tuple[bytes, dict[str, Any]]:
    parsed = strict_json.parse(body, limit=limit)
    literals = (reference.get("reference") for _, reference in references.walk(parsed))
    absolute = {literal for literal in literals if isinstance(literal, str) and literal.startswith(f"{base}/")}
    if absolute and isinstance(parsed.get("entry"), list):
        full_urls = (entry.get("fullUrl") for entry in parsed["entry"] if isinstance(entry, dict))
        absolute -= {url for url in full_urls if isinstance(url, str)}
    if not absolute:
        return body, parsed
    relative = references.rewrite(parsed, {literal: literal.removeprefix(f"{base}/") for literal in absolute})
    return json_text.dumps(relative), relative


async def json_bytes(request: Request, limit: int) -> bytes:
    """The bytes of a body whose Content-Type is JSON, not yet parsed; raises as `resource` does."""
    _expect(request, JSON_TYPES)
    return await bytes_of(request, limit)


async def json_object(request: Request, limit: int) -> dict[str, Any]:
    """A JSON object that is not a FHIR resource; raises as `resource` does."""
    body = await json_bytes(request, limit)
    return await off_loop(len(body), partial(strict_json.parse_json, body))


async def form(request: Request, limit: int) -> list[tuple[str, str]]:
    """The parameters of a `POST _search`: those of the body, then those of the address.

    http://hl7.org/fhir/R4/http.html#search. Only `identifier` may hold a personal number: any other parameter would put
    it in the link of the answer. Raises as `resource` does.
    """
    _expect(request, frozenset({FORM_TYPE}))
    body = await bytes_of(request, min(limit, FORM_BYTES))
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=100)
    except ValueError:
        raise errors.Malformed(
            Fault(
                "structure",
                "The body is not form-encoded; send at most 100 name=value pairs in UTF-8, with & between.",
                "Innehållet är inte formulärkodat; skicka högst 100 par av namn=värde i UTF-8 med & emellan.",
            )
        ) from None
    if any(holds_personal_number(f"{name} {value}") for name, value in pairs if name != "identifier"):
        raise errors.Malformed(
            Fault(
                "security",
                "Only the parameter identifier may hold a personal number.",
                "Bara parametern identifier får innehålla ett personnummer.",
            )
        )
    return [*pairs, *request.query_params.multi_items()]


def _expect(request: Request, types: frozenset[str]) -> None:
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charsets = re.findall(r"charset\s*=\s*\"?([^;\"\s]*)", parameters)
    if media_type.strip() not in types or not {"utf-8", "utf8"}.issuperset(charsets):
        raise errors.UnsupportedMediaType


def _is_acceptable(part: str) -> bool:
    """Whether a part of Accept names a type that is sent here, and does not say that it is unwanted (q=0)."""
    media_type, *parameters = (piece.strip() for piece in part.split(";"))
    unwanted = any(re.fullmatch(r"q\s*=\s*0(\.0*)?", parameter) for parameter in parameters)
    return media_type in ACCEPTED and not unwanted


def negotiate(request: Request) -> None:
    """Raise NotAcceptable if the client accepts no JSON; `_format` overrides Accept."""
    requested = request.query_params.get("_format", "") if request.scope["query_string"] else ""
    wanted = requested.replace(" ", "+") or request.headers.get("accept") or "*/*"
    if not any(_is_acceptable(part) for part in wanted.lower().split(",")):
        raise errors.NotAcceptable
