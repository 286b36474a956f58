"""What a caller may not see changes nothing that they are answered.

Two worlds are alike but for something hidden. The same requests, in an order of their own for each seed, get the same
answers in both: status, headers and body, byte for byte. Only moments and the ids of what is made on the way are made
alike first; where new ids decide the order of a list, its order is not compared.
"""

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.demo.data import contracts
from app.demo.data.givers import HOME_NURSING, PSYCHIATRIC_NURSE, PSYCHIATRY, REGION
from tests.builders.database import Database, execute
from tests.builders.resources import ABSENT, ACT_CODE, CONFIDENTIALITY, NEW, PERSONNUMMER, SYSTEM
from tests.builders.tokens import staff, system
from tests.builders.world import World, running

FORM = {"content-type": "application/x-www-form-urlencoded"}
REPLACING = {"title": "T", "agreement": {"whatMatters": "V"}}
PAST = ("", "/unmapped", "/revisions", "/revisions/1", "/revisions/2", "/revisions/3")
TYPES = ("Appointment", "CarePlan", "CareTeam", "Goal", "ServiceRequest", "Provenance", "Patient")

Claims = dict[str, object]
Caller = str | Claims


class Request(NamedTuple):
    """One request, the same in both worlds."""

    method: str
    path: str
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()


class Secret(NamedTuple):
    """Who looks, at whom, what both worlds have in common, and what the second holds beside it."""

    observer: Caller
    person: str
    hide: Callable[[World], Awaitable[list[str]]]
    common: Callable[[World, list[str]], Awaitable[None]] | None = None


def made(kind: str, patient: str, label: str = "", *, refers: str = "", key: str = "S-1") -> dict[str, Any]:
    """A resource of a type, with a label and a reference."""
    subject = {"reference": f"Patient/{patient}"}
    own_fields: dict[str, dict[str, Any]] = {
        "Goal": {"lifecycleStatus": "active", "description": {"text": "Gå"}, "subject": subject,
                 **({"addresses": [{"reference": refers}]} if refers else {})},
        "CarePlan": {"status": "active", "intent": "plan", "title": "Plan", "subject": subject,
                     **({"supportingInfo": [{"reference": refers}]} if refers else {})},
        "Appointment": {"status": "booked", "start": "2027-01-12T09:00:00+01:00", "end": "2027-01-12T09:30:00+01:00",
                        "participant": [{"actor": subject, "status": "accepted"}],
                        **({"basedOn": [{"reference": refers}]} if refers.startswith("ServiceRequest") else {})},
        "ServiceRequest": {"status": "active", "intent": "plan", "subject": subject, "code": {"text": "Prov"}},
    }  # fmt: skip
    system = ACT_CODE if label == "NOPATIENT" else CONFIDENTIALITY
    meta: dict[str, Any] = {"lastUpdated": "2026-01-20T08:00:00Z"}
    if label:
        meta["security"] = [{"system": system, "code": label}]
    return {"resourceType": kind, "meta": meta, "identifier": [{"system": SYSTEM, "value": key}], **own_fields[kind]}


async def _created(world: World, caller: Caller, resource: dict[str, Any]) -> str:
    answer = await world.post(caller, f"/fhir/{resource['resourceType']}", resource)
    assert answer.status_code == 201, answer.text
    return f"{resource['resourceType']}/{answer.json()['id']}"


async def _record(world: World, writer: Caller, person: str, label: str = "", *, contract: bool = True) -> list[str]:
    """One of each type by this writer, and a contract; the addresses of all."""
    patient = world.ids.get(person, person)
    found = [
        await _created(world, writer, made(kind, patient, label, key=f"S-{kind}"))
        for kind in ("Goal", "ServiceRequest", "Appointment", "CarePlan")
    ]
    if contract:
        answer = await world.post(writer, "/api/contracts", contracts.contract(world.days.today, f"Patient/{patient}"))
        assert answer.status_code == 201, answer.text
        found += [f"CarePlan/{answer.json()['id']}", f"Goal/{answer.json()['agreement']['goals'][0]['id']}"]
    return found


