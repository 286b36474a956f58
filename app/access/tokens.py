"""Access tokens: from a bearer token to the caller that it identifies, verified with the issuer's published keys.

JWT profile for access tokens https://www.rfc-editor.org/rfc/rfc9068. The profile is applied strictly: a token
that could be for another service, lives long, or is bound to a missing proof is refused.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, NoReturn

from app import jose
from app.access.caller import Caller, CallerKind, identify, kind_of
from app.access.client import ClientRegistry, limit
from app.access.issuer import Issuer, IssuerAnswers, canonical_claims
from app.access.key_sets import ConfiguredKeys, KeySet, PublishedKeys
from app.access.policy import Policy
from app.access.proof import BEARER, UNBOUND, Binding, Presentation, binding_of, require_proof
from app.errors import Fault, Unauthenticated

TYP: Final = "at+jwt"
LEEWAY: Final = 30
"""The greatest difference between two clocks, in seconds."""

REMEMBERED: Final = 10_000
"""The most verified tokens that are cached until they expire."""

LATEST: Final = 2**53
"""The greatest NumericDate, in seconds: a whole number that every JSON reader keeps exactly."""

INTROSPECTED: Final = 60
"""How long the answer of an issuer's introspection is used, in seconds."""

DENIABLE: Final = ("jti", "sub", "client_id")
"""The claims by which tokens are revoked."""

REQUIRED: Final = ("iss", "sub", "aud", "exp", "iat", "client_id", "jti")


class _Verified(NamedTuple):
    """The caller of a verified token until it expires, what it is bound to, and what it was verified by.

    `once` is the id of a token that is accepted once, "" for others.
    """

    expires: float
    clients_version: int
    key_set: KeySet
    keys_version: int
    binding: Binding
    caller: Caller
    once: str


