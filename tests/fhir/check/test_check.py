"""The check finds what breaks R4, names the element, and repeats no value."""

import json
from decimal import Decimal
from pathlib import Path
from time import process_time

import pytest

from app.errors import MOST_FAULTS
from app.fhir.check.check import check, checker
from app.fhir.check.invariants import CONTAINED_INVARIANTS, OBJECT_INVARIANTS, TYPE_INVARIANTS
from app.fhir.check.messages import MESSAGES
from app.fhir.check.schema_errors import FAULTS_BY_ERROR, error_faults
from app.fhir.codes import AGREEMENT_PART as PARTS
from app.fhir.strict_json import parse
from app.fhir.types import CHECKED_TYPES, CONTAINED_TYPES
from fhir_profiles.compiler.r4_invariants import INVARIANT_SCHEMAS

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.json"))
NAMESPACE = "http://www.w3.org/1999/xhtml"
UCUM = "http://unitsofmeasure.org"
PATIENT = {"reference": "Patient/p"}
START, END = "2026-05-17T10:00:00+02:00", "2026-05-17T10:30:00+02:00"
EXTENSION = [{"url": "urn:a", "valueBoolean": True}]
EXTENDED = {"extension": EXTENSION}

PLAN = {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": PATIENT}
TEAM = {"resourceType": "CareTeam", "subject": PATIENT}
GOAL = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "a"}, "subject": PATIENT}
TIME = {
    "resourceType": "Appointment",
    "status": "booked",
    "start": START,
    "end": END,
    "participant": [{"status": "accepted", "actor": PATIENT}],
}
ORDER = {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": PATIENT}
TASK = {"resourceType": "Task", "status": "draft", "intent": "order"}
PERSON = {"resourceType": "Patient", "active": True}
UNIT = {"resourceType": "Organization", "name": "a"}
CONSENT = {
    "resourceType": "Consent",
    "status": "active",
    "scope": {"text": "a"},
    "category": [{"text": "a"}],
    "policyRule": {"text": "a"},
}
EVENT = {
    "resourceType": "AuditEvent",
    "type": {"code": "rest"},
    "recorded": START,
    "agent": [{"requestor": True}],
    "source": {"observer": {"display": "a"}},
}
CONDITION = {"resourceType": "Condition", "id": "c", "subject": {"reference": "#"}}
RANGES = {
    "resourceType": "Observation",
    "id": "r",
    "status": "final",
    "code": {"text": "a"},
    "referenceRange": [{"low": {"value": 2}, "high": {"value": 1}}],
}
BUNDLE = {"resourceType": "Bundle", "type": "collection"}
DOCUMENT = {
    "type": "document",
    "identifier": {"system": "urn:a", "value": "1"},
    "timestamp": START,
    "entry": [{"resource": {"resourceType": "Composition"}}],
}


ANSWERS = {"resourceType": "QuestionnaireResponse", "status": "completed"}
URN = "urn:uuid:0f0e0d0c-0b0a-4908-8706-a5b4c3d2e1f0"


def asked_for(resource, **more):
    """An entry of a transaction."""
    return {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}, **more}


def valued(kind, value):
    """An extension with a value of this type."""
    return {"extension": [{"url": "urn:a", f"value{kind}": value}]}


def timing(**repeat):
    """An order that repeats."""
    return {"occurrenceTiming": {"repeat": repeat}}


def inside(*resources):
    """Contained resources, each referred to."""
    return {
        "contained": list(resources),
        "supportingInfo": [{"reference": f"#{each['id']}"} for each in resources],
    }


def narrative(div):
    """A narrative."""
    return {"text": {"status": "generated", "div": div}}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_official_examples_pass(path):
    """One of each type at least."""
    assert check(parse(path.read_bytes())) == []


def test_there_is_a_schema_for_each_type():
    """And each of them compiles; an example shows each type that is taken in."""
    for kind in CHECKED_TYPES + CONTAINED_TYPES:
        assert not checker(kind).validator.is_valid({})
    assert {json.loads(path.read_bytes())["resourceType"] for path in EXAMPLES} == set(CHECKED_TYPES)


