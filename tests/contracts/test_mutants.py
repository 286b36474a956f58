"""Whatever others make of a contract's resources, as long as it is FHIR, can be read, listed and revised."""

import json
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from itertools import islice
from typing import Any

import pytest

from app.contracts import from_fhir, part_ids, to_fhir
from app.errors import Unprocessable
from app.fhir.check.check import check
from app.fhir.elements import address
from app.fhir.schema_files import definitions
from tests.builders.contracts import FULL, first_resources, follow, new_ids, parsed

Steps = tuple[Any, ...]
GONE = object()
ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
TEXTS = (
    "x", "x" * 300, "x" * 6000, "javascript:alert(1)", "http://a.se/x", "Patient/other", "RelatedPerson/other",
    "CarePlan/x/_history/1", "https://elsewhere.example/Goal/1", "urn:uuid:00000000-0000-4000-8000-000000000000",
    "2026", "2026-03", "1800-01-01", "2199-12-31", "07:30:15", "08:00:00", "2026-03-01T08:00:00.000Z",
    "2026-03-01T10:00:60+01:00", "2026-03-01T10:00:00.1234567Z", "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00", "2026-03-01T10:00:00-00:00", "se2321000000-1c01", "Organization",
)  # fmt: skip
NUMBERS = (0, 1, 2, 1001, 1.5)
OBJECTS: tuple[Any, ...] = (
    {"text": "x"}, {"display": "x"}, {"coding": [{"code": "x"}]}, {"coding": [{"system": "http://a.se", "code": "x"}]},
    {"identifier": {"system": "http://a.se", "value": "1"}}, {"reference": "Patient/other"}, {"reference": "Goal/x"},
    {"start": "2026-03"}, {"end": "2026-03-01T10:00:60+01:00"}, ABSENT,
)  # fmt: skip
LACKING = {"sip.principals", "sip.overall", "sip.consent", "review", "title", "agreement.whatMatters"}
"""What a contract as a whole must have, and a Bundle of valid resources may lack."""


@cache
def codes(kind: str) -> dict[str, list[str]]:
    """The codes that an element of this name may have in a type."""
    found: dict[str, set[str]] = defaultdict(set)
    known = definitions(kind)
    for definition in known.values():
        for name, said in definition.get("properties", {}).items():
            found[name] |= set(known.get(said.get("$ref", "").rpartition("/")[2], {}).get("enum", ()))
    return {name: sorted(each) for name, each in found.items()}


def nodes(node: Any, at: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Everything in a resource, with the steps to it."""
    for step, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*at, step), value
        if isinstance(value, dict | list):
            yield from nodes(value, (*at, step))


def others(kind: str, name: str, value: Any, turn: int) -> Iterator[Any]:
    """What else could stand there; of texts and objects a few, others in each turn."""
    yield GONE
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield from (*TEXTS[turn % 24 :: 24], *codes(kind).get(name, ()))
    elif isinstance(value, int | float):
        yield from NUMBERS
    elif isinstance(value, dict):
        yield from OBJECTS[turn % 10 :: 10]
    else:
        yield from (value[::-1], [*value, *value])


def mutants(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The resource with one thing in it gone, said to be unknown, or something else, where that is FHIR."""
    found = [(steps, value) for steps, value in nodes(resource) if steps[0] not in {"resourceType", "id"}]
    for turn, (steps, value) in enumerate(found):
        name = next(step for step in reversed(steps) if isinstance(step, str))
        for other in others(resource["resourceType"], name, value, turn):
            yield changed(resource, steps, other)
        if isinstance(steps[-1], str) and not isinstance(value, dict | list):
            gone = changed(resource, steps, GONE)
            follow(gone, steps[:-1])[f"_{name}"] = ABSENT
            yield gone
        if isinstance(steps[-1], int) and isinstance(value, str):
            null = changed(resource, steps, None)
            count = len(follow(null, steps[:-1]))
            follow(null, steps[:-2])[f"_{name}"] = [ABSENT if at == steps[-1] else None for at in range(count)]
            yield null


def changed(resource: dict[str, Any], steps: Steps, other: Any) -> dict[str, Any]:
    copy = deepcopy(resource)
    holder = follow(copy, steps[:-1])
    if other is GONE:
        del holder[steps[-1]]
    else:
        holder[steps[-1]] = other
    return copy


def whole() -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = json.loads(json.dumps(first_resources(parsed(FULL))))
    return resources


def lacks(read: Any) -> set[str]:
    """What the model refuses of what was read."""
    try:
        parsed(read)
    except Unprocessable as error:
        return {fault.expression or "" for fault in error.faults}
    return set()


@pytest.mark.proof
@pytest.mark.parametrize("place", range(len(whole())))
def test_whatever_is_fhir_is_read_listed_and_revised(place, proof_share):
    """One element of one resource is gone, unknown or other: what is read is a contract, or lacks what it must have."""
    resources = whole()
    sound = [one for one in islice(mutants(resources[place]), None, None, proof_share) if not check(one)]
    for one in sound:
        stored = [*resources[:place], one, *resources[place + 1 :]]
        read = from_fhir.read(stored)
        mapped = to_fhir.as_mapped(stored)
        to_fhir.unmapped(stored, mapped)
        lacking = lacks(read.contract)
        assert lacking <= LACKING, json.dumps(one)
        if not lacking:
            contract = parsed(read.contract)
            ids = part_ids.ids(contract, read.part_ids, new_ids())
            after = {address(each): each for each in to_fhir.resources(contract, ids=ids, stored=stored)}
            assert {address(each) for each in mapped} <= {*after, *map(address, stored)}
    assert sound
