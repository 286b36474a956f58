"""The table of a contract's parts agrees with the model and with FHIR."""

from typing import get_args

import pytest

from app.contracts.mapping import careplan
from app.contracts.model.elements import Element
from app.contracts.part_places import part_places
from app.contracts.parts import ONE, PARTS, TEAM, part_of
from app.contracts.patient_contract import PatientContract
from app.fhir.elements import address
from tests.builders.contracts import FULL, first_resources, parsed

RESOURCES = first_resources(parsed(FULL))
PLAN = RESOURCES[0]


def models_of(annotation: object) -> list[type[Element]]:
    """The models inside an annotation such as `Period | None` or `tuple[Goal, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, Element):
        return [annotation]
    return [model for each in get_args(annotation) for model in models_of(each)]


@pytest.mark.parametrize("name", PARTS)
def test_each_row_has_the_model_of_its_field(name):
    """The field is a list where the row allows many parts."""
    model: type[Element] = PatientContract
    for step in name.split("."):
        field = next(field for key, field in model.model_fields.items() if (field.alias or key) == step)
        (model,) = models_of(field.annotation)

    assert PARTS[name].model is model
    assert (PARTS[name].limit == ONE) == (Ellipsis not in get_args(field.annotation))


def test_each_part_is_recognised_as_itself():
    """The resource that a part becomes is recognised as that part, and the team as the team."""
    by_name = [place.part.name for place in part_places(parsed(FULL).to_json())]
    recognised = [part for part in map(part_of, RESOURCES) if part is not None]

    assert sorted(part.name for part in recognised) == sorted([TEAM.name, *by_name])


def test_what_a_contract_cannot_hold_is_no_part():
    """A type without a row, and the CarePlan of a contract."""
    assert part_of({"resourceType": "Observation"}) is None
    assert part_of(PLAN) is None


def test_the_parts_of_a_plan_belong_to_it():
    """All but the confirmations, which refer to the plan; each once, and in the plan's order."""
    plan = {**PLAN, "goal": [*PLAN["goal"], *PLAN["goal"]]}
    expected = [address(one) for one in RESOURCES[1:] if one["resourceType"] != "Provenance"]

    assert sorted(careplan.part_references(plan)) == sorted(expected)
    assert careplan.owned_references(plan) == sorted(expected)


def test_the_outcome_of_an_activity_belongs_to_the_plan_and_is_no_part():
    """A reference that is no part of the contract is owned with the plan; a reference elsewhere is neither."""
    activity = {"reference": {"reference": "ServiceRequest/walk"}, "outcomeReference": [{"reference": "Task/done"}]}
    plan = {"resourceType": "CarePlan", "activity": [activity], "supportingInfo": [{"reference": "urn:uuid:1"}]}

    assert careplan.part_references(plan) == ["ServiceRequest/walk"]
    assert careplan.owned_references(plan) == ["ServiceRequest/walk", "Task/done"]
