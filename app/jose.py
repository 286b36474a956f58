"""The one door to joserfc: sign a token or a client assertion, verify a token, read and publish a key set.

JWS https://www.rfc-editor.org/rfc/rfc7515 · JWK https://www.rfc-editor.org/rfc/rfc7517 · JWT best practice
https://www.rfc-editor.org/rfc/rfc8725. Three signatures and no other are known; every refusal is an Unauthenticated
that says which rule was broken and never repeats the token.
"""

import base64
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, NoReturn

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey, generate_key

from app.errors import Fault, SamplanError, Unauthenticated

__all__ = [
    "MAX_ASSERTION_SECONDS", "SIGNATURES", "Header", "Key", "assertion", "header", "key_set", "load_key", "new_key",
    "private_jwk", "read_key_set", "sign", "unverified_issuer", "verify",
]  # fmt: skip

SIGNATURES: Final = ("ES256", "ES384", "PS256")
"""The only signature algorithms: no symmetric one, no `none`, no PKCS#1 v1.5."""

CURVES: Final = {"P-256": "ES256", "P-384": "ES384"}
"""The curves, and the one algorithm that each is for."""

MIN_RSA_BITS: Final = 2048
MAX_TOKEN_LENGTH: Final = 8192
MAX_ASSERTION_SECONDS: Final = 300
"""https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html: no assertion lives longer."""

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)


class Header(NamedTuple):
    """The three members of a token's header, and there are no others."""

    typ: str
    alg: str
    kid: str


def new_key(kid: str, algorithm: str = "ES256") -> Key:
    """A fresh private key for one of SIGNATURES."""
    parameters: Any = {"kid": kid, "alg": algorithm, "use": "sig"}
    if algorithm == "PS256":
        return generate_key("RSA", MIN_RSA_BITS, parameters)
    return generate_key("EC", "P-256" if algorithm == "ES256" else "P-384", parameters)


def load_key(jwk: Mapping[str, object]) -> Key:
    """A public or private key from its JWK; SamplanError when it is none that may sign here."""
    key = _usable(jwk, private=True)
    if key is None:
        raise SamplanError(Fault("invalid", "The key is no usable signing key with a kid.", "Nyckeln duger inte."))
    return key


def private_jwk(key: Key) -> dict[str, object]:
    """The JWK of a private key, to be kept in a file that only its owner reads."""
    return dict(key.as_dict(private=True))


def key_set(keys: Iterable[Key]) -> dict[str, list[dict[str, object]]]:
    """The JWK set to publish: public members only."""
    return {"keys": [dict(key.as_dict(private=False)) for key in keys]}


def read_key_set(document: object) -> dict[str, Key]:
    """The keys of a published JWK set that may verify a signature here, by `kid`.

    A key that is of another kind or use, too short, private or without a `kid` is passed over; two keys with one `kid`
    are both passed over, since exactly one may match (SMART, client-confidential-asymmetric). Anything else gives none.
    """
    listed = document.get("keys") if isinstance(document, Mapping) else None
    found: dict[str, Key] = {}
    twice: set[str] = set()
    for jwk in listed if isinstance(listed, list) else ():
        key = _usable(jwk, private=False)
        if key is None or key.kid is None:
            continue
        if key.kid in found:
            twice.add(key.kid)
        found[key.kid] = key
    return {kid: key for kid, key in found.items() if kid not in twice}


def sign(claims: Mapping[str, object], key: Key, *, typ: str = "JWT") -> str:
    """A compact JWS of these claims; an access token has typ `at+jwt`."""
    protected = {"typ": typ, "alg": key.alg, "kid": key.kid}
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return jws.serialize_compact(protected, payload.encode(), key, algorithms=SIGNATURES)


def assertion(client: str, audience: str, key: Key, *, now: float, lifetime: int = 120) -> str:
    """A client assertion for `private_key_jwt` (https://www.rfc-editor.org/rfc/rfc7523): short-lived, used once."""
    issued = int(now)
    claims: dict[str, object] = {
        "iss": client,
        "sub": client,
        "aud": audience,
        "iat": issued,
        "exp": issued + min(lifetime, MAX_ASSERTION_SECONDS),
        "jti": secrets.token_urlsafe(24),
    }
    return sign(claims, key, typ="JWT")


