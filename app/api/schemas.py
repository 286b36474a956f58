"""The bodies, headers and answers of the OpenAPI document: endpoints hand over bytes, so no model describes them.

https://spec.openapis.org/oas/v3.1.0
"""

from typing import Any

from app.contracts.patient_contract import PatientContract
from app.fhir.ids import ID

Json = dict[str, Any]
Responses = dict[int | str, Json]
"""Answers by HTTP status."""


def request_body(schema: Json, media_type: str = "application/json") -> Json:
    """The body of a request with this schema."""
    return {"required": True, "content": {media_type: {"schema": schema}}}


def _header(name: str, description: str) -> Json:
    schema = {"anyOf": [{"type": "string"}, {"type": "null"}], "description": description, "title": name.title()}
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": description}


OUTCOME: Json = {
    "description": "An OperationOutcome that names the element and the fix.",
    "content": {"application/fhir+json": {"schema": {"$ref": "#/components/schemas/OperationOutcome"}}},
}

ERRORS: Responses = dict.fromkeys((400, 401, 403, 404, 406, 413, 415, 429, 503), OUTCOME)
WRITE_ERRORS: Responses = {
    **ERRORS, **dict.fromkeys((409, 412, 422, 428), OUTCOME),
}  # fmt: skip

VALIDATION: Json = {
    **OUTCOME, "description": "An OperationOutcome with every issue, or one information that there is none.",
}  # fmt: skip
SMART_CONFIGURATION: Json = {"description": "The configuration by SMART App Launch."}
STATEMENT: Json = {"description": "A CapabilityStatement."}
NOT_MODIFIED: Json = {"description": "Not modified."}
NOT_READY: Json = {"description": "The database does not answer."}
FHIR_BUNDLE: Json = {
    "description": "A FHIR R4 Bundle.",
    "content": {"application/fhir+json": {"schema": {"$ref": "#/components/schemas/Bundle"}}},
}
FHIR_RESOURCE: Json = {
    "description": "A FHIR R4 resource, with its version as ETag.",
    "content": {"application/fhir+json": {"schema": {"$ref": "#/components/schemas/Resource"}}},
}
OVERVIEW: Json = {
    "description": "The overview; times are instants, days are local Swedish days.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Overview"}}},
}
CONTRACT: Json = {
    "description": "The patient contract, with an id for each part; its ETag changes with every part.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PatientContract"}}},
}
OLD_CONTRACT: Json = {**CONTRACT, "description": "The patient contract as it was."}
REVISIONS: Json = {
    "description": "The revisions, newest first.",
    "content": {
        "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/NumberedRevision"}}}
    },
}
UNMAPPED: Json = {
    "description": "The elements that a contract cannot hold, by resource and path.",
    "content": {
        "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/UnmappedElement"}}}
    },
}

PATIENT = {"type": "string", "pattern": f"^Patient/{ID}$"}

PATIENT_BODY = request_body(
    {"type": "object", "required": ["patient"], "additionalProperties": False, "properties": {"patient": PATIENT}}
)
CONTRACT_BODY = request_body({"$ref": "#/components/schemas/PatientContract"})
RESOURCE_BODY = request_body({"$ref": "#/components/schemas/Resource"}, "application/fhir+json")

