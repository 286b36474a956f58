"""Registers client systems: checks a registration, each fault with the element that has it, and changes stored ones."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app import jose
from app.access.client import PROPERTIES
from app.access.scopes import read_scopes
from app.directory.registry_trail import record_changes
from app.errors import Fault, NotFound, SamplanError, Unprocessable
from app.fhir.identifiers import holds_personal_number, normalise_system, parse_hsa
from app.outbound import UnknownOrigin, is_secure, origin
from app.storage.audit_rows import AuditAction
from app.storage.client_rows import ClientRow, put_clients, registry_change

MOST_TEXT: Final = 200
"""Characters of a name or a system."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:/@-]{0,127}")
_PRINTABLE: Final = re.compile(rf"\S(?:.{{0,{MOST_TEXT - 2}}}\S)?")


class _Sentences(NamedTuple):
    english: str
    swedish: str


ELEMENTS: Final[Mapping[str, _Sentences]] = {
    "id": _Sentences(
        "must be 1 to 128 letters, digits and . _ ~ : / @ -, and no personal number",
        "ska vara 1 till 128 bokstäver, siffror och . _ ~ : / @ -, och inget personnummer",
    ),
    "name": _Sentences("must be a text of at most 200 characters", "ska vara en text på högst 200 tecken"),
    "issuer": _Sentences("must be the iss of an issuer", "ska vara iss för en utfärdare"),
    "keys": _Sentences(
        "must be a JWK set of public signing keys (EC P-256, EC P-384 or RSA 2048), each with a kid of its own",
        "ska vara ett JWK-set av publika signeringsnycklar (EC P-256, EC P-384 eller RSA 2048) med var sitt kid",
    ),
    "jwks_url": _Sentences(
        "must be an https address, and cannot be given together with keys",
        "ska vara en https-adress, och kan inte anges tillsammans med keys",
    ),
    "owns": _Sentences("must be a list of identifier systems", "ska vara en lista av identifierarsystem"),
    "copies": _Sentences("must be a list of identifier systems", "ska vara en lista av identifierarsystem"),
    "source": _Sentences("must be the name of a source", "ska vara namnet på en källa"),
    "properties": _Sentences(
        f"must be some of: {', '.join(sorted(PROPERTIES))}", f"ska vara några av: {', '.join(sorted(PROPERTIES))}"
    ),
}
"""What is wrong with an element that is refused."""

REQUIRED: Final = ("id", "name", "giver", "scopes")


ABSENT: Final[tuple[Any, ...]] = (None, "", [], ())
"""The values of an element that says nothing."""


def registration(values: Mapping[str, Any]) -> ClientRow:
    """A checked registration, from the elements of `ClientRow`; those with no value may be absent.

    Raises Unprocessable with a fault for each element that is missing, unknown or wrong; none repeats a value.
    """
    faults = [_fault(name, "is missing", "saknas") for name in REQUIRED if not values.get(name)]
    faults += [_fault(name, "is not known", "är inte känd") for name in values if name not in CHECKS]
    checked: dict[str, Any] = {}
    for name, check in CHECKS.items():
        value = values.get(name)
        try:
            checked[name] = EMPTY[name] if value in ABSENT else check(value)
        except SamplanError as error:
            faults.extend(Fault("value", *_texts(fault, name), name) for fault in error.faults)
        except (TypeError, ValueError):
            faults.append(_fault(name, *ELEMENTS[name]))
    if values.get("keys") and values.get("jwks_url"):
        faults.append(_fault("jwks_url", *ELEMENTS["jwks_url"]))
    if faults:
        raise Unprocessable(*faults)
    return ClientRow(**checked)


async def add_clients(url: str, clients: Sequence[ClientRow]) -> None:
    """Register new clients, all or none, as the owner of the database at `url`.

    Raises Unprocessable if an id, a key, or another giver's identifier system is registered already.
    """
    async with registry_change(url) as (connection, stored):
        known = list(stored)
        for client in clients:
            if any(other.id == client.id for other in known):
                raise Unprocessable(
                    _fault("id", f"{client.id} is registered already", f"{client.id} är redan registrerad")
                )
            _require_own_keys(client, known)
            _require_own_systems(client, known)
            known.append(client)
        await put_clients(connection, clients)
        await record_changes(connection, AuditAction.REGISTER, [f"client {client.id}" for client in clients])


async def rotate_keys(url: str, id: str, keys: Mapping[str, Any], *, add: bool) -> ClientRow:
    """Replace a client's keys with those of a JWK set, or with `add` accept them beside its earlier ones.

    Raises NotFound for an unknown client, Unprocessable for keys that cannot be used or belong to another client.
    """
    async with registry_change(url) as (connection, stored):
        client = _find(stored, id)
        earlier = client.keys["keys"] if add and client.keys else []
        renewed = registration({**_values(client), "keys": {"keys": [*earlier, *_listed(keys)]}, "jwks_url": None})
        renewed = renewed._replace(disabled=client.disabled)
        _require_own_keys(renewed, stored)
        await put_clients(connection, [renewed])
        await record_changes(connection, AuditAction.UPDATE, [f"keys of client {id}"])
        return renewed


