"""The parts in a contract's JSON: each with its path and its key."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.contracts.parts import PARTS, ContractPart
from app.fhir.elements import Json
from app.fhir.times import moments


class PartPlace(NamedTuple):
    """A part of a contract: its row, its path in the contract's JSON, and its own JSON."""

    part: ContractPart
    path: str
    json: Json

    @property
    def key(self) -> str:
        """The name alone if a contract has only one such part, else name and id; the path of a part without id."""
        return self.part.key(self.json["id"]) if "id" in self.json else self.path

    @property
    def address(self) -> str | None:
        """The `Type/id` of its resource; None without an id."""
        return f"{self.part.resource_type}/{self.json['id']}" if "id" in self.json else None


def part_places(contract: Mapping[str, Any]) -> Iterator[PartPlace]:
    """Yield every part of a contract's JSON, in the order of `PARTS`."""
    for part in PARTS.values():
        for path, node in _nodes(contract, part.name.split("."), ""):
            yield PartPlace(part, path, node)


def _nodes(node: Any, names: list[str], path: str) -> Iterator[tuple[str, Json]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _nodes(item, names, f"{path}[{index}]")
    elif not names:
        yield path, node
    elif names[0] in node:
        yield from _nodes(node[names[0]], names[1:], f"{path}.{names[0]}".removeprefix("."))


def has_team(contract: Mapping[str, Any]) -> bool:
    """Return whether a contract's JSON has anything that its CareTeam holds."""
    takes_part = any(relative.get("takesPart") for relative in contract["relatives"])
    members = contract["team"] or contract["copies"] or "sip" in contract
    return bool(members or contract["agreement"]["contactWays"] or takes_part)


def confirmation_order(confirmation: Mapping[str, Any]) -> tuple[datetime, str, str]:
    """Return the sort key of a confirmation: its time, then the name (the person has none and is first), then party."""
    return moments(confirmation["at"])[0], confirmation.get("name", ""), confirmation["party"]
