"""A source system of the demo: a FHIR R4 server in a process of its own, which can be made to hang or to fail.

A search needs a token of the demo's identity provider. `/control` changes the state, and needs the demo's secret.
"""

import argparse
import asyncio
import hmac
import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app import jose
from app.demo import calls
from app.demo.data import municipality, region
from app.demo.data.callers import SOURCES_AUDIENCE
from app.demo.data.days import Days
from app.demo.data.resources import Resource
from app.demo.systems.only_demo import require_demo_allowed
from app.demo.systems.records import Records, UnsupportedSearch, capabilities, outcome
from app.errors import SamplanError, Unauthenticated

DATA: Final[Mapping[str, Callable[[Days], list[Resource]]]] = {
    "region": region.resources,
    "municipal": municipality.resources,
}
"""The function that gives the resources of each source."""
SECRET: Final = "SAMPLAN_DEMO_SECRET"
FHIR_JSON: Final = "application/fhir+json"


class State(StrEnum):
    """How the source behaves: it answers, it accepts a request and never answers, or it answers with an error."""

    NORMAL = "normal"
    HANG = "hang"
    FAIL = "fail"


class TokenCheck:
    """Verifies the tokens of an issuer, and fetches its keys when a token names an unknown key."""

    def __init__(self, issuer: str, jwks_url: str) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._keys: Mapping[str, jose.Key] = {}

    async def check(self, header: str, now: float) -> None:
        """Check an Authorization header at `now` (Unix time). Raises Unauthenticated if the token does not hold."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated
        if jose.header(token).kid not in self._keys:
            answer = await asyncio.to_thread(calls.get, self._jwks_url)
            self._keys = jose.read_key_set(answer.json())
        claims = jose.verify(token, self._keys, typ="at+jwt")
        expires = claims.get("exp")
        if claims.get("iss") != self._issuer or claims.get("aud") != SOURCES_AUDIENCE:
            raise Unauthenticated
        if not isinstance(expires, int) or expires <= now or "system/*.rs" not in str(claims.get("scope")).split():
            raise Unauthenticated


class SourceSystem:
    """A source: its records, its check of tokens, and its state."""

    def __init__(self, name: str, records: Records, tokens: TokenCheck, secret: str) -> None:
        self.state = State.NORMAL
        self.name = name
        self._records = records
        self._tokens = tokens
        self._secret = secret

    async def search(self, request: Request) -> Response:
        """Answer POST [type]/_search."""
        form = dict(parse_qsl((await request.body()).decode("utf-8"), keep_blank_values=True))
        return await self._answer(request, lambda: self._records.search(request.path_params["type"], form))

    async def page(self, request: Request) -> Response:
        """Answer GET [base]?page=: a further page of a search."""
        return await self._answer(request, lambda: self._records.page(request.query_params.get("page", "")))

    async def control(self, request: Request) -> Response:
        """Answer GET and POST /control in every state: read or set the state."""
        secret = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(secret.encode(), self._secret.encode()):
            return JSONResponse({"error": "forbidden"}, 403)
        if request.method == "POST":
            try:
                self.state = State((await request.json())["state"])
            except (ValueError, KeyError, TypeError):
                return JSONResponse({"error": "state"}, 422)
        return JSONResponse({"name": self.name, "state": self.state})

    async def _answer(self, request: Request, answer: Callable[[], Resource]) -> Response:
        if self.state is State.HANG:
            await _until_gone(request)
        if self.state is not State.NORMAL:
            return _fhir(outcome("exception", "This source has been made to fail."), 500)
        try:
            await self._tokens.check(request.headers.get("authorization", ""), time.time())
            return _fhir(answer())
        except Unauthenticated:
            return _fhir(outcome("login", "A token for this source is needed."), 401)
        except calls.NoResponse:
            return _fhir(outcome("transient", "The identity provider does not answer."), 503)
        except UnsupportedSearch as error:
            return _fhir(outcome("not-supported", f"This search is not supported: {error}."), 400)


async def _until_gone(request: Request) -> None:
    """Wait until the client has closed the connection."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.1)


def create_app(source: SourceSystem, *, base: str, today: date) -> Starlette:
    """Make the ASGI app of a source; `base` is its FHIR address."""

    async def metadata(_: Request) -> Response:
        return _fhir(capabilities(source.name, base, today.isoformat()))

    return Starlette(
        routes=[
            Route("/control", source.control, methods=["GET", "POST"]),
            Route("/fhir", source.page, methods=["GET"]),
            Route("/fhir/metadata", metadata),
            Route("/fhir/{type}/_search", source.search, methods=["POST"]),
        ]
    )


def _fhir(content: Resource, status: int = 200) -> Response:
    return JSONResponse(content, status, media_type=FHIR_JSON)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(prog="python -m app.demo.systems.source_server", description=__doc__)
    parser.add_argument("name", choices=sorted(DATA))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--today", type=date.fromisoformat, required=True, help="the day that plans are counted from")
    parser.add_argument("--issuer", required=True, help="the identity provider's address")
    options = parser.parse_args(arguments)
    try:
        require_demo_allowed(options.host, os.environ)
    except SamplanError as error:
        parser.exit(2, f"{error}\n")
    if not os.environ.get(SECRET):
        parser.exit(2, f"{SECRET} is not set.\n")
    base = f"http://{options.host}:{options.port}/fhir"
    records = Records(DATA[options.name](Days(options.today)), base=base)
    source = SourceSystem(
        options.name, records, TokenCheck(options.issuer, f"{options.issuer}/jwks"), os.environ[SECRET]
    )
    app = create_app(source, base=base, today=options.today)
    uvicorn.run(
        app, host=options.host, port=options.port, log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )


if __name__ == "__main__":
    main()
