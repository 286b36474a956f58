"""Bound, self-signed and revoked tokens over HTTP."""

import asyncio
import base64
import json
import time
from time import monotonic
from urllib.parse import quote
from uuid import uuid4

import pytest

from app import jose
from app.access.proof import certificate_thumbprint
from app.api.presentation import Presenter
from app.demo.data.givers import HEALTH_CENTRE
from app.directory.registration import add_clients, registration, set_disabled
from app.directory.revocation import deny_tokens, list_denials
from tests.builders.loopback import Loopback, as_json
from tests.builders.proofs import proof, thumbprint
from tests.builders.sources import sources_file
from tests.builders.tokens import system
from tests.builders.world import BASE, World, running

DER = b"a certificate"
OWN_KEY = jose.new_key("own")


async def status(world, token, scheme="Bearer", **headers) -> int:
    path = f"/fhir/Patient/{world.ids['gunnar']}"
    answer = await world.client.get(path, headers={"authorization": f"{scheme} {token}", **headers})
    assert answer.status_code in {200, 401, 404}
    assert token not in answer.text
    return 401 if answer.status_code == 401 else 200


def address(world) -> str:
    return f"{BASE}/fhir/Patient/{world.ids['gunnar']}"


async def test_a_token_bound_to_a_key_needs_a_new_proof_for_each_request(world):
    """As Bearer, with no proof, and with a proof that was sent before or is for another address: 401."""
    token = world.identity.token({**system(HEALTH_CENTRE), "cnf": {"jkt": thumbprint()}})
    text = proof(token, "GET", address(world))

    assert await status(world, token) == 401
    assert await status(world, token, "DPoP") == 401
    assert await status(world, token, "DPoP", dpop=proof(token, "GET", f"{BASE}/fhir/Patient/x")) == 401
    assert await status(world, token, "DPoP", dpop=text) == 200
    assert await status(world, token, "DPoP", dpop=text) == 401
    assert await status(world, token, "DPoP", dpop=proof(token, "GET", address(world))) == 200


async def test_a_replayed_proof_is_refused_by_another_process_too(world):
    """The ids of proofs are those of the database, not of one process."""
    token = world.identity.token({**system(HEALTH_CENTRE), "cnf": {"jkt": thumbprint()}})
    text = proof(token, "GET", address(world))
    assert await status(world, token, "DPoP", dpop=text) == 200

    async with running(world.database, world.identity) as client:
        other = World(client, *world[1:])
        assert await status(other, token, "DPoP", dpop=text) == 401


async def test_a_certificate_counts_from_a_trusted_proxy_alone(world):
    """In base64 or PEM; from another address, without the setting, or twice, it is none."""
    token = world.identity.token({**system(HEALTH_CENTRE), "cnf": {"x5t#S256": certificate_thumbprint(DER)}})
    encoded = base64.b64encode(DER).decode()
    pem = quote(f"-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n")
    assert await status(world, token, **{"client-cert": f":{encoded}:"}) == 401

    for proxies, expected in (("127.0.0.1", 200), ("10.0.0.1", 401)):
        async with running(
            world.database, world.identity, trusted_proxies=proxies, certificate_header="Client-Cert"
        ) as client:
            near = World(client, *world[1:])
            assert await status(near, token, **{"client-cert": f":{encoded}:"}) == expected
            assert await status(near, token, **{"client-cert": pem}) == expected
            for value in ("", ":x:", ":" + base64.b64encode(b"other").decode() + ":", "-----BEGIN CERTIFICATE-----"):
                assert await status(near, token, **{"client-cert": value}) == 401
            answer = await client.get(
                "/fhir/Patient/x",
                headers=[("authorization", f"Bearer {token}"), *[("client-cert", f":{encoded}:")] * 2],
            )
            assert answer.status_code == 401


def test_a_certificate_header_without_proxies_does_not_start():
    """Anybody could send it then."""
    with pytest.raises(ValueError, match="SAMPLAN_TRUSTED_PROXIES"):
        Presenter(BASE, "", "Client-Cert")


def own_token(**changes) -> str:
    now = int(time.time())
    claims = {
        "iss": "own", "sub": "own", "client_id": "own", "aud": BASE, "iat": now, "exp": now + 300, "jti": uuid4().hex,
        "scope": "system/*.rs", **changes,
    }  # fmt: skip
    return jose.sign(claims, OWN_KEY, typ="at+jwt")


async def test_a_client_may_sign_its_own_tokens_for_five_minutes_and_one_use(world):
    """With a registered key; nobody else's name, no longer life, and no second use."""
    values = {"id": "own", "name": "Own", "giver": HEALTH_CENTRE.giver.hsa_id, "scopes": "system/*.rs"}
    await add_clients(world.database.owner_url, [registration({**values, "keys": jose.key_set([OWN_KEY])})])
    async with running(world.database, world.identity) as client:
        near = World(client, *world[1:])
        token = own_token()

        assert await status(near, token) == 200
        assert await status(near, token) == 401
        assert await status(near, own_token()) == 200
        for changes in (
            {"exp": int(time.time()) + 301},
            {"client_id": "other", "sub": "other"},
            {"iss": "other"},
            {"sub": "somebody"},
            {"aud": "https://other.example"},
            {"scope": "user/*.rs"},
            {"http://sambi.se/attributes/1/employeeHsaId": "SE2321000000-1B11"},
        ):
            assert await status(near, own_token(**changes)) == 401, changes


