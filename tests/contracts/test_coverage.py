"""Every field of the contract has its place in FHIR, and changing the field changes that place and nothing else."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from app.contracts import faults
from app.contracts.coverage import MAPPED, fields
from app.contracts.model import PatientContract
from tests.contracts.made import FULL, built, forth

IDENTITY = {path for path in MAPPED if path == "patient" or path.rpartition(".")[2] == "id"}
OTHERS: dict[str, Any] = {
    "status": {"booked": "fulfilled", "active": "completed", "invited": "invited", "cancelled": "cancelled"},
    "confidentiality": {"R": "V", "V": "R"},
    "achievement": "worsening",
    "category": "social",
    "channel": {"phone": "sms", "e-service": "video", "visit": "home-visit"},
    "kind": "physician",
    "type": "GP",
    "urgency": "emergency",
    "unit": "week",
    "weekdays": ["tue"],
    "at": ["08:15"],
    "hsaId": "SE2321000000-9X99",
    "system": "https://example.org/other",
    "link": "https://other.example.se/x",
    "due": "2026-06-02",
}
"""Another value for a field, by the field's name: one, one for each value, or one for a path."""

MOMENTS = {
    "2026-02-02": "2026-02-03",
    "2027-02-01": "2027-02-02",
    "2026-03-10T09:00:00+01:00": "2026-03-10T08:59:00+01:00",
    "2026-03-10T09:45:00+01:00": "2026-03-10T09:46:00+01:00",
}


def test_every_field_is_mapped():
    """The table names each field of the model once, and no other."""
    assert sorted(fields(PatientContract)) == sorted(MAPPED)


def test_the_full_contract_says_every_field():
    """What the next test changes is all there is."""
    assert {path for path, *_ in leaves(FULL)} >= set(MAPPED) - IDENTITY


@pytest.mark.parametrize("path", sorted(set(MAPPED) - IDENTITY))
def test_a_changed_field_changes_its_elements_alone(path):
    """Each element named is changed, and every changed element is named."""
    before = elements(FULL)
    touched: set[str] = set()
    for holder, name, value in [(holder, name, value) for at, holder, name, value in leaves(FULL) if at == path]:
        changed = json.loads(json.dumps(FULL))
        follow(changed, holder)[name] = other(path, name, value)
        after = elements(changed)
        touched |= {strip(each) for each in before.keys() | after.keys() if before.get(each) != after.get(each)}

    assert all(any(element.startswith(named) for named in MAPPED[path]) for element in touched), touched
    assert all(any(element.startswith(named) for element in touched) for named in MAPPED[path]), touched


def test_a_part_keeps_the_id_that_it_has():
    """The contract's own ids are the resources'."""
    contract = deepcopy(FULL)
    contract["id"] = "plan"
    contract["agreement"]["goals"][0]["id"] = "goal"

    resources = {one["id"]: one["resourceType"] for one in forth(faults.parse(json.dumps(contract).encode()))}

    assert resources["plan"] == "CarePlan"
    assert resources["goal"] == "Goal"


def other(path: str, name: str, value: Any) -> Any:
    found = OTHERS.get(name)
    if isinstance(found, dict):
        found = found.get(path, found.get(value))
    if found is not None:
        return found
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else MOMENTS.get(value, f"{value}9")


def leaves(node: Any, path: str = "", at: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...], str, Any]]:
    for name, value in node.items():
        here = f"{path}.{name}".removeprefix(".")
        if isinstance(value, dict):
            yield from leaves(value, here, (*at, name))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for place, item in enumerate(value):
                yield from leaves(item, f"{here}[]", (*at, name, place))
        else:
            yield here, at, name, value


def follow(node: Any, steps: tuple[Any, ...]) -> Any:
    for step in steps:
        node = node[step]
    return node


def elements(contract: dict[str, Any]) -> dict[str, Any]:
    """Every leaf of the contract's resources, by resource and place."""
    resources = built(faults.parse(json.dumps(contract).encode()))
    return {
        f"{place}|{path}": value
        for place, one in enumerate(resources)
        for path, value in walk(one, one["resourceType"])
    }


def walk(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every leaf with its path; an extension has its name beside it, a reference its type."""
    if isinstance(node, dict):
        for name, child in node.items():
            yield from walk(child, f"{path}.{name}{marked(child)}")
    elif isinstance(node, list):
        for place, child in enumerate(node):
            yield from walk(child, f"{path}{marked(child)}[{place}]")
    else:
        yield path, node


def marked(node: Any) -> str:
    mark = (node.get("url") or node.get("type")) if isinstance(node, dict) else None
    return f"({mark.rpartition('/')[2]})" if isinstance(mark, str) else ""


def strip(element: str) -> str:
    """The path without the places in lists."""
    return re.sub(r"\[\d+\]", "", element.partition("|")[2])
