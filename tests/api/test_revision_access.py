"""Who sees the revisions of a contract, and which parts of them."""

import json

from app.demo.data.givers import PSYCHIATRY
from tests.builders.calls import inner_block
from tests.builders.contract_calls import contract_path, create_contract, revise_or_fail, revisions, small_contract
from tests.builders.resources import ABSENT
from tests.builders.tokens import psychiatrist


async def test_who_does_not_see_the_contract_sees_no_past_of_it(world):
    """The same 404 as for one that is none."""
    first = await create_contract(world, small_contract(world))
    for caller in ("home-care", "administrator", "tom", "physician-without-consent", "ehr-private"):
        for path in ("revisions", "revisions/1"):
            answers = [await world.get(caller, f"/api/contracts/{one}/{path}") for one in (first.json()["id"], ABSENT)]
            assert {answer.status_code for answer in answers} == {404}, caller
            assert answers[0].content == answers[1].content


async def test_what_is_closed_now_is_closed_in_the_past(world):
    """A goal that has become restricted is not read as it was before."""
    first = await create_contract(world, small_contract(world))
    before = (await world.get("municipal-nurse", f"{contract_path(first)}/revisions/1")).json()
    sent = first.json()
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    await revise_or_fail(world, first, sent)
    after = (await world.get("municipal-nurse", f"{contract_path(first)}/revisions/1")).json()

    assert len(before["agreement"]["goals"]) == 2
    assert [one["goal"] for one in after["agreement"]["goals"]] == ["Cykla till byn"]
    assert len((await world.get("maria", f"{contract_path(first)}/revisions/1")).json()["agreement"]["goals"]) == 2


async def test_a_restricted_part_that_is_gone_stays_hidden(world):
    """Deleting opens nothing."""
    sent = small_contract(world)
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    first = await create_contract(world, sent)
    sent = first.json()
    hidden = sent["agreement"]["goals"].pop(0)["id"]
    await revise_or_fail(world, first, sent)
    then = await world.get("municipal-nurse", f"{contract_path(first)}/revisions/1")

    assert then.status_code == 200
    assert hidden not in then.text
    assert hidden in (await world.get("maria", f"{contract_path(first)}/revisions/1")).text


async def test_a_revision_of_what_is_hidden_is_not_listed(world):
    """Neither that something was done, nor why; the numbers have no gap."""
    first = await create_contract(world, small_contract(world))
    sent = first.json()
    sent["agreement"]["goals"].append({"goal": "Hemligt", "confidentiality": "R"})
    second = await revise_or_fail(world, first, sent, reason="Hemligt skäl.")
    await revise_or_fail(world, second, title="Nytt")
    listed = await revisions(world, first, "municipal-nurse")
    now = (await world.get("municipal-nurse", contract_path(first))).json()
    then = await world.get("municipal-nurse", f"{contract_path(first)}/revisions/2")

    assert [(one["version"], one["action"]) for one in listed] == [(2, "revise"), (1, "create")]
    assert "Hemligt" not in json.dumps(listed)
    assert now["revision"] == {name: value for name, value in listed[0].items() if name != "version"}
    assert then.json()["title"] == "Nytt"
    assert "Hemligt" not in then.text
    assert len(await revisions(world, first, "maria")) == 3


async def test_a_contract_with_a_hidden_part_tells_who_wrote_it(world):
    """As one without it does: that the trail is short would tell that something is hidden."""
    sent = small_contract(world)
    plain = await create_contract(world, sent)
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    hiding = await create_contract(world, sent)

    for answer in (plain, hiding):
        assert [one["action"] for one in await revisions(world, answer, "municipal-nurse")] == ["create"]
        assert (await world.get("municipal-nurse", contract_path(answer))).json()["revision"]["action"] == "create"


async def test_a_blocked_unit_leaves_no_sign_in_the_past(world):
    """What a clinic has added to another unit's contract is gone from its past too, with who added it and why."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    sent = first.json()
    sent["agreement"]["careDoes"] = [{"what": "Hemligt samtal"}]
    await revise_or_fail(world, first, sent, caller=psychiatrist(), reason="Hemligt skäl.")
    await inner_block(world, PSYCHIATRY)
    now = await world.get("physician", contract_path(first))
    listed = await revisions(world, first)

    assert now.json() == first.json()
    assert [one["action"] for one in listed] == ["create"]
    assert (await world.get("physician", f"{contract_path(first)}/revisions/2")).status_code == 404
    assert (await world.get("physician", f"{contract_path(first)}/revisions/1")).json() == first.json()
