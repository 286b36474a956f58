"""The CapabilityStatement: what this server does, and nothing that it does not.

http://hl7.org/fhir/R4/capabilitystatement.html
"""

import json
from typing import Any

from app.fhir.codes import CANONICAL, STORED_TYPES
from app.fhir.profiles import profiles_of

VERSION = "0.1.0"
DATE = "2026-11-25"

PATIENT = {"name": "patient", "type": "reference", "documentation": "Required: `Patient/id` or the id alone."}
IDENTIFIER = {"name": "identifier", "type": "token", "documentation": "Patient only, and only by POST _search."}
ID = {"name": "_id", "type": "token"}
STATUS = {"name": "status", "type": "token"}
COUNT_NOTE = (
    "Parameters _count (at most 200) and _total (none, accurate) are supported; an unknown parameter is refused."
)

VALIDATE = {"name": "validate", "definition": f"{CANONICAL}/OperationDefinition/validate"}

SMART = {"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}

WITHOUT_STATUS = frozenset({"Patient", "RelatedPerson", "Provenance"})
"""Types that R4 gives no search by status."""


def capability_statement(base_url: str) -> bytes:
    """The statement of the server at `base_url`, as FHIR JSON."""
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
        "rest": [_rest()],
    }
    return json.dumps(statement, ensure_ascii=False).encode()


def _rest() -> dict[str, Any]:
    resources = [*map(_resource, STORED_TYPES), _audit()]
    return {
        "mode": "server",
        "documentation": "A date is a day in Europe/Stockholm. No address may hold a personal number.",
        "security": {
            "cors": False,
            "service": [{"coding": [SMART]}],
            "description": "Bearer tokens by RFC 9068; SMART v2 system scopes for system clients.",
        },
        "resource": sorted(resources, key=lambda resource: str(resource["type"])),
        "interaction": [{"code": "transaction"}],
        "operation": [VALIDATE],
    }


def _resource(name: str) -> dict[str, Any]:
    parameters = [ID]
    if name == "Patient":
        parameters = [ID, IDENTIFIER]
    else:
        parameters = [ID, PATIENT, *([STATUS] if name not in WITHOUT_STATUS else [])]
    resource: dict[str, Any] = {
        "type": name,
        "documentation": COUNT_NOTE,
        "interaction": [{"code": code} for code in ("read", "create", "update", "search-type")],
        "versioning": "versioned-update",
        "readHistory": False,
        "updateCreate": False,
        "conditionalRead": "not-match",
        "searchParam": parameters,
        "operation": [VALIDATE],
    }
    if name == "Patient":
        resource["operation"].append({"name": "overview", "definition": f"{CANONICAL}/OperationDefinition/overview"})
    if known := profiles_of(name):
        resource["supportedProfile"] = known
    return resource


def _audit() -> dict[str, Any]:
    return {
        "type": "AuditEvent",
        "documentation": "For log auditors. _count (at most 200) and _total (none, accurate).",
        "interaction": [{"code": "search-type"}],
        "versioning": "no-version",
        "searchParam": [{**PATIENT, "documentation": "`Patient/id`."}, {"name": "date", "type": "date"}],
    }
