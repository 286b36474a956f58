"""The outermost layer of the app: checks address and token of every request, renders errors, adds headers, and logs.

Every address needs a token, also an unknown one, unless the table of routes marks it as public.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes
from uuid import uuid4

from starlette.datastructures import State
from starlette.routing import Router
from starlette.types import Message, Receive, Scope, Send

from app import errors
from app.access.caller import Caller
from app.access.tokens import Tokens
from app.api import cors
from app.api.failures import render
from app.api.presentation import Presenter
from app.api.rate_limits import RateLimits
from app.api.strict_http import header, refuse_ambiguous, refuse_hidden_slashes
from app.fhir.identifiers import holds_personal_number
from app.logs import request_id
from app.storage.deadlines import database_time

log = logging.getLogger("app.access_log")

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
"""The headers of every answer that does not set them itself."""


Guard = Callable[[], Awaitable[None]]
"""Raises an error if an answer may not leave any more."""


class EdgeRules(NamedTuple):
    """What the edge holds requests to.

    `database_seconds` is how long a request may wait for the database in all, `origins` are the web sites whose scripts
    may call (CORS), `limits` count requests, `presenter` reads the token of a request.
    """

    database_seconds: float
    presenter: Presenter
    origins: frozenset[str]
    limits: RateLimits


class Edge:
    """The app as an ASGI application: `router` answers, `public` are the addresses that need no token for a GET.

    `state` holds what the router's lifespan opened (`app.api.context`).
    """

    def __init__(self, router: Router, tokens: Tokens, public: frozenset[str], rules: EdgeRules) -> None:
        self.router = router
        self.state = State()
        self._tokens = tokens
        self._public = public
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or run the lifespan."""
        scope["app"] = self
        if scope["type"] != "http":
            await self.router(scope, receive, send)
            return
        started = time.perf_counter()
        answered = uuid4()
        token = request_id.set(answered)
        more = {b"x-request-id": str(answered).encode(), **cors.headers(scope, self._rules.origins)}
        sender = _ResponseSender(send, more)
        try:
            await self._enter(scope, receive, sender)
        finally:
            route = scope.get("route")
            log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "route": getattr(route, "path", "-"),
                    "status": sender.status,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                },
            )
            request_id.reset(token)

    async def _enter(self, scope: Scope, receive: Receive, sender: "_ResponseSender") -> None:
        try:
            _refuse_oversize(scope)
            refuse_ambiguous(scope)
            _refuse_personal_numbers(scope)
            if cors.is_preflight(scope, self._rules.origins):
                await cors.preflight(scope, receive, sender)
                return
            with database_time(self._rules.database_seconds):
                if scope["path"] not in self._public or scope["method"] != "GET":
                    scope.setdefault("state", {})["caller"], sender.guard = await self._caller(scope)
                refuse_hidden_slashes(scope)
                await self.router(scope, receive, sender)
        except Exception as error:
            response = render(error)
            if response.status_code == 500:
                log.exception("unexpected")
            if sender.status == 0:
                await response(scope, receive, sender)

    async def _caller(self, scope: Scope) -> tuple[Caller, Guard]:
        """The caller of a valid token, and the check that it still holds; TooManyRequests if a limit is reached."""
        limits = self._rules.limits
        address = limits.address((scope.get("client") or ("",))[0], header(scope, b"x-forwarded-for"))
        limits.require_address(address)
        try:
            token, presentation = self._rules.presenter.read(scope)
            version = self._tokens.registry_version
            caller = await self._tokens.caller(token, time.time(), presentation)
        except errors.Unauthenticated:
            limits.refused(address)
            raise
        limits.require(caller)

        async def guard() -> None:
            if self._tokens.registry_version != version:
                await self._tokens.require_unchanged(token, caller, time.time())

        return caller, guard


class _ResponseSender:
    """Sends a response with the headers of every answer, and keeps its status for the log; 0 before it has started.

    `guard` is asked once before an answer begins; if it raises, nothing of the answer is sent.
    """

    def __init__(self, send: Send, more: Mapping[bytes, bytes]) -> None:
        self._send = send
        self._headers = {**HEADERS, **more}
        self.status = 0
        self.guard: Guard | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            guard, self.guard = self.guard, None
            if guard is not None and message["status"] < 400:
                await guard()
            self.status = message["status"]
            headers = message.setdefault("headers", [])
            present = {name for name, _ in headers}
            headers.extend((name, value) for name, value in self._headers.items() if name not in present)
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
