"""What the overview itself answers of the seven questions (de sju frågorna): the last four can be seen in it (pure).

The first three are the person's own to answer. The questions are SKR's, https://skr.se/patientkontrakt.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from app.contracts.mapping.careplan import CONTRACT_TYPE
from app.contracts.mapping.shared_rows import day_of
from app.fhir.times import STOCKHOLM
from app.overview.portal.elements import Part
from app.overview.portal.texts import HOLDS, QUESTION

Found = Mapping[str, Any]
"""The next step, contacts, times and plans, as they are shown."""

COORDINATES: Final = "4"
UNDER_WAY: Final = frozenset({"active", "on-hold", "current"})


def answered(found: Found, now: datetime) -> list[Part]:
    """Questions 4 to 7, each with whether what is shown answers it."""
    today = now.astimezone(STOCKHOLM).date().isoformat()
    return [_answer(number, holds=shows(found, today)) for number, shows in SHOWS.items()]


def _answer(number: int, *, holds: bool) -> Part:
    return {
        "question": number,
        "questionText": QUESTION[number].as_json(),
        "holds": holds,
        "holdsText": HOLDS[holds].as_json(),
    }


def _has_a_permanent_contact(found: Found, today: str) -> bool:
    """4: there is a permanent contact (fast vårdkontakt) now."""
    return any("kind" in one and _covers(one, today) for one in found["contacts"])


def _knows_the_next_step(found: Found, _: str) -> bool:
    """5: something agreed lies ahead."""
    return found["nextStep"] is not None


def _has_the_next_time(found: Found, today: str) -> bool:
    """6: a time ahead is booked; an invitation is not agreed yet."""
    return any(one["status"] == "booked" and (day_of(one.get("start")) or "") >= today for one in found["times"])


def _has_one_view(found: Found, today: str) -> bool:
    """7: the plans stand side by side, and where there are several, a SIP or somebody coordinates them."""
    kinds = [one.get("planType") for one in found["plans"] if one["status"] in UNDER_WAY]
    several = len(kinds) - kinds.count(CONTRACT_TYPE) > 1
    coordinators = [one for one in found["contacts"] if one.get("kind") == COORDINATES and _covers(one, today)]
    return not several or "SIP" in kinds or bool(coordinators)


SHOWS: Final[Mapping[int, Callable[[Found, str], bool]]] = {
    4: _has_a_permanent_contact,
    5: _knows_the_next_step,
    6: _has_the_next_time,
    7: _has_one_view,
}
"""The number of a question -> how the overview answers it on a day."""


def _covers(contact: Part, today: str) -> bool:
    begins, ends = day_of(contact.get("start")), day_of(contact.get("end"))
    return (begins or today) <= today <= (ends or date.max.isoformat())
