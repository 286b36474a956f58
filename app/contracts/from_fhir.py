"""A patient contract read back from its resources: what `bundle.resources` wrote, and what others write likewise.

What a contract cannot hold, or would say wrongly, has no place in it: it stays in FHIR, and `bundle.beyond` lists it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.contracts import part_ids
from app.contracts.codes import TASK_KIND
from app.contracts.mapping import (
    activities,
    answers,
    appointments,
    careplan,
    careteam,
    consents,
    documents,
    goals,
    provenance,
    relatives,
    tasks,
)
from app.contracts.mapping.rows import ResourceMapping
from app.contracts.model.elements import BusinessIdentifier, Element, Period
from app.contracts.model.normalise import MODELS, fitted
from app.contracts.model.part_places import SINGLE, confirmed, has_team, key
from app.contracts.model.sections import Revision
from app.contracts.model.values import LIST_LIMIT
from app.fhir import codes
from app.fhir.elements import Json, Resource, address, code_in, codes_in, present
from app.fhir.references import local_target, patient_of
from app.fhir.times import moments

_TASKS: Final = {"review": ("review", tasks.REVIEW), "sip-summons": ("sip.summons", tasks.SUMMONS)}
_GOALS: Final = "agreement.goals"
_BESIDE: Final = "agreement.goals.professionalGoals"
_IF_WORSE: Final = "agreement.ifWorse"
_ERROR: Final = "entered-in-error"


class Read(NamedTuple):
    """A contract's JSON, each part with its id; and the id of each part, by the key that `bundle` asks for it with."""

    contract: Json
    parts: Mapping[str, str]


class _Part(NamedTuple):
    """A resource, the list or field of the contract that it is in, and its JSON there."""

    name: str
    resource: Resource
    said: Json


def contract(resources: Sequence[Resource]) -> Json:
    """The contract's JSON, each part with its id; parts that are not among the resources are left out.

    Raises:
        ValueError: no agreement's CarePlan is among the resources.
    """
    return read(resources).contract


def parts(resources: Sequence[Resource]) -> Mapping[str, str]:
    """The id of each part's resource, by the key that `bundle.resources` asks for it with.

    Raises:
        ValueError: no agreement's CarePlan is among the resources.
    """
    return read(resources).parts


def read(resources: Sequence[Resource]) -> Read:
    """The contract and its parts. Each part is one that the model takes, and so is all but what FHIR does not say.

    Raises:
        ValueError: no agreement's CarePlan is among the resources.
    """
    plan = agreement(resources)
    held = _held(plan, resources)
    trail = _trail(plan, resources)
    said = _said(plan, held) | present(revision=_revision(trail))
    known = {name if name == part_ids.TEAM else key(name, one["id"]): one["id"] for name, one, _ in held}
    if not has_team(said):
        known.pop(part_ids.TEAM, None)
    revision = {part_ids.REVISION: trail[-1]["id"]} if trail else {}
    return Read(said, {part_ids.CONTRACT: plan["id"], **known, **revision})


def agreement(resources: Sequence[Resource]) -> Resource:
    """The agreement's CarePlan among some resources.

    Raises:
        ValueError: there is none.
    """
    plan = next((one for one in resources if careplan.is_agreement(one)), None)
    if plan is None:
        raise ValueError("none of the resources is the CarePlan of a patient contract")
    return plan