@pytest.mark.parametrize(
    "resource",
    [
        PLAN,
        TEAM,
        GOAL,
        TIME,
        ORDER,
        TASK,
        PERSON,
        UNIT,
        CONSENT,
        EVENT,
        BUNDLE,
        PLAN | {"_status": {"id": "a", "extension": EXTENSION}},
        {"resourceType": "Bundle", "type": "collection", "link": [{"_relation": EXTENDED, "_url": EXTENDED}]},
        PLAN | {"created": "2024-02-29"},
        PLAN | {"created": "2000-02-29T23:59:60.123Z"},
        PLAN | {"period": {"start": "2026-05-17T10:00:00Z", "end": "2026-05-17"}},
        PLAN | {"period": {"start": "2026-05-17", "end": "2026-05"}},
        PLAN | {"period": {"start": START, "end": END}},
        PLAN | {"instantiatesUri": ["urn:a", None], "_instantiatesUri": [None, {"extension": EXTENSION}]},
        PLAN | {"_instantiatesUri": [{"extension": EXTENSION}]},
        PLAN | valued("Decimal", Decimal("1.00")),
        PLAN | valued("Quantity", {"value": 1.5, "system": UCUM, "code": "kg"}),
        PLAN | valued("Range", {"low": {"value": 1, "code": "a", "system": "urn:a"}, "high": {"value": 0}}),
        PLAN | valued("Range", {"low": {"value": 1}, "high": {"value": 2}}),
        PLAN | valued("Range", {"low": {"unit": "a"}, "high": {"value": 2}}),
        PLAN | valued("Ratio", {"numerator": {"value": 1}, "denominator": {"value": 1}}),
        PLAN | valued("Ratio", {"extension": EXTENSION}),
        PLAN | valued("SampledData", {"origin": {"value": 1}, "period": 1, "dimensions": 1, "data": "1 2"}),
        PLAN | valued("Age", {"value": 5, "system": UCUM, "code": "a"}),
        PLAN | valued("Attachment", {"contentType": "text/plain", "data": "YWJj\nYWI="}),
        PLAN | valued("Base64Binary", "YQ=="),
        PLAN | narrative(f'<div xmlns="{NAMESPACE}">a</div>'),
        PLAN | inside({"resourceType": "Condition", "id": "c", "subject": PATIENT}),
        PLAN | {"contained": [TASK | {"id": "t", "focus": {"reference": "#"}}]},
        PLAN | inside(TASK | {"id": "t", "focus": {"reference": "#"}}),
        TEAM
        | {"participant": [{"member": {"reference": "Practitioner/a"}, "onBehalfOf": {"reference": "Organization/o"}}]},
        TEAM | {"participant": [{"onBehalfOf": {"reference": "Organization/o"}}, {"member": PATIENT}]},
        TASK | {"authoredOn": "2026-05-17", "lastModified": START},
        TASK | {"authoredOn": "2026-05-17"},
        BUNDLE | {"type": "history", "total": 1},
        BUNDLE
        | {"type": "transaction", "entry": [asked_for(PLAN | {"subject": {"reference": "Patient?identifier=1"}})]},
        BUNDLE
        | {
            "type": "transaction",
            "entry": [asked_for(PLAN | {"careTeam": [{"reference": URN}]}), asked_for(TEAM, fullUrl=URN)],
        },
        PLAN | {"author": {"reference": "https://ehr.example/units/42"}},
        PLAN | {"author": {"reference": "https://ehr.example/fhir/Patient/42", "type": "Patient"}},
        PLAN | {"author": {"reference": "#o", "type": "Organization"}, "contained": [UNIT | {"id": "o"}]},
        PLAN | {"contained": [RANGES], "supportingInfo": [{"reference": "#r"}]},
        PLAN | {"instantiatesCanonical": ["#a", "urn:oid:1.2.752", "https://a.example/a|1"]},
        PLAN | valued("Quantity", {"value": 1, "comparator": "<"}),
        PERSON | {"birthDate": "1950-09-07", "_birthDate": {"id": "b"}},
        PERSON | {"name": [{"given": ["Anna", "Eva"], "_given": [{"id": "g"}, None]}]},
        BUNDLE | {"entry": [{"fullUrl": "urn:a", "resource": UNIT}, {"fullUrl": "urn:b", "resource": UNIT}]},
    ],
)
def test_what_is_valid_is_let_through(resource):
    """Edges that others refuse."""
    assert check(resource) == []


