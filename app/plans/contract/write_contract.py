"""The stories of a patient contract (patientkontrakt): written, replaced, revised and read as one, stored as FHIR."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.access.caller import Caller, CallerKind
from app.access.classification import InformationClass
from app.contracts import from_fhir
from app.contracts import part_ids as names
from app.contracts.mapping import provenance
from app.contracts.model.sections import Revision, WrittenBy
from app.contracts.patient_contract import PatientContract
from app.contracts.to_fhir import resources
from app.disclosure.on_record import Question, RecordAccess, on_record
from app.errors import Conflict, Fault, Forbidden, PreconditionFailed, Unprocessable
from app.fhir import json_text
from app.fhir.elements import address
from app.fhir.ids import new_id
from app.items import Item
from app.plans.contract import edit_guard
from app.plans.contract import revision_rules as rules
from app.plans.contract.authorship import author, revision_provenance
from app.plans.contract.stored_contract import StoredContract, changes, replacements, whole
from app.plans.write.changes import plan_changes
from app.plans.write.drafts import Draft, WritePlan, Written
from app.plans.write.write import open_for_writing, store_changes
from app.plans.write.write_request import WriteRequest
from app.storage.audit_rows import AuditAction

REPLACED: Final = "a replaced contract"
"""Under this system a contract claims the one that it replaces; no FHIR identifier has a space in its system."""

SAME_PATIENT: Final = Fault(
    "business-rule",
    "A contract stays with its person; send the patient that it has.",
    "Ett kontrakt hör till sin person; ange den patient som det har.",
    "patient",
)
SAME_PLACE: Final = replace(edit_guard.SAME_PLACE, expression="replaces")
NO_SUCH: Final = Fault(
    "not-found",
    "There is no such contract of this person to replace.",
    "Det finns inget sådant kontrakt för personen att ersätta.",
    "replaces",
)
ONCE: Final = Fault(
    "business-rule",
    "That contract is replaced already: replace the one that took its place, or revise it.",
    "Kontraktet är redan ersatt: ersätt det som kom i dess ställe, eller ändra det.",
    "replaces",
)


class ContractView(NamedTuple):
    """A contract as it is kept: its id, what changes with every version of any of its parts, and its JSON."""

    id: str
    tag: str
    contract: Mapping[str, Any]


async def submit_contract(
    record_access: RecordAccess, caller: Caller, contract: PatientContract, *, now: datetime
) -> ContractView:
    """Write a new contract as one transaction; the caller's organisation answers for it.

    One that it replaces ends with it.
    """
    question = Question(AuditAction.CREATE, patient=_id_of(contract.patient), type="CarePlan")
    request = WriteRequest(question, record_access.hint(caller))
    try:
        async with on_record(record_access, caller, question, now=now) as disclosure:
            while True:
                record = await open_for_writing(disclosure, request)
                planned = plan_changes(record, _new_contract(record_access, caller, contract, record.items, now))
                if (written := await store_changes(disclosure, record, planned)) is not None:
                    return _kept(written, written[0].item.id)
    except Conflict:
        if contract.replaces is None:
            raise
        # The claim is taken, as often as it tries: by a contract that its writer does not see.
        raise Unprocessable(ONCE) from None


def _new_contract(
    record_access: RecordAccess, caller: Caller, contract: PatientContract, items: Mapping[str, Item], now: datetime
) -> WritePlan:
    """The resources of a new contract, and the end of the one that it replaces."""
    by = _author(record_access, caller)
    reason = contract.revision.reason if contract.revision else None
    replaced = _replaced(contract, items)
    action = rules.action(None, contract.status, reason, replaces=bool(replaced))
    revision = Revision(action=action, reason=reason, recorded=now, by=by)
    created = resources(contract.model_copy(update={"revision": revision}), ids=names.ids(contract, {}, new_id))
    claims = [(REPLACED, agreement.id) for agreement in replaced]
    drafts = [Draft(each, given_id=each["id"], names=() if at else claims) for at, each in enumerate(created)]
    ends = [draft for agreement in replaced for draft in _ended(agreement, revision)]
    return WritePlan([*drafts, *ends], basis=replaced, claimed=replaced)


async def revise_contract(
    record_access: RecordAccess, caller: Caller, identity: str, tag: str, contract: PatientContract, *, now: datetime
) -> ContractView:
    """Make a new revision of the contract with this tag: history keeps what was.

    Parts keep their ids, what is left out is deleted, what says the same keeps its version; where nothing is new there
    is no revision.
    """
    question = Question(AuditAction.UPDATE, type="CarePlan", id=identity)
    request = WriteRequest(question, record_access.hint(caller))
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await open_for_writing(disclosure, request)
            before = whole(record.items, identity)
            if before.tag != tag:
                raise PreconditionFailed
            planned = plan_changes(record, _revised(record_access, caller, contract, before, record.items, now))
            if (written := await store_changes(disclosure, record, planned)) is not None:
                return _kept(written, identity)


def _revised(
    record_access: RecordAccess,
    caller: Caller,
    contract: PatientContract,
    before: StoredContract,
    items: Mapping[str, Item],
    now: datetime,
) -> WritePlan:
    """The parts of a contract that say something new, and the revision that tells of it; nothing if none does."""
    stored = before.resources
    found = from_fhir.read(stored)
    _require_same(contract, found.contract, items)
    by = _author(record_access, caller)
    signed = contract.model_copy(update={"revision": Revision(by=by)})
    made = resources(signed, ids=names.ids(contract, found.part_ids, new_id), stored=stored)
    drafts = changes(before, made, items, found)
    if drafts:
        reason = _reason(contract)
        action = rules.action(found.contract.get("status"), contract.status, reason)
        if action == "reopen":
            edit_guard.require_no_heir(before.agreement, items)
        revision = Revision(action=action, reason=reason, recorded=now, by=by)
        # Of what went too, so that who could not see it does not see that it went.
        changed = [address(draft.resource) for draft in drafts if not provenance.is_confirmation(draft.resource)]
        drafts.append(revision_provenance(revision, list(dict.fromkeys([before.agreement.reference, *changed]))))
    return WritePlan(drafts, basis=[*before.items, *before.trail[:1]], claimed=[before.agreement])


def _kept(written: Sequence[Written], identity: str) -> ContractView:
    """What is there once all this is written, as its writer sees it."""
    after = whole({one.item.reference: one.item for one in written if one.state != "deleted"}, identity)
    return ContractView(identity, after.tag, from_fhir.contract(after.resources))


def _replaced(contract: PatientContract, items: Mapping[str, Item]) -> list[Item]:
    """The contract that a new one replaces, if it does; Unprocessable where it is none that is there to be replaced."""
    if contract.replaces is None:
        return []
    old = items.get(f"CarePlan/{contract.replaces}")
    if old is None or old.kind != InformationClass.AGREEMENT:
        raise Unprocessable(NO_SUCH)
    if any(replacements(old, items)):
        raise Unprocessable(ONCE)
    return [old]


def _ended(old: Item, revision: Revision) -> list[Draft]:
    """The end of a contract that another replaces, unless it has ended already."""
    if rules.has_ended(old.status):
        return []
    ended = {**json_text.loads(old.body), "status": "completed"}
    end = revision.model_copy(update={"action": "end"})
    return [Draft(ended, id=old.id), revision_provenance(end, [old.reference])]


def _require_same(contract: PatientContract, said: Mapping[str, Any], items: Mapping[str, Item]) -> None:
    """A contract stays with its person, and in the place of what it replaces, as far as its writer can see that."""
    if contract.patient != said["patient"]:
        raise Unprocessable(SAME_PATIENT)
    replaces = said.get("replaces")
    if contract.replaces != (replaces if f"CarePlan/{replaces}" in items else None):
        raise Unprocessable(SAME_PLACE)


def _reason(contract: PatientContract) -> str | None:
    """Why a contract is revised; a reason that was read, and is sent back with its time, is none for the next."""
    given = contract.revision
    return given.reason if given is not None and given.recorded is None else None


def _author(record_access: RecordAccess, caller: Caller) -> WrittenBy:
    if caller.kind is not CallerKind.STAFF or caller.giver is None:
        raise Forbidden
    return author(caller, caller.giver, record_access.hint(caller))


def _id_of(patient: str) -> str:
    return patient.removeprefix("Patient/")
