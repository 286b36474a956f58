"""A FHIR R4 system on loopback: people and plans of its own, a token endpoint that checks, and faults on demand."""

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app import jose
from app.federation.config import SourceConfig
from app.federation.fhir.source import FhirSource
from app.federation.gather import gather
from app.federation.source import SourceAnswer
from app.fhir import codes
from app.fhir.identifiers import PersonalNumber, parse_personal
from tests.builders.loopback import Behaviour, Loopback, Reply, Request, as_json

GUNNAR = parse_personal(codes.PERSONNUMMER, "195009072553")
MARIA = parse_personal(codes.PERSONNUMMER, "196101182803")
SIGNE = parse_personal(codes.RESERVNUMMER, "20210325K069")

GIVER = "SE2321000000-1A01"
UNIT = "SE2321000000-1B01"
KEY = jose.new_key("samplan-1")
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
OURS = "ourgunnar"
"""The id of Gunnar's own Patient here."""

Resource = dict[str, Any]


def patient(id: str, person: PersonalNumber) -> Resource:
    """A person as the system knows them."""
    return {
        "resourceType": "Patient",
        "id": id,
        "identifier": [{"system": person.system, "value": person.value}],
    }


def plan(id: str = "p1", subject: str = "Patient/1", **more: Any) -> Resource:
    """A care plan."""
    return {
        "resourceType": "CarePlan",
        "id": id,
        "meta": {"versionId": "3", "lastUpdated": "2026-01-02T03:04:05.678+01:00"},
        "identifier": [{"system": "urn:oid:1.2.3", "value": id}],
        "status": "active",
        "intent": "plan",
        "subject": {"reference": subject},
        **more,
    }


def appointment(id: str = "a1", subject: str = "Patient/1", **more: Any) -> Resource:
    """A booked time."""
    return {
        "resourceType": "Appointment",
        "id": id,
        "status": "booked",
        "start": "2026-03-01T09:00:00+01:00",
        "end": "2026-03-01T09:30:00+01:00",
        "participant": [{"actor": {"reference": subject}, "status": "accepted"}],
        **more,
    }


def activity(id: str = "s1", subject: str = "Patient/1", **more: Any) -> Resource:
    """A planned intervention."""
    return {
        "resourceType": "ServiceRequest",
        "id": id,
        "status": "active",
        "intent": "plan",
        "subject": {"reference": subject},
        **more,
    }


def provenance(id: str, *targets: str, custodian: str = GIVER, author: str = UNIT) -> Resource:
    """Whose something is."""

    def agent(role: str, hsa: str) -> Resource:
        return {
            "type": {"coding": [{"system": codes.PROVENANCE_PARTICIPANT, "code": role}]},
            "who": {"identifier": {"system": codes.HSA_ID, "value": hsa}},
        }

    return {
        "resourceType": "Provenance",
        "id": id,
        "target": [{"reference": target} for target in targets],
        "recorded": "2026-01-02T03:04:05Z",
        "agent": [agent("custodian", custodian), agent("author", author)],
    }


def searchset(resources: list[Any], **more: Any) -> Resource:
    """A page of a search answer."""
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"fullUrl": f"urn:x:{place}", "resource": each} for place, each in enumerate(resources)],
        **more,
    }


@dataclass
class FhirSystem:
    """The system's people and resources; `faults` maps a path below the base to another behaviour."""

    people: dict[str, PersonalNumber] = field(default_factory=lambda: {"1": GUNNAR})
    resources: list[Resource] = field(default_factory=list)
    faults: dict[str, Behaviour] = field(default_factory=dict)
    delay: float = 0.0

    def __post_init__(self) -> None:
        self._tokens: set[str] = set()
        self._used: set[str] = set()
        self._keys = jose.read_key_set(jose.key_set([KEY]))

    def __call__(self, request: Request) -> Any:
        """Answer one request."""
        if request.path == "/token":
            return self.faults.get("token", self.token)(request)
        name = request.path.removeprefix("/fhir/").removesuffix("/_search")
        if name in self.faults:
            return self.faults[name](request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return as_json({"resourceType": "OperationOutcome"}, 401)
        return self.search(name, request)

    def token(self, request: Request) -> Reply:
        """Give a token for an assertion that is ours, short-lived and new."""
        claims = jose.verify(request.form["client_assertion"], self._keys, typ="jwt")
        now = time.time()
        good = now - 5 < claims["iat"] <= now < claims["exp"] <= now + 300 and claims["jti"] not in self._used
        if not good or claims["aud"] != f"http://{request.headers['host']}/token" or claims["iss"] != "samplan":
            return as_json({"error": "invalid_client"}, 401)
        self._used.add(claims["jti"])
        self._tokens.add(f"t{len(self._tokens)}")
        return as_json({"access_token": f"t{len(self._tokens) - 1}", "token_type": "Bearer", "expires_in": 300})

    def search(self, name: str, request: Request) -> Reply:
        """Answer a search as a FHIR server does."""
        assert request.method == "POST"
        if name == "Patient":
            asked = request.form["identifier"]
            return as_json(
                searchset([patient(id, who) for id, who in self.people.items() if f"{who.system}|{who.value}" == asked])
            )
        subjects = {f"Patient/{id}" for id in request.form["patient"].split(",")}
        found = [
            each
            for each in self.resources
            if each["resourceType"] == name and any(f'{subject}"' in json.dumps(each) for subject in subjects)
        ]
        names = {f"{each['resourceType']}/{each['id']}" for each in found}
        about = [
            each
            for each in self.resources
            if each["resourceType"] == "Provenance" and names & {target["reference"] for target in each["target"]}
        ]
        return as_json(searchset(found + about))


def sources_file(directory: Path, **servers: Loopback) -> Path:
    """A file of sources for the app: the servers by their names, each a source of the region."""
    (directory / "key.json").write_text(json.dumps(jose.private_jwk(KEY)))
    tables = [
        f"""[[source]]\nname = "{name}"\ngiver = "{GIVER}"\ncategory = "health"\nbase_url = "{server.url}/fhir"
token_url = "{server.url}/token"\nclient_id = "samplan"\nkey_file = "key.json"\nscope = "system/*.rs"\n"""
        for name, server in servers.items()
    ]
    path = directory / "sources.toml"
    path.write_text("\n".join(tables))
    return path


def config(server: Loopback, key_file: Path, **more: Any) -> SourceConfig:
    """The configuration of a source for that system."""
    key_file.write_text(json.dumps(jose.private_jwk(KEY)))
    values: dict[str, Any] = {
        "name": "region",
        "giver": GIVER,
        "category": "health",
        "base_url": f"{server.url}/fhir",
        "token_url": f"{server.url}/token",
        "client_id": "samplan",
        "key_file": key_file,
        "scope": "system/*.rs",
        **more,
    }
    return SourceConfig(**values)


async def ask_about_gunnar(source: FhirSource, *, within: float = 2.0) -> SourceAnswer:
    """Ask about Gunnar, as the overview does."""
    (answer,) = await gather([source], GUNNAR, OURS, within=within, now=NOW)
    return answer


def body_of(answer: SourceAnswer, kind: str) -> dict[str, Any]:
    """The one item of that type."""
    (item,) = [item for item in answer.items if item.type == kind]
    found: dict[str, Any] = json.loads(item.body)
    return found
