"""The demo's identity provider, as a process of its own and through its HTTP interface."""

import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app import jose
from app.demo import calls
from app.demo.children import free_port
from app.demo.data.callers import CALLERS, POPULATION_REGISTER, SAMPLAN, SOURCES_AUDIENCE, SOURCES_SCOPE, find_caller
from app.demo.systems import identity, keys
from app.demo.systems.provider import ASSERTION_TYPE, LIFETIME
from app.fhir.identifiers import holds_personal_number
from tests.builders.processes import process

AUDIENCE = "http://127.0.0.1:8000"
PAGE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("identity")


@pytest.fixture(scope="module")
def address(directory: Path) -> Iterator[str]:
    port = free_port()
    module = [
        "app.demo.systems.identity",
        f"--port={port}",
        f"--directory={directory}",
        f"--audience={AUDIENCE}",
        f"--origin={PAGE}",
    ]
    with process(module, {}, directory, f"http://127.0.0.1:{port}/jwks"):
        yield f"http://127.0.0.1:{port}"


def form(directory: Path, address: str, **changed: str) -> dict[str, str]:
    key = keys.load(directory).clients[SAMPLAN]
    assertion = jose.assertion(SAMPLAN, f"{address}/token", key, now=time.time())
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
        **changed,
    }


def claims_of(token: str, address: str) -> dict[str, object]:
    published = jose.read_key_set(calls.get(f"{address}/jwks").json())
    return jose.verify(token, published, typ="at+jwt")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])
def test_another_address_than_loopback_is_refused(host, tmp_path, capsys):
    """The provider does not start where others could reach it."""
    with pytest.raises(SystemExit) as ended:
        identity.main(["--host", host, "--port", "1", "--directory", str(tmp_path), "--audience", AUDIENCE])
    assert ended.value.code == 2
    assert "loopback" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["1", "true", "yes", "anything"])
def test_the_production_flag_is_refused(value, tmp_path, monkeypatch):
    """The provider does not start beside the production flag, and makes no keys."""
    monkeypatch.setenv("SAMPLAN_PRODUCTION", value)
    with pytest.raises(SystemExit):
        identity.main(["--port", "1", "--directory", str(tmp_path / "data"), "--audience", AUDIENCE])
    assert not (tmp_path / "data").exists()


def test_a_directory_of_an_earlier_version_gets_the_keys_that_it_lacks(tmp_path):
    """A client that has come since gets a key, and the others keep theirs."""
    first = keys.load(tmp_path)
    stored = json.loads((tmp_path / keys.FILE).read_text())
    del stored[POPULATION_REGISTER]
    (tmp_path / keys.FILE).write_text(json.dumps(stored))

    after = keys.load(tmp_path)
    assert after.issuer.kid == first.issuer.kid
    assert jose.private_jwk(after.clients[SAMPLAN]) == jose.private_jwk(first.clients[SAMPLAN])
    assert jose.private_jwk(after.clients[POPULATION_REGISTER]) == jose.private_jwk(
        keys.load(tmp_path).clients[POPULATION_REGISTER]
    )
    assert (tmp_path / keys.FILE).stat().st_mode & 0o777 == 0o600


def test_keys_are_their_owners_alone_and_stay(directory, address):
    """The key file may be read by its owner only, and a second load gives the same keys."""
    assert (directory / keys.FILE).stat().st_mode & 0o777 == 0o600
    assert keys.load(directory).issuer.kid == keys.load(directory).issuer.kid
    assert jose.private_jwk(keys.load(directory).issuer) == jose.private_jwk(keys.load(directory).issuer)


def test_the_key_set_holds_no_private_member(address):
    """What is published verifies and cannot sign."""
    (published,) = calls.get(f"{address}/jwks").json()["keys"]
    assert "d" not in published
    assert published["alg"] == "ES256"


def test_discovery_names_the_endpoints(address):
    """The discovery document leads to keys and tokens."""
    document = calls.get(f"{address}/.well-known/openid-configuration").json()
    assert document["issuer"] == address
    assert document["jwks_uri"] == f"{address}/jwks"
    assert document["token_endpoint"] == f"{address}/token"


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_each_caller_gets_a_fresh_short_token(caller, address):
    """Ten minutes, for the app alone, never the same twice, and no personal number where it does not belong."""
    first, second = (calls.get(f"{address}/callers/{caller.name}/token").json()["access_token"] for _ in range(2))
    said = claims_of(first, address)
    assert first != second
    assert (said["iss"], said["aud"], said["client_id"]) == (address, AUDIENCE, caller.client)
    assert said["exp"] - said["iat"] == LIFETIME
    assert said.items() >= caller.claims.items()
    assert not holds_personal_number(str(said["sub"]))


def test_an_unknown_caller_gets_no_token(address):
    """Nobody is called that."""
    assert calls.get(f"{address}/callers/nobody/token").status == 404


