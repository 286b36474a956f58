"""Leaves out negated, inactive or erroneous resources (pure).

FHIR requires every reader to check the modifier elements, http://hl7.org/fhir/R4/conformance-rules.html. A resource
with an unknown modifierExtension is refused before it is stored.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from app.contracts.mapping.careplan import part_references
from app.fhir.elements import Resource, values_at
from app.fhir.index import status_of
from app.fhir.types import TYPES
from app.overview.portal.elements import PortalEntry

IN_ERROR: Final = "entered-in-error"


def in_force(entries: Sequence[PortalEntry]) -> list[PortalEntry]:
    """The entries whose resource is in force.

    The parts of a plan that is left out are left out too, except appointments, parts of another plan, and what belongs
    to another giver.
    """
    remaining = [entry for entry in entries if _is_in_force(entry)]
    if len(remaining) == len(entries):
        return remaining
    left_out = _plan_parts(entries) - _plan_parts(remaining)
    return [
        entry
        for entry in remaining
        if entry.item.type == "Appointment" or (entry.item.giver, entry.item.reference) not in left_out
    ]


def _is_in_force(entry: PortalEntry) -> bool:
    """Whether a resource is in force; one entered in error is kept if another system has another status for it."""
    resource, row = entry.resource, TYPES[entry.item.type]
    status = status_of(resource)
    if "implicitRules" in resource or _is_negated(resource, row.negated_by):
        return False
    return status not in row.inactive_statuses and (status != IN_ERROR or "conflict" in entry.part)


def _is_negated(resource: Resource, negated_by: Iterable[tuple[str, object]]) -> bool:
    return any(value == negation for path, negation in negated_by for value in values_at(resource, path))


def _plan_parts(entries: Iterable[PortalEntry]) -> set[tuple[str | None, str]]:
    """The references in the plans, each with the giver of the plan."""
    return {
        (entry.item.giver, reference)
        for entry in entries
        if entry.item.type == "CarePlan"
        for reference in part_references(entry.resource)
    }
