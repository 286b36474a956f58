"""DPoP proofs, good and hostile, with a key of the client."""

import base64
import hashlib
import time
from uuid import uuid4

from app import jose
from tests.builders.tokens import signed_token

KEY = jose.new_key("holder")
JWK = {name: value for name, value in jose.key_set([KEY])["keys"][0].items() if name in {"kty", "crv", "x", "y"}}


def thumbprint(key=KEY):
    """The `jkt` of a key."""
    return key.thumbprint()


def digest(token):
    """The `ath` of a token."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def proof(token, method, address, *, key=KEY, head=None, now=None, **changes):
    """A DPoP proof for one request; a change to None leaves a claim out."""
    claims = {
        "jti": uuid4().hex,
        "htm": method,
        "htu": address,
        "iat": int(time.time() if now is None else now),
        "ath": digest(token),
        **changes,
    }
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": JWK, **(head or {})}
    return signed_token(key, header, {name: value for name, value in claims.items() if value is not None})
