"""The revisions and the confirmations of a contract, as Provenance resources.

Access is decided on the agents: the care giver is custodian (yttre spärr), the unit is author (inre spärr).
http://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import Mapping
from typing import Any, Final

from app.contracts.codes import ACTIONS, CATEGORIES, DATA_OPERATION, PARTIES, PARTY, REVISION_ACTION, codings
from app.contracts.mapping.rows import FieldMapping, MappingContext, ResourceMapping, same, text
from app.contracts.mapping.shared_rows import reference
from app.fhir import codes
from app.fhir.elements import Json, Resource, code_in, coding, concept, hsa_of, present, type_of

_ACTIONS: Final = codings(REVISION_ACTION, ACTIONS)
_PARTIES: Final = codings(PARTY, PARTIES)
_CATEGORIES: Final = codings(codes.INFORMATION_CATEGORY, CATEGORIES)
_CREATES: Final = frozenset({"create", "replace"})
_CREATED: Final = coding(DATA_OPERATION, "CREATE", "create")
_UPDATED: Final = coding(DATA_OPERATION, "UPDATE", "revise")


def _type(code: str) -> Json:
    return concept(coding(codes.PROVENANCE_PARTICIPANT, code, code.title()))


def _agents(provenance: Resource, type: str) -> list[Mapping[str, Any]]:
    return [
        agent
        for agent in provenance.get("agent", ())
        if code_in(agent.get("type"), codes.PROVENANCE_PARTICIPANT) == type
    ]


def _action_to_fhir(action: str, provenance: Json, _: MappingContext) -> None:
    provenance["activity"] = concept(_CREATED if action in _CREATES else _UPDATED, _ACTIONS[action])


def _by_to_fhir(by: Json, provenance: Json, _: MappingContext) -> None:
    unit = reference("Organization", by["unit"], None) if "unit" in by else None
    role = [concept(_CATEGORIES[by["category"]])] if "category" in by else None
    giver = reference("Organization", by["giver"], None)
    agents = [present(type=_type("custodian"), role=role, who=giver)]
    if unit:
        agents.append({"type": _type("author"), "who": unit})
    if "practitioner" in by:
        who = reference("Practitioner", by["practitioner"], by.get("name"))
        agents.append(present(type=_type("author"), who=who, onBehalfOf=unit))
    provenance["agent"] = agents


def _by_from_fhir(provenance: Resource) -> Json | None:
    custodian: Mapping[str, Any] = next(iter(_agents(provenance, "custodian")), {})
    authors = [agent.get("who", {}) for agent in _agents(provenance, "author")]
    unit: Mapping[str, Any] = next((who for who in authors if type_of(who) == "Organization"), {})
    person: Mapping[str, Any] = next((who for who in authors if type_of(who) == "Practitioner"), {})
    giver, practitioner = hsa_of(custodian.get("who")), hsa_of(person)
    if giver is None:
        return None
    return present(
        giver=giver,
        unit=hsa_of(unit),
        practitioner=practitioner,
        name=person.get("display") if practitioner else None,
        category=code_in(custodian.get("role"), codes.INFORMATION_CATEGORY),
    )


REVISION: Final = ResourceMapping(
    "Provenance",
    "revision",
    {},
    "",
    (
        same("recorded", "recorded"),
        FieldMapping(
            "action",
            {"action": ("activity.coding",)},
            _action_to_fhir,
            lambda revision: code_in(revision.get("activity"), REVISION_ACTION),
        ),
        text("reason", "reason[0]"),
        FieldMapping(
            "by",
            {
                "by.giver": ("agent.who(Organization).identifier.value",),
                "by.unit": (
                    "agent.who(Organization).identifier.value",
                    "agent.onBehalfOf(Organization).identifier.value",
                ),
                "by.practitioner": ("agent.who(Practitioner).identifier.value",),
                "by.name": ("agent.who(Practitioner).display",),
                "by.category": ("agent.role.coding",),
            },
            _by_to_fhir,
            _by_from_fhir,
        ),
    ),
)
"""One revision: its time, action, reason and author. It has no id in the contract."""


def _party_to_fhir(party: str, provenance: Json, context: MappingContext) -> None:
    kind = "RelatedPerson" if party == "relative" else "Practitioner"
    who = {"reference": context.patient} if party == "person" else {"type": kind}
    provenance["agent"] = [{"type": _type("attester"), "role": [concept(_PARTIES[party])], "who": who}]


def _name_to_fhir(name: str, provenance: Json, _: MappingContext) -> None:
    provenance["agent"][0]["who"]["display"] = name


def _attester(provenance: Resource) -> Mapping[str, Any]:
    return next(iter(_agents(provenance, "attester")), {})


def _name_from_fhir(provenance: Resource) -> str | None:
    """Return the name of the attester; None for the person, whose contract it is."""
    attester = _attester(provenance)
    name: str | None = attester.get("who", {}).get("display")
    return None if code_in(attester.get("role"), PARTY) == "person" else name


def _of_the_plan(_: Json, provenance: Json, context: MappingContext) -> None:
    provenance["target"] = [{"reference": context.plan}]


CONFIRMATION: Final = ResourceMapping(
    "Provenance",
    "confirmation",
    {},
    "",
    (
        FieldMapping("", {}, _of_the_plan, lambda _: None),
        same("at", "recorded"),
        FieldMapping(
            "party",
            {"party": ("agent.role.coding", "agent.who(RelatedPerson)", "agent.who(Practitioner)")},
            _party_to_fhir,
            lambda confirmation: code_in(_attester(confirmation).get("role"), PARTY),
        ),
        FieldMapping(
            "name",
            {"name": ("agent.who(RelatedPerson).display", "agent.who(Practitioner).display")},
            _name_to_fhir,
            _name_from_fhir,
        ),
    ),
)
"""The confirmation of a contract by one party."""


def is_confirmation(resource: Resource) -> bool:
    """Return whether a Provenance is the confirmation of a contract by a party."""
    return resource.get("resourceType") == "Provenance" and code_in(_attester(resource).get("role"), PARTY) in PARTIES


def is_revision(resource: Resource) -> bool:
    """Return whether a Provenance is a revision of a contract."""
    return resource.get("resourceType") == "Provenance" and bool(_agents(resource, "custodian"))


def responsible(by: Json) -> Json:
    """Return the reference for `CarePlan.author`: to the member of staff, else to the unit, else to the care giver."""
    if "practitioner" in by:
        return reference("Practitioner", by["practitioner"], by.get("name"))
    return reference("Organization", by.get("unit") or by["giver"], None)
