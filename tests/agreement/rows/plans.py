"""Rows of what is a CarePlan: patient contracts, SIPs, and pointers to plans of each type."""

from tests.agreement.profile_cases import CasesByProfile, ProfileCases
from tests.builders.changes import ABSENT, GONE, TWICE, coding, concept, extension, own, someone, to

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'

CONTRACT_GOOD = {
    "a category of somebody else": {"category[+]": concept("sct#735324008")},
    "a second coding in the category": {"category[0].coding[+]": coding("sct#735324008")},
    "a title of spaces": {"title": "  "},
    "the code behind another": {"category[0].coding": [coding("sct#735324008"), coding("agreement-part#patient-contract")]},
    "no display": {"category[0].coding[0].display": GONE},
    "no title, for a reason": {"title": GONE, "_title": ABSENT},
    "the person elsewhere": {"subject": to("https://ehr.example/fhir/Patient/1"),
                             "note[0].authorReference": to("https://ehr.example/fhir/Patient/1")},
    "another note": {"note[+]": {"authorReference": someone("Practitioner"), "text": "Läst."}},
    "a note by name": {"note[+]": {"authorString": "Alex Ek", "text": "Läst."}},
    "a status that has ended": {"status": "revoked"},
    "a creation by the day": {"created": "2026-02"},
    "a period without an end": {"period.end": GONE},
    "the link of a portal": {"extension[+]": extension(own("portal-link"), valueUrl="https://kontrakt.example/1")},
    "a team by its address elsewhere": {"careTeam[0]": to("https://ehr.example/fhir/CareTeam/1")},
    "a display in English": {"category[0].coding[0].display": "patient contract"},
    "a task inside about the plan": {
        "contained": [{"resourceType": "Task", "id": "t", "status": "draft", "intent": "order", "focus": to("#")}],
        "supportingInfo[+]": to("#t"),
    },
    "an activity by name": {"activity[+]": {"reference": someone("Task", "Uppföljning")}},
    "an author at an address of no FHIR server": {"author": to("https://ehr.example/units/42")},
    "a reference range inside, upside down": {
        "contained": [{"resourceType": "Observation", "id": "r", "status": "final", "code": {"text": "Blodtryck"},
                       "referenceRange": [{"low": {"value": 2}, "high": {"value": 1}}]}],
        "supportingInfo[+]": to("#r"),
    },
}  # fmt: skip

CONTRACT_BAD = {
    "rules of their own": {"implicitRules": "https://example.org/rules"},
    "no status": {"status": GONE},
    "an unknown status": {"status": "paused"},
    "no intent": {"intent": GONE},
    "another intent": {"intent": "order"},
    "no intent, for a reason": {"intent": GONE, "_intent": ABSENT},
    "no title": {"title": GONE},
    "no subject": {"subject": GONE},
    "a group as subject": {"subject": to("Group/1")},
    "a code of ours that is not there": {"category[+]": concept("agreement-part#hope")},
    "another display": {"category[0].coding[0].display": "Kontrakt"},
    "a display with a space before it": {"category[0].coding[0].display": " Patientkontrakt"},
    "a condition inside of the plan": {
        "contained": [{"resourceType": "Condition", "id": "c", "subject": to("#")}], "supportingInfo[+]": to("#c")},
    "a second code that is not there": {"category[0].coding[+]": coding("agreement-part#hope")},
    "the person elsewhere and here": {"subject": to("https://ehr.example/fhir/Patient/gunnar")},
    "a person without an address": {"subject": someone("Patient"), "note[0].authorReference": someone("Patient")},
    "a practitioner as subject": {"subject": to("Practitioner/1")},
    "no categories": {"category": GONE},
    "no category that says patient contract": {"category[0]": GONE},
    "a category of another part": {"category[0].coding[0].code": "linked-plan"},
    "a contract category of another system": {"category[0].coding[0].system": "https://example.org/parts"},
    "both categories in one": {"category[0].coding[+]": coding("sct#734163000")},
    "two contract categories": {"category[0]": TWICE},
    "no category of SNOMED CT": {"category[1]": GONE},
    "two categories of SNOMED CT": {"category[1]": TWICE},
    "an organization as team": {"careTeam[0]": to("Organization/1")},
    "a task as goal": {"goal[0]": to("Task/1")},
    "a detail in the contract": {"activity[+].detail": {"status": "scheduled", "description": "Träna"}},
    "a detail beside a reference": {"activity[0].detail": {"status": "scheduled"}},
    "a patient as activity": {"activity[0].reference": to("Patient/1")},
    "no note": {"note": GONE},
    "a note of somebody else": {"note[0].authorReference": to("Patient/another")},
    "a note without an author": {"note[0].authorReference": GONE},
    "a note by name only": {"note[0]": {"authorString": "Personen", "text": "Att leva."}},
    "a note with two authors": {"note[0].authorString": "Personen"},
    "a note without text": {"note[0].text": GONE},
    "a period that ends before it starts": {"period": {"start": "2026-03-01", "end": "2026-02-01"}},
    "a day that is not": {"period.start": "2026-02-30"},
    "a date with the time before the zone": {"created": "2026-02-01T10:00"},
    "an author that is a plan": {"author": to("CarePlan/1")},
    "a replaced team": {"replaces": [to("CareTeam/1")]},
    "a search as subject": {"subject": to("Patient?identifier=1"), "note[0].authorReference": to("Patient?identifier=1")},
    "a reference of another type": {"supportingInfo[+]": {"reference": "Patient/1", "type": "Group"}},
    "a reference with spaces": {"supportingInfo[+]": to("Goal/1 or so")},
    "a canonical that is relative": {"instantiatesCanonical": ["protocol"]},
    "an OID that is none": {"identifier[+]": {"system": "urn:oid:x", "value": "1"}},
    "a UUID that is none": {"identifier[+]": {"system": "urn:uuid:x", "value": "1"}},
    "an hour of the day that it ends": {"period": {"start": "2026-03-01T10:00:00+01:00", "end": "2026-03-01"}},
    "a code of HL7's that is not there": {"meta.security[+]": coding("confidentiality#ZZ")},
    "two inside with one id": {"contained": [
        {"resourceType": "Organization", "id": "o", "name": name} for name in ("Ett", "Två")], "supportingInfo[+]": to("#o")},
    "two notes with one id": {"note[0].id": "n", "note[+]": {"id": "n", "authorString": "Alex Ek", "text": "Läst."}},
    "no title, for a reason that is none": {"title": GONE, "_title": {"extension": [
        {**ABSENT["extension"][0], "valueCode": "lost"}]}},
    "a space of XHTML": {"text": {"status": "generated", "div": DIV.format("Hej&nbsp;du")}},
    "a map that is a script": {"text": {"status": "generated", "div": DIV.format('<img src="a.png" usemap="javascript:a()"/>')}},
    "a style that hides an address": {"text": {"status": "generated", "div": DIV.format('<p style="background: u\\72l(x)">Hej</p>')}},
    "a second hierarchy": {"extension": [extension(
        "https://commonprofiles.care/fhir/StructureDefinition/common-hsaHierarchy",
        extension("hsaCareUnit", valueReference=someone("Organization")))] * 2},
}  # fmt: skip

