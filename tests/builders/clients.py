"""The client systems that are registered in the tests' databases: the demo's, and one of each giver."""

import asyncio

from app.demo.data.callers import REGISTERED
from app.demo.data.givers import MUNICIPAL_HEALTH, MUNICIPAL_SOCIAL, PRIVATE, REGION, DemoGiver
from app.directory.registration import add_clients, registration

STRANGER = DemoGiver("SE5560000000-9Z01", "Okänd Vård AB", "health")
"""A giver that has a client, and to whom nobody has a care relation."""

GIVERS = (REGION, MUNICIPAL_HEALTH, MUNICIPAL_SOCIAL, PRIVATE, STRANGER)


def client_of(giver: DemoGiver) -> str:
    """The id of a giver's test client, which may do everything for each unit of the giver."""
    return f"ehr-{giver.hsa_id}"


def register(owner_url: str, *more: dict[str, object]) -> None:
    """Register the demo's clients, a client of each giver, and more of them with scopes for everything."""
    values = [
        *({"id": client_of(giver), "giver": giver.hsa_id} for giver in GIVERS),
        {"id": "other", "giver": REGION.hsa_id},
        *more,
    ]
    clients = [{"name": "Journalsystem", "scopes": "system/*.cruds", **client} for client in values]
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(add_clients(owner_url, [registration(client) for client in (*REGISTERED, *clients)]))
