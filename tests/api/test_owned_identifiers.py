"""Two givers' items of one booking are shown as one only by leave of the identifier's owner, who registers the systems."""

import pytest

from app.demo.data.givers import HEALTH_CENTRE, REGION, DemoUnit
from app.directory.registration import add_clients, registration
from app.errors import Unprocessable
from tests.builders.calls import push
from tests.builders.clients import STRANGER
from tests.builders.resources import SYSTEM, visit
from tests.builders.tokens import system
from tests.builders.world import World, running

OWNER = system(HEALTH_CENTRE)
COPIER = system(DemoUnit("SE5560000000-9Z02", "Okänd mottagning", STRANGER, "", ""))


def client(giver, **more):
    """The registration of a further client of a giver."""
    return registration(
        {"id": f"more-{giver.hsa_id}", "name": "Bokning", "giver": giver.hsa_id, "scopes": "system/*.cruds", **more}
    )


async def test_a_system_has_one_owner(housed):
    """A client of another giver that owns it too is refused, in any spelling; a further client of the same giver is not."""
    first, second = "1.2.752.29.4.19", "urn:oid:1.2.752.29.4.19"
    await add_clients(housed.owner_url, [client(REGION, owns=[first]), client(REGION, id="third", owns=[first])])

    with pytest.raises(Unprocessable) as refusal:
        await add_clients(housed.owner_url, [client(STRANGER, owns=[second])])
    assert [fault.expression for fault in refusal.value.faults] == ["owns"]


@pytest.mark.parametrize(
    "owner,copier,merged",
    [
        ({"owns": [SYSTEM]}, {"copies": [SYSTEM]}, True),
        ({"owns": [SYSTEM]}, {}, False),
        ({}, {"copies": [SYSTEM]}, False),
    ],
)
async def test_the_owner_and_the_copier_are_registered(housed, household, identity, owner, copier, merged):
    """Then the owner's time is shown, and the copy, which says that it is cancelled, is one of its origins."""
    await add_clients(housed.owner_url, [client(REGION, **owner), client(STRANGER, **copier)])
    async with running(housed, identity) as http:
        world = World(http, identity, dict(household[1]), housed, household[2])
        for caller, status in ((OWNER, "booked"), (COPIER, "cancelled")):
            assert (await push(world, caller, visit(world, "K-7", status=status))).status_code == 200
        times = (await world.overview("gunnar", "gunnar"))["times"]
    shown = {
        (time["giver"], time["status"], tuple(origin["giver"] for origin in time["origins"]))
        for time in times
        if time["title"] == "Läkarbesök" and time["start"].startswith("2027-01-12")
    }

    together = {(REGION.hsa_id, "booked", (REGION.hsa_id, STRANGER.hsa_id))}
    apart = {(REGION.hsa_id, "booked", (REGION.hsa_id,)), (STRANGER.hsa_id, "cancelled", (STRANGER.hsa_id,))}
    assert shown == (together if merged else apart)
    assert not any("conflict" in time for time in times)
