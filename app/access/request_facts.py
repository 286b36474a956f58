"""The facts of one request about one person, computed from what storage knows of the person.

A fact that is missing or cannot be read is unknown, and an unknown fact permits nothing. Days, and so ages, are local
Swedish days.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from app.access.caller import Caller, CallerKind
from app.fhir.times import STOCKHOLM

StoredFacts = Mapping[str, Any]
YesNo = Literal["yes", "no", "unknown"]

CHILD_UNTIL: Final = 13
"""The age at which a guardian's access ends."""

POPULATION_REGISTER: Final = "population-register"
"""The property of a registered client that answers for who people are."""

ADULT_FROM: Final = 16
"""Own digital access begins at this age."""


class LimitedBlock(NamedTuple):
    """A block of one unit towards other givers, or of the information of one period (None: open at that end).

    `unit` None means all units. Information is blocked if its own period overlaps this one, if only in part.
    """

    is_inner: bool
    giver: str
    unit: str | None
    starts: dt.datetime | None
    ends: dt.datetime | None

    def covers(self, first: dt.datetime | None, last: dt.datetime | None) -> bool:
        """Whether information from `first` to `last` (None: not known) overlaps the period."""
        is_after = self.ends is not None and first is not None and first > self.ends
        is_before = self.starts is not None and last is not None and last < self.starts
        return not is_after and not is_before


class Blocks(NamedTuple):
    """The blocks in force for a caller.

    `outer` are the givers whose information is blocked for others, `inner` the units that are blocked within the
    caller's own giver (None: all of it), `limited` the other blocks; `known` is False if a block could not be read.
    """

    outer: frozenset[str] = frozenset()
    inner: frozenset[str | None] = frozenset()
    limited: tuple[LimitedBlock, ...] = ()
    known: bool = False


class Facts(NamedTuple):
    """The facts of a request, and the values that the facts of its items are computed from.

    `request` has the value of each fact of a request in `app.access.facts` but `action`. `giver` and `unit` are the
    caller's. The facts hold up to but not including `until`: nothing that has a time begins or ends before it.
    `protected_guardian` is whether a guardian, present or former, has a protected identity, or may have one.
    """

    request: Mapping[str, str]
    giver: str | None
    unit: str | None
    blocks: Blocks
    day: dt.date
    until: dt.datetime
    protected_guardian: bool


def facts_of_request(
    caller: Caller,
    stored: StoredFacts | None,
    *,
    caller_patient: str | None,
    patient: str,
    now: dt.datetime,
    holding: bool | None = None,
) -> Facts:
    """The facts for this caller about `patient` (an id) at `now`.

    `stored` are the facts that `app.storage.record_reading` returns, None if the person is not known.
    `caller_patient` is the Patient id of a citizen, None if unknown.
    """
    day = now.astimezone(STOCKHOLM).date()
    known = stored if stored is not None else {}
    age = _age(known.get("birthDate"), day)
    incapable = _best_of(known.get("incapacities"), now)
    related = _any_current(caller, known.get("relations"), now)
    return Facts(
        request={
            "role": caller.role,
            "purpose": caller.purpose,
            "relationship": _relationship(caller, known, caller_patient=caller_patient, patient=patient, now=now),
            "age": age,
            "care_relation": related,
            "sharing": _sharing(caller, known, now, age=age, incapable=incapable),
            "incapable": incapable,
            "protected": _yes_no(known.get("protected")),
            "client": "population-register" if POPULATION_REGISTER in caller.properties else "none",
            "holding": "yes" if related == "yes" else _yes_no(holding),
        },
        giver=caller.giver,
        unit=caller.unit,
        blocks=_blocks(caller, stored, now),
        day=day,
        until=min([_midnight_after(day), *_turning_times(known, now)]),
        protected_guardian=known.get("protectedGuardian", not known) is not False,
    )


@lru_cache(maxsize=8)
def _midnight_after(day: dt.date) -> dt.datetime:
    """The Swedish midnight that ends a day: ages and the rows of the policy may change then."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), STOCKHOLM)


def _turning_times(stored: StoredFacts, now: dt.datetime) -> Iterator[dt.datetime]:
    """The times after `now` at which a fact of the person begins or ends."""
    for entries in stored.values():
        if isinstance(entries, list):
            for entry in entries:
                for name in TURNING & entry.keys():
                    if (time := _instant(entry[name])) is not None and time > now:
                        yield time


TURNING: Final = frozenset({"starts", "ends", "created", "lifted"})
"""The members of a stored fact that hold a time at which it begins or ends."""


def related_givers(stored: StoredFacts, now: dt.datetime) -> dict[str, dt.datetime]:
    """The givers with a care relation (patientrelation) to the person now, each with the start of its oldest one."""
    givers: dict[str, dt.datetime] = {}
    for entry in stored.get("relations") or ():
        giver, starts = entry.get("giver"), _instant(entry.get("starts"))
        if giver and starts is not None and _current(entry, now) == "yes":
            givers[giver] = min(starts, givers.get(giver, starts))
    return givers


def _yes_no(value: object) -> YesNo:
    return "yes" if value is True else "no" if value is False else "unknown"


def _age(birth_date: object, day: dt.date) -> str:
    try:
        born = dt.date.fromisoformat(str(birth_date))
    except ValueError:
        return "unknown"
    if born > day:
        return "unknown"
    if day < _birthday(born, CHILD_UNTIL):
        return "under-13"
    return "13-15" if day < _birthday(born, ADULT_FROM) else "16-up"


def _birthday(born: dt.date, years: int) -> dt.date:
    """The day an age is reached; somebody born on 29 February reaches it on the 28th of a common year, as in SQL."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return born.replace(year=born.year + years, day=28)


