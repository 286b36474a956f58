"""Read a patient contract from its FHIR resources, whoever wrote them.

A resource or an element that the contract cannot hold, or would state wrongly, is left out. It stays in FHIR, and
`to_fhir.unmapped` lists it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.contracts import part_ids
from app.contracts.mapping import answers, careplan, goals, provenance
from app.contracts.model.elements import BusinessIdentifier, Element, Period
from app.contracts.model.normalise import fitted
from app.contracts.model.sections import Revision
from app.contracts.model.values import LIST_LIMIT
from app.contracts.part_places import confirmation_order, has_team
from app.contracts.parts import ContractPart, part_of
from app.fhir.elements import Json, Resource, address, present
from app.fhir.references import local_target, patient_of
from app.fhir.times import moments

_GOALS: Final = "agreement.goals"
_PROFESSIONAL_GOALS: Final = "agreement.goals.professionalGoals"
_IN_ERROR: Final = "entered-in-error"
_OBJECTS: Final[Mapping[str, type[Element]]] = {"identifier": BusinessIdentifier, "period": Period}
"""The fields of the CarePlan that are objects of the contract."""


class ReadContract(NamedTuple):
    """A contract's JSON, each part with its id; and the id of each part, by its key in `part_ids`."""

    contract: Json
    part_ids: Mapping[str, str]


class _ReadPart(NamedTuple):
    """A part, the FHIR resource that it was read from, and its JSON in the contract."""

    part: ContractPart
    resource: Resource
    json: Json

    @property
    def name(self) -> str:
        """The name of the part."""
        return self.part.name


def contract(resources: Sequence[Resource]) -> Json:
    """Return the contract's JSON, each part with its id, without the parts that are not among the resources.

    Raises:
        ValueError: no contract's CarePlan is among the resources.
    """
    return read(resources).contract


def read(resources: Sequence[Resource]) -> ReadContract:
    """Return the contract and the ids of its parts. The model accepts every part that is returned.

    Raises:
        ValueError: no contract's CarePlan is among the resources.
    """
    plan = agreement(resources)
    parts = _read_parts(plan, resources)
    revisions = _revisions(plan, resources)
    contract = _contract(plan, parts) | present(revision=_latest(revisions))
    ids = {part.key(json["id"]): json["id"] for part, _, json in parts}
    if not has_team(contract):
        ids.pop(part_ids.TEAM, None)
    revision = {part_ids.REVISION: revisions[-1]["id"]} if revisions else {}
    return ReadContract(contract, {part_ids.CONTRACT: plan["id"], **ids, **revision})


def agreement(resources: Sequence[Resource]) -> Resource:
    """Return the contract's CarePlan among some resources.

    Raises:
        ValueError: there is none.
    """
    plan = next((resource for resource in resources if careplan.is_agreement(resource)), None)
    if plan is None:
        raise ValueError("none of the resources is the CarePlan of a patient contract")
    return plan


def _contract(plan: Resource, parts: Sequence[_ReadPart]) -> Json:
    fields = careplan.CONTRACT.read(plan)
    team = _first(parts, part_ids.TEAM) or {}
    contract = {
        **{name: value for name, value in fields.items() if name not in {"whatMatters", *_OBJECTS}},
        **present(**{name: fitted(model, fields.get(name)) for name, model in _OBJECTS.items()}),
        **present(aboutMe=_first(parts, "aboutMe"), review=_first(parts, "review"), sip=_sip(plan, parts, team)),
        "agreement": {
            **present(whatMatters=fields.get("whatMatters")),
            "goals": _goals(parts),
            **{name: _list(parts, f"agreement.{name}") for name in ("iDo", "careDoes", "othersDo", "ifWorse")},
            "contactWays": team.get("contactWays", [])[:LIST_LIMIT],
        },
        **{name: _list(parts, name) for name in ("contacts", "times", "plans", "documents")},
        "confirmations": sorted(_list(parts, "confirmations"), key=confirmation_order),
        "sevenQuestions": _list(parts, "sevenQuestions"),
        "team": team.get("team", [])[:LIST_LIMIT],
        "copies": team.get("copies", [])[:LIST_LIMIT],
        "relatives": _relatives(parts, team.get("relatives", [])),
    }
    if has_team(contract):
        return contract
    return {**contract, "contacts": [{**contact, "viaTeam": False} for contact in contract["contacts"]]}