BROKEN = [
    (PLAN | {"status": "foo"}, "code-invalid", "CarePlan.status", "active, completed"),
    (PLAN | {"AnnaSvensson": 1}, "structure", "CarePlan.(unknown)", "no such element"),
    (PLAN | {"participant": 1}, "structure", "CarePlan.participant", "no such element"),
    (PLAN | {"195009072553": 1}, "structure", "CarePlan.(unknown)", "no such element"),
    (PLAN | {"resourceType": "CarePlan", "title": 1}, "value", "CarePlan.title", "a text"),
    (PLAN | {"title": ""}, "value", "CarePlan.title", "not empty"),
    (PLAN | {"title": " \n"}, "value", "CarePlan.title", "not empty"),
    (PLAN | {"title": None}, "value", "CarePlan.title", "a text"),
    (PLAN | {"_instantiatesUri": ["a"]}, "structure", "CarePlan._instantiatesUri[0]", "an object"),
    (PLAN | {"title": "a" * 1_048_577}, "too-long", "CarePlan.title", "mebibyte"),
    (PLAN | {"created": "2026-02-30"}, "value", "CarePlan.created", "a date"),
    (PLAN | {"created": "1900-02-29"}, "value", "CarePlan.created", "a date"),
    (PLAN | {"created": "2026-05-17\n"}, "value", "CarePlan.created", "a date"),
    (PLAN | {"created": "2026-05-17T10:00:00"}, "value", "CarePlan.created", "zone"),
    (PLAN | {"subject": {}}, "structure", "CarePlan.subject", "empty"),
    (PLAN | {"subject": {"id": "a"}}, "structure", "CarePlan.subject", "empty"),
    (PLAN | {"subject": [PATIENT]}, "structure", "CarePlan.subject", "an object"),
    (PLAN | {"subject": {"reference": "Goal/1"}}, "value", "CarePlan.subject.reference", "Group or Patient"),
    (PLAN | {"subject": {"reference": 1}}, "structure", "CarePlan.subject.reference", "a text"),
    (PLAN | {"subject": {"reference": "urn:uuid:1", "type": "Goal"}}, "value", "CarePlan.subject.type", "Group or Patient"),
    (PLAN | {"author": {"reference": "https://ehr.example/fhir/Goal/42"}}, "value", "CarePlan.author.reference", "Patient"),
    (BUNDLE | {"entry": [{"resource": PLAN | {"careTeam": [{"reference": URN}]}}, {"fullUrl": URN, "resource": UNIT}]}, "value", "Bundle.entry[0].resource.careTeam[0].reference", "to CareTeam."),
    (PERSON | {"_birthDate": {"id": "b"}}, "structure", "Patient.birthDate", "only an id"),
    (PERSON | {"name": [{"_given": [{"id": "g"}]}]}, "structure", "Patient.name[0].given", "only an id"),
    (PERSON | {"name": [{"given": ["Anna", None], "_given": [None, {"id": "g"}]}]}, "structure", "Patient.name[0].given", "only an id"),
    (PLAN | {"encounter": {"reference": "Goal/1"}}, "value", "CarePlan.encounter.reference", "to Encounter."),
    (PLAN | {"goal": []}, "structure", "CarePlan.goal", "empty"),
    (PLAN | {"goal": PATIENT}, "structure", "CarePlan.goal", "a list"),
    (PLAN | {"contained": 5}, "structure", "CarePlan.contained", "a list"),
    (PLAN | {"contained": [5]}, "structure", "CarePlan.contained[0]", "an object"),
    (PLAN | {"id": "a b"}, "value", "CarePlan.id", "hyphen"),
    (PLAN | {"instantiatesUri": [None]}, "structure", "CarePlan.instantiatesUri", "null"),
    (PLAN | {"_instantiatesUri": [None]}, "structure", "CarePlan.instantiatesUri", "null"),
    (PLAN | {"instantiatesUri": ["a"], "_instantiatesUri": [None, {"extension": EXTENSION}]}, "structure", "CarePlan.instantiatesUri", "equally long"),
    (PLAN | {"instantiatesUri": ["a b"]}, "value", "CarePlan.instantiatesUri[0]", "URI"),
    (PLAN | {"instantiatesUri": ["urn:oid:x"]}, "value", "CarePlan.instantiatesUri[0]", "OID"),
    (PLAN | {"instantiatesCanonical": ["x"]}, "value", "CarePlan.instantiatesCanonical[0]", "absolute"),
    (PLAN | {"supportingInfo": [{"reference": "Goal/1 or so"}]}, "value", "CarePlan.supportingInfo[0].reference", "without spaces"),
    *((PLAN | {"language": code}, "value", "CarePlan.language", "a code") for code in ("sv\tSE", "sv\nSE", "sv\u00a0SE", "sv  SE")),
    (PLAN | {"activity": [{"detail": {"status": "a"}}]}, "code-invalid", "CarePlan.activity[0].detail.status", "scheduled"),
    (PLAN | {"activity": [{"detail": {"status": "unknown", "scheduledString": "a", "scheduledPeriod": {"start": "2026"}}}]}, "structure", "CarePlan.activity[0].detail", "Only one of scheduledTiming, scheduledPeriod and scheduledString"),
    (PLAN | inside({"resourceType": "Foo", "id": "a"}), "not-supported", "CarePlan.contained[0]", "not taken"),
    (PLAN | inside({"resourceType": "Goal", "id": "a"}), "required", "CarePlan.contained[0].subject", "missing"),
    (PLAN | valued("Attachment", {"contentType": "text", "url": "urn:a"}), "value", "CarePlan.extension[0].valueAttachment.contentType", "code system"),
    (PLAN | valued("Dosage", {"doseAndRate": [{"type": {"text": "a"}, "doseRange": {"low": {"value": 1}}, "doseQuantity": {"value": 1}}]}), "structure", "CarePlan.extension[0].valueDosage.doseAndRate[0]", "doseRange and doseQuantity"),
    (PLAN | valued("Base64Binary", "a"), "value", "CarePlan.extension[0].valueBase64Binary", "base64"),
    (PLAN | valued("Boolean", "true"), "value", "CarePlan.extension[0].valueBoolean", "true or false"),
    (PLAN | valued("Decimal", "1"), "value", "CarePlan.extension[0].valueDecimal", "a number"),
    (PLAN | {"modifierExtension": [{"valueString": "a"}]}, "required", "CarePlan.modifierExtension[0].url", "missing"),
    (PLAN | narrative("<p/>"), "value", "CarePlan.text.div", "div element"),
    ({"resourceType": "CarePlan", "intent": "plan", "subject": PATIENT}, "required", "CarePlan.status", "missing"),
    ({"resourceType": "CarePlan", "_status": EXTENDED, "intent": "plan", "subject": PATIENT}, "required", "CarePlan.status", "missing"),
    (BUNDLE | {"link": [{"url": "urn:a"}]}, "required", "Bundle.link[0].relation", "missing"),
    ({"resourceType": "CarePlan", "status": "active", "intent": "plan"}, "required", "CarePlan.subject", "missing"),
    (TIME | {"priority": Decimal("1.0")}, "value", "Appointment.priority", "whole number"),
    (TIME | {"priority": 1.0}, "value", "Appointment.priority", "whole number"),
    (TIME | {"priority": -1}, "value", "Appointment.priority", "from 0"),
    (TIME | {"minutesDuration": 0}, "value", "Appointment.minutesDuration", "from 1"),
    (TIME | {"minutesDuration": 2**31}, "value", "Appointment.minutesDuration", "from 1"),
    (TASK | {"input": [{"type": {"text": "a"}}]}, "required", "Task.input[0]", "Send one of valueBase64Binary, valueBoolean"),
    ({"resourceType": "Observation"}, "not-supported", "Observation", "not taken"),
    ({"resourceType": "1950-09-07"}, "not-supported", "(unknown)", "not taken"),
    ({"resourceType": "AnnaSvensson"}, "not-supported", "(unknown)", "not taken"),
    ({}, "not-supported", "Resource", "not taken"),
    (BUNDLE | {"entry": [{"resource": PLAN | {"status": "a"}}]}, "code-invalid", "Bundle.entry[0].resource.status", "active"),
    (BUNDLE | {"entry": [{"resource": {"resourceType": "Observation"}}]}, "not-supported", "Bundle.entry[0].resource", "not taken"),
    (BUNDLE | {"type": "batch-response", "entry": [{"response": {"status": "200", "outcome": {"resourceType": "OperationOutcome"}}}]}, "required", "Bundle.entry[0].response.outcome.issue", "missing"),
    (PLAN | {"contained": [CONDITION]}, "value", "CarePlan.contained[0].subject.reference", "Group or Patient"),
    (PLAN | {"author": {"reference": "#c"}, "contained": [CONDITION]}, "value", "CarePlan.author.reference", "Patient"),
    (PLAN | {"category": [{"coding": [{"system": PARTS, "code": "none"}]}]}, "code-invalid", "CarePlan.category[0].coding[0].code", "i-do, care-does"),
    (PLAN | {"category": [{"coding": [{"system": PARTS, "code": "i-do", "display": "Annat"}]}]}, "value", "CarePlan.category[0].coding[0].display", "Det jag gör, What I do"),
    (BUNDLE | {"entry": [5]}, "structure", "Bundle.entry[0]", "an object"),
    (BUNDLE | {"entry": [{"resource": 5}]}, "structure", "Bundle.entry[0].resource", "an object"),
    (BUNDLE | {"entry": [{"response": 5}]}, "structure", "Bundle.entry[0].response", "an object"),
]  # fmt: skip

