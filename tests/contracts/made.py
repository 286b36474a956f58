"""Contracts for the tests: one that says everything, and a strategy for all others."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count
from typing import Any, get_args

from hypothesis import strategies as st

from app.contracts import bundle, identity, model, pieces
from app.contracts.codes import CHANNELS
from app.contracts.model import PatientContract
from app.contracts.provenance import Author

NOW = datetime(2026, 2, 2, 9, 30, tzinfo=UTC)
AUTHOR = Author(
    "SE2321000000-1A01",
    unit="SE2321000000-1C01",
    practitioner="SE2321000000-1E02",
    name="Karin Lund",
    category="health",
)
UNIT = {"hsaId": "SE2321000000-1C01", "name": "Hjärtmottagningen"}
WHO = {"role": "Sjuksköterska", "name": "Karin Lund", "hsaId": "SE2321000000-1E02", "unit": UNIT}
DAYS = {"start": "2026-02-02", "end": "2027-02-01"}
PHONE = {"channel": "phone", "value": "010-555 01 00", "name": "Mottagningen", "hours": "vardagar 8–16"}
BOOKED_AS = {"system": "urn:oid:1.2.752.129.2.1.2.1", "value": "B-1"}
PLANNED = {
    "what": "Jag väger mig varje morgon",
    "code": {"system": "http://snomed.info/sct", "code": "39857003", "display": "Weighing patient"},
    "status": "active",
    "howOften": {
        "times": 1,
        "every": 2,
        "unit": "day",
        "weekdays": ["mon", "sun"],
        "at": ["07:30"],
        "text": "före frukost",
    },
    "period": DAYS,
    "place": "Hemma",
    "instruction": "Skriv vikten i boken",
    "note": "Vågen är lånad",
    "confidentiality": "R",
}
FULL: dict[str, Any] = {
    "patient": "Patient/anna",
    "title": "Patientkontrakt för Anna",
    "status": "active",
    "confidentiality": "V",
    "period": DAYS,
    "agreement": {
        "whatMatters": "Att kunna gå till båten och slippa sjukhus",
        "goals": [
            {
                "goal": "Gå till båten utan att stanna",
                "status": "active",
                "achievement": "improving",
                "start": "2026-02-02",
                "due": "2026-06-01",
                "measure": "Gångsträcka",
                "target": "800 meter",
                "confidentiality": "R",
            }
        ],
        "iDo": [PLANNED],
        "careDoes": [
            {
                **PLANNED,
                "what": "Vi följer vikt och blodtryck",
                "instruction": "Ring dagen före",
                "note": "Nyckel hos grannen",
                "category": "home-care",
                "by": WHO,
            }
        ],
        "ifWorse": [
            {
                "sign": "Två kilo upp på tre dagar",
                "action": "Ring mottagningen samma dag",
                "urgency": "soon",
                "contact": PHONE,
                "confidentiality": "R",
            }
        ],
        "contactWays": [PHONE, {"channel": "e-service", "value": "https://e-tjanster.example.se/hjarta"}],
    },
    "contacts": [
        {
            "kind": "coordinating-care-contact",
            "who": WHO,
            "period": DAYS,
            "contactWays": [PHONE],
            "note": "Ring Karin först",
            "confidentiality": "R",
        }
    ],
    "team": [{**WHO, "role": "Kurator", "period": DAYS}],
    "times": [
        {
            "what": "Återbesök",
            "status": "booked",
            "start": "2026-03-10T09:00:00+01:00",
            "end": "2026-03-10T09:45:00+01:00",
            "channel": "visit",
            "place": "Plan 3",
            "who": WHO,
            "instruction": "Ta med viktboken",
            "note": "Tolk är bokad",
            "rebookable": True,
            "cancellable": False,
            "link": "https://e-tjanster.example.se/tider",
            "identifier": BOOKED_AS,
            "confidentiality": "R",
        },
        {"what": "Läkarbesök", "status": "invited", "window": DAYS},
        {"what": "Provtagning", "status": "cancelled", "cancellationReason": "Ändrad planering"},
    ],
    "plans": [
        {
            "type": "SIP",
            "title": "Samordnad plan",
            "status": "active",
            "period": DAYS,
            "identifier": {"system": "http://plan.example.se/id", "value": "P-7"},
            "owner": {"hsaId": "SE2120000000-3C01", "name": "Biståndsenheten"},
            "link": "https://plan.example.se/7",
            "confidentiality": "R",
        }
    ],
}


def numbered() -> Any:
    """New ids, one after the other."""
    numbers = count(1)
    return lambda: f"new-{next(numbers)}"


def forth(contract: PatientContract, known: dict[str, str] | None = None, **more: Any) -> list[dict[str, Any]]:
    """The resources of a contract: with its own ids where it has them, else numbered ones."""
    new = numbered()
    known = known or {}

    def ids(part: str) -> str:
        named = part.rpartition("/")[2] if "/" in part else None
        return known.get(part) or named or (contract.id if part == "contract" and contract.id else new())

    return bundle.resources(contract, ids=ids, **{"author": AUTHOR, "now": NOW, **more})


def built(contract: PatientContract) -> list[dict[str, Any]]:
    """The resources of a first contract, as the story makes them."""
    return bundle.resources(contract, ids=identity.ids(contract, {}, numbered()), author=AUTHOR, now=NOW)


def without_ids(json: Any) -> Any:
    """The same JSON without any `id`."""
    if isinstance(json, dict):
        return {name: without_ids(value) for name, value in json.items() if name != "id"}
    return [without_ids(value) for value in json] if isinstance(json, list) else json


def _object(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


def _any_of(literal: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(literal))


def _few(strategy: Any, least: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, min_size=least, max_size=2)


def _ordered(values: Any) -> st.SearchStrategy[Any]:
    return st.tuples(values, values).map(sorted)


LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
words = st.text(LETTERS, min_size=1, max_size=30).filter(lambda text: text.strip() != "")
prose = st.text(LETTERS | st.sampled_from("\n\t"), min_size=1, max_size=60).filter(lambda text: text.strip() != "")
part_ids = st.uuids().map(str)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
offsets = st.sampled_from([-14 * 60, -90, 0, 60, 120, 14 * 60]).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
instants = st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1), timezones=offsets)
hsa_ids = st.from_regex(r"SE[0-9]{10}-[A-Z0-9]{4}", fullmatch=True)
systems = st.sampled_from(["urn:oid:1.2.752.129.2.1.2.1", "http://snomed.info/sct", "https://example.org/fhir/id"])
links = st.from_regex(r"https://[a-z]{1,9}\.example\.se/[a-z]{0,9}", fullmatch=True)
periods = st.one_of(
    _ordered(days).map(lambda pair: {"start": str(pair[0]), "end": str(pair[1])}),
    days.map(lambda day: {"start": str(day)}),
    days.map(lambda day: {"end": str(day)}),
)
units = st.one_of(_object({"hsaId": hsa_ids}, name=words), _object({"name": words}))
_who = {"role": words, "name": words, "hsaId": hsa_ids, "unit": units}
actors = _object({}, **_who).filter(bool)
members = st.tuples(actors, _object({}, period=periods)).map(lambda pair: {**pair[0], **pair[1]})
_addresses = {"phone": st.just("010-555 01 00"), "sms": st.just("+46 70 555 01 00"), "email": st.just("vi@example.se")}
ways = st.one_of(
    *(
        _object({"channel": st.just(channel), "value": _addresses.get(channel, links)}, name=words, hours=words)
        for channel in CHANNELS
        if channel in get_args(pieces.Remote)
    )
)
often = st.one_of(
    _object(
        {
            "times": st.integers(1, 1000),
            "every": st.integers(1, 1000),
            "unit": st.sampled_from(["hour", "day", "week", "month", "year"]),
        },
        weekdays=_few(_any_of(pieces.Weekday)),
        at=_few(st.from_regex(r"([01][0-9]|2[0-3]):[0-5][0-9]", fullmatch=True)),
        text=words,
    ),
    _object({"text": words}, weekdays=_few(_any_of(pieces.Weekday))),
    _object({"weekdays": _few(_any_of(pieces.Weekday), least=1)}),
)
_identifiers = _object({"system": systems, "value": words})
_part = {"id": part_ids, "confidentiality": st.sampled_from("RV")}
_planned = {
    "code": _object({"system": systems, "code": st.from_regex(r"[A-Za-z0-9]{1,9}", fullmatch=True)}, display=words),
    "status": _any_of(model.PlanStatus),
    "howOften": often,
    "period": periods,
    "place": words,
    "instruction": prose,
    "note": prose,
    **_part,
}
goals = st.tuples(
    _object({"goal": prose}, status=_any_of(model.GoalStatus), achievement=_any_of(model.Achievement), **_part),
    st.one_of(st.just({}), _object({"measure": words}, target=words)),
    st.one_of(
        _ordered(days).map(lambda pair: {"start": str(pair[0]), "due": str(pair[1])}),
        _object({}, due=days.map(str)),
        _object({}, start=days.map(str)),
    ),
).map(lambda each: {**each[0], **each[1], **each[2]})
warnings = _object(
    {"sign": prose, "action": prose},
    urgency=st.sampled_from(["watch", "soon", "today", "emergency"]),
    contact=ways,
    **_part,
)
contacts = _object(
    {"kind": _any_of(model.ContactKind), "who": actors}, period=periods, contactWays=_few(ways), note=prose, **_part
)
_when = _ordered(instants).map(lambda pair: {"start": pair[0].isoformat(), "end": pair[1].isoformat()})
_states = st.one_of(
    st.tuples(st.sampled_from(["booked", "fulfilled", "missed", "invited", "cancelled"]), _when).map(
        lambda each: {"status": each[0], **each[1]}
    ),
    _object({"status": st.just("invited")}, window=periods),
    st.tuples(_object({"status": st.just("cancelled")}, cancellationReason=words), st.one_of(st.just({}), _when)).map(
        lambda each: {**each[0], **each[1]}
    ),
)
times = st.tuples(
    _states,
    _object(
        {"what": prose},
        channel=_any_of(model.Channel),
        place=words,
        who=actors,
        instruction=prose,
        note=prose,
        rebookable=st.booleans(),
        cancellable=st.booleans(),
        link=links,
        identifier=_identifiers,
        **_part,
    ),
).map(lambda pair: {**pair[0], **pair[1]})
plans = _object(
    {"type": _any_of(model.PlanType), "title": words},
    status=_any_of(model.PlanStatus),
    period=periods,
    identifier=_identifiers,
    owner=units,
    link=links,
    **_part,
)
agreements = _object(
    {"whatMatters": prose},
    goals=_few(goals),
    iDo=_few(_object({"what": prose}, **_planned)),
    careDoes=_few(
        _object({"what": prose}, category=st.sampled_from(["health", "social", "home-care"]), by=actors, **_planned)
    ),
    ifWorse=_few(warnings),
    contactWays=_few(ways),
)
contract_json = _object(
    {"patient": st.just("Patient/anna"), "title": words, "agreement": agreements},
    status=_any_of(model.PlanStatus),
    period=periods,
    contacts=_few(contacts),
    team=_few(members),
    times=_few(times),
    plans=_few(plans),
    **_part,
)
"""The JSON of any contract."""