def _said(plan: Resource, held: Sequence[_Part]) -> Json:
    context = careplan.CONTRACT.read(plan)
    team: Json = next((each.said for each in held if each.name == part_ids.TEAM), {})
    lists = {name: _items(held, name) for name in ("contacts", "times", "plans", "documents")}
    said = {
        **{name: value for name, value in context.items() if name not in {"whatMatters", *_FITTED}},
        **present(**{name: fitted(model, context.get(name)) for name, model in _FITTED.items()}),
        **present(aboutMe=_one(held, "aboutMe"), review=_one(held, "review"), sip=_sip(plan, held, team)),
        "agreement": {
            **present(whatMatters=context.get("whatMatters")),
            "goals": _goals(held),
            **{name: _items(held, f"agreement.{name}") for name in ("iDo", "careDoes", "othersDo", "ifWorse")},
            "contactWays": team.get("contactWays", [])[:LIST_LIMIT],
        },
        **lists,
        "confirmations": sorted(_items(held, "confirmations"), key=confirmed),
        "sevenQuestions": _items(held, "sevenQuestions"),
        "team": team.get("team", [])[:LIST_LIMIT],
        "copies": team.get("copies", [])[:LIST_LIMIT],
        "relatives": _relatives(held, team.get("relatives", [])),
    }
    return said if has_team(said) else {**said, "contacts": [{**one, "viaTeam": False} for one in said["contacts"]]}


_FITTED: Final[Mapping[str, type[Element]]] = {"identifier": BusinessIdentifier, "period": Period}


def _held(plan: Resource, resources: Sequence[Resource]) -> list[_Part]:
    """What the plan refers to and is at hand, in the plan's order, and the confirmations that refer to the plan.

    No more than the list, or the field, has room for.
    """
    at_hand = {address(one): one for one in resources if patient_of(one) <= patient_of(plan)}
    held = [at_hand[one] for one in references(plan) if one in at_hand and not one.startswith("Provenance/")]
    confirmed = [one for one in at_hand.values() if provenance.is_confirmation(one) and _is_of(one, plan)]
    found = list(_parts(plan, [*held, *confirmed]))
    goals_held = {address(each.resource) for each in found if each.name == _GOALS}
    return [each for each in found if each.name != _BESIDE or goals.parent_of(each.resource) in goals_held]


def _parts(plan: Resource, resources: Sequence[Resource]) -> Iterator[_Part]:
    """Those of some resources that have a place in the contract, and fit it."""
    room: Counter[tuple[str, str | None]] = Counter()
    for resource in resources:
        place = _place(resource)
        if place is None:
            continue
        name, shape = place
        read = shape.read(resource)
        said = read if name == part_ids.TEAM else fitted(MODELS[name], read)
        among = (name, goals.parent_of(resource))
        if said is None or _misleads(name, resource, said, plan) or room[among] == _most(name):
            continue
        room[among] += 1
        yield _Part(name, resource, said)


def _most(name: str) -> int:
    """How many parts a list or field has room for."""
    return 1 if name == part_ids.TEAM or name in SINGLE else LIST_LIMIT


def _misleads(name: str, resource: Resource, said: Json, plan: Resource) -> bool:
    """Whether the contract would say something else than the resource, or less than it must."""
    match name:
        case "sevenQuestions" if answers.is_unsigned(resource, said):
            return True
        case "agreement.careDoes" if careplan.is_sip(plan) and "principal" not in said:
            return True
    return resource.get("status") == _ERROR and said.get("status") != _ERROR


def references(plan: Resource) -> list[str]:
    """The `Type/id` of all that a contract's CarePlan holds, in its order, each once."""
    held = [
        *plan.get("careTeam", ()),
        *plan.get("goal", ()),
        *(one.get("reference", {}) for one in plan.get("activity", ())),
        *plan.get("supportingInfo", ()),
    ]
    found = (local_target(one.get("reference")) for one in held)
    return list(dict.fromkeys(one for one in found if one))


def _place(resource: Resource) -> tuple[str, ResourceMapping] | None:
    """The list or field that a resource is in, and its shape; None for what a contract has no place for."""
    match resource["resourceType"]:
        case "Goal" if goals.parent_of(resource):
            return _BESIDE, goals.PROFESSIONAL_GOAL
        case "ServiceRequest":
            return _activity(resource)
        case "Task":
            return _task(resource)
        case "CareTeam" if careteam.is_team(resource):
            return part_ids.TEAM, careteam.TEAM
        case "QuestionnaireResponse":
            return answers.BY_QUESTIONNAIRE.get(resource.get("questionnaire", "").partition("|")[0])
    return None if _is_none(resource) else _BY_TYPE.get(resource["resourceType"])


