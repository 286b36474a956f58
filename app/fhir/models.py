"""The one door to fhir.resources: R4B models, which have the same elements as R4 for our types; a second opinion.

Each module is imported when its type is asked for first: all of them take seconds and a hundred megabytes.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from importlib import import_module
from typing import Any


def read(resource: Mapping[str, Any]) -> Any:
    """A resource as a model.

    Raises:
        ValueError: fhir.resources finds it wrong.
    """
    kind = resource["resourceType"]
    return getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind).model_validate(resource)


def to_json(model: Any) -> dict[str, Any]:
    """Return a model as FHIR JSON: nothing empty, dates as FHIR writes them; a decimal loses trailing zeros."""
    written: dict[str, Any] = _plain(model.model_dump())
    return written


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _plain(child) for name, child in node.items()}
    if isinstance(node, list):
        return [_plain(child) for child in node]
    if isinstance(node, datetime | date | time):
        return node.isoformat()
    return node
