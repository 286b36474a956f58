"""Lets scripts of named web sites call the API (CORS), and of no others.

Credentials of the browser are never asked for: a call has its token in a header. https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.api.strict_http import header

PREFLIGHT: Final = {
    "access-control-allow-methods": "GET, POST, PUT, DELETE",
    "access-control-allow-headers": "accept, authorization, content-type, if-match, if-none-match",
    "access-control-max-age": "600",
}

EXPOSED: Final = b"ETag, Last-Modified, Location, Retry-After, WWW-Authenticate"
"""The headers of an answer that a script may read, besides those that it always may."""


def headers(scope: Scope, origins: frozenset[str]) -> Mapping[bytes, bytes]:
    """The headers of an answer to this request; none unless sites are named, so that a cache keeps answers apart."""
    if not origins:
        return {}
    origin = header(scope, b"origin")
    allowed = {b"access-control-allow-origin": origin.encode("latin-1"), b"access-control-expose-headers": EXPOSED}
    return {b"vary": b"Authorization, Accept, Origin", **(allowed if origin in origins else {})}


def is_preflight(scope: Scope, origins: frozenset[str]) -> bool:
    """Whether a browser asks on behalf of a named site what its script may send; such a request has no token."""
    return (
        scope["method"] == "OPTIONS"
        and header(scope, b"origin") in origins
        and header(scope, b"access-control-request-method") != ""
    )


async def preflight(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a preflight: the same for every address, so that it tells nothing of them."""
    await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
