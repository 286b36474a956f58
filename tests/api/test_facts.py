"""Care relations, consents, blocks and emergency openings over HTTP: who registers, ends and lists them, and what they open."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.demo.data.givers import HEALTH_CENTRE, HEART_CLINIC, MUNICIPAL_SOCIAL, PRIVATE, PSYCHIATRY, REGION
from tests.builders.calls import statement
from tests.builders.tokens import staff

PATHS = ("care-relations", "consents", "blocks", "block-liftings", "emergency-openings", "incapacities")
EMERGENCY = {"reason": "Medvetslös vid ankomst till akuten"}
ABSENT = "a" * 32


async def post(world, caller, path, person="gunnar", **members):
    """Register a fact about a person."""
    return await world.post(caller, f"/api/{path}", {"patient": f"Patient/{world.ids[person]}", **members})


async def listed(world, caller, path, person="gunnar", **query):
    """The facts of a person that a caller is shown."""
    answer = await world.get(caller, f"/api/{path}", params={"patient": f"Patient/{world.ids[person]}", **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["facts"]


async def ended(world, caller, path, id):
    """The status of ending a fact."""
    return (await world.send("DELETE", caller, f"/api/{path}/{id}")).status_code


async def givers(world, caller, person="gunnar"):
    """The givers of the plans and times that a caller is shown."""
    overview = await world.overview(caller, person)
    return {part["giver"] for name in ("times", "plans", "contacts") for part in overview[name]}


async def trail(world):
    """Action, outcome, rule and change of every outcome, newest first."""
    rows = await statement(
        world, "SELECT action, outcome, rule, changed FROM audit WHERE phase = 'outcome' ORDER BY seq DESC"
    )
    return [tuple(row.values()) for row in rows]


def soon(**ahead):
    """A time from now on."""
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


async def test_the_same_block_twice_is_one_and_the_person_lists_it(world):
    """Also from eight requests at once; the trail names giver and block, before and after."""
    answers = await asyncio.gather(*(post(world, "gunnar", "blocks", giver=REGION.hsa_id) for _ in range(8)))
    blocks = await listed(world, "gunnar", "blocks")
    own = (await world.get("gunnar", "/api/blocks")).json()["facts"]

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert blocks == own
    assert [(block["kind"], block["giver"]) for block in blocks] == [("outer-block", REGION.hsa_id)]
    assert await ended(world, "gunnar", "blocks", blocks[0]["id"]) == 204
    action, outcome, rule, changed = (await trail(world))[0]
    assert (action, outcome, rule) == ("unblock", "permit", "block-self")
    assert changed.count(blocks[0]["id"]) == 2
    assert changed.count(REGION.hsa_id) == 2
    assert [block["endedBy"] for block in await listed(world, "gunnar", "blocks")] == [f"citizen {world.ids['gunnar']}"]


WRONG = (
    ("blocks", {"giver": "SE9999999999-XXXX"}, "giver"),
    ("blocks", {"giver": PRIVATE.hsa_id, "unit": PSYCHIATRY.hsa_id}, "unit"),
    ("blocks", {"giver": REGION.hsa_id, "unit": "SE9999999999-XXXX"}, "unit"),
    ("blocks", {"giver": REGION.hsa_id, "informationFrom": "2026-02-01", "informationTo": "2026-01-01"}, "informationTo"),
    ("blocks", {"giver": REGION.hsa_id, "informationFrom": "whenever"}, "informationFrom"),
    ("blocks", {"giver": REGION.hsa_id, "kind": "sideways"}, "kind"),
    ("blocks", {"giver": REGION.hsa_id, "kind": "inner"}, "unit"),
    ("blocks", {"giver": REGION.hsa_id, "starts": "2027-01-01T00:00:00Z"}, "starts"),
    ("consents", {"giver": "SE9999999999-XXXX", "informed": True}, "giver"),
    ("consents", {"giver": REGION.hsa_id}, "informed"),
    ("consents", {"giver": REGION.hsa_id, "informed": "2099-01-01T00:00:00Z"}, "informed"),
    ("consents", {"giver": REGION.hsa_id, "informed": True, "ends": "2020-01-01T00:00:00Z"}, "ends"),
    ("consents", {"giver": REGION.hsa_id, "informed": True, "starts": soon(days=2), "ends": soon(days=1)}, "ends"),
    ("consents", {"giver": REGION.hsa_id, "informed": True, "starts": "2026-01-01"}, "starts"),
    ("consents", {"giver": REGION.hsa_id, "informed": True, "starts": "0001-01-01T00:00:00+14:00"}, "starts"),
    ("consents", {"informed": True}, "giver"),
    ("block-liftings", {"giver": REGION.hsa_id, "block": ABSENT, "ends": soon(days=1), "reason": "consent"}, "block"),
)  # fmt: skip


async def test_what_is_wrong_is_named_and_not_repeated(world):
    """400 or 422, with the element of the fault; nothing is registered."""
    before = [await listed(world, "gunnar", path) for path in PATHS]
    for path, members, element in WRONG:
        answer = await post(world, "gunnar", path, **members)
        assert answer.status_code in {400, 422}, answer.text
        assert [issue["expression"] for issue in answer.json()["issue"]] == [[element]], (path, members)
        assert "SE9999999999" not in answer.text

    assert [await listed(world, "gunnar", path) for path in PATHS] == before


REGISTRARS = {
    "care-relations": {"physician", "municipal-nurse", "home-care", "administrator", "ehr-region", "physician-without-consent"},
    "consents": {"gunnar", "physician", "municipal-nurse", "home-care", "ehr-region", "physician-without-consent"},
    "blocks": {"gunnar", "ehr-region"},
    "emergency-openings": {"physician", "municipal-nurse", "physician-without-consent"},
    "incapacities": {"physician", "physician-without-consent"},
}  # fmt: skip
CALLERS = (
    "gunnar", "maria", "andreas", "physician", "physician-without-consent", "municipal-nurse", "home-care",
    "administrator", "log-auditor", "ehr-region",
)  # fmt: skip
BODIES = {
    "care-relations": {}, "consents": {"informed": True}, "blocks": {"giver": REGION.hsa_id},
    "emergency-openings": EMERGENCY, "incapacities": {"wishesClarified": True, "objection": False},
}  # fmt: skip


@pytest.mark.parametrize("path", REGISTRARS)
async def test_who_registers_what(world, path):
    """Each kind of caller on each address: those whom the policy names, and nobody else; a refusal registers nothing."""
    allowed = set()
    for caller in CALLERS:
        needs_giver = path == "consents" and caller in {"gunnar", "maria", "andreas"}
        body = BODIES[path] | ({"giver": REGION.hsa_id} if needs_giver else {})
        answer = await post(world, caller, path, **body)
        assert answer.status_code in {200, 201, 403, 404}, (caller, answer.text)
        if answer.status_code < 300:
            allowed.add(caller)
        if answer.status_code == 201 and path == "incapacities":
            assert await ended(world, caller, path, answer.json()["id"]) == 204

    assert allowed == REGISTRARS[path]


async def test_staff_and_systems_act_for_their_own_giver_and_unit(world):
    """Another giver, another unit or a colleague is refused, and a system is not limited to one unit."""
    for caller, path in (("physician", "care-relations"), ("ehr-region", "consents"), ("home-care", "care-relations")):
        more = {"informed": True} if path == "consents" else {}
        assert (await post(world, caller, path, giver=PRIVATE.hsa_id, **more)).status_code == 403
    assert (await post(world, "physician", "care-relations", unit=HEART_CLINIC.hsa_id)).status_code == 403
    assert (await post(world, "physician", "consents", informed=True, employee="SE2321000000-1B12")).status_code == 403
    assert (await post(world, "ehr-region", "care-relations", unit=HEART_CLINIC.hsa_id)).status_code == 201
    assert (await post(world, "ehr-region", "care-relations", unit="SE5560000000-4B01")).status_code == 422


async def test_anothers_fact_and_one_that_never_was_are_the_same(world):
    """For every caller and address: a fact of another person, another giver, or none at all, has one answer."""
    ids = {
        "care-relations": (await listed(world, "gunnar", "care-relations"))[0]["id"],
        "consents": (await listed(world, "gunnar", "consents"))[0]["id"],
        "blocks": (await post(world, "gunnar", "blocks", giver=PRIVATE.hsa_id)).json()["id"],
        "emergency-openings": (await post(world, "physician", "emergency-openings", **EMERGENCY)).json()["id"],
    }
    for caller in (
        "maria",
        "andreas",
        "tom",
        "physician-without-consent",
        "log-auditor",
        "administrator",
        "ehr-private",
    ):
        for path, id in ids.items():
            own = {("ehr-private", "care-relations"), ("physician-without-consent", "care-relations")}
            if (caller, path) in own:
                continue
            answers = [await world.send("DELETE", caller, f"/api/{path}/{each}") for each in (id, ABSENT)]
            first, second = ((each.status_code, each.content, dict(each.headers)) for each in answers)
            assert first[0] in {403, 404}, (caller, path)
            assert first == second, (caller, path)
    assert await ended(world, "gunnar", "consents", ids["blocks"]) == 404


async def test_lists_show_what_a_caller_may_know_and_nothing_more(world):
    """The person all; staff and systems of their own giver; a stranger, an auditor and an administrator nothing."""
    await post(world, "gunnar", "blocks", giver=REGION.hsa_id)
    await post(world, "gunnar", "blocks", giver=REGION.hsa_id, kind="inner", unit=PSYCHIATRY.hsa_id)
    everyone = {fact["giver"] for fact in await listed(world, "gunnar", "care-relations")}

    assert len(everyone) == 4
    assert {fact["giver"] for fact in await listed(world, "physician", "care-relations")} == {REGION.hsa_id}
    assert {fact["giver"] for fact in await listed(world, "home-care", "consents")} == {MUNICIPAL_SOCIAL.hsa_id}
    assert {fact["kind"] for fact in await listed(world, "ehr-region", "blocks")} == {"outer-block", "inner-block"}
    assert await listed(world, "ehr-private", "blocks") == []
    assert [fact["unit"] for fact in await listed(world, "physician", "blocks", reason="consent")] == [
        PSYCHIATRY.hsa_id
    ]
    assert await listed(world, "municipal-nurse", "blocks", reason="emergency") == []
    query = {"patient": f"Patient/{world.ids['gunnar']}"}
    assert (await world.get("physician", "/api/blocks", params=query)).status_code == 422
    for caller, status in (("maria", 404), ("andreas", 404), ("log-auditor", 403), ("home-care", 403)):
        assert (await world.get(caller, "/api/blocks", params=query)).status_code == status, caller
    assert (await world.get("physician", "/api/consents")).status_code == 400
    assert (await world.get("gunnar", "/api/consents", params={"_id": "x"})).status_code == 400


async def test_c19_a_consent_opens_and_its_withdrawal_closes_at_once(world):
    """SVOD 2 kap. 2 §, 3 kap. 1 §: with the time of the information, for whom it is given, from and until."""
    closed = await givers(world, "physician-without-consent")
    answer = await post(world, "gunnar", "consents", giver=PRIVATE.hsa_id, informed=True, ends=soon(days=9))
    opened = await givers(world, "physician-without-consent")

    assert answer.status_code == 201
    assert answer.json()["informed"]
    assert closed == {PRIVATE.hsa_id}
    assert opened > closed
    assert await ended(world, "physician-without-consent", "consents", answer.json()["id"]) == 204
    assert await givers(world, "physician-without-consent") == closed
    later = await post(world, "gunnar", "consents", giver=PRIVATE.hsa_id, informed=True, starts=soon(days=3))
    assert later.status_code == 201
    assert await givers(world, "physician-without-consent") == closed


async def test_c10_and_c11_an_emergency_opens_what_is_not_blocked_and_names_who_has_blocked(world):
    """SVOD 3 kap. 5 and 6 §§: with a reason, for the one who opens it, on record, and on the person's list."""
    await post(world, "gunnar", "blocks", giver=MUNICIPAL_SOCIAL.hsa_id)
    assert await givers(world, "physician-without-consent") == {PRIVATE.hsa_id}
    refused = [await post(world, "physician-without-consent", "emergency-openings", **more)
               for more in ({}, {"reason": "kort"}, EMERGENCY | {"ends": soon(days=2)}, EMERGENCY | {"starts": soon(hours=1)},
                            {"reason": "Gäller 195009072553, medvetslös"})]  # fmt: skip
    answer = await post(world, "physician-without-consent", "emergency-openings", **EMERGENCY)

    assert [each.status_code for each in refused] == [400, 422, 422, 400, 422]
    assert answer.status_code == 201
    states = {row["giver"]: row["state"] for row in answer.json()["givers"]}
    assert states[REGION.hsa_id] == "shares"
    assert states[MUNICIPAL_SOCIAL.hsa_id] == "blocked"
    seen = await givers(world, "physician-without-consent")
    assert REGION.hsa_id in seen
    assert MUNICIPAL_SOCIAL.hsa_id not in seen
    told = await listed(world, "gunnar", "emergency-openings")
    assert [(fact["giver"], fact["reason"]) for fact in told] == [(PRIVATE.hsa_id, EMERGENCY["reason"])]
    assert ("emergency", "permit", "emergency-care") in {row[:3] for row in await trail(world)}
    assert await ended(world, "physician-without-consent", "emergency-openings", answer.json()["id"]) == 204
    assert await givers(world, "physician-without-consent") == {PRIVATE.hsa_id}


