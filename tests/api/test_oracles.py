"""What is not said must not be told by the way: by which error comes first, by the order, by the work done."""

import pytest

from app.demo.data.givers import PRIVATE
from tests.builders.calls import same, statement
from tests.builders.resources import HIERARCHY, HSA, NEW, PERSONNUMMER, appointment, bundle, goal

KNOWN = "195009072553"
"""Gunnar's number."""


def by_number(number, **more):
    """A time of a person who is named by number alone, pushed without their Patient."""
    return appointment(person={"identifier": {"system": PERSONNUMMER, "value": number}}, **more)


def owned_by(giver):
    """The extension that says that a giver answers for a resource."""
    organisation = {"url": "hsaCareProvider", "valueReference": {"identifier": {"system": HSA, "value": giver.hsa_id}}}
    return {"extension": [{"url": HIERARCHY, "extension": [organisation]}]}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (owned_by(PRIVATE), 403),
        ({"subject": {"reference": "Patient/x"}}, 422),
        ({"status": "hemma"}, 422),
        ({"identifier": [{"system": "https://journal.example/taken", "value": "1"}]}, 422),
    ],
)
async def test_a_push_that_fails_does_not_tell_who_is_known(world, more, status):
    """Whatever is wrong with it is answered alike for somebody who is known here and for somebody who is not."""
    taken = goal(world, "maria", identifier=[{"system": "https://journal.example/taken", "value": "1"}])
    assert (await world.post("ehr-region", "/fhir", bundle(taken))).status_code == 200
    answers = [await world.post("ehr-region", "/fhir", bundle(by_number(number, **more))) for number in (KNOWN, NEW)]
    assert same(*answers)
    assert answers[0].status_code == status


async def test_a_person_who_is_not_known_is_told_of_when_all_else_is_right(world):
    """A push that could be stored names the person as the one thing to mend."""
    answer = await world.post("ehr-region", "/fhir", bundle(by_number(NEW)))
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (422, "not-found")


async def test_a_hidden_change_moves_nothing_in_the_overview(world):
    """A nurse elsewhere sees the entries in the same order before and after what they may not see is written."""

    async def entries():
        found = await world.get("municipal-nurse", f"/fhir/Patient/{world.ids['gunnar']}/$overview")
        return [entry["fullUrl"] for entry in found.json()["entry"]]

    plans = [entry["reference"] for entry in (await world.overview("municipal-nurse", "gunnar"))["plans"]]
    before = await entries()
    for plan in plans:
        await statement(world, f"UPDATE resource SET source = source WHERE id = '{plan.partition('/')[2]}'", "gunnar")
    assert [entry["reference"] for entry in (await world.overview("municipal-nurse", "gunnar"))["plans"]] == plans
    assert await entries() == before
