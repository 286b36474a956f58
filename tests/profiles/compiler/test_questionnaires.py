"""Published questionnaires are compiled to the table of questions that answers are checked by."""

import json

from app.fhir.check.questionnaires import QUESTIONS
from fhir_profiles.build import BUILT
from fhir_profiles.compiler.questionnaires import compile_questionnaires


def test_a_question_keeps_its_link_its_type_and_the_questions_below():
    """And nothing of what a person reads; a questionnaire without questions has none."""
    below = {"linkId": "a.1", "type": "choice", "text": "Vilket?", "required": True}
    asked = {"linkId": "a", "type": "text", "text": "Vad?", "item": [below]}

    assert compile_questionnaires([{"url": "x", "title": "X", "item": [asked]}, {"url": "y"}]) == {
        "x": [{"linkId": "a", "type": "text", "item": [{"linkId": "a.1", "type": "choice", "item": []}]}],
        "y": [],
    }


def test_the_table_is_compiled_from_the_published_questionnaires():
    """Each of fhir_profiles/built, and no other."""
    published = [json.loads(path.read_text("utf-8")) for path in BUILT.glob("Questionnaire-*.json")]

    assert compile_questionnaires(published) == json.loads(QUESTIONS.read_text("utf-8"))
