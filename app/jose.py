"""Signs and verifies JSON Web Tokens, and reads and publishes key sets; the only module that uses joserfc.

JWS https://www.rfc-editor.org/rfc/rfc7515 · JWK https://www.rfc-editor.org/rfc/rfc7517 · JWT best practice
https://www.rfc-editor.org/rfc/rfc8725. Only the algorithms of SIGNATURES are accepted. A token that is refused raises
Unauthenticated, which names the broken rule and never repeats the token.
"""

import base64
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, NoReturn

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, generate_key

from app.errors import Fault, SamplanError, Unauthenticated

__all__ = [
    "MAX_ASSERTION_SECONDS", "SEAL", "SIGNATURES", "Header", "Key", "assertion", "header", "key_set", "load_key",
    "load_seal_key", "new_key", "new_seal_key", "private_jwk", "read_key_set", "seal", "sign", "thumbprints", "unseal",
    "unverified_issuer", "verify", "verify_proof",
]  # fmt: skip

SIGNATURES: Final = ("ES256", "ES384", "PS256")
"""The accepted algorithms: no symmetric one, no `none`, no PKCS#1 v1.5 (RFC 8725, 3.1 and 3.2)."""

CURVES: Final = {"P-256": "ES256", "P-384": "ES384"}
"""Elliptic curves and the algorithm of each (https://www.rfc-editor.org/rfc/rfc7518#section-3.4)."""

SEAL: Final = "Ed25519"
"""The algorithm of seals; no token may use it."""

MIN_RSA_BITS: Final = 2048
MAX_TOKEN_LENGTH: Final = 8192
"""Characters of a token."""
MAX_ASSERTION_SECONDS: Final = 300
"""The longest lifetime of an assertion: https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html."""

_PROOFS = jws.JWSRegistry(algorithms=SIGNATURES)
_PROOFS.max_header_length = 2048
"""Bytes of a proof's header, which holds a key."""

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)


class Header(NamedTuple):
    """A token's header, which has these three members and no others."""

    typ: str
    alg: str
    kid: str


def new_key(kid: str, algorithm: str = "ES256") -> Key:
    """A new private key for an algorithm of SIGNATURES."""
    parameters: Any = {"kid": kid, "alg": algorithm, "use": "sig"}
    if algorithm == "PS256":
        return generate_key("RSA", MIN_RSA_BITS, parameters)
    return generate_key("EC", "P-256" if algorithm == "ES256" else "P-384", parameters)


def load_key(jwk: Mapping[str, object]) -> Key:
    """The public or private key of a JWK; SamplanError if it is not a signing key of CURVES or RSA with a `kid`."""
    key = _usable(jwk, private=True)
    if key is None:
        raise SamplanError(
            Fault(
                "invalid",
                "The key must be an EC P-256, EC P-384 or RSA 2048 signing key with a kid.",
                "Nyckeln måste vara en signeringsnyckel (EC P-256, EC P-384 eller RSA 2048) med kid.",
            )
        )
    return key


def private_jwk(key: Key) -> dict[str, object]:
    """The JWK of a private key, for a file that only its owner may read."""
    return dict(key.as_dict(private=True))


def key_set(keys: Iterable[Key]) -> dict[str, list[dict[str, object]]]:
    """The JWK set to publish: the public members of these keys (RFC 7517, 5)."""
    return {"keys": [dict(key.as_dict(private=False)) for key in keys]}


def read_key_set(document: object) -> dict[str, Key]:
    """The keys of a published JWK set that may verify a signature here, by `kid`.

    Leaves out a key of another type or use, and one that is too short, private or without a `kid`. Leaves out both of
    two keys with the same `kid`, because exactly one may match (SMART, client-confidential-asymmetric). A document that
    is not a JWK set has no keys.
    """
    listed = document.get("keys") if isinstance(document, Mapping) else None
    keys: dict[str, Key] = {}
    repeated: set[str] = set()
    for jwk in listed if isinstance(listed, list) else ():
        key = _usable(jwk, private=False)
        if key is None or key.kid is None:
            continue
        if key.kid in keys:
            repeated.add(key.kid)
        keys[key.kid] = key
    return {kid: key for kid, key in keys.items() if kid not in repeated}


def thumbprints(document: object) -> set[str]:
    """The thumbprints (RFC 7638) of the usable keys of a JWK set; the same key has the same, whatever its `kid`."""
    return {key.thumbprint() for key in read_key_set(document).values()}


def sign(claims: Mapping[str, object], key: Key, *, typ: str = "JWT") -> str:
    """A compact JWS of these claims; the `typ` of an access token is `at+jwt` (RFC 9068)."""
    protected = {"typ": typ, "alg": key.alg, "kid": key.kid}
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return jws.serialize_compact(protected, payload.encode(), key, algorithms=SIGNATURES)


def assertion(client: str, audience: str, key: Key, *, now: float, lifetime: int = 120) -> str:
    """A client assertion for `private_key_jwt`, with a new `jti` (https://www.rfc-editor.org/rfc/rfc7523).

    `now` is in seconds since 1970; `lifetime` is in seconds, at most MAX_ASSERTION_SECONDS.
    """
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
    """The header of a token that is not yet verified: use it only to find the key. Unauthenticated if malformed."""
    if len(token) > MAX_TOKEN_LENGTH:
        _refuse("The token must have at most 8192 characters.", "Biljetten får ha högst 8192 tecken.")
    if not _COMPACT.fullmatch(token):
        _refuse("Send the token as a compact JWS of three parts.", "Skicka biljetten som en kompakt JWS i tre delar.")
    try:
        members = _members(_decode(token.partition(".")[0]))
    except ValueError:
        _refuse("The token's header must be a JSON object.", "Biljettens huvud ska vara ett JSON-objekt.")
    if members.keys() != {"typ", "alg", "kid"} or not all(isinstance(value, str) for value in members.values()):
        _refuse("The token's header must hold typ, alg and kid only.", "Biljettens huvud ska bara ha typ, alg och kid.")
    return Header(members["typ"], members["alg"], members["kid"])


