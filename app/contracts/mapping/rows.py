"""Rows: how one field of the contract is said in FHIR and heard again. A shape is the rows of one kind of resource.

A row is the only place that knows both sides, so that writing, reading and the published mapping cannot disagree.
`to_fhir` is called with a field that is there; `from_fhir` gives None, or an empty list, where FHIR says nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from app.contracts.codes import SECURITY
from app.fhir import codes
from app.fhir.elements import (
    EMPTY,
    Json,
    Path,
    Resource,
    codes_in,
    coding,
    concept,
    extend,
    extension,
    present,
    text_of,
)

_SIGNED: Final = frozenset({"authorReference", "authorString", "time"})


class MappingContext(NamedTuple):
    """What a part does not know itself: the person, the contract, its team, and the part that it belongs to."""

    patient: str
    plan: str = ""
    team: str = ""
    parent: str = ""


class FieldMapping(NamedTuple):
    """A field (a path below it is a field too) with the elements that hold it, and the way there and back."""

    field: str
    places: Mapping[str, tuple[str, ...]]
    to_fhir: Callable[[Any, Json, MappingContext], None]
    from_fhir: Callable[[Resource], Any]


class ResourceMapping(NamedTuple):
    """One kind of part and the resource that it is: type, profile, what is always the same, and the rows."""

    type: str
    profile: str
    always: Json
    subject: str
    rows: tuple[FieldMapping, ...]

    def write(self, part: Json, *, id: str, context: MappingContext, profile: str = "") -> Json:
        """The resource of a part's JSON."""
        resource: Json = {"resourceType": self.type, "id": id, "meta": _meta(profile or self.profile, part)}
        for name, value in self.always.items():
            resource[name] = list(value) if isinstance(value, list) else value
        if self.subject:
            resource[self.subject] = {"reference": context.patient}
        for row in self.rows:
            if not row.field:
                row.to_fhir(part, resource, context)
            elif (value := part.get(row.field)) not in EMPTY:
                row.to_fhir(value, resource, context)
        return resource

    def read(self, resource: Resource) -> Json:
        """The part's JSON: what FHIR does not say is left out, and every list is there."""
        said = {row.field: row.from_fhir(resource) for row in self.rows if row.field}
        return present(id=resource.get("id"), confidentiality=_confidentiality(resource)) | {
            field: value for field, value in said.items() if value is not None
        }

    def fields(self) -> dict[str, tuple[str, ...]]:
        """Every field of the part with the elements that hold it."""
        found: dict[str, tuple[str, ...]] = {
            "id": (f"{self.type}.id",),
            "confidentiality": (f"{self.type}.meta.security",),
        }
        for row in self.rows:
            for field, elements in row.places.items():
                found[field] = tuple(f"{self.type}.{element}" for element in elements)
        return found


def profile_url(name: str) -> str:
    """The canonical of a profile of ours."""
    return f"{codes.CANONICAL}/StructureDefinition/{name}"


def same(field: str, element: str, *also: str) -> FieldMapping:
    """The same value on both sides; `also` are elements where other systems say it."""
    path, others = Path(element), [Path(one) for one in also]
    return FieldMapping(
        field,
        {field: (path.element,)},
        lambda value, resource, _: path.put(resource, value),
        lambda resource: next((found for each in (path, *others) if (found := each.get(resource)) is not None), None),
    )


def text(field: str, element: str, *also: str) -> FieldMapping:
    """Words, as the text of a CodeableConcept, or of the first in a list of them."""
    path, others = Path(element), [Path(one) for one in also]
    return FieldMapping(
        field,
        {field: (f"{path.element}.text",)},
        lambda value, resource, _: path.put(resource, {**(path.get(resource) or {}), "text": value}),
        lambda resource: next((found for each in (path, *others) if (found := text_of(each.get(resource)))), None),
    )


def word(field: str, element: str, table: Mapping[str, str], heard: Mapping[str, str] | None = None) -> FieldMapping:
    """A word of ours for a code of FHIR's; `heard` where several codes are one word."""
    path, back = Path(element), heard or reverse(table)
    return FieldMapping(
        field,
        {field: (path.element,)},
        lambda value, resource, _: path.put(resource, table[value]),
        lambda resource: back.get(path.get(resource) or ""),
    )


def coded(field: str, element: str, table: Mapping[str, Json]) -> FieldMapping:
    """A word of ours for a Coding, alone in a CodeableConcept."""
    path, back = Path(element), {(one["system"], one["code"]): word for word, one in table.items()}
    return FieldMapping(
        field,
        {field: (f"{path.element}.coding",)},
        lambda value, resource, _: path.put(resource, concept(table[value])),
        lambda resource: _word(path.get(resource), back),
    )


def member(field: str, element: str, table: Mapping[str, Json], default: str | None = None) -> FieldMapping:
    """A word of ours for a Coding in one of several CodeableConcepts; `default` is the word that is not said."""
    path, back = Path(element), {(one["system"], one["code"]): word for word, one in table.items()}

    def to_fhir(value: str, resource: Json, _: MappingContext) -> None:
        if value in table:
            resource.setdefault(element, []).append(concept(table[value]))

    return FieldMapping(
        field, {field: (path.element,)}, to_fhir, lambda resource: _word(path.get(resource), back) or default
    )


def _word(concepts: Any, back: Mapping[tuple[str, str], str]) -> str | None:
    found = [concepts] if isinstance(concepts, Mapping) else concepts or ()
    pairs = ((each.get("system"), each.get("code")) for one in found for each in one.get("coding", ()))
    return next((back[pair] for pair in pairs if pair in back), None)


def annotation(field: str) -> FieldMapping:
    """A note, as an Annotation that says neither author nor time: one that does is somebody's own, and stays theirs."""

    def from_fhir(resource: Resource) -> str | None:
        return next(
            (one["text"] for one in resource.get("note", ()) if "text" in one and not one.keys() & _SIGNED), None
        )

    return FieldMapping(
        field, {field: ("note.text",)}, lambda value, resource, _: Path("note[0].text").put(resource, value), from_fhir
    )


def extended(field: str, url: str, kind: str, part: str = "") -> FieldMapping:
    """A value in an extension, or in one part of an extension that has several."""
    name = f"extension({url.rpartition('/')[2]})"

    def to_fhir(value: Any, resource: Json, _: MappingContext) -> None:
        if not part:
            extend(resource, url, **{kind: value})
            return
        if not extension(resource, url):
            extend(resource, url, extension=[])
        extension(resource, url)["extension"].append({"url": part, kind: value})

    def from_fhir(resource: Resource) -> Any:
        found = extension(resource, url)
        return (extension(found, part) if part else found).get(kind)

    at = f"{name}.extension({part}).{kind}" if part else f"{name}.{kind}"
    return FieldMapping(field, {field: (at,)}, to_fhir, from_fhir)


def reverse(table: Mapping[str, str]) -> dict[str, str]:
    """The same pairs from the other side."""
    return {theirs: ours for ours, theirs in table.items()}


def _meta(profile: str, part: Json) -> Json:
    meta: Json = {"profile": [profile_url(profile)]}
    if label := part.get("confidentiality"):
        meta["security"] = [coding(codes.CONFIDENTIALITY, label, SECURITY[label])]
    return meta


def _confidentiality(resource: Resource) -> str | None:
    labels = codes_in({"coding": resource.get("meta", {}).get("security", ())}, codes.CONFIDENTIALITY)
    return next((one for one in labels if one in SECURITY), None)
