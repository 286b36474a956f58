"""Runs the whole demo in the foreground: database, identity provider, two sources, Samplan, and a household in it.

Every start begins with fresh data, since its days are counted from today; keys stay. Whatever ends this process,
Ctrl-C, a kill or a fault of its own, nothing of it is left.
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
from app.demo import place, programs
from app.demo.children import ROOT, Child, Program, free_port, is_free
from app.demo.data.days import STOCKHOLM, Days
from app.demo.greeting import greeting
from app.demo.load import Doors, household
from app.demo.place import Running
from app.demo.postgres import sql
from app.demo.postgres.server import DATABASE, Postgres
from app.demo.programs import HOST, SOURCES, Plan
from app.demo.systems import keys
from app.demo.systems.only_demo import refuse_elsewhere
from app.demo.systems.provider import ABOUT_FILE
from app.errors import Fault, SamplanError, Unavailable
from app.storage import migrate

ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run until told to stop; the exit status."""
    _listen_for_the_end()
    try:
        _run(os.environ)
    except KeyboardInterrupt:
        return 0
    except SamplanError as fault:
        print(f"samplan demo: {fault}", file=sys.stderr)
        return 1
    return 0


def _run(environment: Mapping[str, str]) -> None:
    """Start all, say so, and watch; ends by KeyboardInterrupt or SamplanError, with everything stopped."""
    refuse_elsewhere(HOST, environment)
    home = place.directory(environment)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_alone(home))
        plan = _plan(home, environment)
        keys.load(home)
        others = [programs.identity(plan), *(programs.source(plan, name) for name in SOURCES)]
        children = [_started(program, home, stack) for program in others]
        server = stack.enter_context(Postgres.start(home))
        _schema(server)
        children.append(_started(programs.samplan(plan, server.address.app_url(sql.DEMO)), home, stack))
        for child in children:
            child.wait()
        _load(plan, server)
        asked = _listen_for_restarts()
        stack.callback((home / place.FILE).unlink, missing_ok=True)
        _note(plan, server, children)
        print(greeting(plan.base, plan.identity, plan.days), flush=True)
        while _all_well(children):
            if asked.wait(0.25):
                asked.clear()
                for child in children:
                    child.restart()
                _note(plan, server, children)


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the data directory; Unavailable if another demo does."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                Fault("conflict", "A demo runs here already: set SAMPLAN_DATA for another.", "En demo körs redan här.")
            ) from None
        (home / "logs").mkdir(mode=0o700, exist_ok=True)
        (home / ABOUT_FILE).unlink(missing_ok=True)
        yield


def _plan(home: Path, environment: Mapping[str, str]) -> Plan:
    """Ports, today and a secret; Unavailable where the one port that is asked for cannot be had."""
    wanted = environment.get("SAMPLAN_PORT", "8000")
    if not wanted.isdecimal() or not 0 < int(wanted) <= 65535 or not is_free(int(wanted)):
        raise Unavailable(
            Fault("conflict", f"Port {wanted} cannot be had: set SAMPLAN_PORT.", f"Porten {wanted} kan inte användas.")
        )
    ports = {name: free_port() for name in SOURCES}
    today = datetime.now(STOCKHOLM).date()
    return Plan(home, int(wanted), free_port(), ports, Days(today), secrets.token_urlsafe(32))


def _started(program: Program, home: Path, stack: contextlib.ExitStack) -> Child:
    child = Child(program, home / "logs")
    stack.callback(child.stop)
    return child


def _schema(server: Postgres) -> None:
    """A fresh database with its tables, and the policy's permits in its wall."""
    sql.run(server.address, DATABASE, sql.FRESH)
    owner = server.address.owner_url(sql.DEMO)
    migrate.upgrade(owner, ROOT / "alembic")
    migrate.fill_wall(owner, row_security.wall_rows(policy.load()))


def _load(plan: Plan, server: Postgres) -> None:
    doors = Doors(plan.base, plan.identity)
    asyncio.run(household(doors, server.address.app_url(sql.DEMO), plan.days, plan.home))


def _note(plan: Plan, server: Postgres, children: Sequence[Child]) -> None:
    pids = {child.name: child.pid for child in children} | ({"postgres": server.pid} if server.pid else {})
    running = Running(
        os.getpid(), plan.base, plan.identity, plan.sources, plan.secret, sql.DEMO, server.address, pids
    )  # fmt: skip
    running.write(plan.home)


def _all_well(children: Sequence[Child]) -> Literal[True]:
    """Unavailable if a process has ended that the demo cannot be without; a source may, and the rest goes on."""
    for child in children:
        if child.name not in SOURCES:
            child.require()
    return True


def _listen_for_restarts() -> threading.Event:
    """SIGUSR1 asks that what has ended be started again."""
    asked = threading.Event()
    signal.signal(signal.SIGUSR1, lambda *_: asked.set())
    return asked


def _listen_for_the_end() -> None:
    """Any of the usual signals ends the demo, also where a shell has us ignore Ctrl-C; a second one changes nothing."""

    def end(*_: object) -> NoReturn:
        for number in ENDS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in ENDS:
        signal.signal(number, end)
