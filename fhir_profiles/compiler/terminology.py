"""Compiles CodeSystem resources to the table of codes that `app.fhir.check.terminology` reads."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.fhir.check.terminology import CodeSystems


def compile_code_systems(code_systems: Iterable[Mapping[str, Any]]) -> CodeSystems:
    """Return the codes of each CodeSystem and their names, by its canonical URL."""
    return {
        system["url"]: {concept["code"]: _display_names(concept) for concept in _concepts_below(system)}
        for system in code_systems
    }


def _concepts_below(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for concept in node.get("concept", ()):
        yield concept
        yield from _concepts_below(concept)


def _display_names(concept: Mapping[str, Any]) -> list[str]:
    translated = [designation["value"] for designation in concept.get("designation", ())]
    return list(dict.fromkeys([concept.get("display", concept["code"]), *translated]))