def _read_parts(plan: Resource, resources: Sequence[Resource]) -> list[_ReadPart]:
    """Return the parts that the plan refers to, in the plan's order, then the confirmations that refer to the plan.

    A list or field gets no more parts than it has room for. A professional goal needs the person's goal.
    """
    by_address = {address(resource): resource for resource in resources if patient_of(resource) <= patient_of(plan)}
    referred = [
        by_address[reference]
        for reference in careplan.part_references(plan)
        if reference in by_address and not reference.startswith("Provenance/")
    ]
    confirmations = [
        resource
        for resource in by_address.values()
        if provenance.is_confirmation(resource) and _has_target(resource, plan)
    ]
    parts = list(_fitting_parts(plan, [*referred, *confirmations]))
    person_goals = {address(part.resource) for part in parts if part.name == _GOALS}
    return [
        part for part in parts if part.name != _PROFESSIONAL_GOALS or goals.parent_of(part.resource) in person_goals
    ]


def _fitting_parts(plan: Resource, resources: Sequence[Resource]) -> Iterator[_ReadPart]:
    """Yield the resources that are parts of a contract and that its model accepts."""
    count: Counter[tuple[str, str | None]] = Counter()
    for resource in resources:
        part = part_of(resource)
        if part is None:
            continue
        mapped = part.mapping.read(resource)
        json = mapped if part.model is None else fitted(part.model, mapped)
        siblings = (part.name, goals.parent_of(resource))
        if json is None or _misleads(part.name, resource, json, plan) or count[siblings] == part.limit:
            continue
        count[siblings] += 1
        yield _ReadPart(part, resource, json)


def _misleads(name: str, resource: Resource, json: Json, plan: Resource) -> bool:
    """Return whether the contract would state something else than the resource, or less than it must."""
    match name:
        case "sevenQuestions" if answers.is_unsigned(resource, json):
            return True
        case "agreement.careDoes" if careplan.is_sip(plan) and "principal" not in json:
            return True
    return resource.get("status") == _IN_ERROR and json.get("status") != _IN_ERROR


def _list(parts: Sequence[_ReadPart], name: str) -> list[Json]:
    return [part.json for part in parts if part.name == name]


def _first(parts: Sequence[_ReadPart], name: str) -> Json | None:
    return next(iter(_list(parts, name)), None)


def _goals(parts: Sequence[_ReadPart]) -> list[Json]:
    """Return the person's goals, each with its professional goals."""
    professional = [(goals.parent_of(part.resource), part.json) for part in parts if part.name == _PROFESSIONAL_GOALS]
    return [
        {**part.json, "professionalGoals": [goal for parent, goal in professional if parent == address(part.resource)]}
        for part in parts
        if part.name == _GOALS
    ]


def _sip(plan: Resource, parts: Sequence[_ReadPart], team: Mapping[str, Any]) -> Json | None:
    if not careplan.is_sip(plan):
        return None
    return {
        **team.get("sip", {}),
        **present(consent=_first(parts, "sip.consent"), summons=_first(parts, "sip.summons")),
    }


def _relatives(parts: Sequence[_ReadPart], team_members: Sequence[str]) -> list[Json]:
    return [
        {**part.json, "takesPart": address(part.resource) in team_members} for part in parts if part.name == "relatives"
    ]


def _latest(revisions: Sequence[Resource]) -> Json | None:
    """Return the JSON of the latest revision; None if there is none, or the model refuses it."""
    if not revisions:
        return None
    revision = provenance.REVISION.read(revisions[-1])
    return fitted(Revision, {name: value for name, value in revision.items() if name in Revision.model_fields})


def _revisions(plan: Resource, resources: Sequence[Resource]) -> list[Resource]:
    """Return the Provenance resources of the plan's revisions, oldest first; those without a time come first."""
    revisions = [resource for resource in resources if provenance.is_revision(resource) and _has_target(resource, plan)]
    return sorted(revisions, key=lambda revision: moments(revision.get("recorded", "0001")))


def _has_target(resource: Resource, plan: Resource) -> bool:
    targets = {local_target(target.get("reference")) for target in resource.get("target", ())}
    return address(plan) in targets
