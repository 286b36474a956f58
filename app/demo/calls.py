"""HTTP calls of the demo's own commands to its processes on this machine: blocking, short, standard library only."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

PATIENCE: Final = 15.0
"""Seconds that one call may take."""


class Unreachable(Exception):
    """Nobody answers there."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def get(url: str, *, token: str | None = None, within: float = PATIENCE) -> Answer:
    """A GET; Unreachable if no whole answer comes within the time."""
    return _send("GET", url, None, _headers(token), within)


def post(url: str, content: object, *, token: str | None = None, kind: str = "application/json") -> Answer:
    """A POST of JSON; Unreachable if no whole answer comes."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return _send("POST", url, body, {**_headers(token), "content-type": kind}, PATIENCE)


def post_form(url: str, form: Mapping[str, str], *, token: str | None = None, within: float = PATIENCE) -> Answer:
    """A POST of a form; Unreachable if no whole answer comes within the time."""
    headers = {**_headers(token), "content-type": "application/x-www-form-urlencoded"}
    return _send("POST", url, urlencode(form).encode(), headers, within)


def _headers(token: str | None) -> dict[str, str]:
    return {} if token is None else {"authorization": f"Bearer {token}"}


def _send(method: str, url: str, body: bytes | None, headers: Mapping[str, str], within: float) -> Answer:
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=within)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        held = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, held, response.read())
    except (OSError, HTTPException) as error:
        raise Unreachable(f"{method} {parts.hostname}:{parts.port} does not answer") from error
    finally:
        connection.close()
