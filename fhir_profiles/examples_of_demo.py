"""Write examples of the profiles, about the people of the demo: `python -m fhir_profiles.examples_of_demo`.

Each resource is a file. Its dates are fixed and its id is derived from its place, so that a new run changes nothing.
"""

import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from app.contracts import codes as words
from app.contracts.mapping.rows import profile_url
from app.contracts.patient_contract import PatientContract
from app.contracts.to_fhir import resources
from app.demo.data import contracts
from app.demo.data.days import STOCKHOLM
from app.demo.data.givers import CARE_PLANNER, MUNICIPAL_NURSE, PHYSICIAN, REGION, DemoEmployee, DemoGiver
from app.demo.data.people import BLOCKS, GUNNAR, MARIA, SIGNE, TOM, DemoPerson, patient
from app.disclosure.audit_event import audit_event
from app.fhir import codes
from app.fhir.elements import address, coding, concept
from app.storage.audit_rows import AuditAction, AuditOutcome, AuditRow, Phase

Resource = dict[str, Any]

TODAY: Final = date(2026, 3, 2)
FOLDER: Final = Path("fhir_profiles/examples")
NOW: Final = datetime.combine(TODAY, time(9, 30), STOCKHOLM)
REQUEST: Final = UUID(int=4)

_PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_TYPES: Final = words.codings(codes.CONSENT_TYPE, words.CONSENT_TYPES)


def examples() -> list[Resource]:
    """Return every example: three contracts, links to plans of all types, a consent, a block, an audit event."""
    people = {GUNNAR.key: GUNNAR, MARIA.key: MARIA, SIGNE.key: SIGNE, TOM.key: TOM}
    resources_of_contracts = [
        *_contract(GUNNAR, contracts.contract(TODAY, _of(GUNNAR)), PHYSICIAN),
        *_contract(MARIA, contracts.sip(TODAY, _of(MARIA)), MUNICIPAL_NURSE),
        *_contract(SIGNE, contracts.child_contract(TODAY, _of(SIGNE)), PHYSICIAN),
        *_contract(TOM, _plans_of_all_types(), CARE_PLANNER),
    ]
    plan = next(address(resource) for resource in resources_of_contracts if resource["resourceType"] == "CarePlan")
    facts = [_consent(GUNNAR, REGION), *(_block(person, giver) for person, giver in BLOCKS), _event(GUNNAR, plan)]
    return [*(patient(person, key) for key, person in people.items()), *resources_of_contracts, *facts]


def _of(person: DemoPerson) -> str:
    return f"Patient/{person.key}"


def _contract(person: DemoPerson, content: dict[str, Any], by: DemoEmployee) -> Iterator[Resource]:
    """Yield the resources that the server stores for a contract; the server adds the author and the time."""
    giver, unit = by.unit.giver, by.unit
    author = {
        "giver": giver.hsa_id,
        "unit": unit.hsa_id,
        "practitioner": by.hsa_id,
        "name": by.name,
        "category": giver.category,
    }
    revision = {"action": "create", "recorded": NOW.isoformat(), "by": author, **content.get("revision", {})}
    contract = PatientContract.model_validate_json(json.dumps({**content, "revision": revision}))
    yield from resources(contract, ids=lambda part: f"{person.key}-{part_slug(part)}")


def part_slug(part: str) -> str:
    """Return the place of a part as an id: `agreement.iDo[0]` becomes `i-do-1`."""
    numbered = re.sub(r"\[(\d+)\]", lambda match: f"-{int(match[1]) + 1}", part.removeprefix("agreement."))
    return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", numbered).replace(".", "-").lower()


def _plans_of_all_types() -> dict[str, Any]:
    owner = {"hsaId": CARE_PLANNER.unit.hsa_id, "name": CARE_PLANNER.unit.name}
    plans = [
        {"type": type, "title": title, "owner": owner, "link": f"https://planer.malarvik.example/{type.lower()}"}
        for type, title in words.PLAN_TYPES.items()
    ]
    return {
        "patient": _of(TOM),
        "title": "Patientkontrakt för Tom",
        "agreement": {"whatMatters": "Att alla mina planer hänger ihop."},
        "plans": plans,
    }


def _giver(giver: DemoGiver) -> Resource:
    identifier = {"system": codes.HSA_ID, "value": giver.hsa_id}
    return {"type": "Organization", "identifier": identifier, "display": giver.name}


def _actor(role: str, display: str, giver: DemoGiver) -> Resource:
    return {"role": concept(coding(_PARTICIPATION, role, display)), "reference": _giver(giver)}


def _consent(person: DemoPerson, giver: DemoGiver) -> Resource:
    """A consent: a care giver may read what others have documented about the person."""
    actor = _actor("IRCP", "information recipient", giver)
    provision = {"type": "permit", "period": {"start": TODAY.isoformat()}, "actor": [actor]}
    rule = "Lagen (2022:913) om sammanhållen vård- och omsorgsdokumentation, 3 kap. 1 §"
    return {
        **_about(person, "access", "consent", rule),
        "performer": [{"reference": _of(person)}],
        "provision": provision,
    }


def _block(person: DemoPerson, giver: DemoGiver) -> Resource:
    """A block: what a care giver has documented about the person is hidden from all others."""
    actor = _actor("CST", "custodian", giver)
    provision = {"type": "deny", "period": {"start": TODAY.isoformat()}, "actor": [actor]}
    rule = "Lagen (2022:913) om sammanhållen vård- och omsorgsdokumentation, 2 kap. 3 §"
    return {**_about(person, "block", "block", rule), "provision": provision}


def _about(person: DemoPerson, kind: str, profile: str, rule: str) -> Resource:
    return {
        "resourceType": "Consent",
        "id": f"{person.key}-{profile}",
        "meta": {"profile": [profile_url(profile)]},
        "status": "active",
        "scope": concept(coding(words.CONSENT_SCOPE, "patient-privacy", "Privacy Consent")),
        "category": [concept(_TYPES[kind])],
        "patient": {"reference": _of(person)},
        "dateTime": TODAY.isoformat(),
        "policyRule": {"text": rule},
    }


def _event(person: DemoPerson, plan: str) -> Resource:
    """An audit event: the physician reads the person's contract."""
    row = AuditRow(
        request=REQUEST,
        phase=Phase.OUTCOME,
        at=NOW,
        caller_kind="staff",
        caller=PHYSICIAN.hsa_id,
        role="physician",
        giver=REGION.hsa_id,
        unit=PHYSICIAN.unit.hsa_id,
        purpose="Vård och behandling",
        patient=person.key,
        action=AuditAction.READ,
        type="CarePlan",
        id=plan.partition("/")[2],
        outcome=AuditOutcome.PERMIT,
        rule="read-own-care",
        shown=((plan, 1, "agreement", REGION.hsa_id, "samplan"),),
    )
    event = audit_event(row)
    return {**event, "id": f"{person.key}-read", "meta": {"profile": [profile_url("audit-event")]}}


def write(folder: Path) -> None:
    """Write a file for each example, and delete other JSON files in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    for resource in examples():
        text = json.dumps(resource, ensure_ascii=False, indent=2)
        (folder / f"{resource['resourceType']}-{resource['id']}.json").write_text(f"{text}\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Write the examples to the folder that is named, or to fhir_profiles/examples."""
    write(Path(arguments[0]) if arguments else FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
