"""Convert between contracts and FHIR Bundles; the result lists every element that is lost on the way."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from app.contracts import from_fhir, parse_contract, part_ids
from app.contracts.mapping.careplan import is_agreement, part_references
from app.contracts.patient_contract import PatientContract
from app.contracts.to_fhir import REVISION_FIELDS, as_mapped, resources, transaction, unmapped
from app.errors import Fault, Unprocessable
from app.fhir import codes, identifiers, json_text, references, strict_json
from app.fhir.check import reference_targets
from app.fhir.check.check import check, check_envelope
from app.fhir.elements import Json, address, type_and_id
from app.fhir.ids import derived_id
from app.fhir.types import ALL_TYPES, CHECKED_TYPES

BASE: Final = codes.CANONICAL
"""The default base of the full URLs in a Bundle."""

NOT_A_BUNDLE: Final = Fault("structure", "Send a Bundle.", "Skicka en Bundle.", "resourceType")
NO_CONTRACT: Final = Fault(
    "required",
    "The Bundle has no CarePlan of a patient contract; its category has agreement-part patient-contract.",
    "Det finns ingen CarePlan för ett patientkontrakt i Bundle; dess category har agreement-part patient-contract.",
    "Bundle.entry",
)
TWICE: Final = Fault(
    "duplicate",
    "This resource is in the Bundle twice; send each resource once.",
    "Resursen finns två gånger i denna Bundle; skicka varje resurs en gång.",
)
BROKEN: Final = Fault(
    "processing",
    "The contract is not written, because this part of it has a fault; correct the part.",
    "Kontraktet skrivs inte, eftersom den här delen har ett fel; rätta delen.",
)
UNSIGNED_REVISION: Final = "revision is left out; it needs action, recorded and by"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE: Final = re.compile(r"\d{6}")


class ContractFault(NamedTuple):
    """A fault, and the reference of the contract that is not written because of it; empty if it stops no contract."""

    reference: str
    fault: Fault


class ConvertedLine(NamedTuple):
    """The result of one line: the JSON objects to write, sentences about what is lost, and the faults."""

    written: Sequence[Json]
    lost: Sequence[str] = ()
    faults: Sequence[ContractFault] = ()


class _BundledResource(NamedTuple):
    """A resource of a Bundle with its FHIRPath in the Bundle and its faults."""

    resource: Json
    path: str
    faults: Sequence[Fault]

    @property
    def is_valid(self) -> bool:
        return self.resource["resourceType"] in CHECKED_TYPES and not self.faults


class _Conversion(NamedTuple):
    """A CarePlan, and its contract or the faults that stop it."""

    plan: Json
    contract: PatientContract | None
    faults: Sequence[Fault] = ()


def bundle_of_contract(line: bytes, *, base: str = BASE) -> ConvertedLine:
    """Convert a contract to a transaction Bundle. Parts without an id get one that follows from the contract.

    Raises:
        Malformed: the line is not strict JSON, or is too large (TooLarge).
        Unprocessable: a rule of the contract is broken.
    """
    contract = parse_contract.parse(line)
    bundle = transaction(resources(contract, ids=part_ids.derived(contract)), base=base)
    revision = contract.to_json().get("revision")
    is_complete = revision is None or revision.keys() >= set(REVISION_FIELDS)
    return ConvertedLine([bundle], [] if is_complete else [UNSIGNED_REVISION])


def contracts_of_bundle(line: bytes) -> ConvertedLine:
    """Convert a Bundle to its contracts, in the order of their CarePlans. A fault in one does not stop the others.

    Raises:
        Malformed: the line is not strict JSON, or is too large (TooLarge).
        Unprocessable: the line is not a Bundle, has no contract, or has the same resource twice.
    """
    bundle = strict_json.parse(line)
    if bundle["resourceType"] != "Bundle":
        raise Unprocessable(NOT_A_BUNDLE)
    if faults := check_envelope(bundle):
        raise Unprocessable(*faults)
    entries = _entries(bundle)
    valid = [entry.resource for entry in entries if entry.is_valid]
    faulty_paths = {address(entry.resource): entry.path for entry in entries if entry.faults}
    plans = [resource for resource in valid if is_agreement(resource)]
    if not plans and not faulty_paths:
        raise Unprocessable(NO_CONTRACT)
    others = [resource for resource in valid if not is_agreement(resource)]
    conversions = [_convert(plan, others, faulty_paths) for plan in plans]
    return ConvertedLine(
        [conversion.contract.to_json() for conversion in conversions if conversion.contract],
        _lost(entries, [conversion.plan for conversion in conversions if conversion.contract is None]),
        [
            *(ContractFault("", fault) for entry in entries for fault in entry.faults),
            *(
                ContractFault(_shown(address(conversion.plan)), fault)
                for conversion in conversions
                for fault in conversion.faults
            ),
        ],
    )


def _convert(plan: Json, others: Sequence[Json], faulty_paths: Mapping[str, str]) -> _Conversion:
    references = part_references(plan)
    if broken := [faulty_paths[reference] for reference in references if reference in faulty_paths]:
        return _Conversion(plan, None, [replace(BROKEN, expression=path) for path in broken])
    try:
        contract = parse_contract.parse(json_text.dumps(from_fhir.contract([plan, *others])))
    except Unprocessable as error:
        return _Conversion(plan, None, error.faults)
    return _Conversion(plan, contract)


def _entries(bundle: Mapping[str, Any]) -> list[_BundledResource]:
    """Return the resources of a Bundle, each with an id; they refer to each other as `Type/id`.

    Raises:
        Unprocessable: the Bundle has the same resource twice.
    """
    sent = [
        (f"Bundle.entry[{index}].resource", entry.get("fullUrl", ""), entry["resource"])
        for index, entry in enumerate(bundle.get("entry", ()))
        if "resource" in entry
    ]
    identified = [(path, url, {"id": derived_id("entry", url or path), **resource}) for path, url, resource in sent]
    if duplicates := _duplicates(identified):
        raise Unprocessable(*(replace(TWICE, expression=path) for path in duplicates))
    addresses = {url: address(resource) for _, url, resource in identified if url}
    target_faults = list(reference_targets.target_faults(bundle, "Bundle"))
    return [
        _BundledResource(
            references.rewrite(resource, addresses),
            path,
            [*_resource_faults(resource, path), *_faults_below(target_faults, path)],
        )
        for path, _, resource in identified
    ]


def _duplicates(identified: Sequence[tuple[str, str, Json]]) -> list[str]:
    """Return the path of each resource whose address an earlier resource has."""
    first: dict[str, str] = {}
    return [path for path, _, resource in identified if first.setdefault(address(resource), path) != path]


def _resource_faults(resource: Json, path: str) -> list[Fault]:
    """Return the faults of a resource, with their paths in the Bundle; none for a type that no contract refers to."""
    resource_type = resource["resourceType"]
    if resource_type not in CHECKED_TYPES:
        return []
    return [
        replace(fault, expression=(fault.expression or resource_type).replace(resource_type, path, 1))
        for fault in check(resource)
    ]


def _faults_below(faults: Sequence[Fault], path: str) -> list[Fault]:
    return [fault for fault in faults if (fault.expression or "").startswith(f"{path}.")]


def _lost(entries: Sequence[_BundledResource], failed_plans: Sequence[Json]) -> list[str]:
    """Return a sentence for each resource and element that no contract can hold, but for those of failed contracts."""
    valid = [entry.resource for entry in entries if entry.is_valid]
    others = [resource for resource in valid if not is_agreement(resource)]
    plans = [resource for resource in valid if is_agreement(resource) and resource not in failed_plans]
    mapped = [resource for plan in plans for resource in as_mapped([plan, *others])]
    failed = {reference for plan in failed_plans for reference in (address(plan), *part_references(plan))}
    ignored = failed - {address(resource) for resource in mapped}
    stored = [entry.resource for entry in entries if not entry.faults and address(entry.resource) not in ignored]
    return [_lost_sentence(reference, element) for reference, element in unmapped(stored, mapped)]


def _lost_sentence(reference: str, element: str) -> str:
    kind, _, path = element.partition(".")
    known = kind if kind in ALL_TYPES else "Resource"
    return f"{_shown(reference)}: a contract cannot hold {known}{'.' if path else ''}{path}; it stays in FHIR only"


def _shown(reference: str) -> str:
    """Return a reference without an id that may be a personal number; ids of other systems can be anything."""
    resource_type, id = type_and_id(reference)
    known = resource_type if resource_type in ALL_TYPES else "Resource"
    is_number = identifiers.holds_personal_number(id) or (_DATE.search(id) and not _UUID.fullmatch(id))
    return known if is_number else f"{known}/{id}"
