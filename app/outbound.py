"""The one door out over HTTP: total deadline, byte limit, known origins only, no redirect, no decompression.

It uses httpx on aiohttp's transport (docs/decisions/0021-one-door-for-outgoing-http.md). A client of another system
gets its token by OAuth 2 client credentials with `private_key_jwt` through Authlib (RFC 7523;
https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html).

* Failure
  x TimedOut               no whole answer within the deadline
  x Refused                no connection, or one that broke
  x ErrorStatus            any status but 2xx, a redirect among them
  x Unauthorised           no token, or a token that does not do
  x Oversized              more bytes than the limit
  x NotJson                not what was asked for: compressed, or not JSON
  x Elsewhere              an address outside the known origins: never sent
"""

import asyncio
import json
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import ClassVar, Self

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
"""A token this close to its end is not used again, in seconds."""

IDLE_SECONDS = 4.0
"""How long an idle connection is kept: under the five seconds after which uvicorn and others close it."""

NO_TIMEOUT = httpx.Timeout(None)
"""httpx's own are per read, and a trickle outlives them: the deadline around everything is what holds."""

Clock = Callable[[], float]


class Failure(Exception):
    """Another system did not give what was asked: `reason` is a code, and the message holds nothing of anyone."""

    reason: ClassVar[str] = "refused"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.reason)


class TimedOut(Failure):
    """The whole answer did not come within the deadline."""

    reason = "timeout"


class Refused(Failure):
    """There was no connection, or it broke."""

    reason = "refused"


class ErrorStatus(Failure):
    """The answer has another status than 2xx."""

    reason = "error-status"

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"status {status}")


class Unauthorised(Failure):
    """No token was given, or the one given was turned away."""

    reason = "unauthorised"


class Oversized(Failure):
    """The answer is larger than the limit."""

    reason = "too-large"


class NotJson(Failure):
    """The answer is compressed although identity was asked for, or is not JSON."""

    reason = "not-json"


class Elsewhere(Failure):
    """The address is not of a known origin: nothing was sent."""

    reason = "elsewhere"


@dataclass(frozen=True, slots=True)
class Credentials:
    """How we present ourselves at a token endpoint: the private key signs, and is never shown."""

    token_url: str
    client_id: str
    key: jose.Key
    scope: str


def origin(url: str) -> str:
    """Scheme, host and port of an address, as one comparable text; Elsewhere unless plain http(s) without user info."""
    try:
        return _origin(httpx.URL(url))
    except (httpx.InvalidURL, TypeError) as error:
        raise Elsewhere from error


def _origin(url: httpx.URL) -> str:
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
        raise Elsewhere
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    return f"{url.scheme}://{url.host.lower()}:{port}"


