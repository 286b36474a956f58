"""A contract's resources as a record system pushes them: the plan, its goals and its Provenance."""

from tests.builders.resources import HSA, PARTICIPANT

KEY = {"system": "https://journal.example/plan", "value": "K-1"}


def contract_push(world, plan, *resources, at):
    """A push of a contract of the region's, and what else; each by its key."""
    person = {"reference": f"Patient/{world.ids['maria']}"}
    codes = {
        "https://samplan.se/fhir/CodeSystem/agreement-part": "patient-contract",
        "http://snomed.info/sct": "734163000",
    }
    contract = {
        "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Kontrakt",
        "meta": {"lastUpdated": at}, "identifier": [KEY], "subject": person,
        "category": [{"coding": [{"system": system, "code": code}]} for system, code in codes.items()],
        "note": [{"authorReference": person, "text": "Att kunna cykla"}], **plan,
    }  # fmt: skip
    return [contract, *resources]


def pushed_goal(world, text, at, key="G-1"):
    """A goal that a record system keeps."""
    return {
        "resourceType": "Goal", "meta": {"lastUpdated": at}, "identifier": [{**KEY, "value": key}],
        "lifecycleStatus": "active", "description": {"text": text},
        "subject": {"reference": f"Patient/{world.ids['maria']}"},
    }  # fmt: skip


def contract_provenance(place, role, giver=None, **more):
    """A Provenance about a contract, of a giver as custodian or of whoever attests."""
    who = (
        {"identifier": {"system": HSA, "value": giver}, "type": "Organization"}
        if giver
        else {"display": "X", "type": "Practitioner"}
    )
    return {
        "resourceType": "Provenance", "target": [{"reference": place}], "recorded": "2030-01-20T08:00:00Z",
        "agent": [{"type": {"coding": [{"system": PARTICIPANT, "code": role}]}, "who": who}], **more,
    }  # fmt: skip