async def test_c12_home_care_opens_no_emergency(world):
    """SVOD 3 kap. 6 §: 403 with a relation, and the same as for nobody without one."""
    assert (await post(world, "home-care", "emergency-openings", **EMERGENCY)).status_code == 403
    assert (await post(world, "home-care", "emergency-openings", "tom", **EMERGENCY)).status_code == 403


async def test_c8_a_guardian_blocks_lifts_and_consents_to_nothing(world):
    """SVOD 2 kap. 3 §, PDL 4 kap. 4 §: the guardian lists, and changes nothing; no system blocks for a small child."""
    for path, members in (
        ("blocks", {"giver": REGION.hsa_id}),
        ("blocks", {"giver": REGION.hsa_id, "kind": "inner", "unit": PSYCHIATRY.hsa_id}),
        ("consents", {"giver": REGION.hsa_id, "informed": True}),
    ):
        assert (await post(world, "andreas", path, "signe", **members)).status_code == 403
    assert (await post(world, "ehr-region", "blocks", "signe", giver=REGION.hsa_id)).status_code == 403
    assert (await post(world, "ehr-region", "consents", "signe", informed=True)).status_code == 403
    relations = await listed(world, "andreas", "care-relations", "signe")
    assert [fact["giver"] for fact in relations] == [REGION.hsa_id]
    assert await ended(world, "andreas", "care-relations", relations[0]["id"]) == 403
    assert await listed(world, "andreas", "representatives", "signe") == []


