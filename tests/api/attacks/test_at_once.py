"""Attacks by many requests at once: one revision, one update, one create and one lifting wins."""

import asyncio

from app.demo.data import contracts
from app.demo.data.givers import PRIVATE, REGION
from tests.builders.calls import create, put, tag_of, times
from tests.builders.resources import SYSTEM, goal, visit


async def test_one_of_eight_revisions_wins(world):
    """Of a contract, with the same If-Match; the others are told, and nothing is mixed."""
    first = await world.post(
        "physician", "/api/contracts", contracts.contract(world.days.today, f"Patient/{world.ids['gunnar']}")
    )
    sent = [{**first.json(), "title": f"Nummer {at}"} for at in range(8)]
    for at, one in enumerate(sent):
        one["agreement"] = {**one["agreement"], "goals": [{**one["agreement"]["goals"][0], "goal": f"Mål {at}"}]}
    answers = await asyncio.gather(
        *(put(world, "physician", one, tag_of(first), address=f"/api/contracts/{one['id']}") for one in sent)
    )
    kept = (await world.get("physician", f"/api/contracts/{first.json()['id']}")).json()

    assert {answer.status_code for answer in answers if answer.status_code != 200} <= {409, 412}
    assert [answer.status_code for answer in answers].count(200) == 1
    assert kept["title"].removeprefix("Nummer ") == kept["agreement"]["goals"][0]["goal"].removeprefix("Mål ")


async def test_one_of_eight_updates_wins(world):
    """Of a resource."""
    mine = await create(world, goal(world))
    answers = await asyncio.gather(
        *(put(world, "physician", {**mine, "description": {"text": f"Mål {at}"}}) for at in range(8))
    )

    assert [answer.status_code for answer in answers].count(200) == 1
    assert {answer.status_code for answer in answers} <= {200, 409, 412}
    assert (await world.get("physician", f"/fhir/Goal/{mine['id']}")).json()["meta"]["versionId"] == "2"


async def test_eight_creates_by_a_system_are_one(world):
    """Each gets the same item."""
    answers = await asyncio.gather(*(world.post("ehr-region", "/fhir/Appointment", visit(world)) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201], [answer.text for answer in answers]
    assert len(await times(world, "gunnar", SYSTEM)) == 1


async def test_a_block_is_lifted_once(world):
    """Eight at once: one 204."""
    made = await world.post(
        "gunnar", "/api/blocks", {"patient": f"Patient/{world.ids['gunnar']}", "giver": PRIVATE.hsa_id}
    )
    answers = await asyncio.gather(
        *(world.send("DELETE", "gunnar", f"/api/blocks/{made.json()['id']}") for _ in range(8))
    )

    assert sorted(answer.status_code for answer in answers) == [204] + [404] * 7


async def test_after_a_block_is_told_nobody_else_sees(world):
    """Reads that race with blocks: none that begins after the 201 shows what is blocked."""
    seen = set(await times(world, "municipal-nurse"))
    for _ in range(3):
        reads = [asyncio.create_task(times(world, "municipal-nurse")) for _ in range(4)]
        made = await world.post(
            "gunnar", "/api/blocks", {"patient": f"Patient/{world.ids['gunnar']}", "giver": REGION.hsa_id}
        )
        after = [set(await one) for one in await _gather(times(world, "municipal-nurse") for _ in range(4))]
        await asyncio.gather(*reads)
        assert all(one < seen for one in after)
        await world.send("DELETE", "gunnar", f"/api/blocks/{made.json()['id']}")


async def _gather(waiting):
    return [_done(await one) for one in [asyncio.create_task(one) for one in waiting]]


async def _done(value):
    return value
