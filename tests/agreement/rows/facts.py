"""Rows of consents, blocks and documents, and of the place in the HSA hierarchy that each may state."""

from tests.agreement.profile_cases import CasesByProfile, ProfileCases
from tests.builders.changes import ABSENT, GONE, TWICE, concept, extension, someone, to

HIERARCHY = "https://commonprofiles.care/fhir/StructureDefinition/common-hsaHierarchy"
GIVER = extension("hsaCareProvider", valueReference=someone("Organization", "Region Mälarvik"))
UNIT = extension("hsaCareUnit", valueReference=someone("Organization", "Hjärtmottagningen"))
STATED = {"extension[+]": extension(HIERARCHY, GIVER, UNIT)}

CONSENT_GOOD = {
    "a category of somebody else": {"category[+]": concept("sct#371538006")},
    "no display": {"category[0].coding[0].display": GONE},
    "at a time": {"dateTime": "2026-01-20T10:00:00+01:00"},
    "ended": {"status": "inactive"},
    "some day": {"dateTime": GONE, "_dateTime": ABSENT},
}

CONSENT_BAD = {
    "rules of their own": {"implicitRules": "https://example.org/rules"},
    "no status": {"status": GONE},
    "no status, for a reason": {"status": GONE, "_status": ABSENT},
    "an unknown status": {"status": "given"},
    "no scope": {"scope": GONE},
    "another scope": {"scope": concept("scope#research")},
    "a scope in words": {"scope": {"text": "Vård"}},
    "no category": {"category": GONE},
    "another category": {"category[0]": concept("sct#371538006")},
    "a category in words": {"category[0]": {"text": "Samtycke"}},
    "two categories of ours": {"category[0]": TWICE},
    "no patient": {"patient": GONE},
    "a relative as patient": {"patient": to("RelatedPerson/1")},
    "no day": {"dateTime": GONE},
    "a day in June only": {"dateTime": "June 2026"},
    "no rule": {"policyRule": GONE},
    "a rule without words": {"policyRule": concept("sct#371538006")},
}

PERFORMED_BAD = {"no performer": {"performer": GONE}, "a place as performer": {"performer[0]": to("Location/1")}}

PROVISION_BAD = {
    "no provision": {"provision": GONE},
    "a provision without a type": {"provision.type": GONE},
    "no period": {"provision.period": GONE},
    "a period without a start": {"provision.period": {"end": "2026-12-31"}},
    "a period that ends before it starts": {"provision.period.end": "2020-01-01"},
    "no actor": {"provision.actor": GONE},
    "an actor in another role": {"provision.actor[0].role": concept("participation#PRCP")},
    "an actor without a role": {"provision.actor[0].role": GONE},
    "an actor that is nobody": {"provision.actor[0].reference": GONE},
    "a patient as actor": {"provision.actor[0].reference": to("Patient/another")},
    "a group by name as actor": {"provision.actor[0].reference": someone("Group", "Alla")},
}

