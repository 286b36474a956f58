"""HL7's official validator finds no error in what the demo stores, in what the API answers, or in the examples."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.demo.children import ROOT, free_port
from app.demo.data.callers import CALLERS, DemoCaller
from app.demo.data_directory import FILE, RunningDemo
from app.demo.systems.provider import ABOUT_FILE
from app.fhir.types import STORED_TYPES
from fhir_profiles.examples_of_demo import FOLDER
from tests.agreement.official import OfficialError, official, skip_where_it_cannot_run
from tests.builders.processes import process

GOAL = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Kunna gå i trappan"}}
UNKNOWN = "https://example.org/StructureDefinition/other"
KNOWN_AS = {"system": "https://region.example/mal", "value": "M-1"}
PATHS = json.loads((ROOT / "openapi" / "samplan.json").read_text("utf-8"))["paths"]
STATUSES = {200, 201, 400, 401, 404, 405, 412, 415, 422}


class Asking:
    """The running demo, and all that it has answered in FHIR: by method, route and status."""

    def __init__(self, home: Path) -> None:
        self.demo = RunningDemo.read(home)
        self.ids = json.loads((home / ABOUT_FILE).read_text("utf-8"))
        self.answers: dict[str, tuple[str, dict[str, Any]]] = {}
        self.routes: set[tuple[str, str]] = set()
        self.statuses: set[int] = set()
        self.client = httpx.Client(base_url=self.demo.base, event_hooks={"response": [self._keep]})

    def __call__(self, method: str, caller: str, path: str, json: object = None, **more: Any) -> httpx.Response:
        """Ask as one of the demo's callers, or as nobody."""
        headers = {"authorization": f"Bearer {self._token(caller)}"} if caller else {}
        return self.client.request(method, path, json=json, headers=headers | more.pop("headers", {}), **more)

    def resources(self) -> list[dict[str, Any]]:
        """Each different one once."""
        return [resource for _, resource in self.answers.values()]

    def _token(self, caller: str) -> str:
        return str(self.client.get(f"{self.demo.identity}/callers/{caller}/token").json()["access_token"])

    def _keep(self, response: httpx.Response) -> None:
        if "fhir+json" in response.headers.get("content-type", ""):
            response.read()
            method, path = response.request.method, response.request.url.path
            self.routes.add((method, path))
            self.statuses.add(response.status_code)
            self.answers[response.text] = (f"{method} {path} {response.status_code}", response.json())


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """A whole demo, with its household, its sources and its identity provider."""
    skip_where_it_cannot_run()
    home = tmp_path_factory.mktemp("demo")
    port = free_port()
    environment = {"SAMPLAN_DATA": str(home), "SAMPLAN_PORT": str(port)}
    with (
        pytest.MonkeyPatch.context() as patch,
        process(["app.cli.samplan", "demo", "run"], environment, home, f"http://127.0.0.1:{port}/health/ready"),
    ):
        patch.setenv("SAMPLAN_DATA", str(home))
        until = time.monotonic() + 60
        while not (home / FILE).exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        asked = Asking(home)
        with asked.client:
            yield asked


@pytest.fixture(scope="module")
def errors(asking, tmp_path_factory) -> list[list[OfficialError]]:
    """The errors in each answer of the demo, and then in each example: one run of the validator."""
    for caller in CALLERS:
        everything(asking, caller)
    writes(asking)
    validations(asking)
    refusals(asking)
    found(asking("GET", "log-auditor", "/fhir/AuditEvent?_count=200"))
    found(asking("POST", "log-auditor", "/fhir/AuditEvent/_search", data={"_count": "200"}))
    found(asking("GET", "", "/fhir/metadata"))
    return official([*asking.resources(), *examples()], tmp_path_factory.mktemp("official"))


def test_nothing_that_samplan_answers_has_an_error(asking, errors):
    """By every route, to every caller, of all people, and what it says when something is wrong."""
    assert unasked(asking) == []
    assert asking.statuses >= STATUSES
    answers = zip(asking.answers.values(), errors[: len(asking.answers)], strict=True)
    assert [(asked, each["expression"], each["text"]) for (asked, _), faults in answers for each in faults] == []


