"""Access tokens: from a bearer token to the caller that it identifies, verified with the issuer's published keys.

JWT profile for access tokens https://www.rfc-editor.org/rfc/rfc9068. The profile is applied strictly: a token
that could be for another service, lives long, or is bound to a missing proof is refused.
"""

import asyncio
import hashlib
import logging
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, NoReturn

from app import jose
from app.access.caller import Caller, CallerKind, identify, kind_of
from app.access.client import Clients, limit
from app.access.policy import Policy
from app.errors import Fault, Unauthenticated, Unavailable

log = logging.getLogger(__name__)

Fetch = Callable[[str], Awaitable[object]]
"""Get the JSON at an address; raises whatever it likes when it cannot."""

TYP: Final = "at+jwt"
MAX_LIFETIME: Final = 900
LEEWAY: Final = 30
"""The greatest difference between two clocks, in seconds."""

REMEMBERED: Final = 10_000
"""The most verified tokens that are cached until they expire."""

KEYS_FRESH: Final = 300
"""How long a key set is used before it is fetched again, in seconds."""

KEYS_KEPT: Final = 24 * 3600
"""How long the last good key set is used when no newer one can be had."""

KEYS_PAUSE: Final = 30
"""The least time between two fetches of one issuer's keys."""

KEYS_RETRY: Final = 2
"""The same while no keys of that issuer are known, as when both start at once."""

LATEST: Final = 2**53
"""The greatest NumericDate, in seconds: a whole number that every JSON reader keeps exactly."""

REQUIRED: Final = ("iss", "sub", "aud", "exp", "iat", "client_id", "jti")


@dataclass(frozen=True, slots=True)
class Issuer:
    """A trusted issuer of tokens: its name in `iss`, where its keys are, and the kinds of caller it vouches for."""

    iss: str
    jwks: str
    vouches: frozenset[CallerKind]


class KeySource:
    """The published keys of one issuer: fetched by one task at a time, and used for a day if the issuer is away."""

    def __init__(self, address: str, fetch: Fetch) -> None:
        self._address = address
        self._fetch = fetch
        self._keys: dict[str, jose.Key] = {}
        self._read_at = -math.inf
        self._asked_at = -math.inf
        self._flight: asyncio.Task[None] | None = None

    async def keys(self, kid: str, now: float) -> Mapping[str, jose.Key]:
        """The current keys, fetched again if they are stale or lack `kid`; Unavailable if no set could be fetched."""
        if kid not in self._keys or now - self._read_at > KEYS_FRESH:
            await self._refresh(now)
        if now - self._read_at > KEYS_KEPT:
            raise Unavailable
        return self._keys

    async def _refresh(self, now: float) -> None:
        if self._flight is None:
            if now - self._asked_at < (KEYS_PAUSE if self._keys else KEYS_RETRY):
                return
            self._asked_at = now
            self._flight = asyncio.create_task(self._read(now))
        # Shielded: one caller that goes away does not take the answer from the others.
        await asyncio.shield(self._flight)

    async def _read(self, now: float) -> None:
        try:
            keys = jose.read_key_set(await self._fetch(self._address))
        except Exception:
            # Whatever hinders an issuer's answer, the last good keys go on.
            log.warning("key set not read", exc_info=True)
            keys = {}
        finally:
            self._flight = None
        if keys:
            self._keys, self._read_at = keys, now


class _Verified(NamedTuple):
    """The caller of a verified token until it expires, with the version of the registry that it was verified by."""

    expires: float
    version: int
    caller: Caller


