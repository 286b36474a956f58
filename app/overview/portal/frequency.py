"""How often something is done, in words: so many times a week, on which days, at what hours."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.texts import Text, untranslated

UNITS: Final[Mapping[str, tuple[Text, Text]]] = {
    "h": (Text("i timmen", "an hour"), Text("timme", "hours")),
    "d": (Text("om dagen", "a day"), Text("dag", "days")),
    "wk": (Text("i veckan", "a week"), Text("vecka", "weeks")),
    "mo": (Text("i månaden", "a month"), Text("månad", "months")),
    "a": (Text("om året", "a year"), Text("år", "years")),
}
"""A unit of time after a number of times: each one, and every second or third."""

DAYS: Final[Mapping[str, Text]] = {
    "mon": Text("måndagar", "Mondays"),
    "tue": Text("tisdagar", "Tuesdays"),
    "wed": Text("onsdagar", "Wednesdays"),
    "thu": Text("torsdagar", "Thursdays"),
    "fri": Text("fredagar", "Fridays"),
    "sat": Text("lördagar", "Saturdays"),
    "sun": Text("söndagar", "Sundays"),
}

ORDINAL: Final = {2: "a"}
"""How a Swedish ordinal ends, where it is not `:e`."""


def how_often(repeat: Mapping[str, Any], said: str | None) -> Text | None:
    """A Timing.repeat in words, with what was said of it: `2 gånger i veckan, måndagar och torsdagar kl. 08.00`."""
    told = (_counted(repeat), _when(repeat), untranslated(said) if said else None)
    return _joined(", ", [one for one in told if one])


def _counted(repeat: Mapping[str, Any]) -> Text | None:
    """How many times in what time: `2 gånger om dagen`, `1 gång var 2:a vecka`."""
    times, period, unit = repeat.get("frequency", 1), repeat.get("period"), repeat.get("periodUnit", "")
    if period is None or unit not in UNITS:
        return None
    each, every = UNITS[unit]
    count = Text(f"{times} gång" if times == 1 else f"{times} gånger", "once" if times == 1 else f"{times} times")
    if period == 1:
        return Text(f"{count.swedish} {each.swedish}", f"{count.english} {each.english}")
    ordinal = f"{period}:{ORDINAL.get(period, 'e')}"
    return Text(f"{count.swedish} var {ordinal} {every.swedish}", f"{count.english} every {period} {every.english}")


def _when(repeat: Mapping[str, Any]) -> Text | None:
    """On which days and at what hours: `måndagar och söndagar kl. 07.30`."""
    days = _listed([DAYS[day] for day in repeat.get("dayOfWeek", ())])
    hours = _listed([Text(clock[:5].replace(":", "."), clock[:5]) for clock in repeat.get("timeOfDay", ())])
    at = Text(f"kl. {hours.swedish}", f"at {hours.english}") if hours else None
    return _joined(" ", [one for one in (days, at) if one])


def _listed(several: Sequence[Text]) -> Text | None:
    """Several as one reads them aloud: `a, b och c`."""
    first = _joined(", ", several[:-1])
    if first is None:
        return _joined("", several)
    last = several[-1]
    return Text(f"{first.swedish} och {last.swedish}", f"{first.english} and {last.english}")


def _joined(between: str, several: Sequence[Text]) -> Text | None:
    """Several in a row, None where there are none."""
    if not several:
        return None
    return Text(between.join(one.swedish for one in several), between.join(one.english for one in several))
