"""What comes over a connection: slow, silent, half-closed, never reading, or with two readings."""

import asyncio
from contextlib import asynccontextmanager

import pytest
import uvicorn
from uvicorn.server import ServerState

from app.api.connections import TimedConnection

REQUEST = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = 20_000_000


class HurriedConnection(TimedConnection):
    """A connection with little patience."""

    head_seconds = 0.3
    head_bytes = 10_000
    message_seconds = 0.3
    read_seconds = 0.3


class App:
    """An app that notes what it is asked, and answers at once, without reading the body, or with a large body."""

    def __init__(self):
        self.asked = []

    async def __call__(self, scope, receive, send):
        self.asked.append((scope["method"], scope["path"]))
        body = b"x" * LARGE if scope["path"] == "/large" else b"ok"
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving():
    """The app behind connections of this kind: its port, the app, and the state of the server."""
    app, state = App(), ServerState()
    config = uvicorn.Config(
        app, http=HurriedConnection, ws="none", lifespan="off", log_config=None, timeout_keep_alive=1
    )
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HurriedConnection(config, state, {}), "127.0.0.1", 0, backlog=512)
    try:
        yield server.sockets[0].getsockname()[1], app, state
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()


async def answer_to(port, *parts, pause=0.0, half_close=False):
    """All that comes back for these parts until the server closes; an error of the connection is an end too."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        if half_close:
            writer.write_eof()
        while data := await asyncio.wait_for(reader.read(65536), 5):
            received += data
    except ConnectionError:
        pass
    finally:
        writer.close()
    return received


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [b"G"],
        [b"GET / HTTP/1.1\r\n", *[b"X-%d: 1\r\n" % number for number in range(30)]],
        [b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n", *[b"x"] * 30],
        [b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 30],
        [REQUEST % b"", b"GET"],
    ],
    ids=["nothing", "a letter", "headers", "a body", "chunks", "a second request"],
)
async def test_a_client_that_sends_slowly_is_cut_off(parts):
    """In every phase, also when the answer has been given before the body came."""
    async with serving() as (port, _, state):
        await asyncio.wait_for(answer_to(port, *parts, pause=0.03), 4)
        await asyncio.sleep(0.01)

        assert not state.connections


async def test_a_client_that_never_reads_is_cut_off():
    """And the task that writes to it ends."""
    async with serving() as (port, _, state):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(REQUEST % b"large")
        for _ in range(200):
            await asyncio.sleep(0.02)
            if not state.connections and not state.tasks:
                break

        assert (len(state.connections), len(state.tasks)) == (0, 0)
        writer.close()
        assert reader


async def test_a_head_that_does_not_end_is_cut_off():
    """It is not gathered in memory until its time is over."""
    async with serving() as (port, app, state):
        await answer_to(port, b"GET / HTTP/1.1\r\nX: ", *[b"x" * 5_000] * 10)
        await asyncio.sleep(0.01)

        assert (app.asked, len(state.connections)) == ([], 0)


async def test_many_idle_connections_hinder_nobody():
    """Three hundred of them, half-closed ones too: a request is answered meanwhile, and then they are gone."""
    async with serving() as (port, _, state):
        idle = [asyncio.create_task(answer_to(port, half_close=number % 2 == 0)) for number in range(300)]
        await asyncio.sleep(0.05)
        answer = await answer_to(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await asyncio.gather(*idle)
        await asyncio.sleep(0.01)

        assert answer.endswith(b"ok")
        assert not state.connections


HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    "head, body",
    [
        (b"Content-Length: 6\r\n" + CHUNKED, b"0\r\n\r\n" + HIDDEN),
        (b"Content-Length: 0\r\nContent-Length: 33\r\n", HIDDEN),
        (b"Content-Length: 0, 33\r\n", HIDDEN),
        (b"Content-Length: +33\r\n", HIDDEN),
        (b"Transfer-Encoding: xchunked\r\n", HIDDEN),
        (b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n" + HIDDEN),
        (b"X: y\nContent-Length: 33\r\n", HIDDEN),
        (CHUNKED, b"0 \n\r\n" + HIDDEN),
        (CHUNKED, b"-1\r\n\r\n" + HIDDEN),
    ],
)
async def test_a_request_with_two_readings_hides_no_other(head, body):
    """Two lengths, a length that is none, a transfer encoding that is none: no second request is read out of it."""
    async with serving() as (port, app, _):
        await answer_to(port, b"POST /seen HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n" + body)

        assert ("GET", "/hidden") not in app.asked


@pytest.mark.parametrize("upgrade", [b"websocket", b"h2c"])
async def test_no_other_protocol_is_spoken(upgrade):
    """A request to change the protocol is answered as a plain one, or refused."""
    head = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: " + upgrade
    key = b"\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    async with serving() as (port, _, _state):
        assert b" 101 " not in await answer_to(port, head + key)