async def _a_new_person(world: World) -> list[str]:
    """Somebody not known in the first world, with a block; and more about Tom."""
    sent = {
        "resourceType": "Bundle", "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:p", "request": {"method": "POST", "url": "Patient"},
             "resource": {"resourceType": "Patient", "identifier": [{"system": PERSONNUMMER, "value": NEW}]}},
            {"fullUrl": "urn:uuid:a", "request": {"method": "POST", "url": "Appointment"},
             "resource": {**made("Appointment", "x"), "participant": [{"actor": {"reference": "urn:uuid:p"}, "status": "accepted"}]}},
        ],
    }  # fmt: skip
    answer = await world.post("ehr-region", "/fhir", sent)
    places = [entry["response"]["location"].partition("/_history")[0] for entry in answer.json()["entry"]]
    block = await world.post("tom", "/api/blocks", {"patient": f"Patient/{world.ids['tom']}", "giver": REGION.hsa_id})
    return [*places, f"Block/{block.json()['id']}", *await _record(world, "physician", "tom")]


async def _block(world: World, _: list[str]) -> None:
    await world.post("gunnar", "/api/blocks", {"patient": f"Patient/{world.ids['gunnar']}", "giver": REGION.hsa_id})


async def _inner_block(world: World, _: list[str]) -> None:
    connection = await asyncpg.connect(world.database.owner_url)
    try:
        await connection.execute("SELECT set_config('samplan.patient', $1, false)", world.ids["gunnar"])
        await connection.execute(
            "INSERT INTO fact (patient, id, kind, giver, unit, starts) VALUES ($1, 'i', 'inner-block', $2, $3, '2020-01-01')",
            world.ids["gunnar"],
            REGION.hsa_id,
            PSYCHIATRY.hsa_id,
        )
    finally:
        await connection.close()


async def _refer(world: World, hidden: list[str]) -> None:
    """Visible resources that refer to what is hidden in one world and absent in the other."""
    for place in hidden:
        await _created(world, "physician", made("CarePlan", world.ids["gunnar"], refers=place, key=f"V-{place}"))
        if place.startswith("ServiceRequest"):
            await _created(world, "physician", made("Goal", world.ids["gunnar"], refers=place, key=f"W-{place}"))


PSYCHIATRIST = staff(PSYCHIATRY, PSYCHIATRIC_NURSE.hsa_id)

SECRETS = {
    "another giver without consent": Secret("physician-without-consent", "gunnar", lambda world: _record(world, "physician", "gunnar")),
    "not for the patient": Secret("gunnar", "gunnar", lambda world: _record(world, "physician", "gunnar", "NOPATIENT", contract=False), _refer),
    "restricted": Secret("municipal-nurse", "gunnar", lambda world: _record(world, "physician", "gunnar", "R", contract=False), _refer),
    "blocked": Secret("municipal-nurse", "gunnar", lambda world: _record(world, "physician", "gunnar"), _block),
    "blocked from home care": Secret("home-care", "gunnar", lambda world: _record(world, "physician", "gunnar"), _block),
    "blocked within the giver": Secret("physician", "gunnar", lambda world: _record(world, PSYCHIATRIST, "gunnar"), _inner_block),
    "blocked from administration": Secret("administrator", "gunnar", lambda world: _record(world, PSYCHIATRIST, "gunnar"), _inner_block),
    "another person": Secret("maria", "tom", _a_new_person),
    "another person, for a guardian": Secret("andreas", "tom", _a_new_person),
    "another organisation": Secret("ehr-private", "gunnar", lambda world: _record(world, "physician", "gunnar")),
    "another organisation's system": Secret(system(HOME_NURSING), "gunnar", lambda world: _record(world, system(PSYCHIATRY), "gunnar", contract=False)),
    "the log auditor": Secret("log-auditor", "gunnar", lambda world: _record(world, "physician", "gunnar")),
}  # fmt: skip


