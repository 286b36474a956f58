"""$validate lists the faults that a write would find; it stores nothing and reads nobody's data."""

import json

import pytest

OURS = "https://samplan.se/fhir/StructureDefinition"
PARTS = "https://samplan.se/fhir/CodeSystem/agreement-part"
PERSON = {"reference": "Patient/p"}
GOAL = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "a"}, "subject": PERSON}
CONTRACT = {
    "resourceType": "CarePlan",
    "id": "c",
    "status": "active",
    "intent": "plan",
    "category": [
        {"coding": [{"system": PARTS, "code": "patient-contract"}]},
        {"coding": [{"system": "http://snomed.info/sct", "code": "734163000"}]},
    ],
    "subject": PERSON,
    "note": [{"text": "Att bo hemma", "authorReference": PERSON}],
}


def parameters(*parts):
    """Parameters of the operation with these parts."""
    return {"resourceType": "Parameters", "parameter": list(parts)}


def mode(code):
    """The parameter `mode`."""
    return {"name": "mode", "valueCode": code}


RESOURCE = {"name": "resource", "resource": CONTRACT}
PROFILE = {"name": "profile", "valueUri": f"{OURS}/sip"}


async def issues(world, body, path="/fhir/$validate", caller="physician"):
    """The severity and expression of each issue; the request must succeed."""
    answer = await world.post(caller, path, body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/fhir+json")
    assert answer.json()["resourceType"] == "OperationOutcome"
    return [(issue["severity"], *issue.get("expression", [""])) for issue in answer.json()["issue"]]


WELL = [("information", "")]
LACKING = [("error", f"CarePlan.{name}") for name in ("careTeam", "supportingInfo", "activity", "category")]
"""The elements of a SIP that this contract lacks."""
UNTITLED = [("error", "CarePlan.title")]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/fhir/$validate", GOAL, WELL),
        ("/fhir/Goal/$validate", GOAL, WELL),
        ("/fhir/Goal/g/$validate", GOAL | {"id": "g"}, WELL),
        ("/fhir/$validate", {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": GOAL}]}, WELL),
        ("/fhir/Questionnaire/$validate", {"resourceType": "Questionnaire", "status": "draft"}, WELL),
        ("/fhir/$validate", CONTRACT, UNTITLED),
        ("/fhir/CarePlan/$validate", parameters(RESOURCE), UNTITLED),
        ("/fhir/CarePlan/c/$validate", parameters(RESOURCE, mode("update")), UNTITLED),
        ("/fhir/$validate", parameters(RESOURCE, mode("delete")), [("error", "")]),
        ("/fhir/CarePlan/c/$validate?mode=delete", parameters(), [("error", "")]),
        ("/fhir/$validate", parameters({"name": "resource", "resource": CONTRACT | {"title": "a"}}, PROFILE),
         LACKING),
        (f"/fhir/$validate?profile={OURS}/sip", CONTRACT | {"title": "a"},
         LACKING),
        (f"/fhir/$validate?profile={OURS}/nothing", GOAL, [("error", "")]),
        (f"/fhir/$validate?profile={OURS}/team&_format=json", GOAL, [("error", "")]),
        ("/fhir/$validate", parameters({"name": "resource", "resource": GOAL}, {"name": "profile", "valueCanonical": "urn:x"}), [("error", "")]),
        ("/fhir/Task/$validate", GOAL, [("error", "resourceType")]),
        ("/fhir/Goal/other/$validate", GOAL | {"id": "g"}, [("error", "Goal.id")]),
        ("/fhir/$validate", GOAL | {"meta": {"profile": ["urn:other"]}}, [("information", ""), ("warning", "Goal.meta.profile[0]")]),
    ],
)  # fmt: skip
async def test_every_issue_is_listed(world, path, body, expected):
    """Of the type, of the profiles that apply and of the requested one; or one information that there is none."""
    assert await issues(world, body, path) == expected


async def test_issues_have_texts_in_both_languages(world):
    """As in every OperationOutcome, and without the value that was sent."""
    answer = await world.post("physician", "/fhir/$validate", GOAL | {"lifecycleStatus": "hemligt"})
    (issue,) = answer.json()["issue"]

    assert issue["details"]["text"].startswith("The code must be one of")
    assert "Koden ska vara en av" in json.dumps(issue["details"]["_text"], ensure_ascii=False)
    assert "hemligt" not in answer.text


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('{"resourceType":"Goal","id":"a","id":"b"}', 200),
        ('{"resourceType":"Goal","a":NaN}', 200),
        ('{"a":1}', 200),
        ("[]", 200),
        ('{"resourceType":"Goal"', 400),
        ("", 400),
        ("[" * 100_000, 400),
    ],
)
async def test_json_that_is_not_strict_is_an_issue(world, text, status):
    """A body that is not JSON at all is a bad request."""
    answer = await world.send("POST", "physician", "/fhir/$validate", content=text)

    assert (answer.status_code, answer.json()["issue"][0]["severity"]) == (status, "error")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/fhir/$validate", parameters(), 400),
        ("/fhir/$validate", parameters(RESOURCE, mode("all")), 400),
        ("/fhir/$validate?mode=create", parameters(RESOURCE, mode("create")), 400),
        ("/fhir/$validate", parameters(RESOURCE, {"name": "mode"}), 400),
        ("/fhir/$validate", parameters(RESOURCE, {"name": ["mode"], "valueCode": "create"}), 400),
        ("/fhir/$validate", parameters(RESOURCE, 5), 400),
        ("/fhir/$validate", parameters({"name": "resource", "resource": {"resourceType": ["Goal"]}}), 400),
        ("/fhir/$validate", {"resourceType": "Parameters", "parameter": 5}, 400),
        ("/fhir/$validate?other=1", GOAL, 400),
        ("/fhir/Nothing/$validate", GOAL, 404),
        ("/fhir/Goal/a b/$validate", GOAL, 404),
    ],
)
async def test_other_parameters_and_addresses_are_refused(world, path, body, status):
    """Parameters that the operation does not have, and addresses that do not exist."""
    answer = await world.post("physician", path, body)

    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")


