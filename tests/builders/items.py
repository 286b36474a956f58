"""Items as storage and sources give them."""

import json
from datetime import UTC, datetime
from typing import Any

from app.access.classification import classify
from app.fhir.index import index
from app.items import NAME, Item

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
REGION, CLINIC = "SE2321000016-REGION", "SE2321000016-CLINIC"
DEFAULTS = {
    "version": 1, "updated": NOW, "source_updated": None, "status": None, "starts": None, "ends": None,
    "giver": REGION, "unit": CLINIC, "category": "health", "kind": "time", "label": "N", "information_time": None,
    "keys": (), "refs": (), "source": NAME, "body": "",
}  # fmt: skip


def item(type: str = "Appointment", id: str = "a", **more: Any) -> Item:
    """An appointment of our own store at the region's clinic, with a normal label."""
    return Item(type=type, id=id, **{**DEFAULTS, **more})


def item_of(resource: dict[str, Any], **more: Any) -> Item:
    """A resource as an item of our own store, indexed and classified by its content."""
    columns, classes = index(resource), classify(resource)
    found = {"status": columns.status, "starts": columns.starts, "ends": columns.ends, "kind": classes.kind}
    found |= {"keys": columns.keys, "refs": columns.refs, "body": json.dumps(resource)}
    return item(resource["resourceType"], resource["id"], **found, **more)
