"""A block holds at once, for everyone it should; a hidden item is as one that never was."""

import pytest

REGION = "SE2321000000-1A01"


async def block(world, caller="gunnar", person="gunnar", giver=REGION):
    """Set an outer block."""
    return await world.post(caller, "/api/blocks", {"patient": f"Patient/{world.ids[person]}", "giver": giver})


async def times(world, caller):
    """The references of the times that a caller sees of Gunnar."""
    return {item["reference"] for item in (await world.overview(caller, "gunnar"))["times"]}


async def test_a_block_hides_at_once_from_other_givers_alone(world):
    """The nurse of another giver loses sight; the giver's own physician and the person do not."""
    before = {caller: await times(world, caller) for caller in ("municipal-nurse", "physician", "gunnar")}
    answer = await block(world)
    after = {caller: await times(world, caller) for caller in before}

    assert answer.status_code == 201
    assert before["municipal-nurse"] > after["municipal-nurse"]
    assert (after["physician"], after["gunnar"]) == (before["physician"], before["gunnar"])


async def test_lifting_it_opens_again(world):
    """At once too; and a block that is lifted is no longer there to lift."""
    before = await times(world, "municipal-nurse")
    identity = (await block(world)).json()["id"]
    lifted = await world.send("DELETE", "gunnar", f"/api/blocks/{identity}")
    repeated = await world.send("DELETE", "gunnar", f"/api/blocks/{identity}")

    assert (lifted.status_code, repeated.status_code) == (204, 404)
    assert await times(world, "municipal-nurse") == before


async def test_a_hidden_item_and_one_that_never_was_answer_the_same(world):
    """Status, headers and body, for every way of asking for it by id."""
    seen = await times(world, "municipal-nurse")
    await block(world)
    hidden = (seen - await times(world, "municipal-nurse")).pop()
    for method in ("GET", "PUT"):
        body = '{"resourceType":"Appointment","id":"%s","status":"cancelled","participant":[{"status":"accepted","actor":{"reference":"Patient/%s"}}]}'
        answers = []
        for reference in (hidden, "Appointment/" + "a" * 32):
            content = body % (reference.partition("/")[2], world.ids["gunnar"]) if method == "PUT" else None
            headers = {"if-match": 'W/"1"'} if method == "PUT" else {}
            answers.append(
                await world.send(method, "municipal-nurse", f"/fhir/{reference}", content=content, headers=headers)
            )
        first, second = answers
        assert (first.status_code, first.content, dict(first.headers)) == (404, second.content, dict(second.headers))


async def test_a_guardian_may_not_block_for_a_child(world):
    """Refused, although the guardian may see (docs/law.md, C8)."""
    answer = await block(world, "andreas", "signe")

    assert answer.status_code == 403


@pytest.mark.parametrize("caller,person", [("physician", "gunnar"), ("maria", "gunnar"), ("log-auditor", "gunnar")])
async def test_nobody_blocks_for_another(world, caller, person):
    """Refused, or as if there were nobody."""
    assert (await block(world, caller, person)).status_code in {403, 404}


async def test_nobody_lifts_anothers_block(world):
    """As if it did not exist."""
    identity = (await block(world)).json()["id"]

    assert (await world.send("DELETE", "maria", f"/api/blocks/{identity}")).status_code == 404
    assert (await world.send("DELETE", "physician", f"/api/blocks/{identity}")).status_code == 403


@pytest.mark.parametrize(
    "body", [{}, {"patient": "Patient/x"}, {"patient": "Patient/x", "giver": 3}, {"patient": "x y", "giver": REGION}]
)
async def test_a_block_without_its_two_members_is_400(world, body):
    """And says which they are."""
    assert (await world.post("gunnar", "/api/blocks", body)).status_code == 400


async def test_a_block_of_no_hsa_id_is_422(world):
    """The fault names the element, not the value."""
    answer = await block(world, giver="nonsense-value")

    assert answer.status_code == 422
    assert "nonsense-value" not in answer.text
