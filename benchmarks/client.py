"""A load generator with least CPU cost: prebuilt requests on open connections; each connection waits for its answer.

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


class SizedRequest(NamedTuple):
    """A request, and the least and most bytes that its answer's body may have."""

    request: bytes
    least: int
    most: int


class RunResult(NamedTuple):
    """A run's answers, how many were wrong, its length in seconds, and each answer's latency in microseconds."""

    answers: int
    wrong: int
    seconds: float
    latencies: Sequence[int]


def request_bytes(method: str, path: str, token: str | None = None, content: str | None = None) -> bytes:
    """Return an HTTP/1.1 request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {HOST}"]
    if token is not None:
        lines.append(f"authorization: Bearer {token}")
    if method == "POST":
        lines += ["content-type: application/json", f"content-length: {len(content or '')}"]
    return "\r\n".join([*lines, "", content or ""]).encode()


class Connection(asyncio.Protocol):
    """An open connection: `next_request` gives the next request or None, `on_answer` is called with each answer."""

    def __init__(
        self,
        next_request: Callable[[], SizedRequest | None],
        on_answer: Callable[[SizedRequest, int, "Connection"], None],
    ) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.seconds = 0.0
        self._next_request = next_request
        self._on_answer = on_answer
        self._request: SizedRequest
        self._transport: Any
        self._parts: list[bytes] = []
        self._started = self._head = self._whole = self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Take in a part of an answer; after the last part, send the next request."""
        self._parts.append(data)
        self._size += len(data)
        if not self._whole:
            self._read_head()
        if self._whole and self._size >= self._whole:
            self.seconds = (time.perf_counter_ns() - self._started) / 1e9
            self._on_answer(self._request, int(self._parts[0][9:12]), self)
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail unless all requests were answered."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    @property
    def length(self) -> int:
        """The bytes of the answer's body."""
        return self._whole - self._head

    def body(self) -> bytes:
        """The answer's body."""
        return b"".join(self._parts)[self._head :]

    def _read_head(self) -> None:
        received = b"".join(self._parts)
        self._parts = [received]
        end = received.find(b"\r\n\r\n")
        if end >= 0:
            at = received.find(b"content-length: ") + len(b"content-length: ")
            self._head = end + 4
            self._whole = self._head + int(received[at : received.find(b"\r", at)])

    def _next(self) -> None:
        request = self._next_request()
        self._parts, self._whole, self._size = [], 0, 0
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._request, self._started = request, time.perf_counter_ns()
        self._transport.write(request.request)


async def load(port: int, requests: Sequence[SizedRequest], seconds: float) -> RunResult:
    """Send requests drawn at random for some seconds, over all connections."""
    latencies: list[int] = []
    wrong = 0
    started = time.perf_counter()

    def next_request() -> SizedRequest | None:
        return random.choice(requests) if time.perf_counter() < started + seconds else None

    def on_answer(request: SizedRequest, status: int, answer: Connection) -> None:
        nonlocal wrong
        wrong += status != OK or not request.least <= answer.length <= request.most
        latencies.append(round(answer.seconds * 1e6))

    await _over(port, next_request, on_answer)
    return RunResult(len(latencies), wrong, time.perf_counter() - started, latencies)


async def collect(port: int, requests: Sequence[bytes]) -> list[bytes | None]:
    """Send each request once; return the bodies in order, None where the answer was not 200."""
    bodies: list[bytes | None] = [None] * len(requests)
    waiting: Iterator[SizedRequest] = (SizedRequest(request, place, 0) for place, request in enumerate(requests))

    def on_answer(request: SizedRequest, status: int, answer: Connection) -> None:
        bodies[request.least] = answer.body() if status == OK else None

    await _over(port, lambda: next(waiting, None), on_answer)
    return bodies


async def _over(
    port: int,
    next_request: Callable[[], SizedRequest | None],
    on_answer: Callable[[SizedRequest, int, Connection], None],
) -> None:
    loop = asyncio.get_running_loop()
    connections = [
        await loop.create_connection(lambda: Connection(next_request, on_answer), HOST, port)
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(connection.done for _, connection in connections))


def read_plan(path: Path) -> dict[str, tuple[int, list[SizedRequest]]]:
    """Read a plan: by run name, the port and the requests."""
    plan = json.loads(path.read_text("utf-8"))
    tokens = [*plan["tokens"], None]

    def read(method: str, path: str, token: int, body: str | None, *sizes: int) -> SizedRequest:
        return SizedRequest(request_bytes(method, path, tokens[token], body), *sizes)

    return {name: (port, [read(*request) for request in requests]) for name, (port, requests) in plan["runs"].items()}


def main() -> None:
    """Do each run that standard input names, until it ends."""
    plan = read_plan(Path(sys.argv[1]))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for line in sys.stdin:
            name, seconds = line.split()
            run = runner.run(load(*plan[name], float(seconds)))
            print(json.dumps(run), flush=True)


if __name__ == "__main__":
    main()
