"""FHIR REST for stored resources: read, create, update, search."""

import json

import pytest

from tests.builders.resources import goal


async def create(world, resource, caller="physician"):
    """POST a resource."""
    return await world.post(caller, f"/fhir/{resource['resourceType']}", resource)


async def test_a_created_resource_is_read_byte_for_byte(world):
    """Only id and meta are added; a decimal keeps its digits."""
    text = (
        '{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"Väga  mindre"},'
        '"subject":{"reference":"Patient/GUNNAR"},'
        '"target":[{"measure":{"text":"Vikt"},"detailQuantity":{"value":80.00,"unit":"kg"}}]}'
    ).replace("GUNNAR", world.ids["gunnar"])
    answer = await world.send("POST", "physician", "/fhir/Goal", content=text.encode())
    read = await world.get("physician", answer.headers["location"])

    assert answer.status_code == 201, answer.text
    assert '"description":{"text":"Väga  mindre"}' in read.text
    assert "80.00" in read.text
    assert read.headers["etag"] == 'W/"1"'
    assert read.headers["last-modified"].endswith("GMT")


async def test_update_needs_the_version(world):
    """428 without, 412 with another, 200 with the right one, and the version counts up."""
    first = await create(world, goal(world))
    changed = json.dumps({**first.json(), "lifecycleStatus": "completed"})
    address = first.headers["location"]

    async def put(version):
        headers = {"if-match": version} if version else {}
        return await world.send("PUT", "physician", address, content=changed, headers=headers)

    assert (await put(None)).status_code == 428
    assert (await put('W/"2"')).status_code == 412
    answer = await put('W/"1"')
    assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"2"')
    assert (await world.get("physician", address)).json()["lifecycleStatus"] == "completed"
    assert (await put('W/"1"')).status_code == 412


async def test_the_id_in_the_body_is_that_of_the_address(world):
    """400 otherwise; and PUT never makes a new resource."""
    first = await create(world, goal(world))
    other = await world.send(
        "PUT",
        "physician",
        first.headers["location"],
        content=json.dumps(goal(world, id="other")),
        headers={"if-match": 'W/"1"'},
    )
    new = await world.send(
        "PUT", "physician", "/fhir/Goal/new", content=json.dumps(goal(world, id="new")), headers={"if-match": 'W/"1"'}
    )

    assert (other.status_code, new.status_code) == (400, 404)


async def test_a_resource_cannot_change_person(world):
    """Its subject stays."""
    first = await create(world, goal(world))
    moved = {**first.json(), "subject": {"reference": f"Patient/{world.ids['maria']}"}}
    answer = await world.send(
        "PUT", "physician", first.headers["location"], content=json.dumps(moved), headers={"if-match": 'W/"1"'}
    )

    assert answer.status_code == 422


async def test_staff_change_only_their_own_givers(world):
    """The nurse of another giver sees it, and may not write it."""
    first = await create(world, goal(world))
    body = json.dumps({**first.json(), "lifecycleStatus": "completed"})

    assert (await world.get("municipal-nurse", first.headers["location"])).status_code == 200
    answer = await world.send(
        "PUT", "municipal-nurse", first.headers["location"], content=body, headers={"if-match": 'W/"1"'}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "caller,status", [("home-care", 403), ("administrator", 403), ("gunnar", 403), ("maria", 403), ("log-auditor", 403)]
)
async def test_others_do_not_write(world, caller, status):
    """A role that never writes gets 403, whoever it is about."""
    assert (await create(world, goal(world), caller)).status_code == status


async def test_a_resource_of_nobody_is_refused(world):
    """It must be about one patient."""
    nobody = goal(world, subject={"display": "någon"})

    assert (await create(world, nobody)).status_code == 422


async def test_read_answers_304_when_nothing_changed(world):
    """By ETag; the disclosure is in the trail all the same."""
    first = await create(world, goal(world))
    answer = await world.get("physician", first.headers["location"], headers={"if-none-match": 'W/"1"'})

    assert (answer.status_code, answer.content) == (304, b"")


async def test_search_by_patient_finds_what_the_caller_may_see(world):
    """A searchset with self link; it has a total only on request, which never counts hidden resources."""
    patient = world.ids["gunnar"]
    mine = (await world.get("gunnar", f"/fhir/Appointment?patient=Patient/{patient}&_total=accurate")).json()
    theirs = (await world.get("administrator", f"/fhir/Appointment?patient={patient}&_total=accurate")).json()
    none = (await world.get("administrator", f"/fhir/CarePlan?patient={patient}&_total=accurate")).json()

    assert mine["total"] == len(mine["entry"]) > theirs["total"] > 0
    assert none["total"] == 0
    assert "entry" not in none
    assert "total" not in (await world.get("gunnar", f"/fhir/Appointment?patient={patient}")).json()


async def test_search_of_a_person_out_of_reach_is_empty(world):
    """The answer is that for an unknown person."""
    hidden = await world.get("maria", f"/fhir/Appointment?patient={world.ids['gunnar']}")
    absent = await world.get("maria", "/fhir/Appointment?patient=nobody")

    assert (hidden.status_code, absent.status_code) == (200, 200)
    assert "entry" not in hidden.json()
    assert hidden.json().keys() == absent.json().keys()


async def test_search_pages_by_next(world):
    """The pages hold every match once."""
    address = f"/fhir/Appointment?patient={world.ids['gunnar']}&_count=2"
    seen = []
    while address:
        page = (await world.get("gunnar", address)).json()
        seen += [entry["resource"]["id"] for entry in page["entry"]]
        address = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)

    assert len(seen) == len(set(seen)) > 4


async def test_search_narrows_by_status_and_id(world):
    """Several values are alternatives."""
    patient = world.ids["gunnar"]
    matches = (await world.get("gunnar", f"/fhir/Appointment?patient={patient}&status=cancelled,fulfilled")).json()
    resource_id = matches["entry"][0]["resource"]["id"]
    by_id = (await world.get("gunnar", f"/fhir/Appointment?_id={resource_id}")).json()

    assert {entry["resource"]["status"] for entry in matches["entry"]} == {"cancelled", "fulfilled"}
    assert [entry["resource"]["id"] for entry in by_id["entry"]] == [resource_id]


async def test_a_person_is_found_by_number_only_by_post(world):
    """A caller who may not ask about the person finds nobody."""
    form = {"identifier": "http://electronichealth.se/identifier/personnummer|195009072553"}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    visible = await world.send("POST", "physician", "/fhir/Patient/_search", data=form, headers=headers)
    hidden = await world.send("POST", "maria", "/fhir/Patient/_search", data=form, headers=headers)
    got = await world.get("physician", "/fhir/Patient?identifier=x|y")

    assert visible.json()["entry"][0]["resource"]["id"] == world.ids["gunnar"]
    assert "195009072553" not in json.dumps(visible.json()["link"])
    assert "entry" not in hidden.json()
    assert got.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "",
        "subject=x",
        "patient=x&nonsense=1",
        "patient=x&patient=y",
        "patient=x&_count=many",
        "patient=x&_total=maybe",
        "patient=x%20y",
    ],
)
async def test_bad_searches_are_refused(world, query):
    """400, never everything."""
    answer = await world.get("gunnar", f"/fhir/Appointment?{query}")

    assert answer.status_code == 400
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_a_search_form_must_be_a_form(world):
    """415 otherwise."""
    assert (await world.post("gunnar", "/fhir/Appointment/_search", {})).status_code == 415
