"""Reads a resource of a catalogue: what identifies it, what it is a part of, its kinds, and what finds it (pure).

The kinds of an Organization are codings in `type`: our own codes, or the SNOMED CT codes that HL7 Sweden proposes
(https://github.com/HL7Sweden/basprofiler-r4). Identifiers, names and hierarchy are those of HL7 Sweden's base profiles.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from app.directory.names import name_faults, names_of
from app.errors import Fault, SamplanError, Unprocessable
from app.fhir import codes, json_text, references
from app.fhir.check.check import check
from app.fhir.elements import codes_in, codings_of, values_at
from app.fhir.identifiers import normalise_system, parse_hsa
from app.fhir.ids import derived_id
from app.fhir.search_parameters import offered_parameters
from app.fhir.times import moments
from app.fhir.types import DIRECTORY_TYPES
from app.organisations import OrganisationKind
from app.storage.directory_rows import DirectoryEntry

ORGANISATION_KIND: Final = f"{codes.CANONICAL}/CodeSystem/organization-kind"
"""Our code system of the values of `app.organisations.OrganisationKind`."""

OWNERSHIP: Final = "urn:oid:1.2.752.129.2.2.1.14"
"""Form of ownership (ägarform, `management` in HSA): who answers for what."""

OWNERSHIPS: Final = frozenset(f"{number:02}" for number in range(1, 8))
"""Its codes, from 01 (region) and 02 (municipality) to private ones on behalf of these."""

SNOMED_KINDS: Final = {
    "143591000052106": OrganisationKind.CARE_GIVER,
    "43741000": OrganisationKind.CARE_UNIT,
}

ABOVE: Final = {
    "Organization": "partOf",
    "HealthcareService": "providedBy",
    "Location": "managingOrganization",
    "PractitionerRole": "organization",
}
"""The element of each type that refers to the organisation above it."""

REFERRING: Final = (*ABOVE.values(), "practitioner")
"""Elements whose reference may be an HSA-id alone."""


NEVER: Final = datetime.min.replace(tzinfo=UTC)
"""The time of a resource that is refused because nothing says how old it is."""


class Place(NamedTuple):
    """The line of a resource in its file, and its number among all resources of the export."""

    line: int
    number: int


class Outline(NamedTuple):
    """What an import must know of each resource of an export before it stores any.

    `alias` the `Type/id` that the file has for it, `reference` ours. `targets` are the
    references to other resources, as the file has them or as ours. `updated` is when the catalogue changed it.
    """

    place: Place
    reference: str
    alias: str | None
    hsa_id: str | None
    above: str | None
    kinds: tuple[str, ...]
    targets: frozenset[str]
    updated: datetime


def reference_of(resource_type: str, key: str) -> str:
    """Our reference of the resource with this HSA-id, or with this id in its export; the same in every import."""
    return f"{resource_type}/{derived_id(resource_type, key)}"


def outline(resource: Mapping[str, Any], place: Place, *, export: str, exported: datetime | None) -> Outline:
    """The outline of a resource that an export holds; `exported` is when the export was made.

    Raises Unprocessable, with the element of each fault.
    """
    resource_type = resource.get("resourceType")
    if faults := check(resource, types=DIRECTORY_TYPES):
        raise Unprocessable(*faults)
    resource = with_literals(resource)
    faults = [*name_faults(resource), *_own_faults(resource)]
    hsa_id, kinds, updated = _hsa_id(resource, faults), _kinds(resource, faults), _updated(resource, exported, faults)
    if faults:
        raise Unprocessable(*faults)
    key = hsa_id or f"{export}/{resource['id']}"
    above = resource.get(ABOVE.get(str(resource_type), ""), {}).get("reference")
    return Outline(
        place,
        reference_of(str(resource_type), key),
        f"{resource_type}/{resource['id']}" if "id" in resource else None,
        hsa_id,
        above,
        kinds,
        frozenset(references.targets(resource)),
        updated,
    )


def entry_of(
    resource: Mapping[str, Any], outlined: Outline, names: Mapping[str, str], parent: str | None
) -> DirectoryEntry:
    """The row of a resource: its references replaced by ours, its values as a search compares them.

    `names` maps the references of the file to ours, `parent` is the HSA-id of the organisation above.
    """
    content = references.rewrite(with_literals(resource), names)
    content = {name: value for name, value in content.items() if name != "id"}
    meta = {name: value for name, value in content.get("meta", {}).items() if name not in {"versionId", "lastUpdated"}}
    content = {**content, "meta": meta} if meta else {name: content[name] for name in content if name != "meta"}
    body = json_text.dumps(content)
    named = names_of(resource)
    resource_type, _, id_ = outlined.reference.partition("/")
    return DirectoryEntry(
        type=resource_type,
        id=id_,
        hsa_id=outlined.hsa_id,
        export="",
        name=named.swedish,
        english=named.english,
        parent=parent,
        kinds=outlined.kinds,
        tokens=sorted(set(tokens_of(content))),
        names=named.folded,
        digest=hashlib.sha256(body).hexdigest(),
        source_updated=outlined.updated,
        version=1,
        body=body.decode(),
    )


def with_literals(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The resource with a literal of ours in each reference that is an HSA-id alone."""
    complete = dict(resource)
    for name in REFERRING:
        who = resource.get(name)
        identifier = who.get("identifier", {}) if isinstance(who, dict) else {}
        if isinstance(who, dict) and "reference" not in who and _is_hsa(identifier):
            resource_type = "Practitioner" if name == "practitioner" else "Organization"
            literal = reference_of(resource_type, str(identifier.get("value", "")).strip().upper())
            complete[name] = {**who, "reference": literal}
    return complete


