"""The audit trail holds every disclosure, refusal and write; without it the app answers nothing."""

import asyncio
from datetime import datetime

import asyncpg
import pytest

from app import jose
from app.demo.data.givers import (
    HOME_CARE,
    LOG_OFFICE,
    MUNICIPAL_HEALTH,
    MUNICIPAL_SOCIAL,
    ORTHOPAEDICS,
    PRIVATE,
    REGION,
)
from app.disclosure.seal_trail import seal_trail
from app.fhir.times import STOCKHOLM
from app.storage.database import open_pool
from tests.builders.calls import create, same, statement
from tests.builders.resources import goal
from tests.builders.tokens import auditor, staff

REGIONAL, MUNICIPAL, PRIVATE_ONE = auditor(LOG_OFFICE), auditor(HOME_CARE), auditor(ORTHOPAEDICS)


async def events(world, reader="log-auditor", **query):
    """The trail as a log auditor gets it."""
    answer = await world.get(reader, "/fhir/AuditEvent", params={"_count": "200", **query})
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
    event = (await events(world, MUNICIPAL, patient=f"Patient/{world.ids['tom']}"))[0]

    assert event["outcome"] == "4"
    assert event["agent"][0]["role"][0]["text"] == "home-care"


async def test_a_refusal_for_a_role_is_listed(world):
    """A contract that was refused for its role, before the person was read."""
    from app.demo.data import contracts

    await world.post(
        "home-care", "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
    )
    event = (await events(world, MUNICIPAL))[0]

    assert event["outcome"] == "4"


async def test_a_write_is_listed(world):
    """What was created."""
    written = await create(world, goal(world))
    event = (await events(world, patient=f"Patient/{world.ids['gunnar']}"))[0]

    assert event["action"] == "C"
    assert f"Goal/{written['id']}" in [entity["what"].get("reference") for entity in event["entity"]]


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


def givers_in(resources):
    """Every giver of an item shown."""
    return {
        detail["valueString"]
        for resource in resources
        for entity in resource["entity"]
        for detail in entity.get("detail", ())
        if detail["type"] == "giver"
    }


@pytest.mark.parametrize(
    "reader,own,others",
    [
        (REGIONAL, REGION, {MUNICIPAL_SOCIAL, MUNICIPAL_HEALTH, PRIVATE}),
        (PRIVATE_ONE, PRIVATE, {REGION, MUNICIPAL_SOCIAL}),
    ],
)
async def test_an_auditor_follows_the_own_giver(world, reader, own, others):
    """Own staff and own items: no item of another giver, and no event without a part in the own giver."""
    for caller in ("gunnar", "physician", "municipal-nurse", "home-care", "physician-without-consent"):
        await world.overview(caller, "gunnar")
    listed = await events(world, reader)
    text = str(listed)

    assert givers_in(listed) == {own.hsa_id}
    assert not any(f"'{giver.hsa_id}'" in text.replace(str(event["agent"]), "") for giver in others for event in listed)
    for event in listed:
        agent = event["agent"][0]
        is_own = agent.get("location", {}).get("identifier", {}).get("value", "").startswith(own.hsa_id[:13])
        assert is_own or givers_in([event]) == {own.hsa_id}


async def test_an_auditor_does_not_learn_what_others_hold(world):
    """A block, another giver's plan and another giver's reading change nothing: no entry, number, link or total."""
    path = f"/fhir/AuditEvent?patient=Patient/{world.ids['tom']}&_total=accurate&_count=2"
    before = await world.get(MUNICIPAL, path)
    await world.overview("physician", "tom")
    await world.overview("tom", "tom")
    after = await world.get(MUNICIPAL, path)

    # The auditor's own readings of the log are its own giver's events.
    assert before.json()["total"] == 0
    assert {entry["resource"]["agent"][0]["role"][0]["text"] for entry in after.json()["entry"]} == {"log-auditor"}
    assert after.json()["total"] == 1


async def test_the_number_of_hidden_items_is_not_told(world):
    """It would tell an auditor that another giver holds something that is blocked."""
    await world.overview("physician", "gunnar")
    before = await events(world)
    await statement(world, "UPDATE audit SET hidden = 7 WHERE phase = 'outcome'")

    assert await events(world) == before


async def test_the_place_of_a_page_tells_nothing_of_others(world):
    """It is the time and the id of the last event shown; others' events between two pages change nothing."""
    await world.overview("home-care", "gunnar")
    await world.overview("home-care", "gunnar")
    first = await world.get(MUNICIPAL, "/fhir/AuditEvent?_count=1")
    for _ in range(3):
        await world.overview("physician", "gunnar")
    link = next(entry["url"] for entry in first.json()["link"] if entry["relation"] == "next")
    second = (await world.get(MUNICIPAL, link)).json()

    assert [entry["resource"]["agent"][0]["role"][0]["text"] for entry in second["entry"]] == ["home-care"]
    assert link.partition("_before=")[2].isalpha()