LINKED_GOOD = {
    "a category of somebody else": {"category[+]": concept("sct#735324008")},
    "no link": {"extension": GONE},
    "no owner": {"author": GONE},
    "no display": {"category[1].coding[0].display": GONE},
}

LINKED_BAD = {
    "rules of their own": {"implicitRules": "https://example.org/rules"},
    "no title": {"title": GONE},
    "another intent": {"intent": "proposal"},
    "no subject": {"subject": GONE},
    "a group as subject": {"subject": to("Group/1")},
    "no category that says linked plan": {"category[0]": GONE},
    "no type": {"category[1]": GONE},
    "two types": {"category[1]": TWICE},
    "an unknown type": {"category[1].coding[0].code": "XYZ"},
    "a type without its system": {"category[1].coding[0].system": GONE},
    "a link that is not safe": {"extension[0].valueUrl": "http://plan.example/1"},
}

OF_TYPE = ("SIP", "SPLPTLRV", "SPU", "VP", "HP", "RP", "GP", "SVP", "EGV", "LSS")
"""Tom has a pointer to a plan of each, in this order."""

CASES: CasesByProfile = {
    "patient-contract": ProfileCases("gunnar-contract", CONTRACT_GOOD, CONTRACT_BAD),
    "sip": ProfileCases(
        "full-contract",
        {
            **CONTRACT_GOOD,
            "a status that is entered in error": {"status": "entered-in-error"},
            "a draft without consent and review": {"status": "draft", "supportingInfo": GONE, "activity": GONE},
            "a consent by name": {"supportingInfo": [someone("Consent")]},
            "a consent elsewhere": {"supportingInfo": [to("https://ehr.example/fhir/Consent/1")]},
            "a review by name": {"activity": [{"reference": someone("Task")}]},
        },
        {
            **CONTRACT_BAD,
            "no category that says SIP": {"category[2]": GONE},
            "another type of plan": {"category[2].coding[0].code": "VP"},
            "two SIP categories": {"category[2]": TWICE},
            "no team": {"status": "active", "careTeam": GONE},
            "a draft without a team": {"status": "draft", "careTeam": GONE},
            "no consent": {"status": "active", "supportingInfo": GONE},
            "other information than the consent": {"status": "active", "supportingInfo": [to("RelatedPerson/1")]},
            "a consent in a Bundle": {
                "status": "active",
                "supportingInfo": [to("urn:uuid:6b0a4c1e-1e0d-4f5e-9d3e-2a8f4f0c9b01")],
            },
            "no review": {"status": "active", "activity": GONE},
            "no Task among the activities": {"status": "active", "activity": [{"reference": to("ServiceRequest/1")}]},
        },
    ),
    **{
        f"plan-{type.lower()}": ProfileCases(
            f"tom-plans-{number}",
            LINKED_GOOD,
            {**LINKED_BAD, "another type": {"category[1]": concept("plan#VP" if type != "VP" else "plan#HP")}},
        )
        for number, type in enumerate(OF_TYPE, 1)
    },
}