CASES: CasesByProfile = {
    "sip-consent": ProfileCases(
        "full-sip-consent",
        {**CONSENT_GOOD, "the person's own": {"performer[0]": to("Patient/anna")}},
        {
            **CONSENT_BAD,
            **PERFORMED_BAD,
            "of another type": {"category[0].coding[0].code": "access"},
            "a privacy consent": {"scope": concept("scope#patient-privacy")},
        },
    ),
    "consent": ProfileCases(
        "gunnar-consent",
        {
            **CONSENT_GOOD,
            "two readers": {"provision.actor[0]": TWICE},
            "a member of staff": {"provision.actor[0].reference": someone("Practitioner")},
            "another actor": {"provision.actor[+]": {"role": concept("participation#CST"),
                                                     "reference": to("Organization/1")}},
            "until a day": {"provision.period.end": "2027-01-01"},
        },
        {
            **CONSENT_BAD,
            **PERFORMED_BAD,
            **PROVISION_BAD,
            "of another type": {"category[0].coding[0].code": "sip"},
            "one that denies": {"provision.type": "deny"},
        },
    ),
    "block": ProfileCases(
        "maria-block",
        {
            **CONSENT_GOOD,
            "of what was documented in a period": {"provision.dataPeriod": {"start": "2020-01-01", "end": "2021-01-01"}},
            "lifted": {"provision.period.end": "2026-12-31"},
            "another actor": {"provision.actor[+]": {"role": concept("participation#IRCP"),
                                                     "reference": to("Practitioner/1")}},
        },
        {
            **CONSENT_BAD,
            **PROVISION_BAD,
            "of another type": {"category[0].coding[0].code": "access"},
            "one that permits": {"provision.type": "permit"},
            "of two givers": {"provision.actor[0]": TWICE},
            "of a member of staff": {"provision.actor[0].reference": someone("Practitioner")},
        },
    ),
    "plan-document": ProfileCases(
        "full-documents-1",
        {
            "a category of somebody else": {"category[+]": concept("sct#734163000")},
            "the document itself": {"content[0].attachment": {"contentType": "text/plain", "data": "SGVq"}},
            "a document beside": {"content[0].attachment.url": "Binary/1"},
            "a document and its address": {"content[0].attachment.data": "SGVq"},
            "two documents": {"content[0]": TWICE},
            "the person inside": {"contained": [{"resourceType": "Patient", "id": "p", "name": [{"family": "Ek"}]}],
                                  "subject": to("#p")},
            "a self-care plan": {"type": concept("plan-type#EGV")},
            "superseded": {"status": "superseded"},
        },
        {
            "no status": {"status": GONE},
            "an unknown status": {"status": "active"},
            "no type": {"type": GONE},
            "an unknown type": {"type.coding[0].code": "ABC"},
            "a type of another system": {"type": concept("sct#734163000")},
            "a type in words": {"type": {"text": "Vårdplan"}},
            "no category": {"category": GONE},
            "another category": {"category[0]": concept("agreement-part#linked-plan")},
            "two categories of ours": {"category[0]": TWICE},
            "no subject": {"subject": GONE},
            "a group as subject": {"subject": to("Group/1")},
            "an organization inside as subject": {
                "contained": [{"resourceType": "Organization", "id": "o", "name": "Ek"}], "subject": to("#o")},
            "a person inside with two names": {"contained": [
                {"resourceType": "Patient", "id": "p", "name": [{"family": "Ek"}, {"family": "Lind"}]}],
                "subject": to("#p")},
            "a place inside as author": {
                "contained": [{"resourceType": "Location", "id": "l", "name": "Plan 3"}], "author[0]": to("#l")},
            "no description": {"description": GONE},
            "no content": {"content": GONE},
            "no attachment": {"content[0].attachment": GONE, "content[0].format": {"code": "x"}},
            "an attachment without a type": {"content[0].attachment.contentType": GONE},
            "rules of their own": {"implicitRules": "https://example.org/rules"},
            "an address of extensions alone": {"content[0].attachment.url": GONE, "content[0].attachment._url": ABSENT},
            "an address that is a script": {"content[0].attachment.url": "javascript:alert(1)"},
            "an address that is not safe": {"content[0].attachment.url": "http://plan.example/1"},
            "an address on the same machine": {"content[0].attachment.url": "/plans/1"},
            "an attachment that is nowhere": {"content[0].attachment.url": GONE},
            "a second that is nowhere": {"content[+].attachment.contentType": "text/plain"},
            "data that is no base64": {"content[0].attachment.data": "hej hopp!"},
            "a date that is a day": {"date": "2026-01-15"},
            "an author that is a place": {"author[0]": to("Location/1")},
            "a size below zero": {"content[0].attachment.size": -1},
        },
    ),
    "common-hsaHierarchy": ProfileCases(
        "full-documents-1",
        {
            "both": STATED,
            "only the giver": {"extension[+]": extension(HIERARCHY, GIVER)},
            "on an element": {"author[0].extension[+]": extension(HIERARCHY, UNIT)},
        },
        {
            "two": {"extension": [extension(HIERARCHY, GIVER)] * 2},
            "two givers": {"extension[+]": extension(HIERARCHY, GIVER, GIVER)},
            "a giver in words": {"extension[+]": extension(HIERARCHY, extension("hsaCareProvider", valueString="R"))},
            "a giver that is a person": {"extension[+]": extension(
                HIERARCHY, extension("hsaCareProvider", valueReference=to("Practitioner/1")))},
            "an unknown part": {"extension[+]": extension(HIERARCHY, extension("hsaRoom", valueString="3"))},
            "a value": {"extension[+]": extension(HIERARCHY, valueString="Region Mälarvik")},
            "no value": {"extension[+]": extension(HIERARCHY, {"url": "hsaCareUnit"})},
        },
    ),
}  # fmt: skip
