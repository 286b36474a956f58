"""A trusted issuer of tokens, and its claims in the names that this app reads (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, NoReturn, Protocol

from app import jose
from app.access.caller import PERSONAL_CLAIMS, SAMBI, CallerKind
from app.errors import Fault, Unauthenticated

MAX_LIFETIME: Final = 900
"""The longest lifetime of an access token, in seconds."""

EMPLOYEE: Final = (
    "employeeHsaId", "commissionHsaId", "commissionName", "commissionPurpose", "commissionRight",
    "healthCareProviderHsaId", "healthCareProviderName", "healthCareUnitHsaId", "healthCareUnitName",
    "healthcareProfessionalLicense", "systemRole",
)  # fmt: skip
"""The claims of Inera's identity provider about an employee with one assignment, without their prefix."""

PERSON: Final = {claim.rpartition("/")[2]: claim for claim in PERSONAL_CLAIMS}

FACTS: Final[Mapping[str, str]] = {
    **{name: SAMBI + name for name in EMPLOYEE},
    **PERSON,
    **{name: name for name in ("acr", "client_id", "name", "given_name", "family_name", "scope")},
}
"""The facts that a claim can be mapped to, and the claim that the app reads each from."""

MAPPINGS: Final[Mapping[str, Mapping[str, str]]] = {
    # Inera's identity provider and SITHS: the claims that the app reads, and their older names.
    "inera": {f"urn:sambi:names:attribute:{name}": name for name in EMPLOYEE}
    | {"levelOfAssurance": "acr", "givenName": "given_name", "surname": "family_name"},
    # https://www.oidc.se/specifications/swedish-oidc-claims-specification.html: the claims that the app reads.
    "oidc-sweden": {},
    # https://docs.swedenconnect.se/technical-framework/: the attributes behind a proxy that passes them on by name.
    "sweden-connect": {
        "urn:oid:1.2.752.29.4.13": "personalIdentityNumber",
        "urn:oid:1.2.752.29.6.2.1": "employeeHsaId",
        "urn:oid:2.5.4.42": "given_name",
        "urn:oid:2.5.4.4": "family_name",
        "urn:oid:2.16.840.1.113730.3.1.241": "name",
    },
}
"""The mappings that a configuration may name: claim of the issuer to fact."""


class Introspection(NamedTuple):
    """Where an issuer tells whether a token still holds (RFC 7662), and our client there with its private key."""

    url: str
    client_id: str
    key: jose.Key


class IssuerAnswers(Protocol):
    """What issuers and clients answer when they are asked."""

    async def key_set(self, address: str) -> object:
        """The JSON at the address of a key set; any exception means that it could not be read."""

    async def is_active(self, introspection: Introspection, iss: str, token: str, now: float) -> bool:
        """Whether an issuer says that a token holds; Unavailable if it does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """A trusted issuer: `iss` as in its tokens, where its keys are, and the kinds of caller that it vouches for.

    `audience` is the only `aud` that its tokens may have, None for the app's. `claims` maps its claims to facts of
    FACTS. `assurance` maps its values of `acr` to those of the policy, and drops others; None leaves `acr` as it is.
    With `registered_only` also persons and staff come through registered clients; with `bound` each token must be bound
    to a key. `max_lifetime` is in seconds; a token with `once` is accepted once.
    """

    iss: str
    vouches: frozenset[CallerKind]
    jwks_url: str | None = None
    keys: Mapping[str, jose.Key] = field(default_factory=dict, repr=False)
    audience: str | None = None
    algorithms: frozenset[str] = frozenset(jose.SIGNATURES)
    claims: Mapping[str, str] = field(default_factory=dict)
    assurance: Mapping[str, str] | None = None
    registered_only: bool = False
    bound: bool = False
    introspection: Introspection | None = field(default=None, repr=False)
    token_url: str | None = None
    authorization_url: str | None = None
    max_lifetime: int = MAX_LIFETIME
    once: bool = False


def canonical_claims(issuer: Issuer, claims: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of an issuer by the names that the app reads, its `acr` as the policy has it.

    Raises Unauthenticated if two of its claims are the same fact.
    """
    renamed = dict(claims)
    for name, fact in issuer.claims.items():
        if name not in claims or name == FACTS[fact]:
            continue
        value = renamed.pop(name)
        if renamed.setdefault(FACTS[fact], value) != value:
            _refuse("claims tell the same fact twice", "uppgifter anger samma sak två gånger")
    level = renamed.get("acr")
    if issuer.assurance is not None and level is not None:
        renamed["acr"] = issuer.assurance.get(level) if isinstance(level, str) else level
    return renamed


def _refuse(english: str, swedish: str) -> NoReturn:
    raise Unauthenticated(Fault("login", f"The token's {english}.", f"Biljettens {swedish}."))