class Tokens:
    """The tokens of one service: `audience` is its own address, `policy` tells which claims give which role.

    A verified token is remembered by its hash until it expires or a registered client changes, `room` of them at most:
    a key that is withdrawn is trusted that much longer.
    """

    def __init__(
        self,
        issuers: Iterable[Issuer],
        *,
        audience: str,
        policy: Policy,
        clients: Clients,
        fetch: Fetch,
        room: int = REMEMBERED,
    ) -> None:
        self._issuers = {issuer.iss: (issuer, KeySource(issuer.jwks, fetch)) for issuer in issuers}
        self._audience = audience
        self._policy = policy
        self._clients = clients
        self._room = room
        self._verified: dict[bytes, _Verified] = {}

    async def caller(self, token: str, now: float) -> Caller:
        """The caller of a bearer token at `now` (seconds since 1970).

        Raises Unauthenticated, naming the rule, for a token that breaks one; Unavailable while there are no keys.
        """
        mark = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        remembered = self._verified.get(mark)
        if remembered and now < remembered.expires and remembered.version == self._clients.version:
            return remembered.caller
        verified = await self._verify(token, now)
        self._remember(mark, verified, now)
        return verified.caller

    async def _verify(self, token: str, now: float) -> _Verified:
        head = jose.header(token)
        issuer, source = self._issuer(jose.unverified_issuer(token))
        claims = jose.verify(token, await source.keys(head.kid, now), typ=TYP)
        expires = self._check(claims, now)
        if kind_of(claims) not in issuer.vouches:
            _refuse("issuer does not vouch for this kind of caller", "utfärdare får inte gå i god för denna part")
        # Read before the client, so that a change between the two makes the token be verified again.
        version = self._clients.version
        caller = limit(identify(claims, self._policy.roles), self._clients.find(claims["client_id"]), issuer.iss)
        return _Verified(expires, version, replace(caller, expires=datetime.fromtimestamp(expires, UTC)))

    def _issuer(self, iss: str | None) -> tuple[Issuer, KeySource]:
        issuer = self._issuers.get(iss) if iss is not None else None
        if issuer is None:
            _refuse("issuer is not trusted", "utfärdare är inte betrodd")
        return issuer

    def _check(self, claims: Mapping[str, Any], now: float) -> float:
        """The rules of RFC 9068 section 4 and our own on time; gives the moment until which the token holds."""
        if any(claims.get(name) is None for name in REQUIRED):
            _refuse("claims lack a required one", "uppgifter är inte fullständiga")
        if not all(isinstance(claims[name], str) for name in ("iss", "sub", "client_id", "jti")):
            _refuse("issuer, subject, client and id must be text", "utfärdare, part, klient och id ska vara text")
        if claims["aud"] not in (self._audience, [self._audience]):
            _refuse("audience is not this service alone", "mottagare är inte bara denna tjänst")
        if "cnf" in claims:
            # Bound to a key whose proof (DPoP, mTLS) is not read here: to take it as a bearer token would unbind it.
            _refuse("proof of possession is not supported", "nyckelbevis stöds inte")
        issued, expires = _moment(claims["iat"]), _moment(claims["exp"])
        if not issued < expires <= issued + MAX_LIFETIME:
            _refuse("lifetime is longer than 15 minutes, or none", "giltighetstid är längre än 15 minuter")
        if issued > now + LEEWAY or _moment(claims.get("nbf", issued)) > now + LEEWAY:
            _refuse("time of validity has not begun", "giltighetstid har inte börjat")
        if now >= expires + LEEWAY:
            _refuse("time of validity is over", "giltighetstid är slut")
        return expires + LEEWAY

    def _remember(self, mark: bytes, verified: _Verified, now: float) -> None:
        if len(self._verified) >= self._room:
            self._verified = {key: entry for key, entry in self._verified.items() if entry.expires > now}
        if len(self._verified) >= self._room:
            del self._verified[next(iter(self._verified))]
        self._verified[mark] = verified


def _moment(value: object) -> float:
    """A NumericDate: a finite number of seconds, and no boolean."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LATEST:
        _refuse("time is no number of seconds", "tid är inget antal sekunder")
    return float(value)


def _refuse(english: str, swedish: str) -> NoReturn:
    raise Unauthenticated(Fault("login", f"The token's {english}.", f"Biljettens {swedish}."))
