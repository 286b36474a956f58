"""The whole contract and its parts through FHIR have one version: whoever edits either meets the other."""

import asyncio
import json

import pytest

from app.demo.data.givers import PSYCHIATRY
from app.fhir.check.check import check
from tests.builders.calls import inner_block
from tests.builders.contract_calls import (
    contract,
    contract_path,
    create_contract,
    edit,
    part,
    read,
    revise,
    revise_or_fail,
    small_contract,
    versions,
)
from tests.builders.tokens import psychiatrist

GOAL = ("agreement", "goals", 0)


async def test_the_same_again_is_no_revision(world):
    """PUT of what was read, label or no label: no part gets a version, and the tag is the same."""
    sent = contract(world, "gunnar")
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    first = await create_contract(world, sent)
    before = await versions(world, first)
    same = first.json()
    del same["agreement"]["goals"][0]["confidentiality"]
    answers = [await revise_or_fail(world, first), await revise_or_fail(world, first, same)]

    assert [one.headers["etag"] for one in answers] == [first.headers["etag"]] * 2
    assert [one.json() for one in answers] == [first.json()] * 2
    assert await versions(world, first) == before


async def test_only_what_changed_gets_a_version(world):
    """One goal of a whole contract: that goal, and a Provenance beside the older one."""
    first = await create_contract(world, contract(world, "gunnar"))
    before = await versions(world, first)
    sent = first.json()
    sent["agreement"]["goals"][1]["goal"] = "Hålla vikten"
    repeated = await revise_or_fail(world, first, sent)
    after = await versions(world, first)
    new = after.keys() - before.keys()

    assert {one: after[one] for one in before if after[one] != before[one]} == {
        f"Goal/{sent['agreement']['goals'][1]['id']}": "2"
    }
    assert [one.partition("/")[0] for one in new] == ["Provenance"]
    assert before.keys() <= after.keys()
    assert repeated.headers["etag"] != first.headers["etag"]