INVARIANTS = [
    ("age-1", PLAN | valued("Age", {"value": 5}), "CarePlan.extension[0].valueAge"),
    ("age-1", PLAN | valued("Age", {"value": -5, "code": "a", "system": UCUM}), "CarePlan.extension[0].valueAge.value"),
    ("app-1", TIME | {"participant": [{"status": "accepted"}]}, "Appointment.participant[0]"),
    ("app-2", {key: value for key, value in TIME.items() if key != "start"} | {"status": "proposed"}, "Appointment"),
    ("app-3", {key: value for key, value in TIME.items() if key not in {"start", "end"}}, "Appointment.status"),
    ("app-4", TIME | {"cancelationReason": {"text": "a"}}, "Appointment.status"),
    ("att-1", PLAN | valued("Attachment", {"data": "YWJj"}), "CarePlan.extension[0].valueAttachment"),
    ("bdl-1", BUNDLE | {"total": 1}, "Bundle.type"),
    ("bdl-2", BUNDLE | {"entry": [{"resource": PLAN, "search": {"mode": "match"}}]}, "Bundle.entry[0]"),
    ("bdl-3", BUNDLE | {"type": "transaction", "entry": [{"resource": PLAN}]}, "Bundle.entry[0]"),
    ("bdl-3", BUNDLE | {"entry": [{"request": {"method": "GET", "url": "a"}}]}, "Bundle.entry[0]"),
    ("bdl-4", BUNDLE | {"entry": [{"resource": PLAN, "response": {"status": "200"}}]}, "Bundle.entry[0]"),
    ("bdl-5", BUNDLE | {"entry": [{"fullUrl": "urn:a"}]}, "Bundle.entry[0]"),
    ("bdl-7", BUNDLE | {"entry": [{"fullUrl": "urn:a", "resource": PLAN}, {"resource": PLAN}, {"fullUrl": "urn:a", "resource": TEAM}]}, "Bundle.entry[2].fullUrl"),
    ("bdl-8", BUNDLE | {"entry": [{"fullUrl": "https://a.example/CarePlan/a/_history/1", "resource": PLAN}]}, "Bundle.entry[0].fullUrl"),
    ("bdl-9", BUNDLE | DOCUMENT | {"identifier": {"value": "1"}}, "Bundle.identifier"),
    ("bdl-10", BUNDLE | {key: value for key, value in DOCUMENT.items() if key != "timestamp"}, "Bundle"),
    ("bdl-11", BUNDLE | DOCUMENT | {"entry": [{"resource": PLAN}]}, "Bundle.entry[0].resource.resourceType"),
    ("bdl-12", BUNDLE | {"type": "message"}, "Bundle"),
    ("cnt-3", PLAN | valued("Count", {"value": 1, "system": UCUM, "code": "2"}), "CarePlan.extension[0].valueCount.code"),
    ("contained-id", PLAN | inside(UNIT | {"id": "o"}, TASK | {"id": "o"}), "CarePlan.contained[1]"),
    ("cpl-3", PLAN | {"activity": [{"detail": {"status": "unknown"}, "reference": {"reference": "Task/a"}}]}, "CarePlan.activity[0]"),
    ("cpt-2", PERSON | {"telecom": [{"value": "1"}]}, "Patient.telecom[0]"),
    ("ctm-1", TEAM | {"participant": [{"member": PATIENT, "onBehalfOf": {"reference": "Organization/o"}}]}, "CareTeam.participant[0].onBehalfOf"),
    ("dis-1", PLAN | valued("Distance", {"value": 1}), "CarePlan.extension[0].valueDistance"),
    ("dom-2", PLAN | inside(GOAL | {"id": "a"} | {"contained": [TASK | {"id": "b"}]}), "CarePlan.contained[0]"),
    ("dom-3", PLAN | {"contained": [GOAL | {"id": "a"}]}, "CarePlan.contained[0]"),
    ("dom-4", PLAN | inside(GOAL | {"id": "a", "meta": {"versionId": "1"}}), "CarePlan.contained[0]"),
    ("dom-5", PLAN | inside(GOAL | {"id": "a", "meta": {"security": [{"code": "R"}]}}), "CarePlan.contained[0]"),
    ("drq-1", PLAN | valued("DataRequirement", {"type": "Goal", "codeFilter": [{"code": [{"code": "a"}]}]}), "CarePlan.extension[0].valueDataRequirement.codeFilter[0]"),
    ("drq-2", PLAN | valued("DataRequirement", {"type": "Goal", "dateFilter": [{"path": "a", "searchParam": "a"}]}), "CarePlan.extension[0].valueDataRequirement.dateFilter[0]"),
    ("drt-1", GOAL | {"target": [{"dueDuration": {"code": "d", "value": 1, "system": "urn:a"}}]}, "Goal.target[0].dueDuration.system"),
    ("element-id", PLAN | {"note": [{"id": "n", "text": "a"}, {"id": "n", "text": "b"}]}, "CarePlan.note[1]"),
    ("exp-1", PLAN | valued("Expression", {"language": "text/cql"}), "CarePlan.extension[0].valueExpression"),
    ("ext-1", PLAN | {"extension": [{"url": "urn:a"}]}, "CarePlan.extension[0]"),
    ("ext-1", PLAN | {"extension": [{"url": "urn:a", "valueString": "a", "valueCode": "a"}]}, "CarePlan.extension[0]"),
    ("full-url", BUNDLE | {"entry": [{"fullUrl": "CarePlan/a", "resource": PLAN}]}, "Bundle.entry[0].fullUrl"),
    ("full-url", BUNDLE | {"entry": [{"fullUrl": "https://a.example/CarePlan/b", "resource": PLAN | {"id": "a"}}]}, "Bundle.entry[0].fullUrl"),
    ("gol-1", GOAL | {"target": [{"detailString": "a"}]}, "Goal.target[0]"),
    ("inv-1", TASK | {"authoredOn": END, "lastModified": START}, "Task.lastModified"),
    ("org-1", {"resourceType": "Organization", "active": True}, "Organization"),
    ("org-2", UNIT | {"address": [{"use": "home", "city": "a"}]}, "Organization.address[0]"),
    ("org-3", UNIT | {"telecom": [{"use": "home", "system": "phone", "value": "1"}]}, "Organization.telecom[0]"),
    ("pat-1", PERSON | {"contact": [{"gender": "male"}]}, "Patient.contact[0]"),
    ("per-1", PLAN | {"period": {"start": END, "end": START}}, "CarePlan.period"),
    ("per-1", PLAN | {"period": {"start": "2026-05-18T00:00:00Z", "end": "2026-05-17"}}, "CarePlan.period"),
    ("ppc-1", {key: value for key, value in CONSENT.items() if key != "policyRule"}, "Consent"),
    ("prr-1", ORDER | {"orderDetail": [{"text": "a"}]}, "ServiceRequest"),
    ("qrs-1", ANSWERS | {"item": [{"linkId": "1", "answer": [{"valueString": "a"}], "item": [{"linkId": "1.1"}]}]}, "QuestionnaireResponse.item[0]"),
    ("qty-3", GOAL | {"target": [{"measure": {"text": "a"}, "detailQuantity": {"code": "kg"}}]}, "Goal.target[0].detailQuantity"),
    ("rat-1", PLAN | valued("Ratio", {"numerator": {"value": 1}}), "CarePlan.extension[0].valueRatio"),
    ("ref-1", PLAN | {"goal": [{"reference": "#a"}]}, "CarePlan.goal[0]"),
    ("ref-1", PLAN | inside(GOAL | {"id": "a", "addresses": [{"reference": "#b"}]}), "CarePlan.contained[0].addresses[0]"),
    ("ref-search", PLAN | {"subject": {"reference": "Patient?identifier=1"}}, "CarePlan.subject"),
    ("ref-search", BUNDLE | {"entry": [{"resource": PLAN | {"subject": {"reference": "Patient?identifier=1"}}}]}, "Bundle.entry[0].resource.subject"),
    ("ref-type", PLAN | {"subject": {"reference": "Patient/1", "type": "Group"}}, "CarePlan.subject"),
    ("ref-type", PLAN | {"author": {"reference": "https://a.example/Patient/1/_history/2", "type": "Device"}}, "CarePlan.author"),
    ("rng-2", PLAN | valued("Range", {"low": {"value": 2}, "high": {"value": Decimal("1.5")}}), "CarePlan.extension[0].valueRange"),
    ("sev-1", EVENT | {"entity": [{"name": "a", "query": "YQ=="}]}, "AuditEvent.entity[0]"),
    ("sqty-1", PLAN | {"activity": [{"detail": {"status": "unknown", "dailyAmount": {"comparator": "<", "value": 1}}}]}, "CarePlan.activity[0].detail.dailyAmount"),
    ("tim-1", ORDER | timing(duration=1), "ServiceRequest.occurrenceTiming.repeat"),
    ("tim-2", ORDER | timing(period=1), "ServiceRequest.occurrenceTiming.repeat"),
    ("tim-4", ORDER | timing(duration=-1, durationUnit="d"), "ServiceRequest.occurrenceTiming.repeat.duration"),
    ("tim-5", ORDER | timing(period=-1, periodUnit="d"), "ServiceRequest.occurrenceTiming.repeat.period"),
    ("tim-6", ORDER | timing(periodMax=1), "ServiceRequest.occurrenceTiming.repeat"),
    ("tim-7", ORDER | timing(durationMax=1), "ServiceRequest.occurrenceTiming.repeat"),
    ("tim-8", ORDER | timing(countMax=1), "ServiceRequest.occurrenceTiming.repeat"),
    ("tim-9", ORDER | timing(offset=1, when=["C"]), "ServiceRequest.occurrenceTiming.repeat.when[0]"),
    ("tim-10", ORDER | timing(timeOfDay=["10:00:00"], when=["C"]), "ServiceRequest.occurrenceTiming.repeat"),
    ("trd-2", PLAN | valued("TriggerDefinition", {"type": "periodic", "condition": {"language": "text/cql", "expression": "a"}}), "CarePlan.extension[0].valueTriggerDefinition"),
    ("trd-3", PLAN | valued("TriggerDefinition", {"type": "named-event"}), "CarePlan.extension[0].valueTriggerDefinition"),
    ("txt-1", PLAN | narrative(f'<div xmlns="{NAMESPACE}"><script/></div>'), "CarePlan.text"),
    ("txt-2", PLAN | narrative(f'<div xmlns="{NAMESPACE}"><p> </p></div>'), "CarePlan.text"),
]  # fmt: skip


