"""What the app asks issuers: their published keys, and whether a token still holds."""

import json

from app import jose
from app.access.issuer import Introspection
from app.errors import Unavailable
from app.outbound import ASSERTION_TYPE, Failure, Outbound

KEYS_WITHIN = 3.0
"""Seconds that a key set may take."""

INTROSPECTION_WITHIN = 3.0
"""Seconds that an introspection may take."""


class IssuerCalls:
    """Asks issuers and registered clients, at addresses that an operator has configured."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def key_set(self, address: str) -> object:
        """The JSON at the address of a key set. Raises a Failure without one."""
        self._outbound.allow(address)
        return await self._outbound.get_json(address, within=KEYS_WITHIN)

    async def is_active(self, introspection: Introspection, iss: str, token: str, now: float) -> bool:
        """Whether an issuer says that a token holds (RFC 7662); Unavailable if it does not say.

        We sign in with `private_key_jwt`; `now` is in seconds since 1970.
        """
        self._outbound.allow(introspection.url)
        form = {
            "token": token,
            "token_type_hint": "access_token",
            "client_id": introspection.client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": jose.assertion(introspection.client_id, iss, introspection.key, now=now),
        }
        try:
            answer = json.loads(await self._outbound.post_form(introspection.url, form, within=INTROSPECTION_WITHIN))
        except (Failure, ValueError, RecursionError) as error:
            raise Unavailable from error
        if not isinstance(answer, dict) or not isinstance(answer.get("active"), bool):
            raise Unavailable
        return bool(answer["active"])
