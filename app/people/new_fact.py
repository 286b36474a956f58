"""Reads the members of a new fact about a person, from JSON or a line of an import, with a table of members by kind.

A fault names the member and what to send instead, never a value.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, NoReturn

from app.access.caller import Caller, CallerKind
from app.access.fact_kinds import FactKind
from app.errors import Fault, Malformed, Unprocessable
from app.fhir.identifiers import holds_personal_number, parse_hsa
from app.fhir.ids import is_id
from app.fhir.times import moments
from app.storage.fact_rows import PersonFact

EMERGENCY_HOURS: Final = 12
"""The hours that an emergency opening lasts, and the most that a block is lifted for an emergency."""

REASONS: Final = frozenset({"consent", "emergency"})
"""Why a block is lifted for a time (PDL 4 kap. 5 §)."""

REASON_LENGTHS: Final = range(10, 501)
"""The characters that the reason of an emergency opening may have."""

Members = Mapping[str, Any]


class MemberRow(NamedTuple):
    """The members that a kind of fact must and may have, and those that default to the caller's assignment."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    from_assignment: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Every member of this kind."""
        return self.required | self.optional


_WHOSE: Final = frozenset({"giver", "unit", "employee"})
_TIMES: Final = frozenset({"starts", "ends"})
_PERIOD: Final = frozenset({"informationFrom", "informationTo"})
_GIVER: Final = frozenset({"giver"})
_UNIT: Final = frozenset({"giver", "unit"})

MEMBERS: Final[Mapping[FactKind, MemberRow]] = {
    FactKind.RELATION: MemberRow(frozenset(), _WHOSE | _TIMES, _UNIT),
    FactKind.CONSENT: MemberRow(frozenset({"informed"}), _WHOSE | _TIMES, _GIVER),
    FactKind.OUTER_BLOCK: MemberRow(_GIVER, _PERIOD | {"unit"}),
    FactKind.INNER_BLOCK: MemberRow(_UNIT, _PERIOD),
    FactKind.OUTER_LIFTING: MemberRow(frozenset({"block", "ends", "reason"}), _WHOSE, _UNIT),
    FactKind.INNER_LIFTING: MemberRow(frozenset({"block", "ends", "reason"}), _WHOSE, _UNIT),
    FactKind.EMERGENCY: MemberRow(frozenset({"reason"}), frozenset({"ends"}), _WHOSE),
    FactKind.INCAPABLE: MemberRow(frozenset({"wishesClarified", "objection"}), frozenset({"ends"}), _WHOSE),
    FactKind.GUARDIAN: MemberRow(frozenset({"guardian"}), _TIMES),
    FactKind.CLOSING: MemberRow(frozenset({"guardian"}), frozenset({"ends"}), _UNIT),
}  # fmt: skip


def read_members(kind: FactKind, members: Members) -> None:
    """Raise Malformed for a member that the kind does not have, or lacks."""
    row = MEMBERS[kind]
    wrong = next(iter(sorted(members.keys() - row.names)), None) or next(
        iter(sorted(row.required - members.keys())), None
    )
    if wrong is not None:
        names = ", ".join(sorted(row.required) or ["no others"])
        may = ", ".join(sorted(row.optional) or ["no others"])
        raise Malformed(
            Fault(
                "structure",
                f"Besides the person, this must have {names}, and may have {may}.",
                f"Förutom personen måste detta ha {names}, och får ha {may}.",
                wrong if wrong in ALL_NAMES else None,
            )
        )


ALL_NAMES: Final = frozenset(name for row in MEMBERS.values() for name in row.names)


def new_fact(
    kind: FactKind, members: Members, caller: Caller, *, now: dt.datetime, may_be_over: bool = False
) -> PersonFact:
    """The fact of these members, registered by this caller; with `may_be_over` it may have ended already.

    Raises:
        Malformed: a member is missing, or is none of this kind.
        Unprocessable: the value of a member breaks a rule.
    """
    read_members(kind, members)
    given = {name: value for name, value in members.items() if value is not None}
    whose = _assignment(kind, caller) | {name: _hsa(given[name], name) for name in _WHOSE if name in given}
    starts, ends = _times(kind, given, now, may_be_over=may_be_over)
    fact = PersonFact(
        kind=kind,
        starts=starts,
        ends=ends,
        giver=whose.get("giver"),
        unit=whose.get("unit"),
        employee=whose.get("employee"),
        person=_id(given.get("guardian"), "guardian"),
        target=_id(given.get("block"), "block"),
        reason=_reason(kind, given),
        information_from=_moment(given, "informationFrom", first=True),
        information_to=_moment(given, "informationTo", first=False),
        informed=_informed(given, starts, now),
    )
    _require_promises(kind, given)
    if kind is not FactKind.GUARDIAN and fact.giver is None:
        _refuse("giver", "Name the giver by its HSA-id.", "Ange givaren med dess HSA-id.")
    if fact.information_from and fact.information_to and fact.information_to < fact.information_from:
        _refuse("informationTo", "The period must end after it begins.", "Perioden måste sluta efter att den börjar.")
    return fact


