"""The contract itself and each plan that it points to: CarePlans, both ways.

The agreement's CarePlan holds what matters to the person and references without displays; a linked plan is a CarePlan
of its own, so that who may not see the one learns nothing of it from the other. http://hl7.org/fhir/R4/careplan.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.contracts.codes import AGREEMENT_PARTS, CARE_PLAN_RECORD, LINKED_PLAN, PLAN_TYPES, PORTAL_LINK
from app.contracts.elements import (
    Json,
    business_identifier,
    code_in,
    codes_in,
    coding,
    concept,
    extension,
    meta,
    organization,
    period,
    portal_link,
    present,
    read_business_identifier,
    read_part,
    read_period,
    read_unit,
    text_of,
)
from app.contracts.model import LinkedPlan, PatientContract
from app.fhir import codes, r4


class Held(NamedTuple):
    """References to what a contract is made of, in the contract's order."""

    teams: Sequence[str]
    goals: Sequence[str]
    activities: Sequence[str]
    plans: Sequence[str]


def care_plan(contract: PatientContract, held: Held, *, id: str, author: Json) -> Json:
    """The agreement: what matters, and what it is made of."""
    return r4.to_json(
        r4.CarePlan(
            id=id,
            meta=meta(contract),
            status=contract.status,
            intent="plan",
            category=[
                concept(coding(codes.AGREEMENT_PART, codes.PATIENT_CONTRACT, AGREEMENT_PARTS[codes.PATIENT_CONTRACT])),
                concept(coding(codes.SNOMED, CARE_PLAN_RECORD, "Care plan")),
            ],
            title=contract.title,
            subject={"reference": contract.patient},
            period=period(contract.period),
            author=author,
            careTeam=_references(held.teams),
            supportingInfo=_references(held.plans),
            goal=_references(held.goals),
            activity=[{"reference": {"reference": one}} for one in held.activities] or None,
            note=[{"authorReference": {"reference": contract.patient}, "text": contract.agreement.what_matters}],
        )
    )


def linked_plan(part: LinkedPlan, *, id: str, patient: str) -> Json:
    """A pointer to a plan that lives elsewhere."""
    return r4.to_json(
        r4.CarePlan(
            id=id,
            meta=meta(part),
            extension=portal_link(part.link) or None,
            identifier=business_identifier(part.identifier) or None,
            status=part.status,
            intent="plan",
            category=[
                concept(coding(codes.AGREEMENT_PART, LINKED_PLAN, AGREEMENT_PARTS[LINKED_PLAN])),
                concept(coding(codes.CARE_PLAN_TYPE, part.type, PLAN_TYPES[part.type])),
            ],
            title=part.title,
            subject={"reference": patient},
            period=period(part.period),
            author=organization(part.owner),
        )
    )


def _references(to: Sequence[str]) -> list[Json] | None:
    return [{"reference": one} for one in to] or None


def is_agreement(resource: Mapping[str, Any]) -> bool:
    """Whether a resource is the CarePlan of a patient contract."""
    return resource.get("resourceType") == "CarePlan" and _is(resource, codes.PATIENT_CONTRACT)


def is_linked_plan(resource: Mapping[str, Any]) -> bool:
    """Whether a CarePlan is only a pointer to a plan that lives elsewhere."""
    return resource.get("resourceType") == "CarePlan" and _is(resource, LINKED_PLAN)


def _is(resource: Mapping[str, Any], part: str) -> bool:
    return part in codes_in(resource.get("category", ()), codes.AGREEMENT_PART)


def what_matters(resource: Mapping[str, Any]) -> str | None:
    """What the person says matters: the notes of a CarePlan that its subject is the author of."""
    subject = resource.get("subject", {}).get("reference")
    notes = resource.get("note", ())
    own = (one for one in notes if one.get("authorReference", {}).get("reference") == subject)
    return "\n\n".join(one["text"] for one in own if "text" in one) or None


def read_linked_plan(resource: Mapping[str, Any]) -> Json:
    """The contract's plan behind a CarePlan of any system."""
    category = resource.get("category", ())
    kind = code_in(category, codes.CARE_PLAN_TYPE)
    return present(
        **read_part(resource),
        type=kind if kind in PLAN_TYPES else None,
        title=resource.get("title") or text_of(category),
        status=resource.get("status"),
        period=read_period(resource.get("period")),
        identifier=read_business_identifier(resource.get("identifier", ())),
        owner=read_unit(resource.get("author")),
        link=extension(resource, PORTAL_LINK).get("valueUrl"),
    )
