"""The app in this process on a real PostgreSQL, with tokens from the demo's identity provider in another process."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from app.access import policy
from app.access.wall import wall_rows
from app.demo import calls, own, people
from app.demo.children import Child, free_port
from app.demo.days import STOCKHOLM, Days
from app.main import create_app
from app.settings import Settings
from app.storage import facts, migrate
from app.storage.database import open_pool

BASE = "http://samplan.test"


class Identity(NamedTuple):
    """The running identity provider."""

    url: str

    def token(self, caller: str) -> str:
        """A fresh token of one of the demo's callers."""
        return str(calls.get(f"{self.url}/callers/{caller}/token").json()["access_token"])

    def headers(self, caller: str) -> dict[str, str]:
        """The header that carries it."""
        return {"authorization": f"Bearer {self.token(caller)}"}


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    """One identity provider for the whole run."""
    home: Path = tmp_path_factory.mktemp("identity")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    module = ["app.demo.identity", "--port", str(port), "--directory", str(home), "--audience", BASE, "--origin", BASE]
    child = Child("identity", module, {}, home / "log")
    try:
        child.wait_for(f"{url}/jwks")
        yield Identity(url)
    finally:
        child.stop()


class World(NamedTuple):
    """The app with a household in it: `ids` are the people's ids by the demo's names."""

    client: httpx.AsyncClient
    identity: Identity
    ids: dict[str, str]
    database: Any
    days: Days

    async def get(self, caller: str, path: str, **more: Any) -> httpx.Response:
        """GET as one of the demo's callers."""
        return await self.send("GET", caller, path, **more)

    async def post(self, caller: str, path: str, content: object, **more: Any) -> httpx.Response:
        """POST some JSON as one of the demo's callers."""
        return await self.send("POST", caller, path, content=json.dumps(content), **more)

    async def send(self, method: str, caller: str, path: str, **more: Any) -> httpx.Response:
        """Any request as one of the demo's callers."""
        headers = {"content-type": "application/json", **self.identity.headers(caller), **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def overview(self, caller: str, person: str) -> dict[str, Any]:
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
    async with app.web.router.lifespan_context(app.web), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


@pytest.fixture
def walled(database: Any) -> Any:
    """A database whose wall has the policy's permits."""
    migrate.fill_wall(database.owner_url, wall_rows(policy.load()))
    return database


@pytest.fixture
async def world(walled: Any, identity: Identity) -> AsyncIterator[World]:
    """The demo's household in an app without external sources."""
    days = Days(date.today())  # noqa: DTZ011 - the demo's days are local
    async with running(walled, identity) as client:
        ids: dict[str, str] = {}
        world = World(client, identity, ids, walled, days)
        for sent in own.pushes(days):
            answer = await world.post(sent.client, "/fhir", sent.bundle)
            assert answer.status_code == 200, answer.text
            places = [entry["response"]["location"] for entry in answer.json()["entry"]]
            found = [place.split("/")[1] for place in places if place.startswith("Patient/")]
            ids.setdefault(sent.person.key, found[0] if found else ids.get(sent.person.key, ""))
        await _facts(walled.app_url, ids, days)
        answer = await world.post("physician", "/api/contracts", own.contract(days.today, f"Patient/{ids['gunnar']}"))
        assert answer.status_code == 201, answer.text
        yield world


async def _facts(url: str, ids: dict[str, str], days: Days) -> None:
    since = datetime.combine(days.today, time(), STOCKHOLM) - timedelta(days=60)
    pool = await open_pool(url, size=2)
    for person, giver, unit in people.RELATIONS:
        relation = facts.Relation(giver=giver.hsa_id, unit=unit.hsa_id if unit else None, starts=since)
        await facts.add_relation(pool, ids[person.key], relation)
    for person, giver in people.CONSENTS:
        await facts.add_consent(pool, ids[person.key], facts.Consent(giver=giver.hsa_id, starts=since))
    for child, guardian in people.GUARDIANS:
        await facts.add_representative(pool, ids[child.key], facts.Representative(person=ids[guardian.key], starts=since))
    await pool.close()
