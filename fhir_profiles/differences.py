"""The differences between a StructureDefinition and its base, as rows of a table: element, cardinality, rules."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

Json = Mapping[str, Any]

R4: Final = "http://hl7.org/fhir/StructureDefinition/"
R4_PAGES: Final = "http://hl7.org/fhir/R4/extension-"
OURS: Final = "https://samplan.se/fhir/"
_FIXED: Final = ("fixed", "pattern")


class Difference(NamedTuple):
    """An element: its id, its cardinality if the differential has one, its rules, and its short description."""

    element: str
    cardinality: str
    rules: list[str]
    short: str


class Invariant(NamedTuple):
    """A rule over several elements, with its FHIRPath."""

    key: str
    human: str
    expression: str


def rows(definition: Json) -> list[Difference]:
    """Return a row for each element of the differential."""
    elements = {element["id"]: element for element in definition["snapshot"]["element"]}
    differential = definition["differential"]["element"]
    return [_row(element, elements.get(element["id"], element)) for element in differential]


def invariants(definition: Json) -> list[Invariant]:
    """Return the invariants that a definition adds to its base."""
    return [
        Invariant(constraint["key"], constraint["human"], constraint["expression"])
        for element in definition["differential"]["element"]
        for constraint in element.get("constraint", ())
    ]


def _row(element: Json, snapshot: Json) -> Difference:
    has_cardinality = "min" in element or "max" in element
    cardinality = f"{snapshot['min']}..{snapshot['max']}" if has_cardinality else ""
    return Difference(element["id"], cardinality, list(_rules(element)), element.get("short", ""))


def _rules(element: Json) -> Iterator[str]:
    if slicing := element.get("slicing"):
        discriminators = [f"{by['type']} of `{by['path']}`" for by in slicing.get("discriminator", ())]
        yield f"sliced by {' and '.join(discriminators)}, {slicing['rules']}"
    if types := [_type(type_) for type_ in element.get("type", ())]:
        yield f"only {', '.join(types)}"
    for name, value in element.items():
        if name.startswith(_FIXED):
            yield f"{'is' if name.startswith('fixed') else 'holds'} {_value(value)}"
    if binding := element.get("binding"):
        yield f"from {link(binding['valueSet'])} ({binding['strength']})"
    for constraint in element.get("constraint", ()):
        yield f"obeys {constraint['key']}"


def _type(type_: Json) -> str:
    if targets := [link(url) for url in type_.get("targetProfile", ())]:
        return f"{type_['code']}({' or '.join(targets)})"
    return " or ".join(_extension(url) for url in type_.get("profile", ())) or str(type_["code"])


def _extension(url: str) -> str:
    name = url.rpartition("/")[2]
    return f"[{name}]({R4_PAGES}{name}.html)" if url.startswith(R4) else f"[{name}](extensions.md#{name.lower()})"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return f"`{value}`"
    codings: list[Json] = value.get("coding", [value])
    return ", ".join(map(_coding, codings))


def _coding(coding: Json) -> str:
    system, code = coding["system"], coding.get("code")
    return f"`{system}#{code}`" if code else f"any code of `{system}`"


def link(url: str) -> str:
    """Return a Markdown link to our page about a profile or value set; for others, the last part of the URL."""
    url = url.partition("|")[0]
    name = url.rpartition("/")[2]
    if url.startswith(f"{OURS}ValueSet/"):
        return f"[{name}](codes.md#{name})"
    if url.startswith(f"{OURS}StructureDefinition/"):
        return f"[{name}]({name}.md)"
    return name
