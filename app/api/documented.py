"""What `openapi/` says of bodies and answers that FastAPI cannot see: we hand over bytes, not models."""

from typing import Any

from app.contracts.model import PatientContract

OUTCOME = {
    "description": "An OperationOutcome that names the element and the fix.",
    "content": {"application/fhir+json": {"schema": {"$ref": "#/components/schemas/OperationOutcome"}}},
}

ERRORS: dict[int | str, dict[str, Any]] = dict.fromkeys((400, 401, 403, 404, 406, 413, 415, 503), OUTCOME)
WRITE_ERRORS: dict[int | str, dict[str, Any]] = {
    **ERRORS, **dict.fromkeys((409, 412, 422, 428), OUTCOME),
}  # fmt: skip

FHIR_BUNDLE: dict[str, Any] = {
    "description": "A FHIR R4 Bundle.",
    "content": {"application/fhir+json": {"schema": {"$ref": "#/components/schemas/Bundle"}}},
}
FHIR_RESOURCE: dict[str, Any] = {
    "description": "A FHIR R4 resource, with its version as ETag.",
    "content": {"application/fhir+json": {"schema": {"$ref": "#/components/schemas/Resource"}}},
}
OVERVIEW: dict[str, Any] = {
    "description": "The overview; times are instants, days are local Swedish days.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Overview"}}},
}
CONTRACT: dict[str, Any] = {
    "description": "The patient contract, with an id for each part and the version as ETag.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PatientContract"}}},
}

PATIENT_BODY = {
    "type": "object",
    "required": ["patient"],
    "additionalProperties": False,
    "properties": {"patient": {"type": "string", "pattern": r"^Patient/[A-Za-z0-9\-.]{1,64}$"}},
}
BLOCK_BODY = {
    "type": "object",
    "required": ["patient", "giver"],
    "additionalProperties": False,
    "properties": {
        "patient": PATIENT_BODY["properties"]["patient"],  # type: ignore[index]
        "giver": {"type": "string", "description": "HSA-id of the giver whose information is closed to others."},
    },
}
CONTRACT_BODY = {"$ref": "#/components/schemas/PatientContract"}
RESOURCE_BODY = {"$ref": "#/components/schemas/Resource"}

_TEXT = {"type": "object", "properties": {"sv": {"type": "string"}, "en": {"type": "string"}}}
_ORIGIN = {
    "type": "object",
    "properties": {
        "source": {"type": "string"},
        "giver": {"type": ["string", "null"]},
        "reference": {"type": "string"},
        "status": {"type": ["string", "null"]},
        "starts": {"type": ["string", "null"], "format": "date-time"},
    },
}
_PART = {
    "type": "object",
    "required": ["reference", "type", "giver", "origins"],
    "properties": {
        "reference": {"type": "string"},
        "type": {"type": "string"},
        "giver": {"type": ["string", "null"]},
        "title": {"type": "string"},
        "planType": {"type": "string", "description": "Of a plan: Inera's TypeOfCarePlan, or patient-contract."},
        "planTypeText": _TEXT,
        "status": {"type": "string"},
        "statusText": _TEXT,
        "start": {"type": "string"},
        "end": {"type": "string"},
        "who": {"type": "array", "items": {"type": "string"}},
        "where": {"type": "string"},
        "instruction": {"type": "string"},
        "origins": {"type": "array", "items": _ORIGIN, "description": "Every system that holds this; its own first."},
        "conflict": {"type": "boolean", "description": "The origins do not agree on status or time."},
    },
    "additionalProperties": True,
}
_PARTS = {"type": "array", "items": {"$ref": "#/components/schemas/Part"}}

SCHEMAS: dict[str, Any] = {
    "OperationOutcome": {"type": "object", "properties": {"resourceType": {"const": "OperationOutcome"}}},
    "Bundle": {"type": "object", "properties": {"resourceType": {"const": "Bundle"}}},
    "Resource": {"type": "object", "required": ["resourceType"], "properties": {"resourceType": {"type": "string"}}},
    "Part": _PART,
    "Overview": {
        "type": "object",
        "required": [
            "patient",
            "complete",
            "sources",
            "nextStep",
            "agreement",
            "contacts",
            "times",
            "plans",
            "timeline",
        ],
        "properties": {
            "patient": {
                "type": "object",
                "required": ["reference", "protected"],
                "properties": {
                    "reference": {"type": "string"},
                    "name": {"type": "string"},
                    "birthDate": {"type": "string"},
                    "protected": {"type": "boolean"},
                },
            },
            "complete": {"type": "boolean", "description": "True only if every source answered."},
            "sources": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "giver", "state", "reason", "asOf", "text"],
                    "properties": {
                        "name": {"type": "string"},
                        "giver": {"type": ["string", "null"]},
                        "state": {"enum": ["data", "empty", "unknown"]},
                        "reason": {"type": ["string", "null"]},
                        "asOf": {"type": ["string", "null"], "format": "date-time"},
                        "text": _TEXT,
                    },
                },
            },
            "nextStep": {"oneOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]},
            "agreement": {
                "oneOf": [
                    {
                        "type": "object",
                        "properties": {
                            "reference": {"type": ["string", "null"]},
                            "title": {"type": ["string", "null"]},
                            "whatMatters": {"type": ["string", "null"]},
                            "goals": _PARTS,
                            "iDo": _PARTS,
                            "careDoes": _PARTS,
                            "ifWorse": _PARTS,
                            "contactWays": {"type": "array", "items": {"type": "object"}},
                        },
                    },
                    {"type": "null"},
                ]
            },
            "contacts": _PARTS,
            "times": _PARTS,
            "plans": _PARTS,
            "timeline": {"type": "array", "items": {"type": "object"}},
        },
    },
}
"""Schemas that no model of ours gives."""


def body_of(schema: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    """The `requestBody` of a route that reads its body itself."""
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


def components() -> dict[str, Any]:
    """Every schema that the document refers to."""
    contract = PatientContract.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    inner = contract.pop("$defs", {})
    return {**SCHEMAS, **inner, "PatientContract": contract}
