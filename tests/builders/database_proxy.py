"""A TCP proxy before PostgreSQL that can fall silent, and drop or refuse connections, as a broken network does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class DatabaseProxy:
    """Forwards bytes both ways; while `silent` is set it forwards nothing and keeps the connections open."""

    def __init__(self, address: Any) -> None:
        self._address = address
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.speaking = asyncio.Event()
        self.speaking.set()

    def app_url(self, database: str) -> str:
        """The URL of the app's role by way of this proxy."""
        return f"postgresql://samplan_app:{self._address.app}@127.0.0.1:{self.port}/{database}"

    async def listen(self) -> None:
        """Accept connections, from the second time on at the same port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Drop every connection and refuse new ones."""
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def close(self) -> None:
        """End for good."""
        self.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._address.host, self._address.port
        opening = (
            asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
            if host.startswith("/")
            else asyncio.open_connection(host, port)
        )
        there_reader, there_writer = await opening
        self._writers |= {writer, there_writer}
        for pair in ((reader, there_writer), (there_reader, writer)):
            task = asyncio.create_task(self._forward(*pair))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self.speaking.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
        self._writers.discard(writer)


@asynccontextmanager
async def database_proxy(address: Any) -> AsyncIterator[DatabaseProxy]:
    """A proxy that listens, and ends after the block."""
    proxy = DatabaseProxy(address)
    await proxy.listen()
    try:
        yield proxy
    finally:
        await proxy.close()
