"""The valid resources that everything is made from: the demo's contracts, the contract that says everything, and ours."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from app.contracts.patient_contract import PatientContract
from app.contracts.to_fhir import resources, transaction
from fhir_profiles import build, examples_of_demo
from tests.builders.changes import changed, own
from tests.builders.contracts import FULL

HL7_SWEDEN = "http://hl7.se/fhir/ig/base/StructureDefinition/"
HSA = {"system": "urn:oid:1.2.752.29.4.19", "value": "SE2321000000-1C01"}
DIRECTORY: tuple[dict[str, Any], ...] = (
    {"resourceType": "Organization", "id": "unit", "identifier": [HSA], "active": True, "name": "Hjärtmottagningen"},
    {"resourceType": "Practitioner", "id": "nurse", "identifier": [HSA], "name": [{"text": "Karin Lund"}]},
    {"resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": "Practitioner/nurse"},
     "organization": {"reference": "Organization/unit"}, "code": [{"text": "Sjuksköterska"}]},
)  # fmt: skip
"""What belongs to no patient, and has no profile of ours."""


PLAIN = {
    "full-team": {"id": "plain-team", "meta.profile": [own("team")]},
    "full-care-does-1": {"id": "plain-care-does", "meta.profile": [own("care-does")]},
}
"""What is in a SIP -> the same outside of one."""


@cache
def samples() -> dict[str, dict[str, Any]]:
    """Each by its id."""
    contract = PatientContract.model_validate_json(json.dumps({**FULL, "status": "active"}))
    full = resources(contract, ids=lambda part: f"full-{examples_of_demo.part_slug(part)}")
    plain = [changed(each, PLAIN[each["id"]]) for each in full if each["id"] in PLAIN]
    sent = {"id": "full-transaction", **transaction(full, base="https://samplan.example/fhir")}
    return {
        each["id"]: each
        for each in (*examples_of_demo.examples(), *full, *plain, *published("Questionnaire"), sent, *DIRECTORY)
    }


def published(type: str) -> list[dict[str, Any]]:
    """What of a type is built from the Shorthand."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(Path(build.BUILT).glob(f"{type}-*.json"))]
