"""All that a benchmark runs: the database with its people, the app, the floor beside it, and the load generator."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple, Self

from app import jose
from app.access import policy, row_security
from app.demo.children import ROOT, Child, Program, free_port
from app.demo.data.days import STOCKHOLM
from app.demo.postgres.server import Address, Postgres
from app.errors import Fault, Unavailable
from app.storage import migrate
from benchmarks import database
from benchmarks.asks import AUDIENCE, ISSUER, ON_THE_FLOOR, Pair, overview_request, pair_up, write_plan
from benchmarks.client import Run, collect
from benchmarks.people import people

HOST: Final = "127.0.0.1"
AT_ONCE: Final = 500
"""Overviews held in memory at a time while they are collected."""
TICK: Final = 1000 / os.sysconf("SC_CLK_TCK")
"""Milliseconds in which the kernel counts CPU time."""


class Server(NamedTuple):
    """The app or the floor: its port, its process, and the database's processes that serve it."""

    port: int
    pid: int
    backends: frozenset[int]

    def spent(self) -> tuple[float, float]:
        """Milliseconds of CPU so far: of the process, and of the database for it."""
        return _spent(self.pid), sum(map(_spent, self.backends))


class Measured(NamedTuple):
    """One run, and the milliseconds of CPU that the server and the database spent on it."""

    run: Run
    server: float
    database: float


class Stage(NamedTuple):
    """What is ready to be measured: how much there is, the servers, and the load generator."""

    people: int
    resources: int
    mean_size: float
    servers: Mapping[bool, Server]
    client: "subprocess.Popen[str]"

    @classmethod
    @contextlib.contextmanager
    def set(cls, home: Path, count: int) -> Iterator[Self]:
        """Start and fill everything; stopped afterwards. Unavailable if something does not start or answers wrongly."""
        key, now = jose.new_key("bench"), datetime.now(UTC)
        crowd = list(people(count, now.astimezone(STOCKHOLM).date()))
        with contextlib.ExitStack() as stack:
            address = stack.enter_context(Postgres.start(home)).address
            migrate.upgrade(address.owner_url(), ROOT / "alembic")
            migrate.fill_wall(address.owner_url(), row_security.wall_rows(policy.load()))
            resources = asyncio.run(database.fill(address.owner_url(), crowd, now))
            servers = _servers(home, address, key, stack)
            pairs, tokens = pair_up(crowd, key)
            sized = asyncio.run(_collected(servers[False].port, address, pairs, tokens))
            plan = home / "plan.json"
            write_plan(plan, sized, tokens, {floor: server.port for floor, server in servers.items()})
            client = stack.enter_context(_client(plan))
            mean = sum(pair.size for pair in sized) / len(sized)
            yield cls(count, resources, mean, servers, client)

    def measure(self, name: str, seconds: float) -> Measured:
        """One run of what `name` stands for."""
        server = self.servers[name in ON_THE_FLOOR]
        before = server.spent()
        run = _run(self.client, name, seconds)
        after = server.spent()
        return Measured(run, after[0] - before[0], after[1] - before[1])


def _servers(home: Path, address: Address, key: jose.Key, stack: contextlib.ExitStack) -> dict[bool, Server]:
    """The floor (True) first, since it publishes the keys, then the app (False)."""
    ports = {True: free_port(), False: free_port()}
    url = address.app_url()
    told = home / "floor.json"
    told.touch(mode=0o600)
    told.write_text(json.dumps({"url": url, "keys": jose.key_set([key])}), "utf-8")
    floor = Program(
        "floor",
        ["benchmarks.floor", f"--port={ports[True]}", f"--told={told}"],
        {},
        f"http://{HOST}:{ports[True]}/jwks",
    )
    environment = {
        "SAMPLAN_DATABASE_URL": url,
        "SAMPLAN_ISSUER": ISSUER,
        "SAMPLAN_JWKS_URL": floor.ready,
        "SAMPLAN_AUDIENCE": AUDIENCE,
        "SAMPLAN_BASE_URL": AUDIENCE,
        "SAMPLAN_HOST": HOST,
        "SAMPLAN_PORT": str(ports[False]),
    }
    app = Program("samplan", ["app.cli.samplan", "serve"], environment, f"http://{HOST}:{ports[False]}/health/ready")
    servers, known = {}, frozenset[int]()
    for is_floor, program in ((True, floor), (False, app)):
        child = Child(program, home)
        stack.callback(child.stop)
        child.wait()
        backends = frozenset(asyncio.run(database.backends(url)))
        servers[is_floor] = Server(ports[is_floor], child.pid, backends - known)
        known = backends
    return servers


async def _collected(port: int, address: Address, pairs: Sequence[Pair], tokens: Sequence[str]) -> list[Pair]:
    """Ask for each pair's overview once, keep it where the floor finds it; the pairs with its size."""
    sized = []
    for start in range(0, len(pairs), AT_ONCE):
        part = pairs[start : start + AT_ONCE]
        bodies = await collect(port, [overview_request(pair, tokens) for pair in part])
        answers = [(pair.key, body) for pair, body in zip(part, bodies, strict=True) if body is not None]
        if len(answers) < len(part):
            raise Unavailable(Fault("exception", "An overview was not answered.", "En översikt kom inte."))
        await database.keep_answers(address.owner_url(), answers)
        sized += [pair._replace(size=len(body)) for pair, (_, body) in zip(part, answers, strict=True)]
    return sized


@contextlib.contextmanager
def _client(plan: Path) -> Iterator["subprocess.Popen[str]"]:
    """The load generator, which ends when nobody can ask it any more."""
    program = [sys.executable, "-m", "benchmarks.client", str(plan)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as client:  # fmt: skip
        yield client


def _run(client: "subprocess.Popen[str]", name: str, seconds: float) -> Run:
    if client.stdin is None or client.stdout is None:
        raise Unavailable
    client.stdin.write(f"{name} {seconds}\n")
    client.stdin.flush()
    line = client.stdout.readline()
    if not line:
        raise Unavailable(Fault("exception", f"The load generator ended in run {name}.", "Lastprogrammet avslutades."))
    return Run(*json.loads(line))


def _spent(pid: int) -> float:
    """Milliseconds of CPU that a process has used, user's and system's: proc(5), fields 14 and 15 of `stat`."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * TICK
