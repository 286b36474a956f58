"""The app in this process with the demo's people in it, and tokens from the demo's identity provider."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from time import time as clock
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from app import jose
from app.demo import calls
from app.demo.data.days import Days
from app.demo.systems import keys
from app.main import create_app
from app.settings import Settings

BASE = "http://samplan.test"
UNHURRIED = 30.0
"""Seconds for the database: a busy test machine is no slow database."""

FRESH = 240.0
"""Seconds that a token is used again; it lives ten minutes."""

Caller = str | Mapping[str, object]
"""One of the demo's callers by name, or what the token of somebody else says."""


class Identity:
    """The running identity provider, and the directory with its keys."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self._home = home
        self._tokens: dict[str, tuple[float, str]] = {}

    def token(self, caller: Caller) -> str:
        """A token of one of the demo's callers, at most some minutes old, or of whoever the claims speak of."""
        if not isinstance(caller, str):
            return self._signed(caller)
        asked, token = self._tokens.get(caller, (-FRESH, ""))
        if monotonic() - asked > FRESH:
            asked, token = monotonic(), str(calls.get(f"{self.url}/callers/{caller}/token").json()["access_token"])
            self._tokens[caller] = (asked, token)
        return token

    def _signed(self, claims: Mapping[str, object]) -> str:
        issued = int(clock())
        said = {"iss": self.url, "aud": BASE, "iat": issued, "exp": issued + 600, "jti": uuid4().hex, **claims}
        return jose.sign(said, keys.load(self._home).issuer, typ="at+jwt")

    def key_set(self) -> dict[str, Any]:
        """The public keys of the provider."""
        return jose.key_set([keys.load(self._home).issuer])

    def headers(self, caller: Caller) -> dict[str, str]:
        """The header that carries it."""
        return {"authorization": f"Bearer {self.token(caller)}"}


class World(NamedTuple):
    """The app with a household in it: `ids` are the people's ids by the demo's names."""

    client: httpx.AsyncClient
    identity: Identity
    ids: dict[str, str]
    database: Any
    days: Days

    async def get(self, caller: Caller, path: str, **more: Any) -> httpx.Response:
        """GET as one of the demo's callers."""
        return await self.send("GET", caller, path, **more)

    async def post(self, caller: Caller, path: str, content: object, **more: Any) -> httpx.Response:
        """POST some JSON as one of the demo's callers."""
        return await self.send("POST", caller, path, content=json.dumps(content), **more)

    async def send(self, method: str, caller: Caller, path: str, **more: Any) -> httpx.Response:
        """Any request as one of the demo's callers."""
        headers = {"content-type": "application/json", **self.identity.headers(caller), **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def overview(self, caller: Caller, person: str) -> dict[str, Any]:
        """The overview of a person as a caller gets it; the request must succeed."""
        answer = await self.post(caller, "/api/overview", {"patient": f"Patient/{self.ids[person]}"})
        assert answer.status_code == 200, answer.text
        overview: dict[str, Any] = answer.json()
        return overview


async def _set_aside(answer: httpx.Response) -> None:
    """Move the id of the request, which no other answer has, from the headers to the extensions."""
    answer.extensions["request_id"] = answer.headers.pop("x-request-id", None)


@asynccontextmanager
async def running(database: Any, identity: Identity, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The app with its lifespan, reached over ASGI."""
    settings = Settings(
        database_url=database.app_url,
        base_url=BASE,
        audience=BASE,
        **{
            "issuer": identity.url,
            "jwks_url": f"{identity.url}/jwks",
            "database_pool": 4,
            "database_seconds": UNHURRIED,
            **more,
        },
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=BASE, event_hooks={"response": [_set_aside]}) as client,
    ):
        yield client
