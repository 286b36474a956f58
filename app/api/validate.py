"""The operation $validate: checks a resource as if it were sent, and stores nothing.

It reads nobody's data, so it puts nothing on record; the access log has its route.
http://hl7.org/fhir/R4/resource-operation-validate.html
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from app.api import bodies, parameters
from app.api.context import app_state
from app.api.failures import FHIR_JSON
from app.errors import Fault, Malformed, NotFound
from app.fhir import outcomes, strict_json
from app.fhir.check.validation_report import report
from app.fhir.types import ALL_TYPES
from app.off_loop import off_loop

MODES = frozenset({"create", "update", "delete", "profile"})
PARAMETERS: tuple[tuple[str, str, type], ...] = (
    ("resource", "resource", dict),
    ("mode", "valueCode", str),
    ("profile", "valueUri", str),
    ("profile", "valueCanonical", str),
)
"""The parameters of the operation: name, element of the value, and Python's type of it."""

NOT_DELETED = Fault(
    "not-supported",
    "This server does not delete; send an update with the status of a resource that no longer holds.",
    "Den här servern tar inte bort något; skicka en uppdatering med den status som visar att det inte längre gäller.",
)
OTHER_PARAMETER = Fault(
    "invalid",
    "The address may hold profile, mode and _format; send nothing else.",
    "Adressen får innehålla profile, mode och _format; skicka inget annat.",
)


class ValidationRequest(NamedTuple):
    """A resource to check, whether it is about to be deleted, and the canonical URLs of the profiles to check it by."""

    resource: dict[str, Any]
    is_deletion: bool
    profiles: Sequence[str]


async def validate(request: Request) -> Response:
    """Check a resource of any type; `?profile=` names a profile to check it by."""
    return await _validate(request)


async def validate_type(request: Request, resource_type: str) -> Response:
    """The same, for a resource of this type."""
    return await _validate(request, resource_type)


async def validate_instance(request: Request, resource_type: str, resource_id: str) -> Response:
    """The same, for a resource that is to replace this one; the stored resource is not read."""
    return await _validate(request, resource_type, parameters.fhir_id(resource_id))


async def _validate(request: Request, resource_type: str | None = None, resource_id: str | None = None) -> Response:
    bodies.negotiate(request)
    if resource_type is not None and resource_type not in ALL_TYPES:
        raise NotFound
    in_address = _query_values(request)
    text = await bodies.json_bytes(request, app_state(request).body_bytes)
    try:
        body = await off_loop(len(text), partial(strict_json.parse, text))
    except Malformed as error:
        if not await off_loop(len(text), partial(_is_json, text)):
            raise
        return _response(error.faults)
    wanted = _validation_request(body, in_address)
    if wanted.is_deletion:
        return _response([NOT_DELETED])
    if not isinstance(wanted.resource.get("resourceType"), str):
        raise _invalid("Parameters.parameter")
    mismatches = _mismatches(wanted.resource, resource_type, resource_id)
    issues = await off_loop(len(text), partial(report, wanted.resource, wanted.profiles))
    if mismatches:
        issues = [issue for issue in issues if issue.severity != "information"]
    return _response([*mismatches, *issues])


def _response(issues: Sequence[Fault]) -> Response:
    return Response(outcomes.outcome_bytes(issues), media_type=FHIR_JSON)


def _is_json(text: bytes) -> bool:
    """Whether a lenient parser reads it; not if it is nested too deeply."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _query_values(request: Request) -> dict[str, list[str]]:
    """The modes and profiles in the address; Malformed if it holds another parameter."""
    values: dict[str, list[str]] = {"mode": [], "profile": []}
    for name, value in request.query_params.multi_items():
        if name not in {*values, "_format"}:
            raise Malformed(OTHER_PARAMETER)
        values.setdefault(name, []).append(value)
    return values


def _validation_request(body: dict[str, Any], in_address: Mapping[str, Sequence[str]]) -> ValidationRequest:
    """The request in a resource, or in Parameters that hold a resource; Malformed if these hold anything else."""
    resource = body
    modes, profiles = list(in_address["mode"]), list(in_address["profile"])
    if body["resourceType"] == "Parameters":
        resource = {}
        listed = body.get("parameter")
        for place, parameter in enumerate(listed if isinstance(listed, list) else ()):
            name, value = _parameter(parameter, f"Parameters.parameter[{place}]")
            if isinstance(value, dict):
                resource = value
            else:
                (modes if name == "mode" else profiles).append(value)
    if not MODES.issuperset(modes) or len(modes) > 1:
        raise _invalid("Parameters.parameter")
    return ValidationRequest(resource, "delete" in modes, profiles)


def _parameter(parameter: object, path: str) -> tuple[str, Any]:
    """The name and value of a parameter; Malformed if the operation does not have it."""
    for name, element, python_type in PARAMETERS:
        if (
            isinstance(parameter, dict)
            and parameter.get("name") == name
            and isinstance(parameter.get(element), python_type)
        ):
            return name, parameter[element]
    raise _invalid(path)


def _invalid(expression: str) -> Malformed:
    return Malformed(
        Fault(
            "invalid",
            "Send resource, with mode (valueCode: create, update, delete, profile) and profile (valueUri) if you like.",
            "Skicka resource, och om du vill mode (valueCode: create, update, delete, profile) och profile (valueUri).",
            expression,
        )
    )


def _mismatches(resource: Mapping[str, Any], resource_type: str | None, resource_id: str | None) -> list[Fault]:
    """The faults of a resource that has another type or id than the address."""
    faults = []
    if resource_type is not None and resource["resourceType"] != resource_type:
        faults.append(parameters.other_type_than_address(resource_type))
    if resource_type is not None and resource_id is not None and resource.get("id") != resource_id:
        faults.append(parameters.other_id_than_address(resource_type))
    return faults
