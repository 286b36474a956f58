"""A small HTTP server on loopback whose bytes the test decides; it stands for another system, also a faulty one."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl


@dataclass
class Request:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Reply:
    """One answer: `drip` seconds between single bytes, `close` the connection after it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    close: bool = False
    length: bool = True


Behaviour = Callable[[Request], Awaitable[Reply] | Reply]


def as_json(value: Any, status: int = 200) -> Reply:
    """An answer in JSON."""
    return Reply(json.dumps(value).encode(), status, {"Content-Type": "application/fhir+json"})


async def hang(_: Request) -> Reply:
    """Accept, read, and never answer."""
    await asyncio.sleep(3600)
    raise AssertionError


class Loopback:
    """The server: `behave` maps a request to an answer and may be exchanged at any time; `seen` is what came."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.seen: list[Request] = []
        self.connections = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def drop_connections(self) -> None:
        """Close every open connection, idle ones too, as a restarted server does."""
        for task in list(self._tasks):
            task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        request = Request(method, target, headers, body)
        self.seen.append(request)
        answer = self.behave(request)
        reply = answer if isinstance(answer, Reply) else await answer
        await self._write(writer, reply)
        return not reply.close

    async def _write(self, writer: asyncio.StreamWriter, reply: Reply) -> None:
        length = {"Content-Length": str(len(reply.body))} if reply.length else {}
        lines = [f"HTTP/1.1 {reply.status} Said", *(f"{k}: {v}" for k, v in {**length, **reply.headers}.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        if not reply.drip:
            writer.write(reply.body)
        else:
            for byte in reply.body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(reply.drip)
        await writer.drain()