@pytest.mark.parametrize("resource, code, expression, words", BROKEN)
def test_a_fault_names_the_element_and_the_fix(resource, code, expression, words):
    """Its code, its place, and what to do."""
    found = {(fault.code, fault.expression): fault for fault in check(resource)}
    fault = found[code, expression]
    assert words in fault.english
    assert fault.swedish


@pytest.mark.parametrize("key, resource, expression", INVARIANTS)
def test_a_broken_invariant_is_named(key, resource, expression):
    """By FHIR's own key, where it is broken."""
    found = [(fault.english.partition(":")[0], fault.code, fault.expression) for fault in check(resource)]
    assert (key, "invariant", expression) in found


def test_every_invariant_is_broken_above_and_has_its_sentence():
    """No row of the tables is without a test, none without words, no words without a row."""
    rows = {key for shapes in INVARIANT_SCHEMAS.values() for key in shapes} | {
        "ref-1",
        "ref-search",
        "element-id",
        "ext-1",
    }
    rows |= (
        {key for _, key, _ in OBJECT_INVARIANTS}
        | {key for checks in TYPE_INVARIANTS.values() for key, _ in checks}
        | {key for key, _ in CONTAINED_INVARIANTS}
    )
    assert {key for key, _, _ in INVARIANTS} == rows
    assert {key for key, (code, *_) in MESSAGES.items() if code == "invariant"} == rows