async def test_it_needs_a_caller_of_any_kind(world):
    """A token is needed; a person and a system may validate too, and the body must be JSON."""
    assert await issues(world, GOAL, caller="gunnar") == WELL
    assert await issues(world, GOAL, caller="ehr-region") == WELL
    assert (await world.client.post("/fhir/$validate", json=GOAL)).status_code == 401
    wrong = await world.send(
        "POST", "physician", "/fhir/$validate", content="a", headers={"content-type": "text/plain"}
    )
    assert wrong.status_code == 415


async def test_nothing_is_stored_and_no_data_is_read(world):
    """It stores no resource and adds no event to the trail."""
    person = {"reference": f"Patient/{world.ids['gunnar']}"}
    before = await world.get("log-auditor", f"/fhir/AuditEvent?patient={person['reference']}&_total=accurate")
    assert await issues(world, GOAL | {"subject": person}, "/fhir/Goal/$validate") == WELL
    after = await world.get("log-auditor", f"/fhir/AuditEvent?patient={person['reference']}&_total=accurate")

    assert before.status_code == 200, before.text
    assert after.json()["total"] - before.json()["total"] <= 1  # the auditor's own look


async def test_a_write_lists_the_same_faults(world):
    """A create and a push: every fault of the profile with its place, and nothing is stored."""
    person = {"reference": f"Patient/{world.ids['gunnar']}"}
    plan = {**CONTRACT, "subject": person, "note": [{"text": "a"}]}
    validated = await issues(world, plan)
    alone = await world.post("physician", "/fhir/CarePlan", plan)
    pushed = {
        "fullUrl": "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "resource": plan,
        "request": {"method": "POST", "url": "CarePlan"},
    }
    push = await world.post("ehr-region", "/fhir", {"resourceType": "Bundle", "type": "transaction", "entry": [pushed]})

    assert (alone.status_code, push.status_code) == (422, 422)
    assert validated == [("error", "CarePlan.note"), ("error", "CarePlan.title")]
    assert [("error", *issue["expression"]) for issue in alone.json()["issue"]] == validated
    assert [issue["expression"] for issue in push.json()["issue"]] == [
        ["Bundle.entry[0].resource.note"],
        ["Bundle.entry[0].resource.title"],
    ]
