"""The log of access: who has seen a person's information, when and why, for the person and a guardian."""

import pytest

from app.demo.data.givers import PHYSICIAN
from tests.builders.calls import create, push, same, statement
from tests.builders.resources import goal, visit


async def log_of(world, caller, query=""):
    """The caller's own log."""
    answer = await world.get(caller, f"/api/access-log/me{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ask(world, caller, person):
    """The log of a person by id."""
    return await world.post(caller, "/api/access-log", {"patient": f"Patient/{world.ids.get(person, person)}"})


async def test_c17_a_person_sees_who_when_and_why(world):
    """In plain Swedish: the role and the unit, what was shown by kind, and the purpose; no employee is named."""
    await world.overview("physician", "gunnar")
    log = await log_of(world, "gunnar")
    entry = log["entries"][0]

    assert log["patient"] == f"Patient/{world.ids['gunnar']}"
    assert entry["who"].startswith("Läkare vid ")
    assert entry["what"].startswith("läste översikten: ")
    assert entry["why"] == "vård och behandling"
    assert (entry["unit"], entry["giver"]) == (PHYSICIAN.unit.hsa_id, PHYSICIAN.unit.giver.hsa_id)
    assert PHYSICIAN.hsa_id not in str(log)


async def test_writes_systems_and_oneself_are_in_it(world):
    """What was pushed, written and read by oneself; what was refused showed nothing and is left out."""
    await create(world, goal(world))
    await world.post("home-care", "/api/overview", {"patient": f"Patient/{world.ids['tom']}"})
    await world.overview("gunnar", "gunnar")
    entries = (await log_of(world, "gunnar"))["entries"]

    assert [(entry["who"], entry["what"].partition(":")[0]) for entry in entries[:1]] == [("Du", "läste översikten")]
    assert entries[1]["what"] == "skrev en uppgift: mål (1)"
    assert any(entry["who"].startswith("Ett system vid ") and "lämnade" in entry["what"] for entry in entries)
    assert [entry["who"] for entry in (await log_of(world, "tom"))["entries"] if entry["role"] == "home-care"] == []


async def test_reading_the_log_is_in_the_log(world):
    """From the next reading on."""
    await log_of(world, "gunnar")
    entry = (await log_of(world, "gunnar"))["entries"][0]

    assert (entry["who"], entry["what"]) == ("Du", "läste loggen")
    rows = await statement(world, "SELECT phase, rule FROM audit WHERE action = 'log' ORDER BY seq DESC LIMIT 1")
    assert tuple(rows[0]) == ("outcome", "log-self")


async def test_what_the_person_may_not_know_of_is_not_in_it(world):
    """Writing and reading what is not for the patient leaves no entry and no gap; beside other items it is not counted."""
    patient = f"Patient/{world.ids['gunnar']}"
    before = await log_of(world, "gunnar", "?count=3")
    withheld = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NOPATIENT"}]}
    written = await create(world, goal(world, meta=withheld))
    sent = {"lastUpdated": "2026-01-20T08:00:00Z", **withheld}
    assert (await push(world, "ehr-region", visit(world, "B0", meta=sent))).status_code == 200
    after = await log_of(world, "gunnar", "?count=3")

    # The reading before is in the log now, and nothing else.
    assert after["entries"][0]["what"] == "läste loggen"
    assert after["entries"][1:] == before["entries"][:2]
    assert written["id"] in str(await statement(world, "SELECT shown FROM audit"))
    await push(world, "ehr-region", visit(world, "B1", meta=sent), visit(world, "B2"))
    assert (await log_of(world, "gunnar"))["entries"][0]["what"] == "lämnade uppgifter: tid (1)"
    assert patient == after["patient"]


async def test_a_guardian_sees_the_childs_log_and_nobody_else_does(world):
    """Who may not ask about the person gets 404, as for nobody; who may ask and may not read the log 403."""
    await world.overview("physician", "signe")
    log = (await ask(world, "andreas", "signe")).json()
    assert "Läkare" in log["entries"][0]["who"]
    log = (await ask(world, "katja", "signe")).json()
    assert log["entries"][0]["who"] == "En vårdnadshavare"

    for caller in ("gunnar", "tom", "home-care"):
        answers = [await ask(world, caller, person) for person in ("signe", "nobodyatall")]
        assert answers[0].status_code == 404
        assert same(*answers)
    for caller in ("physician", "administrator", "log-auditor"):
        assert (await ask(world, caller, "gunnar")).status_code == 403
    for caller in ("physician", "ehr-region"):
        assert (await world.get(caller, "/api/access-log/me")).status_code == 403


async def test_a_protected_child_s_log_is_closed_to_guardians(world):
    """It would tell where the child is cared for."""
    await statement(world, f"UPDATE person SET protected = true WHERE patient = '{world.ids['signe']}'", "signe")

    assert (await ask(world, "andreas", "signe")).status_code == 404


async def test_pages_follow_each_other(world):
    """`next` leads on until it is null; no entry comes twice, also if others read meanwhile."""
    for _ in range(3):
        await world.overview("physician", "gunnar")
    whole = (await log_of(world, "gunnar", "?count=200"))["entries"]
    pages, before = [], ""
    while True:
        page = await log_of(world, "gunnar", f"?count=2{before}")
        pages += page["entries"]
        await world.overview("physician", "gunnar")
        if page["next"] is None:
            break
        before = f"&before={page['next']}"

    assert [entry for entry in pages if entry["what"] != "läste loggen"][-len(whole) :] == whole
    assert len({entry["at"] for entry in pages}) == len(pages)


@pytest.mark.parametrize("query", ["?before=1", "?count=x", "?patient=x", "?before=abc"])
async def test_bad_parameters_are_refused(world, query):
    """400, and nothing is read."""
    assert (await world.get("gunnar", f"/api/access-log/me{query}")).status_code == 400


async def test_without_the_trail_no_log_is_shown(world):
    """503: reading the log is recorded, or it is not read."""
    await statement(world, "REVOKE INSERT ON audit FROM samplan_app")

    assert (await world.get("gunnar", "/api/access-log/me")).status_code == 503


async def test_the_newest_of_a_long_log_are_found_by_an_index(world):
    """The newest fifty of a person are not sorted out of all rows, however many there are."""
    await statement(
        world,
        "INSERT INTO audit (patient, request, phase, at, caller_kind, action, outcome) SELECT 'p' || n % 50, "
        "gen_random_uuid(), 'outcome', now() - n * interval '1 second', 'staff', 'read', 'permit' "
        "FROM generate_series(1, 20000) AS n",
    )
    await statement(world, "ANALYZE audit")
    plan = await statement(
        world,
        "EXPLAIN SELECT shown FROM audit WHERE patient = 'p7' AND outcome = 'permit' AND at <= now() "
        "AND (at, request) < (now(), gen_random_uuid()) ORDER BY at DESC, request DESC LIMIT 50",
    )
    text = "\n".join(row[0] for row in plan)

    assert "_pkey" in text
    assert "Seq Scan on audit_2" not in text
