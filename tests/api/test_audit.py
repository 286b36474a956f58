"""The audit trail holds every disclosure, refusal and write; without it the app answers nothing."""

from datetime import datetime

import pytest

from app.fhir.times import STOCKHOLM
from tests.builders.calls import statement


async def events(world, **query):
    """The trail as the log auditor gets it."""
    answer = await world.get("log-auditor", "/fhir/AuditEvent", params={"_count": "200", **query})
    assert answer.status_code == 200, answer.text
    resources = [entry["resource"] for entry in answer.json().get("entry", ())]
    return [event for event in resources if event["agent"][0]["role"][0]["text"] != "log-auditor"]


async def test_a_disclosure_is_listed_with_what_was_shown(world):
    """Who, in which assignment, about whom, and each item with its version."""
    await world.overview("physician", "gunnar")
    event = (await events(world, patient=f"Patient/{world.ids['gunnar']}"))[0]

    assert event["outcome"] == "0"
    assert event["agent"][0]["who"]["identifier"]["value"].startswith("SE")
    assert event["entity"][0]["what"]["reference"] == f"Patient/{world.ids['gunnar']}"
    assert any(entity.get("what", {}).get("reference", "").startswith("CarePlan/") for entity in event["entity"])


async def test_a_refusal_is_listed(world):
    """With the caller and the person asked about."""
    await world.post("home-care", "/api/overview", {"patient": f"Patient/{world.ids['tom']}"})
    event = (await events(world, patient=f"Patient/{world.ids['tom']}"))[0]

    assert event["outcome"] == "4"
    assert event["agent"][0]["role"][0]["text"] == "home-care"


async def test_a_refusal_for_a_role_is_listed(world):
    """A contract that was refused for its role, and not for the person."""
    from app.demo.data import contracts

    await world.post(
        "home-care", "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
    )
    event = (await events(world, patient=f"Patient/{world.ids['gunnar']}"))[0]

    assert event["outcome"] == "4"


async def test_a_write_is_listed(world):
    """A block, and its lifting."""
    answer = await world.post(
        "gunnar", "/api/blocks", {"patient": f"Patient/{world.ids['gunnar']}", "giver": "SE2321000000-1A01"}
    )
    await world.send("DELETE", "gunnar", f"/api/blocks/{answer.json()['id']}")
    first, second = (await events(world, patient=f"Patient/{world.ids['gunnar']}"))[:2]

    assert (first["action"], second["action"]) == ("D", "C")


async def test_each_request_is_one_event(world):
    """An intent and its outcome are one event, not two."""
    before = len(await events(world, patient=f"Patient/{world.ids['maria']}"))
    await world.overview("maria", "maria")
    await world.overview("physician", "maria")

    assert len(await events(world, patient=f"Patient/{world.ids['maria']}")) == before + 2


async def test_no_personal_number_is_in_the_trail(world):
    """People are known by their opaque ids."""
    answer = await world.get("log-auditor", "/fhir/AuditEvent", params={"_count": "200"})

    assert "195009072553" not in answer.text
    assert "5009072553" not in answer.text


async def test_pages_and_totals(world):
    """`_count` and `next` walk through all of it; `_total` counts."""
    await world.overview("gunnar", "gunnar")
    answer = (await world.get("log-auditor", "/fhir/AuditEvent", params={"_count": "3", "_total": "accurate"})).json()
    seen = {entry["resource"]["id"] for entry in answer["entry"]}
    following = next(link["url"] for link in answer["link"] if link["relation"] == "next")
    second = (await world.get("log-auditor", following)).json()

    assert answer["total"] > 3
    assert len(answer["entry"]) == 3
    assert seen.isdisjoint(entry["resource"]["id"] for entry in second["entry"])


async def test_dates_narrow(world):
    """`ge` today has all, `lt` today has none; days are Swedish days, which begin before those of UTC."""
    today = datetime.now(STOCKHOLM).date().isoformat()

    assert await events(world, date=f"ge{today}")
    assert await events(world, date=f"lt{today}") == []
    assert await events(world, date=today)


@pytest.mark.parametrize(
    "query", [{"date": "yesterday"}, {"date": "xx2026-01-01"}, {"nonsense": "1"}, {"patient": "x y"}, {"_count": "-1"}]
)
async def test_bad_parameters_are_refused(world, query):
    """400, naming the parameter."""
    assert (await world.get("log-auditor", "/fhir/AuditEvent", params=query)).status_code == 400


@pytest.mark.parametrize("caller", ["physician", "gunnar", "administrator", "ehr-region"])
async def test_only_the_log_auditor_reads_it(world, caller):
    """403, and the attempt is in it."""
    assert (await world.get(caller, "/fhir/AuditEvent")).status_code == 403
    assert (await events(world))[0]["outcome"] == "4"


async def test_without_the_trail_nothing_is_answered(world):
    """503 for every kind of request, no data, nothing written; requests succeed again when the trail is back."""
    await statement(world, "REVOKE INSERT ON audit FROM samplan_app")
    patient = world.ids["gunnar"]
    answers = [
        await world.get("gunnar", "/api/overview/me"),
        await world.get("gunnar", f"/fhir/Appointment?patient={patient}"),
        await world.get("physician", f"/fhir/Patient/{patient}"),
        await world.post("gunnar", "/api/blocks", {"patient": f"Patient/{patient}", "giver": "SE2321000000-1A01"}),
        await world.get("log-auditor", "/fhir/AuditEvent"),
    ]
    await statement(world, "GRANT INSERT ON audit TO samplan_app")

    assert {answer.status_code for answer in answers} == {503}
    assert {answer.headers["retry-after"] for answer in answers} == {"5"}
    assert (await world.get("gunnar", "/api/overview/me")).status_code == 200


async def test_without_the_database_nothing_is_answered(world):
    """503, also from the health check."""
    name = world.database.name
    await statement(world, f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC, samplan_app")
    await statement(
        world,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND usename = 'samplan_app'",
    )
    answers = [await world.get("gunnar", "/api/overview/me"), await world.client.get("/health/ready")]
    await statement(world, f"GRANT CONNECT ON DATABASE {name} TO PUBLIC")

    assert {answer.status_code for answer in answers} == {503}
    assert (await world.client.get("/health/live")).status_code == 200
    assert (await world.get("gunnar", "/api/overview/me")).status_code == 200


async def test_an_unexpected_error_is_an_operation_outcome_too(world):
    """A row that cannot be read gives 500, and the answer does not tell why."""
    await statement(
        world,
        "INSERT INTO audit (patient, request, phase, at, caller_kind, action, shown) "
        "VALUES ('', gen_random_uuid(), 'outcome', now() - interval '1 minute', 'staff', 'read', '[[1]]')",
    )
    answer = await world.get("log-auditor", "/fhir/AuditEvent")

    assert answer.status_code == 500
    assert answer.json()["issue"][0]["code"] == "exception"
    assert "unpack" not in answer.text
