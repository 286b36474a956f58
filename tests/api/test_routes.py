"""The table of routes: each row is documented, and each request finds the route that Starlette's scan finds."""

import json

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Router

from app.api.capabilities import capability_statement
from app.api.openapi import document
from app.api.router import IndexedRouter
from app.api.routes import ROUTES
from app.main import all_routes

ROWS = all_routes()
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
ADDRESSES = sorted({row.path.replace("{", "").replace("}", "") for row in ROWS})


async def path_of_route(request: Request, **parameters: str) -> Response:
    """Answers with the route that was found, and with the parameters in the path."""
    return PlainTextResponse(f"{request.scope['route'].path} {parameters}")


def router() -> IndexedRouter:
    """The app's router, with endpoints that tell the route."""
    return IndexedRouter(row._replace(endpoint=path_of_route) for row in ROWS)


async def answer(app: Router, method: str, path: str) -> tuple[int, str, str]:
    """Status, allowed methods and route of an answer."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://samplan.test") as client:
        response = await client.request(method, path)
    return response.status_code, response.headers.get("allow", ""), response.text


def test_the_document_describes_each_route_of_the_api_and_no_other():
    """The same methods and addresses, so that the OpenAPI document stays true and the log shows the same address."""
    described = {(method, path) for path, methods in document(ROUTES)["paths"].items() for method in methods}

    assert described == {(row.method.lower(), row.path) for row in ROUTES}
    assert len(described) == len(ROUTES)


def test_the_capability_statement_lists_the_interactions_and_operations_of_the_table():
    """Without their rows it lists none of them, on the server as a whole and on each type."""
    rest = json.loads(capability_statement("http://samplan.test", ROUTES))["rest"][0]
    bare = json.loads(capability_statement("http://samplan.test", []))["rest"][0]
    patient = next(resource for resource in rest["resource"] if resource["type"] == "Patient")

    assert [interaction["code"] for interaction in rest["interaction"]] == ["transaction"]
    assert [operation["name"] for operation in rest["operation"]] == ["validate"]
    assert [interaction["code"] for interaction in patient["interaction"]] == [
        "read",
        "create",
        "update",
        "search-type",
    ]
    assert [operation["name"] for operation in patient["operation"]] == ["validate", "overview"]
    assert not any(part.get("interaction") or part.get("operation") for part in (bare, *bare["resource"]))


@pytest.mark.parametrize(
    ("method", "path", "status", "expected"),
    [
        ("GET", "/fhir/Appointment/abc", 200, "/fhir/{resource_type}/{resource_id}"),
        ("GET", "/fhir/Appointment", 200, "/fhir/{resource_type}"),
        ("POST", "/fhir/Patient/abc/$overview", 200, "/fhir/Patient/{patient_id}/$overview"),
        ("POST", "/api/overview", 200, "/api/overview"),
        ("GET", "/fhir/AuditEvent", 200, "/fhir/AuditEvent"),
        ("GET", "/fhir/metadata", 200, "/fhir/metadata"),
        ("PUT", "/fhir/Appointment/abc", 200, "/fhir/{resource_type}/{resource_id}"),
        ("POST", "/fhir/Appointment", 200, "/fhir/{resource_type}"),
        ("POST", "/fhir/Appointment/$validate", 200, "/fhir/{resource_type}/$validate"),
        ("POST", "/fhir/Appointment/_search", 200, "/fhir/{resource_type}/_search"),
        ("HEAD", "/page.js", 200, ""),
        ("GET", "/api/overview", 405, "Method Not Allowed"),
        ("HEAD", "/fhir/Appointment/abc", 405, ""),
        ("GET", "/fhir/Appointment/", 404, "Not Found"),
        ("GET", "/fhir/Appointment/abc/", 404, "Not Found"),
        ("GET", "/fhir/Appointment/abc/_history/1", 404, "Not Found"),
    ],
)
async def test_an_address_finds_its_route(method, path, status, expected):
    """Another type, method or form of address finds its own route, or none."""
    found = await answer(router(), method, path)

    assert found[0] == status
    assert found[2].partition(" {'")[0].removesuffix(" {}") == expected


@pytest.mark.parametrize("method", METHODS)
async def test_the_index_finds_what_a_scan_of_all_routes_finds(method):
    """The same route, status and allowed methods for each address of the table, with and without a slash at its end."""
    indexed = router()
    scanned = Router(indexed.routes, redirect_slashes=False)

    for address in ADDRESSES:
        for path in (address, f"{address}/", f"{address}/x"):
            assert await answer(indexed, method, path) == await answer(scanned, method, path), path


@pytest.mark.parametrize(
    "path", ["/fhir/Appointment/", "/fhir/Appointment/abc%0A", "/fhir/Unknown/abc", "/fhir/Unknown"]
)
async def test_an_address_that_is_none_is_404(world, path):
    """A slash too many, an id that cannot be one, or a type that is not stored."""
    found = await world.get("gunnar", path)

    assert (found.status_code, found.json()["issue"][0]["code"]) == (404, "not-found")
