"""Compiles CodeSystem resources into the table that app/fhir/check/terminology.py reads."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.fhir.check.terminology import CodeSystems


def compile_code_systems(code_systems: Iterable[Mapping[str, Any]]) -> CodeSystems:
    """What CodeSystem resources say, as it is read here."""
    return {each["url"]: {one["code"]: _display_names(one) for one in _concepts_below(each)} for each in code_systems}


def _concepts_below(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in node.get("concept", ()):
        yield one
        yield from _concepts_below(one)


def _display_names(concept: Mapping[str, Any]) -> list[str]:
    translated = [each["value"] for each in concept.get("designation", ())]
    return list(dict.fromkeys([concept.get("display", concept["code"]), *translated]))
