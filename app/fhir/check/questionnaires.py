"""Checks a QuestionnaireResponse by its Questionnaire: known questions, in their order, with values of their type.

The profiles say which questions must be answered, and how often. `fhir_profiles.compiler.profile_schemas` writes the
table. https://hl7.org/fhir/R4/questionnaireresponse.html#notes
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from app.errors import Fault
from app.fhir.check.messages import fault
from app.fhir.schema_files import SCHEMAS

QUESTIONS: Final = SCHEMAS / "terminology" / "questions.json"

VALUE_ELEMENTS: Final[Mapping[str, str]] = {
    "boolean": "valueBoolean",
    "choice": "valueCoding",
    "text": "valueString",
}
"""The types of question in our questionnaires -> the element of the answer's value."""

Question = Mapping[str, Any]
"""`linkId`, `type`, and in `item` the questions below the answer."""


@cache
def questionnaires() -> Mapping[str, Sequence[Question]]:
    """The questions of each Questionnaire that we publish, by its canonical URL."""
    known: Mapping[str, Sequence[Question]] = json.loads(QUESTIONS.read_text("utf-8"))
    return known


def answer_faults(response: Mapping[str, Any], path: str) -> Iterator[Fault]:
    """Yield the faults of a QuestionnaireResponse that its schema has passed, if we publish its Questionnaire."""
    questions = questionnaires().get(response.get("questionnaire", ""))
    if questions is not None:
        yield from _item_faults(response, path, questions)


def _item_faults(node: Mapping[str, Any], path: str, questions: Sequence[Question]) -> Iterator[Fault]:
    """Check the items on one level."""
    order = [question["linkId"] for question in questions]
    last = 0
    for number, item in enumerate(node.get("item", ())):
        expression = f"{path}.item[{number}]"
        link = item.get("linkId")
        if link is None:
            continue  # The item has only extensions.
        if link not in order:
            yield fault("question-unknown", f"{expression}.linkId", ", ".join(order))
            continue
        place = order.index(link)
        if place < last:
            yield fault("question-order", expression, ", ".join(order))
        last = max(place, last)
        yield from _value_faults(item, expression, questions[place])


def _value_faults(item: Mapping[str, Any], expression: str, question: Question) -> Iterator[Fault]:
    value_element = VALUE_ELEMENTS[question["type"]]
    if "item" in item:
        yield fault("question-below", f"{expression}.item")
    for number, answer in enumerate(item.get("answer", ())):
        answer_path = f"{expression}.answer[{number}]"
        if any(name.startswith("value") and name != value_element for name in answer):
            yield fault("question-kind", answer_path, value_element)
        if "item" in answer and not question["item"]:
            yield fault("question-none-below", f"{answer_path}.item")
        else:
            yield from _item_faults(answer, answer_path, question["item"])
