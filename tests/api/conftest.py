"""The app in this process on a real PostgreSQL, with tokens from the demo's identity provider in another process."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.access import policy
from app.access.row_security import wall_rows
from app.demo.children import Child, Program, free_port
from app.demo.data import contracts, people
from app.demo.data.days import STOCKHOLM, Days
from app.demo.data.registrations import registrations
from app.demo.load_directory import load_directory
from app.storage import migrate
from tests.builders.clients import register
from tests.builders.database import Database, execute
from tests.builders.world import BASE, Identity, World, running


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


@pytest.fixture(scope="session")
def household(postgres: Any, template: str, identity: Identity) -> Iterator[tuple[str, dict[str, str], Days]]:
    """A database with the demo's household in it, loaded once through the app and copied for each test."""
    name = f"household_{uuid4().hex}"
    execute(postgres.owner_url(), f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    migrate.fill_wall(postgres.owner_url(name), wall_rows(policy.load()))
    register(postgres.owner_url(name))
    days = Days(date.today())
    ids: dict[str, str] = {}
    with asyncio.Runner() as runner:
        runner.run(load_directory(postgres.app_url(name), datetime.combine(days.today, time(), STOCKHOLM)))
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
        keys = {person.number: person.key for person in people.PEOPLE}
        for record in people.register_records(days.at(-60, 0)):
            answer = await world.post("population-register", "/api/people", record)
            assert answer.status_code in {200, 201}, answer.text
            ids[keys[record["number"]]] = answer.json()["patient"].removeprefix("Patient/")
        for sent in contracts.pushes(days):
            answer = await world.post(sent.client, "/fhir", sent.bundle)
            assert answer.status_code == 200, answer.text
        for row in registrations(ids, days):
            answer = await world.post(row.caller, row.path, row.content)
            assert answer.status_code == 201, answer.text
        answer = await world.post(
            "physician", "/api/contracts", contracts.contract(days.today, f"Patient/{ids['gunnar']}")
        )
        assert answer.status_code == 201, answer.text