def _assignment(kind: FactKind, caller: Caller) -> dict[str, str | None]:
    """What a member of staff or a system does not say: the own giver, and for staff the own unit and oneself."""
    if caller.kind is CallerKind.CITIZEN:
        return {}
    defaults = MEMBERS[kind].from_assignment
    own = {"giver": caller.giver}
    if caller.kind is CallerKind.STAFF:
        own |= {"unit": caller.unit, "employee": caller.id}
    return {name: value for name, value in own.items() if name in defaults}


def _times(
    kind: FactKind, given: Members, now: dt.datetime, *, may_be_over: bool
) -> tuple[dt.datetime, dt.datetime | None]:
    starts = _instant(given["starts"], "starts") if "starts" in given else now
    ends = _instant(given["ends"], "ends") if "ends" in given else None
    latest = now + dt.timedelta(hours=EMERGENCY_HOURS)
    if kind is FactKind.EMERGENCY:
        ends = ends or latest
    is_urgent = kind is FactKind.EMERGENCY or (given.get("reason") == "emergency")
    if ends is not None and ((ends <= now and not may_be_over) or ends <= starts):
        _refuse("ends", "Send an end that is later than now and than the start.", "Ange ett slut efter nu och starten.")
    if is_urgent and ends is not None and ends > latest:
        _refuse(
            "ends",
            f"An emergency lasts at most {EMERGENCY_HOURS} hours; open it again if it is needed longer.",
            f"En nödöppning varar högst {EMERGENCY_HOURS} timmar; öppna på nytt om den behövs längre.",
        )
    return starts, ends


def _informed(given: Members, starts: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """When the person was told what sharing means: before it begins (SVOD 2 kap. 2 §)."""
    if "informed" not in given:
        return None
    informed = min(starts, now) if given["informed"] is True else _instant(given["informed"], "informed")
    if informed > max(starts, now) or informed > now:
        _refuse(
            "informed",
            "Inform the person before the consent begins, and send when that was, or true.",
            "Informera personen innan samtycket börjar gälla, och ange när det gjordes, eller true.",
        )
    return informed


def _reason(kind: FactKind, given: Members) -> str | None:
    if "reason" not in given:
        return None
    reason = given["reason"]
    if kind is not FactKind.EMERGENCY:
        if reason not in REASONS:
            _refuse("reason", "Send consent or emergency.", "Ange consent eller emergency.")
        return str(reason)
    if not isinstance(reason, str) or len(reason.strip()) not in REASON_LENGTHS or holds_personal_number(reason):
        _refuse(
            "reason",
            "Give the reason in 10 to 500 characters, without a personal number.",
            "Ange skälet med 10 till 500 tecken, utan personnummer.",
        )
    return reason.strip()


def _require_promises(kind: FactKind, given: Members) -> None:
    """What SVOD 3 kap. 3 § wants of the one who assesses that a person cannot decide."""
    if kind is not FactKind.INCAPABLE:
        return
    if given.get("wishesClarified") is not True:
        _refuse(
            "wishesClarified",
            "First clarify the person's wishes as far as possible, and send true.",
            "Klarlägg först personens vilja så långt det går, och ange true.",
        )
    if given.get("objection") is not False:
        _refuse(
            "objection",
            "Nothing may suggest that the person would object; send false.",
            "Inget får tala för att personen skulle säga nej; ange false.",
        )


def _moment(given: Members, name: str, *, first: bool) -> dt.datetime | None:
    """The first or the last instant of a day or a time."""
    if name not in given:
        return None
    try:
        return moments(given[name])[0 if first else 1]
    except (ValueError, TypeError):
        _refuse(name, "Send a day, as 2026-01-31.", "Ange en dag, som 2026-01-31.")


def _instant(value: object, name: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    return _refuse(
        name, "Send a time with its zone, as 2026-01-31T12:00:00Z.", "Ange en tid med zon, som 2026-01-31T12:00:00Z."
    )


def _hsa(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise Malformed(Fault("structure", "Send an HSA-id as a text.", "Skicka ett HSA-id som text.", name))
    return parse_hsa(value, expression=name).value


def _id(value: object, name: str) -> str | None:
    if value is None:
        return None
    text = value.removeprefix("Patient/") if isinstance(value, str) else ""
    if not is_id(text):
        _refuse(name, "Send an id.", "Ange ett id.")
    return text


def _refuse(name: str, english: str, swedish: str) -> NoReturn:
    raise Unprocessable(Fault("value", english, swedish, name))
