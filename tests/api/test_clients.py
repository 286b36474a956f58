"""Client systems over HTTP: who is let in, and how soon a change of the registry holds."""

import asyncio
from time import monotonic

import asyncpg
import pytest

from app.demo.data.givers import HEALTH_CENTRE, HOME_NURSING
from app.directory.registration import add_clients, registration, set_disabled
from tests.builders.clients import client_of
from tests.builders.tokens import system

EHR = client_of(HEALTH_CENTRE.giver)


async def is_let_in(world, caller) -> bool:
    answer = await world.get(caller, f"/fhir/Patient/{world.ids['gunnar']}")
    assert answer.status_code in {200, 401, 404}
    return answer.status_code != 401


async def becomes(world, caller, *, wanted: bool, within: float = 5.0) -> None:
    """Wait until the caller is let in, or no more."""
    deadline = monotonic() + within
    while await is_let_in(world, caller) != wanted:
        assert monotonic() < deadline
        await asyncio.sleep(0.1)


async def test_only_a_registered_client_of_its_own_organisation_is_let_in(world):
    """A stranger, and a registered client that claims another organisation, are refused as tokens, without a role."""
    assert await is_let_in(world, system(HEALTH_CENTRE))
    assert not await is_let_in(world, system(HEALTH_CENTRE, name="stranger"))
    assert not await is_let_in(world, system(HOME_NURSING, name=EHR))
    assert not await is_let_in(world, system(HEALTH_CENTRE, name="ehr-private"))


async def test_a_change_of_the_registry_holds_within_seconds_for_a_token_in_use(world):
    """A disabled client is refused, an enabled one let in again, a new one let in, with tokens verified before."""
    caller, new = system(HEALTH_CENTRE), system(HEALTH_CENTRE, name="new")
    caller["jti"] = new["jti"] = "the same token each time"
    assert (await is_let_in(world, caller), await is_let_in(world, new)) == (True, False)

    await set_disabled(world.database.owner_url, EHR, disabled=True)
    await becomes(world, caller, wanted=False)
    await set_disabled(world.database.owner_url, EHR, disabled=False)
    await becomes(world, caller, wanted=True)

    values = {"id": "new", "name": "New", "giver": HEALTH_CENTRE.giver.hsa_id, "scopes": "system/*.rs"}
    await add_clients(world.database.owner_url, [registration(values)])
    await becomes(world, new, wanted=True)


async def test_an_emptied_registry_lets_no_system_in(world):
    """No client is registered then; a person still reads the own overview."""
    connection = await asyncpg.connect(world.database.owner_url)
    await connection.execute("TRUNCATE client")
    await connection.close()

    await becomes(world, system(HEALTH_CENTRE), wanted=False)
    assert (await world.get("gunnar", "/api/overview/me")).status_code == 200


async def test_the_app_may_read_the_registry_and_not_change_it(world):
    """Its role of the database has no right to register a client, or to hide that the registry changed."""
    connection = await asyncpg.connect(world.database.app_url)
    for statement in ("UPDATE client SET disabled = false", "DELETE FROM client", "UPDATE registry SET version = 1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()