def test_no_example_has_an_error(asking, errors):
    """Each file of fhir_profiles/examples."""
    of_examples = zip(examples(), errors[len(asking.answers) :], strict=True)

    assert examples()
    assert [(one["id"], each["expression"], each["text"]) for one, faults in of_examples for each in faults] == []


def examples() -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted((ROOT / FOLDER).glob("*.json"))]


def found(answer: httpx.Response, *statuses: int) -> Any:
    """The resource that was answered; the request must have ended as it should."""
    assert answer.status_code in (statuses or (200,)), answer.text
    return answer.json() if answer.content else None


def everything(asking: Asking, caller: DemoCaller) -> None:
    """All that a caller can read of the people on their list."""
    for person in caller.about:
        patient = asking.ids[person.key]
        statuses = (403,) if caller.role == "log-auditor" else (200,)
        bundle = found(asking("GET", caller.name, f"/fhir/{patient}/$overview"), *statuses)
        for entry in bundle.get("entry", ()):
            asking("GET", caller.name, entry["fullUrl"].removeprefix(asking.demo.base))
        for kind in STORED_TYPES:
            asking("GET", caller.name, f"/fhir/{kind}", params={"patient": patient})


def writes(asking: Asking) -> None:
    """A search in a body, a resource made and changed, one that is refused, and a push of nothing."""
    gunnar = asking.ids["gunnar"]
    goal = {**GOAL, "subject": {"reference": gunnar}}
    found(asking("POST", "gunnar", f"/fhir/{gunnar}/$overview"))
    found(asking("POST", "physician", "/fhir/Goal/_search", data={"patient": gunnar}))
    made = found(asking("POST", "physician", "/fhir/Goal", goal), 201)
    address = f"/fhir/Goal/{made['id']}"
    changed = {**made, "lifecycleStatus": "completed"}
    found(asking("PUT", "physician", address, changed, headers={"if-match": 'W/"1"'}))
    found(asking("PUT", "physician", address, changed, headers={"if-match": 'W/"1"'}), 412)
    found(asking("POST", "physician", "/fhir/Goal", {**goal, "lifecycleStatus": "done"}), 422)
    pushed = {"resourceType": "Bundle", "type": "transaction", "entry": [_entry({**goal, "identifier": [KNOWN_AS]})]}
    found(asking("POST", "ehr-region", "/fhir", pushed))


def _entry(resource: dict[str, Any]) -> dict[str, Any]:
    request = {"method": "POST", "url": resource["resourceType"]}
    return {"fullUrl": "urn:uuid:6b0a4c1e-1e0d-4f5e-9d3e-2a8f4f0c9b77", "resource": resource, "request": request}


def validations(asking: Asking) -> None:
    """What $validate says of a resource that is well, one that is not, and by a profile that is not known."""
    well = {**GOAL, "subject": {"reference": asking.ids["gunnar"]}, "id": "a"}
    for path in ("/fhir/$validate", "/fhir/Goal/$validate", "/fhir/Goal/a/$validate"):
        for resource in (well, {**well, "lifecycleStatus": "done", "colour": "blue"}):
            found(asking("POST", "gunnar", path, resource))
    found(asking("POST", "gunnar", "/fhir/$validate", well, params={"profile": UNKNOWN}))


def refusals(asking: Asking) -> None:
    """Nobody, nothing, no such method, no such kind of body, and what is no JSON."""
    found(asking("GET", "", "/fhir/Goal/a"), 401)
    found(asking("GET", "gunnar", "/fhir/Goal/a"), 404)
    found(asking("DELETE", "gunnar", "/fhir/metadata"), 405)
    found(asking("POST", "physician", "/fhir/Goal", content=b"x", headers={"content-type": "text/plain"}), 415)
    broken = {"content": b"{", "headers": {"content-type": "application/fhir+json"}}
    found(asking("POST", "physician", "/fhir/Goal", **broken), 400)


def unasked(asking: Asking) -> list[str]:
    """The routes of FHIR in the OpenAPI document that nobody has asked; the SMART configuration is no resource."""
    resources = [path for path in PATHS if path.startswith("/fhir") and "/.well-known/" not in path]
    routes = [(method.upper(), path) for path in resources for method in PATHS[path]]
    return [
        f"{method} {path}"
        for method, path in routes
        if not any(method == asked and re.fullmatch(_pattern(path), at) for asked, at in asking.routes)
    ]


def _pattern(path: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
