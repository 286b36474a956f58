"""The codes of our own code systems: each is one that its system has, under a name that the system gives it.

Where a profile binds an element, its overlay asks for a code of the value set; this holds for every other place too.
`app.fhir.compile_profiles` wrote what is read here. https://hl7.org/fhir/R4/terminologies.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from app.errors import Fault
from app.fhir.invariants import Found, written
from app.fhir.sayings import fault
from app.fhir.validators import SCHEMAS

CODES: Final = SCHEMAS / "terminology" / "codes.json"

Systems = Mapping[str, Mapping[str, Sequence[str]]]
"""The address of each code system, its codes, and the names of each: the display first, then its translations."""


@cache
def systems() -> Systems:
    """The code systems that are published here whole."""
    known: Systems = json.loads(CODES.read_text("utf-8"))
    return known


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


def faults(nodes: Iterable[Found]) -> Iterator[Fault]:
    """Yield what is wrong with the codes of ours in a resource that its schema has passed; `nodes` are its objects."""
    for node, place, _ in nodes:
        codes = systems().get(node["system"]) if "system" in node else None
        if codes is None or "code" not in node:
            continue
        names = codes.get(node["code"])
        if names is None:
            yield fault("code", f"{written(place)}.code", ", ".join(codes))
        elif "display" in node and node["display"].casefold() not in map(str.casefold, names):
            yield fault("display", f"{written(place)}.display", ", ".join(names))
