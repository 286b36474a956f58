"""Searches resources of one type about one person: filters after the decision and before the count.

http://hl7.org/fhir/R4/search.html; docs/decisions/0017-a-search-filters-one-persons-rows.md
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.access.caller import Caller
from app.disclosure.on_record import RecordAccess, RecordQuestion, on_record
from app.disclosure.seen_versions import as_seen_in
from app.errors import NotFound
from app.fhir.identifiers import PersonalNumber
from app.items import Item
from app.storage.audit_rows import AuditAction


@dataclass(frozen=True, slots=True)
class Search:
    """A search of one type: the person by `patient`, by `person` or by the resource in `ids`, the filters, the page."""

    type: str
    patient: str | None = None
    person: PersonalNumber | None = None
    ids: Sequence[str] = ()
    filters: Mapping[str, frozenset[str]] | None = None
    count: int = 50
    offset: int = 0


class SearchPage(NamedTuple):
    """One page of the matches, and the number of all matches."""

    items: Sequence[Item]
    total: int


FILTERS: Mapping[str, Callable[[Item], str | None]] = {
    "_id": lambda item: item.id,
    "status": lambda item: item.status,
}
"""The value of an item that each filtering search parameter compares."""


async def search_resources(record_access: RecordAccess, caller: Caller, search: Search, *, now: datetime) -> SearchPage:
    """A page of the resources that this caller may see; it is empty if the caller may not ask about the person."""
    question = RecordQuestion(AuditAction.SEARCH, search.patient, search.type, person=search.person)
    if search.patient is None and search.person is None:
        question = question._replace(id=search.ids[0])
    try:
        async with on_record(record_access, caller, question, now=now) as disclosure:
            while True:
                record = await disclosure.open()
                matching = sorted(
                    (item for item in record.items if item.type == search.type and _matches(item, search)), key=_order
                )
                page = matching[search.offset : search.offset + search.count]
                shown = await as_seen_in(record_access.pool, record, page)
                if await disclosure.permit(page, hidden=record.hidden):
                    return SearchPage(shown, len(matching))
    except NotFound:
        return SearchPage([], 0)


def _matches(item: Item, search: Search) -> bool:
    return all(FILTERS[name](item) in wanted for name, wanted in (search.filters or {}).items())


def _order(item: Item) -> tuple[float, str]:
    return (item.starts.timestamp() if item.starts else 0.0, item.id)
