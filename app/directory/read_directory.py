"""Reads and searches the directory for a caller: it belongs to no patient, and each reading is in the trail.

http://hl7.org/fhir/R4/http.html#read; http://hl7.org/fhir/R4/search.html; docs/directory.md
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from app.access.caller import Caller
from app.access.classification import InformationClass
from app.access.decisions import AccessCheck
from app.access.item_of import Stamp, item_of_no_giver
from app.disclosure.on_record import Disclosure, RecordAccess, RecordQuestion, on_record
from app.errors import NotFound, Unavailable
from app.fhir import json_text
from app.fhir.times import instant_text
from app.items import OWN_STORE, Item
from app.storage.audit_rows import AuditAction
from app.storage.directory_search import (
    DirectoryConditions,
    DirectoryRow,
    count_entries,
    read_entry,
    search_entries,
)


class DirectoryPage(NamedTuple):
    """A page of the matches, whether another follows, and the number of all matches if it was asked for."""

    items: Sequence[Item]
    has_next: bool
    total: int | None


class DirectorySearch(NamedTuple):
    """A search of one type: its conditions, the page, and whether to count all matches."""

    conditions: DirectoryConditions
    page: int
    offset: int = 0
    total: bool = False


async def read_directory(
    record_access: RecordAccess, caller: Caller, resource_type: str, resource_id: str, *, now: datetime
) -> Item:
    """A resource of the directory; NotFound if it is absent, Forbidden if the role or the scopes allow no such type."""
    question = RecordQuestion(AuditAction.READ, type=resource_type, id=resource_id)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        _require_allowed(disclosure, resource_type)
        row = await read_entry(record_access.pool, resource_type, resource_id)
        if row is None:
            raise NotFound
        item = _item(row)
        await _release(disclosure, [item])
        return item


async def search_directory(
    record_access: RecordAccess, caller: Caller, search: DirectorySearch, *, now: datetime
) -> DirectoryPage:
    """A page of the resources that match; Forbidden if the role or the scopes allow no such type."""
    question = RecordQuestion(AuditAction.SEARCH, type=search.conditions.type)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        _require_allowed(disclosure, search.conditions.type)
        pool = record_access.pool
        rows = await search_entries(pool, search.conditions, count=search.page + 1, offset=search.offset)
        total = await count_entries(pool, search.conditions) if search.total else None
        items = list(map(_item, rows[: search.page]))
        await _release(disclosure, items)
        return DirectoryPage(items, len(rows) > search.page, total)


def _require_allowed(disclosure: Disclosure, resource_type: str) -> None:
    """Put the ruling on this type in the outcome; raise Forbidden unless it allows the reading."""
    access_check = AccessCheck(disclosure.record_access.policy, disclosure.caller, disclosure.facts_of(None))
    disclosure.rest_on(access_check.read(_item(DirectoryRow(resource_type, "", 0, disclosure.now, "{}"))))


async def _release(disclosure: Disclosure, items: Sequence[Item]) -> None:
    """Commit the outcome before anything is sent."""
    if not await disclosure.permit(items):
        # The token ended while the database was asked: nothing is sent.
        raise Unavailable


def _item(row: DirectoryRow) -> Item:
    """The item of a row: its class is the directory, its text has the id and the version."""
    text = row.body.encode()
    body = json_text.stamp(text, id=row.id, version=row.version, updated=instant_text(row.updated))
    stamp = Stamp(row.id, row.version, row.updated, None, OWN_STORE)
    return item_of_no_giver(row.type, InformationClass.DIRECTORY, stamp, body)
