"""A contract as a Bundle for others, and the contracts in a Bundle of theirs: what is lost on the way is said."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.contracts import faults, identity, kept, reading
from app.contracts.bundle import SIGNED, again, resources, transaction
from app.contracts.careplan import is_agreement
from app.contracts.lens import Json, address
from app.contracts.model import PatientContract
from app.contracts.places import places
from app.errors import Fault, Unprocessable
from app.fhir import codes, documents, identifiers, references, strict
from app.fhir.check import check
from app.fhir.ids import derived_id

BASE: Final = codes.CANONICAL
"""Where the full URLs of a Bundle are, unless somebody says where the resources will be."""

NOT_A_BUNDLE: Final = Fault("structure", "Send a Bundle.", "Skicka en Bundle.", "resourceType")
NO_CONTRACT: Final = Fault(
    "required",
    "There is no CarePlan of a patient contract here; its category has agreement-part patient-contract.",
    "Här finns ingen CarePlan för ett patientkontrakt; dess category har agreement-part patient-contract.",
    "Bundle.entry",
)
NOT_SIGNED: Final = "revision says not all of what was done, when and by whom, as FHIR needs; it is left out"


class Exchanged(NamedTuple):
    """What became of one line: what is written, and what could not come along."""

    written: Sequence[Json]
    lost: Sequence[str] = ()


def to_fhir(line: bytes, *, base: str = BASE) -> Exchanged:
    """One transaction Bundle of a contract; parts without an id get one that follows from the contract.

    Raises:
        Malformed: not JSON as it should be, or too large (TooLarge).
        Unprocessable: a rule of the contract is broken.
    """
    contract = faults.parse(line)
    bundle = transaction(resources(contract, ids=identity.derived(contract)), base=base)
    revision = contract.to_json().get("revision")
    return Exchanged([bundle], [] if revision is None or revision.keys() >= set(SIGNED) else [NOT_SIGNED])


def from_fhir(line: bytes) -> Exchanged:
    """Every contract in a Bundle, in the order of their CarePlans.

    Raises:
        Malformed: not JSON as it should be, or too large (TooLarge).
        Unprocessable: not a Bundle that we take in, no contract in it, or one that lacks what a contract must have.
    """
    bundle = strict.parse(line)
    if bundle["resourceType"] != "Bundle":
        raise Unprocessable(NOT_A_BUNDLE)
    if found := check(bundle):
        raise Unprocessable(*found)
    held = _held(bundle)
    rest = [one for one in held if not is_agreement(one)]
    read = [_read([one, *rest]) for one in held if is_agreement(one)]
    if not read:
        raise Unprocessable(NO_CONTRACT)
    made = [one for _, of in read for one in again(of)]
    return Exchanged([contract.to_json() for contract, _ in read], list(_beyond(held, made)))


def _read(of: Sequence[Json]) -> tuple[PatientContract, Sequence[Json]]:
    """The contract of some resources, and those of them that it can hold; Unprocessable if it is none without them."""
    said = reading.contract(of)
    try:
        return faults.parse(documents.dumps(said)), of
    except Unprocessable as error:
        unfit = {found for fault in error.faults if (found := _part_at(said, fault.expression or ""))}
        if not unfit:
            raise
    return _read([one for one in of if address(one) not in unfit])


def _part_at(said: Json, path: str) -> str | None:
    """The reference to the innermost part that a path of the contract is in."""
    inside = [place for place in places(said) if re.match(rf"{re.escape(place.at)}(?![A-Za-z0-9])", path)]
    return max(inside, key=lambda place: len(place.at)).address if inside else None


def _held(bundle: Mapping[str, Any]) -> list[Json]:
    """The resources of a Bundle, each with an id, which refer to each other as `Type/id`."""
    names: dict[str, str] = {}
    held: list[Json] = []
    for place, entry in enumerate(bundle.get("entry", ())):
        if resource := entry.get("resource"):
            url = entry.get("fullUrl", "")
            named = {"id": derived_id("entry", url or str(place)), **resource}
            names |= {url: address(named)} if url else {}
            held.append(named)
    return [references.rewrite(one, names) for one in held]


def _beyond(held: Sequence[Json], made: Sequence[Json]) -> Iterator[str]:
    """What no contract can hold, by resource: the whole of it, or an element."""
    known = {address(one) for one in made}
    whole = [(address(one), one["resourceType"]) for one in held if address(one) not in known]
    for reference, element in [*whole, *kept.unheard(held, made)]:
        # An id of another system may be anything.
        shown = reference.partition("/")[0] if identifiers.holds_personal_number(reference) else reference
        yield f"{shown}: {element} is beyond a contract; it is kept in FHIR only"
