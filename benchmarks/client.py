"""A load generator that costs little: prebuilt requests over kept connections, one answered before the next is sent.

    python -m benchmarks.client PLAN

The plan is a JSON file: for each name a port and its requests. Each line `NAME SECONDS` on standard input is one run,
answered by one line of JSON.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import uvloop

HOST: Final = "127.0.0.1"
CONNECTIONS: Final = 16
OK: Final = 200


class Ask(NamedTuple):
    """One request, and how long its answer's body may be."""

    request: bytes
    low: int
    high: int


class Run(NamedTuple):
    """What a run counted: answers, the wrong ones among them, the seconds it took, and each answer's microseconds."""

    answers: int
    wrong: int
    seconds: float
    latencies: Sequence[int]


def build(method: str, path: str, token: str | None = None, content: str | None = None) -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {HOST}"]
    if token is not None:
        lines.append(f"authorization: Bearer {token}")
    if method == "POST":
        lines += ["content-type: application/json", f"content-length: {len(content or '')}"]
    return "\r\n".join([*lines, "", content or ""]).encode()


class Connection(asyncio.Protocol):
    """One kept connection: `draw` gives the next request or None, `took` is told of each answer."""

    def __init__(self, draw: Callable[[], Ask | None], took: Callable[[Ask, int, "Connection"], None]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.seconds = 0.0
        self._draw = draw
        self._took = took
        self._ask: Ask
        self._transport: Any
        self._parts: list[bytes] = []
        self._started = self._head = self._whole = self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """A part of an answer; the last part sends the next request."""
        self._parts.append(data)
        self._size += len(data)
        if not self._whole:
            self._read_head()
        if self._whole and self._size >= self._whole:
            self.seconds = (time.perf_counter_ns() - self._started) / 1e9
            self._took(self._ask, int(self._parts[0][9:12]), self)
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side has gone: an error, unless all was done."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    @property
    def length(self) -> int:
        """How many bytes the answer's body has."""
        return self._whole - self._head

    def body(self) -> bytes:
        """The answer's body."""
        return b"".join(self._parts)[self._head :]

    def _read_head(self) -> None:
        told = b"".join(self._parts)
        self._parts = [told]
        end = told.find(b"\r\n\r\n")
        if end >= 0:
            at = told.find(b"content-length: ") + len(b"content-length: ")
            self._head = end + 4
            self._whole = self._head + int(told[at : told.find(b"\r", at)])

    def _next(self) -> None:
        ask = self._draw()
        self._parts, self._whole, self._size = [], 0, 0
        if ask is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._ask, self._started = ask, time.perf_counter_ns()
        self._transport.write(ask.request)


async def load(port: int, asks: Sequence[Ask], seconds: float) -> Run:
    """Ask at random for so long, over all connections."""
    latencies: list[int] = []
    wrong = 0
    started = time.perf_counter()

    def draw() -> Ask | None:
        return random.choice(asks) if time.perf_counter() < started + seconds else None

    def took(ask: Ask, status: int, answer: Connection) -> None:
        nonlocal wrong
        wrong += status != OK or not ask.low <= answer.length <= ask.high
        latencies.append(round(answer.seconds * 1e6))

    await _over(port, draw, took)
    return Run(len(latencies), wrong, time.perf_counter() - started, latencies)


async def collect(port: int, asks: Sequence[bytes]) -> list[bytes | None]:
    """Ask each once; the bodies in order, None where the answer was not 200."""
    bodies: list[bytes | None] = [None] * len(asks)
    waiting: Iterator[Ask] = (Ask(request, place, 0) for place, request in enumerate(asks))

    def took(ask: Ask, status: int, answer: Connection) -> None:
        bodies[ask.low] = answer.body() if status == OK else None

    await _over(port, lambda: next(waiting, None), took)
    return bodies


async def _over(port: int, draw: Callable[[], Ask | None], took: Callable[[Ask, int, Connection], None]) -> None:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Connection(draw, took), HOST, port) for _ in range(CONNECTIONS)]
    await asyncio.gather(*(connection.done for _, connection in made))


def read_plan(path: Path) -> dict[str, tuple[int, list[Ask]]]:
    """The plan: each name's port and requests: method, path, place of the token, body, shortest and longest answer."""
    plan = json.loads(path.read_text("utf-8"))
    tokens = [*plan["tokens"], None]

    def read(method: str, path: str, token: int, body: str | None, *sizes: int) -> Ask:
        return Ask(build(method, path, tokens[token], body), *sizes)

    return {name: (port, [read(*ask) for ask in asks]) for name, (port, asks) in plan["runs"].items()}


def main() -> None:
    """Do each run that is asked for, until nobody asks any more."""
    plan = read_plan(Path(sys.argv[1]))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for line in sys.stdin:
            name, seconds = line.split()
            run = runner.run(load(*plan[name], float(seconds)))
            print(json.dumps(run), flush=True)


if __name__ == "__main__":
    main()
