"""The processes of a benchmark: PostgreSQL with invented people, the app, the baseline server, the load generator."""

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
from benchmarks.client import RunResult, collect
from benchmarks.people import people
from benchmarks.requests import AUDIENCE, BASELINE_RUNS, ISSUER, Pair, overview_request, pairs_of, write_plan

HOST: Final = "127.0.0.1"
AT_ONCE: Final = 500
"""Overviews held in memory at a time while they are collected."""
TICK: Final = 1000 / os.sysconf("SC_CLK_TCK")
"""Milliseconds in which the kernel counts CPU time."""


class Server(NamedTuple):
    """The app or the baseline server: its port, its process id, and the PostgreSQL backends that serve it."""

    port: int
    pid: int
    backends: frozenset[int]

    def spent(self) -> tuple[float, float]:
        """Return the milliseconds of CPU used so far by the process and by its backends."""
        return _spent(self.pid), sum(map(_spent, self.backends))


class Measurement(NamedTuple):
    """A run's answers, and the milliseconds of CPU that the server and its backends used for them."""

    run: RunResult
    server: float
    database: float


class Environment(NamedTuple):
    """The running benchmark: how many people and resources it has, the mean bytes of an overview, and the processes."""

    people: int
    resources: int
    mean_size: float
    servers: Mapping[bool, Server]
    client: "subprocess.Popen[str]"

    @classmethod
    @contextlib.contextmanager
    def start(cls, home: Path, count: int) -> Iterator[Self]:
        """Start everything in a directory with `count` people; stop it afterwards.

        Raises Unavailable if a process does not start or an overview is not answered.
        """
        key, now = jose.new_key("bench"), datetime.now(UTC)
        invented = list(people(count, now.astimezone(STOCKHOLM).date()))
        with contextlib.ExitStack() as stack:
            address = stack.enter_context(Postgres.start(home)).address
            migrate.upgrade(address.owner_url(), ROOT / "alembic")
            migrate.fill_wall(address.owner_url(), row_security.wall_rows(policy.load()))
            resources = asyncio.run(database.fill(address.owner_url(), invented, now))
            servers = _servers(home, address, key, stack)
            pairs, tokens = pairs_of(invented, key)
            sized = asyncio.run(_collected(servers[False].port, address, pairs, tokens))
            plan = home / "plan.json"
            write_plan(plan, sized, tokens, {baseline: server.port for baseline, server in servers.items()})
            client = stack.enter_context(_client(plan))
            mean = sum(pair.size for pair in sized) / len(sized)
            yield cls(count, resources, mean, servers, client)

    def measure(self, name: str, seconds: float) -> Measurement:
        """Run the requests of a name of `benchmarks.requests.RUNS` for some seconds."""
        server = self.servers[name in BASELINE_RUNS]
        before = server.spent()
        run = _run(self.client, name, seconds)
        after = server.spent()
        return Measurement(run, after[0] - before[0], after[1] - before[1])


def _servers(home: Path, address: Address, key: jose.Key, stack: contextlib.ExitStack) -> dict[bool, Server]:
    """Start the baseline server (True), which publishes the keys, and then the app (False)."""
    ports = {True: free_port(), False: free_port()}
    url = address.app_url()
    config = home / "baseline.json"
    config.touch(mode=0o600)
    config.write_text(json.dumps({"url": url, "keys": jose.key_set([key])}), "utf-8")
    baseline = Program(
        "baseline",
        ["benchmarks.baseline", f"--port={ports[True]}", f"--config={config}"],
        {},
        f"http://{HOST}:{ports[True]}/jwks",
    )
    environment = {
        "SAMPLAN_DATABASE_URL": url,
        "SAMPLAN_ISSUER": ISSUER,
        "SAMPLAN_JWKS_URL": baseline.ready,
        "SAMPLAN_AUDIENCE": AUDIENCE,
        "SAMPLAN_BASE_URL": AUDIENCE,
        "SAMPLAN_HOST": HOST,
        "SAMPLAN_PORT": str(ports[False]),
    }
    app = Program("samplan", ["app.cli.samplan", "serve"], environment, f"http://{HOST}:{ports[False]}/health/ready")
    servers, known = {}, frozenset[int]()
    for is_baseline, program in ((True, baseline), (False, app)):
        child = Child(program, home)
        stack.callback(child.stop)
        child.wait()
        backends = frozenset(asyncio.run(database.backends(url)))
        servers[is_baseline] = Server(ports[is_baseline], child.pid, backends - known)
        known = backends
    return servers


async def _collected(port: int, address: Address, pairs: Sequence[Pair], tokens: Sequence[str]) -> list[Pair]:
    """Ask for each pair's overview, store it for the baseline server, and return the pairs with its size in bytes."""
    sized = []
    for start in range(0, len(pairs), AT_ONCE):
        part = pairs[start : start + AT_ONCE]
        bodies = await collect(port, [overview_request(pair, tokens) for pair in part])
        answers = [(pair.key, body) for pair, body in zip(part, bodies, strict=True) if body is not None]
        if len(answers) < len(part):
            raise Unavailable(
                Fault("exception", "An overview was not answered with 200.", "En översikt kunde inte hämtas.")
            )
        await database.store_answers(address.owner_url(), answers)
        sized += [pair._replace(size=len(body)) for pair, (_, body) in zip(part, answers, strict=True)]
    return sized


@contextlib.contextmanager
def _client(plan: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start the load generator; it ends when its standard input is closed."""
    program = [sys.executable, "-m", "benchmarks.client", str(plan)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as client:
        yield client


def _run(client: "subprocess.Popen[str]", name: str, seconds: float) -> RunResult:
    if client.stdin is None or client.stdout is None:
        raise Unavailable
    client.stdin.write(f"{name} {seconds}\n")
    client.stdin.flush()
    line = client.stdout.readline()
    if not line:
        raise Unavailable(Fault("exception", f"The load generator ended in run {name}.", "Lastprogrammet avslutades."))
    return RunResult(*json.loads(line))


def _spent(pid: int) -> float:
    """Milliseconds of CPU that a process has used, user's and system's: proc(5), fields 14 and 15 of `stat`."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * TICK
