"""Compiles CodeSystem resources into the table that app/fhir/check/terminology.py reads."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.fhir.check.terminology import Systems


def compiled(code_systems: Iterable[Mapping[str, Any]]) -> Systems:
    """What CodeSystem resources say, as it is read here."""
    return {each["url"]: {one["code"]: _names(one) for one in _concepts(each)} for each in code_systems}


def _concepts(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in node.get("concept", ()):
        yield one
        yield from _concepts(one)


def _names(concept: Mapping[str, Any]) -> list[str]:
    translated = [each["value"] for each in concept.get("designation", ())]
    return list(dict.fromkeys([concept.get("display", concept["code"]), *translated]))
