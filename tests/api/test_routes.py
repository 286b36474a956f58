"""The straight way to an endpoint is the documented way, only shorter."""

import pytest

from app.api.openapi import document
from app.api.routes import ROWS
from app.main import api

PATHS = document(api())["paths"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_each_straight_address_is_a_documented_one(row):
    """The same method and address, so that the OpenAPI document stays true and the log says the same route."""
    assert row.method.lower() in PATHS[row.path]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/fhir/Appointment/abc", "/fhir/{kind}/{identity}"),
        ("GET", "/fhir/Appointment", "/fhir/{kind}"),
        ("POST", "/fhir/Patient/abc/$overview", "/fhir/Patient/{identity}/$overview"),
        ("POST", "/api/overview", "/api/overview"),
        ("GET", "/api/overview", None),
        ("GET", "/fhir/AuditEvent", None),
        ("GET", "/fhir/metadata", None),
        ("GET", "/fhir/Appointment/", None),
        ("GET", "/fhir/Appointment/abc\n", None),
        ("GET", "/fhir/Unknown/abc", None),
        ("PUT", "/fhir/Appointment/abc", None),
        ("POST", "/fhir/Appointment", None),
    ],
)
def test_what_fits_no_row_is_the_frameworks(method, path, expected):
    """Another type, method or form of address finds its own route, or none."""
    fitting = [row.path for row in ROWS if row.method == method and row.pattern.fullmatch(path)]

    assert fitting[:1] == ([expected] if expected else [])
