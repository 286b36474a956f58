"""Rows of people: teams, permanent contacts, relatives and the person, and how they are reached."""

from tests.agreement.profile_cases import CasesByProfile, ProfileCases
from tests.agreement.samples import HL7_SWEDEN
from tests.builders.changes import ABSENT, GONE, TWICE, coding, concept, extension, own, someone, to

TEAM_GOOD = {
    "a category of somebody else": {"category[+]": concept("sct#407484005")},
    "no display": {"category[0].coding[0].display": GONE},
    "a member by address": {"participant[+]": {"member": to("Practitioner/1")}},
    "a member with a role of words": {"participant[+]": {"role": [{"text": "Kurator"}]}},
    "a team within": {"participant[+]": {"member": to("CareTeam/2")}},
    "a number of no way": {"telecom[+]": {"system": "phone", "value": "112"}},
    "a web address of no way": {"telecom[+]": {"system": "url", "value": "https://e-tjanster.example.se"}},
}

TEAM_BAD = {
    "rules of their own": {"implicitRules": "https://example.org/rules"},
    "a web address of extensions alone": {"telecom[+]": {"system": "url", "_value": ABSENT}},
    "a web address that is a script": {"telecom[0].system": "url", "telecom[0].value": "javascript:alert(1)"},
    "an unknown status": {"status": "current"},
    "no category": {"category": GONE},
    "another category": {"category[0]": concept("sct#407484005")},
    "two categories of ours": {"category[0]": TWICE},
    "a category of words": {"category[0]": {"text": "Team"}},
    "no subject": {"subject": GONE},
    "a group as subject": {"subject": to("Group/1")},
    "a place as member": {"participant[+]": {"member": to("Location/1")}},
    "on behalf of a person": {"participant[+]": {"member": to("Practitioner/1"), "onBehalfOf": to("Patient/1")}},
    "a unit on behalf of a unit": {"participant[+]": {"member": to("Organization/1"),
                                                      "onBehalfOf": to("Organization/2")}},
    "an empty participant": {"participant[+]": {}},
    "a number without a system": {"telecom[0].system": GONE},
    "a code of ours that is not there": {"participant[+]": {"role": [concept("contact-role#boss")]}},
    "a system that is none": {"telecom[0].system": "mobile"},
}  # fmt: skip