def test_callers_are_listed_without_ids_until_the_household_is_loaded(address, directory):
    """`about` is empty at first and then holds the ids, the caller's own first."""
    assert {caller["caller"]: caller["about"] for caller in calls.get(f"{address}/callers").json()}["gunnar"] == []
    (directory / "about.json").write_text(json.dumps({"andreas": "Patient/a", "signe": "Patient/s"}), "utf-8")
    listed = {caller["caller"]: caller for caller in calls.get(f"{address}/callers").json()}
    (directory / "about.json").unlink()
    assert listed["andreas"]["about"] == ["Patient/a", "Patient/s"]
    assert listed["andreas"]["role"] == "guardian"


def test_people_and_givers_are_listed_with_their_names(address, directory):
    """A page can say whom one may ask about and who answers for a plan; a citizen has no giver to name."""
    (directory / "about.json").write_text(json.dumps({"andreas": "Patient/a", "signe": "Patient/s"}), "utf-8")
    listed = {caller["caller"]: caller for caller in calls.get(f"{address}/callers").json()}
    (directory / "about.json").unlink()
    assert listed["andreas"]["called"] == {"Patient/a": "Andreas Ebers", "Patient/s": "Signe Ebers"}
    assert listed["andreas"]["giverName"] is None
    assert listed["tom"]["called"] == {}
    assert listed["home-care"]["giverName"] == "Mälarviks kommun, äldreomsorg"
    assert all(bool(caller["giver"]) == bool(caller["giverName"]) for caller in listed.values())


def test_only_the_demo_page_may_read_across_origins(address):
    """The page's origin is named in the answer; another origin is not."""
    assert _headers(address, origin=PAGE).get("access-control-allow-origin") == PAGE
    assert "access-control-allow-origin" not in _headers(address, origin="http://evil.example")


def test_a_name_that_resolves_here_is_refused(address):
    """DNS rebinding gets nothing: the Host header must be this machine."""
    parts = urlsplit(address)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=5)
    connection.request("GET", "/callers/gunnar/token", headers={"host": f"evil.example:{parts.port}"})
    assert connection.getresponse().status == 400
    connection.close()


def _headers(address: str, *, origin: str) -> dict[str, str]:
    parts = urlsplit(address)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=5)
    connection.request("GET", "/callers", headers={"origin": origin})
    headers = {name.lower(): value for name, value in connection.getresponse().getheaders()}
    connection.close()
    return headers


def test_an_assertion_gives_a_token_for_the_sources(directory, address):
    """Client credentials with private_key_jwt, as Samplan asks for them."""
    answer = calls.post_form(f"{address}/token", form(directory, address, scope=SOURCES_SCOPE)).json()
    said = claims_of(answer["access_token"], address)
    assert answer["token_type"] == "Bearer"
    assert (said["aud"], said["sub"], said["scope"]) == (SOURCES_AUDIENCE, SAMPLAN, SOURCES_SCOPE)


def test_an_assertion_is_good_for_once(directory, address):
    """A replayed `jti` is refused."""
    sent = form(directory, address)
    assert calls.post_form(f"{address}/token", sent).status == 200
    assert calls.post_form(f"{address}/token", sent).status == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody"},
        {"sub": "somebody"},
        {"aud": "http://127.0.0.1:1/token"},
        {"exp": 4_000_000_000},
        {"exp": 1},
        {"exp": "soon"},
        {"jti": None},
    ],
    ids=str,
)
def test_an_assertion_that_does_not_hold_is_refused(changed, directory, address):
    """For another, from another, too long, too late, or not to be told apart from the next."""
    now = int(time.time())
    claims = {
        "iss": SAMPLAN,
        "sub": SAMPLAN,
        "aud": f"{address}/token",
        "iat": now,
        "exp": now + 60,
        "jti": f"x{changed}",
    }
    text = jose.sign({**claims, **changed}, keys.load(directory).clients[SAMPLAN])
    assert calls.post_form(f"{address}/token", form(directory, address, client_assertion=text)).status == 401


def test_another_clients_key_is_refused(directory, address):
    """One client cannot sign for another."""
    other = keys.load(directory).clients["ehr-private"]
    text = jose.assertion(SAMPLAN, f"{address}/token", other, now=time.time())
    assert calls.post_form(f"{address}/token", form(directory, address, client_assertion=text)).status == 401


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"grant_type": "password"}, 400),
        ({"client_assertion_type": "x"}, 401),
        ({"client_assertion": "x"}, 401),
        ({"client_id": "ehr-region"}, 401),
        ({"scope": "system/*.cruds"}, 401),
        ({"filler": "x" * 20_000}, 400),
    ],
)
def test_a_request_that_is_not_right_gets_no_token(changed, status, directory, address):
    """Each refusal is an OAuth error without a token."""
    answer = calls.post_form(f"{address}/token", form(directory, address, **changed))
    assert answer.status == status
    assert set(answer.json()) == {"error"}


def test_staff_carry_one_assignment_and_systems_their_organisation():
    """The claims name a giver for all but citizens, and it is the one that `who` lists."""
    provider = "http://sambi.se/attributes/1/healthCareProviderHsaId"
    for caller in CALLERS:
        assert caller.claims.get(provider) == caller.giver
        assert (caller.giver is None) == (caller.role in {"person", "guardian"})
    assert find_caller("nobody") is None
