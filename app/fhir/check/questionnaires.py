"""Answers beside the questionnaire that they are to: its questions, in its order, each answered in its own kind.

What has to be answered, and how often, the profiles say. `fhir_profiles.compiler.profile_schemas` wrote what is read
here. https://hl7.org/fhir/R4/questionnaireresponse.html#notes
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
"""The types of question that are asked here, and how an answer to one is sent."""

Question = Mapping[str, Any]
"""`linkId`, `type`, and in `item` the questions below the answer."""


@cache
def questionnaires() -> Mapping[str, Sequence[Question]]:
    """The questions of each questionnaire that is published here, by its canonical."""
    known: Mapping[str, Sequence[Question]] = json.loads(QUESTIONS.read_text("utf-8"))
    return known


def answer_faults(response: Mapping[str, Any], path: str) -> Iterator[Fault]:
    """Yield what is wrong with a QuestionnaireResponse that its schema has passed, if we publish its questionnaire."""
    asked = questionnaires().get(response.get("questionnaire", ""))
    if asked is not None:
        yield from _answers(response, path, asked)


def _answers(node: Mapping[str, Any], path: str, asked: Sequence[Question]) -> Iterator[Fault]:
    """Look at the answers on one level."""
    order = [question["linkId"] for question in asked]
    last = 0
    for number, item in enumerate(node.get("item", ())):
        where = f"{path}.item[{number}]"
        link = item.get("linkId")
        if link is None:
            continue  # It is there by its extensions alone.
        if link not in order:
            yield fault("question-unknown", f"{where}.linkId", ", ".join(order))
            continue
        place = order.index(link)
        if place < last:
            yield fault("question-order", where, ", ".join(order))
        last = max(place, last)
        yield from _answered(item, where, asked[place])


def _answered(item: Mapping[str, Any], where: str, question: Question) -> Iterator[Fault]:
    kind = VALUE_ELEMENTS[question["type"]]
    if "item" in item:
        yield fault("question-below", f"{where}.item")
    for number, answer in enumerate(item.get("answer", ())):
        at = f"{where}.answer[{number}]"
        if any(name.startswith("value") and name != kind for name in answer):
            yield fault("question-kind", at, kind)
        if "item" in answer and not question["item"]:
            yield fault("question-none-below", f"{at}.item")
        else:
            yield from _answers(answer, at, question["item"])
