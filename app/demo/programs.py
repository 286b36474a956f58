"""The programs of the demo, with the arguments and settings that tell each where the others are."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from app import jose
from app.demo.children import Program
from app.demo.data import municipality, region
from app.demo.data.callers import SAMPLAN, SOURCES_SCOPE
from app.demo.data.days import Days
from app.demo.data.givers import MUNICIPAL_HEALTH, MUNICIPAL_SOCIAL, REGION, DemoGiver
from app.demo.systems import keys
from app.demo.systems.source_server import SECRET

HOST: Final = "127.0.0.1"
SOURCES: Final[Mapping[str, DemoGiver]] = {"region": REGION, "municipal": MUNICIPAL_SOCIAL}
"""The sources, each with the giver of those resources that name none."""
ASSERTIONS: Final[Mapping[str, Mapping[str, list[str]]]] = {
    "region": {"owns": [region.BOOKING], "copies": [municipality.PLANS]},
    "municipal": {
        "owns": [municipality.BOOKING, municipality.PLANS],
        "speaks_for": [MUNICIPAL_HEALTH.hsa_id],
    },
}
"""The identifier systems of each source's giver, and the other givers whose items the source holds."""
DEADLINE: Final = "5"
"""Seconds until an overview leaves without the sources that have not answered."""


class DemoSetup(NamedTuple):
    """The choices of a start: its directory, its ports, its calendar and its secret."""

    home: Path
    port: int
    identity_port: int
    source_ports: Mapping[str, int]
    days: Days
    secret: str

    @property
    def base(self) -> str:
        """Samplan's address."""
        return f"http://{HOST}:{self.port}"

    @property
    def identity(self) -> str:
        """The identity provider's address, which is also the issuer of its tokens."""
        return f"http://{HOST}:{self.identity_port}"

    @property
    def sources(self) -> dict[str, str]:
        """The sources' addresses, by name."""
        return {name: f"http://{HOST}:{port}" for name, port in self.source_ports.items()}


def identity(setup: DemoSetup) -> Program:
    """The identity provider; its tokens are for Samplan, and Samplan's page may fetch them."""
    pages = [f"--origin=http://{name}:{setup.port}" for name in (HOST, "localhost")]
    arguments = [f"--port={setup.identity_port}", f"--directory={setup.home}", f"--audience={setup.base}"]
    return Program("identity", ["app.demo.systems.identity", *arguments, *pages], {}, f"{setup.identity}/jwks")


def source(setup: DemoSetup, name: str) -> Program:
    """A source, which counts its days from today."""
    today = setup.days.today.isoformat()
    arguments = [f"--port={setup.source_ports[name]}", f"--today={today}", f"--issuer={setup.identity}"]
    ready = f"{setup.sources[name]}/fhir/metadata"
    return Program(name, ["app.demo.systems.source_server", name, *arguments], {SECRET: setup.secret}, ready)


def samplan(setup: DemoSetup, database_url: str) -> Program:
    """Samplan, with the files that configure its sources and its issuers."""
    environment = {
        "SAMPLAN_DATABASE_URL": database_url,
        "SAMPLAN_ISSUERS": str(_write_issuers(setup)),
        "SAMPLAN_AUDIENCE": setup.base,
        "SAMPLAN_BASE_URL": setup.base,
        "SAMPLAN_SOURCES": str(_write_sources(setup)),
        "SAMPLAN_SOURCE_DEADLINE": DEADLINE,
        "SAMPLAN_DEMO_IDENTITY": setup.identity,
        "SAMPLAN_HOST": HOST,
        "SAMPLAN_PORT": str(setup.port),
    }
    return Program("samplan", ["app.cli.samplan", "serve"], environment, f"{setup.base}/health/ready")


def _write_sources(setup: DemoSetup) -> Path:
    """Write the configuration of the sources, and the key with which Samplan signs its assertions."""
    key = setup.home / "samplan.jwk.json"
    key.unlink(missing_ok=True)
    key.touch(mode=0o600)
    key.write_text(json.dumps(jose.private_jwk(keys.load(setup.home).clients[SAMPLAN])), "utf-8")
    file = setup.home / "sources.toml"
    file.write_text("\n".join(_table(setup, name, key.name) for name in setup.sources), "utf-8")
    return file


def _write_issuers(setup: DemoSetup) -> Path:
    """Write the configuration of the issuers: the identity provider vouches for everybody in the demo."""
    table = {
        "iss": setup.identity,
        "vouches": ["citizen", "staff", "system"],
        "jwks_url": f"{setup.identity}/jwks",
        "claims": ["inera", "oidc-sweden"],
        "token_url": f"{setup.identity}/token",
    }
    file = setup.home / "issuers.toml"
    file.write_text(
        "\n".join(["[[issuer]]", *(f"{key} = {json.dumps(value)}" for key, value in table.items()), ""]), "utf-8"
    )
    return file


def _table(setup: DemoSetup, name: str, key_file: str) -> str:
    """Return a `[[source]]` table of TOML; a JSON string is a TOML string."""
    table = {
        "name": name,
        "giver": SOURCES[name].hsa_id,
        "category": SOURCES[name].category,
        "base_url": f"{setup.sources[name]}/fhir",
        "token_url": f"{setup.identity}/token",
        "client_id": SAMPLAN,
        "key_file": key_file,
        "scope": SOURCES_SCOPE,
        **ASSERTIONS[name],
    }
    return "\n".join(["[[source]]", *(f"{key} = {json.dumps(value)}" for key, value in table.items()), ""])
