"""How a request carries its token: the scheme, the DPoP proof, and the client's certificate that a proxy hands over.

https://www.rfc-editor.org/rfc/rfc9449 and https://www.rfc-editor.org/rfc/rfc9440
"""

import base64
import binascii
import re
from typing import Final, NamedTuple
from urllib.parse import unquote

from starlette.types import Scope

from app.access.proof import BEARER, Presentation, certificate_thumbprint
from app.errors import Fault, Unauthenticated

SCHEMES: Final = frozenset({"bearer", "dpop"})

PEM: Final = re.compile(r"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*")
BYTE_SEQUENCE: Final = re.compile(r":([A-Za-z0-9+/=]+):")


class PresentedToken(NamedTuple):
    """A token, and how the request carries it."""

    token: str
    presentation: Presentation


class Presenter:
    """Reads tokens from requests at `base_url`.

    `proxies` are the addresses of trusted proxies, separated by commas; only from them is `certificate_header` read.
    Raises ValueError, naming the setting, for a header without proxies.
    """

    def __init__(self, base_url: str, proxies: str = "", certificate_header: str = "") -> None:
        self._base_url = base_url.rstrip("/")
        self._proxies = frozenset(proxies.replace(",", " ").split())
        self._header = certificate_header.strip().lower().encode()
        if self._header and not self._proxies:
            raise ValueError("SAMPLAN_CERTIFICATE_HEADER needs SAMPLAN_TRUSTED_PROXIES: else anybody could send it")

    def read(self, scope: Scope) -> PresentedToken:
        """The token of a request. Raises Unauthenticated unless it has exactly one."""
        values, proofs, certificates = [], [], []
        for name, value in scope["headers"]:
            if name == b"authorization":
                values.append(value.decode("latin-1"))
            elif name == b"dpop":
                proofs.append(value.decode("latin-1"))
            elif name == self._header:
                certificates.append(value.decode("latin-1"))
        if len(values) != 1:
            raise Unauthenticated
        scheme, _, token = values[0].partition(" ")
        scheme = scheme.lower()
        if scheme not in SCHEMES or not token:
            raise Unauthenticated
        if scheme == "bearer" and not proofs and not certificates:
            return PresentedToken(token.strip(), BEARER)
        path = scope.get("raw_path", b"").partition(b"?")[0].decode("latin-1")
        certificate = self._certificate(scope, certificates)
        presentation = Presentation(scheme, scope["method"], self._base_url + path, tuple(proofs), certificate)
        return PresentedToken(token.strip(), presentation)

    def _certificate(self, scope: Scope, values: list[str]) -> str | None:
        """The thumbprint of the certificate that a trusted proxy has handed over; None from anybody else."""
        client = scope.get("client")
        if not values or client is None or client[0] not in self._proxies:
            return None
        if len(values) > 1:
            raise Unauthenticated(Fault("login", "More than one certificate was sent.", "Flera certifikat skickades."))
        der = _der(values[0])
        return certificate_thumbprint(der) if der else None


def _der(value: str) -> bytes | None:
    """The certificate in a header: base64 between colons (RFC 9440), or PEM with or without percent-encoding."""
    match = BYTE_SEQUENCE.fullmatch(value.strip()) or PEM.fullmatch(unquote(value).strip())
    if match is None:
        return None
    try:
        return base64.b64decode(re.sub(r"\s", "", match[1]), validate=True)
    except binascii.Error:
        return None
