"""The CapabilityStatement of the running server, from the table of routes, the resource types and search parameters.

http://hl7.org/fhir/R4/capabilitystatement.html
"""

import json
from collections.abc import Sequence
from typing import Any

from app.api.routes import RouteRow
from app.fhir.check.profiles import profiles_of
from app.fhir.codes import CANONICAL
from app.fhir.search_parameters import SearchParameter, offered_parameters
from app.fhir.types import DIRECTORY_TYPES, STORED_TYPES

VERSION = "0.1.0"
DATE = "2026-11-25"

BASE = "http://hl7.se/fhir/ig/base/ImplementationGuide/hl7se.fhir.base"

PARAMETER_NOTES = {
    "patient": "Required: `Patient/id` or the id alone.",
    "identifier": "Only by POST _search.",
}
"""How this server uses a search parameter, by its name."""
COUNT_NOTE = (
    "Parameters _count (at most 200) and _total (none, accurate) are supported; an unknown parameter is refused."
)
SEARCH_NOTE = (
    "A search is about one person (send patient or _id) or the directory. A date is a day in Europe/Stockholm. "
    "Send no personal number in an address."
)
DIRECTORY_NOTE = (
    "The directory belongs to no patient, and is read only. Parameters _count (at most 200) and _total (none, "
    "accurate) are supported; a name is searched by its beginning."
)
AUDIT_NOTE = "For log auditors. Parameters _count (at most 200) and _total (none, accurate) are supported."

READ_ONLY = frozenset({"read", "search-type"})
"""The interactions with a type of the directory."""

ANY_TYPE = "/fhir/{resource_type}"
"""The address of a stored type, as the table of routes has it."""
ANY_INSTANCE = f"{ANY_TYPE}/{{resource_id}}"

SMART = {"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}


def capability_statement(base_url: str, routes: Sequence[RouteRow]) -> bytes:
    """The statement of a server at `base_url` with these routes, as FHIR JSON."""
    statement = {
        "resourceType": "CapabilityStatement",
        "url": f"{CANONICAL}/CapabilityStatement/samplan",
        "version": VERSION,
        "name": "Samplan",
        "title": "Samplan: sammanhållen planering",
        "status": "active",
        "date": DATE,
        "publisher": "Samplan",
        "description": "One overview, for one person, of all that region and municipality have planned.",
        "kind": "instance",
        "software": {"name": "Samplan", "version": VERSION},
        "implementation": {"description": "Samplan", "url": f"{base_url}/fhir"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "implementationGuide": [BASE],
        "rest": [_rest(routes)],
    }
    return json.dumps(statement, ensure_ascii=False).encode()


def _rest(routes: Sequence[RouteRow]) -> dict[str, Any]:
    resources = [
        *(_resource(name, routes) for name in STORED_TYPES),
        *(_directory(name, routes) for name in DIRECTORY_TYPES),
        _audit(routes),
    ]
    return {
        "mode": "server",
        "documentation": SEARCH_NOTE,
        "security": {
            "cors": False,
            "service": [{"coding": [SMART]}],
            "description": "Bearer tokens by RFC 9068; SMART v2 system scopes for system clients.",
        },
        "resource": sorted(resources, key=lambda resource: str(resource["type"])),
        "interaction": [{"code": row.interaction} for row in routes if row.path == "/fhir"],
        "operation": _operations(routes, "/fhir"),
    }


def _resource(name: str, routes: Sequence[RouteRow]) -> dict[str, Any]:
    return {
        "type": name,
        "documentation": COUNT_NOTE,
        "interaction": _interactions(routes, ANY_TYPE),
        "versioning": "versioned-update",
        "readHistory": False,
        "updateCreate": False,
        "conditionalRead": "not-match",
        "searchParam": _parameters(name),
        "operation": [
            *_operations(routes, ANY_TYPE, ANY_INSTANCE),
            *_operations(routes, f"/fhir/{name}/{{patient_id}}"),
        ],
        "supportedProfile": profiles_of(name),
    }


def _directory(name: str, routes: Sequence[RouteRow]) -> dict[str, Any]:
    """A type of the directory: `samplan directory import` alone writes it."""
    return {
        "type": name,
        "documentation": DIRECTORY_NOTE,
        "interaction": [row for row in _interactions(routes, ANY_TYPE) if row["code"] in READ_ONLY],
        "versioning": "versioned",
        "readHistory": False,
        "updateCreate": False,
        "conditionalRead": "not-match",
        "searchParam": [_described(parameter) for parameter in offered_parameters(name)],
        "operation": _operations(routes, ANY_TYPE, ANY_INSTANCE),
    }


def _audit(routes: Sequence[RouteRow]) -> dict[str, Any]:
    return {
        "type": "AuditEvent",
        "documentation": AUDIT_NOTE,
        "interaction": _interactions(routes, "/fhir/AuditEvent"),
        "versioning": "no-version",
        "searchParam": _parameters("AuditEvent"),
        "supportedProfile": profiles_of("AuditEvent"),
    }


def _interactions(routes: Sequence[RouteRow], address: str) -> list[dict[str, str]]:
    """The interactions at an address and at the ids below it."""
    return [{"code": row.interaction} for row in routes if row.interaction and row.path.startswith(address)]


def _operations(routes: Sequence[RouteRow], *addresses: str) -> list[dict[str, str]]:
    """The operations at these addresses: the last segment of a route's path, after `$`."""
    split_paths = [row.path.rpartition("/$") for row in routes]
    names = dict.fromkeys(name for address, _, name in split_paths if address in addresses)
    return [{"name": name, "definition": f"{CANONICAL}/OperationDefinition/{name}"} for name in names]


def _parameters(resource_type: str) -> list[dict[str, str]]:
    return [_parameter(parameter) for parameter in offered_parameters(resource_type)]


def _parameter(parameter: SearchParameter) -> dict[str, str]:
    note = PARAMETER_NOTES.get(parameter.name)
    return {**_described(parameter), "documentation": note} if note else _described(parameter)


def _described(parameter: SearchParameter) -> dict[str, str]:
    return {"name": parameter.name, "type": parameter.type, "definition": parameter.definition}
