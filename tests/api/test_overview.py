"""The overview over HTTP: each caller gets exactly their part."""

import json

import pytest

STAFF = ("physician", "physician-without-consent", "municipal-nurse", "home-care", "administrator")


def references(overview):
    """The references of all items in an overview."""
    listed = {item["reference"] for part in ("contacts", "times", "plans", "timeline") for item in overview[part]}
    agreement = overview["agreement"] or {}
    return listed | {
        item["reference"] for part in ("goals", "iDo", "careDoes", "ifWorse") for item in agreement.get(part, ())
    }


async def test_the_person_sees_everything(world):
    """The agreement with its four parts, contacts, times and plans, and the next step."""
    overview = (await world.get("gunnar", "/api/overview/me")).json()

    assert overview["complete"] is True
    assert overview["patient"]["name"].endswith("Ljungberg")
    assert overview["agreement"]["whatMatters"]
    assert all(overview["agreement"][part] for part in ("goals", "iDo", "careDoes", "ifWorse", "contactWays"))
    assert overview["contacts"]
    assert len(references(overview)) >= 8
    assert overview["nextStep"]["start"]
    assert overview["nextStep"]["status"] == "booked"


async def test_me_and_the_patients_id_give_the_same_overview(world):
    """By both addresses."""
    mine = (await world.get("gunnar", "/api/overview/me")).json()
    asked = await world.overview("gunnar", "gunnar")

    assert references(mine) == references(asked)


@pytest.mark.parametrize("caller", STAFF)
async def test_staff_see_a_part_of_what_the_person_sees(world, caller):
    """No item is in a staff overview that is not in the person's own."""
    person = references(await world.overview("gunnar", "gunnar"))
    staff = references(await world.overview(caller, "gunnar"))

    assert staff <= person
    assert staff


async def test_callers_get_different_overviews(world):
    """By consent, role and relation."""
    seen = {caller: frozenset(references(await world.overview(caller, "gunnar"))) for caller in ("gunnar", *STAFF)}

    assert len(set(seen.values())) >= 4
    assert seen["physician-without-consent"] < seen["physician"]
    assert seen["home-care"] < seen["municipal-nurse"]


async def test_the_administrator_sees_times_only(world):
    """No plans, no goals and no contacts."""
    overview = await world.overview("administrator", "gunnar")

    assert overview["times"]
    assert (overview["plans"], overview["contacts"], overview["agreement"]) == ([], [], None)
    assert {item["type"] for item in overview["timeline"]} == {"Appointment"}


async def test_home_care_sees_times_self_care_and_home_care(world):
    """No plan, no goal and no other care."""
    overview = await world.overview("home-care", "gunnar")

    assert overview["plans"] == []
    assert {item["kind"] for item in overview["timeline"]} <= {"time", "self-care", "home-care"}
    assert any(item["kind"] == "home-care" for item in overview["timeline"])


@pytest.mark.parametrize(
    "caller,person",
    [("maria", "gunnar"), ("home-care", "tom"), ("gunnar", "signe"), ("ehr-region", "nobody"), ("physician", "nobody")],
)
async def test_out_of_reach_is_as_absent(world, caller, person):
    """A person whom the caller may not ask about and an unknown person give the same 404."""
    known = await world.post(caller, "/api/overview", {"patient": f"Patient/{world.ids.get(person, 'nobody')}"})
    unknown = await world.post(caller, "/api/overview", {"patient": "Patient/not-there"})

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (404, unknown.content)
    assert dict(known.headers) == dict(unknown.headers)


async def test_a_guardian_sees_the_child_under_13(world):
    """And their own overview."""
    child = await world.overview("andreas", "signe")
    own = (await world.get("andreas", "/api/overview/me")).json()

    assert child["times"]
    assert own["patient"]["reference"] == f"Patient/{world.ids['andreas']}"


async def test_staff_have_no_overview_of_themselves(world):
    """`me` is for persons: 403."""
    assert (await world.get("physician", "/api/overview/me")).status_code == 403


async def test_the_bundle_and_the_json_hold_the_same_items(world):
    """The Bundle counts its matches."""
    patient = world.ids["gunnar"]
    bundle = (await world.get("physician", f"/fhir/Patient/{patient}/$overview")).json()
    posted = (await world.post("physician", f"/fhir/Patient/{patient}/$overview", {})).json()
    overview = await world.overview("physician", "gunnar")
    items = {f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in bundle["entry"]}

    assert bundle["total"] == len(bundle["entry"])
    assert references(overview) <= items
    assert [entry["fullUrl"] for entry in posted["entry"]] == [entry["fullUrl"] for entry in bundle["entry"]]


@pytest.mark.parametrize("caller", ["gunnar", *STAFF])
async def test_no_reference_is_to_a_hidden_resource(world, caller):
    """Every reference in a Bundle to a resource of the person is to one in the Bundle."""
    bundle = (await world.get(caller, f"/fhir/Patient/{world.ids['gunnar']}/$overview")).json()
    text = json.dumps([entry["resource"] for entry in bundle.get("entry", ())])
    items = {f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in bundle.get("entry", ())}
    whole = (await world.get("gunnar", f"/fhir/Patient/{world.ids['gunnar']}/$overview")).json()
    hidden = {f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in whole["entry"]} - items

    assert [reference for reference in hidden if reference in text and not reference.startswith("Patient/")] == []


@pytest.mark.parametrize(
    "body",
    [{}, {"patient": 1}, {"patient": "Patient/"}, {"patient": "Patient/x", "more": 1}, {"patient": "Patient/x/y"}],
)
async def test_a_body_without_a_patient_is_400(world, body):
    """With the element and the fix."""
    answer = await world.post("physician", "/api/overview", body)

    assert answer.status_code == 400
    assert answer.json()["issue"][0]["expression"] == ["patient"]
