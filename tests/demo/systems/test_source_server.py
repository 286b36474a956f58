"""A demo source, as a process of its own: whom it answers, what it finds, and how it fails when told to."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app import jose
from app.demo import calls
from app.demo.children import free_port
from app.demo.data.callers import SAMPLAN
from app.demo.data.people import GUNNAR, TOM
from app.demo.systems import keys, source_server
from app.demo.systems.provider import ASSERTION_TYPE
from app.demo.systems.records import Records, UnsupportedSearch
from app.demo.systems.source_server import SECRET
from tests.builders.processes import process

TODAY = date(2026, 11, 25)


class Demo(NamedTuple):
    source: str
    identity: str
    directory: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    directory = tmp_path_factory.mktemp("source")
    one, other = free_port(), free_port()
    identity, source = f"http://127.0.0.1:{one}", f"http://127.0.0.1:{other}"
    provider = [
        "app.demo.systems.identity",
        f"--port={one}",
        f"--directory={directory}",
        "--audience=http://127.0.0.1:1",
    ]
    server = ["app.demo.systems.source_server", "region", f"--port={other}", f"--today={TODAY}", f"--issuer={identity}"]
    with (
        process(provider, {}, directory, f"{identity}/jwks"),
        process(server, {SECRET: "hush"}, directory, f"{source}/fhir/metadata"),
    ):
        yield Demo(source, identity, directory)


@pytest.fixture(scope="module")
def token(demo: Demo) -> str:
    key = keys.load(demo.directory).clients[SAMPLAN]
    assertion = jose.assertion(SAMPLAN, f"{demo.identity}/token", key, now=time.time())
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }
    return str(calls.post_form(f"{demo.identity}/token", form).json()["access_token"])


@pytest.fixture
def gunnar(demo: Demo, token: str) -> str:
    return str(
        search(demo, token, "Patient", identifier=f"{GUNNAR.system}|{GUNNAR.number}")["entry"][0]["resource"]["id"]
    )


def search(demo: Demo, token: str, type_: str, **form: str) -> dict[str, Any]:
    answer = calls.post_form(f"{demo.source}/fhir/{type_}/_search", form, token=token)
    assert answer.status == 200
    bundle: dict[str, Any] = answer.json()
    return bundle


def tell(demo: Demo, state: str) -> int:
    return calls.post(f"{demo.source}/control", {"state": state}, token="hush").status


def test_nobody_is_answered_without_a_token(demo):
    """No token, a token that is none, and a token for Samplan itself are all turned away."""
    app_token = calls.get(f"{demo.identity}/callers/physician/token").json()["access_token"]
    for bearer in (None, "x", app_token):
        assert calls.post_form(f"{demo.source}/fhir/Patient/_search", {}, token=bearer).status == 401


def test_a_person_is_found_by_personal_number_in_the_body(demo, token):
    """The source has its own id for the person, and no personal number in its links."""
    bundle = search(demo, token, "Patient", identifier=f"{GUNNAR.system}|{GUNNAR.number}")
    assert bundle["total"] == 1
    assert GUNNAR.number not in str(bundle["link"])


def test_a_person_unknown_there_is_an_empty_answer(demo, token):
    """Nobody by that number: no entry, and total 0."""
    bundle = search(demo, token, "Patient", identifier=f"{TOM.system}|{TOM.number}")
    assert bundle["total"] == 0
    assert "entry" not in bundle


def test_plans_come_with_their_provenance(demo, token, gunnar):
    """_revinclude adds who answers for each, as include."""
    bundle = search(demo, token, "CarePlan", patient=f"Patient/{gunnar}", _revinclude="Provenance:target")
    modes = [(entry["resource"]["resourceType"], entry["search"]["mode"]) for entry in bundle["entry"]]
    assert modes.count(("CarePlan", "match")) == bundle["total"] == 2
    assert modes.count(("Provenance", "include")) == 2


def test_an_id_without_its_type_is_the_same_person(demo, token, gunnar):
    """`patient` takes both forms of a reference."""
    both = [search(demo, token, "Goal", patient=form)["total"] for form in (gunnar, f"Patient/{gunnar}")]
    assert both == [1, 1]


@pytest.mark.parametrize("form", [{}, {"status": "active"}, {"identifier": "x"}], ids=str)
def test_a_search_that_names_nobody_is_refused(form, demo, token):
    """A source hands out nothing that was not asked for by person."""
    assert calls.post_form(f"{demo.source}/fhir/Patient/_search", form, token=token).status == 400


def test_metadata_is_open(demo):
    """The CapabilityStatement needs no token."""
    assert calls.get(f"{demo.source}/fhir/metadata").json()["fhirVersion"] == "4.0.1"


def test_only_the_secret_switches_the_state(demo):
    """Without it nothing changes, and a state that is none is refused."""
    assert calls.post(f"{demo.source}/control", {"state": "fail"}).status == 403
    assert calls.post(f"{demo.source}/control", {"state": "fail"}, token="guess").status == 403
    assert tell(demo, "asleep") == 422
    assert calls.get(f"{demo.source}/control", token="hush").json() == {"name": "region", "state": "normal"}


def test_told_to_fail_it_answers_with_an_error_and_then_works_again(demo, token):
    """A failing source says so with a status; back to normal, it is as before."""
    identifier = {"identifier": f"{GUNNAR.system}|{GUNNAR.number}"}
    tell(demo, "fail")
    assert calls.post_form(f"{demo.source}/fhir/Patient/_search", identifier, token=token).status == 500
    tell(demo, "normal")
    assert calls.post_form(f"{demo.source}/fhir/Patient/_search", identifier, token=token).status == 200


def test_told_to_hang_it_accepts_and_never_answers(demo, token):
    """The connection opens, and nothing comes, while the control still answers."""
    tell(demo, "hang")
    with pytest.raises(calls.NoResponse):
        calls.post_form(f"{demo.source}/fhir/Patient/_search", {}, token=token, timeout=0.5)
    assert calls.get(f"{demo.source}/control", token="hush").json()["state"] == "hang"
    assert tell(demo, "normal") == 200


def test_it_starts_neither_elsewhere_nor_without_its_secret(monkeypatch):
    """Loopback only, and never open to whoever guesses the control."""
    common = ["region", "--port=1", "--today=2026-01-01", "--issuer=http://127.0.0.1:1"]
    monkeypatch.delenv(SECRET, raising=False)
    for extra in (["--host=0.0.0.0"], []):
        with pytest.raises(SystemExit) as ended:
            source_server.main([*common, *extra])
        assert ended.value.code == 2


def test_a_long_answer_comes_in_pages():
    """Twenty at a time, each page once, and nothing lost or twice."""
    person = {"resourceType": "Patient", "id": "p", "identifier": [{"system": "s", "value": "v"}]}
    goals = [{"resourceType": "Goal", "id": f"g{n}", "subject": {"reference": "Patient/p"}} for n in range(45)]
    records = Records([person, *goals], base="http://127.0.0.1:1/fhir")
    page = records.search("Goal", {"patient": "p"})
    found = [entry["resource"]["id"] for entry in page["entry"]]
    while len(page["link"]) > 1:
        key = page["link"][1]["url"].partition("page=")[2]
        page = records.page(key)
        found += [entry["resource"]["id"] for entry in page["entry"]]
    assert found == [f"g{n}" for n in range(45)]
    with pytest.raises(UnsupportedSearch):
        records.page(key)
