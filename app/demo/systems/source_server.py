"""A source system of the demo: a FHIR R4 server in a process of its own, which can be told to hang or to fail.

It answers nobody without a token of the demo's identity provider. Its state is switched at `/control`, with a secret.
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
from app.demo.systems.only_demo import refuse_elsewhere
from app.demo.systems.records import Records, Refused, capabilities, outcome
from app.errors import SamplanError, Unauthenticated

DATA: Final[Mapping[str, Callable[[Days], list[Resource]]]] = {
    "region": region.resources,
    "municipal": municipality.resources,
}
"""The sources there are."""
SECRET: Final = "SAMPLAN_DEMO_SECRET"
FHIR_JSON: Final = "application/fhir+json"


class State(StrEnum):
    """How the source behaves: as it should, accepting and never answering, or answering with an error."""

    NORMAL = "normal"
    HANG = "hang"
    FAIL = "fail"


class TokenCheck:
    """Verifies the tokens of one issuer; its keys are fetched at the first token that needs them."""

    def __init__(self, issuer: str, jwks_url: str) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._keys: Mapping[str, jose.Key] = {}

    async def check(self, header: str, now: float) -> None:
        """Unauthenticated unless the header brings a token for the demo's sources."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated
        if jose.header(token).kid not in self._keys:
            answer = await asyncio.to_thread(calls.get, self._jwks_url)
            self._keys = jose.read_key_set(answer.json())
        claims = jose.verify(token, self._keys, typ="at+jwt")
        until = claims.get("exp")
        if claims.get("iss") != self._issuer or claims.get("aud") != SOURCES_AUDIENCE:
            raise Unauthenticated
        if not isinstance(until, int) or until <= now or "system/*.rs" not in str(claims.get("scope")).split():
            raise Unauthenticated


class Source:
    """One source: its records, whom it lets in, and how it behaves just now."""

    def __init__(self, name: str, records: Records, tokens: TokenCheck, secret: str) -> None:
        self.state = State.NORMAL
        self.name = name
        self._records = records
        self._tokens = tokens
        self._secret = secret

    async def search(self, request: Request) -> Response:
        """POST [type]/_search."""
        form = dict(parse_qsl((await request.body()).decode("utf-8"), keep_blank_values=True))
        return await self._answer(request, lambda: self._records.search(request.path_params["type"], form))

    async def page(self, request: Request) -> Response:
        """GET [base]?page=: a further page of a search."""
        return await self._answer(request, lambda: self._records.page(request.query_params.get("page", "")))

    async def control(self, request: Request) -> Response:
        """GET and POST /control: read or set the state; always answers, whatever the state."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return JSONResponse({"error": "forbidden"}, 403)
        if request.method == "POST":
            try:
                self.state = State((await request.json())["state"])
            except (ValueError, KeyError, TypeError):
                return JSONResponse({"error": "state"}, 422)
        return JSONResponse({"name": self.name, "state": self.state})

    async def _answer(self, request: Request, work: Callable[[], Resource]) -> Response:
        if self.state is State.HANG:
            await _until_gone(request)
        if self.state is not State.NORMAL:
            return _fhir(outcome("exception", "This source has been told to fail."), 500)
        try:
            await self._tokens.check(request.headers.get("authorization", ""), time.time())
            return _fhir(work())
        except Unauthenticated:
            return _fhir(outcome("login", "A token for this source is needed."), 401)
        except calls.Unreachable:
            return _fhir(outcome("transient", "The identity provider does not answer."), 503)
        except Refused as refused:
            return _fhir(outcome("not-supported", f"This search is not known: {refused}."), 400)


async def _until_gone(request: Request) -> None:
    """Never answer: return only when the other side has closed."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.1)


def create_app(source: Source, *, base: str, today: date) -> Starlette:
    """The source over HTTP."""

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
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m app.demo.systems.source_server", description=__doc__)
    parser.add_argument("name", choices=sorted(DATA))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--today", type=date.fromisoformat, required=True, help="the day that plans are counted from")
    parser.add_argument("--issuer", required=True, help="the identity provider's address")
    given = parser.parse_args(arguments)
    try:
        refuse_elsewhere(given.host, os.environ)
    except SamplanError as refused:
        parser.exit(2, f"{refused}\n")
    if not os.environ.get(SECRET):
        parser.exit(2, f"{SECRET} is not set.\n")
    base = f"http://{given.host}:{given.port}/fhir"
    records = Records(DATA[given.name](Days(given.today)), base=base)
    source = Source(given.name, records, TokenCheck(given.issuer, f"{given.issuer}/jwks"), os.environ[SECRET])
    app = create_app(source, base=base, today=given.today)
    uvicorn.run(
        app, host=given.host, port=given.port, log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )


if __name__ == "__main__":
    main()