def _is_none(resource: Resource) -> bool:
    """Whether it is of a type that has a place, and is none: another contract, a relative no more, not a consent."""
    match resource["resourceType"]:
        case "CarePlan":
            return careplan.is_agreement(resource)
        case "RelatedPerson":
            return resource.get("active") is False
        case "Consent":
            denied = resource.get("provision", {}).get("type") == "deny"
            return denied or not consents.is_sip_consent(resource)
    return False


_BY_TYPE: Final[Mapping[str, tuple[str, ResourceMapping]]] = {
    "Goal": ("agreement.goals", goals.GOAL),
    "Appointment": ("times", appointments.AGREED_TIME),
    "CarePlan": ("plans", careplan.PLAN),
    "CareTeam": ("contacts", careteam.PERMANENT_CONTACT),
    "DocumentReference": ("documents", documents.DOCUMENT),
    "RelatedPerson": ("relatives", relatives.RELATIVE),
    "Consent": ("sip.consent", consents.SIP_CONSENT),
    "Provenance": ("confirmations", provenance.CONFIRMATION),
}


def _activity(resource: Resource) -> tuple[str, ResourceMapping] | None:
    """An activity by its category; one without is care's. None for what must not be done, or no more if worse."""
    kinds = codes_in(resource.get("category"), codes.AGREEMENT_PART)
    found = next((activities.BY_PART[kind] for kind in kinds if kind in activities.BY_PART), _CARE_DOES)
    is_over = found[0] == _IF_WORSE and resource.get("status") != "active"
    return None if resource.get("doNotPerform") or is_over else found


_CARE_DOES: Final = activities.BY_PART[codes.CARE_DOES]


def _task(resource: Resource) -> tuple[str, ResourceMapping] | None:
    """The review, or a summons that has not been taken back."""
    kind = code_in(resource.get("code"), TASK_KIND)
    is_back = kind == "sip-summons" and resource.get("status") in tasks.NOT_DONE
    return None if is_back else _TASKS.get(kind or "")


def _items(held: Sequence[_Part], name: str) -> list[Json]:
    return [each.said for each in held if each.name == name]


def _one(held: Sequence[_Part], name: str) -> Json | None:
    return next(iter(_items(held, name)), None)


def _goals(held: Sequence[_Part]) -> list[Json]:
    """The person's goals, each with the professionals' beside it."""
    beside = [(goals.parent_of(each.resource), each.said) for each in held if each.name == _BESIDE]
    return [
        {**each.said, "professionalGoals": [part for parent, part in beside if parent == address(each.resource)]}
        for each in held
        if each.name == _GOALS
    ]


def _sip(plan: Resource, held: Sequence[_Part], team: Mapping[str, Any]) -> Json | None:
    if not careplan.is_sip(plan):
        return None
    return {
        **team.get("sip", {}),
        **present(consent=_one(held, "sip.consent"), summons=_one(held, "sip.summons")),
    }


def _relatives(held: Sequence[_Part], taking_part: Sequence[str]) -> list[Json]:
    return [
        {**each.said, "takesPart": address(each.resource) in taking_part} for each in held if each.name == "relatives"
    ]


def _revision(trail: Sequence[Resource]) -> Json | None:
    """The latest of the plan's revisions."""
    latest = [provenance.REVISION.read(one) for one in trail[-1:]]
    said = ({name: value for name, value in one.items() if name in Revision.model_fields} for one in latest)
    return next((fitted(Revision, one) for one in said), None)


def _trail(plan: Resource, resources: Sequence[Resource]) -> list[Resource]:
    """The plan's revisions, the oldest first, before them those of an unknown time."""
    found = [one for one in resources if provenance.is_revision(one) and _is_of(one, plan)]
    return sorted(found, key=lambda one: moments(one.get("recorded", "0001")))


def _is_of(trail: Resource, plan: Resource) -> bool:
    return address(plan) in {local_target(target.get("reference")) for target in trail.get("target", ())}
