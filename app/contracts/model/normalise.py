"""Normalise values that were read from FHIR: the model decides what fits, and how it is written.

A time in UTC is `+00:00` and an HSA-id is in capitals, so that a contract that is read and sent back is the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from app.contracts.model.elements import Element
from app.contracts.model.rules import require
from app.contracts.model.values import Instant
from app.fhir import codes, identifiers, json_text
from app.fhir.elements import Json

_INSTANT: Final[TypeAdapter[datetime]] = TypeAdapter(Instant)


def fitted(model: type[Element], json: Mapping[str, Any] | None) -> Json | None:
    """Return the JSON of an object as the model writes it; None if there is no object, or the model refuses it."""
    if not json:
        return None
    try:
        element = model.model_validate_json(json_text.dumps(json))
        require(element)
    except ValidationError:
        return None
    return element.model_dump(mode="json", by_alias=True, exclude_none=True)


def all_fitted(model: type[Element], objects: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Return the JSON of those objects that the model accepts."""
    return [json for value in objects if (json := fitted(model, value)) is not None]


def normalised(node: Any) -> Any:
    """Return a resource, or any part of it, with instants and HSA-ids as the model writes them."""
    if isinstance(node, list):
        return [normalised(item) for item in node]
    if isinstance(node, Mapping):
        fields = {name: normalised(value) for name, value in node.items()}
        return {**fields, "value": fields["value"].upper()} if _is_hsa_id(fields) else fields
    return _instant(node) if isinstance(node, str) else node


def _is_hsa_id(node: Mapping[str, Any]) -> bool:
    return "value" in node and identifiers.normalise_system(node.get("system", "")) == codes.HSA_ID


def _instant(text: str) -> str:
    try:
        return _INSTANT.validate_python(text).isoformat()
    except ValidationError:
        return text