@pytest.mark.parametrize("place", ["1", "abc", "p" * 48, "p" * 500, "é", "a" * 47 + "q"])
async def test_a_page_that_is_none_is_refused(world, place):
    """400 for whatever no link says."""
    answer = await world.get("log-auditor", "/fhir/AuditEvent", params={"_before": place})

    assert answer.status_code == 400
    assert answer.json()["issue"][0]["expression"] == ["_before"]


async def test_the_signed_roots_are_public(world):
    """Whoever keeps a copy needs no token; a root tells nothing of a person; other parameters are refused."""
    pool = await open_pool(world.database.app_url, size=1)
    key = jose.new_seal_key("trail-1")
    await seal_trail(pool, key, now=datetime.now(STOCKHOLM))
    await pool.close()
    answer = await world.client.get("/api/audit/roots")
    (text,) = answer.json()["seals"]

    assert jose.unseal(text, {"trail-1": key}, typ="samplan-seal")
    assert (await world.client.get("/api/audit/roots?after=1")).json() == {"seals": []}
    assert (await world.client.get("/api/audit/roots?after=x")).status_code == 400
    assert (await world.client.get("/api/audit/roots?x=1")).status_code == 400


async def test_callers_without_a_token_take_one_connection(world):
    """Many who ask for the roots while the table is locked hinder nobody else."""
    connection = await asyncpg.connect(world.database.owner_url)
    await connection.execute("BEGIN; LOCK TABLE audit_seal IN ACCESS EXCLUSIVE MODE")
    asking = [asyncio.create_task(world.client.get("/api/audit/roots")) for _ in range(20)]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(10):
        answer = await world.get("gunnar", "/api/overview/me")
    await connection.execute("ROLLBACK")
    await connection.close()

    assert answer.status_code == 200
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {200}


async def test_the_id_of_a_request_is_in_answer_log_and_trail(world, caplog):
    """The same one; a client's own is not taken over, since it could hold anything."""
    path = f"/fhir/Patient/{world.ids['gunnar']}"
    answer = await world.send("GET", "physician", path, headers={"x-request-id": "195009072553"})
    identity = answer.extensions["request_id"]
    entities = (await events(world, patient=f"Patient/{world.ids['gunnar']}"))[0]["entity"]

    assert len(identity) == 36
    assert {"identifier": {"value": identity}} in [entity.get("what") for entity in entities]
    rows = await statement(world, f"SELECT phase FROM audit WHERE trace = '{identity}' ORDER BY seq")
    assert [row[0] for row in rows] == ["intent", "outcome"]
    assert (await world.get("physician", path)).extensions["request_id"] != identity


async def test_a_log_auditor_is_shown_nothing_planned(world):
    """403 for overview, read and search, the same for whoever and nobody: the role can know it."""
    person, nobody = world.ids["gunnar"], "nobodyatall"
    for path in ("/fhir/Patient/{}", "/fhir/Patient/{}/$overview", "/fhir/Appointment?patient={}"):
        answers = [await world.get("log-auditor", path.format(one)) for one in (person, nobody)]
        assert answers[0].status_code == 403
        assert same(*answers)
        assert answers[0].json()["issue"][0]["code"] == "forbidden"


async def test_a_role_that_is_not_known_is_told(world):
    """An assignment without a row in the table: 403."""
    unknown = staff(HOME_CARE, "SE2120000000-3B77") | {"http://sambi.se/attributes/1/commissionPurpose": "Statistik"}
    answer = await world.post(unknown, "/api/overview", {"patient": f"Patient/{world.ids['gunnar']}"})

    assert answer.status_code == 403


@pytest.mark.parametrize("caller", ["physician", "gunnar", "administrator", "ehr-region"])
async def test_only_the_log_auditor_reads_it(world, caller):
    """403, and the attempt is in it."""
    assert (await world.get(caller, "/fhir/AuditEvent")).status_code == 403
    rows = await statement(world, "SELECT outcome FROM audit ORDER BY seq DESC LIMIT 1")
    assert rows[0][0] == "deny"


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
        "INSERT INTO audit (patient, request, phase, at, caller_kind, action, shown, givers) "
        f"VALUES ('', gen_random_uuid(), 'outcome', now() - interval '1 minute', 'staff', 'read', '[[1]]', '{{{REGION.hsa_id}}}')",
    )
    answer = await world.get("log-auditor", "/fhir/AuditEvent")

    assert answer.status_code == 500
    assert answer.json()["issue"][0]["code"] == "exception"
    assert "unpack" not in answer.text
