"""Contracts: one with every field, the smallest, and random ones."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from app.cli.contract_samples import Dice, sample, schema
from app.contracts import parse_contract, part_ids, to_fhir
from app.contracts.patient_contract import PatientContract

UNIT = {"hsaId": "SE2321000000-1C01", "name": "Hjärtmottagningen"}
WHO = {"role": "Sjuksköterska", "name": "Karin Lund", "hsaId": "SE2321000000-1E02", "unit": UNIT}
DAYS = {"start": "2026-02-02", "end": "2027-02-01"}
PHONE = {
    "channel": "phone",
    "value": "010-555 01 00",
    "name": "Mottagningen",
    "hours": "vardagar 8–16",
    "link": "https://e-tjanster.example.se/ring",
}
BOOKED_AS = {"system": "urn:oid:1.2.752.129.2.1.2.1", "value": "B-1"}
PLANNED = {
    "what": "Jag väger mig varje morgon",
    "kind": "self-care",
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
    "type": "SIP",
    "identifier": {"system": "https://example.org/kontrakt", "value": "K-1"},
    "title": "Patientkontrakt för Anna",
    "replaces": "earlier",
    "status": "draft",
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
                "since": "2026-02-02",
                "note": "Fem gånger hittills",
                "confidentiality": "R",
                "acceptance": "agree",
                "professionalGoals": [
                    {
                        "goal": "Gångtest 300 meter utan syrgas",
                        "status": "active",
                        "achievement": "in-progress",
                        "since": "2026-02-02",
                        "start": "2026-02-02",
                        "due": "2026-06-01",
                        "measure": "Sex minuters gångtest",
                        "target": "300 meter",
                        "note": "Mäts på mottagningen",
                        "by": {"name": "Karin Lund", "hsaId": "SE2321000000-1E02"},
                        "confidentiality": "R",
                    }
                ],
            }
        ],
        "iDo": [PLANNED, {"what": "Jag promenerar", "status": "active", "period": DAYS}],
        "careDoes": [
            {
                **PLANNED,
                "what": "Vi följer vikt och blodtryck",
                "instruction": "Ring dagen före",
                "note": "Nyckel hos grannen",
                "category": "home-care",
                "principal": "municipality",
                "by": WHO,
            },
            {"what": "Vi ringer", "status": "active", "principal": "region", "period": DAYS},
        ],
        "othersDo": [
            {
                **PLANNED,
                "what": "Skolan håller ett vilorum öppet",
                "instruction": "Fråga i receptionen",
                "note": "Sedan i höstas",
                "by": {"kind": "outside", "name": "Björkskolan", "role": "Skola"},
            },
            {
                "what": "Min syster kör mig",
                "status": "active",
                "period": DAYS,
                "by": {"kind": "relative", "name": "Eva", "role": "Syster"},
            },
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
            "viaTeam": True,
            "substitutes": [{**WHO, "name": "Olle Berg"}],
            "handover": {"to": {**WHO, "name": "Mia Ek"}, "on": "2026-09-01"},
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
            "who": [WHO, {"role": "Fysioterapeut"}],
            "rescheduledFrom": "2026-03-03T09:00:00+01:00",
            "instruction": "Ta med viktboken",
            "note": "Tolk är bokad",
            "rebookable": True,
            "cancellable": False,
            "link": "https://e-tjanster.example.se/tider",
            "identifier": BOOKED_AS,
            "confidentiality": "R",
        },
        {"what": "Läkarbesök", "status": "invited", "who": [], "window": DAYS},
        {"what": "Provtagning", "status": "cancelled", "who": [], "cancellationReason": "Ändrad planering"},
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
    "documents": [
        {
            "type": "HP",
            "title": "Habiliteringsplan",
            "status": "current",
            "created": "2026-01-15T13:00:00+01:00",
            "period": DAYS,
            "identifier": {"system": "http://plan.example.se/id", "value": "D-1"},
            "owner": UNIT,
            "contentType": "application/pdf",
            "link": "https://plan.example.se/d/1",
            "confidentiality": "R",
        }
    ],
    "aboutMe": {
        "story": "Jag var fiskare i fyrtio år",
        "needs": "Hjälp att komma igång på morgonen",
        "wishes": "Samma person varje gång",
        "language": "fi",
        "interpreter": True,
        "support": "Hörselslinga",
        "authored": "2026-02-01T10:00:00+01:00",
        "confidentiality": "R",
    },
    "sevenQuestions": [
        {
            "by": {"name": "Karin Lund", "hsaId": "SE2321000000-1E02"},
            "authored": "2026-02-01T11:00:00+01:00",
            "answers": [{"question": 1, "answer": "yes", "comment": "Alltid"}, {"question": 7, "answer": "partly"}],
            "confidentiality": "R",
        },
        {"answers": [{"question": 2, "answer": "no"}]},
    ],
    "sip": {
        "principals": [{"kind": "region", "unit": UNIT}, {"kind": "municipality", "unit": {"name": "Kommunen"}}],
        "overall": "municipality",
        "consent": {"status": "given", "on": "2026-01-20", "by": "Eva Lind", "confidentiality": "R"},
        "summons": {"readyOn": "2026-01-10", "sentOn": "2026-01-12", "by": WHO, "confidentiality": "R"},
    },
    "relatives": [
        {
            "name": "Eva Lind",
            "relation": "sibling",
            "contactWays": [PHONE],
            "takesPart": True,
            "confidentiality": "R",
        },
        {"name": "Per Lind", "relation": "trustee", "contactWays": [], "takesPart": False},
    ],
    "copies": [{"who": {**WHO, "name": "Rektor Alm"}, "how": "printed", "on": "2026-02-03"}],
    "review": {"on": "2026-08-01", "status": "planned", "by": WHO, "note": "Hemma hos Anna", "confidentiality": "R"},
    "confirmations": [
        {"party": "person", "at": "2026-02-02T10:00:00+01:00", "confidentiality": "R"},
        {"party": "region", "name": "Karin Lund", "at": "2026-02-02T10:05:00+01:00"},
        {"party": "relative", "name": "Eva Lind", "at": "2026-02-02T10:06:00+01:00"},
    ],
    "revision": {
        "action": "revise",
        "reason": "Nytt mål",
        "recorded": "2026-02-02T09:30:00+00:00",
        "by": {
            "giver": "SE2321000000-1A01",
            "unit": "SE2321000000-1C01",
            "practitioner": "SE2321000000-1E02",
            "name": "Karin Lund",
            "category": "health",
        },
    },
}


LEAST: dict[str, Any] = {
    "patient": "Patient/anna",
    "title": "Kontrakt",
    "agreement": {"whatMatters": "Trädgården"},
}


def random_contract(tenths: int, seed: int) -> PatientContract:
    """A contract of which so many tenths are there."""
    dice = Dice(seed)
    dice.chance = tenths / 10
    return sample(dice)


contracts = st.builds(random_contract, st.integers(0, 5), st.integers(0, 10_000))
"""Any contract; hypothesis makes one that fails smaller, by leaving out more."""
many_examples = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def parsed(contract: Any) -> PatientContract:
    """A contract from its JSON."""
    return parse_contract.parse(json.dumps(contract).encode())


def full(**more: Any) -> dict[str, Any]:
    """The full contract, to be changed."""
    changed: dict[str, Any] = json.loads(json.dumps({**FULL, **more}))
    return changed


def agreement(**more: Any) -> dict[str, Any]:
    """The least contract with more in its agreement."""
    return {**LEAST, "agreement": {**LEAST["agreement"], **more}}


def new_ids() -> Any:
    """New ids, one after the other."""
    numbers = count(1)
    return lambda: f"new-{next(numbers)}"


def first_resources(contract: PatientContract) -> list[dict[str, Any]]:
    """The resources of a first contract, as the story makes them."""
    return to_fhir.resources(contract, ids=part_ids.ids(contract, {}, new_ids()))


def derived_resources(contract: PatientContract) -> list[dict[str, Any]]:
    """The resources of a contract under the ids that it names, and ids that follow from them."""
    return to_fhir.resources(contract, ids=part_ids.derived(contract))


def without_ids(json: Any) -> Any:
    """The same JSON without any `id`."""
    if isinstance(json, dict):
        return {name: without_ids(value) for name, value in json.items() if name != "id"}
    return [without_ids(value) for value in json] if isinstance(json, list) else json


def leaves(node: Any, path: str = "", at: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """Every field of a contract's JSON that holds a value: its path, the steps to it, and the value."""
    for name, value in node.items():
        here = f"{path}.{name}".removeprefix(".")
        if isinstance(value, dict):
            yield from leaves(value, here, (*at, name))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for place, item in enumerate(value):
                yield from leaves(item, f"{here}[]", (*at, name, place))
        elif value != []:
            yield here, (*at, name), value