def test_all_faults_are_told_up_to_a_limit():
    """Each once."""
    assert len(check(PLAN | {"category": [{"coding": place} for place in range(200)]})) == MOST_FAULTS
    faults = check(PLAN | {"status": "a", "intent": "b"})
    assert {fault.expression for fault in faults} == {"CarePlan.intent", "CarePlan.status"}
    assert len(faults) == 2


def test_a_long_list_of_codes_is_cut():
    """The rest is in the specification."""
    (fault,) = check({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "a"}]})
    assert fault.english.endswith("….")


class _Error:
    """An error of another schema than ours."""

    instance_path = ("goal", 1)
    schema_path = ("$defs", "CarePlan", "anything")

    def __init__(self, name, **more):
        self.kind = type(name, (), more)()


@pytest.mark.parametrize("error, words", [
    (_Error("Contains"), "not valid"),
    (_Error("Pattern"), "not valid"),
    (_Error("MaxItems", limit=3), "at most 3"),
])  # fmt: skip
def test_what_no_schema_of_ours_says_is_still_told(error, words):
    """A profile may hold other keywords, and limits of its own."""
    (fault,) = error_faults(error, "CarePlan", {})
    assert fault.expression == "CarePlan.goal[1]"
    assert words in fault.english


def test_every_kind_of_error_is_one_of_the_librarys():
    """A new version that renames one is noticed."""
    import jsonschema_rs

    assert all(hasattr(jsonschema_rs.ValidationErrorKind, name) for name in FAULTS_BY_ERROR)


