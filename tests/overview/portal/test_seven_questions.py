"""The overview answers the last four of the seven questions (de sju frågorna)."""

import pytest

from tests.builders.overviews import contract_resources, overview, small_contract

BEFORE, TODAY, AFTER = "2026-11-24", "2026-11-25", "2026-11-26"
WHO = {"role": "Sjuksköterska"}
EMPTY = {4: False, 5: False, 6: False, 7: True}


def contact(kind="care-contact", **period):
    return {"contacts": [{"kind": kind, "who": WHO, **({"period": period} if period else {})}]}


def time(day, clock="10:00:00+01:00", **more):
    return {"times": [{"what": "Besök", "start": f"{day}T{clock}", "end": f"{day}T{clock}", **more}]}


def plans(*more, **fields):
    return {"plans": [{"type": "VP", "title": "Plan", **plan} for plan in more], **fields}


CASES = {
    "nothing": ({}, {}),
    "a permanent contact": (contact(), {4: True}),
    "a contact to come": (contact(start=AFTER), {}),
    "a contact that was": (contact(end=BEFORE), {}),
    "a contact until today": (contact(end=TODAY), {4: True}),
    "a booked time": (time(AFTER), {5: True, 6: True}),
    "a time that was": (time(BEFORE), {}),
    "a time that was cancelled": (time(AFTER, status="cancelled"), {}),
    "an invitation with a time": (time(AFTER, status="invited"), {5: True}),
    "a follow-up ahead": ({"review": {"on": AFTER}}, {5: True}),
    "a follow-up that is done": ({"review": {"on": AFTER, "status": "done"}}, {}),
    "one other plan": (plans({}), {}),
    "two other plans": (plans({}, {}), {7: False}),
    "two plans, one ended": (plans({}, {"status": "completed"}), {}),
    "two plans and a contact": (plans({}, {}, **contact()), {4: True, 7: False}),
    "two plans and who coordinates": (plans({}, {}, **contact("coordinating-care-contact")), {4: True, 7: True}),
    "two plans, one a SIP": (plans({}, {"type": "SIP"}), {}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_overview_answers_the_last_four_questions(name):
    """A contact now, a next step, a booked time, and plans that somebody coordinates."""
    sent, holds = CASES[name]
    computed = overview(*contract_resources(small_contract(**sent)))["agreement"]["computed"]

    assert {answer["question"]: answer["holds"] for answer in computed} == EMPTY | holds


def test_each_answer_has_its_texts():
    """With the question; the text never says that a thing is missing, only that it is not seen."""
    first, *_ = overview(*contract_resources(small_contract()))["agreement"]["computed"]

    assert first["questionText"]["sv"] == "Finns det en fast vårdkontakt för dig, om du behöver en?"
    assert first["holdsText"]["sv"] == "Det syns inte här"


def test_there_are_no_answers_without_an_agreement():
    """The questions are about the agreement."""
    assert overview()["agreement"] is None
