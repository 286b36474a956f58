"""The version and the time of an item as its reader sees it: a change that the reader cannot see is none.

A hidden goal that is added to a visible plan makes a new version of the plan. Of a body that is cut, the versions are
compared as the reader would get them, and only those that differ count. docs/law.md, C22
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from app.access.decisions import AccessCheck
from app.access.redact import redact, redactor
from app.disclosure.on_record import OpenRecord
from app.fhir import json_text
from app.fhir.times import instant_text
from app.items import OWN_STORE, Item
from app.storage.database import Pool
from app.storage.record_reading import Version, read_versions
from app.storage.row_security import RlsContext

Cut = Callable[[Item], str]
"""Gives the body of an item as the reader may see it."""


class SeenVersion(NamedTuple):
    """How many versions of an item the reader can tell apart, and the time and the body of the last.

    The body is cut from the text of that version, so that its form does not tell of a later one.
    """

    number: int
    updated: datetime
    body: str


async def seen_versions(
    pool: Pool, rls_context: RlsContext, access_check: AccessCheck, items: Iterable[Item], cut: Cut
) -> Mapping[str, SeenVersion]:
    """The seen version of each item of our own that was ever changed, by its reference.

    A Patient keeps its number, which rises with the person's identity too.
    """
    changed = {
        item.reference: item
        for item in items
        if item.version > 1 and item.source == OWN_STORE and item.type != "Patient"
    }
    if not changed:
        return {}
    histories: dict[str, list[Version]] = {reference: [] for reference in changed}
    for version in await read_versions(pool, rls_context, changed.values()):
        if version.item.version <= changed[version.item.reference].version:
            histories[version.item.reference].append(version)
    seen = {reference: _seen(history, access_check, cut) for reference, history in histories.items()}
    return {reference: version for reference, version in seen.items() if version is not None}


async def as_seen(
    pool: Pool,
    rls_context: RlsContext,
    access_check: AccessCheck,
    items: Sequence[Item],
    bodies: Sequence[str],
    cut: Cut,
) -> list[Item]:
    """The items with these bodies; the bodies that were cut have the version and the time that the reader sees."""
    is_cut = [item for item, body in zip(items, bodies, strict=True) if body != item.body]
    seen = await seen_versions(pool, rls_context, access_check, is_cut, cut) if is_cut else {}
    return [_shown(item, body, seen.get(item.reference)) for item, body in zip(items, bodies, strict=True)]


async def as_seen_in(pool: Pool, record: OpenRecord, items: Sequence[Item]) -> list[Item]:
    """Items of a person's record as the caller who opened it sees them."""
    limits = record.access_check.limits
    bodies = redact(items, record.items, record.patient, limits)
    cut = redactor(record.items, record.patient, limits)
    return await as_seen(pool, record.rls_context, record.access_check, items, bodies, cut)


def _shown(item: Item, body: str, seen: SeenVersion | None) -> Item:
    if seen is None:
        return item if body is item.body else item._replace(body=body)
    text = seen.body.encode()
    stamped = json_text.stamp(text, id=item.id, version=seen.number, updated=instant_text(seen.updated))
    return item._replace(version=seen.number, updated=seen.updated, body=stamped)


def _seen(history: Iterable[Version], access_check: AccessCheck, cut: Cut) -> SeenVersion | None:
    seen, before = None, None
    for version in history:
        if version.deleted or not access_check.read(version.item).allowed:
            continue
        body = cut(version.item)
        content = _content(body)
        if seen is None or content != before:
            seen = SeenVersion(seen.number + 1 if seen else 1, version.item.updated, body)
        before = content
    return seen


def _content(body: str) -> dict[str, Any]:
    """A resource without its version and time."""
    resource = json_text.loads(body)
    meta = {name: value for name, value in resource["meta"].items() if name not in {"versionId", "lastUpdated"}}
    return {**resource, "meta": meta}
