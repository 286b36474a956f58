"""The contract's CarePlan, which refers to the parts of the contract, and linked plans, which another system holds.

The CarePlan holds only what concerns the contract as a whole. Each part is its own resource, so that access is decided
part by part.
http://hl7.org/fhir/R4/careplan.html
"""

from collections.abc import Mapping
from typing import Any, Final

from app.contracts.codes import CARE_PLAN_RECORD, LINKED_PLAN, PART_CODINGS, PLAN_TYPE_CODINGS, PORTAL_LINK
from app.contracts.mapping.rows import FieldMapping, MappingContext, ResourceMapping, extended, member, same
from app.contracts.mapping.shared_rows import identifier_row, period_row, unit_row
from app.fhir import codes
from app.fhir.elements import Json, Resource, code_in, codes_in, coding, concept
from app.fhir.references import local_refs, local_target

CONTRACT_TYPE: Final = "patient-contract"


def _what_matters_to_fhir(text: str, plan: Json, context: MappingContext) -> None:
    plan["note"] = [{"authorReference": {"reference": context.patient}, "text": text}]


def _what_matters_from_fhir(plan: Resource) -> str | None:
    """Return the text of the first note whose author is the subject of the CarePlan."""
    subject = _target(plan.get("subject"))
    notes = (note for note in plan.get("note", ()) if _target(note.get("authorReference")) == subject)
    return next((note["text"] for note in notes if "text" in note), None)


def _target(reference: Mapping[str, Any] | None) -> str | None:
    return local_target((reference or {}).get("reference"))


def _replaces_to_fhir(id: str, plan: Json, _: MappingContext) -> None:
    plan["replaces"] = [{"reference": f"CarePlan/{id}"}]


def _replaces_from_fhir(plan: Resource) -> str | None:
    """Return the id of the first plan in this store that the CarePlan replaces; None for a plan elsewhere."""
    ids = (target.removeprefix("CarePlan/") for node in plan.get("replaces", ()) if (target := _target(node)))
    return next((id for id in ids if id != plan.get("id")), None)


CONTRACT: Final = ResourceMapping(
    "CarePlan",
    "patient-contract",
    {
        "intent": "plan",
        "category": [
            concept(PART_CODINGS[codes.PATIENT_CONTRACT]),
            concept(coding(codes.SNOMED, CARE_PLAN_RECORD, "Care plan")),
        ],
    },
    "subject",
    (
        FieldMapping("patient", {"patient": ("subject.reference", "note.authorReference.reference")},
            lambda patient, plan, _: plan.update(subject={"reference": patient}),
            lambda plan: _target(plan.get("subject"))),
        member("type", "category", {type: PLAN_TYPE_CODINGS[type] for type in ("SIP", "LSS")}, default=CONTRACT_TYPE),
        identifier_row("identifier"),
        same("title", "title"),
        same("status", "status"),
        period_row("period", "period"),
        FieldMapping("replaces", {"replaces": ("replaces.reference",)}, _replaces_to_fhir, _replaces_from_fhir),
        FieldMapping("whatMatters", {"whatMatters": ("note.text",)}, _what_matters_to_fhir, _what_matters_from_fhir),
    ),
)  # fmt: skip
"""The contract as a whole, with `whatMatters` from its agreement."""

PLAN: Final = ResourceMapping(
    "CarePlan",
    "linked-plan",
    {"intent": "plan", "category": [concept(PART_CODINGS[LINKED_PLAN])]},
    "subject",
    (
        extended("link", PORTAL_LINK, "valueUrl"),
        identifier_row("identifier"),
        same("status", "status"),
        member("type", "category", PLAN_TYPE_CODINGS)._replace(places={"type": ("category", "meta.profile")}),
        same("title", "title"),
        period_row("period", "period"),
        unit_row("owner", "author"),
    ),
)
"""A linked plan: a pointer to a plan in another system."""


def plan_profile(plan: Mapping[str, Any]) -> str:
    """Return the profile of a linked plan, which follows from its type."""
    return f"plan-{plan['type'].lower()}"


def is_agreement(resource: Mapping[str, Any]) -> bool:
    """Return whether a resource is the CarePlan of a patient contract."""
    if resource.get("resourceType") != "CarePlan":
        return False
    return codes.PATIENT_CONTRACT in codes_in(resource.get("category"), codes.AGREEMENT_PART)


def is_sip(plan: Mapping[str, Any]) -> bool:
    """Return whether a contract's CarePlan is a SIP."""
    return code_in(plan.get("category"), codes.CARE_PLAN_TYPE) == "SIP"


def is_other_plan(plan: Resource) -> bool:
    """Return whether a CarePlan is not that of a patient contract."""
    return not is_agreement(plan)


PART_ELEMENTS: Final = ("careTeam", "goal", "activity", "supportingInfo")
"""The elements of a CarePlan that refer to its parts."""


def part_references(plan: Resource) -> list[str]:
    """Return the `Type/id` of each part of a plan, in the plan's order."""
    nodes = [
        *plan.get("careTeam", ()),
        *plan.get("goal", ()),
        *(activity.get("reference", {}) for activity in plan.get("activity", ())),
        *plan.get("supportingInfo", ()),
    ]
    targets = (local_target(node.get("reference")) for node in nodes)
    return list(dict.fromkeys(target for target in targets if target))


def owned_references(plan: Resource) -> list[str]:
    """Return the `Type/id` of all that belongs to a plan, sorted: its parts, and other resources of its activities.

    An activity may refer to its outcome, for example, which belongs to the plan but is no part of a contract.
    """
    elements = {name: plan[name] for name in PART_ELEMENTS if name in plan}
    return local_refs({"resourceType": "CarePlan", **elements})
