"""The person's goals in their own words, and the professional goals that belong to them, as Goals.

http://hl7.org/fhir/R4/goal.html
"""

from collections.abc import Mapping
from typing import Any, Final, get_args

from app.contracts.codes import GOAL_ACCEPTANCE, GOAL_ACHIEVEMENT, GOAL_RELATIONSHIP, GOAL_RELATIONSHIP_TYPE
from app.contracts.mapping.rows import FieldMapping, MappingContext, ResourceMapping, annotation, coded, same, text
from app.contracts.mapping.shared_rows import day, person_row
from app.contracts.model.agreement import Achievement
from app.fhir.elements import Json, Resource, coding, concept, extend, extension
from app.fhir.references import local_target

_ACHIEVEMENTS: Final = {word: coding(GOAL_ACHIEVEMENT, word) for word in get_args(Achievement)}


def _acceptance_to_fhir(value: str, goal: Json, context: MappingContext) -> None:
    extend(
        goal,
        GOAL_ACCEPTANCE,
        extension=[
            {"url": "individual", "valueReference": {"reference": context.patient}},
            {"url": "status", "valueCode": value},
        ],
    )


def _acceptance_from_fhir(goal: Resource) -> str | None:
    code: str | None = extension(extension(goal, GOAL_ACCEPTANCE), "status").get("valueCode")
    return code


def _parent_to_fhir(_: Json, goal: Json, context: MappingContext) -> None:
    kind = concept(coding(GOAL_RELATIONSHIP_TYPE, "other", "Other"))
    target = {"reference": context.parent}
    parts = [{"url": "type", "valueCodeableConcept": kind}, {"url": "target", "valueReference": target}]
    extend(goal, GOAL_RELATIONSHIP, extension=parts)


def parent_of(goal: Mapping[str, Any]) -> str | None:
    """Return the reference to the person's goal that a professional goal belongs to; None for another goal."""
    target = extension(extension(goal, GOAL_RELATIONSHIP), "target").get("valueReference", {})
    return local_target(target.get("reference"))


def is_person_goal(goal: Resource) -> bool:
    """Return whether a Goal is the person's own."""
    return parent_of(goal) is None


def is_professional_goal(goal: Resource) -> bool:
    """Return whether a Goal belongs to a goal of the person's."""
    return parent_of(goal) is not None


def _expressed_to_fhir(_: Json, goal: Json, context: MappingContext) -> None:
    goal["expressedBy"] = {"reference": context.patient}


_ROWS: Final = (
    text("goal", "description"),
    same("status", "lifecycleStatus"),
    coded("achievement", "achievementStatus", _ACHIEVEMENTS),
    day("since", "statusDate"),
    day("start", "startDate"),
    text("measure", "target[0].measure"),
    same("target", "target[0].detailString"),
    day("due", "target[0].dueDate"),
    annotation("note"),
)

GOAL: Final = ResourceMapping(
    "Goal",
    "person-goal",
    {},
    "subject",
    (
        *_ROWS,
        FieldMapping("", {}, _expressed_to_fhir, lambda _: None),
        FieldMapping(
            "acceptance",
            {"acceptance": ("extension(goal-acceptance).extension(status).valueCode",)},
            _acceptance_to_fhir,
            _acceptance_from_fhir,
        ),
    ),
)
"""A goal of the person; its professional goals are their own resources."""

PROFESSIONAL_GOAL: Final = ResourceMapping(
    "Goal",
    "professional-goal",
    {},
    "subject",
    (*_ROWS, FieldMapping("", {}, _parent_to_fhir, lambda _: None), person_row("by", "expressedBy")),
)
