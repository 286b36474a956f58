"""Write `docs/profiles/` from the built definitions: `python -m fhir_profiles.pages`.

An index, one page for each profile with its differences, its invariants and the fields of the contract that it holds,
and a page each for extensions, codes and the API.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from fhir_profiles.contract_mapping import ROWS
from fhir_profiles.differences import OURS, R4, Difference, invariants, link, rows

Json = Mapping[str, Any]

HERE: Final = Path(__file__).parent
DOCS: Final = HERE.parent / "docs" / "profiles"
EXAMPLES: Final = HERE / "examples"
_TO_BUILT: Final = "../../fhir_profiles/built"
_TO_EXAMPLES: Final = "../../fhir_profiles/examples"
_NOTICE: Final = "<!-- Made by `make pages` from fhir_profiles/built: change the Shorthand, not this page. -->"


def definitions(folder: Path = HERE / "built") -> list[Json]:
    """Read the built definitions, in order of their file names."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


def pages() -> dict[str, str]:
    """Return the text of every page by its file name."""
    built = definitions()
    profiles = [definition for definition in built if _is_profile(definition)]
    extensions = [definition for definition in built if definition.get("type") == "Extension"]
    examples = [json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("*.json"))]
    return {
        "README.md": _index(built, profiles, extensions),
        "extensions.md": _extensions(extensions),
        "codes.md": _codes(built),
        "api.md": _api(built),
        **{f"{definition['id']}.md": _profile(definition, profiles, examples) for definition in profiles},
    }


def contract_fields(profile: str, above: Sequence[str] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """Return the contract fields that a profile, or a profile above it, holds, each with its FHIR elements."""
    return [(row.field, row.elements) for row in ROWS if row.profile in (profile, *above)]


def _is_profile(definition: Json) -> bool:
    return bool(definition["resourceType"] == "StructureDefinition" and definition["type"] != "Extension")


def translated(definition: Json, name: str) -> str:
    """Return a text of a definition in Swedish, or in English without a translation."""
    translations = [
        {part["url"]: part for part in translation["extension"]}
        for translation in definition.get(f"_{name}", {}).get("extension", ())
    ]
    swedish = (parts["content"] for parts in translations if parts["lang"].get("valueCode") == "sv")
    content: Json = next(swedish, {})
    return str(content.get("valueString") or content.get("valueMarkdown") or definition[name])


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in body]
    return "\n".join(lines)


def _page(*blocks: str) -> str:
    return "\n\n".join((_NOTICE, *filter(None, blocks))) + "\n"


def _lineage(definition: Json, profiles: Sequence[Json]) -> list[str]:
    """Return the ids of our profiles that a profile is based on, the nearest first."""
    base = next((profile for profile in profiles if profile["url"] == definition["baseDefinition"]), None)
    return [base["id"], *_lineage(base, profiles)] if base else []


def _profile(definition: Json, profiles: Sequence[Json], examples: Sequence[Json]) -> str:
    above = _lineage(definition, profiles)
    base = f"[{above[0]}]({above[0]}.md)" if above else f"{definition['type']} of R4"
    context = [
        ["URL", f"`{definition['url']}`"],
        ["resource", definition["type"]],
        ["based on", base],
        ["definition", f"[JSON]({_TO_BUILT}/StructureDefinition-{definition['id']}.json)"],
    ]
    if definition["abstract"]:
        children = [profile["id"] for profile in profiles if profile["baseDefinition"] == definition["url"]]
        context.append(["abstract; used as", ", ".join(f"[{name}]({name}.md)" for name in children)])
    return _page(
        f"# {translated(definition, 'title')}",
        f"{definition['title']}. {definition['description']}",
        translated(definition, "description"),
        _table(["", ""], context),
        f"## What differs from {base}",
        _differences(rows(definition)),
        _rules(definition, [profile for profile in profiles if profile["id"] in above]),
        _fields(definition["id"], above),
        _example_links(definition, examples),
    )


def _differences(differences: Sequence[Difference]) -> str:
    body = [
        [f"`{row.element}`", row.cardinality, "; ".join(row.rules), row.short]
        for row in differences
        if row.cardinality or row.rules or row.short
    ]
    return _table(["element", "cardinality", "rule", "meaning"], body)


def _rules(definition: Json, above: Sequence[Json]) -> str:
    rules = [rule for profile in (definition, *above) for rule in invariants(profile)]
    if not rules:
        return ""
    text = [f"**{rule.key}**: {rule.human}\n\n```\n{rule.expression}\n```" for rule in rules]
    return "\n\n".join(("## Invariants", *text))


def _fields(profile: str, above: Sequence[str]) -> str:
    if not (fields := contract_fields(profile, above)):
        return ""
    body = [[f"`{field}`", ", ".join(f"`{element}`" for element in elements)] for field, elements in fields]
    text = "`extension(name)` is one by the end of its URL, `actor(Type)` a reference to that type."
    return "\n\n".join(("## From the contract", text, _table(["field of the contract", "FHIR"], body)))


def _example_links(definition: Json, examples: Sequence[Json]) -> str:
    names = [
        f"{example['resourceType']}-{example['id']}"
        for example in examples
        if definition["url"] in example.get("meta", {}).get("profile", ())
    ]
    listed = "\n".join(f"- [{name}]({_TO_EXAMPLES}/{name}.json)" for name in names)
    return f"## Examples\n\n{listed}" if names else ""


