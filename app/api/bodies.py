"""Read what a client sends and agree on what it gets: size, media type, FHIR or plain JSON, Accept.

http://hl7.org/fhir/R4/http.html#mime-type
"""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from app import errors
from app.errors import Fault
from app.fhir import json_text, references, strict_json

JSON_TYPES = frozenset({"application/json", "application/fhir+json", "text/json"})
FORM_TYPE = "application/x-www-form-urlencoded"
ACCEPTED = JSON_TYPES | {"*/*", "application/*", "json"}


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
    """A FHIR resource as it came and as parsed; Malformed, TooLarge or UnsupportedMediaType otherwise.

    A reference that spells out an address under `base`, ours, becomes the relative one that it means, so that it is
    decided on like any other; a name that a Bundle gives to its own entries stays.
    """
    body = await json_bytes(request, limit)
    given = strict_json.parse(body, limit=limit)
    literal = (one.get("reference") for _, one in references.walk(given))
    ours = {one for one in literal if isinstance(one, str) and one.startswith(f"{base}/")}
    if ours and isinstance(given.get("entry"), list):
        names = (one.get("fullUrl") for one in given["entry"] if isinstance(one, dict))
        ours -= {name for name in names if isinstance(name, str)}
    if not ours:
        return body, given
    relative = references.rewrite(given, {one: one.removeprefix(f"{base}/") for one in ours})
    return json_text.dumps(relative), relative


async def json_bytes(request: Request, limit: int) -> bytes:
    """The bytes of a JSON body, not yet read."""
    _expect(request, JSON_TYPES)
    return await bytes_of(request, limit)


async def plain(request: Request, limit: int) -> dict[str, Any]:
    """A JSON object that is no FHIR resource."""
    return strict_json.parse_json(await json_bytes(request, limit))


async def form(request: Request, limit: int) -> list[tuple[str, str]]:
    """The parameters of a `POST _search`: those of the body, then those of the address."""
    _expect(request, frozenset({FORM_TYPE}))
    body = await bytes_of(request, limit)
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=100)
    except ValueError:
        raise errors.Malformed(
            Fault("structure", "The body is not form-encoded.", "Innehållet är inte formulärkodat.")
        ) from None
    return [*pairs, *request.query_params.multi_items()]


def _expect(request: Request, types: frozenset[str]) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in types:
        raise errors.UnsupportedMediaType


def negotiate(request: Request) -> None:
    """Refuse a client that accepts no JSON; `_format` overrides Accept."""
    asked = request.query_params.get("_format", "") if request.scope["query_string"] else ""
    wanted = asked.replace(" ", "+") or request.headers.get("accept") or "*/*"
    if not any(part.partition(";")[0].strip().lower() in ACCEPTED for part in wanted.split(",")):
        raise errors.NotAcceptable
