"""Compile SearchParameters: `python -m fhir_profiles.compiler.search_parameters BUILT PACKAGE_DIRECTORY`.

Writes `app/fhir/schemas/search/parameters.json`, which `app.fhir.search_parameters` reads: for each type that Samplan
stores, and for AuditEvent, the parameters that HL7 publishes in the package and those that our own profiles define.
Our own replaces HL7's of the same name; where ours has no expression, HL7's stays.

https://hl7.org/fhir/R4/searchparameter.html
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from app.fhir.search_parameters import SEARCH_PARAMETERS
from app.fhir.types import DIRECTORY_TYPES, STORED_TYPES

ANY_TYPE: Final = "Resource"
"""The base of the parameters that every type has, such as `_id`."""

EXAMPLE: Final = "SearchParameter-example"
"""Files of HL7's package that show what a SearchParameter can be."""

SEARCHED_TYPES: Final = (*STORED_TYPES, *DIRECTORY_TYPES, "AuditEvent")

ParameterRow = dict[str, str]
"""`type`, `definition` (a canonical URL) and `expression` (FHIRPath) of one parameter for one resource type."""


def compile_search_parameters(
    definitions: Iterable[Mapping[str, Any]], types: Iterable[str]
) -> dict[str, dict[str, ParameterRow]]:
    """Return the rows of each type by the parameter's name; a later definition replaces an earlier one."""
    compiled: dict[str, dict[str, ParameterRow]] = {resource_type: {} for resource_type in types}
    for definition in definitions:
        for resource_type, rows in compiled.items():
            if not {resource_type, ANY_TYPE}.isdisjoint(definition.get("base", ())):
                expression = expression_for(resource_type, definition.get("expression", ""))
                earlier = rows.get(definition["code"], {}).get("expression", "")
                rows[definition["code"]] = {
                    "type": definition["type"],
                    "definition": definition["url"],
                    "expression": expression or earlier,
                }
    return {resource_type: dict(sorted(rows.items())) for resource_type, rows in compiled.items()}


def expression_for(resource_type: str, expression: str) -> str:
    """Return the branches of a union that start at this type, or at Resource for a parameter of every type."""
    branches = [branch.strip() for branch in expression.split("|")]
    own = (f"{resource_type}.", f"({resource_type}.", f"{ANY_TYPE}.")
    return " | ".join(branch for branch in branches if branch.startswith(own))


def table_text(compiled: Mapping[str, Mapping[str, ParameterRow]]) -> str:
    """Write the table as JSON, one parameter a line, the same for the same input."""
    types = []
    for resource_type, rows in compiled.items():
        lines = ",\n".join(f"{json.dumps(name)}:{json.dumps(row, separators=(',', ':'))}" for name, row in rows.items())
        types.append(f"{json.dumps(resource_type)}:{{\n{lines}\n}}")
    return "{" + ",\n".join(types) + "}\n"


def read_definitions(directory: Path) -> list[dict[str, Any]]:
    """Read the SearchParameters in a directory, in the order of their file names, without HL7's examples."""
    paths = sorted(directory.glob("SearchParameter-*.json"))
    return [json.loads(path.read_text("utf-8")) for path in paths if not path.stem.startswith(EXAMPLE)]


def main(arguments: list[str], target: Path = SEARCH_PARAMETERS) -> int:
    """Compile the SearchParameters of the two directories, ours and HL7's."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m fhir_profiles.compiler.search_parameters BUILT PACKAGE_DIRECTORY\n")
        return 2
    built, package = map(Path, arguments)
    definitions = [*read_definitions(package), *read_definitions(built)]
    target.write_text(table_text(compile_search_parameters(definitions, SEARCHED_TYPES)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