def tokens_of(resource: Mapping[str, Any]) -> Iterator[str]:
    """The values that a search for tokens and references compares, as `parameter=value`."""
    for parameter in offered_parameters(str(resource["resourceType"])):
        if parameter.type not in {"token", "reference"} or parameter.name == "_id":
            continue
        for value in values_at(resource, parameter.path):
            yield from (f"{parameter.name}={text}" for text in _token_texts(value))


def _token_texts(value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, str):
        yield value
    elif "reference" in value:
        yield value["reference"]
    elif "value" in value:
        system = normalise_system(value.get("system", ""))
        text = value["value"].strip().upper() if system == codes.HSA_ID else value["value"].strip()
        yield from (text, f"{system}|{text}")
    else:
        for coding in codings_of(value):
            if "code" in coding:
                yield from (coding["code"], f"{coding.get('system', '')}|{coding['code']}")


def _is_hsa(identifier: Mapping[str, Any]) -> bool:
    return normalise_system(str(identifier.get("system"))) == codes.HSA_ID


def _own_faults(resource: Mapping[str, Any]) -> Iterator[Fault]:
    resource_type = resource["resourceType"]
    if resource_type == "Organization" and "name" not in resource:
        yield _fault(
            "required", "An organisation needs a name.", "En organisation måste ha ett namn.", "Organization.name"
        )
    if any(coding.get("system") == codes.PROTECTED for coding in resource.get("meta", {}).get("security", ())):
        yield _fault(
            "security",
            "Staff with a protected identity have no place in the directory; leave them out.",
            "Personal med skyddade personuppgifter ska inte stå i katalogen; uteslut dem.",
            f"{resource_type}.meta.security",
        )
    systems = {normalise_system(str(entry.get("system"))) for entry in resource.get("identifier", ())}
    if systems & codes.PERSONAL_SYSTEMS:
        yield _fault(
            "security",
            "A personal number has no place in the directory; send the HSA-id.",
            "Ett personnummer ska inte stå i katalogen; skicka HSA-id.",
            f"{resource_type}.identifier",
        )
    if "contained" in resource:
        yield _fault(
            "not-supported",
            "Send the resource as a line of its own, and refer to it.",
            "Skicka resursen på en egen rad och referera till den.",
            f"{resource_type}.contained",
        )


def _hsa_id(resource: Mapping[str, Any], faults: list[Fault]) -> str | None:
    resource_type = resource["resourceType"]
    path = f"{resource_type}.identifier"
    values = [entry.get("value", "") for entry in resource.get("identifier", ()) if _is_hsa(entry)]
    if len(values) > 1:
        faults.append(
            _fault("value", "The resource has two HSA-ids; send one.", "Resursen har två HSA-id; skicka ett.", path)
        )
    elif values:
        try:
            return parse_hsa(values[0], expression=path).value
        except SamplanError as error:
            faults.extend(error.faults)
    elif resource_type == "Organization" or "id" not in resource:
        faults.append(_fault("required", "The resource needs an HSA-id.", "Resursen måste ha ett HSA-id.", path))
    return None


def _kinds(resource: Mapping[str, Any], faults: list[Fault]) -> tuple[str, ...]:
    """The kinds of an Organization; the check has refused an unknown code of our own system already."""
    if resource["resourceType"] != "Organization":
        return ()
    kinds = set(codes_in(resource.get("type"), ORGANISATION_KIND))
    kinds.update(SNOMED_KINDS[code] for code in codes_in(resource.get("type"), codes.SNOMED) if code in SNOMED_KINDS)
    if not OWNERSHIPS.issuperset(codes_in(resource.get("type"), OWNERSHIP)):
        known = ", ".join(sorted(OWNERSHIPS))
        faults.append(
            _fault(
                "code-invalid",
                f"The form of ownership is not known; send one of {known}.",
                f"Ägarformen är inte känd; skicka någon av {known}.",
                "Organization.type",
            )
        )
    return tuple(sorted(map(str, kinds)))


def _updated(resource: Mapping[str, Any], exported: datetime | None, faults: list[Fault]) -> datetime:
    last_updated = resource.get("meta", {}).get("lastUpdated")
    if last_updated:
        return moments(last_updated)[0]
    if exported is None:
        faults.append(
            _fault(
                "required",
                "Nothing says how old the resource is; send meta.lastUpdated, or say when the export was made.",
                "Ingenting anger hur gammal resursen är; skicka meta.lastUpdated eller ange när exporten gjordes.",
                f"{resource['resourceType']}.meta.lastUpdated",
            )
        )
        return NEVER
    return exported


def _fault(code: str, english: str, swedish: str, path: str) -> Fault:
    return Fault(code, english, swedish, path)
