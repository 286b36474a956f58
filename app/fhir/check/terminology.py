"""Checks the codes of our own code systems wherever they stand: the code is in its system, and the display is its name.

Where a profile binds an element, its overlay requires a code of the value set besides.
`fhir_profiles.compiler.profile_schemas` writes the table. https://hl7.org/fhir/R4/terminologies.html
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
"""The URL of each code system, its codes, and the names of each code: the display first, then its translations."""


@cache
def code_systems() -> CodeSystems:
    """The code systems that we publish."""
    known: CodeSystems = json.loads(CODES.read_text("utf-8"))
    return known


def coding_faults(nodes: Iterable[ResourceObject]) -> Iterator[Fault]:
    """Yield the faults of codings in our systems in a resource that its schema has passed; `nodes` are its objects."""
    for node, place, _ in nodes:
        codes = code_systems().get(node["system"]) if "system" in node else None
        if codes is None or "code" not in node:
            continue
        names = codes.get(node["code"])
        if names is None:
            yield fault("code", f"{fhirpath(place)}.code", ", ".join(codes))
        elif "display" in node and node["display"].casefold() not in map(str.casefold, names):
            yield fault("display", f"{fhirpath(place)}.display", ", ".join(names))
