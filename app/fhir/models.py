"""The one door to the library fhir.resources: its R4B models, which have the same elements as R4 for our types.

Tests read resources with it as a second opinion. It waits here for the mappings from other formats (RIV-TA, files),
which will build their resources with these models. A model's module is imported when its type is first read: all of
them take seconds and a hundred megabytes. https://github.com/nazrulworld/fhir.resources
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from importlib import import_module
from typing import Any


def read(resource: Mapping[str, Any]) -> Any:
    """Read a resource into the model of its type.

    Raises:
        ValueError: the model finds the resource invalid.
    """
    resource_type = resource["resourceType"]
    return getattr(import_module(f"fhir.resources.R4B.{resource_type.lower()}"), resource_type).model_validate(resource)


def to_json(model: Any) -> dict[str, Any]:
    """Return a model as FHIR JSON, with dates as FHIR writes them; a decimal loses trailing zeros."""
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