async def test_c13_an_inner_block_is_lifted_for_a_time_by_staff_with_a_reason(world):
    """PDL 4 kap. 5 §: for the own unit, until it ends; staff of another giver, or on an outer block, get nowhere."""
    block = (await post(world, "gunnar", "blocks", giver=REGION.hsa_id, kind="inner", unit=PSYCHIATRY.hsa_id)).json()[
        "id"
    ]
    outer = (await post(world, "gunnar", "blocks", giver=PRIVATE.hsa_id)).json()["id"]
    lifting = {"block": block, "ends": soon(hours=2), "reason": "emergency"}

    existence = await world.post("physician", "/api/existence", {"patient": f"Patient/{world.ids['gunnar']}"})
    assert existence.json()["blockedWithinGiver"] is True
    assert (await post(world, "physician", "block-liftings", **lifting | {"block": outer})).status_code in {403, 422}
    assert (await post(world, "municipal-nurse", "block-liftings", **lifting)).status_code == 422
    assert (await post(world, "home-care", "block-liftings", **lifting)).status_code == 403
    assert (await post(world, "physician", "block-liftings", **lifting | {"ends": soon(days=2)})).status_code == 422
    answer = await post(world, "physician", "block-liftings", **lifting)
    assert answer.status_code == 201, answer.text
    existence = await world.post("physician", "/api/existence", {"patient": f"Patient/{world.ids['gunnar']}"})
    assert existence.json()["blockedWithinGiver"] is False
    assert [fact["kind"] for fact in await listed(world, "gunnar", "block-liftings")] == ["inner-lifting"]
    assert await ended(world, "gunnar", "block-liftings", answer.json()["id"]) == 204


