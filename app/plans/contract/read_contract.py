"""The stories of reading a contract: as it is, what it cannot hold, its revisions, and as it was at one of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.access.caller import Caller, CallerKind
from app.access.redact import redact
from app.contracts.mapping import provenance
from app.contracts.to_fhir import as_mapped, unmapped
from app.disclosure.disclose import OpenRecord, Question, RecordAccess, Released, disclose, rls_context
from app.errors import NotFound
from app.fhir import json_text
from app.items import Item
from app.plans.contract.contract_history import Past, past_of, told
from app.plans.contract.stored_contract import StoredContract, whole
from app.plans.contract.write_contract import ContractView
from app.storage.audit_rows import Resolved
from app.storage.record_reading import past


class UnmappedElement(NamedTuple):
    """An element, by its path, that a contract cannot hold; the type alone if it cannot hold any of the resource."""

    reference: str
    element: str


async def read_contract(record_access: RecordAccess, caller: Caller, identity: str, *, now: datetime) -> ContractView:
    """The contract of what this caller may see; NotFound where the agreement itself is not theirs to see."""

    async def produce(opened: OpenRecord) -> Released[ContractView]:
        found = _found(opened, identity)
        newest = (await _past(record_access, opened, found.agreement)).revisions[-1:]
        contract = told(found.items, newest[0] if newest else None, opened.items, opened.patient)
        return Released(ContractView(identity, found.tag, contract), [*found.items, *newest], opened.hidden)

    return await disclose(record_access, caller, _question("read", identity), produce, now=now)


async def read_unmapped(
    record_access: RecordAccess, caller: Caller, identity: str, *, now: datetime
) -> list[UnmappedElement]:
    """List the elements of the contract's FHIR resources that a contract cannot hold.

    Raises:
        NotFound: there is no such contract, or the caller may not see its agreement.
    """

    async def produce(opened: OpenRecord) -> Released[list[UnmappedElement]]:
        items = _found(opened, identity).items
        agreement, *parts = map(json_text.loads, redact(items, opened.items, opened.patient))
        # Who wrote the agreement last is told by the revisions.
        agreement.pop("author", None)
        stored = [agreement, *parts]
        return Released([UnmappedElement(*one) for one in unmapped(stored, as_mapped(stored))], items, opened.hidden)

    return await disclose(record_access, caller, _question("read", identity), produce, now=now)


async def list_revisions(
    record_access: RecordAccess, caller: Caller, identity: str, *, now: datetime
) -> list[dict[str, Any]]:
    """The revisions, newest first, each with its number: who changed something that this caller sees, when and why."""

    async def produce(opened: OpenRecord) -> Released[list[dict[str, Any]]]:
        revisions = (await _past(record_access, opened, _found(opened, identity).agreement)).revisions
        numbered = [{"version": number, **_said(item)} for number, item in enumerate(revisions, 1)]
        return Released(numbered[::-1], revisions, opened.hidden)

    return await disclose(record_access, caller, _question("history", identity), produce, now=now)


async def read_revision(
    record_access: RecordAccess, caller: Caller, identity: str, number: int, *, now: datetime
) -> Mapping[str, Any]:
    """The contract as it was at a revision; NotFound where there is none of that number for this caller."""

    async def produce(opened: OpenRecord) -> Released[Mapping[str, Any]]:
        found = await _past(record_access, opened, _found(opened, identity).agreement)
        if not 1 <= number <= len(found.revisions):
            raise NotFound
        revision = found.revisions[number - 1]
        items = found.at(revision)
        contract = told(items, revision, opened.items, opened.patient)
        return Released(contract, [*items, revision], opened.hidden)

    return await disclose(record_access, caller, _question("history", identity), produce, now=now)


def _question(action: str, identity: str) -> Question:
    return Question(action, None, "CarePlan", identity, whole=True)


def _found(opened: OpenRecord, identity: str) -> StoredContract:
    return whole({item.reference: item for item in opened.items}, identity)


async def _past(record_access: RecordAccess, opened: OpenRecord, agreement: Item) -> Past:
    """The contract's past, read as whoever opened the record."""
    citizen = opened.entry.caller if opened.caller.kind is CallerKind.CITIZEN else None
    who = rls_context(opened.caller, Resolved(opened.patient, citizen))
    versions = await past(record_access.pool, who, agreement.type, agreement.id)
    visible = {item.reference for item in opened.items}
    return past_of(agreement, versions, opened.access_check, opened.patient, visible)


def _said(revision: Item) -> dict[str, Any]:
    said = provenance.REVISION.read(json_text.loads(revision.body))
    return {name: said[name] for name in ("recorded", "action", "reason", "by") if name in said}
