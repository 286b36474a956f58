"""The SMART configuration, which says what is built and nothing else."""

import json

from app import jose
from app.access.caller import CallerKind
from app.access.issuer import Introspection, Issuer
from app.api.smart import smart_configuration
from tests.builders.world import World, running

STAFF = Issuer(
    iss="https://idp.example",
    vouches=frozenset({CallerKind.STAFF}),
    jwks_url="https://idp.example/jwks",
    token_url="https://idp.example/token",
    authorization_url="https://idp.example/authorize",
)
SYSTEMS = Issuer(
    iss="https://auth.example",
    vouches=frozenset({CallerKind.SYSTEM}),
    jwks_url="https://auth.example/jwks",
    token_url="https://auth.example/token",
    introspection=Introspection("https://auth.example/introspect", "samplan", jose.new_key("secret")),
)


async def test_anybody_reads_the_configuration(world):
    """It is public, as JSON, and names the issuer of the settings."""
    answer = await world.client.get("/fhir/.well-known/smart-configuration")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["associated_endpoints"][0]["url"] == world.identity.url
    assert "token_endpoint" not in answer.json()


def test_the_endpoints_are_those_of_the_issuer_of_systems():
    """Wherever it stands in the file; no key of ours is in the document."""
    document = json.loads(smart_configuration([STAFF, SYSTEMS]))

    assert document["token_endpoint"] == "https://auth.example/token"
    assert document["introspection_endpoint"] == "https://auth.example/introspect"
    assert document["grant_types_supported"] == ["authorization_code", "client_credentials"]
    assert [endpoint["url"] for endpoint in document["associated_endpoints"]] == [STAFF.iss, SYSTEMS.iss]
    assert "secret" not in json.dumps(document)


def test_the_capabilities_are_those_that_are_built():
    """No launch, no v1 scopes; each context of scopes only with an issuer that vouches for its callers."""
    systems = json.loads(smart_configuration([SYSTEMS]))
    both = json.loads(smart_configuration([STAFF, SYSTEMS]))

    assert systems["capabilities"] == ["permission-v2", "client-confidential-asymmetric"]
    assert both["capabilities"] == ["permission-v2", "permission-user", "client-confidential-asymmetric"]
    assert {scope.split("/")[0] for scope in systems["scopes_supported"]} == {"system"}
    assert systems["grant_types_supported"] == ["client_credentials"]


async def test_the_scopes_that_it_lists_are_accepted(world):
    """A token with all of them for a system lets it in."""
    listed = (await world.client.get("/fhir/.well-known/smart-configuration")).json()["scopes_supported"]
    scope = " ".join(name for name in listed if name.startswith("system/"))
    claims = {"sub": "other", "client_id": "other", "scope": scope}

    assert (await world.get(claims, f"/fhir/Patient/{world.ids['gunnar']}")).status_code == 200


async def test_an_issuers_file_serves_the_app(world, tmp_path):
    """With three issuers, each for its own kind: the others' callers are refused."""
    (tmp_path / "issuers.toml").write_text(
        f"""
        [[issuer]]
        iss = "{world.identity.url}"
        vouches = ["citizen"]
        jwks_url = "{world.identity.url}/jwks"
        claims = "oidc-sweden"
        [[issuer]]
        iss = "https://idp.example"
        vouches = ["staff"]
        jwks_url = "https://idp.example/jwks"
        [[issuer]]
        iss = "https://auth.example"
        vouches = ["system"]
        jwks_url = "https://auth.example/jwks"
        """
    )
    async with running(
        world.database, world.identity, issuer=None, jwks_url=None, issuers=tmp_path / "issuers.toml"
    ) as client:
        near = World(client, *world[1:])
        assert (await near.get("gunnar", "/api/overview/me")).status_code == 200
        for caller in ("physician", "ehr-region"):
            refused = await near.get(caller, f"/fhir/Patient/{world.ids['gunnar']}")
            assert refused.status_code == 401
            assert "vouch" in refused.text
            assert "DPoP" in refused.headers["www-authenticate"]
