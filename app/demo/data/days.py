"""Days and times of the demo, counted from today, so that the data is never out of date."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SATURDAY = 5


class Days(NamedTuple):
    """A calendar around `today`; offsets are in days, negative for the past."""

    today: date

    def day(self, offset: int) -> str:
        """The day as a FHIR `date`."""
        return (self.today + timedelta(days=offset)).isoformat()

    def at(self, offset: int, hour: int, minute: int = 0) -> str:
        """The local time on a day as a FHIR `instant`; a weekend becomes the next weekday away from today."""
        day = self.today + timedelta(days=offset)
        if day.weekday() >= SATURDAY:
            away = 7 - day.weekday() if offset > 0 else SATURDAY - 1 - day.weekday()
            day += timedelta(days=away)
        return datetime.combine(day, time(hour, minute), STOCKHOLM).isoformat()

    def period(self, first: int, last: int | None = None) -> dict[str, str]:
        """A FHIR `Period` of days, open at the end if no last day is given."""
        start = {"start": self.day(first)}
        return start if last is None else {**start, "end": self.day(last)}