def follow(node: Any, steps: tuple[Any, ...]) -> Any:
    """What the steps lead to."""
    for step in steps:
        node = node[step]
    return node


def texts(node: Any) -> list[str]:
    """Every text in some JSON."""
    if isinstance(node, dict):
        return texts(list(node.values()))
    if isinstance(node, list):
        return [text for child in node for text in texts(child)]
    return [node] if isinstance(node, str) else []


OTHERS = {
    "channel": {"phone": "sms", "e-service": "video"},
    "hsaId": "SE2321000000-9X99",
    "giver": "SE2321000000-9X99",
    "unit": "SE2321000000-9X99",
    "practitioner": "SE2321000000-9X99",
    "system": "https://example.org/other",
    "language": "ar",
    "contentType": "text/html",
    "at": ["08:15"],
    "weekdays": ["tue"],
}
"""Another value for a field of such a form, by the field's name."""


def others(path: str, steps: tuple[Any, ...], value: Any) -> Iterator[Any]:
    """Other valid values of a field of a contract."""
    wanted = schema()
    for step in steps:
        wanted = wanted["items"] if isinstance(step, int) else wanted["properties"][step]
    found = OTHERS.get(path.rpartition(".")[2])
    if isinstance(found, dict) and value in found:
        yield found[value]
    elif "enum" in wanted:
        yield from (one for one in wanted["enum"] if one != value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif wanted.get("format") == "date":
        yield str(date.fromisoformat(value) + timedelta(days=1))
    elif wanted.get("format") == "date-time":
        yield from ((datetime.fromisoformat(value) + timedelta(minutes=by)).isoformat() for by in (-1, 1))
    else:
        yield f"{value}9" if found is None or isinstance(found, dict) else found
