"""Write a contract as its FHIR resources, and those as one transaction.

http://hl7.org/fhir/R4/http.html#transaction
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from app.contracts import from_fhir, part_ids
from app.contracts.mapping import careplan, provenance
from app.contracts.mapping.rows import MappingContext
from app.contracts.merge.preserve import carried, unmapped_elements
from app.contracts.model.normalise import normalised
from app.contracts.part_places import PartPlace, has_team, part_places
from app.contracts.parts import TEAM, ContractPart
from app.contracts.patient_contract import PatientContract
from app.fhir.elements import Json, address

REVISION_FIELDS: Final = ("action", "recorded", "by")
"""The fields that a revision must have to become a Provenance; the server sets them."""


def resources(
    contract: PatientContract, *, ids: Callable[[str], str], stored: Sequence[Mapping[str, Any]] = ()
) -> list[Json]:
    """Return every resource of a contract: its CarePlan first, then its parts, its revision and its confirmations.

    `ids` gives the id of each part by its key (see `part_ids`). Resources refer to each other and to the person as
    `Type/id`. Elements of the `stored` resources that a contract cannot hold are carried over.
    """
    new = _resources(contract.to_json(), ids)
    return carried(new, stored, as_mapped(stored)) if stored else new


def as_mapped(stored: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Return the resources that the contract read from the stored ones would become, under the same ids.

    Raises:
        ValueError: no contract's CarePlan is among the resources.
    """
    read = from_fhir.read(stored)
    return _resources(read.contract, lambda key: read.part_ids.get(key, key))


def unmapped(stored: Sequence[Mapping[str, Any]], mapped: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the reference and the element of all that no contract holds; of a whole resource, its type.

    `mapped` are the stored resources `as_mapped`.
    """
    addresses = {address(resource) for resource in mapped}
    types = [(address(resource), resource["resourceType"]) for resource in stored if address(resource) not in addresses]
    return list(dict.fromkeys([*types, *unmapped_elements(normalised(stored), normalised(mapped))]))


def _resources(contract: Json, ids: Callable[[str], str]) -> list[Json]:
    ids = cache(ids)
    team = f"CareTeam/{ids(part_ids.TEAM)}" if has_team(contract) else ""
    context = MappingContext(contract.get("patient", ""), f"CarePlan/{ids(part_ids.CONTRACT)}", team)
    parts = _parts(contract, ids, context)
    if team:
        parts = [(TEAM, _team(contract, parts, ids(part_ids.TEAM), context)), *parts]
    plan = _plan(contract, parts, ids(part_ids.CONTRACT), context)
    # A confirmation refers to the plan, and the plan not to it.
    referred = [resource for part, resource in parts if part.element]
    confirmations = [resource for part, resource in parts if not part.element]
    written = [plan, *referred]
    return [*written, *_revision(contract, written, ids, context), *confirmations]


def _parts(contract: Json, ids: Callable[[str], str], context: MappingContext) -> list[tuple[ContractPart, Json]]:
    """Return each part with its resource; a professional goal's resource refers to that of the person's goal."""
    by_path: dict[str, tuple[ContractPart, Json]] = {}
    for place in part_places(contract):
        parent = by_path.get(place.path.rpartition(".")[0])
        part_context = context._replace(parent=address(parent[1]) if parent else "")
        profile = _profile(place, contract)
        resource = place.part.mapping.write(place.json, id=ids(place.key), context=part_context, profile=profile)
        by_path[place.path] = (place.part, resource)
    return list(by_path.values())


def _profile(place: PartPlace, contract: Json) -> str:
    """Return the profile that follows from the type of a linked plan or of the contract; else an empty text."""
    if place.part.name == "plans":
        return careplan.plan_profile(place.json)
    return "sip-care-does" if place.part.name == "agreement.careDoes" and _is_sip(contract) else ""


def _is_sip(contract: Json) -> bool:
    return contract.get("type") == "SIP"


def _plan(contract: Json, parts: Sequence[tuple[ContractPart, Json]], id: str, context: MappingContext) -> Json:
    fields = {**contract, "whatMatters": contract["agreement"].get("whatMatters")}
    plan = careplan.CONTRACT.write(fields, id=id, context=context, profile="sip" if _is_sip(contract) else "")
    if by := contract.get("revision", {}).get("by"):
        plan["author"] = provenance.responsible(by)
    for part, resource in parts:
        if part.element:
            reference = {"reference": address(resource)}
            nested = {"reference": reference} if part.element == "activity" else reference
            plan.setdefault(part.element, []).append(nested)
    return plan


def _team(contract: Json, parts: Sequence[tuple[ContractPart, Json]], id: str, context: MappingContext) -> Json:
    relatives = [address(resource) for part, resource in parts if part.name == "relatives"]
    members = [
        reference for reference, relative in zip(relatives, contract["relatives"], strict=True) if relative["takesPart"]
    ]
    fields = {**contract, "relatives": members, "contactWays": contract["agreement"]["contactWays"]}
    return TEAM.mapping.write(fields, id=id, context=context, profile="sip-team" if _is_sip(contract) else "")


def _revision(
    contract: Json, written: Sequence[Json], ids: Callable[[str], str], context: MappingContext
) -> list[Json]:
    """Return the Provenance of the revision; none unless action, time and author are known."""
    revision = contract.get("revision", {})
    if not revision.keys() >= set(REVISION_FIELDS):
        return []
    resource = provenance.REVISION.write(revision, id=ids(part_ids.REVISION), context=context)
    return [{**resource, "target": [{"reference": address(target)} for target in written]}]


def transaction(resources: Sequence[Json], *, base: str) -> Json:
    """Return a transaction Bundle that puts each resource at its address under `base`."""
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
