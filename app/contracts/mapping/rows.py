"""The rows of the mapping: how a field of the contract is written to FHIR elements, and read from them.

Only the row knows both sides, so that writing, reading and the published mapping cannot disagree. `to_fhir` is called
with a value that is present; `from_fhir` returns None or an empty list if FHIR has no value.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from app.contracts.codes import SECURITY
from app.fhir import codes
from app.fhir.elements import (
    EMPTY,
    ElementPath,
    Json,
    Resource,
    codes_in,
    coding,
    codings_of,
    concept,
    extend,
    extension,
    present,
    text_of,
)

_SIGNED: Final = frozenset({"authorReference", "authorString", "time"})


class MappingContext(NamedTuple):
    """The references that a part needs: to the person, the contract's CarePlan, its team and the part above."""

    patient: str
    plan: str = ""
    team: str = ""
    parent: str = ""


class FieldMapping(NamedTuple):
    """A field of the contract: the elements of each path in it, and the functions that write and read it."""

    field: str
    places: Mapping[str, tuple[str, ...]]
    to_fhir: Callable[[Any, Json, MappingContext], None]
    from_fhir: Callable[[Resource], Any]


class ResourceMapping(NamedTuple):
    """One kind of part as a FHIR resource: its type, its profile, its constant elements and its rows.

    `subject` is the element that refers to the person; empty if a row writes it.
    """

    type: str
    profile: str
    constants: Json
    subject: str
    rows: tuple[FieldMapping, ...]

    def write(self, part: Json, *, id: str, context: MappingContext, profile: str = "") -> Json:
        """Return the FHIR resource of a part's JSON."""
        resource: Json = {"resourceType": self.type, "id": id, "meta": _meta(profile or self.profile, part)}
        for name, value in self.constants.items():
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
        """Return the part's JSON: every list, and each other field that has a value."""
        json = {row.field: row.from_fhir(resource) for row in self.rows if row.field}
        return present(id=resource.get("id"), confidentiality=_confidentiality(resource)) | {
            field: value for field, value in json.items() if value is not None
        }

    def fields(self) -> dict[str, tuple[str, ...]]:
        """Return every field of the part with the elements that hold it."""
        fields: dict[str, tuple[str, ...]] = {
            "id": (f"{self.type}.id",),
            "confidentiality": (f"{self.type}.meta.security",),
        }
        for row in self.rows:
            for field, elements in row.places.items():
                fields[field] = tuple(f"{self.type}.{element}" for element in elements)
        return fields


def profile_url(name: str) -> str:
    """Return the canonical URL of one of Samplan's profiles."""
    return f"{codes.CANONICAL}/StructureDefinition/{name}"


def same(field: str, element: str, *also_read_from: str) -> FieldMapping:
    """Map a value that is the same on both sides; it may also be read from elements that other systems use."""
    path, alternatives = ElementPath(element), [ElementPath(alternative) for alternative in also_read_from]
    return FieldMapping(
        field,
        {field: (path.element,)},
        lambda value, resource, _: path.put(resource, value),
        lambda resource: next(
            (value for source in (path, *alternatives) if (value := source.get(resource)) is not None), None
        ),
    )


def text(field: str, element: str, *also_read_from: str) -> FieldMapping:
    """Map words to the text of a CodeableConcept, or of the first in a list of them."""
    path, alternatives = ElementPath(element), [ElementPath(alternative) for alternative in also_read_from]
    return FieldMapping(
        field,
        {field: (f"{path.element}.text",)},
        lambda value, resource, _: path.put(resource, {**(path.get(resource) or {}), "text": value}),
        lambda resource: next(
            (words for source in (path, *alternatives) if (words := text_of(source.get(resource)))), None
        ),
    )


def word(
    field: str, element: str, table: Mapping[str, str], from_codes: Mapping[str, str] | None = None
) -> FieldMapping:
    """Map a word of the contract to a FHIR code; `from_codes` is needed if several codes are read as one word."""
    path, words = ElementPath(element), from_codes or reverse(table)
    return FieldMapping(
        field,
        {field: (path.element,)},
        lambda value, resource, _: path.put(resource, table[value]),
        lambda resource: words.get(path.get(resource) or ""),
    )


def coded(field: str, element: str, table: Mapping[str, Json]) -> FieldMapping:
    """Map a word of the contract to the only Coding of a CodeableConcept."""
    path, words = ElementPath(element), {(coding["system"], coding["code"]): word for word, coding in table.items()}
    return FieldMapping(
        field,
        {field: (f"{path.element}.coding",)},
        lambda value, resource, _: path.put(resource, concept(table[value])),
        lambda resource: _word(path.get(resource), words),
    )


def member(field: str, element: str, table: Mapping[str, Json], default: str | None = None) -> FieldMapping:
    """Map a word of the contract to a Coding in one of several CodeableConcepts; `default` is written as no Coding."""
    path, words = ElementPath(element), {(coding["system"], coding["code"]): word for word, coding in table.items()}

    def to_fhir(value: str, resource: Json, _: MappingContext) -> None:
        if value in table:
            resource.setdefault(element, []).append(concept(table[value]))

    return FieldMapping(
        field, {field: (path.element,)}, to_fhir, lambda resource: _word(path.get(resource), words) or default
    )


def _word(concepts: Any, words: Mapping[tuple[str, str], str]) -> str | None:
    pairs = ((coding.get("system", ""), coding.get("code", "")) for coding in codings_of(concepts))
    return next((words[pair] for pair in pairs if pair in words), None)


def annotation(field: str) -> FieldMapping:
    """Map a note to an Annotation without author and time; an Annotation with either is somebody else's note."""

    def from_fhir(resource: Resource) -> str | None:
        return next(
            (note["text"] for note in resource.get("note", ()) if "text" in note and not note.keys() & _SIGNED), None
        )

    return FieldMapping(
        field,
        {field: ("note.text",)},
        lambda value, resource, _: ElementPath("note[0].text").put(resource, value),
        from_fhir,
    )


def extended(field: str, url: str, kind: str, part: str = "") -> FieldMapping:
    """Map a value to an extension, or to one part of a complex extension."""
    name = f"extension({url.rpartition('/')[2]})"

    def to_fhir(value: Any, resource: Json, _: MappingContext) -> None:
        if not part:
            extend(resource, url, **{kind: value})
            return
        if not extension(resource, url):
            extend(resource, url, extension=[])
        extension(resource, url)["extension"].append({"url": part, kind: value})

    def from_fhir(resource: Resource) -> Any:
        element = extension(resource, url)
        return (extension(element, part) if part else element).get(kind)

    place = f"{name}.extension({part}).{kind}" if part else f"{name}.{kind}"
    return FieldMapping(field, {field: (place,)}, to_fhir, from_fhir)


def reverse(table: Mapping[str, str]) -> dict[str, str]:
    """Return the table with keys and values exchanged."""
    return {value: key for key, value in table.items()}


def _meta(profile: str, part: Json) -> Json:
    meta: Json = {"profile": [profile_url(profile)]}
    if label := part.get("confidentiality"):
        meta["security"] = [coding(codes.CONFIDENTIALITY, label, SECURITY[label])]
    return meta


def _confidentiality(resource: Resource) -> str | None:
    labels = codes_in({"coding": resource.get("meta", {}).get("security", ())}, codes.CONFIDENTIALITY)
    return next((label for label in labels if label in SECURITY), None)
