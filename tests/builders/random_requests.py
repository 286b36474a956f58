"""Random requests of any kind about some people and resources; the same seed gives the same requests."""

import json
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import httpx

from tests.builders.resources import ABSENT, PERSONNUMMER
from tests.builders.world import Caller, World

TYPES = (
    "Appointment", "CarePlan", "CareTeam", "Consent", "DocumentReference", "Goal", "Provenance",
    "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Task", "Patient",
)  # fmt: skip
PARAMETERS = {
    "_count": ("0", "1", "2", "50", "201"), "_offset": ("0", "1", "3", "9999"), "_total": ("accurate", "none", "estimate"),
    "status": ("active", "booked", "active,booked,draft", "x"), "_summary": ("count", "true"), "_elements": ("id",),
    "_sort": ("-_lastUpdated", "date"), "_include": ("*",), "_format": ("json", "xml"), "target": ("Goal/x",),
    "_lastUpdated": ("gt2020-01-01",), "_revinclude": ("Provenance:target",),
}  # fmt: skip
FORM = "application/x-www-form-urlencoded"


class Sent(NamedTuple):
    """One request: by whom, and what."""

    caller: Caller
    method: str
    path: str
    content: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Aims(NamedTuple):
    """What random requests ask about: callers, ids of people, personal numbers, and references of resources."""

    callers: Sequence[Caller]
    patients: Sequence[str]
    numbers: Sequence[str]
    references: Sequence[str]


def random_request(random: Random, aims: Aims) -> Sent:
    """One request, most often a read or a search; few ask for everything, which takes longest."""
    caller = random.choice(aims.callers)
    make = random.choices(
        (_read, _search, _search_by_post, _contract, _overview, _write, _unblock), (8, 8, 2, 3, 1, 3, 1)
    )[0]
    return make(random, aims, caller)


async def send(world: World, sent: Sent) -> httpx.Response:
    """Send a request to the app of a world."""
    return await world.send(sent.method, sent.caller, sent.path, content=sent.content, headers=dict(sent.headers))


def _reference(random: Random, aims: Aims) -> str:
    if random.random() < 0.1:
        return f"{random.choice(TYPES)}/{ABSENT}"
    if random.random() < 0.05:
        return f"{random.choice(TYPES)}/{random.choice(aims.references).partition('/')[2]}"
    return random.choice(aims.references)


def _read(random: Random, aims: Aims, caller: Caller) -> Sent:
    version = random.choice((None, None, "1", "2", "3"))
    headers = () if version is None else (("if-none-match", f'W/"{version}"'),)
    reference = _reference(random, aims)
    place = random.choice(("", "", "", "", "/_history", "/_history/1", "/$validate"))
    return Sent(caller, "GET", f"/fhir/{reference}{place}", headers=headers)


def _query(random: Random, aims: Aims) -> tuple[str, list[str]]:
    kind, _, id_ = _reference(random, aims).partition("/")
    pairs = []
    if random.random() < 0.8:
        pairs.append(f"patient=Patient/{random.choice(aims.patients)}")
    if not pairs or random.random() < 0.3:
        pairs.append(f"_id={id_}")
    names = random.sample(sorted(PARAMETERS), random.choice((0, 1, 1, 2, 3)))
    pairs += [f"{name}={random.choice(PARAMETERS[name])}" for name in names]
    return kind, pairs


def _search(random: Random, aims: Aims, caller: Caller) -> Sent:
    kind, pairs = _query(random, aims)
    return Sent(caller, "GET", f"/fhir/{kind}?{'&'.join(pairs)}")


def _search_by_post(random: Random, aims: Aims, caller: Caller) -> Sent:
    kind, pairs = _query(random, aims)
    if random.random() < 0.5:
        kind, pairs = "Patient", [f"identifier={PERSONNUMMER}|{random.choice(aims.numbers)}"]
    return Sent(caller, "POST", f"/fhir/{kind}/_search", "&".join(pairs), (("content-type", FORM),))


def _contract(random: Random, aims: Aims, caller: Caller) -> Sent:
    part = random.choice(("", "", "/unmapped", "/revisions", "/revisions/1", "/revisions/2", "/revisions/7"))
    return Sent(caller, "GET", f"/api/contracts/{_reference(random, aims).partition('/')[2]}{part}")


def _overview(random: Random, aims: Aims, caller: Caller) -> Sent:
    patient = random.choice(aims.patients)
    if random.random() < 0.5:
        return Sent(caller, "GET", f"/fhir/Patient/{patient}/$overview")
    return Sent(caller, "POST", "/api/overview", json.dumps({"patient": f"Patient/{patient}"}))


def _write(random: Random, aims: Aims, caller: Caller) -> Sent:
    """A replacement that cannot succeed: of a version that no resource has, or by a wrong body."""
    reference = _reference(random, aims)
    kind, _, id_ = reference.partition("/")
    headers = (("if-match", f'W/"{random.choice((77, 78))}"'),)
    subject = {"reference": f"Patient/{random.choice(aims.patients)}"}
    goal = {
        "resourceType": "Goal",
        "id": id_,
        "lifecycleStatus": "active",
        "description": {"text": "x"},
        "subject": subject,
    }
    plan = {"resourceType": "CarePlan", "id": id_, "status": "active", "intent": "plan", "subject": subject}
    body = random.choice((goal, plan, {**goal, "resourceType": kind}, {"resourceType": kind, "id": id_}))
    if random.random() < 0.2:
        contract = {"patient": subject["reference"], "title": "T", "agreement": {"whatMatters": "V"}}
        return Sent(caller, "PUT", f"/api/contracts/{id_}", json.dumps(contract), (("if-match", 'W/"00"'),))
    return Sent(caller, "PUT", f"/fhir/{body['resourceType']}/{id_}", json.dumps(body), headers)


def _unblock(random: Random, aims: Aims, caller: Caller) -> Sent:
    return Sent(caller, "DELETE", f"/api/blocks/{_reference(random, aims).partition('/')[2]}")
