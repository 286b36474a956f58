"""Rows that every type of resource gets: what R4 says of all of them."""

from tests.agreement.profile_cases import CasesByProfile, ProfileCases
from tests.agreement.rows.facts import GIVER, HIERARCHY
from tests.builders.changes import GONE, Rows, coding, extension, own, to

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
GIVER_INSIDE = {"resourceType": "Organization", "id": "giver", "name": "Region Mälarvik"}
ABSENT = extension("http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode="unknown")

GOOD = {
    "a language": {"language": "sv"},
    "no language, for a reason": {"_language": {"extension": [ABSENT]}},
    "a tag": {"meta.tag": [coding("confidentiality#R")]},
    "a version": {"meta.versionId": "7", "meta.lastUpdated": "2026-02-02T09:30:00.123+01:00"},
    "a narrative": {"text": {"status": "generated", "div": DIV.format("<p>Hej <b>du</b>!</p>")}},
    "a giver in the hierarchy": {"extension[+]": extension(HIERARCHY, GIVER)},
    "a giver inside": {"contained": [GIVER_INSIDE], "extension[+]": extension(
        HIERARCHY, extension("hsaCareProvider", valueReference=to("#giver")))},
    "an id beside a language": {"language": "sv", "_language": {"id": "l"}},
}  # fmt: skip

BAD = {
    "an unknown element": {"colour": "blue"},
    "an element of another case": {"Language": "sv"},
    "an unknown modifier": {"modifierExtension[+]": extension("https://example.org/not", valueBoolean=True)},
    "an extension of ours out of place": {"extension[+]": extension(
        own("contact-via-team"), valueReference=to("CareTeam/1"))},
    "an extension of ours that is empty": {"extension[+]": extension(HIERARCHY)},
    "an extension with a value and parts": {"extension[+]": extension(HIERARCHY, GIVER, valueString="x")},
    "an extension without an address": {"extension[+]": {"valueString": "x"}},
    "an extension with two values": {"extension[+]": {**ABSENT, "valueString": "x"}},
    "an empty list": {"extension": []},
    "an empty object": {"meta.security[+]": {}},
    "a null": {"language": None},
    "an empty text": {"language": ""},
    "a list for one": {"language": ["sv"]},
    "one for a list": {"meta.profile": own("team")},
    "an object for a text": {"language": {"value": "sv"}},
    "a text for an object": {"meta": "1"},
    "a number for a text": {"meta.versionId": 7},
    "an id with a space": {"meta.versionId": "a b"},
    "an address with a space": {"implicitRules": "https://a b.example"},
    "a month that is not": {"meta.lastUpdated": "2026-13-01T10:00:00Z"},
    "an hour that is not": {"meta.lastUpdated": "2026-12-01T25:00:00Z"},
    "an instant without a zone": {"meta.lastUpdated": "2026-12-01T10:00:00"},
    "an instant that is a day": {"meta.lastUpdated": "2026-12-01"},
    # With a language beside it, the official validator falls over some of these.
    "a script in the narrative": {"language": GONE, "text": {"status": "generated", "div": DIV.format("<script>alert(1)</script>")}},
    "a handler in the narrative": {"language": GONE, "text": {"status": "generated", "div": DIV.format("<p onclick='a()'>Hej</p>")}},
    "a narrative that is not closed": {"language": GONE, "text": {"status": "generated", "div": DIV.format("<p>Hej")}},
    "a narrative without a status": {"language": GONE, "text": {"div": DIV.format("Hej")}},
    "an empty narrative": {"language": GONE, "text": {"status": "generated", "div": DIV.format(" ")}},
    "a resource inside that nobody needs": {"contained": [GIVER_INSIDE]},
    "a resource inside without a type": {"contained": [{"id": "giver"}]},
    "a reference to nothing inside": {"extension[+]": extension(
        HIERARCHY, extension("hsaCareProvider", valueReference=to("#gone")))},
    "an extension of somebody else": {"extension[+]": extension("https://example.org/colour", valueCode="blue")},
    "a profile of somebody else": {"meta.profile[+]": "https://example.org/StructureDefinition/other"},
    "a profile of FHIR's on another type": {"meta.profile[+]": "http://hl7.org/fhir/StructureDefinition/vitalsigns"},
    "an id beside nothing": {"language": GONE, "_language": {"id": "l"}},
    "an extension with a relative address": {"extension[+]": extension("colour", valueCode="blue")},
    "an extension with a version": {"extension[+]": extension(f"{own('portal-link')}|1", valueUrl="https://a.example")},
    "a code with a tab": {"language": "sv\tSE"},
    "an entity that is none": {"language": GONE, "text": {"status": "generated", "div": DIV.format("Hej&foo;")}},
    "a namespace of another": {"language": GONE, "text": {"status": "generated", "div": DIV.format("<p xmlns='urn:a'>Hej</p>")}},
}  # fmt: skip

SAMPLES = {
    "Appointment": "full-times-1",
    "AuditEvent": "gunnar-read",
    "CarePlan": "gunnar-contract",
    "CareTeam": "full-team",
    "Consent": "full-sip-consent",
    "DocumentReference": "full-documents-1",
    "Goal": "full-goals-1",
    "Organization": "unit",
    "Patient": "gunnar",
    "Practitioner": "nurse",
    "PractitionerRole": "role",
    "Provenance": "full-revision",
    "Questionnaire": "about-me",
    "QuestionnaireResponse": "full-about-me",
    "RelatedPerson": "full-relatives-1",
    "ServiceRequest": "full-i-do-1",
    "Task": "full-review",
}

EACH = 3


def _share(rows: Rows, number: int) -> Rows:
    """Every third row, from another one for each type, so that each row meets several types."""
    return {words: changes for place, (words, changes) in enumerate(rows.items()) if (place + number) % EACH == 0}


CASES: CasesByProfile = {
    type: ProfileCases(sample, _share(GOOD, number), _share(BAD, number))
    for number, (type, sample) in enumerate(sorted(SAMPLES.items()))
}
