"""Random contracts that are right: drawn from the model's JSON Schema, so that a new field needs only to be there.

An object gets each of its properties now and then, a list a few items, a text what its `format` and name call for; then
`MENDS` mends what no schema says. The same random numbers make the same contract.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from functools import cache
from itertools import count
from random import Random
from typing import Any, Final, cast

from app.cli import sample_words
from app.contracts.part_places import confirmation_order, has_team
from app.contracts.patient_contract import NEEDS_NO_CONSENT, PatientContract
from app.contracts.to_fhir import REVISION_FIELDS

Made = dict[str, Any]
Fill = Callable[[str], Any]
"""Draws a value for one more property of the same object."""

_ITEMS: Final = (1, 1, 1, 2, 2, 3)
_AWKWARD: Final = 0.06
_LONG: Final = 0.004
_ID: Final = "abcdefghijklmnopqrstuvwxyzABCDEFG0-."
_USUAL: Final = (date(2025, 1, 1), date(2028, 12, 31))
_ANY: Final = (date(1900, 1, 1), date(2199, 12, 31))


class Dice(Random):
    """Random numbers; `chance` is how often what may be left out is there."""

    chance: float = 0.4


def samples(seed: int) -> Iterator[PatientContract]:
    """Contracts without end, the same for the same seed."""
    dice = Dice(seed)
    while True:
        yield sample(dice)


def sample(dice: Dice) -> PatientContract:
    """One contract, in which everything that may have an id has one."""
    made = _object(dice, schema())
    _tell_apart(made, count(1))
    return PatientContract.model_validate_json(json.dumps(made))


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of a contract, with what may be there in place of each reference and each choice."""
    whole = PatientContract.model_json_schema(by_alias=True)

    def plain(node: Any) -> Any:
        if isinstance(node, list):
            return [plain(each) for each in node]
        if not isinstance(node, dict):
            return node
        there = next((one for one in node.get("anyOf", ()) if one.get("type") != "null"), node)
        there = whole["$defs"][there["$ref"].rpartition("/")[2]] if "$ref" in there else there
        return {name: plain(each) for name, each in there.items() if name != "$defs"}

    return cast("Mapping[str, Any]", plain(whole))


def _tell_apart(node: Any, numbers: Iterator[int]) -> None:
    """Give every id a number of its own."""
    if isinstance(node, dict):
        if "id" in node:
            node["id"] += f".{next(numbers)}"
        _tell_apart(list(node.values()), numbers)
    elif isinstance(node, list):
        for each in node:
            _tell_apart(each, numbers)


def _object(dice: Dice, model: Mapping[str, Any]) -> Made:
    properties, required = model["properties"], {"id", *model.get("required", ())}

    def fill(name: str) -> Any:
        return _value(dice, name, properties[name])

    made = {name: fill(name) for name in properties if name in required or dice.random() < dice.chance}
    mend = MENDS.get(model["title"])
    return mend(dice, made, fill) if mend else made


def _value(dice: Dice, name: str, wanted: Mapping[str, Any]) -> Any:
    if "enum" in wanted:
        return dice.choice(wanted["enum"])
    match wanted["type"]:
        case "object":
            return _object(dice, wanted)
        case "array":
            items = max(dice.choice(_ITEMS), wanted.get("minItems", 0))
            return [_value(dice, name, wanted["items"]) for _ in range(items)]
        case "integer":
            return dice.randint(wanted["minimum"], wanted["maximum"])
        case "boolean":
            return dice.random() < 0.5
    return FORMATS[wanted["format"]](dice, name)


def _words(dice: Dice, name: str) -> str:
    if dice.random() < _AWKWARD:
        return dice.choice(sample_words.AWKWARD)
    return dice.choice(sample_words.SAID.get(name, sample_words.OTHERWISE))


def _prose(dice: Dice, name: str) -> str:
    if dice.random() < _LONG:
        return sample_words.LONG * dice.randint(10, 80)
    return _words(dice, name)


