"""What a definition says that its base does not, as rows of a table: element, how many, and which rule."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

Json = Mapping[str, Any]

R4: Final = "http://hl7.org/fhir/StructureDefinition/"
R4_PAGES: Final = "http://hl7.org/fhir/R4/extension-"
OURS: Final = "https://samplan.se/fhir/"
_FIXED: Final = ("fixed", "pattern")


class Row(NamedTuple):
    """One element: its id, its cardinality where that is said, its rules, and a few words."""

    element: str
    cardinality: str
    rules: list[str]
    short: str


class Invariant(NamedTuple):
    """A rule over several elements, with its FHIRPath."""

    key: str
    human: str
    expression: str


def rows(definition: Json) -> list[Row]:
    """A row for each element that the differential says something of."""
    whole = {one["id"]: one for one in definition["snapshot"]["element"]}
    return [_row(one, whole.get(one["id"], one)) for one in definition["differential"]["element"]]


def invariants(definition: Json) -> list[Invariant]:
    """The invariants that a definition adds to its base."""
    return [
        Invariant(one["key"], one["human"], one["expression"])
        for element in definition["differential"]["element"]
        for one in element.get("constraint", ())
    ]


def _row(one: Json, whole: Json) -> Row:
    said = "min" in one or "max" in one
    cardinality = f"{whole['min']}..{whole['max']}" if said else ""
    return Row(one["id"], cardinality, list(_rules(one)), one.get("short", ""))


def _rules(one: Json) -> Iterator[str]:
    if slicing := one.get("slicing"):
        by = " and ".join(f"{each['type']} of `{each['path']}`" for each in slicing.get("discriminator", ()))
        yield f"sliced by {by}, {slicing['rules']}"
    if types := [_type(each) for each in one.get("type", ())]:
        yield f"only {', '.join(types)}"
    for name, value in one.items():
        if name.startswith(_FIXED):
            yield f"{'is' if name.startswith('fixed') else 'holds'} {_value(value)}"
    if binding := one.get("binding"):
        yield f"from {link(binding['valueSet'])} ({binding['strength']})"
    for each in one.get("constraint", ()):
        yield f"obeys {each['key']}"


def _type(each: Json) -> str:
    if targets := [link(one) for one in each.get("targetProfile", ())]:
        return f"{each['code']}({' or '.join(targets)})"
    return " or ".join(_extension(one) for one in each.get("profile", ())) or str(each["code"])


def _extension(url: str) -> str:
    name = url.rpartition("/")[2]
    return f"[{name}]({R4_PAGES}{name}.html)" if url.startswith(R4) else f"[{name}](extensions.md#{name.lower()})"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return f"`{value}`"
    codings: list[Json] = value.get("coding", [value])
    return ", ".join(_coding(each) for each in codings)


def _coding(each: Json) -> str:
    return f"`{each['system']}#{each['code']}`" if "code" in each else f"any code of `{each['system']}`"


def link(url: str) -> str:
    """A profile or a value set as a word that leads to our page about it; others by their name."""
    url = url.partition("|")[0]
    name = url.rpartition("/")[2]
    if url.startswith(f"{OURS}ValueSet/"):
        return f"[{name}](codes.md#{name})"
    if url.startswith(f"{OURS}StructureDefinition/"):
        return f"[{name}]({name}.md)"
    return name
