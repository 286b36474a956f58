"""The state of a source tells a caller nothing of items that they may not see, and hides no failure from who may.

The states of two worlds are compared, which differ in what the source holds beside the rest.
"""

import pytest

from tests.builders.loopback import Loopback, as_json
from tests.builders.resources import ACT_CODE, CONFIDENTIALITY
from tests.builders.sources import FhirSystem, appointment, plan, sources_file
from tests.builders.world import World, running

RESTRICTED = {"meta": {"security": [{"system": CONFIDENTIALITY, "code": "R"}]}}
WITHHELD = {"meta": {"security": [{"system": ACT_CODE, "code": "NOPATIENT"}]}}
BROKEN = {"status": "hemma"}
"""An element that makes a resource invalid."""


@pytest.fixture
async def asking(housed, household, identity, tmp_path):
    """The household in an app with one source of the region, which holds what the test gives it."""
    system = FhirSystem()
    _, ids, days = household
    async with (
        Loopback(system) as server,
        running(housed, identity, sources=sources_file(tmp_path, elsewhere=server)) as client,
    ):
        yield World(client, identity, dict(ids), housed, days), system


async def state(asking, caller, *resources, faults=None):
    """What a caller is told of the source that holds these, and whether the overview is complete."""
    world, system = asking
    system.resources, system.faults = list(resources), faults or {}
    overview = await world.overview(caller, "gunnar")
    (source,) = [entry for entry in overview["sources"] if entry["name"] == "elsewhere"]
    bundle = (await world.get(caller, f"/fhir/Patient/{world.ids['gunnar']}/$overview")).json()
    outcomes = [entry["search"]["mode"] for entry in bundle.get("entry", ())].count("outcome")
    return source["state"], source["reason"], bool(source["asOf"]), overview["complete"], outcomes


NOTHING = ("empty", None, True, True, 0)
UNREAD = ("unknown", "invalid", False, False, 1)
IN_PART = ("data", "invalid", True, False, 0)
ALL = ("data", None, True, True, 0)


@pytest.mark.parametrize(
    "hidden",
    [
        [],
        [plan(**RESTRICTED)],
        [plan(**RESTRICTED, **BROKEN)],
        [plan(**RESTRICTED), plan("p2", **RESTRICTED, **BROKEN)],
        [plan(**WITHHELD, **BROKEN)],
        [plan(meta=["R"])],
        [plan(**RESTRICTED, extension=5)],
        [plan(meta={"security": "R"})],
    ],
)
async def test_what_a_nurse_may_not_see_leaves_a_source_empty_whether_it_can_be_read_or_not(asking, hidden):
    """Restricted items, invalid restricted items, and items of no readable class are all as nothing."""
    assert await state(asking, "municipal-nurse", *hidden) == NOTHING
    assert await state(asking, "municipal-nurse", appointment(), *hidden) == ALL


async def test_an_invalid_item_that_a_caller_might_have_seen_is_told_of(asking):
    """A plan without a label, and invalid, makes the answer unknown, or incomplete if there is more."""
    for caller in ("municipal-nurse", "physician", "gunnar"):
        assert await state(asking, caller, plan(**BROKEN)) == UNREAD
        assert await state(asking, caller, plan(**BROKEN), appointment()) == IN_PART


async def test_home_care_is_told_of_an_invalid_time_and_of_no_invalid_plan(asking):
    """The kind of an item that cannot be read decides as if it could."""
    assert await state(asking, "home-care", plan(**BROKEN)) == NOTHING
    assert await state(asking, "home-care", appointment(**BROKEN)) == UNREAD


async def test_the_person_is_told_of_all_that_cannot_be_read_but_for_what_is_withheld(asking):
    """An item of no readable class is told to the person alone."""
    assert await state(asking, "gunnar", plan(meta=["R"])) == UNREAD
    assert await state(asking, "gunnar", plan(**WITHHELD, **BROKEN)) == NOTHING


@pytest.mark.parametrize("caller", ["municipal-nurse", "home-care", "gunnar"])
async def test_a_source_that_fails_is_never_empty(asking, caller):
    """Whatever it holds: all of it or a type of it is unknown, for the same reason."""
    failing = {"CarePlan": lambda _: as_json({}, 500)}
    answers = {
        await state(asking, caller, *held, faults=failing)
        for held in ([], [appointment(**RESTRICTED, **BROKEN)], [plan()], [appointment(**WITHHELD)])
    }
    assert answers == {("unknown", "error-status", False, False, 1)} or caller == "gunnar"
    assert all(reason == "error-status" and not complete for _, reason, _, complete, _ in answers)
