"""A private PostgreSQL for the whole run, and a migrated database of its own for each test that asks.

Also: tests that wait for other programs come first, and a run ends with a list of what was skipped and why.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from app.demo.postgres.server import Address, Postgres
from tests.builders.database import Database, execute
from tests.requirements import summary

settings.register_profile("samplan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("samplan")
"""A busy machine makes values slowly: that is no fault of what is tested."""

LONG = {"agreement", "benchmarks", "demo", "web"}
"""Folders of tests that wait for other programs: HL7's validator, the demo, a browser."""


PROOF_SHARE = 4
"""Without --whole-proofs a proof tries one case of so many."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `make proof` runs with."""
    parser.addoption("--whole-proofs", action="store_true", help="try every case of the proofs, not one in four")


@pytest.fixture(scope="session")
def proof_share(pytestconfig: pytest.Config) -> int:
    """A proof tries every case whose number is a multiple of this."""
    return 1 if pytestconfig.getoption("--whole-proofs") else PROOF_SHARE


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give every xdist worker the same server: the controller starts it, and outlives them all."""
    if not hasattr(node.config, "samplan_postgres"):
        directory = tempfile.TemporaryDirectory(prefix="samplan-test-")
        server = Postgres.start(Path(directory.name), fsync=False)
        node.config.add_cleanup(directory.cleanup)
        node.config.add_cleanup(server.stop)
        node.config.samplan_postgres = server
    node.workerinput["postgres"] = tuple(node.config.samplan_postgres.address)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: not LONG.intersection(item.path.relative_to(item.config.rootpath).parts))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what the machine lacks, how many tests were skipped for it, and the command that brings it."""
    reasons = [report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped")]
    if reasons:
        terminalreporter.section("skipped tests")
        terminalreporter.write_line("\n".join(summary(reasons)))


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Where the run's one server listens; started with the first test that asks, or by xdist's controller."""
    shared = getattr(request.config, "workerinput", {}).get("postgres")
    if shared:
        yield Address(*shared)
        return
    with Postgres.start(tmp_path_factory.mktemp("postgres"), fsync=False) as server:
        yield server.address


@pytest.fixture(scope="session")
def template(postgres: Address, pytestconfig: pytest.Config) -> Iterator[str]:
    """The name of a database that Alembic has brought to the newest version; copied, never written."""
    # Imported here, so that a run which needs no database loads no Alembic.
    from app.storage import migrate

    name = f"template_{uuid4().hex}"
    execute(postgres.owner_url(), f"CREATE DATABASE {name}")
    migrate.upgrade(postgres.owner_url(name), pytestconfig.rootpath / "alembic")
    yield name
    execute(postgres.owner_url(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(postgres: Address, template: str) -> Iterator[Database]:
    """A fresh copy of the template, gone after the test."""
    name = f"test_{uuid4().hex}"
    execute(postgres.owner_url(), f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield Database(name, postgres.owner_url(name), postgres.app_url(name))
    execute(postgres.owner_url(), f"DROP DATABASE {name} WITH (FORCE)")
