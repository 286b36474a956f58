"""Which resource each part of a contract is: kept from revision to revision, and never chosen by who writes."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from app.contracts.model import PatientContract
from app.errors import Fault, Unprocessable

CONTRACT: Final = "contract"
TEAM: Final = "team"
PROVENANCE: Final = "provenance"


def key(name: str, place: int, id: str | None) -> str:
    """The key of a list item: by its id where it has one, else by its place."""
    return f"{name}[{place}]" if id is None else f"{name}/{id}"


def ids(contract: PatientContract, known: Mapping[str, str], new: Callable[[], str]) -> Callable[[str], str]:
    """The id of each part, by key: those `known` of the stored contract are kept, others are `new`.

    `known` is empty for a first contract, and `reading.parts` of the stored resources for a revision.

    Raises:
        Unprocessable: a part has an id that this contract does not know, each named by its JSON path.
    """
    faults = [
        Fault(
            "value",
            "The id is not one of this contract's parts; leave it out for a new part.",
            "Id:t hör inte till någon del av detta kontrakt; utelämna det för en ny del.",
            at,
        )
        for at, part in _named(contract)
        if part not in known
    ]
    if contract.id is not None and contract.id != known.get(CONTRACT):
        faults.append(
            Fault(
                "value",
                "The id is not this contract's; leave it out for a new contract.",
                "Id:t är inte detta kontrakts; utelämna det för ett nytt kontrakt.",
                "id",
            )
        )
    if faults:
        raise Unprocessable(*faults)
    return lambda part: known.get(part) or new()


def _named(contract: PatientContract) -> Iterator[tuple[str, str]]:
    """The JSON path of every id that the contract gives, with the key of its part."""
    for name, place, part in contract.parts():
        if part.id is not None:
            yield f"{name}[{place}].id", key(name, place, part.id)
