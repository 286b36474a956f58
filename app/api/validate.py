"""$validate: what would be said of a resource if it were sent, without that it is stored.

It reads nobody's data and keeps nothing, so there is no disclosure to put on record: the access log has the route.
http://hl7.org/fhir/R4/resource-operation-validate.html
"""

import json
from collections.abc import Mapping, Sequence
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

MODES = frozenset({"create", "update", "delete", "profile"})
VALUES: tuple[tuple[str, str, type], ...] = (
    ("resource", "resource", dict),
    ("mode", "valueCode", str),
    ("profile", "valueUri", str),
    ("profile", "valueCanonical", str),
)
"""The parameters of the operation, what each is sent in, and as what."""

NOT_DELETED = Fault("not-supported", "Nothing is deleted here.", "Här tas ingenting bort.")
OTHER_PARAMETER = Fault(
    "invalid",
    "The address may say profile, mode and _format; nothing else.",
    "Adressen får ange profile, mode och _format; inget annat.",
)


class Asked(NamedTuple):
    """What was sent: the resource, whether it is about to be deleted, and the profiles to check it by."""

    resource: dict[str, Any]
    deletes: bool
    profiles: Sequence[str]


async def validate(request: Request) -> Response:
    """Check a resource of any type; `?profile=` names a profile to check it by."""
    return await _validate(request)


async def validate_type(request: Request, kind: str) -> Response:
    """The same, for a resource of this type."""
    return await _validate(request, kind)


async def validate_instance(request: Request, kind: str, identity: str) -> Response:
    """The same, for what is to replace this resource; the one that is stored is not looked at."""
    return await _validate(request, kind, parameters.fhir_id(identity))


async def _validate(request: Request, kind: str | None = None, identity: str | None = None) -> Response:
    bodies.negotiate(request)
    if kind is not None and kind not in ALL_TYPES:
        raise NotFound
    said = _of_the_query(request)
    text = await bodies.json_bytes(request, app_state(request).body_bytes)
    try:
        given = strict_json.parse(text)
    except Malformed as error:
        if not _is_json(text):
            raise
        return _answer(error.faults)
    asked = _asked(given, said)
    if asked.deletes:
        return _answer([NOT_DELETED])
    if not isinstance(asked.resource.get("resourceType"), str):
        raise _wrong("Parameters.parameter")
    elsewhere = _of_the_address(asked.resource, kind, identity)
    issues = report(asked.resource, asked.profiles)
    return _answer([*elsewhere, *(each for each in issues if not elsewhere or each.severity != "information")])


def _answer(issues: Sequence[Fault]) -> Response:
    return Response(outcomes.outcome_bytes(issues), media_type=FHIR_JSON)


def _is_json(text: bytes) -> bool:
    """Whether a lenient reader makes something of it; too deep for one is none."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _of_the_query(request: Request) -> dict[str, list[str]]:
    """The modes and profiles in the address; Malformed if it says anything else."""
    said: dict[str, list[str]] = {"mode": [], "profile": []}
    for name, value in request.query_params.multi_items():
        if name not in {*said, "_format"}:
            raise Malformed(OTHER_PARAMETER)
        said.setdefault(name, []).append(value)
    return said


def _asked(given: dict[str, Any], said: dict[str, list[str]]) -> Asked:
    """What is asked by a resource alone or by Parameters that hold it; Malformed if these say anything else."""
    resource = given
    if given["resourceType"] == "Parameters":
        resource = {}
        listed = given.get("parameter")
        for place, each in enumerate(listed if isinstance(listed, list) else ()):
            name, value = _parameter(each, f"Parameters.parameter[{place}]")
            if isinstance(value, dict):
                resource = value
            else:
                said[name].append(value)
    if not MODES.issuperset(said["mode"]) or len(said["mode"]) > 1:
        raise _wrong("Parameters.parameter")
    return Asked(resource, "delete" in said["mode"], said["profile"])


def _parameter(given: object, path: str) -> tuple[str, Any]:
    """A parameter's name and value; Malformed if it is none of the operation's."""
    for name, spelling, kind in VALUES:
        if isinstance(given, dict) and given.get("name") == name and isinstance(given.get(spelling), kind):
            return name, given[spelling]
    raise _wrong(path)


def _wrong(expression: str) -> Malformed:
    return Malformed(
        Fault(
            "invalid",
            "Send resource, with mode (valueCode: create, update, delete, profile) and profile (valueUri) if you like.",
            "Skicka resource, och om du vill mode (valueCode: create, update, delete, profile) och profile (valueUri).",
            expression,
        )
    )


def _of_the_address(resource: Mapping[str, Any], kind: str | None, identity: str | None) -> list[Fault]:
    """What the address and the resource say differently."""
    faults = []
    if kind not in {None, resource["resourceType"]}:
        faults.append(
            Fault(
                "invalid",
                f"Send a {kind} to this address.",
                f"Skicka en {kind} till den här adressen.",
                "resourceType",
            )
        )
    if identity not in {None, resource.get("id")}:
        faults.append(
            Fault(
                "invalid",
                "The resource's id must be the one in the address.",
                "Resursens id måste vara det i adressen.",
                f"{kind}.id",
            )
        )
    return faults
