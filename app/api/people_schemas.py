"""The body and the answer of `POST /api/people` in the OpenAPI document."""

from app.api.schemas import Json, request_body
from app.fhir.codes import PROTECTED_CODES

PERSON: Json = {
    "description": "The Patient's id, and what became of the record.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["patient", "state"],
                "properties": {
                    "patient": {"type": "string"},
                    "state": {"enum": ["new", "changed", "unchanged", "older"]},
                },
            }
        }
    },
}

_NUMBER = {"type": "string", "description": "A personal number of twelve characters."}
_NAME_PART = {"type": "string", "maxLength": 80}
PERSON_BODY = request_body(
    {
        "type": "object",
        "required": ["number", "registered", "protection"],
        "additionalProperties": False,
        "properties": {
            "number": _NUMBER,
            "registered": {"type": "string", "format": "date-time", "description": "The register's own time."},
            "given": _NAME_PART,
            "middle": _NAME_PART,
            "family": _NAME_PART,
            "birthDate": {"type": "string", "format": "date"},
            "deceased": {"type": ["boolean", "string"], "description": "Whether the person has died, or the day."},
            "protection": {"type": "array", "items": {"enum": sorted(PROTECTED_CODES)}},
            "former": {"type": "array", "items": _NUMBER, "description": "Numbers that this one has replaced."},
            "guardians": {"type": "array", "items": _NUMBER, "description": "Left out: as they are."},
        },
    }
)
