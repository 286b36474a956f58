"""The server that the overview is compared with: bytes from memory, or one SELECT, on raw ASGI without any check.

It uses the same HTTP server, event loop, pool and number of connections as the app. It also publishes the key set of
the benchmark's tokens.
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


class Baseline:
    """An ASGI app. `/static/BYTES`: that many bytes · `/row/ID`: the bytes of one row · `/jwks`: the key set."""

    def __init__(self, url: str, keys: bytes) -> None:
        self._url = url
        self._keys = keys
        self._sizes: dict[str, bytes] = {}
        self._pool: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or handle the lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        _, kind, key = f"{scope['path']}/".split("/", 2)
        body = await self._body(kind, key.removesuffix("/"))
        headers = [(b"content-type", b"application/fhir+json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _body(self, kind: str, key: str) -> bytes:
        if kind == "row":
            body: bytes = await self._pool.fetchval(QUERY, key)
            return body
        if kind == "static":
            return self._sizes.get(key) or self._sizes.setdefault(key, b"x" * int(key))
        return self._keys

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        self._pool = await open_pool(self._url, size=POOL)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.baseline", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--config", type=Path, required=True, help="JSON with the database's `url` and the key set")
    arguments = parser.parse_args()
    config = json.loads(arguments.config.read_text("utf-8"))
    uvicorn.run(
        Baseline(config["url"], json.dumps(config["keys"]).encode()),
        host="127.0.0.1",
        port=arguments.port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_config=None,
    )


if __name__ == "__main__":
    main()