class Tokens:
    """The tokens of one service: `audience` is its own address, `policy` tells which claims give which role.

    A verified token is remembered by its hash until it expires, or the registry or its issuer's keys change; `room` of
    them at most.
    """

    def __init__(
        self,
        issuers: Iterable[Issuer],
        *,
        audience: str,
        policy: Policy,
        registry: ClientRegistry,
        answers: IssuerAnswers,
        room: int = REMEMBERED,
    ) -> None:
        self._answers = answers
        self._issuers = {issuer.iss: (issuer, self._key_set(issuer)) for issuer in issuers}
        self._of_clients: dict[str, PublishedKeys] = {}
        self._audience = audience
        self._policy = policy
        self._registry = registry
        self._room = room
        self._verified: dict[bytes, _Verified] = {}

    async def caller(self, token: str, now: float, presentation: Presentation = BEARER) -> Caller:
        """The caller of a token at `now` (seconds since 1970), which came with a request as `presentation` says.

        Raises Unauthenticated, naming the rule, for a token that breaks one; Unavailable while there are no keys.
        """
        mark = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        verified = self._verified.get(mark)
        if verified is None or not self._holds(verified, now):
            verified = await self._verify(token, now)
            if not verified.once:
                self._remember(mark, verified, now)
            elif not await self._registry.take(verified.once, verified.expires):
                _refuse("jti was used before", "jti har använts förut")
        if verified.binding is not UNBOUND or presentation is not BEARER:
            await require_proof(token, verified.binding, presentation, now, self._registry.take)
        return verified.caller

    @property
    def registry_version(self) -> int:
        """The version of the registered clients and revoked tokens; Unavailable while it is not known."""
        return self._registry.version

    async def require_unchanged(self, token: str, caller: Caller, now: float) -> None:
        """Raise Unauthenticated unless a token that gave this caller still does, after a change of the registry."""
        verified = await self._verify(token, now)
        if replace(verified.caller, expires=caller.expires) != caller:
            _refuse("client has changed: send the request again", "klient har ändrats: skicka anropet igen")

    def _holds(self, verified: _Verified, now: float) -> bool:
        return (
            now < verified.expires
            and verified.clients_version == self._registry.version
            and verified.keys_version == verified.key_set.version
        )

    async def _verify(self, token: str, now: float) -> _Verified:
        head = jose.header(token)
        issuer, key_set = self._issuer(jose.unverified_issuer(token))
        if head.alg not in issuer.algorithms:
            _refuse("algorithm is not its issuer's", "algoritm är inte utfärdarens")
        # Read before the keys and the client, so that a change between the two makes the token be verified again.
        versions = self._registry.version, await key_set.keys(head.kid, now), key_set.version
        signed = jose.verify(token, versions[1], typ=TYP)
        claims = canonical_claims(issuer, signed)
        expires = self._check(issuer, claims, now)
        binding = binding_of(claims)
        if issuer.bound and binding is UNBOUND:
            _refuse("issuer must bind it to a key", "utfärdare måste binda den till en nyckel")
        if kind_of(claims) not in issuer.vouches:
            _refuse("issuer does not vouch for this kind of caller", "utfärdare får inte gå i god för denna part")
        client = self._registry.find(claims["client_id"])
        if client is None and issuer.registered_only:
            _refuse("client is not registered", "klient är inte registrerad")
        caller = limit(identify(claims, self._policy.roles), client, issuer.iss)
        if issuer.introspection is not None:
            if not await self._answers.is_active(issuer.introspection, issuer.iss, token, now):
                _refuse("issuer has revoked it", "utfärdare har återkallat den")
            expires = min(expires, now + INTROSPECTED)
        caller = replace(caller, expires=datetime.fromtimestamp(expires, UTC))
        once = f"token {issuer.iss} {claims['jti']}" if issuer.once else ""
        return _Verified(expires, versions[0], key_set, versions[2], binding, caller, once)

    def _issuer(self, iss: str | None) -> tuple[Issuer, KeySet]:
        """The issuer of this name: a configured one, or a registered client that signs its own tokens."""
        if iss is not None and iss in self._issuers:
            return self._issuers[iss]
        client = self._registry.find(iss) if iss is not None else None
        if client is None or not (client.keys or client.jwks_url):
            _refuse("issuer is not trusted", "utfärdare är inte betrodd")
        issuer = Issuer(
            iss=client.id,
            vouches=frozenset({CallerKind.SYSTEM}),
            keys=client.keys,
            jwks_url=client.jwks_url,
            max_lifetime=jose.MAX_ASSERTION_SECONDS,
            once=True,
        )
        if client.jwks_url is None:
            return issuer, ConfiguredKeys(client.keys)
        if client.jwks_url not in self._of_clients:
            self._of_clients[client.jwks_url] = PublishedKeys(client.jwks_url, self._answers.key_set)
        return issuer, self._of_clients[client.jwks_url]

    def _key_set(self, issuer: Issuer) -> KeySet:
        return PublishedKeys(issuer.jwks_url, self._answers.key_set) if issuer.jwks_url else ConfiguredKeys(issuer.keys)

    def _check(self, issuer: Issuer, claims: Mapping[str, Any], now: float) -> float:
        """The rules of RFC 9068 section 4 and our own on time; gives the moment until which the token holds."""
        if any(claims.get(name) is None for name in REQUIRED):
            _refuse("claims lack a required one", "uppgifter är inte fullständiga")
        if not all(isinstance(claims[name], str) for name in ("iss", "sub", "client_id", "jti")):
            _refuse("issuer, subject, client and id must be text", "utfärdare, part, klient och id ska vara text")
        audience = issuer.audience or self._audience
        if claims["aud"] not in (audience, [audience]):
            _refuse("audience is not this service alone", "mottagare är inte bara denna tjänst")
        issued, expires = _validity(claims, issuer.max_lifetime, now)
        if issuer.once and claims["client_id"] != issuer.iss:
            _refuse("client is not the one that signed it", "klient är inte den som har skrivit under")
        if any(self._registry.is_denied(name, claims[name], issued) for name in DENIABLE):
            _refuse("validity is revoked", "giltighet är återkallad")
        return expires + LEEWAY

    def _remember(self, mark: bytes, verified: _Verified, now: float) -> None:
        if len(self._verified) >= self._room:
            self._verified = {key: entry for key, entry in self._verified.items() if entry.expires > now}
        if len(self._verified) >= self._room:
            del self._verified[next(iter(self._verified))]
        self._verified[mark] = verified


def _validity(claims: Mapping[str, Any], longest: float, now: float) -> tuple[float, float]:
    """The moments at which a token was issued and expires."""
    issued, expires = _moment(claims["iat"]), _moment(claims["exp"])
    if not issued < expires <= issued + longest:
        _refuse("lifetime is too long, or none", "giltighetstid är för lång, eller ingen")
    if issued > now + LEEWAY or _moment(claims.get("nbf", issued)) > now + LEEWAY:
        _refuse("time of validity has not begun", "giltighetstid har inte börjat")
    if now >= expires + LEEWAY:
        _refuse("time of validity is over", "giltighetstid är slut")
    return issued, expires


def _moment(value: object) -> float:
    """A NumericDate: a finite number of seconds, and no boolean."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LATEST:
        _refuse("time is no number of seconds", "tid är inget antal sekunder")
    return float(value)


def _refuse(english: str, swedish: str) -> NoReturn:
    raise Unauthenticated(Fault("login", f"The token's {english}.", f"Biljettens {swedish}."))
