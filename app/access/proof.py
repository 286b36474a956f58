"""Proof that the sender of a token holds the key that the token is bound to: DPoP, and a certificate of TLS.

https://www.rfc-editor.org/rfc/rfc9449 and https://www.rfc-editor.org/rfc/rfc8705. A bound token without its proof is
refused: taken as a bearer token it would serve a thief as well.
"""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple, NoReturn

from app import jose
from app.errors import Fault, Unauthenticated

PROOF_SECONDS: Final = 60
"""The greatest age of a proof in seconds, and the greatest time that it may be ahead of our clock."""

MOST_ID: Final = 128
"""Characters of a `jti`."""


TakeId = Callable[[str, float], Awaitable[bool]]
"""Use an id, which is remembered until a time in seconds since 1970; False if it was used before."""


class Presentation(NamedTuple):
    """How a request carries its token: the scheme in lower case, method, address without query, proofs, certificate.

    `certificate` is the SHA-256 of the client's certificate in base64url, from a trusted proxy.
    """

    scheme: str = "bearer"
    method: str = ""
    address: str = ""
    proofs: tuple[str, ...] = ()
    certificate: str | None = None


BEARER: Final = Presentation()
"""A request with a bearer token and no proof."""


class Binding(NamedTuple):
    """The thumbprints of the key (`jkt`) and of the certificate (`x5t#S256`) that a token is bound to."""

    key: str | None = None
    certificate: str | None = None


UNBOUND: Final = Binding()


def binding_of(claims: Mapping[str, Any]) -> Binding:
    """What a token is bound to by its `cnf`; Unauthenticated if that is anything but a key or a certificate."""
    if "cnf" not in claims:
        return UNBOUND
    members = claims["cnf"]
    known = members.keys() <= {"jkt", "x5t#S256"} if isinstance(members, Mapping) else False
    if not known or not members or not all(isinstance(value, str) and value for value in members.values()):
        _refuse("is bound in a way that is not supported", "är bunden på ett sätt som inte stöds")
    return Binding(members.get("jkt"), members.get("x5t#S256"))


async def require_proof(token: str, binding: Binding, presentation: Presentation, now: float, take: TakeId) -> None:
    """Check that the sender of a verified token holds what it is bound to; Unauthenticated otherwise."""
    if binding.certificate is not None and not _equal(binding.certificate, presentation.certificate or ""):
        _refuse(
            "needs the client certificate that it is bound to", "kräver det klientcertifikat som den är bunden till"
        )
    if binding.key is None:
        if presentation.scheme != "bearer" or presentation.proofs:
            _refuse("is not bound to a key: send it as Bearer", "är inte bunden till en nyckel: skicka den som Bearer")
        return
    if presentation.scheme != "dpop" or len(presentation.proofs) != 1:
        _refuse("needs exactly one DPoP proof", "kräver exakt ett DPoP-bevis")
    claims, thumbprint = jose.verify_proof(presentation.proofs[0])
    digest = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
    issued, id_ = claims.get("iat"), claims.get("jti")
    holds = (
        _equal(thumbprint, binding.key)
        and _equal(claims.get("ath"), digest)
        and claims.get("htm") == presentation.method
        and claims.get("htu") == presentation.address
        and isinstance(issued, int | float)
        and not isinstance(issued, bool)
        and abs(now - issued) <= PROOF_SECONDS
        and isinstance(id_, str)
        and 0 < len(id_) <= MOST_ID
    )
    if not holds or not await take(f"dpop {thumbprint} {id_}", now + 2 * PROOF_SECONDS):
        _refuse("has a DPoP proof that does not fit this request, or was used", "har ett DPoP-bevis som inte passar")


def certificate_thumbprint(der: bytes) -> str:
    """The `x5t#S256` of a certificate."""
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def _equal(value: object, other: str) -> bool:
    return isinstance(value, str) and hmac.compare_digest(value.encode(), other.encode())


def _refuse(english: str, swedish: str) -> NoReturn:
    raise Unauthenticated(Fault("login", f"The token {english}.", f"Biljetten {swedish}."))
