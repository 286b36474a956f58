"""The OpenAPI document, made by FastAPI from the table of routes and the docstrings of its endpoints.

https://spec.openapis.org/oas/v3.1.0
"""

from collections.abc import Iterable
from typing import Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from app.api.fact_schemas import FACT_SCHEMA
from app.api.routes import RouteRow
from app.api.schemas import components

DESCRIPTION = "One person, one overview of all that region and municipality have planned and agreed with them."


def document(rows: Iterable[RouteRow]) -> dict[str, Any]:
    """The OpenAPI document of the routes that have a tag, with the schemas of bodies and answers."""
    rows = [row for row in rows if row.tag]
    described = get_openapi(title="Samplan", version="0.1.0", description=DESCRIPTION, routes=[*map(_route, rows)])
    described["components"] = {
        "schemas": {**components(), "Fact": FACT_SCHEMA},
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT (RFC 9068)"}},
    }
    described["security"] = [{"bearer": []}]
    for row in rows:
        _correct(described["paths"][row.path][row.method.lower()], row)
    return described


def _route(row: RouteRow) -> APIRoute:
    """The row in FastAPI's form, which reads the path's parameters from the endpoint's signature."""
    read_by_endpoint = {
        **({"parameters": list(row.headers)} if row.headers else {}),
        **({"requestBody": row.body} if row.body else {}),
    }
    return APIRoute(
        row.path,
        row.endpoint,
        methods=[row.method],
        tags=[row.tag],
        status_code=row.status,
        responses=row.responses,
        openapi_extra=read_by_endpoint,
    )


def _correct(operation: dict[str, Any], row: RouteRow) -> None:
    """Remove FastAPI's own form of a 422, which is never sent, and the need of a token from a public operation."""
    if "HTTPValidationError" in str(operation["responses"].get("422")):
        del operation["responses"]["422"]
    if row.is_public:
        operation["security"] = []
