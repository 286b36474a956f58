"""The few addresses that are asked all the time go straight to their endpoints, past the framework's routing.

Each row stands beside a route that documents the same endpoint in the same way, and which answers whatever does not
fit here: another method, a trailing slash, an address that is none. Routing and its middleware cost more than the
endpoint itself does.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.api import interactions, overview
from app.fhir.ids import ID
from app.fhir.types import DIRECTORY_TYPES, STORED_TYPES


class Row(NamedTuple):
    """A method, the address as its route has it (for the log), what an address must match whole, and the endpoint."""

    method: str
    path: str
    pattern: re.Pattern[str]
    endpoint: Callable[..., Awaitable[Response]]


async def _read(request: Request, kind: str, identity: str) -> Response:
    return await interactions.read(request, kind, identity, request.headers.get("if-none-match"))


def _row(method: str, path: str, endpoint: Callable[..., Awaitable[Response]]) -> Row:
    pattern = re.escape(path).replace(r"\{kind\}", KIND).replace(r"\{identity\}", f"(?P<identity>{ID})")
    return Row(method, path, re.compile(pattern), endpoint)


KIND: Final = f"(?P<kind>{'|'.join((*STORED_TYPES, *DIRECTORY_TYPES))})"

ROWS: Final = (
    _row("POST", "/fhir/Patient/{identity}/$overview", overview.overview_operation_by_post),
    _row("GET", "/fhir/Patient/{identity}/$overview", overview.overview_operation),
    _row("POST", "/api/overview", overview.ask_for_overview),
    _row("GET", "/fhir/{kind}/{identity}", _read),
    _row("GET", "/fhir/{kind}", interactions.search),
)


class DirectRoutes:
    """ASGI between the edge and the framework."""

    def __init__(self, web: FastAPI) -> None:
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer here what a row fits, by the framework what none does; errors are the edge's to render."""
        for row in ROWS:
            if row.method == scope["method"] and (found := row.pattern.fullmatch(scope["path"])):
                scope["app"], scope["route"] = self._web, row
                given: dict[str, Any] = found.groupdict()
                response = await row.endpoint(Request(scope, receive), **given)
                await response(scope, receive, send)
                return
        await self._web(scope, receive, send)
