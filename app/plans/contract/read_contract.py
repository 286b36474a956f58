"""Read a contract: as it is, its unmapped elements, its revisions, and as it was at one of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.access.caller import Caller
from app.access.redact import redact
from app.contracts.mapping import provenance
from app.contracts.to_fhir import as_mapped, unmapped
from app.disclosure.on_record import OpenRecord, RecordAccess, RecordQuestion, on_record
from app.errors import NotFound
from app.fhir import json_text
from app.items import Item
from app.plans.contract.contract_history import ContractHistory, contract_history, contract_json
from app.plans.contract.stored_contract import StoredContract, stored_contract
from app.plans.contract.write_contract import ContractView
from app.storage.audit_rows import AuditAction
from app.storage.record_reading import read_history


class UnmappedElement(NamedTuple):
    """An element, by its path, that a contract cannot hold; the type alone if it cannot hold any of the resource."""

    reference: str
    element: str


async def read_contract(
    record_access: RecordAccess, caller: Caller, contract_id: str, *, now: datetime
) -> ContractView:
    """Return the contract, with the parts that the caller may see.

    Raises:
        NotFound: there is no such contract, or the caller may not see its CarePlan.
    """
    question = _question(AuditAction.READ, contract_id)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            stored = _stored(record, contract_id)
            newest = (await _history(record_access, record, stored.agreement)).revisions[-1:]
            contract = contract_json(stored.items, newest[0] if newest else None, record)
            if await disclosure.permit([*stored.items, *newest], hidden=record.hidden):
                return ContractView(contract_id, stored.tag, contract)


async def read_unmapped(
    record_access: RecordAccess, caller: Caller, contract_id: str, *, now: datetime
) -> list[UnmappedElement]:
    """List the elements of the contract's FHIR resources that a contract cannot hold.

    Raises:
        NotFound: there is no such contract, or the caller may not see its CarePlan.
    """
    question = _question(AuditAction.READ, contract_id)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            items = _stored(record, contract_id).items
            bodies = redact(items, record.items, record.patient, record.access_check.limits)
            agreement, *parts = map(json_text.loads, bodies)
            # The revisions tell the author.
            agreement.pop("author", None)
            resources = [agreement, *parts]
            if await disclosure.permit(items, hidden=record.hidden):
                return [UnmappedElement(*place) for place in unmapped(resources, as_mapped(resources))]


async def list_revisions(
    record_access: RecordAccess, caller: Caller, contract_id: str, *, now: datetime
) -> list[dict[str, Any]]:
    """Return the revisions that changed something that the caller sees, newest first, each with its number.

    Raises:
        NotFound: there is no such contract, or the caller may not see its CarePlan.
    """
    question = _question(AuditAction.HISTORY, contract_id)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            revisions = (await _history(record_access, record, _stored(record, contract_id).agreement)).revisions
            if await disclosure.permit(revisions, hidden=record.hidden):
                numbered = [{"version": number, **_revision_json(item)} for number, item in enumerate(revisions, 1)]
                return numbered[::-1]


async def read_revision(
    record_access: RecordAccess, caller: Caller, contract_id: str, number: int, *, now: datetime
) -> Mapping[str, Any]:
    """Return the contract as it was at the revision of a number, from 1.

    Raises:
        NotFound: the caller sees no such contract, or no revision of this number.
    """
    question = _question(AuditAction.HISTORY, contract_id)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            history = await _history(record_access, record, _stored(record, contract_id).agreement)
            if not 1 <= number <= len(history.revisions):
                raise NotFound
            revision = history.revisions[number - 1]
            items = history.items_at(revision)
            if await disclosure.permit([*items, revision], hidden=record.hidden):
                return contract_json(items, revision, record)


def _question(action: AuditAction, contract_id: str) -> RecordQuestion:
    return RecordQuestion(action, type="CarePlan", id=contract_id, everything=True)


def _stored(record: OpenRecord, contract_id: str) -> StoredContract:
    return stored_contract({item.reference: item for item in record.items}, contract_id)


async def _history(record_access: RecordAccess, record: OpenRecord, agreement: Item) -> ContractHistory:
    """Read the contract's history with the access of the caller who opened the record."""
    versions = await read_history(record_access.pool, record.rls_context, agreement.type, agreement.id)
    visible = {item.reference for item in record.items}
    return contract_history(agreement, versions, record.access_check, record.patient, visible)


def _revision_json(revision: Item) -> dict[str, Any]:
    json = provenance.REVISION.read(json_text.loads(revision.body))
    return {name: json[name] for name in ("recorded", "action", "reason", "by") if name in json}