def _relationship(
    caller: Caller, stored: StoredFacts, *, caller_patient: str | None, patient: str, now: dt.datetime
) -> str:
    if caller.kind is not CallerKind.CITIZEN:
        return "none"
    if not caller_patient or not patient:
        return "unknown"
    if caller_patient == patient:
        return "self"
    listed = stored.get("representatives")
    if listed is None:
        return "unknown"
    mandates = [entry for entry in listed if entry.get("person") == caller_patient and entry.get("kind") == "guardian"]
    closings = [entry for entry in stored.get("closings", ()) if entry.get("person") == caller_patient]
    if _best(_current(entry, now) for entry in closings) != "no":
        return "none"
    return {"yes": "guardian", "no": "none"}.get(_best(_current(entry, now) for entry in mandates), "unknown")


def _sharing(caller: Caller, stored: StoredFacts, now: dt.datetime, *, age: str, incapable: YesNo) -> str:
    """The first ground (SVOD 3 kap.) that holds for reading what other givers have documented.

    A child cannot consent, so that its age comes first; an emergency comes last, since it needs that none other holds.
    """
    grounds: tuple[tuple[str, YesNo], ...] = (
        ("child", "unknown" if age == "unknown" else _yes_no(age == "under-13")),
        ("consent", _any_current(caller, stored.get("consents"), now)),
        ("incapable", "no" if age in {"under-13", "13-15"} else incapable if age == "16-up" else "unknown"),
        ("emergency", _any_current(caller, stored.get("emergencies"), now)),
    )
    holding = next((ground for ground, answer in grounds if answer == "yes"), None)
    return holding or ("unknown" if "unknown" in dict(grounds).values() else "none")


def _best_of(entries: Sequence[StoredFacts] | None, now: dt.datetime) -> YesNo:
    """Whether one of these entries holds now, whoever it is for."""
    return "unknown" if entries is None else _best(_current(entry, now) for entry in entries)


def _any_current(caller: Caller, entries: Sequence[StoredFacts] | None, now: dt.datetime) -> YesNo:
    """Whether one of these care relations (patientrelation) or consents (samtycke) holds now for the caller."""
    if entries is None or caller.giver is None:
        return "unknown"
    return _best(_current(entry, now) for entry in entries if _is_for(caller, entry))


def _is_for(caller: Caller, entry: StoredFacts) -> bool:
    """Whether an entry is for the caller: for their giver, and for their unit and themself if it names these."""
    return (
        entry.get("giver") == caller.giver
        and entry.get("unit") in {None, caller.unit}
        and entry.get("employee") in {None, caller.id}
    )


def _best(values: Iterable[YesNo]) -> YesNo:
    answers = set(values)
    return "yes" if "yes" in answers else "unknown" if "unknown" in answers else "no"


def _current(entry: StoredFacts, now: dt.datetime) -> YesNo:
    """Whether an entry is in force: from its start up to but not including its end, and never if it is cancelled."""
    if entry.get("cancelled"):
        return "no"
    starts, ends = _instant(entry.get("starts")), _instant(entry.get("ends"))
    if starts is None or (ends is None and entry.get("ends") is not None):
        return "unknown"
    return "yes" if starts <= now and (ends is None or now < ends) else "no"


def _blocks(caller: Caller, stored: StoredFacts | None, now: dt.datetime) -> Blocks:
    """The blocks that are in force for the caller: those that are not lifted, for good or for a time."""
    listed = None if stored is None else stored.get("blocks")
    if stored is None or listed is None:
        return Blocks()
    lifted = {
        entry.get("block")
        for entry in stored.get("liftings", ())
        if _is_for(caller, entry) and _current(entry, now) == "yes"
    }
    current = [entry for entry in listed if not _is_lifted(entry, now) and not (lifted and entry.get("id") in lifted)]
    limited = [entry for entry in current if _is_limited(entry)]
    general = [entry for entry in current if not _is_limited(entry)] if limited else current
    return Blocks(
        frozenset(str(entry.get("giver")) for entry in general if entry.get("kind") == "outer"),
        frozenset(
            entry.get("unit")
            for entry in general
            if entry.get("kind") == "inner" and entry.get("giver") == caller.giver
        ),
        tuple(map(_limited_block, limited)),
        all(entry.get("kind") in {"outer", "inner"} and entry.get("giver") for entry in current),
    )


def _is_limited(block: StoredFacts) -> bool:
    has_unit = block.get("kind") == "outer" and block.get("unit") is not None
    return has_unit or block.get("from") is not None or block.get("to") is not None


def _limited_block(block: StoredFacts) -> LimitedBlock:
    """The block; a time that cannot be read does not limit it."""
    return LimitedBlock(
        block.get("kind") == "inner",
        str(block.get("giver")),
        block.get("unit"),
        _instant(block.get("from")),
        _instant(block.get("to")),
    )


def _is_lifted(block: StoredFacts, now: dt.datetime) -> bool:
    """Whether a block is lifted; a block whose time of lifting cannot be read is in force."""
    lifted = _instant(block.get("lifted"))
    return lifted is not None and lifted <= now


def _instant(value: object) -> dt.datetime | None:
    """A moment with its offset, None for anything else."""
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
