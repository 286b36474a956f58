"""What a contract itself answers of the seven questions (de sju frågorna): the last four can be seen in it.

The first three are the person's own to answer. The questions are SKR's, https://skr.se/patientkontrakt.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from app.contracts.elements import LOCAL

Json = Mapping[str, Any]

_COORDINATES: Final = "coordinating-care-contact"
_UNDER_WAY: Final = frozenset({"active", "on-hold"})


def answered(contract: Json, day: date) -> dict[int, bool]:
    """Whether questions 4 to 7 hold on a day, by what the contract's JSON says."""
    today = day.isoformat()
    return {number: holds(contract, today) for number, holds in HOLDS.items()}


def _has_a_permanent_contact(contract: Json, today: str) -> bool:
    """4: there is a permanent care contact (fast vårdkontakt) now."""
    return any(_covers(one.get("period", {}), today) for one in contract["contacts"])


def _knows_the_next_step(contract: Json, today: str) -> bool:
    """5: a time ahead, an invitation, a review, or something planned that goes on."""
    review = contract.get("review", {})
    is_reviewed = review.get("status") == "planned" and review["on"] >= today
    return is_reviewed or any(_is_ahead(one, today) for one in contract["times"]) or _goes_on(contract, today)


def _has_the_next_time(contract: Json, today: str) -> bool:
    """6: a time ahead is booked; an invitation is not agreed yet."""
    return any(one["status"] == "booked" and _local_day(one["start"]) >= today for one in contract["times"])


def _has_one_view(contract: Json, today: str) -> bool:
    """7: other plans stand beside the agreement, and where there are several, somebody coordinates them."""
    plans = [one for one in contract["plans"] if one["status"] in _UNDER_WAY]
    count = len(plans) + sum(one["status"] == "current" for one in contract["documents"])
    return count < 2 or "sip" in contract or _has_a_coordinator(contract["contacts"], today)


HOLDS: Final[Mapping[int, Callable[[Json, str], bool]]] = {
    4: _has_a_permanent_contact,
    5: _knows_the_next_step,
    6: _has_the_next_time,
    7: _has_one_view,
}
"""The number of a question -> how a contract answers it on a day."""


def _has_a_coordinator(contacts: Iterable[Json], today: str) -> bool:
    return any(one["kind"] == _COORDINATES and _covers(one.get("period", {}), today) for one in contacts)


def _is_ahead(time: Json, today: str) -> bool:
    if time["status"] not in {"booked", "invited"}:
        return False
    if "start" in time:
        return _local_day(time["start"]) >= today
    return _ends(time.get("window", {})) >= today


def _goes_on(contract: Json, today: str) -> bool:
    agreement = contract["agreement"]
    planned = [*agreement["iDo"], *agreement["careDoes"], *agreement["othersDo"]]
    return any(one["status"] == "active" and _ends(one.get("period", {})) >= today for one in planned)


def _covers(period: Json, today: str) -> bool:
    return (period.get("start") or today) <= today <= _ends(period)


def _ends(period: Json) -> str:
    return period.get("end") or date.max.isoformat()


def _local_day(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(LOCAL).date().isoformat()
