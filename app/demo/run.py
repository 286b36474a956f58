"""Runs the whole demo in the foreground: database, identity provider, two sources, Samplan, and a household in it.

Every start begins with fresh data, since its days are counted from today; keys stay. Whatever ends this process,
Ctrl-C, a kill or a fault of its own, nothing of it is left.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple, NoReturn

from app import jose
from app.access import policy, wall
from app.demo import keys, place, sql
from app.demo.callers import SAMPLAN, SOURCES_SCOPE
from app.demo.children import ROOT, Child, free_port
from app.demo.days import STOCKHOLM, Days
from app.demo.givers import MUNICIPAL_SOCIAL, REGION, Giver
from app.demo.greeting import greeting
from app.demo.load import Doors, household
from app.demo.only import refuse_elsewhere
from app.demo.place import Running
from app.demo.postgres import DATABASE, Postgres
from app.demo.provider import ABOUT_FILE
from app.demo.source_server import SECRET
from app.errors import Fault, SamplanError, Unavailable
from app.storage import migrate

HOST: Final = "127.0.0.1"
SOURCES: Final[Mapping[str, Giver]] = {"region": REGION, "municipal": MUNICIPAL_SOCIAL}
"""The sources, and the giver that answers for what does not say whose it is."""
DEADLINE: Final = "5"
"""Seconds that all sources together have."""
ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Plan(NamedTuple):
    """What a start has decided on: where its files are, its ports, its day and its secret."""

    home: Path
    port: int
    identity_port: int
    source_ports: Mapping[str, int]
    days: Days
    secret: str

    @property
    def base(self) -> str:
        """Samplan's address."""
        return f"http://{HOST}:{self.port}"

    @property
    def identity(self) -> str:
        """The identity provider's address, which is also the issuer of its tokens."""
        return f"http://{HOST}:{self.identity_port}"


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
        plan = _plan(home, int(environment.get("SAMPLAN_PORT", "8000")))
        server = stack.enter_context(Postgres.start(home))
        _schema(server)
        children = [*_others(plan, stack), _samplan(plan, server, stack)]
        asyncio.run(_load(plan, server))
        stack.callback((home / place.FILE).unlink, missing_ok=True)
        asked = _listen_for_restarts()
        _note(plan, server, children)
        print(greeting(plan.base, plan.identity), flush=True)
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
    (home / "logs").mkdir(mode=0o700, exist_ok=True)
    (home / ABOUT_FILE).unlink(missing_ok=True)
    with (home / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                Fault("conflict", "A demo runs here already: set SAMPLAN_DATA for another.", "En demo körs redan här.")
            ) from None
        yield


def _plan(home: Path, port: int) -> Plan:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            fault = f"Port {port} is taken: set SAMPLAN_PORT to another."
            raise Unavailable(Fault("conflict", fault, f"Porten {port} är upptagen.")) from None
    today = datetime.now(STOCKHOLM).date()
    ports = {name: free_port() for name in SOURCES}
    return Plan(home, port, free_port(), ports, Days(today), secrets.token_urlsafe(32))


def _schema(server: Postgres) -> None:
    """A fresh database with its tables, and the policy's permits in its wall."""
    sql.run(server.address, DATABASE, sql.FRESH)
    owner = server.address.owner_url(sql.DEMO)
    migrate.upgrade(owner, ROOT / "alembic")
    migrate.fill_wall(owner, wall.wall_rows(policy.load()))


async def _load(plan: Plan, server: Postgres) -> None:
    await household(Doors(plan.base, plan.identity), server.address.app_url(sql.DEMO), plan.days, plan.home)


def _others(plan: Plan, stack: contextlib.ExitStack) -> list[Child]:
    """The identity provider and the sources, ready."""
    kept = keys.load(plan.home)
    key = plan.home / "samplan.jwk.json"
    key.unlink(missing_ok=True)
    key.touch(mode=0o600)
    key.write_text(json.dumps(jose.private_jwk(kept.clients[SAMPLAN])), "utf-8")
    pages = [f"--origin=http://{name}:{plan.port}" for name in (HOST, "localhost")]
    identity = [
        "app.demo.identity",
        f"--port={plan.identity_port}",
        f"--directory={plan.home}",
        f"--audience={plan.base}",
    ]
    children = [_child(plan, stack, "identity", [*identity, *pages], {})]
    for name, port in plan.source_ports.items():
        day = plan.days.today.isoformat()
        module = ["app.demo.source_server", name, f"--port={port}", f"--today={day}", f"--issuer={plan.identity}"]
        children.append(_child(plan, stack, name, module, {SECRET: plan.secret}))
    children[0].wait_for(f"{plan.identity}/jwks")
    for child in children[1:]:
        child.wait_for(f"{_source(plan, child.name)}/metadata")
    return children


def _samplan(plan: Plan, server: Postgres, stack: contextlib.ExitStack) -> Child:
    """The app itself, ready."""
    sources = plan.home / "sources.toml"
    sources.write_text("\n".join(_toml(plan, name) for name in plan.source_ports), "utf-8")
    environment = {
        "SAMPLAN_DATABASE_URL": server.address.app_url(sql.DEMO),
        "SAMPLAN_ISSUER": plan.identity,
        "SAMPLAN_JWKS_URL": f"{plan.identity}/jwks",
        "SAMPLAN_AUDIENCE": plan.base,
        "SAMPLAN_BASE_URL": plan.base,
        "SAMPLAN_SOURCES": str(sources),
        "SAMPLAN_SOURCE_DEADLINE": DEADLINE,
        "SAMPLAN_DEMO_IDENTITY": plan.identity,
        "SAMPLAN_HOST": HOST,
        "SAMPLAN_PORT": str(plan.port),
    }
    return _child(plan, stack, "samplan", ["app.cli", "serve"], environment).wait_for(f"{plan.base}/health/ready")


def _child(
    plan: Plan, stack: contextlib.ExitStack, name: str, module: Sequence[str], environment: Mapping[str, str]
) -> Child:
    child = Child(name, module, environment, plan.home / "logs" / f"{name}.log")
    stack.callback(child.stop)
    return child


def _source(plan: Plan, name: str) -> str:
    return f"http://{HOST}:{plan.source_ports[name]}/fhir"


def _toml(plan: Plan, name: str) -> str:
    """One `[[source]]`; JSON texts are TOML texts."""
    giver = SOURCES[name]
    table = {
        "name": name,
        "giver": giver.hsa_id,
        "category": giver.category,
        "base_url": _source(plan, name),
        "token_url": f"{plan.identity}/token",
        "client_id": SAMPLAN,
        "key_file": "samplan.jwk.json",
        "scope": SOURCES_SCOPE,
    }
    return "\n".join(["[[source]]", *(f"{key} = {json.dumps(value)}" for key, value in table.items()), ""])


def _note(plan: Plan, server: Postgres, children: Sequence[Child]) -> None:
    pids = {child.name: child.pid for child in children} | ({"postgres": server.pid} if server.pid else {})
    sources = {name: f"http://{HOST}:{port}" for name, port in plan.source_ports.items()}
    running = Running(os.getpid(), plan.base, plan.identity, sources, plan.secret, sql.DEMO, server.address, pids)
    running.write(plan.home)


def _all_well(children: Sequence[Child]) -> Literal[True]:
    """Unavailable if a process has ended that the demo cannot be without; a source may, and the rest goes on."""
    for child in children:
        if child.ended and child.name not in SOURCES:
            raise Unavailable(Fault("exception", f"{child.name} ended: see {child.log}", f"{child.name} avslutades."))
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