def _id(dice: Dice, _: str) -> str:
    return "".join(dice.choices(_ID, k=dice.choice((1, 20, 32, 60))))


def _hsa_id(dice: Dice, _: str) -> str:
    return f"{dice.choice(sample_words.GIVERS)}-{dice.randint(0x1000, 0xFFFF):X}"


def _link(dice: Dice, _: str) -> str:
    return dice.choice(sample_words.HOSTS) + dice.choice(("", f"/{dice.randint(1, 99)}", "?visa=alla#nu"))


def _day(dice: Dice) -> date:
    first, last = _ANY if dice.random() < _AWKWARD else _USUAL
    return first + timedelta(days=dice.randint(0, (last - first).days))


def _instant(dice: Dice, _: str) -> str:
    day, zone = _day(dice), timezone(timedelta(minutes=dice.choice(sample_words.OFFSETS)))
    micro = dice.choice((0, 0, 0, 120_000, 1))
    moment = datetime(day.year, day.month, day.day, dice.randint(0, 23), dice.randint(0, 59), 0, micro, zone)
    return moment.isoformat()


FORMATS: Final[Mapping[str, Callable[[Dice, str], str]]] = {
    "words": _words,
    "prose": _prose,
    "id": _id,
    "hsa-id": _hsa_id,
    "link": _link,
    "address": _link,
    "date": lambda dice, _: _day(dice).isoformat(),
    "date-time": _instant,
    "patient-reference": lambda dice, name: f"Patient/{_id(dice, name)}",
    "system": lambda dice, _: dice.choice(sample_words.SYSTEMS),
    "code": lambda dice, _: dice.choice(sample_words.CODES),
    "language": lambda dice, _: dice.choice(sample_words.LANGUAGES),
    "media-type": lambda dice, _: dice.choice(sample_words.MEDIA_TYPES),
    "clock-time": lambda dice, _: f"{dice.randint(0, 23):02}:{dice.choice((0, 15, 30, 59)):02}",
}
"""What a text is, by the `format` that `values` gives it."""


def _without(made: Made, *names: str) -> Made:
    return {name: value for name, value in made.items() if name not in names}


def _ordered(made: Made, first: str, last: str) -> Made:
    if first in made and last in made:
        made[first], made[last] = sorted((made[first], made[last]), key=datetime.fromisoformat)
    return made


def _says(*names: str) -> Callable[[Dice, Made, Fill], Made]:
    """At least one of some properties."""

    def mend(_: Dice, made: Made, fill: Fill) -> Made:
        return made if made.keys() & set(names) else {**made, names[0]: fill(names[0])}

    return mend


def _period(dice: Dice, made: Made, fill: Fill) -> Made:
    return _ordered(_says("start", "end")(dice, made, fill), "start", "end")


def _way(dice: Dice, made: Made, _: Fill) -> Made:
    addresses = {"phone": sample_words.NUMBERS, "sms": sample_words.NUMBERS, "email": sample_words.MAILS}
    pool = addresses.get(made["channel"])
    return {**made, "value": dice.choice(pool)} if pool else made


def _often(_: Dice, made: Made, fill: Fill) -> Made:
    if made.keys() & {"times", "every", "unit"}:
        return {name: fill(name) for name in ("times", "every", "unit")} | made
    return made or {"text": fill("text")}


def _aim(_: Dice, made: Made, fill: Fill) -> Made:
    if "target" in made and "measure" not in made:
        made["measure"] = fill("measure")
    return _ordered(made, "start", "due")


def _time(_: Dice, made: Made, fill: Fill) -> Made:
    status = made.get("status", "booked")
    if "start" in made or status not in {"invited", "cancelled"}:
        made = _without({"start": fill("start"), "end": fill("end")} | made, "window")
    else:
        made = _without(made, "end", *(() if status == "invited" else ("window",)))
    return _ordered(made if status == "cancelled" else _without(made, "cancellationReason"), "start", "end")


def _questions(_: Dice, made: Made, __: Fill) -> Made:
    answers = {each["question"]: each for each in made["answers"]}
    return {**made, "answers": [answers[number] for number in sorted(answers)]}


