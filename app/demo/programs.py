"""The programs that a demo is made of, and how each is told where the others are."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from app import jose
from app.demo.children import Program
from app.demo.data.callers import SAMPLAN, SOURCES_SCOPE
from app.demo.data.days import Days
from app.demo.data.givers import MUNICIPAL_SOCIAL, REGION, Giver
from app.demo.systems import keys
from app.demo.systems.source_server import SECRET

HOST: Final = "127.0.0.1"
SOURCES: Final[Mapping[str, Giver]] = {"region": REGION, "municipal": MUNICIPAL_SOCIAL}
"""The sources, and the giver that answers for what does not say whose it is."""
DEADLINE: Final = "5"
"""Seconds that all sources together have."""


class Plan(NamedTuple):
    """What a start has decided on: where its files are, its ports, its day and its secret."""

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


def identity(plan: Plan) -> Program:
    """The identity provider; its tokens are for Samplan, and Samplan's page may fetch them."""
    pages = [f"--origin=http://{name}:{plan.port}" for name in (HOST, "localhost")]
    told = [f"--port={plan.identity_port}", f"--directory={plan.home}", f"--audience={plan.base}"]
    return Program("identity", ["app.demo.systems.identity", *told, *pages], {}, f"{plan.identity}/jwks")


def source(plan: Plan, name: str) -> Program:
    """One of the sources."""
    today = plan.days.today.isoformat()
    told = [f"--port={plan.source_ports[name]}", f"--today={today}", f"--issuer={plan.identity}"]
    ready = f"{plan.sources[name]}/fhir/metadata"
    return Program(name, ["app.demo.systems.source_server", name, *told], {SECRET: plan.secret}, ready)


def samplan(plan: Plan, database_url: str) -> Program:
    """The app itself, with the file that tells it of the sources."""
    environment = {
        "SAMPLAN_DATABASE_URL": database_url,
        "SAMPLAN_ISSUER": plan.identity,
        "SAMPLAN_JWKS_URL": f"{plan.identity}/jwks",
        "SAMPLAN_AUDIENCE": plan.base,
        "SAMPLAN_BASE_URL": plan.base,
        "SAMPLAN_SOURCES": str(_write_sources(plan)),
        "SAMPLAN_SOURCE_DEADLINE": DEADLINE,
        "SAMPLAN_DEMO_IDENTITY": plan.identity,
        "SAMPLAN_SOCIAL_GIVERS": MUNICIPAL_SOCIAL.hsa_id,
        "SAMPLAN_HOST": HOST,
        "SAMPLAN_PORT": str(plan.port),
    }
    return Program("samplan", ["app.cli.samplan", "serve"], environment, f"{plan.base}/health/ready")


def _write_sources(plan: Plan) -> Path:
    """The sources' configuration, and beside it the key that Samplan shows them."""
    key = plan.home / "samplan.jwk.json"
    key.unlink(missing_ok=True)
    key.touch(mode=0o600)
    key.write_text(json.dumps(jose.private_jwk(keys.load(plan.home).clients[SAMPLAN])), "utf-8")
    file = plan.home / "sources.toml"
    file.write_text("\n".join(_table(plan, name, key.name) for name in plan.sources), "utf-8")
    return file


def _table(plan: Plan, name: str, key_file: str) -> str:
    """One `[[source]]`; JSON texts are TOML texts."""
    table = {
        "name": name,
        "giver": SOURCES[name].hsa_id,
        "category": SOURCES[name].category,
        "base_url": f"{plan.sources[name]}/fhir",
        "token_url": f"{plan.identity}/token",
        "client_id": SAMPLAN,
        "key_file": key_file,
        "scope": SOURCES_SCOPE,
    }
    return "\n".join(["[[source]]", *(f"{key} = {json.dumps(value)}" for key, value in table.items()), ""])