IF_MATCH = _header("if-match", 'The version that was read: W/"3".')
IF_MATCH_CONTRACT = _header("if-match", "The ETag that the contract had when it was read.")
IF_NONE_MATCH = _header("if-none-match", "An ETag that the client already has.")

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
_ACTOR: Json = {
    "type": "object",
    "properties": {
        "role": {"type": "string"},
        "name": {"type": "string"},
        "unit": {"type": "string"},
        "start": {"type": "string"},
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
        "planType": {
            "type": "string",
            "description": "Of a plan: a code of Inera's TypeOfCarePlan, or patient-contract.",
        },
        "planTypeText": _TEXT,
        "status": {"type": "string"},
        "statusText": _TEXT,
        "start": {"type": "string"},
        "end": {"type": "string"},
        "who": {"type": "array", "items": {"type": "string"}},
        "where": {"type": "string"},
        "intent": {"enum": ["proposal", "option"], "description": "Not decided yet: a proposal or an option."},
        "code": {
            "type": "object",
            "description": "Of an activity: system, code and display from a published code system.",
        },
        "activityKind": {"type": "string", "description": "Of an activity: its kind, such as medication."},
        "activityKindText": _TEXT,
        "category": {"enum": ["health", "social", "home-care"], "description": "The part of care that does it."},
        "categoryText": _TEXT,
        "doer": {"enum": ["relative", "outside"], "description": "Of an activity that others do: who does it."},
        "doerText": _TEXT,
        "urgency": {"type": "string", "description": "How soon: a code of FHIR's request-priority."},
        "urgencyText": _TEXT,
        "profession": {"type": "string", "description": "Of a permanent contact: the profession."},
        "instruction": {"type": "string"},
        "role": {"description": "Of an activity: a text. Of a contact: a text in both languages."},
        "principal": {"enum": ["region", "municipality"], "description": "The principal that is responsible for it."},
        "principalText": _TEXT,
        "meets": {"type": "array", "items": _ACTOR, "description": "Of a time: the people whom the person meets."},
        "rescheduledFrom": {
            "type": "string",
            "format": "date-time",
            "description": "Of a time that was moved: the time before.",
        },
        "achievement": {"type": "string", "description": "Of a goal: a code of FHIR's goal-achievement."},
        "achievementText": _TEXT,
        "acceptance": {
            "enum": ["agree", "disagree", "pending"],
            "description": "Of a goal: whether the person accepts it.",
        },
        "acceptanceText": _TEXT,
        "professionalGoals": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
        "document": {"type": "boolean", "description": "Of a plan: true if it exists as a document only."},
        "contentType": {"type": "string"},
        "created": {"type": "string"},
        "link": {"type": "string", "format": "uri"},
        "agreement": {
            "$ref": "#/components/schemas/ShownAgreement",
            "description": "The content of a contract that is not the current agreement, such as a SIP.",
        },
        "substitutes": {"type": "array", "items": _ACTOR, "description": "Of a permanent contact."},
        "handover": {
            **_ACTOR,
            "description": "Of a permanent contact: the next one, from start.",
        },
        "origins": {
            "type": "array",
            "items": _ORIGIN,
            "description": "Every system that holds this; this server first.",
        },
        "conflict": {"type": "boolean", "description": "The giver's own systems do not agree on status or time."},
    },
    "additionalProperties": True,
}
_PARTS = {"type": "array", "items": {"$ref": "#/components/schemas/Part"}}
_PART_OR_NOT = {"oneOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]}
_MAYBE = {"type": ["string", "null"]}

_AGREEMENT: Json = {
    "type": "object",
    "description": "A contract as shown in the overview. A member without content is an empty list or null.",
    "properties": {
        "reference": _MAYBE,
        "title": _MAYBE,
        "planType": {"enum": ["patient-contract", "SIP"]},
        "planTypeText": _TEXT,
        "status": {"type": "string"},
        "statusText": _TEXT,
        "start": {"type": "string", "format": "date"},
        "end": {"type": "string", "format": "date"},
        "whatMatters": _MAYBE,
        "aboutMe": {
            "description": "story, needs, wishes, language (BCP 47), languageText, interpreter, support, authored.",
            **_PART_OR_NOT,
        },
        "sevenQuestions": {"description": "answers: question, questionText, answer, answerText, comment.", **_PARTS},
        "computed": {
            "type": "array",
            "description": "The overview's own answers to questions 4 to 7; only in the current agreement.",
            "items": {
                "type": "object",
                "required": ["question", "questionText", "holds", "holdsText"],
                "properties": {
                    "question": {"type": "integer", "minimum": 4, "maximum": 7},
                    "questionText": _TEXT,
                    "holds": {"type": "boolean"},
                    "holdsText": _TEXT,
                },
            },
        },
        "goals": _PARTS,
        "iDo": _PARTS,
        "careDoes": _PARTS,
        "othersDo": _PARTS,
        "ifWorse": _PARTS,
        "contactWays": {"type": "array", "items": {"type": "object"}},
        "relatives": {"description": "name, relation, relationText, contactWays, takesPart.", **_PARTS},
        "copies": {
            "type": "array",
            "items": {
                **_ACTOR,
                "description": "A receiver of a copy (how, howText, on). A copy gives no access.",
            },
        },
        "review": _PART_OR_NOT,
        "confirmations": {"description": "party, partyText, name, at.", **_PARTS},
        "sip": {
            "oneOf": [
                {
                    "type": "object",
                    "description": "The members that only a SIP has.",
                    "properties": {
                        "principals": {"type": "array", "items": {"type": "object"}},
                        "overall": {"enum": ["region", "municipality"]},
                        "overallText": _TEXT,
                        "consent": _PART_OR_NOT,
                        "summons": _PART_OR_NOT,
                    },
                },
                {"type": "null"},
            ]
        },
    },
}

SCHEMAS: Json = {
    "OperationOutcome": {"type": "object", "properties": {"resourceType": {"const": "OperationOutcome"}}},
    "Bundle": {"type": "object", "properties": {"resourceType": {"const": "Bundle"}}},
    "Resource": {"type": "object", "required": ["resourceType"], "properties": {"resourceType": {"type": "string"}}},
    "Part": _PART,
    "ShownAgreement": _AGREEMENT,
    "OtherParts": {
        **_AGREEMENT,
        "description": "Parts of one giver that belong to no contract here, with the members of an agreement.",
        "required": ["giver"],
        "properties": {"giver": {"type": ["string", "null"]}, **_AGREEMENT["properties"]},
    },
    "NumberedRevision": {
        "type": "object",
        "required": ["version", "recorded"],
        "properties": {
            "version": {"type": "integer", "minimum": 1},
            "recorded": {"type": "string", "format": "date-time"},
            "action": {"enum": ["create", "revise", "end", "replace", "reopen"]},
            "reason": {"type": "string"},
            "by": {"$ref": "#/components/schemas/WrittenBy"},
        },
    },
    "UnmappedElement": {
        "type": "object",
        "required": ["reference", "element"],
        "properties": {
            "reference": {"type": "string", "description": "The resource, Type/id."},
            "element": {"type": "string", "description": "The element's path, such as Goal.note[0].time."},
        },
    },
    "Overview": {
        "type": "object",
        "required": [
            "patient",
            "complete",
            "sources",
            "givers",
            "nextStep",
            "agreement",
            "contacts",
            "times",
            "plans",
            "otherParts",
            "timeline",
        ],
        "properties": {
            "patient": {
                "type": "object",
                "required": ["reference"],
                "properties": {
                    "reference": {"type": "string"},
                    "name": {"type": "string"},
                    "birthDate": {"type": "string"},
                    "deceased": {"type": ["boolean", "string"], "description": "True, or the time of death."},
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
            "givers": {
                "type": "object",
                "description": "The names of the givers in the overview, by HSA-id, from the directory.",
                "additionalProperties": _TEXT,
            },
            "nextStep": _PART_OR_NOT,
            "agreement": {"oneOf": [{"$ref": "#/components/schemas/ShownAgreement"}, {"type": "null"}]},
            "contacts": _PARTS,
            "times": _PARTS,
            "plans": _PARTS,
            "otherParts": {"type": "array", "items": {"$ref": "#/components/schemas/OtherParts"}},
            "timeline": {"type": "array", "items": {"type": "object"}},
        },
    },
}
"""The schemas of answers that no model describes."""


def components() -> Json:
    """Every schema to which the OpenAPI document refers."""
    contract = PatientContract.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    inner = contract.pop("$defs", {})
    return {**SCHEMAS, **inner, "PatientContract": contract}
