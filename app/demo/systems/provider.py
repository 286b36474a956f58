"""The demo's identity provider without HTTP: verifies clients' assertions and signs access tokens.

Access tokens https://www.rfc-editor.org/rfc/rfc9068 · assertions https://www.rfc-editor.org/rfc/rfc7523
"""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app import jose
from app.demo.data.callers import CALLERS, CLIENTS, Client, find_caller
from app.demo.data.givers import MUNICIPAL_HEALTH, MUNICIPAL_SOCIAL, PRIVATE, REGION
from app.demo.systems import keys
from app.errors import Unauthenticated

LIFETIME: Final = 600
"""Seconds that an access token lives."""
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ABOUT_FILE: Final = "about.json"
"""Written beside the keys once the household is loaded: the `Patient/id` of each person, by key."""

GIVERS: Final = {giver.hsa_id: giver.name for giver in (REGION, MUNICIPAL_HEALTH, MUNICIPAL_SOCIAL, PRIVATE)}


class Provider:
    """The provider's keys and addresses, and the assertions that it has accepted."""

    def __init__(self, directory: Path, *, issuer: str, audience: str) -> None:
        self._directory = directory
        self._keys = keys.load(directory)
        self._issuer = issuer
        self._audience = audience
        self._seen: dict[str, float] = {}

    def configuration(self) -> dict[str, object]:
        """Return the discovery document (OpenID Connect Discovery 1.0)."""
        return {
            "issuer": self._issuer,
            "jwks_uri": f"{self._issuer}/jwks",
            "token_endpoint": f"{self._issuer}/token",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(jose.SIGNATURES),
            "response_types_supported": [],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        }

    def key_set(self) -> dict[str, list[dict[str, object]]]:
        """Return the key set (RFC 7517) with the public key that verifies the tokens."""
        return jose.key_set([self._keys.issuer])

    def callers(self) -> list[dict[str, object]]:
        """Everyone in the demo, and the `Patient/id`s they may ask about: none until the household is loaded.

        `called` gives the names of those people, and `giverName` that of the giver, for a page to show.
        """
        file = self._directory / ABOUT_FILE
        ids: Mapping[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
        return [
            {
                "caller": caller.name,
                "role": caller.role,
                "name": caller.title,
                "giver": caller.giver,
                "giverName": GIVERS.get(caller.giver or ""),
                "about": [ids[person.key] for person in caller.about if person.key in ids],
                "called": {ids[person.key]: person.name for person in caller.about if person.key in ids},
            }
            for caller in CALLERS
        ]

    def token_for(self, name: str, now: float) -> str | None:
        """A fresh token of one of the callers; None if no caller has this name."""
        caller = find_caller(name)
        if caller is None:
            return None
        if name in CLIENTS:
            return self._token(name, name, CLIENTS[name], now)
        return self._token(f"demo-{name}", caller.client, Client("", caller.claims), now)

    def token_response(self, form: Mapping[str, str], now: float) -> dict[str, object]:
        """The token endpoint's answer to client credentials; Unauthenticated if the assertion is not valid."""
        name = self._authenticated_client(form, now)
        client = CLIENTS[name]
        asked = form.get("scope", client.scope)
        if not set(asked.split()) <= set(client.scope.split()):
            raise Unauthenticated
        token = self._token(name, name, client._replace(scope=asked), now)
        return {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME, "scope": asked}

    def _authenticated_client(self, form: Mapping[str, str], now: float) -> str:
        """The client that signed this assertion: for us, short-lived, and not seen before."""
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise Unauthenticated
        public_keys = {str(key.kid): key for key in self._keys.clients.values()}
        text = form.get("client_assertion", "")
        claims = jose.verify(text, public_keys, typ="jwt")
        name = next(name for name, key in self._keys.clients.items() if key.kid == jose.header(text).kid)
        expires = claims.get("exp")
        holds = (
            claims.get("iss") == claims.get("sub") == form.get("client_id", name) == name
            and claims.get("aud") in (f"{self._issuer}/token", self._issuer)
            and isinstance(expires, int)
            and now < expires <= now + jose.MAX_ASSERTION_SECONDS
        )
        assertion_id = f"{name} {claims.get('jti')}"
        self._seen = {seen: end for seen, end in self._seen.items() if end > now}
        if not holds or not isinstance(claims.get("jti"), str) or assertion_id in self._seen:
            raise Unauthenticated
        self._seen[assertion_id] = float(str(expires))
        return name

    def _token(self, subject: str, client_id: str, client: Client, now: float) -> str:
        issued = int(now)
        claims = {
            "iss": self._issuer,
            "aud": client.audience or self._audience,
            "sub": subject,
            "client_id": client_id,
            "iat": issued,
            "exp": issued + LIFETIME,
            "jti": secrets.token_urlsafe(16),
            **({"scope": client.scope} if client.scope else {}),
            **client.claims,
        }
        return jose.sign(claims, self._keys.issuer, typ="at+jwt")
