"""The HTTP client for all other systems: total deadline, byte limit, known origins, no redirects, no decompression.

It uses httpx on aiohttp's transport (docs/decisions/0021-one-door-for-outgoing-http.md). A client of another system
gets its token by OAuth 2 client credentials with `private_key_jwt` through Authlib (RFC 7523;
https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html).

* Failure
  x TimedOut               no whole answer within the deadline
  x ConnectionFailed       no connection, or it broke
  x ErrorStatus            a status other than 2xx, such as a redirect
  x Unauthorised           no token, or a token that was rejected
  x Oversized              more bytes than the limit
  x NotJson                a compressed answer, or one that is not JSON
  x UnknownOrigin          an address outside the known origins: never sent
"""

import asyncio
import ipaddress
import json
import ssl
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import urlsplit

import aiohttp
import httpx
from authlib.deprecate import AuthlibDeprecationWarning
from authlib.integrations.base_client import OAuthError
from httpx_aiohttp import AiohttpTransport

from app import jose

with warnings.catch_warnings():
    # Authlib wants httpx2, which has no transport on aiohttp's engine.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import AsyncOAuth2Client

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PRIVATE_KEY_JWT = "private_key_jwt"
TOKEN_LEEWAY = 30
"""Seconds before its end from which a token is not used any more."""

MAX_IDLE_SECONDS = 4.0
"""Seconds that an idle connection stays open: less than the five after which uvicorn and others close it."""

NO_TIMEOUT = httpx.Timeout(None)
"""httpx's timeouts are per read, so a slow trickle outlives them; the deadline of the whole call replaces them."""

Clock = Callable[[], float]


class Failure(Exception):
    """Another system did not answer as asked; `reason` is a code, and the message holds no data of a person."""

    reason: ClassVar[str] = "refused"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.reason)


class TimedOut(Failure):
    """The whole answer did not come within the deadline."""

    reason = "timeout"


class ConnectionFailed(Failure):
    """No connection could be made, or it broke."""

    reason = "refused"


class ErrorStatus(Failure):
    """The answer has a status other than 2xx."""

    reason = "error-status"

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"status {status}")


class Unauthorised(Failure):
    """The token endpoint gave no token, or the system rejected it."""

    reason = "unauthorised"


class Oversized(Failure):
    """The answer has more bytes than the limit."""

    reason = "too-large"


class NotJson(Failure):
    """The answer is compressed, although the request asked for none of it, or is not JSON."""

    reason = "not-json"


