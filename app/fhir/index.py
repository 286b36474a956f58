"""What a resource can be found by: status, times, business identifiers, references, actors."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.errors import Unprocessable
from app.fhir.codes import PERSONAL_SYSTEMS
from app.fhir.identifiers import normalise_system, parse_personal
from app.fhir.references import local_refs, targets
from app.fhir.times import OPEN, Span, span

ACTORS: Final = frozenset({"Practitioner", "PractitionerRole", "Location", "Organization"})

TIMES: Final[Mapping[str, tuple[str, ...]]] = {
    "Appointment": ("", "requestedPeriod"),
    "CarePlan": ("period",),
    "CareTeam": ("period",),
    "Consent": ("provision.period", "dateTime"),
    "DocumentReference": ("context.period", "date"),
    "PractitionerRole": ("period",),
    "Provenance": ("recorded",),
    "QuestionnaireResponse": ("authored",),
    "RelatedPerson": ("period",),
    "ServiceRequest": ("occurrencePeriod", "occurrenceDateTime", "occurrenceTiming"),
    "Task": ("executionPeriod", "restriction.period"),
}
"""When a resource is: the first of these elements that says anything; "" is the resource's own start and end."""


class Index(NamedTuple):
    """The columns that a search needs.

    `starts` and `ends` are the first and the last instant that the resource is about, None where open. `keys` are
    business identifiers as `system|value`, `identifiers` the same as pairs, both with one spelling for each system and
    personal numbers with twelve characters. `refs` are as `app.fhir.references.local_refs`, `actors` the `Type/id` of
    who and where in the directory.
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
    identifiers = tuple(dict.fromkeys(_identifiers(resource)))
    return Index(
        status=resource.get("status") or resource.get("lifecycleStatus"),
        starts=starts,
        ends=ends,
        keys=tuple(f"{system}|{value}" for system, value in identifiers),
        refs=tuple(local_refs(resource)),
        actors=tuple(sorted(_actors(resource))),
        identifiers=identifiers,
    )


def _when(resource: Mapping[str, Any]) -> Span:
    kind = resource["resourceType"]
    if kind == "Goal":
        due = [target["dueDate"] for target in resource.get("target", ()) if "dueDate" in target]
        return span({"start": resource.get("startDate"), "end": max(due, default=None)})
    found = (span(_element(resource, path)) for path in TIMES.get(kind, ()))
    return next((each for each in found if each != OPEN), OPEN)


def _element(node: Any, path: str) -> Any:
    for name in filter(None, path.split(".")):
        node = node.get(name, {})
    return node


def _identifiers(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    found = resource.get("identifier", [])
    for each in found if isinstance(found, list) else [found]:
        if "system" in each and "value" in each:
            system = normalise_system(each["system"])
            yield system, _value(system, each["value"])


def _value(system: str, value: str) -> str:
    if system not in PERSONAL_SYSTEMS:
        return value.strip()
    try:
        return parse_personal(system, value).value
    except Unprocessable:
        return value.strip()


def _actors(resource: Mapping[str, Any]) -> set[str]:
    return {target for target in targets(resource) if target.partition("/")[0] in ACTORS}