CASES: CasesByProfile = {
    "team": ProfileCases(
        "plain-team",
        {
            **TEAM_GOOD,
            "nobody yet": {"participant": GONE},
            "an exported copy": {"participant[+]": {"role": [concept("contact-role#copy-exported")]}},
            "two printed copies": {"participant[4]": TWICE},
            "nobody has the overall responsibility": {"participant[1].role[1]": GONE},
            "a principal in the same role": {"participant[1].role": [
                {"coding": [coding("contact-role#overall-responsibility"), coding("principal#region")]}]},
        },
        {
            **TEAM_BAD,
            "the category of a permanent contact": {"category[0].coding[0].code": "fast-kontakt"},
            "two that have the overall responsibility": {
                "participant[0].role[+]": concept("contact-role#overall-responsibility")},
            "the overall responsibility without a principal": {"participant[1].role[0]": GONE},
            "the overall responsibility of a member": {
                "participant[1].role[1]": GONE,
                "participant[2].role[+]": concept("contact-role#overall-responsibility")},
            "a copy in two roles": {"participant[4].role[+]": {"text": "Rektor"}},
            "an exported copy in two roles": {"participant[+]": {
                "role": [concept("contact-role#copy-exported"), {"text": "Rektor"}]}},
        },
    ),
    "sip-team": ProfileCases(
        "full-team",
        {
            "both principals in one": {"participant[1]": GONE, "participant[0].role": [
                concept("principal#region"), concept("principal#municipality"),
                concept("contact-role#overall-responsibility")]},
            "nobody yet": {"participant": GONE, "status": "proposed"},
            "no status": {"status": GONE},
        },
        {
            "nobody": {"participant": GONE},
            "nobody, in a team of no status": {"participant": GONE, "status": GONE},
            "no region": {"participant[0]": GONE},
            "no municipality": {"participant[1].role[0]": concept("principal#region")},
            "two regions": {"participant[0]": TWICE},
            "nobody has the overall responsibility": {"participant[1].role[1]": GONE},
            "two that have the overall responsibility": {
                "participant[0].role[+]": concept("contact-role#overall-responsibility")},
            "a region without a name": {"participant[0].member": GONE},
            "a proposed region without a name": {"participant[0].member": GONE, "status": "proposed"},
        },
    ),
    "permanent-contact": ProfileCases(
        "full-contacts-1",
        {
            **TEAM_GOOD,
            "nobody else": {"participant[2]": GONE, "participant[1]": GONE},
            "two substitutes": {"participant[1]": TWICE},
            "another type": {"participant[0].role[0]": concept("permanent#1")},
            "not by a team": {"participant[0].extension": GONE},
            "a second coding in the role": {"participant[0].role[0].coding[+]": coding("sct#224535009")},
        },
        {
            **TEAM_BAD,
            "the category of a team": {"category[0].coding[0].code": "team"},
            "nobody": {"participant": GONE},
            "only a substitute": {"participant[0]": GONE},
            "no role": {"participant[0].role": GONE},
            "an unknown type": {"participant[0].role[0].coding[0].code": "9"},
            "a type of another system": {"participant[0].role[0].coding[0].system": "https://example.org/roles"},
            "two permanent contacts": {"participant[0]": TWICE},
            "a contact in two roles": {"participant[0].role[+]": {"text": "Kurator"}},
            "a substitute in two roles": {"participant[1].role[+]": {"text": "Kurator"}},
            "two successors": {"participant[2]": TWICE},
            "a successor from no day": {"participant[2].period": GONE},
            "a successor until a day": {"participant[2].period": {"end": "2026-09-01"}},
            "two teams": {"participant[0].extension[0]": TWICE},
        },
    ),
    "relative": ProfileCases(
        "full-relatives-1",
        {
            "a relationship of somebody else": {"relationship[+]": concept("sct#40683002")},
            "no display": {"relationship[0].coding[0].display": GONE},
            "a name in parts, one unknown": {"name[0].given": ["Eva", None], "name[0]._given": [None, ABSENT]},
            "a name in parts": {"name[0].family": "Lind", "name[0].given": ["Eva", "Maria"]},
            "not reached": {"telecom": GONE},
            "born in a year": {"birthDate": "1950"},
        },
        {
            "rules of their own": {"implicitRules": "https://example.org/rules"},
            "a web address that is not safe": {"telecom[0].system": "url", "telecom[0].value": "http://a.example"},
            "no patient": {"patient": GONE},
            "a practitioner as patient": {"patient": to("Practitioner/1")},
            "no relationship": {"relationship": GONE},
            "a relationship of words": {"relationship[0]": {"text": "Syster"}},
            "an unknown relationship": {"relationship[0].coding[0].code": "cousin"},
            "two relationships": {"relationship[0]": TWICE},
            "two relationships of different kinds": {"relationship[+]": concept("relation#friend")},
            "no name": {"name": GONE},
            "a given name of nothing": {"name[0].given": ["Eva", ""]},
            "given names out of step": {"name[0].given": ["Eva"], "name[0]._given": [None, ABSENT]},
            "a name in parts only": {"name[0]": {"family": "Lind"}},
            "an unknown gender": {"gender": "man"},
            "born at a time": {"birthDate": "1950-01-01T10:00:00Z"},
            "born in a month that is not": {"birthDate": "1950-13"},
            "two ways": {"telecom[0].extension[0]": TWICE},
            "a photo without a type": {"photo[+]": {"data": "aGVq"}},
            "active in words": {"active": "true"},
        },
    ),
    "contact-way": ProfileCases(
        "full-relatives-1",
        {
            "only a channel": {"telecom[0].extension[0].extension[3]": GONE, "telecom[0].extension[0].extension[2]": GONE,
                               "telecom[0].extension[0].extension[1]": GONE},
            "another channel": {"telecom[0].extension[0].extension[0].valueCode": "video"},
        },
        {
            "no channel": {"telecom[0].extension[0].extension[0]": GONE},
            "an unknown channel": {"telecom[0].extension[0].extension[0].valueCode": "fax"},
            "a channel in words": {"telecom[0].extension[0].extension[0]": extension("channel", valueString="phone")},
            "two channels": {"telecom[0].extension[0].extension[0]": TWICE},
            "two names": {"telecom[0].extension[0].extension[1]": TWICE},
            "a name that is a number": {"telecom[0].extension[0].extension[1]": extension("name", valueInteger=1)},
            "hours that are a period": {"telecom[0].extension[0].extension[2]": extension(
                "hours", valuePeriod={"start": "2026-01-01"})},
            "a link that is a text": {"telecom[0].extension[0].extension[3]": extension("link", valueString="x")},
            "a link that is a script": {"telecom[0].extension[0].extension[3].valueUrl": "javascript:alert(1)"},
            "a link that is not safe": {"telecom[0].extension[0].extension[3].valueUrl": "http://a.example"},
            "a link of extensions alone": {"telecom[0].extension[0].extension[3]": {"url": "link", "_valueUrl": ABSENT}},
            "a link with a space": {"telecom[0].extension[0].extension[3].valueUrl": "https://a b.example"},
            "a part that is not there": {"telecom[0].extension[0].extension[+]": extension("floor", valueString="3")},
            "a value beside the parts": {"telecom[0].extension[0].valueString": "phone"},
            "on a name": {"name[0].extension[+]": extension(
                own("contact-way"), extension("channel", valueCode="phone"))},
        },
    ),
    "contact-via-team": ProfileCases(
        "full-contacts-1",
        {"a team elsewhere": {"participant[0].extension[0].valueReference": to("https://ehr.example/fhir/CareTeam/1")},
         "a team by name": {"participant[0].extension[0].valueReference": someone("CareTeam", "Teamet")}},
        {
            "an organization": {"participant[0].extension[0].valueReference": to("Organization/1")},
            "an organization by name": {"participant[0].extension[0].valueReference": someone("Organization")},
            "a text": {"participant[0].extension[0]": extension(own("contact-via-team"), valueString="Teamet")},
            "no value": {"participant[0].extension[0].valueReference": GONE},
            "on the team": {"extension[+]": extension(own("contact-via-team"), valueReference=to("CareTeam/1"))},
            "on a number": {"telecom[0].extension[+]": extension(
                own("contact-via-team"), valueReference=to("CareTeam/1"))},
        },
    ),
    "SEBasePatient": ProfileCases(
        "gunnar",
        {
            "a middle name": {"name[0].extension[+]": extension(
                f"{HL7_SWEDEN}SEBaseMiddleNameExtension", valueString="Ek")},
            "a number of another system": {"identifier[+]": {"system": "https://ehr.example/id", "value": "1"}},
            "dead": {"deceasedDateTime": "2026-01-01"},
        },
        {
            "a middle name out of place": {"extension[+]": extension(
                f"{HL7_SWEDEN}SEBaseMiddleNameExtension", valueString="Ek")},
            "a middle name that is a number": {"name[0].extension[+]": extension(
                f"{HL7_SWEDEN}SEBaseMiddleNameExtension", valueInteger=1)},
            "two names": {"name[0]": TWICE},
            "two personal numbers": {"identifier[0]": TWICE},
            "an unknown gender": {"gender": "m"},
            "a contact without a way": {"contact[+]": {"gender": "female"}},
            "dead twice": {"deceasedDateTime": "2026-01-01", "deceasedBoolean": True},
            "born tomorrow's way": {"birthDate": "07-09-1950"},
            "a manager that is a person": {"managingOrganization": to("Practitioner/1")},
            "a link to a plan": {"link[+]": {"other": to("CarePlan/1"), "type": "seealso"}},
            "an address that is a text": {"address[0].line": "Lindvägen 12"},
            "a birth that is a number": {"multipleBirthInteger": "2"},
        },
    ),
}  # fmt: skip
