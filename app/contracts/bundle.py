"""A contract as its resources, and those as one transaction: all are stored, or none.

http://hl7.org/fhir/R4/http.html#transaction
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app.contracts import activities, appointments, careplan, careteam, goals, identity
from app.contracts import provenance as trail
from app.contracts.elements import Json
from app.contracts.model import PatientContract
from app.contracts.provenance import Author

BUILDERS: Final[Mapping[str, Callable[..., Json]]] = {
    "agreement.goals": goals.goal,
    "agreement.iDo": activities.i_do,
    "agreement.careDoes": activities.care_does,
    "agreement.ifWorse": activities.if_worse,
    "contacts": careteam.permanent_contact,
    "times": appointments.appointment,
    "plans": careplan.linked_plan,
}
"""Each list of the contract and what makes a resource of its items."""


def resources(
    contract: PatientContract, *, ids: Callable[[str], str], author: Author, now: datetime, revises: bool = False
) -> list[Json]:
    """Every resource of a contract: the agreement's CarePlan first, the Provenance of all last.

    `ids` gives the id of each part (`identity.ids`). Resources refer to each other and to the person as `Type/id`.
    """
    built: dict[str, list[Json]] = {name: [] for name in BUILDERS}
    for name, place, part in contract.parts():
        id = ids(identity.key(name, place, part.id))
        built[name].append(BUILDERS[name](part, id=id, patient=contract.patient))
    teams = [careteam.team(contract, id=ids(identity.TEAM))] if contract.team or contract.agreement.contact_ways else []
    plan = careplan.care_plan(
        contract, _held(built, teams), id=ids(identity.CONTRACT), author=trail.responsible(author)
    )
    all_but_trail = [plan, *teams, *(resource for each in built.values() for resource in each)]
    targets = [address(resource) for resource in all_but_trail]
    trail_id = ids(identity.PROVENANCE)
    return [*all_but_trail, trail.provenance(targets, author, id=trail_id, now=now, revises=revises)]


def _held(built: Mapping[str, Sequence[Json]], teams: Sequence[Json]) -> careplan.Held:
    activity = ("agreement.iDo", "agreement.careDoes", "agreement.ifWorse", "times")
    return careplan.Held(
        teams=[address(one) for one in (*teams, *built["contacts"])],
        goals=[address(one) for one in built["agreement.goals"]],
        activities=[address(one) for name in activity for one in built[name]],
        plans=[address(one) for one in built["plans"]],
    )


def address(resource: Mapping[str, Any]) -> str:
    """The relative reference of a resource, `Type/id`."""
    return f"{resource['resourceType']}/{resource['id']}"


def transaction(resources: Sequence[Json], *, base: str) -> Json:
    """A transaction Bundle that puts each resource in its place under `base`."""
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": f"{base}/{address(resource)}",
                "resource": resource,
                "request": {"method": "PUT", "url": address(resource)},
            }
            for resource in resources
        ],
    }
