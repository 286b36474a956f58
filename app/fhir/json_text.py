"""FHIR JSON as text: sets id and meta in a body without changing any other byte, and writes and reads our own JSON."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import orjson

_SPACE: Final = " \t\n\r"
_SCAN: Final = json.JSONDecoder().raw_decode


class _Member(NamedTuple):
    """A member of a JSON object: the text between two commas, and the place of its value in that text."""

    name: str
    text: str
    start: int
    end: int

    @property
    def value(self) -> str:
        return self.text[self.start : self.end]

    def with_value(self, value: str) -> str:
        return self.text[: self.start] + value + self.text[self.end :]


def stamp(body: bytes, *, id: str, version: int | str, updated: str, source: str | None = None) -> str:
    """Return the text of a resource with its id, meta.versionId and meta.lastUpdated set (and meta.source, if given).

    `body` has passed `app.fhir.strict_json.parse`. Everything else keeps its bytes: a decimal `1.00` stays `1.00`,
    and so do spaces, the order of members and the rest of meta. `updated` is a FHIR instant.
    """
    meta = {"versionId": _quoted(str(version)), "lastUpdated": _quoted(updated)}
    if source is not None:
        meta["source"] = _quoted(source)
    text = body.decode()
    start = _skip(text, 0)
    members, end = _members(text, start)
    old = next((member.value for member in members if member.name == "meta"), "{}")
    changes = {"id": _quoted(id), "meta": _joined(_members(old, 0)[0], meta)}
    return f"{text[:start]}{_joined(members, changes)}{text[end:]}"


def dumps(resource: Mapping[str, Any]) -> bytes:
    """Write a resource that we built as FHIR JSON; a Decimal keeps its digits."""
    return orjson.dumps(resource, default=_written)


def loads(body: str | bytes) -> dict[str, Any]:
    """Read a resource that was stored or checked before; decimals keep their digits."""
    resource: dict[str, Any] = json.loads(body, parse_float=Decimal)
    return resource


def _joined(members: list[_Member], changes: Mapping[str, str]) -> str:
    """Write an object with changed values: missing members come first, `_` siblings of changed members are dropped."""
    known = {member.name for member in members}
    added = [f"{_quoted(name)}:{value}" for name, value in changes.items() if name not in known]
    changed = [
        member.with_value(changes[member.name]) if member.name in changes else member.text
        for member in members
        if not (member.name.startswith("_") and member.name[1:] in changes)
    ]
    return "{" + ",".join(added + changed) + "}"


def _members(text: str, start: int) -> tuple[list[_Member], int]:
    """Split the object that starts at `start` into its members; return them and the place after the object."""
    members: list[_Member] = []
    place = start
    while text[place] != "}":
        begin = place + 1
        quote = _skip(text, begin)
        if text[quote] == "}":
            return members, quote + 1
        name, colon = _SCAN(text, quote)
        value = _skip(text, _skip(text, colon) + 1)
        _, end = _SCAN(text, value)
        place = _skip(text, end)
        members.append(_Member(name, text[begin:place], value - begin, end - begin))
    return members, place + 1


def _skip(text: str, place: int) -> int:
    while text[place] in _SPACE:
        place += 1
    return place


def _quoted(value: str) -> str:
    return orjson.dumps(value).decode()


def _written(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(str(value))
    raise TypeError(type(value).__name__)
