"""Who wrote a contract: one Provenance for all of its resources, with the giver as custodian and the unit as author.

The agents carry what access is decided on (yttre and inre spärr). http://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.contracts.codes import CATEGORIES, DATA_OPERATION
from app.contracts.elements import Json, coding, concept, present, reference
from app.fhir import codes, r4


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, by HSA-id: care giver or social care giver, unit, and the member of staff with a name."""

    giver: str
    unit: str | None = None
    practitioner: str | None = None
    name: str | None = None
    category: Literal["health", "social"] | None = None


def provenance(targets: Sequence[str], author: Author, *, id: str, now: datetime, revises: bool) -> Json:
    """The Provenance of a contract that is new, or of one that is revised."""
    operation = coding(DATA_OPERATION, "UPDATE", "revise") if revises else coding(DATA_OPERATION, "CREATE", "create")
    return r4.to_json(
        r4.Provenance(
            id=id,
            target=[{"reference": target} for target in targets],
            recorded=now.isoformat(),
            activity=concept(operation),
            agent=_agents(author),
        )
    )


def _agents(author: Author) -> list[Json]:
    unit = reference("Organization", author.unit, None) if author.unit else None
    agents = [present(type=_type("custodian"), role=_roles(author), who=reference("Organization", author.giver, None))]
    if unit:
        agents.append({"type": _type("author"), "who": unit})
    if author.practitioner:
        who = reference("Practitioner", author.practitioner, author.name)
        agents.append(present(type=_type("author"), who=who, onBehalfOf=unit))
    return agents


def _roles(author: Author) -> list[Json]:
    if author.category is None:
        return []
    return [concept(coding(codes.INFORMATION_CATEGORY, author.category, CATEGORIES[author.category]))]


def _type(code: str) -> Json:
    return concept(coding(codes.PROVENANCE_PARTICIPANT, code, code.title()))


def responsible(author: Author) -> Json:
    """Who answers for the contract, as `CarePlan.author`: the member of staff, else the unit, else the giver."""
    if author.practitioner:
        return reference("Practitioner", author.practitioner, author.name)
    return reference("Organization", author.unit or author.giver, None)
