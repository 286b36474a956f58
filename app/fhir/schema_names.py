"""The names of R4's types and elements: the only keys of a request that a fault may repeat."""

from collections.abc import Callable, Collection
from functools import cache
from typing import Final

from app.fhir.schema_files import definitions
from app.fhir.types import ALL_TYPES

UNKNOWN: Final = "(unknown)"


@cache
def r4_names() -> frozenset[str]:
    """The names of the types that have a schema, of their elements, and of the types that they may refer to."""
    elements, types = {"resourceType"}, {*ALL_TYPES, "Resource"}
    for resource_type in ALL_TYPES:
        for name, definition in definitions(resource_type).items():
            elements |= definition.get("properties", {}).keys()
            types.update(name.removeprefix("Reference:").split(",") if name.startswith("Reference:") else ())
    return frozenset(elements | types)


def printable_name(name: str, names: Callable[[], Collection[str]] = r4_names) -> str:
    """Return a key if it is one of the names, else UNKNOWN."""
    return name if name in names() else UNKNOWN
