"""Requests about contracts: create, read and revise them, and edit their resources through FHIR."""

import json

from app.demo.data import contracts


def contract(world, person="maria", **more):
    """A contract with all four parts."""
    return {**contracts.contract(world.days.today, f"Patient/{world.ids[person]}"), **more}


def small_contract(world, person="maria", **more):
    """A contract of few words."""
    agreement = {
        "whatMatters": "Att kunna cykla",
        "goals": [{"goal": "Cykla till sjön"}, {"goal": "Cykla till byn"}],
        "iDo": [{"what": "Jag cyklar en gång i veckan"}],
    }
    return {"patient": f"Patient/{world.ids[person]}", "title": "Kontrakt", "agreement": agreement, **more}


async def create_contract(world, sent, caller="physician"):
    """POST a contract; it must succeed."""
    answer = await world.post(caller, "/api/contracts", sent)
    assert answer.status_code == 201, answer.text
    return answer


async def revise(world, answer, changed=None, *, caller="physician", reason=None, **more):
    """PUT a contract over what was answered: the whole `changed`, or the same with some members changed."""
    sent = dict(changed if changed is not None else answer.json()) | more
    if reason is not None:
        sent["revision"] = {"reason": reason}
    headers = {"if-match": answer.headers["etag"]}
    return await world.send("PUT", caller, contract_path(answer), content=json.dumps(sent), headers=headers)


async def revise_or_fail(world, answer, changed=None, **more):
    """The same; it must succeed."""
    repeated = await revise(world, answer, changed, **more)
    assert repeated.status_code == 200, repeated.text
    return repeated


def contract_path(answer):
    """The address of the contract that was answered."""
    return f"/api/contracts/{answer.json()['id']}"


async def revisions(world, answer, caller="physician"):
    """The list of its revisions."""
    found = await world.get(caller, f"{contract_path(answer)}/revisions")
    assert found.status_code == 200, found.text
    return found.json()


async def read(world, kind, id, caller="physician"):
    """A resource; it must be there."""
    answer = await world.get(caller, f"/fhir/{kind}/{id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def edit(world, kind, id, caller="physician", **more):
    """PUT a resource through FHIR with some elements changed; returns the answer."""
    resource = {**await read(world, kind, id, caller), **more}
    headers = {"if-match": f'W/"{resource["meta"]["versionId"]}"'}
    return await world.send("PUT", caller, f"/fhir/{kind}/{id}", content=json.dumps(resource), headers=headers)


async def versions(world, answer, caller="gunnar"):
    """The version of every resource of the person's, by reference."""
    patient = answer.json()["patient"].removeprefix("Patient/")
    bundle = (await world.get(caller, f"/fhir/Patient/{patient}/$overview")).json()
    found = [entry["resource"] for entry in bundle["entry"]]
    return {f"{one['resourceType']}/{one['id']}": one["meta"]["versionId"] for one in found}


def part(answer, *path):
    """What stands at a path of the contract."""
    node = answer.json()
    for step in path:
        node = node[step]
    return node
