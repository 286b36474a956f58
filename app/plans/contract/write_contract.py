"""Write a patient contract (patientkontrakt): a new one, or a revision of a stored one, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

from app.access.caller import Caller, CallerKind
from app.access.classification import InformationClass
from app.contracts import from_fhir, part_ids
from app.contracts.mapping import provenance
from app.contracts.model.sections import Revision, WrittenBy
from app.contracts.patient_contract import PatientContract
from app.contracts.to_fhir import resources
from app.disclosure.on_record import RecordAccess, RecordQuestion, on_record
from app.errors import Conflict, Fault, Forbidden, PreconditionFailed, Unprocessable
from app.fhir import json_text
from app.fhir.elements import address
from app.fhir.ids import new_id
from app.items import Item
from app.off_loop import off_loop
from app.plans.contract import edit_guard
from app.plans.contract import revision_rules as rules
from app.plans.contract.authorship import author, revision_provenance
from app.plans.contract.stored_contract import StoredContract, replacements, revision_changes, stored_contract
from app.plans.write.changes import Changes, plan_changes
from app.plans.write.drafts import Draft, WritePlan, Written
from app.plans.write.matching import RecordBefore
from app.plans.write.write import open_for_writing, store_changes
from app.plans.write.write_request import WriteRequest
from app.storage.audit_rows import AuditAction

REPLACED: Final = "a replaced contract"
"""The system of the name that a contract takes when it replaces another.

No FHIR identifier has a space in its system.
"""

SAME_PATIENT: Final = Fault(
    "business-rule",
    "A contract cannot move to another person; send the patient that it has.",
    "Ett kontrakt kan inte flyttas till en annan person; ange den patient som det har.",
    "patient",
)
REPLACES_STAYS: Final = replace(edit_guard.REPLACES_STAYS, expression="replaces")
NOT_FOUND: Final = Fault(
    "not-found",
    "The person has no such contract; send the id of the contract to replace.",
    "Personen har inget sådant kontrakt; ange id:t för det kontrakt som ska ersättas.",
    "replaces",
)
ALREADY_REPLACED: Final = Fault(
    "business-rule",
    "That contract was replaced before; replace or update its successor.",
    "Kontraktet är redan ersatt; ersätt eller ändra efterträdaren.",
    "replaces",
)


class ContractView(NamedTuple):
    """A contract as a caller sees it: its id, its tag (see `stored_contract.tag`), and its JSON."""

    id: str
    tag: str
    contract: Mapping[str, Any]


async def submit_contract(
    record_access: RecordAccess, caller: Caller, contract: PatientContract, *, now: datetime
) -> ContractView:
    """Write a new contract of the caller's care giver, and end the contract that it replaces.

    Raises:
        Forbidden: the caller is not staff of a care giver.
        NotFound: the caller may not know the person.
        Unprocessable: a rule of revisions or profiles is broken, or the replaced contract cannot be replaced.
    """
    question = RecordQuestion(AuditAction.CREATE, patient=contract.patient.removeprefix("Patient/"), type="CarePlan")
    request = WriteRequest(question, record_access.class_defaults(caller))
    try:
        async with on_record(record_access, caller, question, now=now) as disclosure:
            while True:
                record = await open_for_writing(disclosure, request)
                planned = await off_loop(_size(contract), partial(_new_contract, record_access, contract, record))
                if (written := await store_changes(disclosure, record, planned)) is not None:
                    return _view(written, written[0].item.id)
    except Conflict:
        if contract.replaces is None:
            raise
        # A contract that the caller does not see has taken the name.
        raise Unprocessable(ALREADY_REPLACED) from None


def _new_contract(record_access: RecordAccess, contract: PatientContract, record: RecordBefore) -> Changes:
    """Return the changes that write a new contract, and end the one that it replaces."""
    by = _author(record_access, record.caller)
    reason = contract.revision.reason if contract.revision else None
    replaced = _replaced(contract, record.items)
    action = rules.action(None, contract.status, reason, replaces=bool(replaced))
    revision = Revision(action=action, reason=reason, recorded=record.now, by=by)
    signed = contract.model_copy(update={"revision": revision})
    created = resources(signed, ids=part_ids.ids(contract, {}, new_id))
    names = [(REPLACED, agreement.id) for agreement in replaced]
    plan, *others = created
    drafts = [
        Draft(plan, given_id=plan["id"], names=names),
        *(Draft(resource, given_id=resource["id"]) for resource in others),
    ]
    ends = [draft for agreement in replaced for draft in _end(agreement, revision)]
    return plan_changes(record, WritePlan([*drafts, *ends], basis=replaced, claimed=replaced))


async def revise_contract(
    record_access: RecordAccess, caller: Caller, contract_id: str, tag: str, contract: PatientContract, *, now: datetime
) -> ContractView:
    """Revise the contract that has this tag.

    Parts keep their ids, and unchanged parts their versions. Parts that are left out are deleted. There is no revision
    if nothing changes.

    Raises:
        Forbidden: the caller is not staff of a care giver, or may not write the contract.
        NotFound: there is no such contract, or the caller may not see its CarePlan.
        PreconditionFailed: the contract has another tag.
        Unprocessable: a rule of revisions or profiles is broken.
    """
    question = RecordQuestion(AuditAction.UPDATE, type="CarePlan", id=contract_id)
    request = WriteRequest(question, record_access.class_defaults(caller))
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await open_for_writing(disclosure, request)
            before = stored_contract(record.items, contract_id)
            if before.tag != tag:
                raise PreconditionFailed
            planned = await off_loop(_size(contract), partial(_revised, record_access, contract, before, record))
            if (written := await store_changes(disclosure, record, planned)) is not None:
                return _view(written, contract_id)


def _revised(
    record_access: RecordAccess, contract: PatientContract, before: StoredContract, record: RecordBefore
) -> Changes:
    """Return the changes of a contract's parts and their revision; none if nothing changes."""
    stored = before.resources
    read = from_fhir.read(stored)
    _require_same_person_and_replaces(contract, read.contract, record.items)
    by = _author(record_access, record.caller)
    signed = contract.model_copy(update={"revision": Revision(by=by)})
    new = resources(signed, ids=part_ids.ids(contract, read.part_ids, new_id), stored=stored)
    drafts = revision_changes(before, new, record.items, read, record.access_check.protection)
    if drafts:
        reason = _reason(contract)
        action = rules.action(read.contract.get("status"), contract.status, reason)
        if action == "reopen":
            edit_guard.require_no_successor(before.agreement, record.items)
        revision = Revision(action=action, reason=reason, recorded=record.now, by=by)
        # Deleted parts too, so that a caller who could not see a part does not see that it is gone.
        changed = [address(draft.resource) for draft in drafts if not provenance.is_confirmation(draft.resource)]
        drafts.append(revision_provenance(revision, list(dict.fromkeys([before.agreement.reference, *changed]))))
    plan = WritePlan(drafts, basis=[*before.items, *before.revisions[:1]], claimed=[before.agreement])
    return plan_changes(record, plan)


