"""Items as storage and sources give them."""

import json
from datetime import UTC, datetime
from typing import Any

from app.access.classification import ClassDefaults, classify
from app.access.item_of import Stamp, item_of
from app.items import OWN_STORE, Item

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
REGION, CLINIC = "SE2321000016-REGION", "SE2321000016-CLINIC"
DEFAULTS = {
    "version": 1, "updated": NOW, "source_updated": None, "status": None, "starts": None, "ends": None,
    "giver": REGION, "unit": CLINIC, "category": "health", "information_class": "time", "label": "N", "information_time": None,
    "keys": (), "refs": (), "source": OWN_STORE, "body": "",
}  # fmt: skip


def item(type: str = "Appointment", id: str = "a", **more: Any) -> Item:
    """An appointment of our own store at the region's clinic, with a normal label."""
    return Item(type=type, id=id, **{**DEFAULTS, **more})


def own_item(resource: dict[str, Any], giver: str = REGION) -> Item:
    """A resource as an item of our own store, written by this giver's clinic."""
    classes = classify(resource, (), ClassDefaults(giver, CLINIC, "health"))
    return item_of(resource, classes, Stamp(resource["id"], 1, NOW, None, OWN_STORE), json.dumps(resource))