def looking(patient: str, hidden: list[str]) -> list[Request]:
    """Every way to ask, and to write over, what is hidden and what is beside it; nothing new comes of it."""
    asked = [Request("GET", "/api/overview/me")]
    asked += [
        Request("GET", f"/fhir/{kind}?patient={patient}&_total=accurate{more}")
        for kind in TYPES[:-1]
        for more in ("", "&_count=2&_offset=1", "&_count=0", "&_count=1")
    ]
    asked += [Request("GET", f"/fhir/Appointment?patient={patient}&status=booked,active")]
    asked += [
        Request("POST", "/fhir/Patient/_search", f"identifier={PERSONNUMMER}|{number}", tuple(FORM.items()))
        for number in (NEW, "195009072553")
    ]
    for one in (patient, *(place.partition("/")[2] for place in hidden if place.startswith("Patient"))):
        asked += [
            Request("POST", "/api/overview", {"patient": f"Patient/{one}"}),
            Request("GET", f"/fhir/Patient/{one}/$overview"),
            Request("GET", f"/fhir/Patient/{one}"),
            Request("GET", f"/fhir/Patient?_id={one}"),
        ]
    for place in hidden:
        kind, _, identity = place.partition("/")
        if kind == "Block":
            asked.append(Request("DELETE", f"/api/blocks/{identity}"))
            continue
        asked += [
            Request("GET", f"/fhir/{place}"),
            Request("GET", f"/fhir/{place}", None, (("if-none-match", 'W/"1"'),)),
            Request("GET", f"/fhir/{kind}?_id={identity}&_total=accurate"),
            Request("GET", f"/fhir/{kind}?_id={identity},{ABSENT}&_total=accurate"),
            *(
                [Request("GET", f"/fhir/{kind}?patient={patient}&_id={identity}&_total=accurate")]
                if kind != "Patient"
                else []
            ),
            *(Request("GET", f"/api/contracts/{identity}{path}") for path in PAST),
        ]
        asked += [
            Request("POST", "/api/contracts", {**REPLACING, "patient": f"Patient/{patient}", "replaces": identity})
        ]
        for version in (1, 2):
            match = (("if-match", f'W/"{version}"'),)
            contract = {"patient": f"Patient/{patient}", "title": "T", "agreement": {"whatMatters": "V"}}
            asked += [
                Request("PUT", f"/api/contracts/{identity}", contract, match),
                Request(
                    "PUT",
                    f"/api/contracts/{identity}",
                    {**contract, "patient": f"Patient/{ABSENT}", "id": identity},
                    match,
                ),
            ]
            if kind in {"Goal", "CarePlan", "Appointment"}:
                for subject in (patient, ABSENT):
                    asked.append(Request("PUT", f"/fhir/{place}", {**made(kind, subject), "id": identity}, match))
    return asked


def writing(patient: str, hidden: list[str]) -> list[Request]:
    """What may make something new: with the hidden things' own identifiers, and references to them."""
    asked = []
    for place in [one for one in hidden if one.startswith("ServiceRequest")]:
        asked += [
            Request("POST", f"/fhir/{kind}", made(kind, patient, refers=place, key=f"S-{kind}"))
            for kind in ("Goal", "Appointment")
        ]
    contract = {"patient": f"Patient/{patient}", "title": "T", "agreement": {"whatMatters": "V"}}
    named = {"whatMatters": "V", "goals": [{"id": next(iter(hidden)).partition("/")[2], "goal": "G"}]}
    return [
        *asked,
        Request("POST", "/api/contracts", contract),
        Request("POST", "/api/contracts", {**contract, "agreement": named}),
        Request("POST", "/api/blocks", {"patient": f"Patient/{patient}", "giver": HOME_NURSING.giver.hsa_id}),
    ]


