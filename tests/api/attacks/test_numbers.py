"""A personal number gets nowhere but where it is asked for: no row, log, address or fault repeats it."""

import json
import re
from urllib.parse import quote, unquote, urlencode

import pytest

from app.api.routes import ROUTES
from app.demo.data.givers import HEALTH_CENTRE
from app.fhir.codes import PERSONNUMMER, RESERVNUMMER, SAMORDNINGSNUMMER
from app.fhir.search_parameters import offered_parameters
from tests.builders.calls import statement
from tests.builders.tokens import staff, system

NUMBERS = {
    PERSONNUMMER: ("195009072553", "19500907-2553", "19500907 2553", "500907-2553", "500907+2553", "5009072553", "1950-09-07-2553"),
    SAMORDNINGSNUMMER: ("196109732393", "19610973-2393", "610973-2393"),
    RESERVNUMMER: ("98240301AA06", "20210325K069", "20210325-K069", "20210325k069", "992019123456"),
}  # fmt: skip
FORMS = [form for forms in NUMBERS.values() for form in forms]
FORM = {"content-type": "application/x-www-form-urlencoded"}
PATHS = sorted({row.path for row in ROUTES})


def shown(text: str, number: str) -> bool:
    """Whether a text holds a number in any form."""
    short = re.sub(r"[^0-9A-Z]", "", number.upper())[-10:]
    return short in re.sub(r"[^0-9A-Z]", "", unquote(unquote(text)).upper())


async def trail(world) -> str:
    """Every row, but for times, counters and random ids."""
    rows = await statement(
        world, "SELECT caller, giver, unit, patient, action, type, id, rule, shown, sources, givers FROM audit"
    )
    return "\n".join(str(tuple(row.values())) for row in rows)


async def refused_and_unseen(world, caplog, answer, number):
    """The answer tells of a fault without the number, and neither log nor trail has it."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.request.url)
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert not shown(answer.text + str(dict(answer.headers)), number), answer.text
    assert not shown(str([vars(record) for record in caplog.records if record.name.startswith("app")]), number)


@pytest.mark.parametrize("number", FORMS)
async def test_a_number_in_an_address_is_refused(world, caplog, number):
    """In the place of every parameter of every path, and as name and value of a query; also encoded twice."""
    parameters = [quote(number), f"Patient/{quote(number)}", f"a{quote(number, safe='')}"]
    for path in PATHS:
        for place in re.findall(r"{[a-z_]+}", path):
            filled = re.sub(r"{[a-z_]+}", "x", path.replace(place, quote(number, safe="")))
            for caller in ("physician", "ehr-region"):
                await refused_and_unseen(world, caplog, await world.get(caller, filled), number)
    for name in ("patient", "_id", "date", "_before", "_format", "_total", "status", number):
        for value in parameters:
            answer = await world.get("physician", f"/fhir/Appointment?{urlencode({name: value})}&x={value}")
            await refused_and_unseen(world, caplog, answer, number)
    assert not shown(await trail(world), number)


@pytest.mark.parametrize("number", FORMS)
async def test_a_number_in_a_search_s_body_is_refused(world, caplog, number):
    """In every parameter but `identifier`, alone and beside a good one; only the name of the rule is told."""
    patient = world.ids["gunnar"]
    searches = [("Patient", "physician"), ("Appointment", "physician"), ("AuditEvent", "log-auditor")]
    for kind, caller in searches:
        names = {parameter.name for parameter in offered_parameters(kind)} | {"_format", "_total", "_offset", "_before"}
        for name in sorted(names - {"identifier"}):
            for pairs in (
                [(name, number)],
                [("patient", f"Patient/{patient}"), (name, f"{number},x")],
                [(number, name)],
            ):
                answer = await world.send(
                    "POST", caller, f"/fhir/{kind}/_search", content=urlencode(pairs), headers=FORM
                )
                await refused_and_unseen(world, caplog, answer, number)
    assert not shown(await trail(world), number)


@pytest.mark.parametrize("system_of_number", NUMBERS)
async def test_a_search_by_number_does_not_repeat_it(world, caplog, system_of_number):
    """Neither the link to itself nor a fault nor the trail has the number that was asked for."""
    for number in NUMBERS[system_of_number]:
        pairs = {"identifier": f"{system_of_number}|{number}", "_count": "1"}
        answer = await world.send("POST", "physician", "/fhir/Patient/_search", content=urlencode(pairs), headers=FORM)
        links = str(answer.json().get("link")) if answer.status_code == 200 else answer.text
        assert answer.status_code in {200, 422}
        assert not shown(links + str(dict(answer.headers)), number)
        assert not shown(str([vars(record) for record in caplog.records if record.name.startswith("app")]), number)
        assert not shown(await trail(world), number)


@pytest.mark.parametrize("number", FORMS)
async def test_a_number_as_an_id_in_a_body_is_refused(world, caplog, number):
    """As the person of an overview, a contract, a block or a resource: nothing of it is stored."""
    reference = f"Patient/{number}"
    goal = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Gå"}}
    for path, body in (
        ("/api/overview", {"patient": reference}),
        ("/api/contracts", {"patient": reference, "title": "T", "agreement": {"whatMatters": "V"}}),
        ("/fhir/Goal", {**goal, "subject": {"reference": reference}}),
        ("/fhir/Goal", {**goal, "id": number, "subject": {"reference": f"Patient/{world.ids['gunnar']}"}, "x": 1}),
    ):
        await refused_and_unseen(world, caplog, await world.post("physician", path, body), number)
    assert not shown(await trail(world), number)


@pytest.mark.parametrize("number", ["195009072553", "98240301AA06", "19610973-2393"])
async def test_a_token_whose_ids_are_numbers_is_refused(world, caplog, number):
    """A client id, an employee, a giver: 401, and the trail has no row of it."""
    callers = (
        system(HEALTH_CENTRE, name=number),
        staff(HEALTH_CENTRE, number),
        staff(HEALTH_CENTRE, "SE2321000000-1B11") | {"http://sambi.se/attributes/1/healthCareProviderHsaId": number},
    )
    for caller in callers:
        answer = await world.get(caller, f"/fhir/Patient/{world.ids['gunnar']}")
        assert answer.status_code == 401, answer.text
        await refused_and_unseen(world, caplog, answer, number)
    assert not shown(json.dumps(await trail(world)), number)