async def test_a_revoked_token_is_refused_within_seconds(world):
    """By its id, its subject or its client, although it was verified; one issued afterwards is accepted."""
    for kind, value in (("jti", "id of the token"), ("sub", "ehr-region"), ("client_id", "other")):
        claims = {**system(HEALTH_CENTRE, name=None if kind == "jti" else value), "jti": "id of the token"}
        now = int(time.time())
        token = world.identity.token({**claims, "iat": now - 100, **({} if kind == "jti" else {"jti": uuid4().hex})})
        later = world.identity.token({**claims, "iat": now + 20, "jti": uuid4().hex})
        assert await status(world, token) == 200

        await deny_tokens(world.database.owner_url, kind, value, issued_before=None, reason="lost")
        deadline = monotonic() + 5
        while await status(world, token) != 401:
            assert monotonic() < deadline
            await asyncio.sleep(0.1)
        assert await status(world, later) == 200

    assert [denial.kind for denial in await list_denials(world.database.owner_url)] == ["client_id", "jti", "sub"]


async def test_a_client_that_is_disabled_while_a_request_is_served_gets_no_answer(world, tmp_path):
    """Its token was good when the request came; the answer, which waited for a source, does not leave."""
    asked = asyncio.Event()
    release = asyncio.Event()

    async def answer(request):
        asked.set()
        await release.wait()
        return as_json({"error": "gone"}, 500)

    async with (
        Loopback(answer) as server,
        running(
            world.database, world.identity, sources=sources_file(tmp_path, slow=server), source_deadline=20.0
        ) as client,
    ):
        near = World(client, *world[1:])
        path = f"/fhir/Patient/{world.ids['gunnar']}/$overview"
        request = asyncio.create_task(near.get("ehr-region", path))
        await asyncio.wait_for(asked.wait(), 10)
        await set_disabled(world.database.owner_url, "ehr-region", disabled=True)
        await asyncio.sleep(1.5)
        release.set()
        refused = await request

        assert refused.status_code == 401
        assert world.ids["gunnar"] not in refused.text
        await set_disabled(world.database.owner_url, "ehr-region", disabled=False)


async def test_an_issuer_with_introspection_is_asked_and_believed_for_a_minute(world, tmp_path):
    """Active lets in, inactive is 401, no clear answer is 503; we sign in as our client, and the token is in the form."""
    said: list[object] = []
    (tmp_path / "samplan.jwk.json").write_text(json.dumps(jose.private_jwk(OWN_KEY)))
    (tmp_path / "identity.jwks.json").write_text(json.dumps(world.identity.key_set()))

    async with Loopback(lambda _: as_json(said[-1])) as server:
        file = tmp_path / "issuers.toml"
        file.write_text(
            f"""
            [[issuer]]
            iss = "{world.identity.url}"
            vouches = ["system"]
            keys_file = "identity.jwks.json"
            introspection = {{ url = "{server.url}/introspect", client_id = "samplan", key_file = "samplan.jwk.json" }}
            """
        )
        async with running(world.database, world.identity, issuer=None, jwks_url=None, issuers=file) as client:
            near = World(client, *world[1:])
            for answer, expected in (
                ({"active": False}, 401),
                ({"active": "yes"}, 503),
                ([], 503),
                ({"active": True}, 200),
            ):
                said.append(answer)
                token = world.identity.token({**system(HEALTH_CENTRE), "jti": uuid4().hex})
                headers = {"authorization": f"Bearer {token}"}
                answered = await near.client.get(f"/fhir/Patient/{world.ids['gunnar']}", headers=headers)
                assert answered.status_code == expected
            asked = len(server.seen)
            assert await status(near, token) == 200
            assert len(server.seen) == asked

        form = server.seen[-1].form
        assertion = jose.verify(form["client_assertion"], {"own": OWN_KEY}, typ="jwt")
        assert (form["token"], form["client_id"]) == (token, "samplan")
        assert (assertion["iss"], assertion["aud"]) == ("samplan", world.identity.url)


async def test_a_client_may_publish_its_keys_at_an_address(world):
    """The address is known from the registry alone, and a key that is not there signs nothing."""
    stranger = jose.new_key("own")
    async with Loopback(lambda _: as_json(jose.key_set([OWN_KEY]))) as server:
        values = {"id": "own", "name": "Own", "giver": HEALTH_CENTRE.giver.hsa_id, "scopes": "system/*.rs"}
        await add_clients(world.database.owner_url, [registration({**values, "jwks_url": f"{server.url}/jwks"})])
        async with running(world.database, world.identity) as client:
            near = World(client, *world[1:])
            assert await status(near, own_token()) == 200
            assert await status(near, own_token()) == 200
            now = int(time.time())
            claims = {
                "iss": "own",
                "sub": "own",
                "client_id": "own",
                "aud": BASE,
                "iat": now,
                "exp": now + 60,
                "jti": "x",
            }
            assert await status(near, jose.sign(claims, stranger, typ="at+jwt")) == 401
        assert len(server.seen) == 1
