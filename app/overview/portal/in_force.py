"""What is not so is not shown: the elements that change what all the rest of a resource means (pure).

FHIR calls them modifiers, and wants whoever reads a resource to heed them: http://hl7.org/fhir/R4/conformance-rules.html.
A modifierExtension that is unknown is refused at the door.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from app.contracts.mapping.careplan import part_references
from app.fhir.elements import values_at
from app.fhir.index import status_of
from app.fhir.types import TYPES
from app.overview.portal.elements import Entry, Resource

IN_ERROR: Final = "entered-in-error"


def standing(told: Sequence[Entry]) -> list[Entry]:
    """What is so; a plan that is not takes its parts with it, but those of another plan, and times that were given."""
    so = [entry for entry in told if _stands(entry)]
    out = _held(told) - _held(so)
    return [entry for entry in so if entry.item.type == "Appointment" or entry.item.reference not in out]


def _stands(entry: Entry) -> bool:
    """Whether a resource says what is so; one in error is shown only where another system holds that it is not."""
    resource, row = entry.resource, TYPES[entry.item.type]
    status = status_of(resource)
    if "implicitRules" in resource or _is_negated(resource, row.negated_by):
        return False
    return status not in row.inactive_statuses and (status != IN_ERROR or "conflict" in entry.part)


def _is_negated(resource: Resource, negated_by: Iterable[tuple[str, object]]) -> bool:
    return any(value == negation for path, negation in negated_by for value in values_at(resource, path))


def _held(entries: Iterable[Entry]) -> set[str]:
    return {one for entry in entries if entry.item.type == "CarePlan" for one in part_references(entry.resource)}
