"""The item of a resource: the fields that search and access need, with its text (pure)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from app.access.classification import Classes, InformationClass
from app.access.labels import Label
from app.fhir.index import index
from app.items import Item


class Stamp(NamedTuple):
    """The id, the version, the times and the source of a resource.

    `updated` is when it was stored or last changed, `source_updated` when its source says that it last changed it,
    `source` the name of the store or source that holds it.
    """

    id: str
    version: int
    updated: datetime
    source_updated: datetime | None
    source: str


def item_of_no_giver(
    resource_type: str, information_class: InformationClass, stamp: Stamp, body: str, *, keys: Sequence[str] = ()
) -> Item:
    """The item of a resource that no giver has written, with a normal label: of the directory, or who a person is."""
    return Item(
        type=resource_type,
        id=stamp.id,
        version=stamp.version,
        updated=stamp.updated,
        source_updated=stamp.source_updated,
        status=None,
        starts=None,
        ends=None,
        giver=None,
        unit=None,
        category=None,
        information_class=information_class,
        label=Label.NORMAL,
        information_time=None,
        keys=keys,
        refs=(),
        source=stamp.source,
        body=body,
    )


def item_of(resource: Mapping[str, Any], classes: Classes, stamp: Stamp, body: str) -> Item:
    """The item of a checked resource with these classes, with `body` as its text."""
    columns = index(resource)
    return Item(
        type=resource["resourceType"],
        id=stamp.id,
        version=stamp.version,
        updated=stamp.updated,
        source_updated=stamp.source_updated,
        status=columns.status,
        starts=columns.starts,
        ends=columns.ends,
        giver=classes.giver,
        unit=classes.unit,
        category=classes.category,
        information_class=classes.information_class,
        label=classes.label,
        information_time=classes.information_time,
        keys=columns.keys,
        refs=columns.refs,
        source=stamp.source,
        body=body,
    )
