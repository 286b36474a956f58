"""R4's invariants about which elements go together, as JSON Schemas, which are compiled into their types.

A row's name is FHIR's own key of the invariant; `app.fhir.check.messages` has its sentence.
"""

from collections.abc import Mapping
from typing import Any, Final

from app.fhir.codes import UCUM

Schema = Mapping[str, Any]


def _has(*names: str) -> Schema:
    """Any of these elements is present, or its `_` sibling."""
    return {"anyOf": [{"required": [spelling]} for name in names for spelling in (name, f"_{name}")]}


def _needs(name: str, *others: str) -> Schema:
    """If the element is present, the others are too."""
    return {"if": _has(name), "then": {"allOf": [_has(other) for other in others]}}


def _not_both(first: str, second: str) -> Schema:
    return {"not": {"allOf": [_has(first), _has(second)]}}


def _is(name: str, *values: str) -> Schema:
    return {"required": [name], "properties": {name: {"enum": list(values)}}}


def _of_unit(*, of_one: bool = False) -> Schema:
    """A value has a code, the system is UCUM."""
    code: Schema = {"properties": {"code": {"const": "1"}}} if of_one else {}
    return {"allOf": [_needs("value", "code"), {"properties": {"system": {"const": UCUM}}}, code]}


_NOT_AT_HOME: Final[Schema] = {"items": {"not": _is("use", "home")}}
_ONE_OF_BOTH: Final[Schema] = {"allOf": [_has("path", "searchParam"), _not_both("path", "searchParam")]}
_HOLDS_REQUESTS: Final = ("batch", "transaction", "history")
_HOLDS_RESPONSES: Final = ("batch-response", "transaction-response", "history")
_QUANTITY: Final = {"qty-3": _needs("code", "system")}


def _entries(name: str, *kinds: str) -> Schema:
    """Entries have this element in these kinds of Bundle, and in no other."""
    with_it: Schema = {"properties": {"entry": {"items": {"required": [name]}}}}
    without: Schema = {"properties": {"entry": {"items": {"not": {"required": [name]}}}}}
    return {"if": _is("type", *kinds), "then": with_it, "else": without}


def _first(bundle_type: str, first: str) -> Schema:
    resource = {"properties": {"resource": _is("resourceType", first)}, "required": ["resource"]}
    entry = {"required": ["entry"], "properties": {"entry": {"prefixItems": [resource]}}}
    return {"if": _is("type", bundle_type), "then": entry}


INVARIANT_SCHEMAS: Final[Mapping[str, Mapping[str, Schema]]] = {
    "Age": _QUANTITY
    | {"age-1": {"allOf": [_of_unit(), {"properties": {"value": {"exclusiveMinimum": 0}}}]}},
    "Appointment": {
        "app-2": {"if": _has("start"), "then": _has("end"), "else": {"not": _has("end")}},
        "app-3": {
            "if": {"not": {"allOf": [_has("start"), _has("end")]}},
            "then": _is("status", "proposed", "cancelled", "waitlist"),
        },
        "app-4": {"if": _has("cancelationReason"), "then": _is("status", "no-show", "cancelled")},
    },
    "Appointment.participant": {"app-1": _has("type", "actor")},
    "Attachment": {"att-1": _needs("data", "contentType")},
    "AuditEvent.entity": {"sev-1": _not_both("name", "query")},
    "Bundle": {
        "bdl-1": {"if": _has("total"), "then": _is("type", "searchset", "history")},
        "bdl-2": {
            "if": {"not": _is("type", "searchset")},
            "then": {"properties": {"entry": {"items": {"not": {"required": ["search"]}}}}},
        },
        "bdl-3": _entries("request", *_HOLDS_REQUESTS),
        "bdl-4": _entries("response", *_HOLDS_RESPONSES),
        "bdl-9": {
            "if": _is("type", "document"),
            "then": {
                "required": ["identifier"],
                "properties": {"identifier": {"allOf": [_has("system"), _has("value")]}},
            },
        },
        "bdl-10": {"if": _is("type", "document"), "then": {"required": ["timestamp"]}},
        "bdl-11": _first("document", "Composition"),
        "bdl-12": _first("message", "MessageHeader"),
    },
    "Bundle.entry": {
        "bdl-5": {"anyOf": [{"required": [name]} for name in ("resource", "request", "response")]},
        "bdl-8": {"properties": {"fullUrl": {"not": {"pattern": "/_history/"}}}},
    },
    "CarePlan.activity": {"cpl-3": _not_both("detail", "reference")},
    "Consent": {"ppc-1": _has("policy", "policyRule")},
    "ContactPoint": {"cpt-2": _needs("value", "system")},
    "Count": _QUANTITY | {"cnt-3": _of_unit(of_one=True)},
    "DataRequirement.codeFilter": {"drq-1": _ONE_OF_BOTH},
    "DataRequirement.dateFilter": {"drq-2": _ONE_OF_BOTH},
    "Distance": _QUANTITY | {"dis-1": _of_unit()},
    "Duration": _QUANTITY
    | {
        "drt-1": {
            "if": _has("code"),
            "then": {"allOf": [_is("system", UCUM), _has("value")]},
        }
    },
    "Expression": {"exp-1": _has("expression", "reference")},
    "Goal.target": {
        "gol-1": {
            "if": _has(*(f"detail{kind}" for kind in (
                "Boolean", "CodeableConcept", "Integer", "Quantity", "Range", "Ratio", "String",
            ))),
            "then": _has("measure"),
        },
    },
    "Organization": {
        "org-1": _has("identifier", "name"),
        "org-2": {"properties": {"address": _NOT_AT_HOME}},
        "org-3": {"properties": {"telecom": _NOT_AT_HOME}},
    },
    "Patient.contact": {"pat-1": _has("name", "telecom", "address", "organization")},
    "Quantity": _QUANTITY,
    "QuestionnaireResponse.item": {"qrs-1": _not_both("answer", "item")},
    "Ratio": {
        "rat-1": {
            "if": _has("numerator"),
            "then": _has("denominator"),
            "else": {"allOf": [{"not": _has("denominator")}, {"required": ["extension"]}]},
        },
    },
    "ServiceRequest": {"prr-1": _needs("orderDetail", "code")},
    "SimpleQuantity": {"sqty-1": {"not": _has("comparator")}},
    "Timing.repeat": {
        "tim-1": _needs("duration", "durationUnit"),
        "tim-2": _needs("period", "periodUnit"),
        "tim-4": {"properties": {"duration": {"minimum": 0}}},
        "tim-5": {"properties": {"period": {"minimum": 0}}},
        "tim-6": _needs("periodMax", "period"),
        "tim-7": _needs("durationMax", "duration"),
        "tim-8": _needs("countMax", "count"),
        "tim-9": {
            "if": _has("offset"),
            "then": {
                "required": ["when"],
                "properties": {"when": {"items": {"not": {"enum": ["C", "CM", "CD", "CV"]}}}},
            },
        },
        "tim-10": _not_both("timeOfDay", "when"),
    },
    "TriggerDefinition": {
        "trd-2": _needs("condition", "data"),
        "trd-3": {
            "allOf": [
                {"if": _is("type", "named-event"), "then": _has("name")},
                {"if": {"required": ["type"], "properties": {"type": {"pattern": "^data-"}}}, "then": _has("data")},
            ],
        },
    },
}  # fmt: skip
"""Type, backbone element, or profile that a type stands with -> invariant -> schema of the object."""
