"""Connections of HTTP/1.1 whose clients must send and read in time; one that does not is cut off.

uvicorn waits without end for a request that has begun, and for a client that does not read.
"""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class TimedConnection(HttpToolsProtocol):
    """A connection with limits, in seconds and bytes.

    A new connection and a request that has begun have `head_seconds` for the address and the headers, which have at
    most `head_bytes`; then `message_seconds` for the body, whether the app reads it or has already answered. The client
    may leave an answer unread for `read_seconds`.
    """

    head_seconds: ClassVar[float] = 10.0
    head_bytes: ClassVar[int] = 131_072
    message_seconds: ClassVar[float] = 40.0
    read_seconds: ClassVar[float] = 30.0

    _sending: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None
    _bytes_of_head: int | None = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._expect(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._expect(None)
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read a part of a request; cut the connection off if its head does not end."""
        super().data_received(data)
        if self._bytes_of_head is not None:
            self._bytes_of_head += len(data)
            if self._bytes_of_head > self.head_bytes:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """Wait for the head of a request."""
        super().on_message_begin()
        self._bytes_of_head = 0
        self._expect(self.head_seconds)

    def on_headers_complete(self) -> None:
        """Wait for the rest of the request."""
        self._bytes_of_head = None
        self._expect(self.message_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait for the app, which has its own deadlines."""
        self._expect(None)
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Wait for the client to read."""
        super().pause_writing()
        self._reading = self.loop.call_later(self.read_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on writing."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, with what its client has not read."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def _expect(self, seconds: float | None) -> None:
        """Cut the connection off after so many seconds, unless this is called again before."""
        if self._sending is not None:
            self._sending.cancel()
        self._sending = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)