def unverified_issuer(token: str) -> str | None:
    """The issuer of a token that is not yet verified: use it only to find the keys. None if it names no issuer."""
    header(token)
    try:
        issuer = _members(_decode(token.split(".")[1])).get("iss")
    except ValueError:
        return None
    return issuer if isinstance(issuer, str) else None


def verify(token: str, keys: Mapping[str, Key], *, typ: str) -> dict[str, Any]:
    """The claims of a token of this type that one of `keys` signed; Unauthenticated otherwise.

    Does not check issuer, audience or time.
    """
    head = header(token)
    if head.typ.lower().removeprefix("application/") != typ:
        _refuse(f"The token's typ must be {typ}.", f"Biljettens typ ska vara {typ}.")
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
        _refuse(
            "The token's claims must be a JSON object without repeated names.",
            "Biljettens innehåll ska vara ett JSON-objekt utan upprepade namn.",
        )


def verify_proof(proof: str) -> tuple[dict[str, Any], str]:
    """The claims of a DPoP proof and the thumbprint of the key in its header, which signed it.

    Raises Unauthenticated if the header holds anything but typ, alg and a public key, or the signature does not hold.
    Does not check the claims. https://www.rfc-editor.org/rfc/rfc9449#section-4.3
    """
    if len(proof) > MAX_TOKEN_LENGTH or not _COMPACT.fullmatch(proof):
        _refuse("Send the DPoP proof as a compact JWS.", "Skicka DPoP-beviset som en kompakt JWS.")
    try:
        members = _members(_decode(proof.partition(".")[0]))
    except ValueError:
        members = {}
    jwk = members.get("jwk")
    key = _usable({"kid": "proof", **jwk}, private=False) if isinstance(jwk, Mapping) else None
    expected = key is not None and {"typ": "dpop+jwt", "alg": key.alg, "jwk": jwk}
    if key is None or members != expected:
        _refuse("The DPoP proof's header is not accepted.", "DPoP-bevisets huvud godtas inte.")
    try:
        claims = _members(jws.deserialize_compact(proof, key, registry=_PROOFS).payload)
    except (JoseError, ValueError):
        _refuse("The DPoP proof's signature does not hold.", "DPoP-bevisets signatur stämmer inte.")
    return claims, key.thumbprint()


def new_seal_key(kid: str) -> Key:
    """A new private key that signs seals (Ed25519, https://www.rfc-editor.org/rfc/rfc8037)."""
    return generate_key("OKP", "Ed25519", {"kid": kid, "alg": SEAL, "use": "sig"})


def load_seal_key(jwk: object) -> Key:
    """The public or private key of a JWK; SamplanError if it is not an Ed25519 key with a `kid`."""
    try:
        if isinstance(jwk, Mapping) and jwk.get("crv") == "Ed25519" and isinstance(jwk.get("kid"), str):
            return OKPKey.import_key({**jwk, "alg": SEAL})
    except (JoseError, ValueError, TypeError, KeyError):
        pass
    raise SamplanError(
        Fault("invalid", "The key must be an Ed25519 JWK with a kid.", "Nyckeln måste vara en Ed25519-JWK med kid.")
    )


def seal(payload: bytes, key: Key, *, typ: str) -> str:
    """A compact JWS of any bytes, by a key that signs seals."""
    return jws.serialize_compact({"typ": typ, "alg": SEAL, "kid": key.kid}, payload, key, algorithms=[SEAL])


def unseal(text: str, keys: Mapping[str, Key], *, typ: str) -> bytes | None:
    """The bytes of a seal of this type that one of `keys` signed; None if the signature does not hold."""
    try:
        head = _members(_decode(text.partition(".")[0]))
        key = keys.get(str(head.get("kid")))
        if key is None or head.get("typ") != typ or head.get("alg") != SEAL:
            return None
        return bytes(jws.deserialize_compact(text, key, algorithms=[SEAL]).payload)
    except (JoseError, ValueError):
        return None


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
    """The algorithm that a key is for; None for a key of another type, or one that is too short."""
    if jwk.get("kty") == "EC":
        return CURVES.get(jwk["crv"])
    is_long_rsa = jwk.get("kty") == "RSA" and int.from_bytes(_decode(jwk["n"])).bit_length() >= MIN_RSA_BITS
    return "PS256" if is_long_rsa else None


def _decode(part: str) -> bytes:
    """The bytes of one part of a compact JWS; ValueError (as binascii.Error) if it is not base64url."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _members(text: bytes) -> dict[str, Any]:
    """The JSON object in a text; ValueError if it is another value, or repeats a name at any depth."""
    if not text.lstrip().startswith(b"{"):
        raise ValueError
    try:
        members: dict[str, Any] = json.loads(
            text.decode(), object_pairs_hook=_without_repeats, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise ValueError from None
    return members


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError


def _refuse(english: str, swedish: str) -> NoReturn:
    raise Unauthenticated(Fault("login", english, swedish))
