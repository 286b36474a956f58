"""Rows of a transaction: the contract that says everything, as it is put into a store."""

from tests.agreement.profile_cases import CasesByProfile, ProfileCases
from tests.builders.changes import GONE, TWICE, to

FIRST, TEAM = "entry[0]", "entry[1]"
PERSON = {
    "fullUrl": "https://samplan.example/fhir/Patient/anna",
    "resource": {"resourceType": "Patient", "id": "anna", "name": [{"family": "Ek"}]},
    "request": {"method": "PUT", "url": "Patient/anna"},
}

URN = "urn:uuid:0f0e0d0c-0b0a-4908-8706-a5b4c3d2e1f0"
UNIT = {
    "fullUrl": URN,
    "resource": {"resourceType": "Organization", "name": "Hjärtmottagningen"},
    "request": {"method": "POST", "url": "Organization"},
}

CASES: CasesByProfile = {
    "Bundle": ProfileCases(
        "full-transaction",
        {
            "a batch": {"type": "batch"},
            "with the person": {"entry[+]": PERSON},
            "a condition": {f"{FIRST}.request.ifMatch": 'W/"1"'},
            "a unit by its urn": {"entry[+]": UNIT, f"{FIRST}.resource.author": to(URN)},
            "a search": {f"{FIRST}.resource.supportingInfo[+]": to("Goal?identifier=1")},
            "a deletion": {"entry[+].request": {"method": "DELETE", "url": "Goal/gone"}},
        },
        {
            "no type": {"type": GONE},
            "an unknown type": {"type": "all"},
            "an entry twice": {TEAM: TWICE},
            "no request": {f"{TEAM}.request": GONE},
            "no method": {f"{TEAM}.request.method": GONE},
            "an unknown method": {f"{TEAM}.request.method": "SEND"},
            "a request without an address": {f"{TEAM}.request.url": GONE},
            "an entry of nothing": {"entry[+]": {"fullUrl": "https://samplan.example/fhir/Goal/none"}},
            "a total": {"total": 3},
            "a response": {f"{TEAM}.response.status": "200"},
            "a score": {f"{TEAM}.search.score": 0.5},
            "a version in the address": {f"{TEAM}.fullUrl": "https://samplan.example/fhir/CareTeam/full-team/_history/1"},
            "an address that is relative": {f"{TEAM}.fullUrl": "CareTeam/full-team"},
            "an address of another resource": {f"{TEAM}.fullUrl": "https://samplan.example/fhir/CareTeam/other"},
            "a contract without a title": {f"{FIRST}.resource.title": GONE},
            "a team of an unknown status": {f"{TEAM}.resource.status": "current"},
            "a resource without a type": {f"{TEAM}.resource.resourceType": GONE},
            "a document": {"type": "document"},
            "a person with two names": {"entry[+]": {**PERSON, "resource": {
                **PERSON["resource"], "name": [{"family": "Ek"}, {"family": "Lind"}]}}},
            "a unit as team, by its urn": {"entry[+]": UNIT, f"{FIRST}.resource.careTeam": [to(URN)]},
            "a search outside a transaction": {"type": "batch", f"{FIRST}.resource.supportingInfo[+]": to("Goal?identifier=1")},
            "a contract about the team": {f"{FIRST}.resource.subject": to("CareTeam/full-team")},
        },
    ),
}  # fmt: skip
