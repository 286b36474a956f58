"""Compiles Questionnaire resources to the table of questions that `app.fhir.check.questionnaires` reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.fhir.check.questionnaires import Question


def compile_questionnaires(questionnaires: Iterable[Mapping[str, Any]]) -> dict[str, list[Question]]:
    """Return the questions of each Questionnaire, by its canonical URL."""
    return {questionnaire["url"]: _questions_below(questionnaire) for questionnaire in questionnaires}


def _questions_below(node: Mapping[str, Any]) -> list[Question]:
    return [
        {"linkId": item["linkId"], "type": item["type"], "item": _questions_below(item)}
        for item in node.get("item", ())
    ]
