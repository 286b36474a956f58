"""Requests to the app that many tests make, and what they read from the answers."""

import json

import asyncpg

from tests.builders.resources import bundle


async def push(world, caller, *resources, **more):
    """Push a transaction."""
    return await world.post(caller, "/fhir", bundle(*resources, **more))


async def put(world, caller, resource, version=1, *, address=None):
    """PUT a resource at a version."""
    where = address or f"/fhir/{resource['resourceType']}/{resource['id']}"
    return await world.send("PUT", caller, where, content=json.dumps(resource), headers={"if-match": f'W/"{version}"'})


def tag_of(answer):
    """The ETag of an answer, without its marks."""
    return answer.headers["etag"][3:-1]


async def push_one(world, caller, resource):
    """Push one resource; returns it as it is stored."""
    answer = await push(world, caller, resource)
    assert answer.status_code == 200, answer.text
    place = answer.json()["entry"][-1]["response"]["location"].partition("/_history")[0]
    return (await world.get(caller, f"/fhir/{place}")).json()


async def create(world, resource, caller="physician"):
    """Create a resource; returns it as it is stored."""
    answer = await world.post(caller, f"/fhir/{resource['resourceType']}", resource)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def sees(world, caller, resource):
    """Whether a caller can read a resource."""
    return (await world.get(caller, f"/fhir/{resource['resourceType']}/{resource['id']}")).status_code == 200


async def statement(world, text, person=""):
    """Run a statement as the owner, about a person."""
    connection = await asyncpg.connect(world.database.owner_url)
    try:
        await connection.execute("SELECT set_config('samplan.patient', $1, false)", world.ids.get(person, person))
        return await connection.fetch(text)
    finally:
        await connection.close()


async def inner_block(world, unit, person="gunnar"):
    """Block a unit's information within its giver."""
    await statement(
        world,
        "INSERT INTO fact (patient, id, kind, giver, unit, starts) VALUES "
        f"('{world.ids[person]}', 'inner', 'inner-block', '{unit.giver.hsa_id}', '{unit.hsa_id}', now() - interval '1 day')",
        person,
    )


def same(first, second):
    """Two answers are the same to the last byte."""
    return (first.status_code, first.content, dict(first.headers)) == (
        second.status_code,
        second.content,
        dict(second.headers),
    )


async def times(world, caller, only=""):
    """The times in the overview that a caller gets; or the ids of the Appointments with a key of one system."""
    person = caller if caller in world.ids else "gunnar"
    if only:
        found = (await world.get(caller, f"/fhir/Appointment?patient={world.ids[person]}&_count=200")).json()["entry"]
        return [
            one["resource"]["id"] for one in found if one["resource"].get("identifier", [{}])[0].get("system") == only
        ]
    return [one["reference"] for one in (await world.overview(caller, person))["times"]]


def states(answer):
    """The status of each entry."""
    return [entry["response"]["status"].partition(" ")[0] for entry in answer.json()["entry"]]


def location(answer, place=-1):
    """Where an entry was stored."""
    return answer.json()["entry"][place]["response"]["location"].partition("/_history")[0]


async def stored(world, reference, caller="ehr-region"):
    """What is stored."""
    return (await world.get(caller, f"/fhir/{reference}")).json()


def faults(answer):
    """The code and the element of each fault."""
    return [(issue["code"], issue["expression"][0]) for issue in answer.json()["issue"]]
