"""A goal in the person's own words and its Goal, both ways.

http://hl7.org/fhir/R4/goal.html
"""

from collections.abc import Mapping
from typing import Any

from app.contracts.codes import GOAL_ACHIEVEMENT
from app.contracts.elements import Json, code_in, coding, concept, iso, meta, present, read_part, text_of
from app.contracts.model import Goal
from app.fhir import r4


def goal(part: Goal, *, id: str, patient: str) -> Json:
    """The Goal, expressed by the person."""
    return r4.to_json(
        r4.Goal(
            id=id,
            meta=meta(part),
            lifecycleStatus=part.status,
            achievementStatus=part.achievement and concept(coding(GOAL_ACHIEVEMENT, part.achievement)),
            description=concept(text=part.goal),
            subject={"reference": patient},
            startDate=iso(part.start),
            target=_target(part),
            expressedBy={"reference": patient},
        )
    )


def _target(part: Goal) -> list[Json] | None:
    target = present(
        measure=part.measure and concept(text=part.measure), detailString=part.target, dueDate=iso(part.due)
    )
    return [target] if target else None


def read(resource: Mapping[str, Any]) -> Json:
    """The contract's goal behind a Goal of any system."""
    target: Mapping[str, Any] = next(iter(resource.get("target", ())), {})
    return present(
        **read_part(resource),
        goal=text_of(resource.get("description")),
        status=resource.get("lifecycleStatus"),
        achievement=code_in([resource.get("achievementStatus", {})], GOAL_ACHIEVEMENT),
        start=resource.get("startDate"),
        due=target.get("dueDate"),
        measure=text_of(target.get("measure")),
        target=target.get("detailString"),
    )