def header(token: str) -> Header:
    """The header, strictly read but not yet to be trusted: it only tells which key to look for."""
    if len(token) > MAX_TOKEN_LENGTH:
        _refuse("The token is longer than 8192 characters.", "Biljetten är längre än 8192 tecken.")
    if not _COMPACT.fullmatch(token):
        _refuse("The token is no compact JWS of three parts.", "Biljetten är ingen kompakt JWS i tre delar.")
    try:
        members = _members(_decode(token.partition(".")[0]))
    except ValueError:
        _refuse("The token's header is not JSON.", "Biljettens huvud är inte JSON.")
    if members.keys() != {"typ", "alg", "kid"} or not all(isinstance(value, str) for value in members.values()):
        _refuse("The token's header must hold typ, alg and kid only.", "Biljettens huvud ska bara ha typ, alg och kid.")
    return Header(members["typ"], members["alg"], members["kid"])


def unverified_issuer(token: str) -> str | None:
    """What the token says its issuer is, not yet to be trusted: it only tells whose keys to verify with."""
    header(token)
    try:
        issuer = _members(_decode(token.split(".")[1])).get("iss")
    except ValueError:
        return None
    return issuer if isinstance(issuer, str) else None


def verify(token: str, keys: Mapping[str, Key], *, typ: str) -> dict[str, Any]:
    """The claims of a token that one of `keys` has signed; Unauthenticated for anything else.

    Says nothing of issuer, audience or time: that is the caller's to check.
    """
    head = header(token)
    if head.typ.lower().removeprefix("application/") != typ:
        _refuse("The token is of another type.", "Biljetten är av annan typ.")
    key = keys.get(head.kid)
    if head.alg not in SIGNATURES or key is None or key.alg != head.alg:
        _refuse("The token's key or algorithm is not accepted.", "Biljettens nyckel eller algoritm godtas inte.")
    try:
        payload = jws.deserialize_compact(token, key, algorithms=[head.alg]).payload
    except (JoseError, ValueError):
        _refuse("The token's signature does not hold.", "Biljettens signatur stämmer inte.")
    try:
        return _members(payload)
    except ValueError:
        _refuse("The token's claims are not JSON with each name once.", "Biljettens innehåll är inte giltig JSON.")


def _usable(jwk: object, *, private: bool) -> Key | None:
    if not isinstance(jwk, Mapping) or not isinstance(jwk.get("kid"), str) or jwk.get("use", "sig") != "sig":
        return None
    if "d" in jwk and not private:
        return None
    try:
        algorithm = _algorithm(jwk)
        if algorithm is None or jwk.get("alg", algorithm) != algorithm:
            return None
        data: Any = {**jwk, "alg": algorithm}
        return (RSAKey if algorithm == "PS256" else ECKey).import_key(data)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _algorithm(jwk: Mapping[str, Any]) -> str | None:
    """The one algorithm a key is for; None for a key that is not used here, or too short."""
    if jwk.get("kty") == "EC":
        return CURVES.get(jwk["crv"])
    long = jwk.get("kty") == "RSA" and int.from_bytes(_decode(jwk["n"])).bit_length() >= MIN_RSA_BITS
    return "PS256" if long else None


def _decode(part: str) -> bytes:
    """The bytes of one part of a compact JWS; ValueError (as binascii.Error) if it is none."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _members(text: bytes) -> dict[str, Any]:
    """One JSON object whose names occur once at every depth; ValueError for anything else."""
    if not text.lstrip().startswith(b"{"):
        raise ValueError
    try:
        members: dict[str, Any] = json.loads(text.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError from None
    return members


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _no_constant(_: str) -> NoReturn:
    raise ValueError


def _refuse(english: str, swedish: str) -> NoReturn:
    raise Unauthenticated(Fault("login", english, swedish))
