"""The codes of our own code systems: each is one that its system has, under a name that the system gives it.

Where a profile binds an element, its overlay asks for a code of the value set; this holds for every other place too.
`fhir_profiles.compiler.profile_schemas` wrote what is read here. https://hl7.org/fhir/R4/terminologies.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from app.errors import Fault
from app.fhir.check.invariants import ResourceObject, fhirpath
from app.fhir.check.messages import fault
from app.fhir.schema_files import SCHEMAS

CODES: Final = SCHEMAS / "terminology" / "codes.json"

CodeSystems = Mapping[str, Mapping[str, Sequence[str]]]
"""The address of each code system, its codes, and the names of each: the display first, then its translations."""


@cache
def code_systems() -> CodeSystems:
    """The code systems that are published here whole."""
    known: CodeSystems = json.loads(CODES.read_text("utf-8"))
    return known


def coding_faults(nodes: Iterable[ResourceObject]) -> Iterator[Fault]:
    """Yield what is wrong with the codes of ours in a resource that its schema has passed; `nodes` are its objects."""
    for node, place, _ in nodes:
        codes = code_systems().get(node["system"]) if "system" in node else None
        if codes is None or "code" not in node:
            continue
        names = codes.get(node["code"])
        if names is None:
            yield fault("code", f"{fhirpath(place)}.code", ", ".join(codes))
        elif "display" in node and node["display"].casefold() not in map(str.casefold, names):
            yield fault("display", f"{fhirpath(place)}.display", ", ".join(names))
