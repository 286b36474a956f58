"""The answers of the log of access and of the published seals, for the OpenAPI document."""

from app.api.schemas import Json

_NAMES: Json = {"type": ["object", "null"], "properties": {"sv": {"type": "string"}, "en": {"type": "string"}}}
_ACCESS: Json = {
    "type": "object",
    "required": ["at", "callerKind", "action", "who", "what", "why"],
    "properties": {
        "at": {"type": "string", "format": "date-time"},
        "callerKind": {"type": "string", "enum": ["citizen", "staff", "system"]},
        "role": {"type": ["string", "null"]},
        "giver": {"type": ["string", "null"], "description": "HSA-id"},
        "giverName": _NAMES,
        "unit": {"type": ["string", "null"], "description": "HSA-id"},
        "unitName": _NAMES,
        "action": {"type": "string"},
        "purpose": {"type": ["string", "null"]},
        "who": {"type": "string", "description": "In Swedish: a role at a unit, a system, or a citizen."},
        "what": {"type": "string", "description": "In Swedish: what was done, with the kinds of information."},
        "why": {"type": "string", "description": "In Swedish: the purpose."},
    },
}
ACCESS_LOG: Json = {
    "description": "Who has had access, newest first. `next` is the `before` of the next page, null at the end.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["patient", "entries", "next"],
                "properties": {
                    "patient": {"type": "string"},
                    "entries": {"type": "array", "items": _ACCESS},
                    "next": {"type": ["string", "null"]},
                },
            }
        }
    },
}
SEALS: Json = {
    "description": "The signed roots: `seals`, each a compact JWS (Ed25519), oldest first.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["seals"],
                "properties": {"seals": {"type": "array", "items": {"type": "string"}}},
            }
        }
    },
}
