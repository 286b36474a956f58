"""Reads FHIR dates, dateTimes, instants, Periods and Timings as the first and the last instant that they cover, in UTC.

A day is a day in Europe/Stockholm. https://hl7.org/fhir/R4/datatypes.html#dateTime
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

Span: TypeAlias = tuple[datetime | None, datetime | None]

STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
OPEN: Final[Span] = (None, None)

_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LEAP_SECOND: Final = re.compile(r"(T[0-9]{2}:[0-9]{2}):60")


def moments(text: str) -> tuple[datetime, datetime]:
    """Return the first and the last instant of a FHIR date, dateTime or instant that has passed the check."""
    if match := _DATE.fullmatch(text):
        return _days(int(match[1]), match[2] and int(match[2]), match[3] and int(match[3]))
    exact, leaps = _LEAP_SECOND.subn(r"\1:59", text)
    at = _later(_utc(datetime.fromisoformat(exact)), timedelta(seconds=leaps))
    return at, at


def _later(at: datetime, by: timedelta) -> datetime:
    """Add a duration, up to the last instant of the calendar."""
    try:
        return at + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def span(node: object) -> Span:
    """Return the first and the last instant of a date, a Period, a Timing or a list of them; None is open."""
    if isinstance(node, str):
        return moments(node)
    if isinstance(node, list):
        return _union(map(span, node))
    if not isinstance(node, dict):
        return OPEN
    if "repeat" in node or "event" in node:
        return _union([span(node.get("event")), span(node.get("repeat", {}).get("boundsPeriod"))])
    return _period(node)


def _period(node: Mapping[str, Any]) -> Span:
    start, end = node.get("start"), node.get("end")
    return (moments(start)[0] if start else None, moments(end)[1] if end else None)


def _union(spans: Iterable[Span]) -> Span:
    known = [limits for limits in spans if limits != OPEN]
    starts = [start for start, _ in known]
    ends = [end for _, end in known]
    return (
        None if None in starts else min(filter(None, starts), default=None),
        None if None in ends else max(filter(None, ends), default=None),
    )


def _days(year: int, month: int | str | None, day: int | str | None) -> tuple[datetime, datetime]:
    first = datetime(year, int(month or 1), int(day or 1), tzinfo=STOCKHOLM)
    last_month = int(month or 12)
    last_day = int(day or monthrange(year, last_month)[1])
    last = datetime(year, last_month, last_day, 23, 59, 59, 999999, tzinfo=STOCKHOLM)
    return _utc(first), _utc(last)


def _utc(at: datetime) -> datetime:
    """Convert to UTC, within the first and the last instant of the calendar."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if at.year == 1 else datetime.max.replace(tzinfo=UTC)


def instant_text(moment: datetime) -> str:
    """A moment as an instant in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
