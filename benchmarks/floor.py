"""What the overview is measured against: bytes from memory, and one bare SELECT, on raw ASGI with no check at all.

The same server, event loop, pool and number of connections as the app. It also publishes the key set that the
benchmark's tokens are signed with.
"""

import argparse
import json
from pathlib import Path
from typing import Any, Final

import uvicorn

from app.storage.database import open_pool

QUERY: Final = "SELECT body FROM bench_answer WHERE id = $1"
POOL: Final = 8
"""Connections; as many as the app's own default."""


class Floor:
    """`/static/SIZE`: so many bytes · `/row/ID`: the bytes of one row · `/jwks`: the key set."""

    def __init__(self, url: str, keys: bytes) -> None:
        self._url = url
        self._keys = keys
        self._sizes: dict[str, bytes] = {}
        self._pool: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request, or the lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        _, what, which = f"{scope['path']}/".split("/", 2)
        body = await self._body(what, which.removesuffix("/"))
        headers = [(b"content-type", b"application/fhir+json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _body(self, what: str, which: str) -> bytes:
        if what == "row":
            body: bytes = await self._pool.fetchval(QUERY, which)
            return body
        if what == "static":
            return self._sizes.get(which) or self._sizes.setdefault(which, b"x" * int(which))
        return self._keys

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        self._pool = await open_pool(self._url, size=POOL)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.floor", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--told", type=Path, required=True, help="JSON with the database's `url` and the key set")
    given = parser.parse_args()
    told = json.loads(given.told.read_text("utf-8"))
    uvicorn.run(
        Floor(told["url"], json.dumps(told["keys"]).encode()), host="127.0.0.1", port=given.port,
        access_log=False, server_header=False, proxy_headers=False, log_config=None,
    )  # fmt: skip


if __name__ == "__main__":
    main()
