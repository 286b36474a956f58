"""Rows of questionnaires and the answers to them."""

from tests.agreement.profile_cases import CasesByProfile, ProfileCases
from tests.builders.changes import GONE, TWICE, coding, someone, to

STORY, NEEDS, WISHES, LANGUAGE, INTERPRETER, SUPPORT = (f"item[{place}]" for place in range(6))
FIRST, SEVENTH = "item[0]", "item[1]"

RESPONSE_BAD = {
    "rules of their own": {"implicitRules": "https://example.org/rules"},
    "no status": {"status": GONE},
    "an unknown status": {"status": "done"},
    "no questionnaire": {"questionnaire": GONE},
    "another questionnaire": {"questionnaire": "https://example.org/Questionnaire/other"},
    "no subject": {"subject": GONE},
    "a practitioner as subject": {"subject": to("Practitioner/1")},
    "no item": {"item": GONE},
    "an item without a question": {"item[0].linkId": GONE},
    "an answer of two kinds": {"item[0].answer[0].valueDecimal": 1.5},
    "an answer without a value": {"item[0].answer": [{"id": "a"}]},
    "an answer that is an object": {"item[0].answer": {"valueString": "ja"}},
    "an author that is a place": {"author": to("Location/1")},
    "authored in a month that is not": {"authored": "2026-14"},
    "an answer with a question beside it": {
        "item[0].answer": [{"valueString": "ja"}],
        "item[0].item": [{"linkId": "why"}],
    },
}

CASES: CasesByProfile = {
    "about-me-answers": ProfileCases(
        "full-about-me",
        {
            "only the story": {SUPPORT: GONE, INTERPRETER: GONE, LANGUAGE: GONE, WISHES: GONE, NEEDS: GONE},
            "no interpreter": {f"{INTERPRETER}.answer[0].valueBoolean": False},
            "told by a relative": {"source": to("RelatedPerson/1")},
            "not finished": {"status": "in-progress"},
            "a name of the language": {f"{LANGUAGE}.answer[0].valueCoding.display": "finska"},
        },
        {
            **RESPONSE_BAD,
            "two stories": {f"{STORY}.answer[0]": TWICE},
            "the story in two items": {STORY: TWICE},
            "no story told": {f"{STORY}.answer": GONE},
            "a story that is a number": {f"{STORY}.answer[0]": {"valueInteger": 1}},
            "needs that are a number": {f"{NEEDS}.answer[0]": {"valueInteger": 1}},
            "wishes of two": {f"{WISHES}.answer[0]": TWICE},
            "a language in words": {f"{LANGUAGE}.answer[0]": {"valueString": "finska"}},
            "a language of another system": {f"{LANGUAGE}.answer[0].valueCoding.system": "https://example.org/tongues"},
            "a language without a system": {f"{LANGUAGE}.answer[0].valueCoding.system": GONE},
            "a language with only a name": {f"{LANGUAGE}.answer[0].valueCoding": {"system": "urn:ietf:bcp:47", "display": "finska"}},
            "a language without a code": {f"{LANGUAGE}.answer[0].valueCoding.code": GONE},
            "two languages": {f"{LANGUAGE}.answer[0]": TWICE},
            "an interpreter in words": {f"{INTERPRETER}.answer[0]": {"valueString": "ja"}},
            "a support that is a truth": {f"{SUPPORT}.answer[0]": {"valueBoolean": True}},
            "a question that was not asked": {"item[+]": {"linkId": "hobby", "answer": [{"valueString": "Båtar"}]}},
            "in another order": {"item": [{"linkId": "support", "answer": [{"valueString": "Slinga"}]},
                                          {"linkId": "story", "answer": [{"valueString": "Jag"}]}]},
        },
    ),
    "seven-questions-answers": ProfileCases(
        "full-seven-questions-1",
        {
            "answered by the person": {"source": to("Patient/anna")},
            "answered by a relative": {"source": someone("RelatedPerson")},
            "no comment": {f"{FIRST}.answer[0].item": GONE},
            "one in the middle": {"item": [{"linkId": "4", "answer": [{"valueCoding": coding("answer#no")}]}]},
        },
        {
            **RESPONSE_BAD,
            "answered by nobody": {"source": GONE},
            "answered by an organization": {"source": to("Organization/1")},
            "an unknown answer": {f"{FIRST}.answer[0].valueCoding.code": "maybe"},
            "an answer of another system": {f"{FIRST}.answer[0].valueCoding.system": "https://example.org/answers"},
            "an answer in words": {f"{FIRST}.answer[0]": {"valueString": "ja"}},
            "an answer that is a truth": {f"{SEVENTH}.answer[0]": {"valueBoolean": True}},
            "two answers": {f"{FIRST}.answer[0]": TWICE},
            "the same question twice": {SEVENTH: TWICE},
            "an eighth question": {"item[+]": {"linkId": "8", "answer": [{"valueCoding": coding("answer#yes")}]}},
            "a comment that is a number": {f"{FIRST}.answer[0].item[0].answer[0]": {"valueInteger": 1}},
            **{f"question {n} in words": {"item": [{"linkId": str(n), "answer": [{"valueString": "ja"}]}]}
               for n in range(2, 7)},
        },
    ),
    "questionnaire": ProfileCases(
        "about-me",
        {
            "another question": {"item[+]": {"linkId": "hobby", "text": "Vad gör du helst?", "type": "string"}},
            "a name with a space": {"name": "About me"},
            "retired": {"status": "retired"},
            "a group of questions": {"item[+]": {"linkId": "more", "type": "group", "item": [
                {"linkId": "more.1", "type": "string"}]}},
        },
        {
            "rules of their own": {"implicitRules": "https://example.org/rules"},
            "no address": {"url": GONE},
            "no version": {"version": GONE},
            "no title": {"title": GONE},
            "no status": {"status": GONE},
            "an unknown status": {"status": "published"},
            "about nobody": {"subjectType": GONE},
            "about a group": {"subjectType[0]": "Group"},
            "about two": {"subjectType[+]": "Practitioner"},
            "no question": {"item": GONE},
            "a question without a type": {"item[0].type": GONE},
            "a question of an unknown type": {"item[0].type": "essay"},
            "a question without a link": {"item[0].linkId": GONE},
            "two questions with one link": {"item[0]": TWICE},
            "a group without questions": {"item[+]": {"linkId": "more", "type": "group"}},
            "a truth with choices": {"item[4].answerValueSet": "http://hl7.org/fhir/ValueSet/all-languages"},
        },
    ),
}  # fmt: skip
