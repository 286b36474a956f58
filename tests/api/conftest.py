"""The app in this process on a real PostgreSQL, with tokens from the demo's identity provider in another process."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from time import time as clock
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from app import jose
from app.access import policy
from app.access.row_security import wall_rows
from app.demo import calls
from app.demo.children import Child, Program, free_port
from app.demo.data import contracts, people
from app.demo.data.days import STOCKHOLM, Days
from app.demo.systems import keys
from app.main import create_app
from app.settings import Settings
from app.storage import migrate, person_facts
from app.storage.database import open_pool
from tests.conftest import Database, execute

BASE = "http://samplan.test"


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

    def headers(self, caller: Caller) -> dict[str, str]:
        """The header that carries it."""
        return {"authorization": f"Bearer {self.token(caller)}"}


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    """One identity provider for the whole run."""
    home: Path = tmp_path_factory.mktemp("identity")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    module = [
        "app.demo.systems.identity",
        "--port",
        str(port),
        "--directory",
        str(home),
        "--audience",
        BASE,
        "--origin",
        BASE,
    ]
    child = Child(Program("identity", module, {}, f"{url}/jwks"), home)
    try:
        child.wait()
        yield Identity(url, home)
    finally:
        child.stop()


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


@asynccontextmanager
async def running(database: Any, identity: Identity, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The app with its lifespan, reached over ASGI."""
    settings = Settings(
        database_url=database.app_url, base_url=BASE, issuer=identity.url, jwks_url=f"{identity.url}/jwks",
        audience=BASE, database_pool=4, **more,
    )  # fmt: skip
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.web.router.lifespan_context(app.web),
        httpx.AsyncClient(transport=transport, base_url=BASE) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def household(postgres: Any, template: str, identity: Identity) -> Iterator[tuple[str, dict[str, str], Days]]:
    """A database with the demo's household in it, loaded once through the app and copied for each test."""
    name = f"household_{uuid4().hex}"
    execute(postgres.owner_url(), f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    migrate.fill_wall(postgres.owner_url(name), wall_rows(policy.load()))
    days = Days(date.today())
    ids: dict[str, str] = {}
    with asyncio.Runner() as runner:
        runner.run(_load(Database(name, postgres.owner_url(name), postgres.app_url(name)), identity, ids, days))
    yield name, ids, days
    execute(postgres.owner_url(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def housed(postgres: Any, household: tuple[str, dict[str, str], Days]) -> Iterator[Database]:
    """A fresh copy of the household, gone after the test."""
    name = f"test_{uuid4().hex}"
    execute(postgres.owner_url(), f"CREATE DATABASE {name} TEMPLATE {household[0]} STRATEGY FILE_COPY")
    yield Database(name, postgres.owner_url(name), postgres.app_url(name))
    execute(postgres.owner_url(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def world(
    housed: Database, household: tuple[str, dict[str, str], Days], identity: Identity
) -> AsyncIterator[World]:
    """The demo's household in an app without external sources."""
    _, ids, days = household
    async with running(housed, identity) as client:
        yield World(client, identity, dict(ids), housed, days)


async def _load(database: Database, identity: Identity, ids: dict[str, str], days: Days) -> None:
    async with running(database, identity) as client:
        world = World(client, identity, ids, database, days)
        for sent in contracts.pushes(days):
            answer = await world.post(sent.client, "/fhir", sent.bundle)
            assert answer.status_code == 200, answer.text
            places = [entry["response"]["location"] for entry in answer.json()["entry"]]
            found = [place.split("/")[1] for place in places if place.startswith("Patient/")]
            ids.setdefault(sent.person.key, found[0] if found else "")
        await _facts(database.app_url, ids, days)
        answer = await world.post(
            "physician", "/api/contracts", contracts.contract(days.today, f"Patient/{ids['gunnar']}")
        )
        assert answer.status_code == 201, answer.text


async def _facts(url: str, ids: dict[str, str], days: Days) -> None:
    since = datetime.combine(days.today, time(), STOCKHOLM) - timedelta(days=60)
    pool = await open_pool(url, size=2)
    for person, giver, unit in people.RELATIONS:
        relation = person_facts.Relation(giver=giver.hsa_id, unit=unit.hsa_id if unit else None, starts=since)
        await person_facts.add_relation(pool, ids[person.key], relation)
    for person, giver in people.CONSENTS:
        await person_facts.add_consent(pool, ids[person.key], person_facts.Consent(giver=giver.hsa_id, starts=since))
    for child, guardian in people.GUARDIANS:
        await person_facts.add_representative(
            pool, ids[child.key], person_facts.Representative(person=ids[guardian.key], starts=since)
        )
    await pool.close()
