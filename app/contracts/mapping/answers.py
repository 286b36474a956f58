"""What the person tells, and the answers to the seven questions: each a QuestionnaireResponse, both ways.

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
    return next((one for one in response.get("item", ()) if one.get("linkId") == link), {})


def _value(item: Mapping[str, Any], kind: str) -> Any:
    return next((one[kind] for one in item.get("answer", ()) if kind in one), None)


def _told(field: str, kind: str, to_fhir: Callable[[Any], Any], from_fhir: Callable[[Any], Any]) -> FieldMapping:
    """One answer, by its linkId."""

    def write(value: Any, response: Json, _: MappingContext) -> None:
        response.setdefault("item", []).append({"linkId": field, "answer": [{kind: to_fhir(value)}]})

    return FieldMapping(
        field, {field: (f"item({field}).answer.{kind}",)}, write, lambda one: from_fhir(_value(_item(one, field), kind))
    )


def _as_it_is(value: Any) -> Any:
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
        _told("story", "valueString", _as_it_is, _as_it_is),
        _told("needs", "valueString", _as_it_is, _as_it_is),
        _told("wishes", "valueString", _as_it_is, _as_it_is),
        _told("language", "valueCoding", lambda code: coding(LANGUAGES, code), lambda found: (found or {}).get("code")),
        _told("interpreter", "valueBoolean", _as_it_is, _as_it_is),
        _told("support", "valueString", _as_it_is, _as_it_is),
    ),
)
"""The person's story, needs, wishes, language and need of support."""


def _say_answers(answers: Sequence[Json], response: Json, _: MappingContext) -> None:
    response["item"] = [_say_answer(one) for one in answers]


def _say_answer(one: Json) -> Json:
    link = str(one["question"])
    comment = (
        [{"linkId": f"{link}{_COMMENT}", "answer": [{"valueString": one["comment"]}]}] if "comment" in one else None
    )
    return {"linkId": link, "answer": [present(valueCoding=_ANSWERS[one["answer"]], item=comment)]}


def _hear_answers(response: Resource) -> list[Json]:
    return [
        present(
            question=int(item["linkId"]),
            answer=answer,
            comment=next((_value(one, "valueString") for one in _below(item)), None),
        )
        for item in response.get("item", ())
        if item.get("linkId") in _NUMBERS and (answer := (_value(item, "valueCoding") or {}).get("code")) in ANSWERS
    ]


def _below(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for answer in item.get("answer", ()) for one in answer.get("item", ())]


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
            _say_answers,
            _hear_answers,
        ),
    ),
)
"""Seven answers with comments, by the person or by a member of staff."""


def is_unsigned(response: Resource, said: Json) -> bool:
    """Whether somebody answers who is neither the person nor a member of staff whom a contract can name."""
    return "source" in response and type_of(response["source"]) != "Patient" and "by" not in said


def is_about_me(response: Resource) -> bool:
    """Return whether a QuestionnaireResponse holds what the person tells about themselves."""
    return _questionnaire(response) == ABOUT_ME


def is_seven_questions(response: Resource) -> bool:
    """Return whether a QuestionnaireResponse answers the seven questions."""
    return _questionnaire(response) == SEVEN_QUESTIONS


def _questionnaire(response: Resource) -> str:
    """Return the canonical URL of the questionnaire, without its version."""
    return str(response.get("questionnaire", "")).partition("|")[0]