def _index(built: Sequence[Json], profiles: Sequence[Json], extensions: Sequence[Json]) -> str:
    body = [
        [profile["type"], f"[{profile['id']}]({profile['id']}.md)", translated(profile, "title"), _base(profile)]
        for profile in sorted(profiles, key=lambda profile: (profile["type"], profile["id"]))
    ]
    own = [extension for extension in extensions if extension["url"].startswith(OURS)]
    types = [definition["resourceType"] for definition in built]
    counts = {type_: types.count(type_) for type_ in ("CodeSystem", "ValueSet")}
    return _page(
        "# Profiles",
        f"What Samplan publishes, version {profiles[0]['version']}, on FHIR R4 (4.0.1) and HL7 Sweden's base profiles "
        f"1.1.0. A validator that loads [`fhir_profiles/built/`]({_TO_BUILT}) knows all of it; every definition has a "
        f"snapshot, and every profile [examples]({_TO_EXAMPLES}). [Patient contracts](../contracts.md) tells what they "
        "are for, [decision 0012](../decisions/0012-fhir-shorthand.md) how they are built.",
        "A resource that the mapping writes names its profile in `meta.profile`. Slicing is open: what other systems "
        "add stays. The person is a Patient by SEBasePatient.",
        f"Beside the profiles: {len(own)} [extensions](extensions.md), {counts['CodeSystem']} code systems and "
        f"{counts['ValueSet']} value sets ([codes](codes.md)), and [the API](api.md).",
        _table(["resource", "profile", "på svenska", "based on"], body),
    )


def _base(definition: Json) -> str:
    base = str(definition["baseDefinition"])
    return link(base) if base.startswith(OURS) else base.removeprefix(R4)


def _extensions(extensions: Sequence[Json]) -> str:
    blocks = []
    for definition in extensions:
        where = ", ".join(f"`{context['expression']}`" for context in definition["context"])
        blocks += [
            f"## {definition['id']}",
            f"{translated(definition, 'title')}. {definition['description']} On {where}.",
            f"`{definition['url']}`",
            _differences([row for row in rows(definition) if not row.element.endswith((".extension", ".url"))]),
            _rules(definition, []).replace("## Invariants\n\n", ""),
        ]
    return _page("# Extensions", "For what no element of R4 can hold.", *blocks)


def _codes(built: Sequence[Json]) -> str:
    systems = {definition["url"]: definition for definition in built if definition["resourceType"] == "CodeSystem"}
    blocks = []
    head = ["code", "på svenska", "meaning", "system"]
    for value_set in (definition for definition in built if definition["resourceType"] == "ValueSet"):
        body = [row for include in value_set["compose"]["include"] for row in _concepts(include, systems)]
        text = f"{translated(value_set, 'title')}. {value_set['description']}"
        blocks += [f"## {value_set['id']}", text, _table(head, body)]
    return _page(
        "# Codes", "Each value set, `https://samplan.se/fhir/ValueSet/` and its name, with its codes.", *blocks
    )


def _concepts(include: Json, systems: Mapping[str, Json]) -> Iterator[list[str]]:
    system = include["system"]
    own = {concept["code"]: concept for concept in systems.get(system, {}).get("concept", ())}
    for concept in include.get("concept", own.values()):
        known = own.get(concept["code"], {})
        display = concept.get("display") or known.get("display", "")
        yield [f"`{concept['code']}`", display, known.get("definition", ""), f"`{system}`"]


def _api(built: Sequence[Json]) -> str:
    by_type = {
        type_: [definition for definition in built if definition["resourceType"] == type_] for type_ in _API_TYPES
    }
    blocks = []
    for type_, (title, text) in _API_TYPES.items():
        body = [
            [f"[{definition['id']}]({_TO_BUILT}/{type_}-{definition['id']}.json)", definition["description"]]
            for definition in by_type[type_]
        ]
        blocks += [f"## {title}", text, _table(["definition", "meaning"], body)]
    return _page("# The API", *blocks, *_capabilities(by_type["CapabilityStatement"][0]))


_API_TYPES: Final = {
    "CapabilityStatement": ("Server", "The interactions of every Samplan server, as its `/fhir/metadata` lists them."),
    "OperationDefinition": ("Operations", ""),
    "SearchParameter": ("Search parameters", "Parameters that R4 does not define."),
    "Questionnaire": ("Questionnaires", ""),
}


def _capabilities(statement: Json) -> Iterator[str]:
    body = [
        [
            resource["type"],
            ", ".join(interaction["code"] for interaction in resource["interaction"]),
            ", ".join(f"`{parameter['name']}`" for parameter in resource["searchParam"]),
            ", ".join(f"`${operation['name']}`" for operation in resource.get("operation", ())),
            ", ".join(map(link, resource.get("supportedProfile", ()))),
        ]
        for resource in statement["rest"][0]["resource"]
    ]
    yield "## Resources"
    yield _table(["resource", "interactions", "search", "operations", "profiles"], body)


def write(folder: Path = DOCS) -> None:
    """Write every page, and delete pages that no longer exist."""
    folder.mkdir(parents=True, exist_ok=True)
    new = pages()
    for old in folder.glob("*.md"):
        if old.name not in new:
            old.unlink()
    for name, text in new.items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
    sys.exit(0)