LINK = {"url": "https://samplan.se/fhir/StructureDefinition/portal-link", "valueUrl": "https://a.example"}
INSIDE = {"resourceType": "Organization", "id": "o", "name": "a"}
NOT_OBJECTS = (None, 1, "x", True, [[]])


@pytest.mark.parametrize(
    "resource, expression",
    [
        *((PLAN | {"contained": [INSIDE | {"meta": meta}]}, "CarePlan.contained[0].meta") for meta in NOT_OBJECTS),
        *((PLAN | {"contained": [INSIDE | {"id": id}]}, "CarePlan.contained[0].id") for id in (["o"], {})),
        (PLAN | {"contained": [1, INSIDE]}, "CarePlan.contained[0]"),
        *(
            (BUNDLE | {"entry": [{"resource": UNIT | {"meta": meta}}]}, "Bundle.entry[0].resource.meta")
            for meta in NOT_OBJECTS
        ),
        (BUNDLE | {"entry": [{"resource": UNIT | {"meta": {"versionId": ["1"]}}}]}, "Bundle.entry[0].resource.meta.versionId"),
        *((BUNDLE | {"entry": [{"resource": inner}]}, "Bundle.entry[0].resource") for inner in NOT_OBJECTS),
        (PLAN | {"careTeam": [{"_reference": {"extension": [LINK]}}]}, "CarePlan.careTeam[0]._reference.extension[0]"),
    ],
)  # fmt: skip
def test_what_is_inside_may_be_anything(resource, expression):
    """It is told of, and nothing stumbles over it."""
    assert expression in {fault.expression for fault in check(resource)}


def test_what_is_inside_costs_no_more_the_more_there_is():
    """What a resource may refer to is found once, not again for each one inside: thousands take seconds, not hours."""
    many = [UNIT | {"id": f"o{number}"} for number in range(3000)]
    started = process_time()

    assert check(PLAN | inside(*many)) == []
    assert process_time() - started < 10
