"""A draft is a resource to write: its keys, the item of its next version, and whether it is stale (pure)."""

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, NamedTuple

from app.access.classification import Classes
from app.access.item_of import Stamp, item_of
from app.access.labels import keep_labels
from app.errors import Conflict, Fault
from app.fhir import json_text, references
from app.fhir.codes import PERSONAL_SYSTEMS
from app.fhir.index import identifiers_of
from app.fhir.times import instant_text, moments
from app.items import OWN_STORE, Item

OTHER_VERSION = Fault(
    "conflict",
    "This version is already known with another content; send a newer meta.lastUpdated.",
    "Den här versionen är redan känd med annat innehåll; skicka ett nyare meta.lastUpdated.",
)


class Draft(NamedTuple):
    """A resource to write.

    Other drafts of the same write refer to it by `full_url`. `id` is the id of a stored resource to replace, `version`
    the version that it must have (If-Match). `given_id` is the id for a new resource. A `keyed` draft is matched by its
    business identifiers and compared by the source's `meta.lastUpdated`. `names` are identifiers of ours that must be
    unique, as (system, value). `text` is the body as it was sent.
    """

    resource: dict[str, Any]
    full_url: str = ""
    id: str | None = None
    given_id: str | None = None
    version: int | None = None
    keyed: bool = False
    deleted: bool = False
    text: bytes | None = None
    names: Sequence[tuple[str, str]] = ()


class WritePlan(NamedTuple):
    """The drafts of a write, and the `basis` items they were made from, which must not change until all is written.

    The caller must be allowed to write the `claimed` items, whether they are written or not.
    """

    drafts: Sequence[Draft]
    basis: Sequence[Item] = ()
    claimed: Sequence[Item] = ()


class Written(NamedTuple):
    """The result of one draft: `created`, `updated`, `deleted`, `unchanged` (known already) or `older` (ignored)."""

    item: Item
    state: str


def source_keys(resource: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The business identifiers of a resource, without personal numbers, as (system, value)."""
    return [(system, value) for system, value in identifiers_of(resource) if system not in PERSONAL_SYSTEMS]


def replacement(
    resource: dict[str, Any], stored: Mapping[str, Any], visible: AbstractSet[str], *, may_lower: bool = False
) -> dict[str, Any]:
    """The resource that replaces a stored one.

    It keeps the labels of the stored one, and the elements that its writer cannot see.
    """
    return keep_hidden(keep_labels(resource, stored, may_lower=may_lower), stored, visible)


def keep_hidden(resource: dict[str, Any], stored: Mapping[str, Any], visible: AbstractSet[str]) -> dict[str, Any]:
    """The resource with the stored elements that its writer could not see, so that a replacement does not delete them.

    An element with a reference to something not `visible` was cut from the body that the writer read; it is put back at
    the end of its list. If there is no such element, the resource itself is returned.
    """
    complete = dict(resource)
    for name, value in stored.items():
        if isinstance(value, list):
            if hidden := [element for element in value if _is_hidden(stored, name, [element], visible)]:
                present = {_key(element) for element in complete.get(name, ())}
                missing = [element for element in hidden if _key(element) not in present]
                complete[name] = [*complete.get(name, ()), *missing]
        elif name not in complete and isinstance(value, dict) and _is_hidden(stored, name, value, visible):
            complete[name] = value
    return complete if complete != resource else resource


def _is_hidden(stored: Mapping[str, Any], name: str, value: Any, visible: AbstractSet[str]) -> bool:
    alone = {"resourceType": stored["resourceType"], name: value}
    named = references.targets(alone) | references.logical_targets(alone)
    return not named <= visible and name not in references.cut(alone, visible)


def _key(value: Any) -> Hashable:
    """A key that elements of equal content share."""
    if isinstance(value, dict):
        return frozenset((name, _key(element)) for name, element in value.items())
    return tuple(map(_key, value)) if isinstance(value, list) else value


def next_version(
    draft: Draft, resource: dict[str, Any], resource_id: str, before: Item | None, classes: Classes, now: datetime
) -> Item:
    """The version after `before`, or the first; its body is the draft's `text` if the resource is the draft's own."""
    version = before.version + 1 if before else 1
    text = draft.text if draft.text is not None and resource is draft.resource else json_text.dumps(resource)
    body = json_text.stamp(text, id=resource_id, version=version, updated=instant_text(now))
    stamp = Stamp(
        resource_id, version, updated=now, source_updated=_source_updated(draft, before, now), source=OWN_STORE
    )
    return item_of(resource, classes._replace(information_time=classes.information_time or now), stamp, body)


def _source_updated(draft: Draft, before: Item | None, now: datetime) -> datetime | None:
    """When the source last changed the resource; a change made here counts as newer than all the source has sent."""
    last_updated = draft.resource.get("meta", {}).get("lastUpdated")
    if draft.keyed and last_updated:
        return moments(last_updated)[0]
    return now if draft.keyed or (before is not None and before.source_updated is not None) else None


def stale(item: Item, before: Item) -> str | None:
    """`older` or `unchanged` if nothing is to be stored, else None; Conflict if the same version has other content."""
    if is_same(json_text.loads(item.body), json_text.loads(before.body)):
        return "unchanged"
    if item.source_updated is None or before.source_updated is None or item.source_updated > before.source_updated:
        return None
    if item.source_updated == before.source_updated:
        raise Conflict(OTHER_VERSION)
    return "older"


def is_same(resource: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two versions of a resource have the same content."""
    return content(resource) == content(other)


def content(resource: Mapping[str, Any]) -> dict[str, Any]:
    """A resource without its id, version and lastUpdated, to compare."""
    meta = {key: value for key, value in resource.get("meta", {}).items() if key not in {"versionId", "lastUpdated"}}
    # `keep_labels` puts the stored labels last, so their order does not count.
    return {**resource, "id": None, "meta": {**meta, "security": sorted(meta.get("security", ()), key=str)}}