async def test_a_new_part_changes_the_agreement_alone(world):
    """The CarePlan refers to it; the other parts stay as they are."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    before = await versions(world, first)
    sent = first.json()
    sent["agreement"]["careDoes"] = [{"what": "Sjukgymnasten ringer"}]
    await revise_or_fail(world, first, sent)
    after = await versions(world, first)

    assert {one for one in before if after[one] != before[one]} == {f"CarePlan/{first.json()['id']}"}


async def test_an_edit_of_a_part_is_seen_in_the_contract(world):
    """And makes its tag another, so that who read the contract before must read it again."""
    first = await create_contract(world, small_contract(world))
    goal = part(first, *GOAL)
    edited = await edit(world, "Goal", goal["id"], description={"text": "Cykla runt sjön"})
    now = await world.get("physician", contract_path(first))
    late = await revise(world, first, title="Nytt")
    repeated = await revise_or_fail(world, now, title="Nytt")

    assert edited.status_code == 200, edited.text
    assert part(now, *GOAL)["goal"] == "Cykla runt sjön"
    assert now.headers["etag"] != first.headers["etag"]
    assert late.status_code == 412
    assert part(repeated, *GOAL)["goal"] == "Cykla runt sjön"


async def test_a_part_that_the_contract_changed_is_newer_through_fhir(world):
    """Who read the part before gets 412."""
    first = await create_contract(world, small_contract(world))
    goal = await read(world, "Goal", part(first, *GOAL)["id"])
    sent = first.json()
    sent["agreement"]["goals"][0]["goal"] = "Cykla runt sjön"
    await revise_or_fail(world, first, sent)
    late = await world.send(
        "PUT", "physician", f"/fhir/Goal/{goal['id']}", content=json.dumps(goal), headers={"if-match": 'W/"1"'}
    )

    assert late.status_code == 412
    assert (await read(world, "Goal", goal["id"]))["description"]["text"] == "Cykla runt sjön"


@pytest.mark.parametrize("round", range(4))
async def test_of_an_edit_and_a_revision_at_once_each_meets_the_other(world, round):
    """Both at the same time, of one part that the revision leaves alone: never is one built on what is no more."""
    first = await create_contract(world, small_contract(world))
    goal = part(first, *GOAL)
    edited, changed = await asyncio.gather(
        edit(world, "Goal", goal["id"], description={"text": "Cykla runt sjön"}), revise(world, first, title="Nytt")
    )
    now = (await world.get("physician", contract_path(first))).json()

    assert edited.status_code == 200
    assert changed.status_code in {200, 412}
    assert now["agreement"]["goals"][0]["goal"] == "Cykla runt sjön"
    assert now["title"] == ("Nytt" if changed.status_code == 200 else "Kontrakt")


async def test_the_tag_is_of_what_the_caller_sees(world):
    """A nurse who does not see a goal has another tag, that an edit of that goal does not change."""
    sent = small_contract(world)
    sent["agreement"]["goals"][0]["confidentiality"] = "R"
    first = await create_contract(world, sent)
    before = await world.get("municipal-nurse", contract_path(first))
    edited = await edit(world, "Goal", part(first, *GOAL)["id"], description={"text": "Cykla runt sjön"})
    after = await world.get("municipal-nurse", contract_path(first))

    assert edited.status_code == 200
    assert len(before.json()["agreement"]["goals"]) == 1
    assert before.headers["etag"] == after.headers["etag"] != first.headers["etag"]
    assert (await world.get("physician", contract_path(first))).headers["etag"] != first.headers["etag"]


async def test_what_a_contract_has_no_place_for_is_kept_and_listed(world):
    """Elements that FHIR adds survive a revision of their own resource, and `unmapped` names them."""
    first = await create_contract(world, small_contract(world))
    goal = part(first, *GOAL)["id"]
    empty = await world.get("physician", f"{contract_path(first)}/unmapped")
    concept = {"coding": [{"system": "http://snomed.info/sct", "code": "60134006"}]}
    edited = await edit(world, "Goal", goal, category=[concept], outcomeCode=[{"text": "Bra"}])
    now = await world.get("physician", contract_path(first))
    sent = now.json()
    sent["agreement"]["goals"][0]["goal"] = "Cykla runt sjön"
    await revise_or_fail(world, now, sent)
    listed = await world.get("maria", f"{contract_path(first)}/unmapped")
    stored = await read(world, "Goal", goal)

    assert empty.json() == []
    assert edited.status_code == 200, edited.text
    assert {one["element"].partition("[")[0] for one in listed.json()} == {"Goal.category", "Goal.outcomeCode"}
    assert {one["reference"] for one in listed.json()} == {f"Goal/{goal}"}
    assert (stored["description"]["text"], stored["category"]) == ("Cykla runt sjön", [concept])


async def test_a_part_that_no_contract_can_hold_is_listed_whole_and_stays(world):
    """A goal in more words than it has room for: not in the contract, whose own answer can be sent back, not deleted."""
    first = await create_contract(world, small_contract(world))
    goal = part(first, *GOAL)["id"]
    edited = await edit(world, "Goal", goal, startDate="2026-05-01", description={"text": "Gå " * 2000})
    now = await world.get("physician", contract_path(first))
    listed = await world.get("maria", f"{contract_path(first)}/unmapped")
    repeated = await revise_or_fail(world, now, title="Nytt")
    plan = await read(world, "CarePlan", first.json()["id"])

    assert edited.status_code == 200, edited.text
    assert [one["goal"] for one in now.json()["agreement"]["goals"]] == ["Cykla till byn"]
    assert {"reference": f"Goal/{goal}", "element": "Goal"} in listed.json()
    assert repeated.json()["title"] == "Nytt"
    assert {"reference": f"Goal/{goal}"} in plan["goal"]
    assert (await read(world, "Goal", goal))["startDate"] == "2026-05-01"


async def test_a_revision_beside_an_edit_stores_only_valid_fhir(world):
    """Where what FHIR has added cannot stand beside what the contract says it is 422, or gives way."""
    first = await create_contract(world, small_contract(world))
    activity = part(first, "agreement", "iDo", 0)["id"]
    await edit(world, "ServiceRequest", activity, occurrenceDateTime="2026-12-01")
    now = await world.get("physician", contract_path(first))
    sent = now.json()
    sent["agreement"]["iDo"][0]["howOften"] = {"text": "ofta"}
    answer = await revise(world, now, sent)

    assert answer.status_code in {200, 422}, answer.text
    assert check(await read(world, "ServiceRequest", activity)) == []


async def test_unmapped_elements_are_as_absent_as_the_contract(world):
    """Whoever does not find the contract gets no list of unmapped elements."""
    first = await create_contract(world, small_contract(world))

    for caller in ("home-care", "administrator", "tom", "physician-without-consent"):
        answers = [await world.get(caller, f"/api/contracts/{one}/unmapped") for one in (first.json()["id"], "a" * 32)]
        assert {answer.status_code for answer in answers} == {404}
        assert answers[0].content == answers[1].content


async def test_a_revision_by_another_unit_moves_nothing_to_it(world):
    """What it changes stays the unit's that wrote it; what it adds is its own."""
    first = await create_contract(world, small_contract(world, "gunnar"))
    sent = first.json()
    sent["agreement"]["goals"][0]["goal"] = "Cykla runt sjön"
    sent["agreement"]["careDoes"] = [{"what": "Vi ringer"}]
    answer = await revise_or_fail(world, first, sent, caller=psychiatrist())
    added = answer.json()["agreement"]["careDoes"][0]["id"]
    await inner_block(world, PSYCHIATRY)
    seen = {one.partition("/")[2] for one in await versions(world, first, "physician")}

    assert {first.json()["id"], *(goal["id"] for goal in sent["agreement"]["goals"])} <= seen
    assert added not in seen


async def test_confirmations_are_read_back_as_they_were_sent(world):
    """In the order of time, of one moment the person's first; another order is refused."""
    at = "2026-02-02T10:00:00+01:00"
    sent = [
        {"party": "region", "name": "Karin Lund", "at": "2026-02-01T10:00:00+01:00"}, {"party": "person", "at": at},
        {"party": "municipality", "name": "Berit Ås", "at": at}, {"party": "relative", "name": "Eva Lind", "at": at},
    ]  # fmt: skip
    first = await create_contract(world, small_contract(world, confirmations=sent))
    now = await world.get("maria", contract_path(first))
    refused = await world.post("physician", "/api/contracts", small_contract(world, confirmations=sent[::-1]))
    told = [{name: value for name, value in one.items() if name != "id"} for one in now.json()["confirmations"]]

    assert told == sent
    assert [issue["expression"] for issue in refused.json()["issue"]] == [["confirmations"]]