async def test_c7_the_person_lifts_an_outer_block_for_one_giver_for_a_time(world):
    """SVOD 2 kap. 3 §: that giver sees again, the others do not."""
    block = (await post(world, "gunnar", "blocks", giver=REGION.hsa_id)).json()["id"]
    assert REGION.hsa_id not in await givers(world, "municipal-nurse")
    lifting = {"block": block, "giver": "SE2120000000-2A01", "ends": soon(days=2), "reason": "consent"}
    assert (await post(world, "gunnar", "block-liftings", **lifting)).status_code == 201
    assert REGION.hsa_id in await givers(world, "municipal-nurse")
    assert REGION.hsa_id not in await givers(world, "home-care")


async def test_c9_existence_is_told_to_staff_with_a_relation_alone(world):
    """SVOD 2 kap. 4 §: not whose, what or how much; not to others, and not of what is blocked."""
    body = {"patient": f"Patient/{world.ids['gunnar']}"}
    answer = await world.post("physician-without-consent", "/api/existence", body)
    assert answer.json() == {"othersHoldInformation": True, "blockedWithinGiver": False}
    for giver in (REGION.hsa_id, MUNICIPAL_SOCIAL.hsa_id, "SE2120000000-2A01"):
        await post(world, "gunnar", "blocks", giver=giver)
    answer = await world.post("physician-without-consent", "/api/existence", body)
    assert answer.json() == {"othersHoldInformation": False, "blockedWithinGiver": False}
    for caller, status in (("administrator", 403), ("gunnar", 403), ("maria", 404), ("ehr-region", 403)):
        assert (await world.post(caller, "/api/existence", body)).status_code == status, caller
    assert (await world.post("physician-without-consent", "/api/existence", body | {"more": 1})).status_code == 400