def _contact(_: Dice, made: Made, __: Fill) -> Made:
    begins, handover = made.get("period", {}).get("start", ""), made.get("handover")
    if handover is None:
        return made
    return {**made, "handover": {**handover, "on": max(begins, handover["on"])}}


def _confirmation(_: Dice, made: Made, fill: Fill) -> Made:
    return _without(made, "name") if made["party"] == "person" else {"name": fill("name"), **made}


def _sip(dice: Dice, made: Made, _: Fill) -> Made:
    kinds = dice.sample(("region", "municipality"), k=2)
    return {**made, "principals": [{**one, "kind": kind} for one, kind in zip(made["principals"], kinds, strict=False)]}


def _writer(_: Dice, made: Made, fill: Fill) -> Made:
    return {**made, "practitioner": fill("practitioner")} if "name" in made else made


def _contract(dice: Dice, made: Made, fill: Fill) -> Made:
    type, agreement = made.get("type"), made["agreement"]
    made = _apart(made)
    if type == "SIP":
        cares = [{"principal": dice.choice(("region", "municipality")), **one} for one in agreement.get("careDoes", ())]
        made = {"sip": fill("sip"), "review": fill("review"), **made, "agreement": {**agreement, "careDoes": cares}}
        made = _consented(made)
    elif type == "LSS":
        made = _reviewed(made, fill)
    return _alone(made if type == "SIP" else _without(made, "sip"))


def _consented(made: Made) -> Made:
    """With consent, where the SIP is to be followed."""
    if made.get("status", "active") in NEEDS_NO_CONSENT:
        return made
    return {**made, "sip": {**made["sip"], "consent": {**made["sip"]["consent"], "status": "given"}}}


def _apart(made: Made) -> Made:
    """With one permanent physician contact, and confirmations in their order."""
    contacts = made.get("contacts", [])
    first = next((one for one in contacts if one["kind"] == "physician"), None)
    others = [
        one if one is first or one["kind"] != "physician" else {**one, "kind": "care-contact"} for one in contacts
    ]
    return {**made, "contacts": others, "confirmations": sorted(made.get("confirmations", ()), key=confirmation_order)}


def _reviewed(made: Made, fill: Fill) -> Made:
    """With a review that is not more than a year away."""
    since = [made.get("period", {}).get("start", ""), *(one["at"][:10] for one in made.get("confirmations", ()))]
    review = {**(made.get("review") or fill("review"))}
    return {**made, "review": {**review, "on": max(since) or review["on"]}}


def _alone(made: Made) -> Made:
    """Where there is no team, nobody is reached by it."""
    agreement = {"contactWays": [], **made["agreement"]}
    if has_team({"relatives": [], "team": [], "copies": [], **made, "agreement": agreement}):
        return made
    return {**made, "contacts": [_without(one, "viaTeam") for one in made.get("contacts", ())]}


MENDS: Final[Mapping[str, Callable[[Dice, Made, Fill], Made]]] = {
    "PatientContract": _contract,
    "AboutMe": _says("story", "needs", "wishes", "support", "language", "interpreter"),
    "SevenQuestions": _questions,
    "Goal": _aim,
    "ProfessionalGoal": _aim,
    "Frequency": _often,
    "Period": _period,
    "ContactWay": _way,
    "Unit": _says("name", "hsaId"),
    "Person": _says("name", "hsaId"),
    "Actor": _says("role", "name", "hsaId", "unit"),
    "TeamMember": _says("role", "name", "hsaId", "unit"),
    "AgreedTime": _time,
    "PermanentContact": _contact,
    "Confirmation": _confirmation,
    "Sip": _sip,
    "Summons": lambda _, made, __: _ordered(made, "readyOn", "sentOn"),
    "WrittenBy": _writer,
    "Revision": lambda _, made, fill: {name: fill(name) for name in REVISION_FIELDS} | made,
}
"""By the name of a model: what its fields want of each other. Who wrote a revision is said, as FHIR needs it."""
