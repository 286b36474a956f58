"""A patient contract read back from its resources: what `bundle.resources` wrote, and what others write likewise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.contracts import activities, appointments, careplan, careteam, goals, identity
from app.contracts.bundle import address
from app.contracts.elements import Json, codes_in, present, read_part, read_period
from app.fhir import codes

Resource = Mapping[str, Any]


class _Read(NamedTuple):
    """An item of one list of the contract, with the resource that it is."""

    name: str
    resource: Resource
    items: Sequence[Json]


_ACTIVITIES: Final[Mapping[str, tuple[str, Callable[[Resource], Json]]]] = {
    codes.I_DO: ("agreement.iDo", activities.read_planned),
    codes.CARE_DOES: ("agreement.careDoes", activities.read_care_does),
    codes.IF_WORSE: ("agreement.ifWorse", activities.read_if_worse),
}


def contract(resources: Sequence[Resource]) -> Json:
    """The contract's JSON, each part with its id; parts that are not among the resources are left out.

    Raises:
        ValueError: no agreement's CarePlan is among the resources.
    """
    plan = agreement(resources)
    read = list(_parts(plan, resources))
    teams = [each.resource for each in read if each.name == identity.TEAM]
    return {
        **read_part(plan),
        **present(patient=plan.get("subject", {}).get("reference"), title=plan.get("title"), status=plan.get("status")),
        **present(period=read_period(plan.get("period"))),
        "agreement": {
            **present(whatMatters=careplan.what_matters(plan)),
            "goals": _items(read, "agreement.goals"),
            "iDo": _items(read, "agreement.iDo"),
            "careDoes": _items(read, "agreement.careDoes"),
            "ifWorse": _items(read, "agreement.ifWorse"),
            "contactWays": [way for team in teams for way in careteam.read_ways(team)],
        },
        "contacts": _items(read, "contacts"),
        "team": _items(read, identity.TEAM),
        "times": _items(read, "times"),
        "plans": _items(read, "plans"),
    }


def parts(resources: Sequence[Resource]) -> dict[str, str]:
    """The id of each part's resource, by the key that `bundle.resources` asks for it with.

    Raises:
        ValueError: no agreement's CarePlan is among the resources.
    """
    plan = agreement(resources)
    trail = (one["id"] for one in resources if one.get("resourceType") == "Provenance")
    return {
        identity.CONTRACT: plan["id"],
        **present(**{identity.PROVENANCE: next(trail, None)}),
        **{
            identity.TEAM if name == identity.TEAM else identity.key(name, 0, resource["id"]): resource["id"]
            for name, resource, _ in _parts(plan, resources)
        },
    }


def agreement(resources: Sequence[Resource]) -> Resource:
    """The agreement's CarePlan among some resources.

    Raises:
        ValueError: there is none.
    """
    plan = next((one for one in resources if careplan.is_agreement(one)), None)
    if plan is None:
        raise ValueError("none of the resources is the CarePlan of a patient contract")
    return plan


def _parts(plan: Resource, resources: Sequence[Resource]) -> Iterator[_Read]:
    """What the plan refers to and is at hand, in the plan's order."""
    at_hand = {address(resource): resource for resource in resources}
    for reference in _references(plan):
        if found := at_hand.get(reference):
            yield _read(found)


def _references(plan: Resource) -> list[str]:
    held = [
        *plan.get("careTeam", ()),
        *plan.get("goal", ()),
        *(one.get("reference", {}) for one in plan.get("activity", ())),
        *plan.get("supportingInfo", ()),
    ]
    return [one["reference"] for one in held if "reference" in one]


def _read(resource: Resource) -> _Read:
    match resource["resourceType"]:
        case "Goal":
            return _Read("agreement.goals", resource, [goals.read(resource)])
        case "Appointment":
            return _Read("times", resource, [appointments.read(resource)])
        case "CarePlan":
            return _Read("plans", resource, [careplan.read_linked_plan(resource)])
        case "CareTeam" if careteam.is_team(resource):
            return _Read(identity.TEAM, resource, careteam.read_team(resource))
        case "CareTeam":
            return _Read("contacts", resource, list(careteam.read_permanent(resource)))
        case "ServiceRequest":
            return _read_activity(resource)
    return _Read("", resource, ())


def _read_activity(resource: Resource) -> _Read:
    """An activity by its category; one without is care's."""
    kinds = codes_in(resource.get("category", ()), codes.AGREEMENT_PART)
    name, read = next((_ACTIVITIES[kind] for kind in kinds if kind in _ACTIVITIES), _ACTIVITIES[codes.CARE_DOES])
    return _Read(name, resource, [read(resource)])


def _items(read: Sequence[_Read], name: str) -> list[Json]:
    return [item for each in read if each.name == name for item in each.items]