def _size(contract: PatientContract) -> int:
    """Return the number of bytes of a contract."""
    return len(contract.model_dump_json(exclude_none=True))


def _view(written: Sequence[Written], contract_id: str) -> ContractView:
    """Return the contract after the write, as the caller sees it."""
    items = {change.item.reference: change.item for change in written if change.state != "deleted"}
    after = stored_contract(items, contract_id)
    return ContractView(contract_id, after.tag, from_fhir.contract(after.resources))


def _replaced(contract: PatientContract, items: Mapping[str, Item]) -> list[Item]:
    """Return the CarePlan of the contract that a new one replaces, if any.

    Raises:
        Unprocessable: the person has no such contract, or it was replaced before.
    """
    if contract.replaces is None:
        return []
    old = items.get(f"CarePlan/{contract.replaces}")
    if old is None or old.information_class != InformationClass.AGREEMENT:
        raise Unprocessable(NOT_FOUND)
    if any(replacements(old, items)):
        raise Unprocessable(ALREADY_REPLACED)
    return [old]


def _end(old: Item, revision: Revision) -> list[Draft]:
    """Return the drafts that end a replaced contract; none if it has ended before."""
    if rules.has_ended(old.status):
        return []
    ended = {**json_text.loads(old.body), "status": "completed"}
    end = revision.model_copy(update={"action": "end"})
    return [Draft(ended, id=old.id), revision_provenance(end, [old.reference])]


def _require_same_person_and_replaces(
    contract: PatientContract, stored: Mapping[str, Any], items: Mapping[str, Item]
) -> None:
    """Check that patient and replaces are the stored ones; a replaced contract that is not visible is left out."""
    if contract.patient != stored["patient"]:
        raise Unprocessable(SAME_PATIENT)
    replaces = stored.get("replaces")
    if contract.replaces != (replaces if f"CarePlan/{replaces}" in items else None):
        raise Unprocessable(REPLACES_STAYS)


def _reason(contract: PatientContract) -> str | None:
    """Return the reason of a revision; a reason that is sent back with its time belongs to an earlier revision."""
    revision = contract.revision
    return revision.reason if revision is not None and revision.recorded is None else None


def _author(record_access: RecordAccess, caller: Caller) -> WrittenBy:
    if caller.kind is not CallerKind.STAFF or caller.giver is None:
        raise Forbidden
    return author(caller, caller.giver, record_access.class_defaults(caller))
