"""A patient contract read back from its resources: what `bundle.resources` wrote, and what others write likewise."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.contracts import (
    activities,
    answers,
    appointments,
    careplan,
    careteam,
    consents,
    documents,
    goals,
    identity,
    provenance,
    relatives,
    tasks,
)
from app.contracts.codes import TASK_KIND
from app.contracts.lens import Json, Resource, Shape, address, code_in, codes_in, present
from app.contracts.places import key
from app.fhir import codes
from app.fhir.references import local_target
from app.fhir.times import moments

_TASKS: Final = {"review": ("review", tasks.REVIEW), "sip-summons": ("sip.summons", tasks.SUMMONS)}
_BESIDE: Final = "agreement.goals.professionalGoals"


class _Read(NamedTuple):
    """A resource, the list or field of the contract that it is in, and its JSON there."""

    name: str
    resource: Resource
    part: Json


def contract(resources: Sequence[Resource]) -> Json:
    """The contract's JSON, each part with its id; parts that are not among the resources are left out.

    Raises:
        ValueError: no agreement's CarePlan is among the resources.
    """
    plan = agreement(resources)
    read = list(_parts(plan, resources))
    said = careplan.CONTRACT.read(plan)
    team = next((each.part for each in read if each.name == identity.TEAM), {})
    lists = {name: _items(read, name) for name in ("contacts", "times", "plans", "documents", "confirmations")}
    return {
        **{name: value for name, value in said.items() if name != "whatMatters"},
        **present(aboutMe=_one(read, "aboutMe"), review=_one(read, "review"), sip=_sip(plan, read, team)),
        **present(revision=_revision(plan, resources)),
        "agreement": {
            **present(whatMatters=said.get("whatMatters")),
            "goals": _goals(read),
            **{name: _items(read, f"agreement.{name}") for name in ("iDo", "careDoes", "othersDo", "ifWorse")},
            "contactWays": team.get("contactWays", []),
        },
        **lists,
        "sevenQuestions": _items(read, "sevenQuestions"),
        "team": team.get("team", []),
        "copies": team.get("copies", []),
        "relatives": _relatives(read, team.get("relatives", [])),
    }


def parts(resources: Sequence[Resource]) -> dict[str, str]:
    """The id of each part's resource, by the key that `bundle.resources` asks for it with.

    Raises:
        ValueError: no agreement's CarePlan is among the resources.
    """
    plan = agreement(resources)
    known = {identity.CONTRACT: plan["id"]}
    for name, resource, _ in _parts(plan, resources):
        known.setdefault(name if name == identity.TEAM else key(name, resource["id"]), resource["id"])
    if trail := _trail(plan, resources):
        known[identity.REVISION] = trail[-1]["id"]
    return known


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
    """What the plan refers to and is at hand, in the plan's order, and the confirmations that refer to the plan."""
    at_hand = {address(resource): resource for resource in resources}
    held = [at_hand[reference] for reference in _references(plan) if reference in at_hand]
    for resource in held:
        if (found := _place(resource)) and _stands(resource, held):
            name, shape = found
            yield _Read(name, resource, shape.read(resource))
    for resource in resources:
        if provenance.is_confirmation(resource) and _is_of(resource, plan):
            yield _Read("confirmations", resource, provenance.CONFIRMATION.read(resource))


def _stands(resource: Resource, held: Sequence[Resource]) -> bool:
    """Whether a resource has its place: a professional goal whose goal is not at hand has none."""
    beside = goals.parent_of(resource)
    return beside is None or beside in {address(one) for one in held}


def _references(plan: Resource) -> list[str]:
    held = [
        *plan.get("careTeam", ()),
        *plan.get("goal", ()),
        *(one.get("reference", {}) for one in plan.get("activity", ())),
        *plan.get("supportingInfo", ()),
    ]
    found = (local_target(one.get("reference")) for one in held)
    return list(dict.fromkeys(one for one in found if one))


def _place(resource: Resource) -> tuple[str, Shape] | None:
    """The list or field that a resource is in, and its shape; None for what a contract has no place for."""
    match resource["resourceType"]:
        case "Goal" if goals.parent_of(resource):
            return _BESIDE, goals.PROFESSIONAL_GOAL
        case "ServiceRequest":
            return _activity(resource)
        case "Task":
            return _TASKS.get(code_in(resource.get("code"), TASK_KIND) or "")
        case "CareTeam" if careteam.is_team(resource):
            return identity.TEAM, careteam.TEAM
        case "QuestionnaireResponse":
            return answers.BY_QUESTIONNAIRE.get(resource.get("questionnaire", ""))
        case "Consent" if not consents.is_sip_consent(resource):
            return None
    return _BY_TYPE.get(resource["resourceType"])


_BY_TYPE: Final[Mapping[str, tuple[str, Shape]]] = {
    "Goal": ("agreement.goals", goals.GOAL),
    "Appointment": ("times", appointments.AGREED_TIME),
    "CarePlan": ("plans", careplan.PLAN),
    "CareTeam": ("contacts", careteam.PERMANENT_CONTACT),
    "DocumentReference": ("documents", documents.DOCUMENT),
    "RelatedPerson": ("relatives", relatives.RELATIVE),
    "Consent": ("sip.consent", consents.SIP_CONSENT),
}


def _activity(resource: Resource) -> tuple[str, Shape]:
    """An activity by its category; one without is care's."""
    kinds = codes_in(resource.get("category"), codes.AGREEMENT_PART)
    return next((activities.BY_PART[kind] for kind in kinds if kind in activities.BY_PART), _CARE_DOES)


_CARE_DOES: Final = activities.BY_PART[codes.CARE_DOES]


def _items(read: Sequence[_Read], name: str) -> list[Json]:
    return [each.part for each in read if each.name == name]


def _one(read: Sequence[_Read], name: str) -> Json | None:
    return next(iter(_items(read, name)), None)


def _goals(read: Sequence[_Read]) -> list[Json]:
    """The person's goals, each with the professionals' beside it."""
    beside = [(goals.parent_of(each.resource), each.part) for each in read if each.name == _BESIDE]
    return [
        {**each.part, "professionalGoals": [part for parent, part in beside if parent == address(each.resource)]}
        for each in read
        if each.name == "agreement.goals"
    ]


def _sip(plan: Resource, read: Sequence[_Read], team: Mapping[str, Any]) -> Json | None:
    if not careplan.is_sip(plan):
        return None
    return {
        **team.get("sip", {}),
        **present(consent=_one(read, "sip.consent"), summons=_one(read, "sip.summons")),
    }


def _relatives(read: Sequence[_Read], taking_part: Sequence[str]) -> list[Json]:
    return [
        {**each.part, "takesPart": address(each.resource) in taking_part} for each in read if each.name == "relatives"
    ]


def _revision(plan: Resource, resources: Sequence[Resource]) -> Json | None:
    """The latest of the plan's revisions."""
    latest = [provenance.REVISION.read(one) for one in _trail(plan, resources)[-1:]]
    return next(({name: value for name, value in one.items() if name != "id"} for one in latest), None)


def _trail(plan: Resource, resources: Sequence[Resource]) -> list[Resource]:
    """The plan's revisions, the oldest first."""
    found = [one for one in resources if provenance.is_revision(one) and _is_of(one, plan)]
    return sorted(found, key=lambda one: moments(one["recorded"]))


def _is_of(trail: Resource, plan: Resource) -> bool:
    return address(plan) in {target.get("reference") for target in trail.get("target", ())}
