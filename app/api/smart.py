"""The SMART configuration of the running server: what of SMART App Launch is built, and which issuers serve whom.

https://hl7.org/fhir/smart-app-launch/conformance.html#using-well-known
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from app import jose
from app.access.caller import CONTEXTS, CallerKind
from app.access.issuer import Issuer
from app.fhir.types import STORED_TYPES

CAPABILITIES: Final = {
    CallerKind.CITIZEN: "permission-patient",
    CallerKind.STAFF: "permission-user",
    CallerKind.SYSTEM: "client-confidential-asymmetric",
}
"""What an issuer's callers use of SMART: scopes of their context, and assertions of systems."""


def smart_configuration(issuers: Sequence[Issuer]) -> bytes:
    """The document of a server that trusts these issuers, as JSON.

    The endpoints are those of the first issuer of systems that has any, or else of any issuer; `associated_endpoints`
    names them all. Nothing of a launch is built, so that no capability of one is listed.
    """
    endpoints = sorted(
        (issuer for issuer in issuers if issuer.token_url), key=lambda issuer: CallerKind.SYSTEM not in issuer.vouches
    )
    kinds = frozenset().union(*(issuer.vouches for issuer in issuers))
    document: dict[str, Any] = {
        **(_endpoints(endpoints[0]) if endpoints else {}),
        "grant_types_supported": _grants(issuers),
        "scopes_supported": [f"{CONTEXTS[kind]}/{name}.cruds" for kind in sorted(kinds) for name in STORED_TYPES],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(jose.SIGNATURES),
        "dpop_signing_alg_values_supported": list(jose.SIGNATURES),
        "capabilities": ["permission-v2", *_capabilities(kinds)],
        "associated_endpoints": [
            {"url": issuer.iss, "capabilities": ["permission-v2", *_capabilities(issuer.vouches)]} for issuer in issuers
        ],
    }
    return json.dumps(document).encode()


def _endpoints(issuer: Issuer) -> dict[str, str]:
    addresses = {
        "issuer": issuer.iss,
        "jwks_uri": issuer.jwks_url,
        "authorization_endpoint": issuer.authorization_url,
        "token_endpoint": issuer.token_url,
        "introspection_endpoint": issuer.introspection.url if issuer.introspection else None,
    }
    return {name: address for name, address in addresses.items() if address}


def _grants(issuers: Iterable[Issuer]) -> list[str]:
    grants = {
        "authorization_code": any(issuer.authorization_url for issuer in issuers),
        "client_credentials": any(CallerKind.SYSTEM in issuer.vouches and issuer.token_url for issuer in issuers),
    }
    return [name for name, is_offered in grants.items() if is_offered]


def _capabilities(kinds: Iterable[CallerKind]) -> list[str]:
    return [CAPABILITIES[kind] for kind in sorted(kinds)]
