"""The stories of reading a contract: as it is, what it cannot hold, its revisions, and as it was at one of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.access.caller import Caller
from app.access.redact import redact
from app.contracts.mapping import provenance
from app.contracts.to_fhir import as_mapped, unmapped
from app.disclosure.on_record import OpenRecord, Question, RecordAccess, on_record
from app.errors import NotFound
from app.fhir import json_text
from app.items import Item
from app.plans.contract.contract_history import Past, past_of, told
from app.plans.contract.stored_contract import StoredContract, whole
from app.plans.contract.write_contract import ContractView
from app.storage.audit_rows import AuditAction
from app.storage.record_reading import read_history


class UnmappedElement(NamedTuple):
    """An element, by its path, that a contract cannot hold; the type alone if it cannot hold any of the resource."""

    reference: str
    element: str


async def read_contract(record_access: RecordAccess, caller: Caller, identity: str, *, now: datetime) -> ContractView:
    """The contract of what this caller may see; NotFound where the agreement itself is not theirs to see."""
    question = _question(AuditAction.READ, identity)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            stored = _stored(record, identity)
            newest = (await _past(record_access, record, stored.agreement)).revisions[-1:]
            contract = told(stored.items, newest[0] if newest else None, record.items, record.patient)
            if await disclosure.permit([*stored.items, *newest], hidden=record.hidden):
                return ContractView(identity, stored.tag, contract)


async def read_unmapped(
    record_access: RecordAccess, caller: Caller, identity: str, *, now: datetime
) -> list[UnmappedElement]:
    """List the elements of the contract's FHIR resources that a contract cannot hold.

    Raises:
        NotFound: there is no such contract, or the caller may not see its agreement.
    """
    question = _question(AuditAction.READ, identity)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            items = _stored(record, identity).items
            agreement, *parts = map(json_text.loads, redact(items, record.items, record.patient))
            # Who wrote the agreement last is told by the revisions.
            agreement.pop("author", None)
            resources = [agreement, *parts]
            if await disclosure.permit(items, hidden=record.hidden):
                return [UnmappedElement(*place) for place in unmapped(resources, as_mapped(resources))]


async def list_revisions(
    record_access: RecordAccess, caller: Caller, identity: str, *, now: datetime
) -> list[dict[str, Any]]:
    """The revisions, newest first, each with its number: who changed something that this caller sees, when and why."""
    question = _question(AuditAction.HISTORY, identity)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            revisions = (await _past(record_access, record, _stored(record, identity).agreement)).revisions
            if await disclosure.permit(revisions, hidden=record.hidden):
                numbered = [{"version": number, **_said(item)} for number, item in enumerate(revisions, 1)]
                return numbered[::-1]


async def read_revision(
    record_access: RecordAccess, caller: Caller, identity: str, number: int, *, now: datetime
) -> Mapping[str, Any]:
    """The contract as it was at a revision; NotFound where there is none of that number for this caller."""
    question = _question(AuditAction.HISTORY, identity)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            past_contract = await _past(record_access, record, _stored(record, identity).agreement)
            if not 1 <= number <= len(past_contract.revisions):
                raise NotFound
            revision = past_contract.revisions[number - 1]
            items = past_contract.at(revision)
            if await disclosure.permit([*items, revision], hidden=record.hidden):
                return told(items, revision, record.items, record.patient)


def _question(action: AuditAction, identity: str) -> Question:
    return Question(action, None, "CarePlan", identity, whole=True)


def _stored(record: OpenRecord, identity: str) -> StoredContract:
    return whole({item.reference: item for item in record.items}, identity)


async def _past(record_access: RecordAccess, record: OpenRecord, agreement: Item) -> Past:
    """The contract's past, read as whoever opened the record."""
    versions = await read_history(record_access.pool, record.rls_context, agreement.type, agreement.id)
    visible = {item.reference for item in record.items}
    return past_of(agreement, versions, record.access_check, record.patient, visible)


def _said(revision: Item) -> dict[str, Any]:
    said = provenance.REVISION.read(json_text.loads(revision.body))
    return {name: said[name] for name in ("recorded", "action", "reason", "by") if name in said}
