"""The names of R4's types and elements: what a fault may repeat of a stranger's keys, which may hold anything."""

from collections.abc import Callable, Collection
from functools import cache
from typing import Final

from app.fhir.schema_files import definitions
from app.fhir.types import ALL_TYPES

UNKNOWN: Final = "(unknown)"


@cache
def r4_names() -> frozenset[str]:
    """The names of the elements of every type that is checked here, of these types, and of what they may refer to."""
    elements, types = {"resourceType"}, {*ALL_TYPES, "Resource"}
    for kind in ALL_TYPES:
        for name, definition in definitions(kind).items():
            elements |= definition.get("properties", {}).keys()
            types.update(name.removeprefix("Reference:").split(",") if name.startswith("Reference:") else ())
    return frozenset(elements | types)


def printable_name(name: str, names: Callable[[], Collection[str]] = r4_names) -> str:
    """Return a key if it is one of the names, else a word for it."""
    return name if name in names() else UNKNOWN
