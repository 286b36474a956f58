"""Which requests are let in, and the headers and bodies of every answer."""

import logging
import re

import pytest

from app.main import all_routes

PUBLIC = {row.path for row in all_routes() if row.is_public}
NUMBER = "195009072553"


def guarded() -> list[tuple[str, str]]:
    """Every method and path of the table of routes that is not public."""
    return [
        (row.method, re.sub(r"\{\w+\}", "x", row.path.replace("{resource_type}", "Appointment")))
        for row in all_routes()
        if not row.is_public
    ]


@pytest.mark.parametrize("method,path", guarded())
async def test_every_guarded_route_refuses_without_a_token(world, method, path):
    """A route that is not public answers 401 with an OperationOutcome and the scheme to authenticate with."""
    answer = await world.client.request(method, path)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["issue"][0]["code"] == "login"


@pytest.mark.parametrize(
    "method,path",
    [("GET", "/nothing"), ("DELETE", "/fhir/Patient/x"), ("PATCH", "/"), ("POST", "/fhir/metadata"), ("GET", "/api")],
)
async def test_an_unknown_address_is_as_guarded_as_a_known_one(world, method, path):
    """Without a token nobody learns which addresses there are, or what may be done at a public one."""
    assert (await world.client.request(method, path)).status_code == 401


async def test_with_a_token_an_unknown_address_is_404_and_a_wrong_method_405(world):
    """Both are OperationOutcomes."""
    unknown = await world.get("gunnar", "/fhir/Nothing/x")
    method = await world.send("DELETE", "gunnar", "/api/overview/me")

    assert (unknown.status_code, method.status_code) == (404, 405)
    assert {unknown.json()["resourceType"], method.json()["resourceType"]} == {"OperationOutcome"}
    assert "GET" in method.headers["allow"]


@pytest.mark.parametrize(
    "path",
    [
        f"/fhir/Patient/{NUMBER}",
        f"/fhir/Appointment?patient={NUMBER}",
        f"/fhir/Patient?identifier=x%7C{NUMBER}",
        f"/anything/{NUMBER[:8]}-{NUMBER[8:]}",
        f"/anything/{NUMBER[2:]}",
        "/fhir/Patient/%31%39%35009072553",
    ],
)
async def test_a_personal_number_in_an_address_is_refused_and_not_logged(world, path, caplog):
    """It is a 400 for anyone, with a token or not, and no log line holds it."""
    with caplog.at_level(logging.DEBUG):
        with_token = await world.get("gunnar", path)
        without = await world.client.get(path)

    assert (with_token.status_code, without.status_code) == (400, 400)
    assert NUMBER[2:] not in with_token.text
    assert all(
        NUMBER[2:] not in record.getMessage() + str(vars(record))
        for record in caplog.records
        if record.name.startswith("app")
    )


async def test_every_answer_forbids_caching_and_sniffing(world):
    """Refusals too."""
    for answer in (await world.get("gunnar", "/api/overview/me"), await world.client.get("/fhir/Patient/x")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_host_header_is_never_believed(world):
    """Addresses in answers are those of the configuration."""
    answer = await world.get(
        "gunnar", f"/fhir/Appointment?patient={world.ids['gunnar']}", headers={"host": "evil.example"}
    )

    assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    "accept,status",
    [("application/fhir+json", 200), ("application/json;q=0.9, */*", 200), ("application/fhir+xml", 406)],
)
async def test_only_json_is_spoken(world, accept, status):
    """Every JSON type is accepted; XML is 406."""
    answer = await world.get("gunnar", f"/fhir/Patient/{world.ids['gunnar']}", headers={"accept": accept})

    assert answer.status_code == status


@pytest.mark.parametrize(
    "body,kind,status",
    [
        (b"{", "application/fhir+json", 400),
        (b'{"resourceType":"Appointment","resourceType":"Patient"}', "application/fhir+json", 400),
        (b'{"resourceType":"Appointment","a":NaN}', "application/fhir+json", 400),
        (b'{"resourceType":"Appointment","description":"\\u0000"}', "application/fhir+json", 400),
        (b"[]", "application/json", 400),
        (b"x", "text/plain", 415),
        (b"<Appointment/>", "application/fhir+xml", 415),
        (b'{"resourceType":"Patient"}', "application/fhir+json", 400),
        (b'{"resourceType":"Appointment","status":"nonsense","participant":[]}', "application/fhir+json", 422),
    ],
)
async def test_bad_bodies_are_refused_by_name(world, body, kind, status):
    """Each is an OperationOutcome with an issue in both languages, and never a stack trace."""
    answer = await world.send("POST", "physician", "/fhir/Appointment", content=body, headers={"content-type": kind})

    assert answer.status_code == status, answer.text
    issue = answer.json()["issue"][0]
    assert issue["diagnostics"]
    assert issue["details"]["_text"]["extension"][0]["extension"][1]["valueString"]


async def test_a_body_beyond_the_limit_is_413(world):
    """With and without an announced length."""
    body = b'{"resourceType":"Appointment","description":"' + b"x" * 5_000_001 + b'"}'

    async def in_parts():
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]

    announced = await world.send("POST", "physician", "/fhir/Appointment", content=body)
    unannounced = await world.send("POST", "physician", "/fhir/Appointment", content=in_parts())

    assert "content-length" not in unannounced.request.headers
    assert (announced.status_code, unannounced.status_code) == (413, 413)


async def test_the_public_pages_need_no_token(world):
    """Health, the CapabilityStatement, the SMART configuration, the page and the OpenAPI document, and nothing else."""
    assert {
        "/",
        "/page.js",
        "/page.css",
        "/health/live",
        "/health/ready",
        "/fhir/metadata",
        "/fhir/.well-known/smart-configuration",
        "/api/audit/roots",
        "/openapi.json",
    } == PUBLIC
    for path in sorted(PUBLIC):
        assert (await world.client.get(path)).status_code == 200, path
