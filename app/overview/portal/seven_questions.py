"""The overview's own answers to questions 4 to 7 of the seven questions (de sju frågorna) (pure).

Only the person can answer the first three. The questions are SKR's, https://skr.se/patientkontrakt.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from app.contracts.mapping.careplan import CONTRACT_TYPE
from app.contracts.mapping.shared_rows import day_of
from app.fhir.times import STOCKHOLM
from app.overview.portal.elements import Part
from app.overview.portal.texts import HOLDS, QUESTION

OverviewParts = Mapping[str, Any]
"""`nextStep`, `contacts`, `times` and `plans` of the overview."""

COORDINATING_CONTACT: Final = "4"
"""The code of kv_typ_av_fast_kontakt for a contact with overall coordination."""

ONGOING: Final = frozenset({"active", "on-hold", "current"})


def computed_answers(parts: OverviewParts, now: datetime) -> list[Part]:
    """For each of the questions 4 to 7, whether the overview answers it with yes today."""
    today = now.astimezone(STOCKHOLM).date().isoformat()
    return [_answer(number, holds=check(parts, today)) for number, check in CHECKS.items()]


def _answer(number: int, *, holds: bool) -> Part:
    return {
        "question": number,
        "questionText": QUESTION[number].as_json(),
        "holds": holds,
        "holdsText": HOLDS[holds].as_json(),
    }


def _has_a_permanent_contact(parts: OverviewParts, today: str) -> bool:
    """Question 4: there is a permanent contact (fast vårdkontakt) today."""
    return any("kind" in contact and _covers(contact, today) for contact in parts["contacts"])


def _knows_the_next_step(parts: OverviewParts, _: str) -> bool:
    """Question 5: the overview has a next step."""
    return parts["nextStep"] is not None


def _has_the_next_time(parts: OverviewParts, today: str) -> bool:
    """Question 6: a time is booked for today or later; an invitation does not count."""
    return any(time["status"] == "booked" and (day_of(time.get("start")) or "") >= today for time in parts["times"])


def _has_one_view(parts: OverviewParts, today: str) -> bool:
    """Question 7: there is at most one other plan, or a SIP, or a contact who coordinates the plans."""
    plan_types = [plan.get("planType") for plan in parts["plans"] if plan["status"] in ONGOING]
    has_several = len(plan_types) - plan_types.count(CONTRACT_TYPE) > 1
    is_coordinated = any(
        contact.get("kind") == COORDINATING_CONTACT and _covers(contact, today) for contact in parts["contacts"]
    )
    return not has_several or "SIP" in plan_types or is_coordinated


CHECKS: Final[Mapping[int, Callable[[OverviewParts, str], bool]]] = {
    4: _has_a_permanent_contact,
    5: _knows_the_next_step,
    6: _has_the_next_time,
    7: _has_one_view,
}
"""The number of a question -> the check of the overview that answers it, for a day (`YYYY-MM-DD`)."""


def _covers(contact: Part, today: str) -> bool:
    begins, ends = day_of(contact.get("start")), day_of(contact.get("end"))
    return (begins or today) <= today <= (ends or date.max.isoformat())
