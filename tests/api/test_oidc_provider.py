"""Tokens of an authorisation server that others have written: oidc-provider, which is certified by OpenID."""

import asyncio
import json
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from app import jose
from app.demo.children import free_port
from app.demo.data.givers import HEALTH_CENTRE
from app.directory.registration import add_clients, registration, set_disabled
from tests.builders.proofs import proof
from tests.builders.world import BASE, World, running
from tests.requirements import NODE, OIDC_MODULES, OIDC_PROVIDER, requires

pytestmark = requires(NODE, OIDC_PROVIDER)

SCRIPT = Path(__file__).parents[1] / "issuers" / "provider.mjs"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = jose.new_key("client-key")
CLIENT = "ehr-oidc"
SCOPE = "system/Appointment.rs system/Patient.rs"


class Provider(NamedTuple):
    """The running provider."""

    url: str

    def token(self, scope=SCOPE, holder=None):
        """An access token for the client, bound to a key if there is a holder."""
        address = f"{self.url}/token"
        form = {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_id": CLIENT,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": jose.assertion(CLIENT, self.url, KEY, now=time.time()),
        }
        headers = {"dpop": proof("", "POST", address, ath=None)} if holder else {}
        answer = httpx.post(address, data=form, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]


@pytest.fixture(scope="module")
def provider():
    """oidc-provider on loopback, with the public key of one client."""
    port = free_port()
    jwk = json.dumps(jose.key_set([KEY])["keys"][0])
    arguments = ["node", str(SCRIPT), str(OIDC_MODULES), str(port), jwk, CLIENT, BASE]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/jwks").raise_for_status()
                break
            except httpx.HTTPError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield Provider(f"http://127.0.0.1:{port}")
        process.terminate()


@pytest.fixture
async def near(world, provider, tmp_path):
    """The app with this issuer of systems, and its client registered for less than the provider grants."""
    values = {"id": CLIENT, "name": "EHR", "giver": HEALTH_CENTRE.giver.hsa_id, "scopes": "system/Patient.cruds"}
    await add_clients(world.database.owner_url, [registration({**values, "issuer": provider.url})])
    file = tmp_path / "issuers.toml"
    file.write_text(f'[[issuer]]\niss = "{provider.url}"\nvouches = ["system"]\njwks_url = "{provider.url}/jwks"\n')
    async with running(world.database, world.identity, issuer=None, jwks_url=None, issuers=file) as client:
        yield World(client, *world[1:])


async def get(near, token, scheme="Bearer", **headers):
    path = f"/fhir/Patient/{near.ids['gunnar']}"
    return (await near.client.get(path, headers={"authorization": f"{scheme} {token}", **headers})).status_code


async def test_its_tokens_are_accepted_for_what_the_client_is_registered_for(near, provider):
    """A patient is read; a time is not, although the provider granted it."""
    token = provider.token()
    patient = near.ids["gunnar"]

    assert await get(near, token) == 200
    answer = await near.client.get(
        "/fhir/Appointment", params={"patient": patient}, headers={"authorization": f"Bearer {token}"}
    )
    assert answer.json().get("entry", []) == []
    assert await get(near, provider.token("system/Appointment.rs")) == 404


async def test_its_bound_tokens_need_our_proofs(near, provider):
    """It binds a token to the key by which the client proved itself; the token alone is refused."""
    token = provider.token(holder=True)
    address = f"{BASE}/fhir/Patient/{near.ids['gunnar']}"

    assert await get(near, token) == 401
    assert await get(near, token, "DPoP", dpop=proof(token, "GET", address)) == 200


async def test_another_issuer_is_refused(near, world):
    """The app trusts this issuer alone: the demo's is a stranger."""
    assert await get(near, world.identity.token("ehr-region")) == 401


async def test_a_disabled_client_is_refused_though_the_provider_still_serves_it(near, world, provider):
    """The registry has the last word."""
    token = provider.token()
    assert await get(near, token) == 200
    await set_disabled(world.database.owner_url, CLIENT, disabled=True)
    deadline = time.monotonic() + 5
    while await get(near, token) != 401:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
