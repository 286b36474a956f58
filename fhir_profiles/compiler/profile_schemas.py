"""Compile our profiles: `python -m fhir_profiles.compiler.profile_schemas BUILT [PACKAGE_DIRECTORY]...`.

Writes an overlay to `app/fhir/schemas/profiles/` for each profile and extension that SUSHI built, and for those in
FOREIGN whose package is given. An overlay has the codes that imply the profile, its rules, the profiles that it derives
from, and of an extension the contexts. Writes our code systems and the questions of our questionnaires to
`app/fhir/schemas/terminology/`.
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
from fhir_profiles.compiler.overlays import OverlayCompiler, definition_name
from fhir_profiles.compiler.questionnaires import compile_questionnaires
from fhir_profiles.compiler.snapshots import Library, Unsupported, element_tree
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
"""Profiles and extensions of HL7 and HL7 Sweden that are checked here."""

OURS: Final = "sp-"
"""The prefix of the keys of our own rules."""


def compile_overlays(built: Path, packages: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield the overlays of our own definitions, then of those in FOREIGN that the packages have."""
    library = Library(built, *packages)
    for path in sorted(built.glob("StructureDefinition-*.json")):
        definition = json.loads(path.read_text("utf-8"))
        if definition["derivation"] == "constraint":
            yield overlay(definition, library)
    for canonical in FOREIGN:
        if (definition := library.definition(canonical)) is not None:
            yield overlay(definition, library)


def overlay(definition: Mapping[str, Any], library: Library) -> dict[str, Any]:
    """Compile a StructureDefinition to its overlay."""
    resource_type, root = definition["type"], element_tree(definition)
    compiler = OverlayCompiler(
        definitions(resource_type if definition["kind"] == "resource" else "definitions"), library
    )
    content = compiler.content(root, resource_type)
    compiled = {
        "id": definition["id"],
        "url": definition["url"],
        "type": resource_type,
        "abstract": definition["abstract"],
        "above": [ancestor["url"] for ancestor in library.ancestors(definition)],
        "implied": [] if resource_type == "Extension" else implying_codes(definition, library),
        "rules": list(_rules(definition)),
        "targets": compiler.targets,
    }
    if resource_type == "Extension":
        compiled |= {"most": root.element["max"], "isModifier": root.element.get("isModifier", False)}
        compiled["contexts"] = [
            context["expression"] for context in definition["context"] if context["type"] == "element"
        ]
    used = set(_used(content))
    requirements = {name: requirement for name, requirement in compiler.requirements.items() if name in used}
    return {**compiled, "schema": {**content, "$defs": requirements}}


def _used(schema: Any) -> Iterator[str]:
    """Yield the names of the definitions that a schema refers to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield definition_name(schema["$ref"])
        for child in schema.values():
            yield from _used(child)
    elif isinstance(schema, list):
        for child in schema:
            yield from _used(child)


def _rules(definition: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of our own rules that the definition has."""
    for place, element in enumerate(definition["snapshot"]["element"]):
        for constraint in element.get("constraint", ()):
            if constraint["key"].startswith(OURS):
                if place or constraint["key"] not in RULES:
                    raise Unsupported(f"{element['id']}: {constraint['key']} is no rule of what it is in")
                yield constraint["key"]


def overlay_text(overlay: Mapping[str, Any]) -> str:
    """Write an overlay as JSON, one definition a line; the same input gives the same bytes."""
    schema = dict(overlay["schema"])
    requirements = ",\n".join(f"{_json(name)}:{_json(schema_)}" for name, schema_ in schema.pop("$defs").items())
    head = "".join(f"{_json(name)}:{_json(value)},\n" for name, value in overlay.items() if name != "schema")
    inner = _json(schema)[1:-1]
    return f'{{{head}"schema":{{{inner}{"," if inner else ""}"$defs":{{\n{requirements}\n}}}}}}\n'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def terminology(built: Path) -> dict[str, Any]:
    """The tables of code systems and questions, by the names of their files."""
    return {
        CODES.name: compile_code_systems(_published(built, "CodeSystem")),
        QUESTIONS.name: compile_questionnaires(_published(built, "Questionnaire")),
    }


def _published(built: Path, resource_type: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(built.glob(f"{resource_type}-*.json"))]


def main(arguments: list[str], target: Path = SCHEMAS) -> int:
    """Compile the definitions in the first directory, with the packages in the others."""
    if not arguments:
        sys.stderr.write("usage: python -m fhir_profiles.compiler.profile_schemas BUILT [PACKAGE_DIRECTORY]...\n")
        return 2
    built, *packages = map(Path, arguments)
    for folder in ("profiles", "terminology"):
        (target / folder).mkdir(parents=True, exist_ok=True)
    for compiled in compile_overlays(built, packages):
        (target / "profiles" / f"{compiled['id']}.json").write_text(overlay_text(compiled), "utf-8")
    for name, table in terminology(built).items():
        lines = ",\n".join(f"{_json(url)}:{_json(content)}" for url, content in table.items())
        (target / "terminology" / name).write_text(f"{{{lines}}}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
