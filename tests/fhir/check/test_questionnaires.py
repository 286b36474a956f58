"""Answers beside our questionnaires: which question, in which order, of which kind, and what stands below them."""

import pytest

from app.fhir.check.check import check
from app.fhir.check.messages import MESSAGES
from app.fhir.check.questionnaires import VALUE_ELEMENTS, questionnaires

OURS = "https://samplan.se/fhir"
YES = {"valueCoding": {"system": f"{OURS}/CodeSystem/answer", "code": "yes"}}
COMMENT = {"linkId": "1.comment", "answer": [{"valueString": "Ja"}]}
STORY = {"linkId": "story", "answer": [{"valueString": "Jag"}]}
SUPPORT = {"linkId": "support", "answer": [{"valueString": "Slinga"}]}
EXTENDED = {"_linkId": {"extension": [{"url": "urn:a", "valueBoolean": True}]}}


def answered(questionnaire, *items):
    """A response to one of ours."""
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{OURS}/Questionnaire/{questionnaire}",
        "status": "completed",
        "subject": {"reference": "Patient/p"},
        "source": {"reference": "Patient/p"},
        "item": list(items),
    }


@pytest.mark.parametrize(
    "response",
    [
        answered("about-me", STORY, SUPPORT),
        answered("about-me", STORY, EXTENDED),
        answered("seven-questions", {"linkId": "1", "answer": [YES | {"item": [COMMENT]}]}, {"linkId": "2", "answer": [YES]}),
        answered("another", SUPPORT, STORY, {"linkId": "hobby"}),
    ],
)  # fmt: skip
def test_what_was_asked_is_taken(response):
    """Some of the questions, in their order; what others ask is not looked at."""
    assert check(response) == []


@pytest.mark.parametrize(
    "response, name, expression, words",
    [
        (answered("about-me", {"linkId": "hobby", "answer": [{"valueString": "Båtar"}]}), "question-unknown", "item[0].linkId", "story, needs"),
        (answered("about-me", SUPPORT, STORY), "question-order", "item[1]", "story, needs"),
        (answered("about-me", {"linkId": "story", "item": [STORY]}), "question-below", "item[0].item", "answer.item"),
        (answered("about-me", {"linkId": "story", "answer": [{"valueInteger": 1}]}), "question-kind", "item[0].answer[0]", "valueString"),
        (answered("about-me", {"linkId": "story", "answer": [{"valueString": "Jag", "item": [STORY]}]}), "question-none-below", "item[0].answer[0].item", "leave"),
        (answered("seven-questions", {"linkId": "8", "answer": [YES]}), "question-unknown", "item[0].linkId", "1, 2"),
        (answered("seven-questions", {"linkId": "1", "answer": [YES | {"item": [{"linkId": "1.comment", "answer": [{"valueInteger": 1}]}]}]}), "question-kind", "item[0].answer[0].item[0].answer[0]", "valueString"),
        (answered("seven-questions", {"linkId": "1", "answer": [YES | {"item": [{"linkId": "2.comment"}]}]}), "question-unknown", "item[0].answer[0].item[0].linkId", "1.comment"),
    ],
)  # fmt: skip
def test_another_answer_is_refused(response, name, expression, words):
    """By its place and what to do; no answer is repeated."""
    code = MESSAGES[name][0]
    faults = [(fault.code, fault.expression, words in fault.english) for fault in check(response)]
    assert (code, f"QuestionnaireResponse.{expression}", True) in faults
    assert not any(said in fault.english for fault in check(response) for said in ("hobby", "Båtar", "Jag", "Slinga"))


def test_each_kind_of_question_that_is_asked_is_known():
    """Whoever asks in another kind adds how it is answered."""

    def kinds(questions):
        for question in questions:
            yield question["type"]
            yield from kinds(question["item"])

    assert {kind for questions in questionnaires().values() for kind in kinds(questions)} <= set(VALUE_ELEMENTS)
