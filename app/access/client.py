"""A registered client system: whose it is, and the most that a caller may do through it (pure).

A registration only narrows what a token says: its scopes are a maximum, and a system acts for its own organisation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NoReturn, Protocol

from app import jose
from app.access.caller import CONTEXTS, Caller, CallerKind
from app.access.scopes import Scopes, common_scopes
from app.errors import Fault, Unauthenticated

PROPERTIES: Final = frozenset({"population-register"})
"""The properties of clients: one is responsible for the names, numbers and protection of persons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredClient:
    """A client system of an organisation.

    `giver` and `unit` are HSA-ids. `scopes` are the most that its tokens may name, by context. `issuer` is the only
    issuer of its tokens, None for every issuer that vouches for its kind. `keys` are those that the client itself signs
    with, or else `jwks_url` is where they are. `owns` and `copies` are the identifier systems that its giver owns, and
    those of others that it may repeat; `source` is the source that the system is.
    """

    id: str
    name: str
    giver: str
    unit: str | None = None
    issuer: str | None = None
    keys: Mapping[str, jose.Key] = field(default_factory=dict, repr=False)
    jwks_url: str | None = None
    scopes: Mapping[str, Scopes] = field(default_factory=dict)
    owns: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    source: str | None = None
    properties: frozenset[str] = frozenset()
    disabled: bool = False


class ClientRegistry(Protocol):
    """The current registered clients and revoked tokens, whose `version` changes with them, and the used ids."""

    @property
    def version(self) -> int:
        """The version of the registry; Unavailable while it is not known."""

    def find(self, id: str) -> RegisteredClient | None:
        """The client of this id, None if it is not registered."""

    def is_denied(self, kind: str, value: str, issued: float) -> bool:
        """Whether tokens with this `jti`, `sub` or `client_id` that were issued at this time are revoked."""

    async def take(self, id: str, until: float) -> bool:
        """Use an id, which is remembered until a time in seconds since 1970; False if it was used before."""


def limit(caller: Caller, client: RegisteredClient | None, issuer: str) -> Caller:
    """The caller with the scopes that the token and the registration of its client have in common.

    Raises Unauthenticated for a system whose client is not registered or is of another giver, and for a client that is
    disabled, that another issuer serves, or that is not for this kind of caller. A token without scopes gives a person
    or an employee those of the client; for a system it gives none. A system's token without an organisation is of its
    client's.
    """
    if client is None:
        if caller.kind is CallerKind.SYSTEM:
            _refuse("client is not registered", "klient är inte registrerad")
        return caller
    if client.disabled:
        _refuse("client is disabled", "klient är avstängd")
    if client.issuer is not None and client.issuer != issuer:
        _refuse("client is served by another issuer", "klient har en annan utfärdare")
    if CONTEXTS[caller.kind] not in client.scopes:
        _refuse("client is not registered for this kind of caller", "klient är inte registrerad för denna part")
    most = client.scopes[CONTEXTS[caller.kind]]
    if caller.kind is not CallerKind.SYSTEM:
        return replace(caller, scopes=most if caller.scopes is None else common_scopes(caller.scopes, most))
    unit = caller.unit or client.unit
    if caller.giver not in {client.giver, None} or client.unit not in {unit, None}:
        _refuse("organisation is not that of its client", "organisation är inte klientens")
    scopes = None if caller.scopes is None else common_scopes(caller.scopes, most)
    return replace(caller, giver=client.giver, unit=unit, scopes=scopes, properties=client.properties)


def _refuse(english: str, swedish: str) -> NoReturn:
    raise Unauthenticated(Fault("login", f"The token's {english}.", f"Biljettens {swedish}."))
