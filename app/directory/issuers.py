"""The trusted issuers of tokens: a TOML file, read once at the start; an unknown key is an error (docs/tokens.md).

```toml
[[issuer]]
iss = "https://idp.example"             # exactly as in its tokens
vouches = ["staff"]                     # citizen, staff, system: the kinds of caller that it may identify
jwks_url = "https://idp.example/jwks"   # or keys_file = "idp.jwks.json", beside this file
claims = ["inera"]                      # optional: shipped mappings, and { "their claim" = "our fact" } tables
assurance = { "loa-3" = "http://id.elegnamnden.se/loa/1.0/loa3" }   # optional: the accepted values of acr
audience = "https://samplan.example"    # optional: SAMPLAN_AUDIENCE otherwise
algorithms = ["ES256"]                  # optional: ES256, ES384 and PS256 otherwise
registered_only = true                  # optional: persons and staff, too, come through registered clients only
bound = true                            # optional: only tokens that are bound to a key or a certificate
token_url = "https://idp.example/token" # optional, for /fhir/.well-known/smart-configuration
authorization_url = "https://idp.example/authorize"     # optional, likewise
introspection = { url = "https://idp.example/introspect", client_id = "samplan", key_file = "samplan.jwk.json" }
```
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from app import jose
from app.access.caller import CallerKind
from app.access.issuer import FACTS, MAPPINGS, Introspection, Issuer
from app.errors import SamplanError
from app.outbound import UnknownOrigin, is_secure, origin

KINDS: Final = frozenset(CallerKind)


class _WrongKeyError(ValueError):
    """The value of a key is wrong; the message says what it must be."""


def load_issuers(path: Path) -> list[Issuer]:
    """The issuers of a file. Raises ValueError with the issuer and the key of the first error."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"the issuers file cannot be read: {error.strerror}") from None
    tables = document.get("issuer")
    if set(document) != {"issuer"} or not isinstance(tables, list) or not tables:
        raise ValueError("the issuers file must hold [[issuer]] tables and nothing else")
    issuers = [_issuer(table, path.parent) for table in tables]
    names = [issuer.iss for issuer in issuers]
    for name in names:
        if names.count(name) > 1:
            _refuse(name, "iss", "is taken")
    return issuers


def _issuer(table: Mapping[str, Any], directory: Path) -> Issuer:
    name = str(table.get("iss", "without a name"))
    for key in table.keys() - READERS.keys():
        _refuse(name, key, "is not a known key")
    for key in {"iss", "vouches"} - table.keys():
        _refuse(name, key, "is missing")
    if ("jwks_url" in table) == ("keys_file" in table):
        _refuse(name, "jwks_url", "or keys_file must be given, and not both")
    values: dict[str, Any] = {}
    for key, value in table.items():
        try:
            values[NAMES.get(key, key)] = READERS[key](value, directory)
        except _WrongKeyError as error:
            _refuse(name, key, str(error))
    return Issuer(**values)


def _text(value: object, _: Path) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise _WrongKeyError("must be a text")
    return value


def _flag(value: object, _: Path) -> bool:
    if not isinstance(value, bool):
        raise _WrongKeyError("must be true or false")
    return value


def _address(value: object, _: Path) -> str:
    try:
        origin(str(value))
    except UnknownOrigin:
        raise _WrongKeyError("must be an http address without user or password") from None
    if not isinstance(value, str) or not is_secure(value):
        raise _WrongKeyError("must be https, except on this machine")
    return value


def _kinds(value: object, _: Path) -> frozenset[CallerKind]:
    if not isinstance(value, list) or not value or not KINDS.issuperset(map(str, value)):
        raise _WrongKeyError("must be some of citizen, staff and system")
    return frozenset(map(CallerKind, value))


def _algorithms(value: object, _: Path) -> frozenset[str]:
    if not isinstance(value, list) or not value or not set(jose.SIGNATURES).issuperset(map(str, value)):
        raise _WrongKeyError(f"must be some of {', '.join(jose.SIGNATURES)}")
    return frozenset(map(str, value))


def _claims(value: object, _: Path) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for part in value if isinstance(value, list) else [value]:
        mapping |= MAPPINGS.get(part, {}) if isinstance(part, str) else part if isinstance(part, dict) else {}
        if not (part in MAPPINGS if isinstance(part, str) else isinstance(part, dict)):
            raise _WrongKeyError(f"must be some of {', '.join(MAPPINGS)}, or a table from claims to facts")
    for fact in mapping.values():
        if fact not in FACTS:
            raise _WrongKeyError(f"must map to facts: {', '.join(FACTS)}")
    return mapping


def _assurance(value: object, _: Path) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(level, str) for level in value.values()):
        raise _WrongKeyError("must be a table from values of acr to those of the policy")
    return value


def _keys(value: object, directory: Path) -> Mapping[str, jose.Key]:
    try:
        keys = jose.read_key_set(json.loads((directory / str(value)).read_bytes()))
    except (OSError, ValueError):
        keys = {}
    if not keys:
        raise _WrongKeyError("must name a file with a JWK set of public signing keys")
    return keys


def _introspection(value: object, directory: Path) -> Introspection:
    if not isinstance(value, dict) or value.keys() != {"url", "client_id", "key_file"}:
        raise _WrongKeyError("must be a table of url, client_id and key_file")
    try:
        jwk = json.loads((directory / str(value["key_file"])).read_bytes())
        key = jose.load_key(jwk) if "d" in jwk else None
    except (OSError, ValueError, TypeError, SamplanError):
        key = None
    if key is None:
        # The message holds nothing of the key, or of the error about it.
        raise _WrongKeyError("needs a key_file with a private JWK with kid and alg")
    return Introspection(_address(value["url"], directory), _text(value["client_id"], directory), key)


READERS: Final[Mapping[str, Callable[[object, Path], Any]]] = {
    "iss": _text,
    "vouches": _kinds,
    "jwks_url": _address,
    "keys_file": _keys,
    "audience": _text,
    "algorithms": _algorithms,
    "claims": _claims,
    "assurance": _assurance,
    "registered_only": _flag,
    "bound": _flag,
    "introspection": _introspection,
    "token_url": _address,
    "authorization_url": _address,
}
"""The keys of an issuer's table, and what reads the value of each."""

NAMES: Final = {"keys_file": "keys"}
"""The attributes of an issuer that have another name than their key."""


def _refuse(issuer: str, key: str, fault: str) -> NoReturn:
    raise ValueError(f"issuer {issuer}: {key} {fault}")
