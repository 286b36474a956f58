"""A contract as its resources, and those as one transaction: all are stored, or none.

http://hl7.org/fhir/R4/http.html#transaction
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from app.contracts import from_fhir, part_ids
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
from app.contracts.mapping.rows import MappingContext, ResourceMapping
from app.contracts.merge.preserve import carried, unmapped_elements
from app.contracts.model.contract import PatientContract
from app.contracts.model.normalise import spelled
from app.contracts.model.part_places import Place, has_team, places
from app.fhir.elements import Json, address


class PartMapping(NamedTuple):
    """What a part is, and the element of the contract's CarePlan that refers to it."""

    shape: ResourceMapping
    element: str


PARTS: Final[Mapping[str, PartMapping]] = {
    "agreement.goals": PartMapping(goals.GOAL, "goal"),
    "agreement.goals.professionalGoals": PartMapping(goals.PROFESSIONAL_GOAL, "goal"),
    "agreement.iDo": PartMapping(activities.I_DO, "activity"),
    "agreement.careDoes": PartMapping(activities.CARE_DOES, "activity"),
    "agreement.othersDo": PartMapping(activities.OTHERS_DO, "activity"),
    "agreement.ifWorse": PartMapping(activities.IF_WORSE, "activity"),
    "aboutMe": PartMapping(answers.ABOUT, "supportingInfo"),
    "sevenQuestions": PartMapping(answers.QUESTIONS, "supportingInfo"),
    "sip.consent": PartMapping(consents.SIP_CONSENT, "supportingInfo"),
    "sip.summons": PartMapping(tasks.SUMMONS, "activity"),
    "contacts": PartMapping(careteam.PERMANENT_CONTACT, "careTeam"),
    "relatives": PartMapping(relatives.RELATIVE, "supportingInfo"),
    "times": PartMapping(appointments.AGREED_TIME, "activity"),
    "plans": PartMapping(careplan.PLAN, "supportingInfo"),
    "documents": PartMapping(documents.DOCUMENT, "supportingInfo"),
    "review": PartMapping(tasks.REVIEW, "activity"),
    "confirmations": PartMapping(provenance.CONFIRMATION, ""),
}
"""Each list or field of the contract that holds parts, and what becomes of them."""


SIGNED: Final = ("action", "recorded", "by")
"""What a revision must say to be told of in FHIR; the server does."""


def resources(
    contract: PatientContract, *, ids: Callable[[str], str], kept: Sequence[Mapping[str, Any]] = ()
) -> list[Json]:
    """Every resource of a contract: the agreement's CarePlan first, who wrote and who confirmed it last.

    `ids` gives the id of each part (`identity.ids`). Resources refer to each other and to the person as `Type/id`.
    `kept` are the stored resources whose elements beyond a contract are carried over.
    """
    made = _resources(contract.to_json(), ids)
    return carried(made, kept, as_mapped(kept)) if kept else made


def as_mapped(stored: Sequence[Mapping[str, Any]]) -> list[Json]:
    """The resources that the contract read from some would become: what it can hold of them, under the same ids.

    Raises:
        ValueError: no agreement's CarePlan is among the resources.
    """
    found = from_fhir.read(stored)
    return _resources(found.contract, lambda part: found.parts.get(part, part))


def unmapped(stored: Sequence[Mapping[str, Any]], made: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The reference and the element of all that no contract holds of some resources; a whole one by its type.

    `made` is what their contracts would become (`again`).
    """
    known = {address(one) for one in made}
    whole = [(address(one), one["resourceType"]) for one in stored if address(one) not in known]
    return list(dict.fromkeys([*whole, *unmapped_elements(spelled(stored), spelled(made))]))


def _resources(said: Json, ids: Callable[[str], str]) -> list[Json]:
    ids = cache(ids)
    team = f"CareTeam/{ids(part_ids.TEAM)}" if has_team(said) else ""
    context = MappingContext(said.get("patient", ""), f"CarePlan/{ids(part_ids.CONTRACT)}", team)
    built = _parts(said, ids, context)
    teams = [_team(said, built, ids(part_ids.TEAM), context)] if team else []
    held = [*((made, "careTeam") for made in teams), *((made, PARTS[name].element) for name, made in built)]
    plan = _plan(said, held, ids(part_ids.CONTRACT), context)
    confirmed = [made for name, made in built if name == "confirmations"]
    written = [plan, *teams, *(made for name, made in built if name != "confirmations")]
    return [*written, *_revision(said, written, ids, context), *confirmed]


def _parts(said: Json, ids: Callable[[str], str], context: MappingContext) -> list[tuple[str, Json]]:
    """The resource of each part, with the part's name; a professional goal knows the goal that it stands beside."""
    built: dict[str, tuple[str, Json]] = {}
    for place in places(said):
        beside = built.get(place.at.rpartition(".")[0])
        parent = address(beside[1]) if beside else ""
        about_it, profile = context._replace(parent=parent), _profile(place, said)
        made = PARTS[place.name].shape.write(place.part, id=ids(place.key), context=about_it, profile=profile)
        built[place.at] = (place.name, made)
    return list(built.values())


def _profile(place: Place, said: Json) -> str:
    """The profile of a part that has one of its own by the type of the plan, or of the contract; else nothing."""
    if place.name == "plans":
        return careplan.plan_profile(place.part)
    return "sip-care-does" if place.name == "agreement.careDoes" and _is_sip(said) else ""


def _is_sip(said: Json) -> bool:
    return said.get("type") == "SIP"


def _plan(said: Json, held: Sequence[tuple[Json, str]], id: str, context: MappingContext) -> Json:
    part = {**said, "whatMatters": said["agreement"].get("whatMatters")}
    plan = careplan.CONTRACT.write(part, id=id, context=context, profile="sip" if _is_sip(said) else "")
    if by := said.get("revision", {}).get("by"):
        plan["author"] = provenance.responsible(by)
    for resource, element in held:
        if element:
            to = {"reference": address(resource)}
            plan.setdefault(element, []).append({"reference": to} if element == "activity" else to)
    return plan


def _team(said: Json, built: Sequence[tuple[str, Json]], id: str, context: MappingContext) -> Json:
    relatives = [address(made) for name, made in built if name == "relatives"]
    taking_part = [to for to, one in zip(relatives, said["relatives"], strict=True) if one["takesPart"]]
    part = {**said, "relatives": taking_part, "contactWays": said["agreement"]["contactWays"]}
    return careteam.TEAM.write(part, id=id, context=context, profile="sip-team" if _is_sip(said) else "")


def _revision(said: Json, written: Sequence[Json], ids: Callable[[str], str], context: MappingContext) -> list[Json]:
    """The Provenance of the revision, where it is known what was done, when and by whom."""
    revision = said.get("revision", {})
    if not revision.keys() >= set(SIGNED):
        return []
    made = provenance.REVISION.write(revision, id=ids(part_ids.REVISION), context=context)
    return [{**made, "target": [{"reference": address(one)} for one in written]}]


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
