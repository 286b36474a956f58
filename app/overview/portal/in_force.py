"""What is not so is not shown: the elements that change what all the rest of a resource means (pure).

FHIR calls them modifiers, and wants whoever reads a resource to heed them: http://hl7.org/fhir/R4/conformance-rules.html.
A modifierExtension that is unknown is refused at the door.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from app.contracts.from_fhir import references
from app.overview.portal.elements import Entry, Resource

IN_ERROR: Final = "entered-in-error"

OVER: Final[Mapping[str, frozenset[str]]] = {
    "CareTeam": frozenset({"inactive"}),
    "QuestionnaireResponse": frozenset({"in-progress", "stopped"}),
}
"""The statuses of what nobody can turn to any more, and of answers that nobody has finished."""

DENIED: Final[Mapping[str, Callable[[Resource], bool]]] = {
    "ServiceRequest": lambda one: one.get("doNotPerform", False),
    "RelatedPerson": lambda one: not one.get("active", True),
    "Patient": lambda one: not one.get("active", True) or any(
        each["type"] == "replaced-by" for each in one.get("link", ())
    ),
    "Consent": lambda one: one.get("provision", {}).get("type") == "deny",
}  # fmt: skip
"""Not to be done; a relative no longer; a record that is no longer in use; a consent to the contrary."""


def standing(told: Sequence[Entry]) -> list[Entry]:
    """What is so; a plan that is not takes its parts with it, but those of another plan, and times that were given."""
    so = [entry for entry in told if _stands(entry)]
    out = _held(told) - _held(so)
    return [entry for entry in so if entry.item.type == "Appointment" or entry.item.reference not in out]


def _stands(entry: Entry) -> bool:
    """Whether a resource says what is so; one in error is shown only where another system holds that it is not."""
    resource, kind = entry.resource, entry.item.type
    status = resource.get("lifecycleStatus") or resource.get("status")
    if "implicitRules" in resource or (kind in DENIED and DENIED[kind](resource)):
        return False
    return status not in OVER.get(kind, ()) and (status != IN_ERROR or "conflict" in entry.part)


def _held(entries: Iterable[Entry]) -> set[str]:
    return {one for entry in entries if entry.item.type == "CarePlan" for one in references(entry.resource)}
