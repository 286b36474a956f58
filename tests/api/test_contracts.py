"""Patient contracts over HTTP: written, read again, revised."""

import pytest

from tests.builders.contract_calls import contract, create_contract, revise


async def test_a_contract_is_stored_and_read_again(world):
    """201 with Location and ETag; GET gives what was sent, with an id for each part."""
    answer = await create_contract(world, contract(world))
    read = await world.get("physician", answer.headers["location"])

    assert read.json() == answer.json()
    assert read.headers["etag"] == answer.headers["etag"]
    sent, kept = _without_ids(contract(world)), _without_ids(read.json())
    assert {name: kept[name] for name in ("patient", "title", "period")} == {
        name: sent[name] for name in ("patient", "title", "period")
    }
    assert kept["agreement"]["whatMatters"] == sent["agreement"]["whatMatters"]
    assert len(kept["times"]) == len(sent["times"])
    assert read.json()["agreement"]["goals"][0]["id"]


async def test_a_revision_keeps_ids_and_drops_what_is_left_out(world):
    """PUT with If-Match: kept parts are new versions of the same resource, the others are gone from the overview."""
    first = await create_contract(world, contract(world))
    sent = first.json()
    dropped = sent["agreement"]["goals"].pop()
    sent["agreement"]["goals"][0]["goal"] = "Gå till båten varje dag"
    answer = await revise(world, first, sent)
    overview = await world.overview("maria", "maria")

    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] != first.headers["etag"]
    assert answer.json() == (await world.get("physician", first.headers["location"])).json()
    assert "Gå till båten varje dag" in {goal["title"] for goal in overview["agreement"]["goals"]}
    assert f"Goal/{dropped['id']}" not in {goal["reference"] for goal in overview["agreement"]["goals"]}


@pytest.mark.parametrize("if_match,status", [(None, 428), ('W/"7"', 412), ("nonsense", 400), ('"0a", "1b"', 400)])
async def test_a_revision_says_what_it_builds_on(world, if_match, status):
    """Without If-Match 428, with another version 412."""
    first = await create_contract(world, contract(world))
    headers = {"if-match": if_match} if if_match else {}
    answer = await world.send("PUT", "physician", first.headers["location"], content=first.content, headers=headers)

    assert answer.status_code == status, answer.text


async def test_a_malformed_contract_names_every_element_in_both_languages(world):
    """422, never with a value of the person."""
    broken = contract(world)
    del broken["title"]
    broken["agreement"]["goals"][0]["due"] = "hemlig-dag"
    broken["unknown"] = True
    answer = await world.post("physician", "/api/contracts", broken)
    issues = answer.json()["issue"]

    assert answer.status_code == 422
    assert {issue["expression"][0] for issue in issues} == {"title", "agreement.goals[0].due", "(unknown)"}
    assert all(issue["details"]["_text"]["extension"][0]["extension"][1]["valueString"] for issue in issues)
    assert "hemlig-dag" not in answer.text


@pytest.mark.parametrize(
    "caller,status",
    [
        ("municipal-nurse", 201),
        ("home-care", 403),
        ("administrator", 403),
        ("maria", 403),
        ("ehr-region", 403),
        ("physician-without-consent", 404),
    ],
)
async def test_physicians_and_municipal_nurses_write(world, caller, status):
    """Others may not; who has no relation to the person finds nobody."""
    assert (await world.post(caller, "/api/contracts", contract(world))).status_code == status


async def test_a_contract_stays_with_its_person(world):
    """A revision that names another person is 422."""
    first = await create_contract(world, contract(world))
    answer = await revise(world, first, patient=f"Patient/{world.ids['gunnar']}")

    assert answer.status_code == 422
    assert [issue["expression"] for issue in answer.json()["issue"]] == [["patient"]]


async def test_who_may_not_see_the_agreement_finds_no_contract(world):
    """Home care sees activities, and not the contract they come from."""
    first = await create_contract(world, contract(world))

    for caller in ("home-care", "administrator", "tom", "physician-without-consent"):
        assert (await world.get(caller, first.headers["location"])).status_code == 404
    assert (await world.get("maria", first.headers["location"])).status_code == 200


async def test_a_plan_that_is_no_contract_is_not_one(world):
    """The linked plan of a contract cannot be read as a contract."""
    overview = await world.overview("gunnar", "gunnar")
    linked = next(plan for plan in overview["plans"] if plan.get("pointer"))

    assert (await world.get("gunnar", f"/api/contracts/{linked['reference'].partition('/')[2]}")).status_code == 404


def _without_ids(node):
    if isinstance(node, dict):
        return {name: _without_ids(child) for name, child in node.items() if name != "id"}
    return [_without_ids(child) for child in node] if isinstance(node, list) else node
