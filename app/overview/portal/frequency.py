"""How often something is done, as a text: times per period, days and hours (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.texts import Text, untranslated

UNITS: Final[Mapping[str, tuple[Text, Text]]] = {
    "h": (Text("an hour", "i timmen"), Text("hours", "timme")),
    "d": (Text("a day", "om dagen"), Text("days", "dag")),
    "wk": (Text("a week", "i veckan"), Text("weeks", "vecka")),
    "mo": (Text("a month", "i månaden"), Text("months", "månad")),
    "a": (Text("a year", "om året"), Text("years", "år")),
}
"""Each unit of time (UCUM), as in `once a week` and as in `every 2 weeks`."""

DAYS: Final[Mapping[str, Text]] = {
    "mon": Text("Mondays", "måndagar"),
    "tue": Text("Tuesdays", "tisdagar"),
    "wed": Text("Wednesdays", "onsdagar"),
    "thu": Text("Thursdays", "torsdagar"),
    "fri": Text("Fridays", "fredagar"),
    "sat": Text("Saturdays", "lördagar"),
    "sun": Text("Sundays", "söndagar"),
}

ORDINAL: Final = {2: "a"}
"""The endings of Swedish ordinals other than `:e`."""


def how_often(repeat: Mapping[str, Any], comment: str | None) -> Text | None:
    """A Timing.repeat and its comment as a text: `2 gånger i veckan, måndagar och torsdagar kl. 08.00`."""
    texts = (_times_per_period(repeat), _days_and_hours(repeat), untranslated(comment) if comment else None)
    return _joined(", ", [text for text in texts if text])


def _times_per_period(repeat: Mapping[str, Any]) -> Text | None:
    """The number of times in a period: `2 gånger om dagen`, `1 gång var 2:a vecka`."""
    times, period, unit = repeat.get("frequency", 1), repeat.get("period"), repeat.get("periodUnit", "")
    if period is None or unit not in UNITS:
        return None
    per_unit, every_units = UNITS[unit]
    count = Text("once" if times == 1 else f"{times} times", f"{times} gång" if times == 1 else f"{times} gånger")
    if period == 1:
        return Text(f"{count.english} {per_unit.english}", f"{count.swedish} {per_unit.swedish}")
    ordinal = f"{period}:{ORDINAL.get(period, 'e')}"
    return Text(
        f"{count.english} every {period} {every_units.english}", f"{count.swedish} var {ordinal} {every_units.swedish}"
    )


def _days_and_hours(repeat: Mapping[str, Any]) -> Text | None:
    """The days and the hours: `måndagar och söndagar kl. 07.30`."""
    days = _listed([DAYS[day] for day in repeat.get("dayOfWeek", ())])
    hours = _listed([Text(clock[:5], clock[:5].replace(":", ".")) for clock in repeat.get("timeOfDay", ())])
    at = Text(f"at {hours.english}", f"kl. {hours.swedish}") if hours else None
    return _joined(" ", [text for text in (days, at) if text])


def _listed(texts: Sequence[Text]) -> Text | None:
    """The texts as a list in a sentence: `a, b och c`."""
    first = _joined(", ", texts[:-1])
    if first is None:
        return _joined("", texts)
    last = texts[-1]
    return Text(f"{first.english} and {last.english}", f"{first.swedish} och {last.swedish}")


def _joined(separator: str, texts: Sequence[Text]) -> Text | None:
    """The texts joined, or None if there are none."""
    if not texts:
        return None
    return Text(separator.join(text.english for text in texts), separator.join(text.swedish for text in texts))
