"""Runs the demo in the foreground: PostgreSQL, identity provider, two sources, Samplan, and a household in it.

Each start begins with new data, since its days are counted from today; the keys stay. All processes end with this one,
whether by Ctrl-C, a kill or a fault.
"""

import asyncio
import contextlib
import fcntl
import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, NoReturn

from app.access import policy, row_security
from app.demo import data_directory, programs
from app.demo.children import ROOT, Child, Program, free_port, is_free
from app.demo.data.callers import REGISTERED
from app.demo.data.days import STOCKHOLM, Days
from app.demo.data_directory import RunningDemo
from app.demo.load import DemoClient, load_household
from app.demo.load_directory import load_directory
from app.demo.postgres import sql
from app.demo.postgres.server import DATABASE, Postgres
from app.demo.programs import HOST, SOURCES, DemoSetup
from app.demo.systems import keys
from app.demo.systems.only_demo import require_demo_allowed
from app.demo.systems.provider import ABOUT_FILE
from app.demo.welcome import welcome
from app.directory.registration import add_clients, registration
from app.errors import Fault, SamplanError, Unavailable
from app.storage import migrate

END_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run until a signal ends the demo; return the exit status."""
    _end_on_signals()
    try:
        _run(os.environ)
    except KeyboardInterrupt:
        return 0
    except SamplanError as fault:
        print(f"samplan demo: {fault}", file=sys.stderr)
        return 1
    return 0


def _run(environment: Mapping[str, str]) -> None:
    """Start everything, print how to use it, and watch. KeyboardInterrupt or SamplanError stops everything."""
    require_demo_allowed(HOST, environment)
    home = data_directory.directory(environment)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_locked_directory(home))
        setup = _setup(home, environment)
        keys.load(home)
        others = [programs.identity(setup), *(programs.source(setup, name) for name in SOURCES)]
        children = [_started(program, home, stack) for program in others]
        server = stack.enter_context(Postgres.start(home))
        _schema(server)
        children.append(_started(programs.samplan(setup, server.address.app_url(sql.DEMO)), home, stack))
        for child in children:
            child.wait()
        _load(setup)
        restart = _restart_event()
        stack.callback((home / data_directory.FILE).unlink, missing_ok=True)
        _write_state(setup, server, children)
        print(welcome(setup.base, setup.identity, setup.days), flush=True)
        while _require_running(children):
            if restart.wait(0.25):
                restart.clear()
                for child in children:
                    child.restart()
                _write_state(setup, server, children)


@contextlib.contextmanager
def _locked_directory(home: Path) -> Iterator[None]:
    """Lock the data directory. Raises Unavailable if another demo has it."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                Fault(
                    "conflict",
                    "A demo already runs here: stop it, or set SAMPLAN_DATA to another directory.",
                    "En demo körs redan här.",
                )
            ) from None
        (home / "logs").mkdir(mode=0o700, exist_ok=True)
        (home / ABOUT_FILE).unlink(missing_ok=True)
        yield


def _setup(home: Path, environment: Mapping[str, str]) -> DemoSetup:
    """Choose ports, today and a secret. Raises Unavailable if SAMPLAN_PORT is no port or is in use."""
    port = environment.get("SAMPLAN_PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) <= 65535 or not is_free(int(port)):
        raise Unavailable(
            Fault(
                "conflict",
                f"Port {port} is in use or is no port: set SAMPLAN_PORT to a free one.",
                f"Porten {port} kan inte användas.",
            )
        )
    ports = {name: free_port() for name in SOURCES}
    today = datetime.now(STOCKHOLM).date()
    return DemoSetup(home, int(port), free_port(), ports, Days(today), secrets.token_urlsafe(32))


def _started(program: Program, home: Path, stack: contextlib.ExitStack) -> Child:
    child = Child(program, home / "logs")
    stack.callback(child.stop)
    return child


def _schema(server: Postgres) -> None:
    """Make a new database with its tables, the permits of row-level security, the client systems and the directory."""
    sql.run(server.address, DATABASE, sql.FRESH)
    owner = server.address.owner_url(sql.DEMO)
    migrate.upgrade(owner, ROOT / "alembic")
    migrate.fill_wall(owner, row_security.wall_rows(policy.load()))
    asyncio.run(add_clients(owner, [registration(values) for values in REGISTERED]))
    asyncio.run(load_directory(server.address.app_url(sql.DEMO), datetime.now(STOCKHOLM)))


def _load(setup: DemoSetup) -> None:
    client = DemoClient(setup.base, setup.identity)
    load_household(client, setup.days, setup.home)


def _write_state(setup: DemoSetup, server: Postgres, children: Sequence[Child]) -> None:
    pids = {child.name: child.pid for child in children} | ({"postgres": server.pid} if server.pid else {})
    running = RunningDemo(
        os.getpid(), setup.base, setup.identity, setup.sources, setup.secret, sql.DEMO, server.address, pids
    )
    running.write(setup.home)


def _require_running(children: Sequence[Child]) -> Literal[True]:
    """Raise Unavailable if the database, the identity provider or Samplan has ended; a source may be down."""
    for child in children:
        if child.name not in SOURCES:
            child.require_running()
    return True


def _restart_event() -> threading.Event:
    """Return an event that SIGUSR1 sets, to start ended processes again."""
    restart = threading.Event()
    signal.signal(signal.SIGUSR1, lambda *_: restart.set())
    return restart


def _end_on_signals() -> None:
    """Let the usual signals end the demo, also if a shell ignores Ctrl-C for us; a second signal changes nothing."""

    def end(*_: object) -> NoReturn:
        for number in END_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in END_SIGNALS:
        signal.signal(number, end)
