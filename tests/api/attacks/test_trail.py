"""Attacks on the audit trail: each refusal and each answer is recorded."""

import asyncio

from app.demo.data import contracts
from tests.builders.calls import push, statement
from tests.builders.resources import NEW, SYSTEM, patient, visit


async def events(world):
    """Every row of the trail, oldest first."""
    rows = await statement(world, "SELECT request, phase, action, outcome, rule FROM audit ORDER BY seq")
    return [tuple(row.values()) for row in rows]


async def test_every_refusal_for_a_role_is_in_the_trail(world):
    """A push by staff, a block lifted by staff, one's own overview asked for by a system; each with its outcome."""
    for send in (
        lambda: push(world, "physician", visit(world)),
        lambda: push(world, "gunnar", visit(world)),
        lambda: push(world, "ehr-region", {**visit(world), "resourceType": "Appointment"}, {**_task(world)}),
        lambda: world.send("DELETE", "physician", "/api/blocks/x"),
        lambda: world.get("physician", "/api/overview/me"),
        lambda: world.get("ehr-region", "/api/overview/me"),
        lambda: world.post(
            "gunnar", "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
        ),
        lambda: world.get("gunnar", "/fhir/AuditEvent"),
    ):
        before = len(await events(world))
        answer = await send()
        rows = (await events(world))[before:]
        assert answer.status_code == 403, answer.text
        assert [(row[1], row[3]) for row in rows] == [("intent", None), ("outcome", "deny")], answer.request.url


async def test_every_answer_has_one_intent_and_one_outcome(world):
    """Also where eight at once had to decide again."""
    before = len(await events(world))
    answers = await asyncio.gather(
        *(push(world, "ehr-region", patient(NEW), visit(world, person="urn:uuid:p")) for _ in range(8))
    )
    rows = (await events(world))[before:]

    assert {answer.status_code for answer in answers} == {200}
    assert len({row[0] for row in rows}) == 8
    assert sorted(row[1] for row in rows) == ["intent"] * 8 + ["outcome"] * 8


def _task(world):
    return {
        "resourceType": "Task", "identifier": [{"system": SYSTEM, "value": "T"}], "status": "requested",
        "intent": "plan", "for": {"reference": f"Patient/{world.ids['gunnar']}"},
    }  # fmt: skip
