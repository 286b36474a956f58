"""Whatever others have put beside a contract, and in whatever order: a revision changes what it changes, and no more."""

import json
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice
from typing import Any

import pytest

from app.contracts import from_fhir, part_ids, to_fhir
from app.errors import Unprocessable
from app.fhir.elements import address
from tests.builders.contracts import FULL, first_resources, follow, leaves, new_ids, others, parsed

Resources = list[dict[str, Any]]

FOREIGN = {"url": "https://example.org/fhir/StructureDefinition/x", "valueString": "annat"}
SAID: dict[str, dict[str, Any]] = {
    "CarePlan": {
        "extension": [FOREIGN], "category": [{"text": "Hjärtsvikt"}], "note": [{"authorString": "Dr Ek", "text": "Läst"}],
        "goal": [{"display": "Sova"}], "activity": [{"reference": {"display": "Väga"}}],
        "supportingInfo": [{"display": "Ett prov"}], "careTeam": [{"display": "Ett team"}],
    },
    "CareTeam": {
        "telecom": [{"system": "fax", "value": "010-555 01 99"}], "note": [{"authorString": "Dr Ek", "text": "Läst"}],
        "participant": [{"member": {"reference": "Practitioner/1"}}],
    },
    "Goal": {"note": [{"time": "2026-02-02T10:00:00Z", "text": "Läst"}], "category": [{"text": "Hjärtsvikt"}]},
    "ServiceRequest": {"extension": [FOREIGN], "locationCode": [{"coding": [{"code": "1"}]}]},
    "Appointment": {
        "extension": [FOREIGN], "participant": [{"status": "accepted", "actor": {"reference": "Location/1"}}],
        "identifier": [{"value": "9"}],
    },
    "RelatedPerson": {"telecom": [{"system": "fax", "value": "010-555 01 99"}]},
    "QuestionnaireResponse": {"item": [{"linkId": "hobby", "answer": [{"valueString": "Båtar"}]}]},
    "DocumentReference": {"author": [{"reference": "Practitioner/1"}], "category": [{"text": "Hjärtsvikt"}]},
}  # fmt: skip
"""What others say in lists beside what the contract says in them."""


NOT_EDITED = ("patient", "revision")
"""A contract stays with its person; a revision is a new one each time."""


def said_by_others() -> Resources:
    """The full contract's resources, with an item of others last in every list."""
    resources = as_written()
    for one in resources:
        for name, items in SAID.get(one["resourceType"], {}).items():
            one[name] = [*one.get(name, []), *deepcopy(items)]
    return resources


def in_another_order() -> Resources:
    """The same, each list but answers from its end: what others say stands first."""
    return [
        {name: value[::-1] if isinstance(value, list) and name != "item" else value for name, value in one.items()}
        for one in said_by_others()
    ]


def as_written() -> Resources:
    resources: Resources = json.loads(json.dumps(first_resources(parsed(FULL))))
    return resources


def changed_contracts(contract: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every contract that is valid and has one field less, one item less, or another value in one field."""
    spots = [one for one in leaves(contract) if not one[0].endswith("id") and not one[0].startswith(NOT_EDITED)]
    items = {steps[: at + 1] for _, steps, _ in spots for at, step in enumerate(steps) if isinstance(step, int)}
    for steps in [*(steps for _, steps, _ in spots), *sorted(items, key=str)]:
        yield from without(contract, steps)
    for path, steps, value in spots:
        for other in list(others(path, steps, value))[:1]:
            changed = deepcopy(contract)
            follow(changed, steps[:-1])[steps[-1]] = other
            yield from valid(changed)


def without(contract: dict[str, Any], steps: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    changed = deepcopy(contract)
    del follow(changed, steps[:-1])[steps[-1]]
    yield from valid(changed)


def valid(contract: dict[str, Any]) -> Iterator[dict[str, Any]]:
    try:
        parsed(contract)
    except Unprocessable:
        return
    yield contract


def revised(before: Resources, contract: dict[str, Any]) -> Resources:
    said = parsed(contract)
    return to_fhir.resources(said, ids=part_ids.ids(said, from_fhir.read(before).part_ids, new_ids()), stored=before)


def sorted_json(node: Any) -> Any:
    """JSON in which the order of a list does not matter."""
    if isinstance(node, dict):
        return {name: sorted_json(value) for name, value in node.items()}
    if isinstance(node, list):
        return sorted((sorted_json(value) for value in node), key=str)
    return node


@pytest.mark.proof
@pytest.mark.parametrize("stored", [as_written, said_by_others, in_another_order])
def test_what_is_read_after_an_edit_is_what_was_edited(stored, proof_share):
    """One field or item at a time, of all that a contract can say; nothing that others said is lost."""
    before = stored()
    count = 0
    for contract in islice(changed_contracts(from_fhir.contract(before)), None, None, proof_share):
        after = revised(before, contract)
        assert sorted_json(from_fhir.contract(after)) == sorted_json(parsed(contract).to_json())
        assert lost(before, after) == []
        count += 1

    assert count > 300 // proof_share


def lost(before: Resources, after: Resources) -> list[tuple[str, str]]:
    """What others say in a resource that is still there, and that is not."""
    there = {address(one): one for one in after}
    return [
        (address(one), name)
        for one in before
        for name, items in SAID.get(one["resourceType"], {}).items()
        if address(one) in there and all(item in one.get(name, []) for item in items)
        for item in items
        if item not in there[address(one)].get(name, [])
    ]