async def test_c5_and_c6_a_person_who_cannot_decide_is_cared_for_and_sees_nothing_online(world):
    """SVOD 3 kap. 3 and 4 §§, 4 kap. 2 §: only with the two promises; the consent of the person is not taken meanwhile."""
    body = {"wishesClarified": True, "objection": False}
    for wrong in ({"wishesClarified": False}, {"objection": True}):
        assert (await post(world, "physician", "incapacities", **body | wrong)).status_code == 422
    answer = await post(world, "physician", "incapacities", **body)

    assert answer.status_code == 201
    assert REGION.hsa_id in await givers(world, "physician-without-consent")
    assert await givers(world, "gunnar") == set()
    consent = {"giver": PRIVATE.hsa_id, "informed": True}
    assert (await post(world, "gunnar", "consents", **consent)).status_code == 403
    assert (await post(world, "ehr-private", "consents", informed=True)).status_code == 403
    assert await ended(world, "physician", "incapacities", answer.json()["id"]) == 204
    assert await givers(world, "physician-without-consent") == {PRIVATE.hsa_id}


async def test_a_person_is_named_by_number_in_the_body(world):
    """An EHR knows people by number; one that is not known is 404, and no number is in the trail."""
    system = "http://electronichealth.se/identifier/personnummer"
    body = {"person": {"system": system, "value": "196101182803"}, "unit": HEART_CLINIC.hsa_id}
    answers = [
        await world.post("ehr-region", "/api/care-relations", each)
        for each in (
            body,
            body | {"person": {"system": system, "value": "189002029800"}},
            body | {"patient": f"Patient/{world.ids['maria']}"},
            body | {"person": "196101182803"},
            {"unit": HEART_CLINIC.hsa_id},
        )
    ]

    assert [answer.status_code for answer in answers] == [201, 404, 400, 400, 400]
    rows = await statement(world, "SELECT count(*) FROM audit WHERE audit::text LIKE '%196101182803%'")
    assert rows[0][0] == 0


async def test_a_system_needs_the_scope_of_the_kind(world):
    """EpisodeOfCare for a relation, Consent for the others, with the letter of the act; absent scopes are no grant."""
    claims = {"sub": "ehr-region", "client_id": "ehr-region", **_organisation()}
    for scope in ("system/Appointment.cruds", "system/EpisodeOfCare.rs system/Consent.rs"):
        caller = claims | {"scope": scope}
        assert (await post(world, caller, "care-relations")).status_code == 403
        assert (await post(world, caller, "consents", informed=True)).status_code == 403
    reader = claims | {"scope": "system/EpisodeOfCare.rs"}
    assert [fact["giver"] for fact in await listed(world, reader, "care-relations")] == [REGION.hsa_id]
    query = {"patient": f"Patient/{world.ids['gunnar']}"}
    assert (await world.get(reader, "/api/consents", params=query)).status_code == 403


