"""Draw random valid contracts from the JSON Schema of the model, so that a new field is drawn without a change here.

An object gets some of its properties, a list a few items, and a text a value that follows from its `format` and name.
Then `CORRECTIONS` makes the object follow the rules that the schema does not have. The same seed gives the same
contracts.
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

Json = dict[str, Any]
Fill = Callable[[str], Any]
"""Draws a value for another property of the same object."""

_ITEMS: Final = (1, 1, 1, 2, 2, 3)
_AWKWARD: Final = 0.06
_LONG: Final = 0.004
_ID: Final = "abcdefghijklmnopqrstuvwxyzABCDEFG0-."
_USUAL: Final = (date(2025, 1, 1), date(2028, 12, 31))
_ANY: Final = (date(1900, 1, 1), date(2199, 12, 31))


class Dice(Random):
    """Random numbers; `chance` is the probability of an optional property."""

    chance: float = 0.4


def samples(seed: int) -> Iterator[PatientContract]:
    """Yield contracts without end; the same seed gives the same contracts."""
    dice = Dice(seed)
    while True:
        yield sample(dice)


def sample(dice: Dice) -> PatientContract:
    """Return a contract in which every part has an id."""
    contract = _object(dice, schema())
    _number_ids(contract, count(1))
    return PatientContract.model_validate_json(json.dumps(contract))


@cache
def schema() -> Mapping[str, Any]:
    """Return the JSON Schema of a contract without `$ref`, and with the type alone of each optional property."""
    root = PatientContract.model_json_schema(by_alias=True)

    def plain(node: Any) -> Any:
        if isinstance(node, list):
            return [plain(item) for item in node]
        if not isinstance(node, dict):
            return node
        choice = next((choice for choice in node.get("anyOf", ()) if choice.get("type") != "null"), node)
        definition = root["$defs"][choice["$ref"].rpartition("/")[2]] if "$ref" in choice else choice
        return {name: plain(value) for name, value in definition.items() if name != "$defs"}

    return cast("Mapping[str, Any]", plain(root))


def _number_ids(node: Any, numbers: Iterator[int]) -> None:
    """Add a number to every id, so that no two are the same."""
    if isinstance(node, dict):
        if "id" in node:
            node["id"] += f".{next(numbers)}"
        _number_ids(list(node.values()), numbers)
    elif isinstance(node, list):
        for item in node:
            _number_ids(item, numbers)


def _object(dice: Dice, model: Mapping[str, Any]) -> Json:
    properties, required = model["properties"], {"id", *model.get("required", ())}

    def fill(name: str) -> Any:
        return _value(dice, name, properties[name])

    fields = {name: fill(name) for name in properties if name in required or dice.random() < dice.chance}
    correct = CORRECTIONS.get(model["title"])
    return correct(dice, fields, fill) if correct else fields


def _value(dice: Dice, name: str, definition: Mapping[str, Any]) -> Any:
    if "enum" in definition:
        return dice.choice(definition["enum"])
    match definition["type"]:
        case "object":
            return _object(dice, definition)
        case "array":
            items = max(dice.choice(_ITEMS), definition.get("minItems", 0))
            return [_value(dice, name, definition["items"]) for _ in range(items)]
        case "integer":
            return dice.randint(definition["minimum"], definition["maximum"])
        case "boolean":
            return dice.random() < 0.5
    return FORMATS[definition["format"]](dice, name)


def _words(dice: Dice, name: str) -> str:
    if dice.random() < _AWKWARD:
        return dice.choice(sample_words.AWKWARD)
    return dice.choice(sample_words.BY_FIELD.get(name, sample_words.ANY_FIELD))


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
"""`format` of a text in `model.values` -> function that draws it."""


def _without(fields: Json, *names: str) -> Json:
    return {name: value for name, value in fields.items() if name not in names}


def _ordered(fields: Json, first: str, last: str) -> Json:
    if first in fields and last in fields:
        fields[first], fields[last] = sorted((fields[first], fields[last]), key=datetime.fromisoformat)
    return fields


def _at_least_one(*names: str) -> Callable[[Dice, Json, Fill], Json]:
    """Return a correction that adds the first of these properties if the object has none of them."""

    def correct(_: Dice, fields: Json, fill: Fill) -> Json:
        return fields if fields.keys() & set(names) else {**fields, names[0]: fill(names[0])}

    return correct


def _period(dice: Dice, fields: Json, fill: Fill) -> Json:
    return _ordered(_at_least_one("start", "end")(dice, fields, fill), "start", "end")


def _way(dice: Dice, fields: Json, _: Fill) -> Json:
    addresses = {"phone": sample_words.NUMBERS, "sms": sample_words.NUMBERS, "email": sample_words.MAILS}
    pool = addresses.get(fields["channel"])
    return {**fields, "value": dice.choice(pool)} if pool else fields


def _often(_: Dice, fields: Json, fill: Fill) -> Json:
    if fields.keys() & {"times", "every", "unit"}:
        return {name: fill(name) for name in ("times", "every", "unit")} | fields
    return fields or {"text": fill("text")}


def _aim(_: Dice, fields: Json, fill: Fill) -> Json:
    if "target" in fields and "measure" not in fields:
        fields["measure"] = fill("measure")
    return _ordered(fields, "start", "due")


def _time(_: Dice, fields: Json, fill: Fill) -> Json:
    status = fields.get("status", "booked")
    if "start" in fields or status not in {"invited", "cancelled"}:
        fields = _without({"start": fill("start"), "end": fill("end")} | fields, "window")
    else:
        fields = _without(fields, "end", *(() if status == "invited" else ("window",)))
    return _ordered(fields if status == "cancelled" else _without(fields, "cancellationReason"), "start", "end")


def _questions(_: Dice, fields: Json, __: Fill) -> Json:
    answers = {answer["question"]: answer for answer in fields["answers"]}
    return {**fields, "answers": [answers[number] for number in sorted(answers)]}


def _contact(_: Dice, fields: Json, __: Fill) -> Json:
    start, handover = fields.get("period", {}).get("start", ""), fields.get("handover")
    if handover is None:
        return fields
    return {**fields, "handover": {**handover, "on": max(start, handover["on"])}}


def _confirmation(_: Dice, fields: Json, fill: Fill) -> Json:
    return _without(fields, "name") if fields["party"] == "person" else {"name": fill("name"), **fields}


def _sip(dice: Dice, fields: Json, _: Fill) -> Json:
    kinds = dice.sample(("region", "municipality"), k=2)
    principals = zip(fields["principals"], kinds, strict=False)
    return {**fields, "principals": [{**principal, "kind": kind} for principal, kind in principals]}


def _writer(_: Dice, fields: Json, fill: Fill) -> Json:
    return {**fields, "practitioner": fill("practitioner")} if "name" in fields else fields


def _contract(dice: Dice, fields: Json, fill: Fill) -> Json:
    type, agreement = fields.get("type"), fields["agreement"]
    fields = _with_allowed_contacts(fields)
    if type == "SIP":
        care_does = [
            {"principal": dice.choice(("region", "municipality")), **activity}
            for activity in agreement.get("careDoes", ())
        ]
        fields = {
            "sip": fill("sip"),
            "review": fill("review"),
            **fields,
            "agreement": {**agreement, "careDoes": care_does},
        }
        fields = _with_consent(fields)
    elif type == "LSS":
        fields = _with_review(fields, fill)
    return _without_team(fields if type == "SIP" else _without(fields, "sip"))


def _with_consent(fields: Json) -> Json:
    """Give consent to a SIP that is followed."""
    if fields.get("status", "active") in NEEDS_NO_CONSENT:
        return fields
    return {**fields, "sip": {**fields["sip"], "consent": {**fields["sip"]["consent"], "status": "given"}}}


def _with_allowed_contacts(fields: Json) -> Json:
    """Keep one permanent physician contact, and sort the confirmations."""
    contacts = fields.get("contacts", [])
    physician = next((contact for contact in contacts if contact["kind"] == "physician"), None)
    allowed = [
        {**contact, "kind": "care-contact"} if contact["kind"] == "physician" and contact is not physician else contact
        for contact in contacts
    ]
    confirmations = sorted(fields.get("confirmations", ()), key=confirmation_order)
    return {**fields, "contacts": allowed, "confirmations": confirmations}


def _with_review(fields: Json, fill: Fill) -> Json:
    """Set the day of the review to the latest day that starts its year."""
    confirmed = (confirmation["at"][:10] for confirmation in fields.get("confirmations", ()))
    days = [fields.get("period", {}).get("start", ""), *confirmed]
    review = {**(fields.get("review") or fill("review"))}
    return {**fields, "review": {**review, "on": max(days) or review["on"]}}


def _without_team(fields: Json) -> Json:
    """Remove `viaTeam` from the contacts of a contract without a team."""
    agreement = {"contactWays": [], **fields["agreement"]}
    if has_team({"relatives": [], "team": [], "copies": [], **fields, "agreement": agreement}):
        return fields
    return {**fields, "contacts": [_without(contact, "viaTeam") for contact in fields.get("contacts", ())]}


CORRECTIONS: Final[Mapping[str, Callable[[Dice, Json, Fill], Json]]] = {
    "PatientContract": _contract,
    "AboutMe": _at_least_one("story", "needs", "wishes", "support", "language", "interpreter"),
    "SevenQuestions": _questions,
    "Goal": _aim,
    "ProfessionalGoal": _aim,
    "Frequency": _often,
    "Period": _period,
    "ContactWay": _way,
    "Unit": _at_least_one("name", "hsaId"),
    "Person": _at_least_one("name", "hsaId"),
    "Actor": _at_least_one("role", "name", "hsaId", "unit"),
    "TeamMember": _at_least_one("role", "name", "hsaId", "unit"),
    "AgreedTime": _time,
    "PermanentContact": _contact,
    "Confirmation": _confirmation,
    "Sip": _sip,
    "Summons": lambda _, fields, __: _ordered(fields, "readyOn", "sentOn"),
    "WrittenBy": _writer,
    "Revision": lambda _, fields, fill: {name: fill(name) for name in REVISION_FIELDS} | fields,
}
"""Name of a model -> function that makes an object follow the model's rules; a revision gets what FHIR needs."""
