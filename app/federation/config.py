"""The configuration of the sources: a TOML file, read once at the start; an unknown key is an error.

```toml
[[source]]
name = "region"                 # the name that people see; unique
giver = "SE2321000000-1A01"     # HSA-id of the giver that is responsible for it (vårdgivare or omsorgsgivare)
category = "health"             # or "social": for items that do not state their own
unit = "SE2321000000-1B01"      # optional: for items that do not state their own
base_url = "https://fhir.region.example/r4"
token_url = "https://auth.region.example/token"
client_id = "samplan"
key_file = "region.jwk.json"    # private JWK with kid and alg, beside this file
scope = "system/*.rs"
types = ["CarePlan", "Appointment"]     # optional: the types to search for; all of them otherwise
owns = ["https://region.example/tid"]   # optional: the identifier systems that the giver owns
copies = ["https://kommun.example/plan"]    # optional: systems of other givers whose items this giver may repeat
speaks_for = ["SE2321000000-4A01"]      # optional: other givers whose items the source holds
enabled = true                          # optional
```
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from app import jose
from app.access.ownership import Assertions
from app.errors import SamplanError
from app.fhir import codes
from app.fhir.identifiers import normalise_system
from app.fhir.types import FEDERATED_TYPES
from app.items import OWN_STORE
from app.outbound import Credentials, UnknownOrigin, is_secure, origin

LISTS: Final = ("owns", "copies", "speaks_for")
"""The optional keys that hold a list of texts: identifier systems, and HSA-ids of givers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """One `[[source]]` of the file: a FHIR R4 server, and the giver, unit and category of items without their own."""

    name: str
    giver: str
    category: str
    unit: str | None = None
    base_url: str
    token_url: str
    client_id: str
    key_file: Path
    scope: str
    types: tuple[str, ...] = FEDERATED_TYPES
    owns: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    speaks_for: tuple[str, ...] = ()
    enabled: bool = True

    def credentials(self) -> Credentials:
        """Our credentials at this source, from the key file. Raises ValueError if that holds no usable private JWK."""
        try:
            jwk = json.loads(self.key_file.read_bytes())
            key = jose.load_key(jwk) if "d" in jwk else None
        except (OSError, ValueError, TypeError, SamplanError):
            key = None
        if key is None:
            # The message holds nothing of the key, or of the error about it.
            raise _fault(self.name, "key_file", "does not hold a private JWK with kid and alg")
        return Credentials(self.token_url, self.client_id, key, self.scope)

    @property
    def assertions(self) -> Assertions:
        """The identifier systems that the giver may assert."""
        return Assertions(self.giver, self.owns, self.copies)

    @property
    def givers(self) -> frozenset[str]:
        """The givers that the source speaks for."""
        return frozenset({self.giver, *self.speaks_for})

    @property
    def origins(self) -> frozenset[str]:
        """The origins of the two addresses that a query of this source calls."""
        return frozenset({origin(self.base_url), origin(self.token_url)})


def load_sources(path: Path) -> list[SourceConfig]:
    """The sources of a file, disabled ones too. Raises ValueError with the source and the key of the first error."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    if set(document) - {"source"} or not isinstance(document.get("source", []), list):
        raise ValueError("the sources file holds [[source]] tables and nothing else")
    sources = [_source(table, path.parent) for table in document.get("source", [])]
    names = [OWN_STORE, *(source.name for source in sources)]
    for name in names:
        if names.count(name) > 1:
            raise _fault(name, "name", "is taken")
    _check_owners(sources)
    return sources


def _check_owners(sources: Iterable[SourceConfig]) -> None:
    """Raise ValueError if two givers own the same identifier system."""
    owners: dict[str, str] = {}
    for source in sources:
        for system in map(normalise_system, source.owns):
            if owners.setdefault(system, source.giver) != source.giver:
                raise _fault(source.name, "owns", "has a system that another giver owns")


def _source(table: Mapping[str, Any], directory: Path) -> SourceConfig:
    name = str(table.get("name", "without a name"))
    known = {field.name: field for field in fields(SourceConfig)}
    for key in table.keys() - known.keys():
        raise _fault(name, key, "is not a known key")
    for key in ("name", "giver", "category", "base_url", "token_url", "client_id", "key_file", "scope"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise _fault(name, key, "must be a text")
    _check_optional(name, table)
    for key in ("base_url", "token_url"):
        _check_address(name, key, table[key])
    if table["category"] not in {codes.HEALTH, codes.SOCIAL}:
        raise _fault(name, "category", "must be health or social")
    return SourceConfig(
        **{
            **table,
            "base_url": table["base_url"].rstrip("/"),
            "key_file": directory / table["key_file"],
            "types": tuple(table.get("types", FEDERATED_TYPES)),
            **{key: tuple(table.get(key, ())) for key in LISTS},
        }
    )


def _check_optional(name: str, table: Mapping[str, Any]) -> None:
    if not isinstance(table.get("unit", ""), str):
        raise _fault(name, "unit", "must be a text")
    if not isinstance(table.get("enabled", True), bool):
        raise _fault(name, "enabled", "must be true or false")
    for key in LISTS:
        values = table.get(key, [])
        if not isinstance(values, list) or not all(map(_is_name, values)):
            raise _fault(name, key, "must be a list of texts without spaces and |")
    types = table.get("types", list(FEDERATED_TYPES))
    if not isinstance(types, list) or not types or not all(resource_type in FEDERATED_TYPES for resource_type in types):
        raise _fault(name, "types", f"must be some of {', '.join(FEDERATED_TYPES)}")


def _is_name(value: object) -> bool:
    """Whether a value can name an identifier system or a giver."""
    return isinstance(value, str) and value != "" and not any(char.isspace() or char == "|" for char in value)


def _check_address(name: str, key: str, address: str) -> None:
    try:
        origin(address)
    except UnknownOrigin:
        raise _fault(name, key, "must be an http address without user or password") from None
    parts = urlsplit(address)
    if parts.query or parts.fragment:
        raise _fault(name, key, "must have no query and no fragment")
    if not is_secure(address):
        raise _fault(name, key, "must be https, except on this machine")


def _fault(name: str, key: str, fault: str) -> ValueError:
    return ValueError(f"source {name}: {key} {fault}")
