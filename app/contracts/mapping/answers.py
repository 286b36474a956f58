"""The person's own story and the answers to the seven questions, as QuestionnaireResponses.

http://hl7.org/fhir/R4/questionnaireresponse.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.contracts.codes import ABOUT_ME, ANSWER, ANSWERS, LANGUAGES, SEVEN_QUESTIONS, codings
from app.contracts.mapping.rows import FieldMapping, MappingContext, ResourceMapping, same
from app.contracts.mapping.shared_rows import person_row
from app.fhir.elements import Json, Resource, coding, present, type_of

_ANSWERS: Final = codings(ANSWER, ANSWERS)
_COMMENT: Final = ".comment"
_NUMBERS: Final = frozenset("1234567")


def _item(response: Resource, link: str) -> Mapping[str, Any]:
    return next((item for item in response.get("item", ()) if item.get("linkId") == link), {})


def _value(item: Mapping[str, Any], kind: str) -> Any:
    return next((answer[kind] for answer in item.get("answer", ()) if kind in answer), None)


def _answer_mapping(
    field: str, kind: str, to_fhir: Callable[[Any], Any], from_fhir: Callable[[Any], Any]
) -> FieldMapping:
    """Map a field to one answer, by its linkId."""

    def write(value: Any, response: Json, _: MappingContext) -> None:
        response.setdefault("item", []).append({"linkId": field, "answer": [{kind: to_fhir(value)}]})

    return FieldMapping(
        field,
        {field: (f"item({field}).answer.{kind}",)},
        write,
        lambda response: from_fhir(_value(_item(response, field), kind)),
    )


def _unchanged(value: Any) -> Any:
    return value


def _from_the_person(_: Json, response: Json, context: MappingContext) -> None:
    response["source"] = {"reference": context.patient}


_FROM_THE_PERSON: Final = FieldMapping("", {}, _from_the_person, lambda _: None)

ABOUT_ME_ANSWERS: Final = ResourceMapping(
    "QuestionnaireResponse",
    "about-me-answers",
    {"questionnaire": ABOUT_ME, "status": "completed"},
    "subject",
    (
        same("authored", "authored"),
        _FROM_THE_PERSON,
        _answer_mapping("story", "valueString", _unchanged, _unchanged),
        _answer_mapping("needs", "valueString", _unchanged, _unchanged),
        _answer_mapping("wishes", "valueString", _unchanged, _unchanged),
        _answer_mapping(
            "language", "valueCoding", lambda code: coding(LANGUAGES, code), lambda value: (value or {}).get("code")
        ),
        _answer_mapping("interpreter", "valueBoolean", _unchanged, _unchanged),
        _answer_mapping("support", "valueString", _unchanged, _unchanged),
    ),
)
"""The person's story, needs, wishes, language and need of support."""


def _answers_to_fhir(answers: Sequence[Json], response: Json, _: MappingContext) -> None:
    response["item"] = [_answer_to_fhir(answer) for answer in answers]


def _answer_to_fhir(answer: Json) -> Json:
    link = str(answer["question"])
    comment = (
        [{"linkId": f"{link}{_COMMENT}", "answer": [{"valueString": answer["comment"]}]}]
        if "comment" in answer
        else None
    )
    return {"linkId": link, "answer": [present(valueCoding=_ANSWERS[answer["answer"]], item=comment)]}


def _answers_from_fhir(response: Resource) -> list[Json]:
    return [
        present(
            question=int(item["linkId"]),
            answer=answer,
            comment=next((_value(nested, "valueString") for nested in _nested_items(item)), None),
        )
        for item in response.get("item", ())
        if item.get("linkId") in _NUMBERS and (answer := (_value(item, "valueCoding") or {}).get("code")) in ANSWERS
    ]


def _nested_items(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [nested for answer in item.get("answer", ()) for nested in answer.get("item", ())]


SEVEN_QUESTIONS_ANSWERS: Final = ResourceMapping(
    "QuestionnaireResponse",
    "seven-questions-answers",
    {"questionnaire": SEVEN_QUESTIONS, "status": "completed"},
    "subject",
    (
        same("authored", "authored"),
        _FROM_THE_PERSON,
        person_row("by", "source"),
        FieldMapping(
            "answers",
            {
                "answers[].question": ("item.linkId", "item.answer.item.linkId"),
                "answers[].answer": ("item.answer.valueCoding",),
                "answers[].comment": ("item.answer.item.answer.valueString",),
            },
            _answers_to_fhir,
            _answers_from_fhir,
        ),
    ),
)
"""Answers to the seven questions, with comments, by the person or by a member of staff."""


def is_unsigned(response: Resource, json: Json) -> bool:
    """Return whether the answers are from somebody other than the person or a named member of staff."""
    return "source" in response and type_of(response["source"]) != "Patient" and "by" not in json


def is_about_me(response: Resource) -> bool:
    """Return whether a QuestionnaireResponse holds what the person tells about themselves."""
    return _questionnaire(response) == ABOUT_ME


def is_seven_questions(response: Resource) -> bool:
    """Return whether a QuestionnaireResponse answers the seven questions."""
    return _questionnaire(response) == SEVEN_QUESTIONS


def _questionnaire(response: Resource) -> str:
    """Return the canonical URL of the questionnaire, without its version."""
    return str(response.get("questionnaire", "")).partition("|")[0]
