"""Compiles Questionnaire resources into the table that app/fhir/check/questionnaires.py reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.fhir.check.questionnaires import Question


def compile_questionnaires(published: Iterable[Mapping[str, Any]]) -> dict[str, list[Question]]:
    """What Questionnaire resources ask, as it is read here."""
    return {each["url"]: _questions_below(each) for each in published}


def _questions_below(node: Mapping[str, Any]) -> list[Question]:
    return [
        {"linkId": one["linkId"], "type": one["type"], "item": _questions_below(one)} for one in node.get("item", ())
    ]
