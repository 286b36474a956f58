"""The recipe of deploy/, from an empty machine to a physician's right overview: real processes, and nothing of the demo."""

import json
import os
import re
import subprocess
import sys

import httpx
import pytest

from app import jose
from app.access.caller import SAMBI
from app.demo.children import free_port
from tests.builders.production import cluster, outside
from tests.builders.resources import NEW, appointment, bundle, new_patient

PASSWORDS = {"owner_password": "o'wner", "app_password": "app-secret"}
UNIT, GIVER = "SE5560009999-1B01", "SE5560009999-1A01"
LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"


def employee(unit, giver, name):
    """The claims of a physician with an assignment."""
    claims = {
        "employeeHsaId": f"{giver}-{name}",
        "healthCareProviderHsaId": giver,
        "healthCareUnitHsaId": unit,
        "commissionPurpose": "Vård och behandling",
        "healthcareProfessionalLicense": "LK",
    }
    return {
        "sub": name,
        "client_id": "portal",
        "acr": LOA3,
        **{SAMBI + key: value for key, value in claims.items()},
    }


@pytest.fixture(scope="module")
def outer():
    """The issuers and the source."""
    with outside() as there:
        yield there


@pytest.fixture(scope="module")
def installation(outer, tmp_path_factory, pytestconfig):
    """The settings of an installation that follows deploy/README.md, as an environment."""
    root, home = pytestconfig.rootpath / "deploy", tmp_path_factory.mktemp("etc")
    hosts = {
        "https://eid.example": "/eid", "https://idp.example": "/idp", "https://auth.example": "/auth",
        "https://fhir.kommun.example/r4": "/source", "https://auth.kommun.example": "/source",
    }  # fmt: skip
    with cluster() as server:
        for name in ("issuers.toml", "clients.toml", "sources.toml", "directory.csv"):
            text = (root / name).read_text("utf-8")
            for host, path in hosts.items():
                text = text.replace(host, outer.url + path)
            (home / name).write_text(text, "utf-8")
        key = jose.private_jwk(jose.new_key("samplan"))
        (home / "kommunen.jwk.json").write_text(json.dumps(key), "utf-8")
        settings = dict(re.findall(r"^(SAMPLAN_\w+)=(.*)$", (root / "samplan.env").read_text("utf-8"), re.MULTILINE))
        settings = {name: value.replace("/etc/samplan", str(home)) for name, value in settings.items()}
        settings |= {
            "SAMPLAN_DATABASE_URL": server.url("samplan_app", "app-secret"),
            "SAMPLAN_OWNER_URL": server.url("samplan_owner", "o%27wner"),
            "SAMPLAN_PORT": str(free_port()),
        }
        given = [word for name, value in PASSWORDS.items() for word in ("-v", f"{name}={value}")]
        server.psql(*given, "-f", str(root / "roles.sql"))
        yield home, {**os.environ, **settings}


@pytest.fixture(scope="module")
def samplan(installation, pytestconfig):
    """Run a command of samplan; returns its status and what it wrote."""

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "app.cli.samplan", *map(str, arguments)],
            cwd=pytestconfig.rootpath,
            env=installation[1],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def client(installation, samplan, pytestconfig):
    """The app as a process, after the recipe's commands."""
    home, environment = installation
    for command in (
        ("migrate", environment["SAMPLAN_OWNER_URL"]),
        ("directory", "import", home / "directory.csv", "--exported", "2026-01-01T00:00:00+01:00"),
        ("clients", "add", "--file", home / "clients.toml"),
        ("audit", "key", home / "seal.jwk.json"),
    ):
        status, output = samplan(*command)
        assert status == 0, (command[0], output)
    command = [sys.executable, "-m", "app.cli.samplan", "serve"]
    server = subprocess.Popen(command, cwd=pytestconfig.rootpath, env=environment, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{environment['SAMPLAN_PORT']}"
    try:
        transport = httpx.HTTPTransport(retries=8)
        with httpx.Client(base_url=address, transport=transport, timeout=20) as http:
            yield http
    finally:
        server.terminate()
        server.wait()


def test_a_physician_sees_a_time_that_a_system_pushed(client, outer, samplan):
    """And the source's; another physician does not see the person, who sees all; then nothing is missing."""

    def send(method, path, token, **more):
        return client.request(method, path, headers={"authorization": f"Bearer {token}"}, **more)

    system = outer.token("auth", sub="journal", client_id="journal", scope="system/*.crus")
    pushed = send("POST", "/fhir", system, json=bundle(new_patient(), appointment()))
    assert pushed.status_code == 200, pushed.text
    person = re.search(r"Patient/\w+", pushed.text)[0]
    physician = outer.token("idp", **employee(UNIT, GIVER, "anna"))
    before = send("POST", "/api/overview", physician, json={"patient": person})
    relation = send("POST", "/api/care-relations", system, json={"patient": person, "unit": UNIT})
    number = {"system": "http://electronichealth.se/identifier/personnummer", "value": NEW}
    outer.source = {"Patient": [{"resourceType": "Patient", "id": "1", "identifier": [number]}]}
    after = send("POST", "/api/overview", physician, json={"patient": person})
    elsewhere = outer.token("idp", **employee("SE5560009999-4B01", "SE5560009999-4A01", "bo"))
    other = send("POST", "/api/overview", elsewhere, json={"patient": person})
    citizen = outer.token(
        "eid", sub="p", client_id="portal", acr=LOA3, **{"https://id.oidc.se/claim/personalIdentityNumber": NEW}
    )
    own = send("GET", "/api/overview/me", citizen)

    assert (before.status_code, relation.status_code, other.status_code) == (404, 201, 404), relation.text
    for overview in (after, own):
        assert overview.status_code == 200, overview.text
        assert [time["giver"] for time in overview.json()["times"]] == [GIVER]
        sources = {source["name"]: source["state"] for source in overview.json()["sources"]}
        assert sources == {"samplan": "data", "kommunen": "empty"}
    assert samplan("doctor") == (0, "Nothing is missing.\n")
