"""Moments are written in UTC."""

from datetime import datetime, timedelta, timezone

from app.fhir.instants import instant_text


def test_a_moment_is_an_instant_with_milliseconds():
    """Whatever its offset was."""
    moment = datetime(2026, 5, 17, 10, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    assert instant_text(moment) == "2026-05-17T08:30:00.123Z"
