"""Reads the columns that a search needs from a resource: status, times, business identifiers, references, actors."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.errors import Unprocessable
from app.fhir.codes import PERSONAL_SYSTEMS
from app.fhir.elements import ElementPath, type_and_id, values_at
from app.fhir.identifiers import normalise_system, parse_personal
from app.fhir.references import local_refs, targets
from app.fhir.search_parameters import path_of
from app.fhir.times import OPEN, Span, span
from app.fhir.types import ACTOR_TYPES, TYPES

_TIMES: Final = {row.name: tuple(map(ElementPath, row.times)) for row in TYPES.values()}


class Index(NamedTuple):
    """The columns that a search needs.

    `starts` and `ends` are the first and the last instant that the resource is about, None where open. `keys` are
    business identifiers as `system|value`, `identifiers` the same as pairs, both with one spelling for each system and
    personal numbers with twelve characters. `refs` are those of `app.fhir.references.local_refs`, `actors` the
    `Type/id` of the practitioners, organisations and places.
    """

    status: str | None
    starts: datetime | None
    ends: datetime | None
    keys: tuple[str, ...]
    refs: tuple[str, ...]
    actors: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...]


def index(resource: Mapping[str, Any]) -> Index:
    """Read the index columns of a resource that has passed `app.fhir.check.check.check`."""
    starts, ends = _when(resource)
    identifiers = identifiers_of(resource)
    return Index(
        status=status_of(resource),
        starts=starts,
        ends=ends,
        keys=tuple(f"{system}|{value}" for system, value in identifiers),
        refs=tuple(local_refs(resource)),
        actors=tuple(sorted(_actors(resource))),
        identifiers=identifiers,
    )


def identifiers_of(resource: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The business identifiers of a resource, as in `Index.identifiers`."""
    return tuple(dict.fromkeys(_identifiers(resource)))


def status_of(resource: Mapping[str, Any]) -> str | None:
    """The status of a resource: the element that the search parameter `status` of its type points at."""
    path = path_of(resource["resourceType"], "status")
    return next(values_at(resource, path), None) if path else None


def _when(resource: Mapping[str, Any]) -> Span:
    resource_type = resource["resourceType"]
    if resource_type == "Goal":
        due = [target["dueDate"] for target in resource.get("target", ()) if "dueDate" in target]
        return span({"start": resource.get("startDate"), "end": max(due, default=None)})
    spans = (span(path.get(resource)) for path in _TIMES[resource_type])
    return next((known for known in spans if known != OPEN), OPEN)


def _identifiers(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    identifiers = resource.get("identifier", [])
    for identifier in identifiers if isinstance(identifiers, list) else [identifiers]:
        if "system" in identifier and "value" in identifier:
            system = normalise_system(identifier["system"])
            yield system, _value(system, identifier["value"])


def _value(system: str, value: str) -> str:
    if system not in PERSONAL_SYSTEMS:
        return value.strip()
    try:
        return parse_personal(system, value).value
    except Unprocessable:
        return value.strip()


def _actors(resource: Mapping[str, Any]) -> set[str]:
    return {target for target in targets(resource) if type_and_id(target)[0] in ACTOR_TYPES}
