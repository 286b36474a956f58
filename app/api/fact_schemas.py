"""The bodies, parameters and answers of the facts about a person in the OpenAPI document."""

from app.access.fact_kinds import FACT_KINDS
from app.api.schemas import PATIENT, Json, request_body

ENDED: Json = {"description": "Ended."}
FACT: Json = {
    "description": "The fact; an emergency opening also says which givers share and which have blocked.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Fact"}}},
}
FACT_LIST: Json = {
    "description": "The facts, those in force first.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"facts": {"type": "array", "items": {"$ref": "#/components/schemas/Fact"}}},
            }
        }
    },
}
REVIEW: Json = {
    "description": "Emergency openings and attempts, newest first; `next` is the `before` of the next page.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "openings": {"type": "array", "items": {"type": "object"}},
                    "next": {"type": ["string", "null"]},
                },
            }
        }
    },
}
EXISTENCE: Json = {
    "description": "What exists, and never how much, whose or what.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "othersHoldInformation": {"type": "boolean"},
                    "blockedWithinGiver": {"type": "boolean"},
                },
            }
        }
    },
}


def _parameter(name: str, description: str) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": description}


BEFORE = _parameter("before", "The value of next in the page before.")
FACT_QUERY = (
    _parameter("patient", "Patient/id; without it oneself."),
    _parameter("reason", "consent or emergency: why staff need to know which units have blocked."),
)

_PERSON = {
    "patient": PATIENT,
    "person": {
        "type": "object",
        "description": "Instead of patient: the personal number.",
        "required": ["system", "value"],
        "properties": {"system": {"type": "string"}, "value": {"type": "string"}},
    },
}
EXISTENCE_BODY = request_body({"type": "object", "additionalProperties": False, "properties": _PERSON})
_FACT_MEMBERS: dict[str, Json] = {
    "kind": {"enum": ["outer", "inner"], "description": "Of a block; outer without it."},
    "giver": {"type": "string", "description": "HSA-id of whom it is for, or whose information is blocked."},
    "unit": {"type": "string"},
    "employee": {"type": "string"},
    "starts": {"type": "string", "format": "date-time"},
    "ends": {"type": "string", "format": "date-time"},
    "informed": {
        "description": "When the person was told what sharing means; true is now.",
        "anyOf": [{"type": "string", "format": "date-time"}, {"const": True}],
    },
    "informationFrom": {"type": "string", "description": "A block's period of information: its first day."},
    "informationTo": {"type": "string", "description": "Its last day."},
    "guardian": {"type": "string", "description": "Of a closed guardian: Patient/id."},
    "block": {"type": "string", "description": "The id of the block that is lifted for a time."},
    "reason": {"type": "string", "description": "Of a lifting consent or emergency, of an opening the reason."},
    "wishesClarified": {"const": True},
    "objection": {"const": False},
}
FACT_BODY = request_body({"type": "object", "additionalProperties": False, "properties": _PERSON | _FACT_MEMBERS})
FACT_SCHEMA: Json = {
    "type": "object",
    "required": ["id", "kind", "starts"],
    "properties": {
        "id": {"type": "string"},
        "recorded": {"type": "string", "format": "date-time"},
        "recordedBy": {"type": "string"},
        "endedBy": {"type": "string"},
        "givers": {"type": "array", "items": {"type": "object"}},
        **{name: value for name, value in _FACT_MEMBERS.items() if name not in {"wishesClarified", "objection"}},
        "kind": {"enum": [*FACT_KINDS]},
    },
}
