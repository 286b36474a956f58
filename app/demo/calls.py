"""Blocking HTTP calls from the demo's commands to its processes on this machine, with the standard library only."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

TIMEOUT: Final = 15.0
"""Seconds that a call may take."""


class NoResponse(Exception):
    """Nothing answered at the address within the time."""


class HttpResponse(NamedTuple):
    """Status, headers by lower-case name, and body of a response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Parse the body as JSON."""
        return json.loads(self.body)


def get(url: str, *, token: str | None = None, timeout: float = TIMEOUT) -> HttpResponse:
    """Send a GET. Raises NoResponse without a complete answer in `timeout` seconds."""
    return _send("GET", url, None, _headers(token), timeout)


def post(url: str, content: object, *, token: str | None = None, kind: str = "application/json") -> HttpResponse:
    """Send a POST of JSON with the content type `kind`. Raises NoResponse without a complete answer in time."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return _send("POST", url, body, {**_headers(token), "content-type": kind}, TIMEOUT)


def post_form(url: str, form: Mapping[str, str], *, token: str | None = None, timeout: float = TIMEOUT) -> HttpResponse:
    """Send a POST of a form. Raises NoResponse without a complete answer in `timeout` seconds."""
    headers = {**_headers(token), "content-type": "application/x-www-form-urlencoded"}
    return _send("POST", url, urlencode(form).encode(), headers, timeout)


def _headers(token: str | None) -> dict[str, str]:
    return {} if token is None else {"authorization": f"Bearer {token}"}


def _send(method: str, url: str, body: bytes | None, headers: Mapping[str, str], timeout: float) -> HttpResponse:
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=timeout)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        response_headers = {name.lower(): value for name, value in response.getheaders()}
        return HttpResponse(response.status, response_headers, response.read())
    except (OSError, HTTPException) as error:
        raise NoResponse(f"{method} {parts.hostname}:{parts.port} does not answer") from error
    finally:
        connection.close()
