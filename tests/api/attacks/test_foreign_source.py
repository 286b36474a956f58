"""A hostile source: it answers with everything that the region has, as its own and as the region's."""

import json
from pathlib import Path
from typing import Any

import pytest

from app import jose
from app.demo.data.givers import REGION
from app.fhir.types import FEDERATED_TYPES
from tests.builders.clients import STRANGER
from tests.builders.hijacked import CALLERS, Resource, contract_among, everything, hijacked
from tests.builders.loopback import Loopback
from tests.builders.resources import HIERARCHY, HSA
from tests.builders.snapshots import snapshot, without
from tests.builders.sources import KEY, FhirSystem, provenance
from tests.builders.world import World, running


def configuration(server: Loopback, directory: Path, **more: Any) -> Path:
    """The file that configures the hostile source."""
    (directory / "key.json").write_text(json.dumps(jose.private_jwk(KEY)))
    table = {
        "name": "stranger", "giver": STRANGER.hsa_id, "category": "health", "base_url": f"{server.url}/fhir",
        "token_url": f"{server.url}/token", "client_id": "samplan", "key_file": "key.json", "scope": "system/*.rs",
        "owns": ["https://hostile.example/id"], **more,
    }  # fmt: skip
    file = directory / "sources.toml"
    file.write_text("\n".join(["[[source]]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]))
    return file


def as_of_the_region(resource: Resource) -> Resource:
    """The resource, saying that it belongs to the region."""
    who = {"identifier": {"system": HSA, "value": REGION.hsa_id}, "type": "Organization"}
    extension = {"url": HIERARCHY, "extension": [{"url": "hsaCareProvider", "valueReference": who}]}
    return {**resource, "id": f"r-{resource['id']}"[:64], "extension": [*resource.get("extension", ()), extension]}


@pytest.fixture
async def hostile():
    """The source's system."""
    return FhirSystem()


@pytest.fixture
async def federated(housed, household, identity, hostile, tmp_path):
    """The household in an app that asks the hostile source."""
    _, ids, days = household
    async with (
        Loopback(hostile) as server,
        running(housed, identity, sources=configuration(server, tmp_path)) as client,
    ):
        yield World(client, identity, dict(ids), housed, days)


async def test_a_source_changes_nothing_of_another_giver(federated, hostile):
    """Its items are shown as its giver's, and those that it gives out as the region's are left out."""
    owned = await everything(federated, "gunnar")
    contract = contract_among(owned)["id"]
    before = await snapshot(federated, CALLERS, "gunnar", contract)
    text = json.dumps([hijacked(item) for item in owned if item["resourceType"] in FEDERATED_TYPES])
    copies = json.loads(text.replace(f"Patient/{federated.ids['gunnar']}", "Patient/1"))
    claimed = [as_of_the_region(resource) for resource in copies]
    spoken_for = [{**resource, "id": f"p-{resource['id']}"[:64]} for resource in copies]
    speaking = [
        provenance(f"v{at}", f"{resource['resourceType']}/{resource['id']}", custodian=REGION.hsa_id)
        for at, resource in enumerate(spoken_for)
    ]
    hostile.resources = [*copies, *claimed, *spoken_for, *speaking]
    after = await snapshot(federated, CALLERS, "gunnar", contract)
    overview = await federated.overview("gunnar", "gunnar")
    bundle = await everything(federated, "gunnar")
    foreign = {
        f"{item['resourceType']}/{item['id']}"
        for item in bundle
        if "127.0.0.1" in item.get("meta", {}).get("source", "")
    }

    # An OperationOutcome names the source whose items were left out.
    left_out = {*foreign, "OperationOutcome/None"}
    assert without(after, left_out, STRANGER.hsa_id) == without(before, left_out, STRANGER.hsa_id)
    assert {place.partition("/")[0] for place in foreign} == {item["resourceType"] for item in copies}
    assert len(foreign) == len(copies)
    assert {plan["giver"] for plan in overview["plans"] if plan["title"] == "Kapad"} == {STRANGER.hsa_id}
    assert overview["complete"] is False