def _organisation():
    prefix = "http://sambi.se/attributes/1/"
    return {
        f"{prefix}healthCareProviderHsaId": REGION.hsa_id,
        f"{prefix}healthCareUnitHsaId": "SE2321000000-1B01",
    }


async def test_every_act_has_an_intent_and_an_outcome(world):
    """Also what is refused, wrong or absent."""
    before = len(await statement(world, "SELECT FROM audit"))
    for caller, path, members in (
        ("gunnar", "blocks", {"giver": REGION.hsa_id}),
        ("physician", "blocks", {"giver": REGION.hsa_id}),
        ("gunnar", "blocks", {"giver": "SE9999999999-XXXX"}),
        ("maria", "blocks", {"giver": REGION.hsa_id}),
    ):
        await post(world, caller, path, **members)
    await world.send("DELETE", "gunnar", f"/api/blocks/{ABSENT}")
    await listed(world, "gunnar", "blocks")
    rows = await statement(world, "SELECT request, phase FROM audit ORDER BY seq")
    new = [tuple(row.values()) for row in rows][before:]

    assert len(new) == 12
    assert len({request for request, _ in new}) == 6


async def test_ending_while_others_read_never_shows_what_is_closed(world):
    """Reads that begin after the 204 are closed; a relation that ends twenty times at once ends once."""
    for _ in range(3):
        id = (await post(world, "gunnar", "consents", giver=PRIVATE.hsa_id, informed=True)).json()["id"]
        readings = [asyncio.create_task(givers(world, "physician-without-consent")) for _ in range(3)]
        statuses = await asyncio.gather(*(ended(world, "gunnar", "consents", id) for _ in range(4)))
        assert sorted(statuses) == [204, 404, 404, 404]
        assert await givers(world, "physician-without-consent") == {PRIVATE.hsa_id}
        await asyncio.gather(*readings)


MANAGER = {
    **staff(HEALTH_CENTRE, "SE2321000000-1B99"),
    "http://sambi.se/attributes/1/commissionPurpose": "Administration",
    "http://sambi.se/attributes/1/systemRole": ["Samplan;Verksamhetschef"],
}


async def test_c21_a_unit_manager_closes_a_guardians_access_and_opens_it_again(world):
    """Practice of 1177: for a child under 13, for one guardian alone, and by no other role."""
    guardian = {"guardian": f"Patient/{world.ids['andreas']}"}
    for caller in ("physician", "administrator", "andreas", "ehr-region"):
        assert (await post(world, caller, "closed-guardians", "signe", **guardian)).status_code == 403, caller
    assert (await post(world, MANAGER, "closed-guardians", "gunnar", **guardian)).status_code == 403
    answer = await post(world, MANAGER, "closed-guardians", "signe", **guardian)
    body = {"patient": f"Patient/{world.ids['signe']}"}

    assert answer.status_code == 201, answer.text
    assert (await world.post("andreas", "/api/overview", body)).status_code == 404
    assert (await world.post("katja", "/api/overview", body)).status_code == 200
    assert await ended(world, MANAGER, "closed-guardians", answer.json()["id"]) == 204
    assert (await world.post("andreas", "/api/overview", body)).status_code == 200


async def test_c10_a_log_auditor_reviews_the_own_givers_openings(world):
    """Who, where, why and about whom; attempts too; nobody else's, and no other role."""
    await post(world, "physician", "emergency-openings", **EMERGENCY)
    await post(world, "physician", "emergency-openings", "gunnar", reason="kort")
    await post(world, "physician-without-consent", "emergency-openings", **EMERGENCY)
    answer = await world.get("log-auditor", "/api/emergency-openings/review")
    openings = answer.json()["openings"]

    assert answer.status_code == 200
    assert [(row["patient"], row["reason"], row["employee"]) for row in openings] == [
        (f"Patient/{world.ids['gunnar']}", EMERGENCY["reason"], "SE2321000000-1B11")
    ]
    for caller in ("physician", "gunnar", "ehr-region", "administrator"):
        assert (await world.get(caller, "/api/emergency-openings/review")).status_code == 403
    query = {"before": "nonsense"}
    assert (await world.get("log-auditor", "/api/emergency-openings/review", params=query)).status_code == 400