async def set_disabled(url: str, id: str, *, disabled: bool) -> None:
    """Disable a client, so that its tokens are refused at once, or enable it again. Raises NotFound if unknown."""
    async with registry_change(url) as (connection, stored):
        await put_clients(connection, [_find(stored, id)._replace(disabled=disabled)])
        action = AuditAction.END if disabled else AuditAction.REGISTER
        await record_changes(connection, action, [f"client {id}"])


async def list_clients(url: str) -> list[ClientRow]:
    """All registered clients, by id."""
    async with registry_change(url) as (_, stored):
        return sorted(stored)


def _require_own_keys(client: ClientRow, others: Iterable[ClientRow]) -> None:
    """Raise Unprocessable if another client has one of the keys: whoever holds it could be either of them."""
    own = jose.thumbprints(client.keys)
    for other in others:
        if other.id != client.id and own & jose.thumbprints(other.keys):
            raise Unprocessable(
                _fault("keys", f"has a key of the client {other.id}", f"har en nyckel som klienten {other.id} har")
            )


def _require_own_systems(client: ClientRow, others: Iterable[ClientRow]) -> None:
    """Raise Unprocessable if a client of another giver owns one of the identifier systems: a system has one owner."""
    for other in others:
        if other.giver != client.giver and set(client.owns) & set(other.owns):
            raise Unprocessable(
                _fault(
                    "owns",
                    f"has a system that the giver of the client {other.id} owns; only one giver can",
                    f"har ett system som givaren bakom klienten {other.id} äger; bara en givare kan",
                )
            )


def _find(stored: Iterable[ClientRow], id: str) -> ClientRow:
    for client in stored:
        if client.id == id:
            return client
    raise NotFound(Fault("not-found", "No client is registered with this id.", "Ingen klient har detta id."))


def _values(client: ClientRow) -> dict[str, Any]:
    return {name: value for name, value in client._asdict().items() if name in CHECKS}


def _id(value: object) -> str:
    text = _text(value)
    if not _ID.fullmatch(text) or holds_personal_number(text):
        raise ValueError
    return text


def _text(value: object) -> str:
    if not isinstance(value, str) or not _PRINTABLE.fullmatch(value) or not value.isprintable():
        raise ValueError
    return value


def _hsa_id(value: object) -> str:
    return parse_hsa(value if isinstance(value, str) else "").value


def _scopes(value: object) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list) else value
    if not read_scopes(text):
        raise Unprocessable(
            Fault("value", "The scope names no resource.", "Uppgiften scope nämner ingen resurs.", "scopes")
        )
    return " ".join(sorted(set(str(text).split())))


def _keys(value: object) -> dict[str, Any]:
    listed = _listed(value)
    usable = jose.read_key_set({"keys": listed})
    if not listed or len(usable) != len(listed):
        raise ValueError
    return dict(jose.key_set(usable.values()))


def _listed(value: object) -> list[Any]:
    listed = value.get("keys") if isinstance(value, Mapping) else None
    if not isinstance(listed, list):
        raise TypeError
    return listed


def _address(value: object) -> str:
    text = _text(value)
    try:
        origin(text)
    except UnknownOrigin:
        raise ValueError from None
    if not is_secure(text):
        raise ValueError
    return text


def _systems(value: object) -> list[str]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return sorted({normalise_system(_text(system)) for system in value})


def _properties(value: object) -> list[str]:
    if not isinstance(value, list | tuple) or not PROPERTIES.issuperset(value):
        raise ValueError
    return sorted(set(value))


CHECKS: Final[Mapping[str, Any]] = {
    "id": _id,
    "name": _text,
    "giver": _hsa_id,
    "unit": _hsa_id,
    "issuer": _text,
    "keys": _keys,
    "jwks_url": _address,
    "scopes": _scopes,
    "owns": _systems,
    "copies": _systems,
    "source": _text,
    "properties": _properties,
}
"""The elements of a registration, and what reads the value of each."""

EMPTY: Final[Mapping[str, Any]] = {
    **dict.fromkeys(CHECKS), "owns": [], "copies": [], "properties": [],
}  # fmt: skip
"""The value of an element that is absent."""


def _fault(element: str, english: str, swedish: str) -> Fault:
    return Fault("value", f"{element} {english}.", f"{element} {swedish}.", element)


def _texts(fault: Fault, element: str) -> tuple[str, str]:
    return f"{element}: {fault.english}", f"{element}: {fault.swedish}"
