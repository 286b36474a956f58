"""What FHIR's dates and times cover, in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.fhir.times import OPEN, instant_text, moments, span


def at(*parts):
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("2026", at(2025, 12, 31, 23), at(2026, 12, 31, 22, 59, 59, 999999)),
        ("2026-02", at(2026, 1, 31, 23), at(2026, 2, 28, 22, 59, 59, 999999)),
        ("2026-05-17", at(2026, 5, 16, 22), at(2026, 5, 17, 21, 59, 59, 999999)),
        ("2026-03-29", at(2026, 3, 28, 23), at(2026, 3, 29, 21, 59, 59, 999999)),
        ("2026-05-17T10:30:00+02:00", at(2026, 5, 17, 8, 30), at(2026, 5, 17, 8, 30)),
        ("2026-05-17T10:30:00.1234567Z", at(2026, 5, 17, 10, 30, 0, 123456), at(2026, 5, 17, 10, 30, 0, 123456)),
        ("2016-12-31T23:59:60Z", at(2017, 1, 1), at(2017, 1, 1)),
        ("9999-12-31T23:59:60Z", at(9999, 12, 31, 23, 59, 59, 999999), at(9999, 12, 31, 23, 59, 59, 999999)),
        ("0001-01-01", at(1, 1, 1), at(1, 1, 1, 22, 47, 47, 999999)),
        ("9999-12-31T23:59:59-05:00", datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        ("9999-12-31", at(9999, 12, 30, 23), at(9999, 12, 31, 22, 59, 59, 999999)),
    ],
)
def test_a_date_covers_its_days_in_stockholm(text, first, last):
    """Summer time and the ends of the calendar too."""
    assert moments(text) == (first, last)


def test_what_is_open_is_none():
    """A Period may lack an end, or both; what is no time at all is open at both."""
    assert span({"start": "2026-05-17"}) == (at(2026, 5, 16, 22), None)
    assert span({"end": "2026-05-17T10:00:00Z"}) == (None, at(2026, 5, 17, 10))
    for nothing in (None, {}, [], 5):
        assert span(nothing) == OPEN


def test_a_list_covers_from_the_first_to_the_last():
    """One that is open makes all open."""
    times = [{"start": "2026-05-17T10:00:00Z", "end": "2026-05-17T11:00:00Z"}, "2026-05-16T10:00:00Z"]
    assert span(times) == (at(2026, 5, 16, 10), at(2026, 5, 17, 11))
    assert span([*times, {"end": "2026-05-17T09:00:00Z"}]) == (None, at(2026, 5, 17, 11))
    assert span([*times, {"start": "2026-05-17T09:00:00Z"}]) == (at(2026, 5, 16, 10), None)


def test_a_timing_covers_its_events_and_bounds():
    """A rhythm without bounds is open."""
    assert span({"event": ["2026-05-17T10:00:00Z", "2026-05-18T10:00:00Z"]}) == (
        at(2026, 5, 17, 10),
        at(2026, 5, 18, 10),
    )
    assert span({"repeat": {"boundsPeriod": {"start": "2026-05-17T10:00:00Z"}}}) == (at(2026, 5, 17, 10), None)
    assert span({"repeat": {"frequency": 1}}) == OPEN


def test_a_moment_is_an_instant_with_milliseconds():
    """Whatever its offset was."""
    moment = datetime(2026, 5, 17, 10, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    assert instant_text(moment) == "2026-05-17T08:30:00.123Z"