class Outbound:
    """The connections of one process to all other systems, opened on first use and closed once.

    `origins` are the addresses that may be asked (any address of the same scheme, host and port), `limit` the bytes of
    one answer, `per_host` the connections to one of them: what waits for one system never waits behind another.
    """

    def __init__(
        self, origins: Iterable[str], *, limit: int = 5_000_000, per_host: int = 64, clock: Clock = time.time
    ) -> None:
        self._per_host = per_host
        self._clock = clock
        self._transport = _Door(AiohttpTransport(client=self._session), frozenset(map(origin, origins)), limit)
        self._client = httpx.AsyncClient(transport=self._transport, trust_env=False, timeout=NO_TIMEOUT)
        self._closing: list[httpx.AsyncClient] = [self._client]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection; what is under way breaks off."""
        for client in self._closing:
            await client.aclose()

    def grant(self, credentials: Credentials) -> "Grant":
        """A client's tokens, fetched through this door and remembered until they expire."""
        client = AsyncOAuth2Client(
            client_id=credentials.client_id,
            scope=credentials.scope,
            token_endpoint_auth_method=PRIVATE_KEY_JWT,
            transport=self._transport,
            trust_env=False,
            timeout=NO_TIMEOUT,
        )
        client.register_client_auth_method((PRIVATE_KEY_JWT, _Assertion(credentials, self._clock)))
        self._closing.append(client)
        return Grant(client, credentials.token_url, self._clock)

    async def get(self, url: str, *, within: float, grant: "Grant | None" = None) -> bytes:
        """The body at an address, within so many seconds (name look-up, connection, token and body); else Failure."""
        return await self._fetch("GET", url, None, within, grant)

    async def post_form(
        self, url: str, form: Mapping[str, str], *, within: float, grant: "Grant | None" = None
    ) -> bytes:
        """The body in answer to a form: a search whose parameters must not stand in an address; else Failure."""
        return await self._fetch("POST", url, dict(form), within, grant)

    async def get_json(self, url: str, *, within: float) -> object:
        """The JSON value at an address, key sets and the like; NotJson if it is not JSON."""
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
                    # Revoked or rotated before its time: one more try with a fresh token, then it is an answer.
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
            # Built whole: merging it with a client's defaults would cost a quarter of the call.
            return await self._client.send(httpx.Request(method, url, data=form, headers=headers))
        except httpx.InvalidURL as error:
            raise Elsewhere from error

    def _session(self) -> aiohttp.ClientSession:
        # No limit over all hosts: connections that wait for a silent system must not use up those of the others.
        connector = aiohttp.TCPConnector(
            limit=0, limit_per_host=self._per_host, keepalive_timeout=IDLE_SECONDS, ttl_dns_cache=30
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
    """One client's token at one token endpoint: asked for once however many wait, remembered until it expires."""

    def __init__(self, client: AsyncOAuth2Client, token_url: str, clock: Clock) -> None:
        self._client = client
        self._token_url = token_url
        self._clock = clock
        self._asking = asyncio.Lock()
        self._token = ""
        self._until = 0.0

    async def token(self) -> str:
        """A token that holds for a while yet; Unauthorised, or another Failure, where none is given."""
        async with self._asking:
            if not self._token or self._clock() >= self._until:
                self._token, self._until = await self._ask()
            return self._token

    def forget(self, token: str) -> None:
        """Do not use this token again; a newer one, fetched meanwhile by somebody else, stays."""
        if token == self._token:
            self._token = ""

    async def _ask(self) -> tuple[str, float]:
        asked = self._clock()
        try:
            answer = await self._client.fetch_token(self._token_url, grant_type="client_credentials")
            token, seconds = answer["access_token"], float(answer.get("expires_in") or 0)
        except httpx.HTTPStatusError as error:
            raise ErrorStatus(error.response.status_code) from error
        except (OAuthError, KeyError) as error:
            raise Unauthorised("no token was given") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise NotJson("the token endpoint's answer is not one") from error
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
            raise Unauthorised("the token is not one")
        return token, asked + seconds - TOKEN_LEEWAY


class _Assertion:
    """Signs every token request anew: short-lived, with a `jti` that is never used twice.

    Authlib's own lives an hour and repeats its `jti` when claims are given.
    """

    def __init__(self, credentials: Credentials, clock: Clock) -> None:
        self._credentials = credentials
        self._clock = clock

    def __call__(
        self, _auth: object, _method: str, uri: str, headers: httpx.Headers, body: bytes
    ) -> tuple[str, httpx.Headers, str]:
        known = self._credentials
        signed = jose.assertion(known.client_id, known.token_url, known.key, now=self._clock())
        proof = httpx.QueryParams({"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed})
        return uri, headers, f"{body.decode()}&{proof}"


class _Door(httpx.AsyncBaseTransport):
    """What every request passes, Authlib's too: only known origins, as it is (no compression), so many bytes."""

    def __init__(self, engine: AiohttpTransport, origins: frozenset[str], limit: int) -> None:
        self._engine = engine
        self._origins = origins
        self._limit = limit

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if _origin(request.url) not in self._origins:
            raise Elsewhere
        request.headers["Accept-Encoding"] = "identity"
        response = await self._pass(request)
        stream = _Limited(response, self._limit)
        try:
            stream.check_headers()
        except Failure:
            await response.aclose()
            raise
        # No cookie is kept: nothing of one person's request may return with the next.
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
                raise Refused from error
        # A kept connection that the other side had closed already; everything sent here may be sent twice.
        try:
            return await self._engine.handle_async_request(request)
        except (httpx.TransportError, aiohttp.ClientError, OSError) as error:
            raise Refused from error


class _Limited(httpx.AsyncByteStream):
    """The bytes of one answer, up to a limit."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        self._response = response
        self._limit = limit

    def check_headers(self) -> None:
        """Turn away, before reading, what is announced as compressed or too large."""
        if self._response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            raise NotJson("compressed")
        length = self._response.headers.get("content-length", "")
        if length.isdigit() and int(length) > self._limit:
            raise Oversized

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._limit
        try:
            async for chunk in self._response.aiter_raw():
                left -= len(chunk)
                if left < 0:
                    raise Oversized
                yield chunk
        except (httpx.TransportError, aiohttp.ClientError, OSError) as error:
            raise Refused("broke off") from error

    async def aclose(self) -> None:
        await self._response.aclose()
