"""Every request passes here once: address, caller, errors, headers and the access log.

Guarded unless public: what is not on the list needs a caller, and an unknown route is as guarded as a known one.
"""

import logging
import time
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import errors
from app.access.tokens import Tokens
from app.api.failures import render, unexpected
from app.fhir.identifiers import holds_personal_number

log = logging.getLogger("app.access_log")

PUBLIC = frozenset({"/", "/page.js", "/page.css", "/health/live", "/health/ready", "/fhir/metadata", "/openapi.json"})
"""What anyone may GET: nothing here tells of a person."""

MOST_ADDRESS_BYTES = 8192
"""Bytes that the path and the query may have together."""

MOST_HEADER_BYTES = 32_768
"""Bytes that the names and values of all headers may have together."""

HEADERS: Mapping[bytes, bytes] = {
    b"cache-control": b"no-store",
    b"vary": b"Authorization, Accept",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"strict-transport-security": b"max-age=31536000; includeSubDomains",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}
"""On every answer that does not say otherwise itself."""


class Edge:
    """The outermost ASGI layer."""

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        answer = _Answer(send)
        try:
            await self._enter(scope, receive, answer)
        finally:
            route = scope.get("route")
            log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "route": getattr(route, "path", "-"),
                    "status": answer.status,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                },
            )

    async def _enter(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            _refuse_oversize(scope)
            _refuse_personal_numbers(scope)
            if scope["path"] not in PUBLIC or scope["method"] != "GET":
                scope.setdefault("state", {})["caller"] = await self._tokens.caller(_bearer(scope), time.time())
            await self._app(scope, receive, answer)
        except errors.SamplanError as error:
            await self._fail(render(error), scope, receive, answer)
        except Exception:
            log.exception("unexpected")
            await self._fail(unexpected(), scope, receive, answer)

    async def _fail(self, response: Response, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        if answer.status == 0:
            await response(scope, receive, answer)


class _Answer:
    """`send`, with the headers every answer has and the status for the log."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message.setdefault("headers", [])
            present = {name for name, _ in headers}
            headers.extend((name, value) for name, value in HEADERS.items() if name not in present)
        await self._send(message)


def _refuse_oversize(scope: Scope) -> None:
    if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > MOST_ADDRESS_BYTES:
        raise errors.AddressTooLong
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADER_BYTES:
        raise errors.HeadersTooLarge


def _refuse_personal_numbers(scope: Scope) -> None:
    address = scope.get("raw_path", b"") + b"?" + scope["query_string"]
    if holds_personal_number(unquote_to_bytes(address).decode("utf-8", "replace")):
        raise errors.PersonalNumberInAddress


def _bearer(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1:
        raise errors.Unauthenticated
    scheme, _, token = given[0].decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise errors.Unauthenticated
    return str(token.strip())
