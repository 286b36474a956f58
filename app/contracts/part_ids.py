"""The id of each part's resource: a part keeps it from revision to revision, and no client chooses it."""

from collections.abc import Callable, Mapping
from typing import Final

from app.contracts.parts import TEAM as TEAM_PART
from app.contracts.patient_contract import PatientContract
from app.errors import Fault, Unprocessable
from app.fhir.ids import derived_id

CONTRACT: Final = "contract"
TEAM: Final = TEAM_PART.name
REVISION: Final = "revision"


def ids(contract: PatientContract, known: Mapping[str, str], new: Callable[[], str]) -> Callable[[str], str]:
    """Return a function that gives the id of each part by its key.

    A part of the stored contract keeps its id, which is `known`; others get a `new` id. `known` is empty for a first
    contract, and `from_fhir.read(…).part_ids` for a revision. The revision itself is always new.

    Raises:
        Unprocessable: a part has an id that this contract does not know; one fault for each, with its JSON path.
    """
    faults = [
        Fault(
            "value",
            "The id is not one of this contract's parts; leave it out for a new part.",
            "Id:t hör inte till någon del av detta kontrakt; utelämna det för en ny del.",
            f"{place.path}.id",
        )
        for place in contract.part_places()
        if "id" in place.json and known.get(place.key) != place.json["id"]
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
    return lambda key: new() if key == REVISION else known.get(key) or new()


def derived(contract: PatientContract) -> Callable[[str], str]:
    """Return a function that gives the id that a contract has for a part; else one derived from the contract's id.

    The id of a revision is derived from its time too, since each revision has a Provenance of its own.
    """
    own = contract.id or derived_id("contract", contract.model_dump_json())
    recorded = contract.revision.recorded if contract.revision else None
    revision = derived_id(own, REVISION, recorded.isoformat() if recorded else "")
    own_ids = {place.key: place.json["id"] for place in contract.part_places() if "id" in place.json}
    known = {**own_ids, CONTRACT: own, REVISION: revision}
    return lambda key: known.get(key) or derived_id(own, key)
