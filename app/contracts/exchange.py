"""A contract as a Bundle for others, and the contracts in a Bundle of theirs: what is lost on the way is said."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from app.contracts import from_fhir, parse_contract, part_ids, to_fhir
from app.contracts.mapping.careplan import is_agreement, part_references
from app.contracts.patient_contract import PatientContract
from app.contracts.to_fhir import REVISION_FIELDS, as_mapped, resources, transaction
from app.errors import Fault, Unprocessable
from app.fhir import codes, identifiers, json_text, references, strict_json
from app.fhir.check import reference_targets
from app.fhir.check.check import check, check_envelope
from app.fhir.elements import Json, address
from app.fhir.ids import derived_id
from app.fhir.types import ALL_TYPES, CHECKED_TYPES

BASE: Final = codes.CANONICAL
"""Where the full URLs of a Bundle are, unless somebody says where the resources will be."""

NOT_A_BUNDLE: Final = Fault("structure", "Send a Bundle.", "Skicka en Bundle.", "resourceType")
NO_CONTRACT: Final = Fault(
    "required",
    "There is no CarePlan of a patient contract here; its category has agreement-part patient-contract.",
    "Här finns ingen CarePlan för ett patientkontrakt; dess category har agreement-part patient-contract.",
    "Bundle.entry",
)
TWICE: Final = Fault(
    "duplicate",
    "This resource stands in the Bundle before: send each once.",
    "Resursen finns redan tidigare i denna Bundle: skicka var och en en gång.",
)
BROKEN: Final = Fault(
    "processing",
    "A part of the contract is at fault, so the contract is not written.",
    "En del av kontraktet är felaktig, så kontraktet skrivs inte.",
)
UNSIGNED_REVISION: Final = "revision says not all of what was done, when and by whom, as FHIR needs; it is left out"


_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE: Final = re.compile(r"\d{6}")


class Refused(NamedTuple):
    """A fault, and the contract that is not written because of it; nothing where it costs none."""

    reference: str
    fault: Fault


class Exchanged(NamedTuple):
    """What became of one line: what is written, what could not come along, and what is at fault."""

    written: Sequence[Json]
    lost: Sequence[str] = ()
    refused: Sequence[Refused] = ()


class _Entry(NamedTuple):
    """A resource of a Bundle, what it is called there, its place, and its faults."""

    resource: Json
    url: str
    at: str
    faults: Sequence[Fault]

    @property
    def is_taken(self) -> bool:
        return self.resource["resourceType"] in CHECKED_TYPES and not self.faults


def bundle_of_contract(line: bytes, *, base: str = BASE) -> Exchanged:
    """One transaction Bundle of a contract; parts without an id get one that follows from the contract.

    Raises:
        Malformed: not JSON as it should be, or too large (TooLarge).
        Unprocessable: a rule of the contract is broken.
    """
    contract = parse_contract.parse(line)
    made = transaction(resources(contract, ids=part_ids.derived(contract)), base=base)
    revision = contract.to_json().get("revision")
    return Exchanged([made], [] if revision is None or revision.keys() >= set(REVISION_FIELDS) else [UNSIGNED_REVISION])


def contracts_of_bundle(line: bytes) -> Exchanged:
    """Every contract in a Bundle, in the order of their CarePlans; one at fault does not cost the others.

    Raises:
        Malformed: not JSON as it should be, or too large (TooLarge).
        Unprocessable: not a Bundle, no contract in it, or two entries that are the same resource.
    """
    sent = strict_json.parse(line)
    if sent["resourceType"] != "Bundle":
        raise Unprocessable(NOT_A_BUNDLE)
    if found := check_envelope(sent):
        raise Unprocessable(*found)
    entries = _entries(sent)
    taken = [each.resource for each in entries if each.is_taken]
    wrong = {address(each.resource): each.at for each in entries if each.faults}
    at_fault = [Refused("", fault) for each in entries for fault in each.faults]
    plans = [one for one in taken if is_agreement(one)]
    if not plans and not wrong:
        raise Unprocessable(NO_CONTRACT)
    read = [_read(plan, [one for one in taken if not is_agreement(one)], wrong) for plan in plans]
    refused = [
        Refused(_shown(address(plan)), one) for plan, (_, found) in zip(plans, read, strict=True) for one in found
    ]
    lost = _lost(entries, [plan for plan, (contract, _) in zip(plans, read, strict=True) if contract is None])
    return Exchanged([one.to_json() for one, _ in read if one], lost, [*at_fault, *refused])


def _read(plan: Json, rest: Sequence[Json], wrong: Mapping[str, str]) -> tuple[PatientContract | None, Sequence[Fault]]:
    """The contract of a CarePlan, or why there is none."""
    if broken := [wrong[one] for one in part_references(plan) if one in wrong]:
        return None, [replace(BROKEN, expression=at) for at in broken]
    try:
        return parse_contract.parse(json_text.dumps(from_fhir.contract([plan, *rest]))), []
    except Unprocessable as error:
        return None, error.faults


def _entries(sent: Mapping[str, Any]) -> list[_Entry]:
    """The resources of a Bundle, each with an id, which refer to each other as `Type/id`; those at fault as they are.

    Raises:
        Unprocessable: two of them are the same.
    """
    found = [
        (f"Bundle.entry[{place}].resource", entry.get("fullUrl", ""), entry["resource"])
        for place, entry in enumerate(sent.get("entry", ()))
        if "resource" in entry
    ]
    named = [(at, url, {"id": derived_id("entry", url or at), **resource}) for at, url, resource in found]
    if twice := _twice(named):
        raise Unprocessable(*(replace(TWICE, expression=at) for at in twice))
    names = {url: address(resource) for _, url, resource in named if url}
    between = list(reference_targets.target_faults(sent, "Bundle"))
    return [
        _Entry(references.rewrite(resource, names), url, at, [*_faults(resource, at), *_under(between, at)])
        for at, url, resource in named
    ]


def _twice(named: Sequence[tuple[str, str, Json]]) -> list[str]:
    """Where a resource stands that stood in the Bundle before."""
    first: dict[str, str] = {}
    return [at for at, _, resource in named if first.setdefault(address(resource), at) != at]


def _faults(resource: Json, at: str) -> list[Fault]:
    """What is wrong with a resource where it stands; nothing is known of a type that no contract refers to."""
    if resource["resourceType"] not in CHECKED_TYPES:
        return []
    kind = resource["resourceType"]
    return [replace(one, expression=(one.expression or kind).replace(kind, at, 1)) for one in check(resource)]


def _under(found: Sequence[Fault], at: str) -> list[Fault]:
    return [one for one in found if (one.expression or "").startswith(f"{at}.")]


def _lost(entries: Sequence[_Entry], failed: Sequence[Json]) -> list[str]:
    """What no contract can hold, by resource: the whole of it, or an element; nothing of a contract at fault."""
    taken = [each.resource for each in entries if each.is_taken]
    rest = [one for one in taken if not is_agreement(one)]
    made = [one for plan in taken if is_agreement(plan) and plan not in failed for one in as_mapped([plan, *rest])]
    theirs = {to for plan in failed for to in (address(plan), *part_references(plan))} - {address(one) for one in made}
    held = [each.resource for each in entries if not each.faults and address(each.resource) not in theirs]
    return list(_beyond(held, made))


def _beyond(held: Sequence[Json], made: Sequence[Json]) -> Iterator[str]:
    for reference, element in to_fhir.unmapped(held, made):
        kind, _, inside = element.partition(".")
        known = kind if kind in ALL_TYPES else "Resource"
        said = f"{known}.{inside}" if inside else known
        yield f"{_shown(reference)}: {said} is beyond a contract; it is kept in FHIR only"


def _shown(reference: str) -> str:
    """A reference that may be repeated: an id of another system may be anything, a person's number among that."""
    kind, _, id = reference.partition("/")
    known = kind if kind in ALL_TYPES else "Resource"
    is_number = identifiers.holds_personal_number(id) or (_DATE.search(id) and not _UUID.fullmatch(id))
    return known if is_number else f"{known}/{id}"
