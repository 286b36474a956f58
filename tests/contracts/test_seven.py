"""Questions four to seven of the seven (de sju frågorna) are answered by what a contract says on a day."""

from datetime import date
from typing import Any

import pytest

from app.contracts import seven
from tests.contracts.made import LEAST, agreement, parsed

TODAY = date(2026, 3, 10)
BEFORE, AFTER = "2026-03-09", "2026-03-11"
WHO = {"role": "Sjuksköterska"}
EMPTY = {4: False, 5: False, 6: False, 7: True}


def contact(kind: str = "care-contact", **period: str) -> dict[str, Any]:
    return {**LEAST, "contacts": [{"kind": kind, "who": WHO, **({"period": period} if period else {})}]}


def time(**more: Any) -> dict[str, Any]:
    return {**LEAST, "times": [{"what": "Besök", **more}]}


def at(day: str, clock: str = "10:00:00+01:00") -> dict[str, str]:
    return {"start": f"{day}T{clock}", "end": f"{day}T{clock}"}


def plans(*more: dict[str, Any], count: int = 2, **fields: Any) -> dict[str, Any]:
    listed = [{"type": "VP", "title": "Plan", **each} for each in (*more, *[{}] * (count - len(more)))]
    return {**LEAST, "plans": listed, **fields}


def review(**more: Any) -> dict[str, Any]:
    return {**LEAST, "review": more}


CASES = {
    "nothing": (LEAST, {}),
    "a permanent contact": (contact(), {4: True}),
    "a contact to come": (contact(start=AFTER), {}),
    "a contact that was": (contact(end=BEFORE), {}),
    "a contact until today": (contact(end=str(TODAY)), {4: True}),
    "a booked time": (time(**at(AFTER)), {5: True, 6: True}),
    "a time today, in Sweden": (time(**at(BEFORE, "23:30:00+00:00")), {5: True, 6: True}),
    "a time that was": (time(**at(BEFORE)), {}),
    "a time that was cancelled": (time(status="cancelled", **at(AFTER)), {}),
    "an invitation with a time": (time(status="invited", **at(AFTER)), {5: True}),
    "an invitation for some days": (time(status="invited", window={"end": AFTER}), {5: True}),
    "an invitation from a day on": (time(status="invited", window={"start": BEFORE}), {5: True}),
    "an invitation for days that were": (time(status="invited", window={"end": BEFORE}), {}),
    "a review ahead": (review(on=AFTER), {5: True}),
    "a review that was": (review(on=BEFORE), {}),
    "a review that is done": (review(on=AFTER, status="done"), {}),
    "something that I do": (agreement(iDo=[{"what": "Går"}]), {5: True}),
    "something that was done": (agreement(careDoes=[{"what": "Prov", "status": "completed"}]), {}),
    "something until yesterday": (agreement(careDoes=[{"what": "Prov", "period": {"end": BEFORE}}]), {}),
    "one other plan": (plans(count=1), {}),
    "two other plans": (plans(), {7: False}),
    "two plans, one ended": (plans({"status": "completed"}), {}),
    "a plan and a document": (
        plans(
            count=1, documents=[{"type": "RP", "title": "P", "contentType": "application/pdf", "link": "https://a.se"}]
        ),
        {7: False},
    ),
    "two plans and a contact": (plans(contacts=contact()["contacts"]), {4: True, 7: False}),
    "two plans and who coordinates": (
        plans(contacts=contact("coordinating-care-contact")["contacts"]),
        {4: True, 7: True},
    ),
    "two plans in a SIP": (
        plans(
            type="SIP",
            review={"on": BEFORE},
            sip={
                "principals": [{"kind": kind, "unit": {"name": kind}} for kind in ("region", "municipality")],
                "overall": "region",
                "consent": {"on": BEFORE},
            },
        ),
        {7: True},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_contract_answers_the_last_four_questions(name):
    """A contact now, a next step, a time that is agreed, and one view of all plans with somebody who coordinates."""
    contract, holds = CASES[name]

    assert seven.answered(parsed(contract).to_json(), TODAY) == EMPTY | holds
