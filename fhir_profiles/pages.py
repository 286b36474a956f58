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
from fhir_profiles.differences import OURS, R4, Row, invariants, link, rows

Json = Mapping[str, Any]

HERE: Final = Path(__file__).parent
DOCS: Final = HERE.parent / "docs" / "profiles"
EXAMPLES: Final = HERE / "examples"
_TO_BUILT: Final = "../../fhir_profiles/built"
_TO_EXAMPLES: Final = "../../fhir_profiles/examples"
_MADE: Final = "<!-- Made by `make pages` from fhir_profiles/built: change the Shorthand, not this page. -->"


def definitions(folder: Path = HERE / "built") -> list[Json]:
    """Everything that is built, in order of its file."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


def pages() -> dict[str, str]:
    """Every page by its file."""
    built = definitions()
    profiles = [one for one in built if _is_profile(one)]
    extensions = [one for one in built if one.get("type") == "Extension"]
    examples = [json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("*.json"))]
    return {
        "README.md": _index(built, profiles, extensions),
        "extensions.md": _extensions(extensions),
        "codes.md": _codes(built),
        "api.md": _api(built),
        **{f"{one['id']}.md": _profile(one, profiles, examples) for one in profiles},
    }


def contract_fields(profile: str, above: Sequence[str] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """The fields of the contract that a profile, or one that it is based on, holds, each with its elements."""
    return [(row.field, row.elements) for row in ROWS if row.profile in (profile, *above)]


def _is_profile(one: Json) -> bool:
    return bool(one["resourceType"] == "StructureDefinition" and one["type"] != "Extension")


def translated(one: Json, name: str) -> str:
    """A text of a definition in Swedish, or in English where there is no other."""
    said = one.get(f"_{name}", {}).get("extension", ())
    parts = [{each["url"]: each for each in translation["extension"]} for translation in said]
    swedish = (each["content"] for each in parts if each["lang"].get("valueCode") == "sv")
    found: Json = next(swedish, {})
    return str(found.get("valueString") or found.get("valueMarkdown") or one[name])


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in body]
    return "\n".join(lines)


def _page(*blocks: str) -> str:
    return "\n\n".join((_MADE, *filter(None, blocks))) + "\n"


def _lineage(one: Json, profiles: Sequence[Json]) -> list[str]:
    """The ids of the profiles of ours that one is based on."""
    base = next((each for each in profiles if each["url"] == one["baseDefinition"]), None)
    return [base["id"], *_lineage(base, profiles)] if base else []


def _profile(one: Json, profiles: Sequence[Json], examples: Sequence[Json]) -> str:
    above = _lineage(one, profiles)
    base = f"[{above[0]}]({above[0]}.md)" if above else f"{one['type']} of R4"
    context = [
        ["URL", f"`{one['url']}`"],
        ["resource", one["type"]],
        ["based on", base],
        ["definition", f"[JSON]({_TO_BUILT}/StructureDefinition-{one['id']}.json)"],
    ]
    if one["abstract"]:
        children = [each["id"] for each in profiles if each["baseDefinition"] == one["url"]]
        context.append(["is never used by itself, but as", ", ".join(f"[{each}]({each}.md)" for each in children)])
    return _page(
        f"# {translated(one, 'title')}",
        f"{one['title']}. {one['description']}",
        translated(one, "description"),
        _table(["", ""], context),
        f"## What differs from {base}",
        _differences(rows(one)),
        _rules(one, [each for each in profiles if each["id"] in above]),
        _fields(one["id"], above),
        _shown(one, examples),
    )


def _differences(found: Sequence[Row]) -> str:
    body = [
        [f"`{row.element}`", row.cardinality, "; ".join(row.rules), row.short]
        for row in found
        if row.cardinality or row.rules or row.short
    ]
    return _table(["element", "how many", "rule", "what it is"], body)


def _rules(one: Json, above: Sequence[Json]) -> str:
    found = [rule for each in (one, *above) for rule in invariants(each)]
    if not found:
        return ""
    told = [f"**{rule.key}**: {rule.human}\n\n```\n{rule.expression}\n```" for rule in found]
    return "\n\n".join(("## Invariants", *told))


def _fields(profile: str, above: Sequence[str]) -> str:
    if not (held := contract_fields(profile, above)):
        return ""
    body = [[f"`{field}`", ", ".join(f"`{element}`" for element in elements)] for field, elements in held]
    told = "`extension(name)` is one by the end of its URL, `actor(Type)` a reference to that type."
    return "\n\n".join(("## From the contract", told, _table(["field of the contract", "FHIR"], body)))


def _shown(one: Json, examples: Sequence[Json]) -> str:
    names = [
        f"{each['resourceType']}-{each['id']}"
        for each in examples
        if one["url"] in each.get("meta", {}).get("profile", ())
    ]
    listed = "\n".join(f"- [{name}]({_TO_EXAMPLES}/{name}.json)" for name in names)
    return f"## Examples\n\n{listed}" if names else ""


def _index(built: Sequence[Json], profiles: Sequence[Json], extensions: Sequence[Json]) -> str:
    listed = sorted(profiles, key=lambda one: (one["type"], one["id"]))
    body = [[one["type"], f"[{one['id']}]({one['id']}.md)", translated(one, "title"), _base(one)] for one in listed]
    own = [one for one in extensions if one["url"].startswith(OURS)]
    kinds = {kind: sum(one["resourceType"] == kind for one in built) for kind in ("CodeSystem", "ValueSet")}
    return _page(
        "# Profiles",
        f"What Samplan publishes, version {profiles[0]['version']}, on FHIR R4 (4.0.1) and HL7 Sweden's base profiles "
        f"1.1.0. A validator that loads [`fhir_profiles/built/`]({_TO_BUILT}) knows all of it; every definition has a "
        f"snapshot, and every profile [examples]({_TO_EXAMPLES}). [Patient contracts](../contracts.md) tells what they "
        "are for, [decision 0012](../decisions/0012-fhir-shorthand.md) how they are built.",
        "A resource that the mapping writes names its profile in `meta.profile`. Slicing is open: what other systems "
        "add stays. The person is a Patient by SEBasePatient.",
        f"Beside the profiles: {len(own)} [extensions](extensions.md), {kinds['CodeSystem']} code systems and "
        f"{kinds['ValueSet']} value sets ([codes](codes.md)), and [the API](api.md).",
        _table(["resource", "profile", "på svenska", "based on"], body),
    )


def _base(one: Json) -> str:
    base = str(one["baseDefinition"])
    return link(base) if base.startswith(OURS) else base.removeprefix(R4)


def _extensions(extensions: Sequence[Json]) -> str:
    blocks = []
    for one in extensions:
        where = ", ".join(f"`{each['expression']}`" for each in one["context"])
        blocks += [
            f"## {one['id']}",
            f"{translated(one, 'title')}. {one['description']} On {where}.",
            f"`{one['url']}`",
            _differences([row for row in rows(one) if not row.element.endswith((".extension", ".url"))]),
            _rules(one, []).replace("## Invariants\n\n", ""),
        ]
    return _page("# Extensions", "Only where R4 has nothing.", *blocks)


def _codes(built: Sequence[Json]) -> str:
    systems = {one["url"]: one for one in built if one["resourceType"] == "CodeSystem"}
    blocks = []
    for one in built:
        if one["resourceType"] == "ValueSet":
            body = [row for each in one["compose"]["include"] for row in _concepts(each, systems)]
            head = ["code", "på svenska", "meaning", "system"]
            blocks += [f"## {one['id']}", f"{translated(one, 'title')}. {one['description']}", _table(head, body)]
    return _page(
        "# Codes", "Each value set, `https://samplan.se/fhir/ValueSet/` and its name, with its codes.", *blocks
    )


def _concepts(include: Json, systems: Mapping[str, Json]) -> Iterator[list[str]]:
    system = include["system"]
    own = {each["code"]: each for each in systems.get(system, {}).get("concept", ())}
    for each in include.get("concept", own.values()):
        known = own.get(each["code"], {})
        told = each.get("display") or known.get("display", "")
        yield [f"`{each['code']}`", told, known.get("definition", ""), f"`{system}`"]


def _api(built: Sequence[Json]) -> str:
    by = {kind: [one for one in built if one["resourceType"] == kind] for kind in _KINDS}
    blocks = []
    for kind, (title, told) in _KINDS.items():
        body = [[f"[{one['id']}]({_TO_BUILT}/{kind}-{one['id']}.json)", one["description"]] for one in by[kind]]
        blocks += [f"## {title}", told, _table(["definition", "what it is"], body)]
    return _page("# The API", *blocks, *_capabilities(by["CapabilityStatement"][0]))


_KINDS: Final = {
    "CapabilityStatement": ("Server", "What any Samplan server does; its own `/fhir/metadata` says the same."),
    "OperationDefinition": ("Operations", ""),
    "SearchParameter": ("Search parameters", "Those that R4 has not; all others are R4's own."),
    "Questionnaire": ("Questionnaires", ""),
}


def _capabilities(statement: Json) -> Iterator[str]:
    body = [
        [
            one["type"],
            ", ".join(each["code"] for each in one["interaction"]),
            ", ".join(f"`{each['name']}`" for each in one["searchParam"]),
            ", ".join(f"`${each['name']}`" for each in one.get("operation", ())),
            ", ".join(link(each) for each in one["supportedProfile"]),
        ]
        for one in statement["rest"][0]["resource"]
    ]
    yield "## Resources"
    yield _table(["resource", "interactions", "search", "operations", "profiles"], body)


def write(folder: Path = DOCS) -> None:
    """Write every page, and take away those that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
    sys.exit(0)
