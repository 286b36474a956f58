"""What is read, held against the model: what a contract cannot hold has no place in it, and the rest is said its way.

A time in UTC is `+00:00` and an HSA-id is in capitals, so that what is read and sent back again is the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from app.contracts.model.agreement import Activity, CareActivity, Goal, IfWorse, OthersActivity, ProfessionalGoal
from app.contracts.model.elements import Element
from app.contracts.model.people import Confirmation, PermanentContact, Relative
from app.contracts.model.rules import require
from app.contracts.model.sections import (
    AboutMe,
    AgreedTime,
    LinkedPlan,
    PlanDocument,
    Review,
    SevenQuestions,
    SipConsent,
    Summons,
)
from app.contracts.model.values import Instant
from app.fhir import codes, identifiers, json_text

Json = dict[str, Any]

MODELS: Final[Mapping[str, type[Element]]] = {
    "agreement.goals": Goal,
    "agreement.goals.professionalGoals": ProfessionalGoal,
    "agreement.iDo": Activity,
    "agreement.careDoes": CareActivity,
    "agreement.othersDo": OthersActivity,
    "agreement.ifWorse": IfWorse,
    "aboutMe": AboutMe,
    "sevenQuestions": SevenQuestions,
    "sip.consent": SipConsent,
    "sip.summons": Summons,
    "contacts": PermanentContact,
    "relatives": Relative,
    "times": AgreedTime,
    "plans": LinkedPlan,
    "documents": PlanDocument,
    "review": Review,
    "confirmations": Confirmation,
}
"""What each list or field that holds parts is made of."""

_INSTANT: Final[TypeAdapter[datetime]] = TypeAdapter(Instant)


def fitted(model: type[Element], said: Mapping[str, Any] | None) -> Json | None:
    """The JSON of a part or an object as the model says it; None for what the model refuses, and for nothing."""
    if not said:
        return None
    try:
        fits = model.model_validate_json(json_text.dumps(said))
        require(fits)
    except ValidationError:
        return None
    return fits.model_dump(mode="json", by_alias=True, exclude_none=True)


def all_fitted(model: type[Element], said: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Those of some objects that the model takes, as it says them."""
    return [fits for one in said if (fits := fitted(model, one)) is not None]


def spelled(node: Any) -> Any:
    """The same resource, or any of it, with instants and HSA-ids as the model spells them."""
    if isinstance(node, list):
        return [spelled(each) for each in node]
    if isinstance(node, Mapping):
        said = {name: spelled(value) for name, value in node.items()}
        return {**said, "value": said["value"].upper()} if _is_hsa_id(said) else said
    return _instant(node) if isinstance(node, str) else node


def _is_hsa_id(node: Mapping[str, Any]) -> bool:
    return "value" in node and identifiers.normalise_system(node.get("system", "")) == codes.HSA_ID


def _instant(text: str) -> str:
    try:
        return _INSTANT.validate_python(text).isoformat()
    except ValidationError:
        return text
