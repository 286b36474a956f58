"""A contract that replaces another ends it, once and with a reason."""

import asyncio

from tests.builders.calls import faults
from tests.builders.contract_calls import (
    contract_path,
    create_contract,
    revise,
    revise_or_fail,
    revisions,
    small_contract,
)
from tests.builders.resources import ABSENT


async def test_a_contract_that_replaces_another_ends_it(world):
    """In one transaction: the old is completed, with a revision and the reason; the new one refers to it."""
    old = await create_contract(world, small_contract(world))
    new = await create_contract(
        world, small_contract(world, replaces=old.json()["id"], revision={"reason": "Ny överenskommelse."})
    )
    ended = (await world.get("physician", contract_path(old))).json()

    assert new.json()["replaces"] == old.json()["id"]
    assert new.json()["revision"]["action"] == "replace"
    assert ended["status"] == "completed"
    assert (ended["revision"]["action"], ended["revision"]["reason"]) == ("end", "Ny överenskommelse.")
    assert [one["action"] for one in await revisions(world, old)] == ["end", "create"]
    assert (await world.get("physician", contract_path(new))).json() == new.json()


async def test_what_has_ended_can_be_replaced_and_stays_as_it_ended(world):
    """It gets no second end."""
    old = await create_contract(world, small_contract(world))
    ended = await revise_or_fail(world, old, status="revoked", reason="Avbrutet.")
    await create_contract(world, small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."}))

    assert (await world.get("physician", contract_path(old))).json() == ended.json()
    assert len(await revisions(world, old)) == 2


async def test_a_replacement_needs_a_reason(world):
    """And nothing is written without one."""
    old = await create_contract(world, small_contract(world))
    refused = await world.post("physician", "/api/contracts", small_contract(world, replaces=old.json()["id"]))

    assert faults(refused) == [("required", "revision.reason")]
    assert (await world.get("physician", contract_path(old))).json()["status"] == "active"


async def test_a_contract_is_replaced_once(world):
    """Also of eight at the same time, and also one that has ended."""
    for status in ("active", "completed"):
        old = await create_contract(world, small_contract(world, status=status))
        sent = small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."})
        answers = await asyncio.gather(*(world.post("physician", "/api/contracts", sent) for _ in range(8)))
        late = await world.post("physician", "/api/contracts", sent)

        assert sorted(answer.status_code for answer in answers) == [201, *[422] * 7], [one.text for one in answers]
        assert faults(late) == [("business-rule", "replaces")]


async def test_only_who_may_write_a_contract_replaces_it(world):
    """Another giver who sees it gets 403, and it goes on; one that is not seen is as one that is none."""
    old = await create_contract(world, small_contract(world))
    sent = small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."})
    seen = await world.post("municipal-nurse", "/api/contracts", sent)
    ended = await create_contract(world, small_contract(world, status="completed"))
    over = await world.post("municipal-nurse", "/api/contracts", {**sent, "replaces": ended.json()["id"]})
    others = await create_contract(world, small_contract(world, "gunnar"))
    answers = [
        await world.post("physician", "/api/contracts", {**sent, "replaces": one})
        for one in (others.json()["id"], ABSENT)
    ]

    assert (seen.status_code, over.status_code) == (403, 403)
    assert (await world.get("physician", contract_path(old))).json()["status"] == "active"
    assert [faults(answer) for answer in answers] == [[("not-found", "replaces")]] * 2
    assert answers[0].content == answers[1].content


async def test_what_a_contract_replaces_is_said_once(world):
    """A revision neither adds, changes nor drops it."""
    old, other = (
        await create_contract(world, small_contract(world)),
        await create_contract(world, small_contract(world)),
    )
    new = await create_contract(world, small_contract(world, replaces=old.json()["id"], revision={"reason": "Nytt."}))
    without = {name: value for name, value in new.json().items() if name != "replaces"}
    answers = [
        await revise(world, other, replaces=old.json()["id"], reason="Nytt."),
        await revise(world, new, replaces=other.json()["id"], reason="Nytt."),
        await revise(world, new, without, reason="Nytt."),
    ]

    assert [faults(answer) for answer in answers] == [[("business-rule", "replaces")]] * 3
    await revise_or_fail(world, new, title="Nytt")
