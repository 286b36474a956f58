"""Compile our profiles: `python -m fhir_profiles.compiler.profile_schemas BUILT [PACKAGE_DIRECTORY]...`.

One overlay for each profile and extension that SUSHI built, and for those of others in FOREIGN whose package is given,
is written to `app/fhir/schemas/profiles/`, with what `app.fhir.check.profiles` has to know of it: the codes that
imply it,
the rules that hold for it, the profiles that it derives from, and of an extension where it may stand. Beside them, in
`terminology/`, stand our code systems and the questions of our questionnaires.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from app.fhir.check.profile_rules import RULES
from app.fhir.check.questionnaires import QUESTIONS
from app.fhir.check.terminology import CODES
from app.fhir.schema_files import SCHEMAS, definitions
from fhir_profiles.compiler.implied import implying_codes
from fhir_profiles.compiler.overlays import OverlayCompiler, named
from fhir_profiles.compiler.questionnaires import compile_questionnaires
from fhir_profiles.compiler.snapshots import Library, Unsupported, tree
from fhir_profiles.compiler.terminology import compile_code_systems

FOREIGN: Final = (
    "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
    "http://hl7.org/fhir/StructureDefinition/goal-acceptance",
    "http://hl7.org/fhir/StructureDefinition/goal-relationship",
    "http://hl7.se/fhir/ig/base/StructureDefinition/SEBaseAddressPersonExtension",
    "http://hl7.se/fhir/ig/base/StructureDefinition/SEBaseMiddleNameExtension",
    "http://hl7.se/fhir/ig/base/StructureDefinition/SEBaseOwnFamilyExtension",
    "http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePatient",
)
"""Profiles and extensions of others that resources here declare."""

OURS: Final = "sp-"
"""What the keys of our own rules start with."""


def compile_overlays(built: Path, packages: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield the overlay of each definition in our own directory, then those of others that are at hand."""
    library = Library(built, *packages)
    for path in sorted(built.glob("StructureDefinition-*.json")):
        definition = json.loads(path.read_text("utf-8"))
        if definition["derivation"] == "constraint":
            yield overlay(definition, library)
    for canonical in FOREIGN:
        if (definition := library.definition(canonical)) is not None:
            yield overlay(definition, library)


def overlay(definition: Mapping[str, Any], library: Library) -> dict[str, Any]:
    """Compile one definition."""
    kind, root = definition["type"], tree(definition)
    compiler = OverlayCompiler(definitions(kind if definition["kind"] == "resource" else "definitions"), library)
    content = compiler.content(root, kind)
    made = {
        "id": definition["id"],
        "url": definition["url"],
        "type": kind,
        "abstract": definition["abstract"],
        "above": [each["url"] for each in library.ancestors(definition)],
        "implied": [] if kind == "Extension" else implying_codes(definition, library),
        "rules": list(_rules(definition)),
        "targets": compiler.targets,
    }
    if kind == "Extension":
        made |= {"most": root.element["max"], "isModifier": root.element.get("isModifier", False)}
        made["contexts"] = [each["expression"] for each in definition["context"] if each["type"] == "element"]
    used = set(_used(content))
    demands = {name: demand for name, demand in compiler.made.items() if name in used}
    return {**made, "schema": {**content, "$defs": demands}}


def _used(schema: Any) -> Iterator[str]:
    """Yield the names of the demands that a schema refers to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield named(schema["$ref"])
        for each in schema.values():
            yield from _used(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _used(each)


def _rules(definition: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of the rules of ours that hold for what the definition is of."""
    for place, element in enumerate(definition["snapshot"]["element"]):
        for constraint in element.get("constraint", ()):
            if constraint["key"].startswith(OURS):
                if place or constraint["key"] not in RULES:
                    raise Unsupported(f"{element['id']}: {constraint['key']} is no rule of what it is in")
                yield constraint["key"]


def overlay_text(made: Mapping[str, Any]) -> str:
    """Write an overlay, one definition a line, the same for the same input."""
    schema = dict(made["schema"])
    demands = ",\n".join(f"{_json(name)}:{_json(demand)}" for name, demand in schema.pop("$defs").items())
    head = "".join(f"{_json(name)}:{_json(value)},\n" for name, value in made.items() if name != "schema")
    inner = _json(schema)[1:-1]
    return f'{{{head}"schema":{{{inner}{"," if inner else ""}"$defs":{{\n{demands}\n}}}}}}\n'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def terminology(built: Path) -> dict[str, Any]:
    """The files of the terminology, by their names."""
    return {
        CODES.name: compile_code_systems(_published(built, "CodeSystem")),
        QUESTIONS.name: compile_questionnaires(_published(built, "Questionnaire")),
    }


def _published(built: Path, kind: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(built.glob(f"{kind}-*.json"))]


def main(arguments: list[str], target: Path = SCHEMAS) -> int:
    """Compile what the first directory holds, with the packages in the others."""
    if not arguments:
        sys.stderr.write("usage: python -m fhir_profiles.compiler.profile_schemas BUILT [PACKAGE_DIRECTORY]...\n")
        return 2
    built, *packages = map(Path, arguments)
    for folder in ("profiles", "terminology"):
        (target / folder).mkdir(parents=True, exist_ok=True)
    for made in compile_overlays(built, packages):
        (target / "profiles" / f"{made['id']}.json").write_text(overlay_text(made), "utf-8")
    for name, read in terminology(built).items():
        lines = ",\n".join(f"{_json(url)}:{_json(each)}" for url, each in read.items())
        (target / "terminology" / name).write_text(f"{{{lines}}}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
