"""Which resource each part of a contract is: kept from revision to revision, and never chosen by who writes."""

from collections.abc import Callable, Mapping
from typing import Final

from app.contracts.model.contract import PatientContract
from app.errors import Fault, Unprocessable
from app.fhir.ids import derived_id

CONTRACT: Final = "contract"
TEAM: Final = "team"
REVISION: Final = "revision"


def ids(contract: PatientContract, known: Mapping[str, str], new: Callable[[], str]) -> Callable[[str], str]:
    """The id of each part, by key: those `known` of the stored contract are kept, others are `new`.

    `known` is empty for a first contract, and `reading.parts` of the stored resources for a revision, which itself is
    always new.

    Raises:
        Unprocessable: a part has an id that this contract does not know, each named by its JSON path.
    """
    faults = [
        Fault(
            "value",
            "The id is not one of this contract's parts; leave it out for a new part.",
            "Id:t hör inte till någon del av detta kontrakt; utelämna det för en ny del.",
            f"{place.at}.id",
        )
        for place in contract.places()
        if "id" in place.part and known.get(place.key) != place.part["id"]
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
    return lambda part: new() if part == REVISION else known.get(part) or new()


def derived(contract: PatientContract) -> Callable[[str], str]:
    """The ids that a contract names, and for other parts the same ids each time, derived from the contract's own.

    A revision's follows from when it was recorded too: each has a Provenance of its own.
    """
    named = {place.key: place.part["id"] for place in contract.places() if "id" in place.part}
    own = contract.id or derived_id("contract", contract.model_dump_json())
    recorded = contract.revision.recorded if contract.revision else None
    revision = derived_id(own, REVISION, recorded.isoformat() if recorded else "")
    given = {**named, CONTRACT: own, REVISION: revision}
    return lambda part: given.get(part) or derived_id(own, part)
