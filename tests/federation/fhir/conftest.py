"""A FHIR system on loopback that knows one person, and the source that asks it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.federation.fhir.source import FhirSource
from app.outbound import Outbound
from tests.builders.loopback import Loopback
from tests.builders.sources import FhirSystem, config


@pytest.fixture
def system() -> FhirSystem:
    """A system that knows Gunnar, with nothing planned."""
    return FhirSystem()


@pytest.fixture
async def server(system: FhirSystem) -> AsyncIterator[Loopback]:
    """The system, listening."""
    async with Loopback(system) as server:
        yield server


@pytest.fixture
async def source(server: Loopback, tmp_path: Path) -> AsyncIterator[FhirSource]:
    """The source that asks it, for at most 200 kB."""
    configured = config(server, tmp_path / "key.json")
    async with Outbound(configured.origins, limit=200_000) as outbound:
        yield FhirSource(configured, outbound, limit=200_000)