class UnknownOrigin(Failure):
    """The address is not below a known origin, so nothing was sent."""

    reason = "elsewhere"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our registration at a token endpoint; `key` is private, and `scope` is a list with spaces between."""

    token_url: str
    client_id: str
    key: jose.Key
    scope: str


def origin(url: str) -> str:
    """Scheme, host and port of an address, to compare; UnknownOrigin unless it is http or https without user info."""
    try:
        return _origin(httpx.URL(url))
    except (httpx.InvalidURL, TypeError) as error:
        raise UnknownOrigin from error


def is_secure(url: str) -> bool:
    """Whether an address is https, or on this machine."""
    parts = urlsplit(url)
    try:
        is_loopback = ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_loopback = parts.hostname == "localhost"
    return parts.scheme == "https" or is_loopback


def _origin(url: httpx.URL) -> str:
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
        raise UnknownOrigin
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    return f"{url.scheme}://{url.host.lower()}:{port}"


@cache
def _tls_context() -> ssl.SSLContext:
    """The certificates that every system is checked against; reading them takes 30 ms."""
    return httpx.create_ssl_context()


class Outbound:
    """The connections of one process to all other systems: opened on first use, closed with `aclose`.

    Requests go only to addresses with the scheme, host and port of one of `origins`. `limit` is the most bytes of an
    answer. `per_host` is the most connections to one system, so that no system waits for another. `clock` gives the
    time in seconds since 1970.
    """

    def __init__(
        self, origins: Iterable[str], *, limit: int = 5_000_000, per_host: int = 64, clock: Clock = time.time
    ) -> None:
        self._per_host = per_host
        self._clock = clock
        transport = AiohttpTransport(verify=_tls_context(), client=self._session)
        self._transport = _GuardedTransport(transport, set(map(origin, origins)), limit)
        self._client = httpx.AsyncClient(transport=self._transport, trust_env=False, timeout=NO_TIMEOUT)
        self._closing: list[httpx.AsyncClient] = [self._client]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection; requests that are under way fail."""
        for client in self._closing:
            await client.aclose()

    def allow(self, url: str) -> None:
        """Let requests go to the origin of an address that an operator has configured since the start."""
        self._transport.origins.add(origin(url))

    def grant(self, credentials: Credentials) -> "Grant":
        """The tokens of a client, fetched through this client and remembered until they expire."""
        client = AsyncOAuth2Client(
            client_id=credentials.client_id,
            scope=credentials.scope,
            token_endpoint_auth_method=PRIVATE_KEY_JWT,
            transport=self._transport,
            trust_env=False,
            timeout=NO_TIMEOUT,
        )
        client.register_client_auth_method((PRIVATE_KEY_JWT, _ClientAssertion(credentials, self._clock)))
        self._closing.append(client)
        return Grant(client, credentials.token_url, self._clock)

    async def get(self, url: str, *, within: float, grant: "Grant | None" = None) -> bytes:
        """The body of the answer to a GET.

        `within` is in seconds and covers the look-up of the name, the connection, the token and the body. A request
        with a `grant` carries its token. Raises a Failure otherwise.
        """
        return await self._fetch("GET", url, None, within, grant)

    async def post_form(
        self, url: str, form: Mapping[str, str], *, within: float, grant: "Grant | None" = None
    ) -> bytes:
        """The body of the answer to a form, as `get`: for parameters that must not stand in an address."""
        return await self._fetch("POST", url, dict(form), within, grant)

    async def get_json(self, url: str, *, within: float) -> object:
        """The JSON value of the answer to a GET without a token, as `get`; NotJson if it is not JSON."""
        try:
            value: object = json.loads(await self.get(url, within=within))
        except (ValueError, RecursionError) as error:
            raise NotJson from error
        return value

    async def _fetch(
        self, method: str, url: str, form: dict[str, str] | None, within: float, grant: "Grant | None"
    ) -> bytes:
        try:
            async with asyncio.timeout(within):
                if grant is None:
                    return _body(await self._send(method, url, form, None))
                token = await grant.token()
                response = await self._send(method, url, form, token)
                if response.status_code == httpx.codes.UNAUTHORIZED:
                    # The token may have been revoked before its end: try once more with a new one.
                    grant.forget(token)
                    response = await self._send(method, url, form, await grant.token())
                return _body(response)
        except TimeoutError as error:
            raise TimedOut from error

    async def _send(self, method: str, url: str, form: dict[str, str] | None, token: str | None) -> httpx.Response:
        headers = {"Accept": "application/fhir+json, application/json", "User-Agent": "samplan"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            # A request of our own, because merging it with a client's defaults takes a quarter of the call's time.
            return await self._client.send(httpx.Request(method, url, data=form, headers=headers))
        except httpx.InvalidURL as error:
            raise UnknownOrigin from error

    def _session(self) -> aiohttp.ClientSession:
        # No limit over all hosts: connections to a silent system must not use up those to the others.
        connector = aiohttp.TCPConnector(
            limit=0, limit_per_host=self._per_host, keepalive_timeout=MAX_IDLE_SECONDS, ttl_dns_cache=30
        )
        return aiohttp.ClientSession(
            connector=connector,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
        )


def _body(response: httpx.Response) -> bytes:
    if response.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise Unauthorised
    if not response.is_success:
        raise ErrorStatus(response.status_code)
    return response.content


class Grant:
    """The token of one client at one token endpoint: fetched once for all who wait, remembered until it expires."""

    def __init__(self, client: AsyncOAuth2Client, token_url: str, clock: Clock) -> None:
        self._client = client
        self._token_url = token_url
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token = ""
        self._until = 0.0

    async def token(self) -> str:
        """A token that is valid for at least TOKEN_LEEWAY seconds; Unauthorised or another Failure if there is none."""
        async with self._lock:
            if not self._token or self._clock() >= self._until:
                self._token, self._until = await self._fetch_token()
            return self._token

    def forget(self, token: str) -> None:
        """Do not use this token again; a newer token, which another request has fetched meanwhile, stays."""
        if token == self._token:
            self._token = ""

    async def _fetch_token(self) -> tuple[str, float]:
        requested_at = self._clock()
        try:
            answer = await self._client.fetch_token(self._token_url, grant_type="client_credentials")
            token, seconds = answer["access_token"], float(answer.get("expires_in") or 0)
        except httpx.HTTPStatusError as error:
            raise ErrorStatus(error.response.status_code) from error
        except (OAuthError, KeyError) as error:
            raise Unauthorised("the token endpoint gave no token") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise NotJson("the token endpoint's answer cannot be read") from error
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
            raise Unauthorised("the token has characters that no header can hold")
        return token, requested_at + seconds - TOKEN_LEEWAY


class _ClientAssertion:
    """Signs an assertion for each token request, with a short lifetime and a `jti` of its own.

    Authlib's assertion is valid for an hour and repeats its `jti` when claims are given.
    """

    def __init__(self, credentials: Credentials, clock: Clock) -> None:
        self._credentials = credentials
        self._clock = clock

    def __call__(
        self, _auth: object, _method: str, uri: str, headers: httpx.Headers, body: bytes
    ) -> tuple[str, httpx.Headers, str]:
        credentials = self._credentials
        signed = jose.assertion(credentials.client_id, credentials.token_url, credentials.key, now=self._clock())
        proof = httpx.QueryParams({"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed})
        return uri, headers, f"{body.decode()}&{proof}"


class _GuardedTransport(httpx.AsyncBaseTransport):
    """Passes on requests, Authlib's too, to known origins only, and limits the answers: uncompressed, `limit` bytes."""

    def __init__(self, engine: AiohttpTransport, origins: set[str], limit: int) -> None:
        self.origins = origins
        self._engine = engine
        self._limit = limit

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if _origin(request.url) not in self.origins:
            raise UnknownOrigin
        request.headers["Accept-Encoding"] = "identity"
        response = await self._pass(request)
        stream = _LimitedStream(response, self._limit)
        try:
            stream.check_headers()
        except Failure:
            await response.aclose()
            raise
        # Drops cookies: nothing of one person's request may come back with the next.
        headers = [(name, value) for name, value in response.headers.multi_items() if name != "set-cookie"]
        return httpx.Response(response.status_code, headers=headers, stream=stream, request=request)

    async def aclose(self) -> None:
        await self._engine.aclose()

    async def _pass(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._engine.handle_async_request(request)
        except (httpx.TransportError, aiohttp.ClientError, OSError) as error:
            if not isinstance(error.__cause__, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError) or isinstance(
                error.__cause__, aiohttp.ClientConnectorError
            ):
                raise ConnectionFailed from error
        # The other side had already closed an idle connection. Every request of ours may be sent twice.
        try:
            return await self._engine.handle_async_request(request)
        except (httpx.TransportError, aiohttp.ClientError, OSError) as error:
            raise ConnectionFailed from error


class _LimitedStream(httpx.AsyncByteStream):
    """The body of an answer; Oversized beyond `limit` bytes."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        self._response = response
        self._limit = limit

    def check_headers(self) -> None:
        """Raise NotJson or Oversized, before reading, if the headers announce a compressed or too large body."""
        if self._response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            raise NotJson("compressed")
        length = self._response.headers.get("content-length", "")
        if length.isdigit() and int(length) > self._limit:
            raise Oversized

    async def __aiter__(self) -> AsyncIterator[bytes]:
        remaining = self._limit
        try:
            async for chunk in self._response.aiter_raw():
                remaining -= len(chunk)
                if remaining < 0:
                    raise Oversized
                yield chunk
        except (httpx.TransportError, aiohttp.ClientError, OSError) as error:
            raise ConnectionFailed("the connection broke") from error

    async def aclose(self) -> None:
        await self._response.aclose()