@pytest.fixture
def databases(postgres: Any, household: Any) -> Iterator[list[Database]]:
    """Two copies of the household, gone after the test."""
    names = [f"test_{uuid4().hex}" for _ in range(2)]
    for name in names:
        execute(postgres.owner_url(), f"CREATE DATABASE {name} TEMPLATE {household[0]} STRATEGY FILE_COPY")
    yield [Database(name, postgres.owner_url(name), postgres.app_url(name)) for name in names]
    for name in names:
        execute(postgres.owner_url(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def worlds(databases: list[Database], household: Any, identity: Any) -> AsyncIterator[list[World]]:
    """Two worlds that begin alike, to the last id."""
    _, ids, days = household
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(running(one, identity)) for one in databases]
        yield [World(client, identity, dict(ids), one, days) for client, one in zip(clients, databases, strict=True)]


async def _answer(world: World, observer: Caller, request: Request) -> tuple[int, dict[str, str], str]:
    content = request.body if isinstance(request.body, str) else json.dumps(request.body) if request.body else None
    answer = await world.send(request.method, observer, request.path, content=content, headers=dict(request.headers))
    headers = {name: value for name, value in answer.headers.items() if name not in {"content-length", "last-modified"}}
    return answer.status_code, headers, answer.text


TAGS = re.compile(r"\b[0-9a-f]{24}\b")
MOMENTS = re.compile(r'"(lastUpdated|lastModified|asOf|recorded|starts)": ?"[^"]*"')
BEGUN = re.compile(r'("recordedBy": ?"[^"]*", ?"starts": ?)"[^"]*"')
IDS = re.compile(r"\b[a-p]{32}\b")


def untagged(said: tuple[int, str, str]) -> tuple[int, str, str]:
    """An answer without the ETags of contracts, which follow from the ids of what was made on the way."""
    return (said[0], TAGS.sub("tag", said[1]), said[2])


def alike(said: object, known: set[str]) -> str:
    """The text of an answer without its moments and without ids that nobody knew before."""
    text = MOMENTS.sub(r'"\1":""', said if isinstance(said, str) else json.dumps(said))
    text = BEGUN.sub(r'\1""', text)
    return IDS.sub(lambda found: found[0] if found[0] in known else "new", text)


def unordered(text: str) -> str:
    """The same text whatever the order of its lists and members."""

    def sort(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: sort(child) for name, child in sorted(node.items())}
        return sorted(map(sort, node), key=json.dumps) if isinstance(node, list) else node

    return json.dumps(sort(json.loads(text))) if text else ""


def _whole(asked: list[Request]) -> list[Request]:
    """Those that ask for no page of their own: new ids decide what comes on which."""
    return [request for request in asked if not request.path.endswith(("_count=1", "_count=2&_offset=1"))]


async def _ids(world: World) -> set[str]:
    connection = await asyncpg.connect(world.database.owner_url)
    try:
        return {row[0] for row in await connection.fetch("SELECT id FROM location")}
    finally:
        await connection.close()


@pytest.mark.parametrize("name", SECRETS)
async def test_what_is_hidden_changes_no_answer(worlds, name):
    """Not by status, header, body, total, page, order or link; before and after the caller has written, too."""
    plain, other = worlds
    secret = SECRETS[name]
    patient = plain.ids[secret.person]
    known = await _ids(plain)
    hidden = await secret.hide(other)
    known |= {place.partition("/")[2] for place in hidden}
    for world in worlds:
        if secret.common is not None:
            await secret.common(world, hidden)
    asked = looking(patient, hidden)
    asked = random.Random(name).sample(asked, min(len(asked), 50))
    if secret.common is _refer:
        asked = _whole(asked)
    for phase, requests in enumerate((asked, writing(patient, hidden), _whole(asked)[:20])):
        for request in requests:
            answers = await asyncio.gather(*(_answer(world, secret.observer, request) for world in worlds))
            first, second = [(status, alike(headers, known), alike(text, known)) for status, headers, text in answers]
            if phase or secret.common is _refer:
                first, second = [(*untagged(one)[:2], unordered(one[2])) for one in (first, second)]
            assert first == second, (phase, request)
            assert first[0] < 500, (phase, request)


async def test_a_revision_of_what_is_hidden_changes_no_answer(worlds):
    """In one world a restricted goal of a contract was revised, with a reason: a nurse elsewhere is not told so."""
    plain, other = worlds
    patient = plain.ids["gunnar"]
    known = await _ids(plain)
    whole = await _contract(other)
    goal = whole.json()["agreement"]["goals"][0]["id"]
    for world in worlds:
        stored = (await world.get("physician", f"/fhir/Goal/{goal}")).json()
        stored["meta"]["security"] = [{"system": CONFIDENTIALITY, "code": "R"}]
        match = {"if-match": 'W/"1"'}
        raised = await world.send("PUT", "physician", f"/fhir/Goal/{goal}", content=json.dumps(stored), headers=match)
        assert raised.status_code == 200, raised.text
    whole = await _contract(other)
    sent = {**whole.json(), "revision": {"reason": "Hemligt skäl"}}
    sent["agreement"]["goals"][0]["goal"] = "Hemligt mål"
    match = {"if-match": whole.headers["etag"]}
    place = f"CarePlan/{whole.json()['id']}"
    revised = await other.send(
        "PUT", "physician", f"/api/contracts/{sent['id']}", content=json.dumps(sent), headers=match
    )
    assert revised.status_code == 200, revised.text
    asked = looking(patient, [place, f"Goal/{goal}"])
    for phase, requests in enumerate((asked, writing(patient, [place]), _whole(asked))):
        for request in requests:
            answers = await asyncio.gather(*(_answer(world, "municipal-nurse", request) for world in worlds))
            first, second = [(status, alike(headers, known), alike(text, known)) for status, headers, text in answers]
            if phase:
                first, second = [(*untagged(one)[:2], unordered(one[2])) for one in (first, second)]
            assert first == second, (phase, request)
            assert "Hemligt" not in first[2]


async def _contract(world: World) -> httpx.Response:
    """Gunnar's contract, as its writer reads it."""
    found = (await world.overview("physician", "gunnar"))["agreement"]["reference"]
    return await world.get("physician", f"/api/contracts/{found.partition('/')[2]}")
