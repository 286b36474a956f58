"""An item: a resource of a person with the values that a decision and an overview need."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple


class Item(NamedTuple):
    """A resource of a person, from our own store or from a source.

    `giver` and `unit` are HSA-ids of the responsible giver and unit (vårdgivare or omsorgsgivare, vårdenhet),
    `category` is `health` or `social`, `kind` the value of an `app.access.classification.InformationClass`, `label`
    the confidentiality. None means unknown; only the person may see such an item. `keys` are business identifiers as
    `system|value`, `refs` the `Type/id` of other resources of the same person that it refers to. `body` is the FHIR
    JSON text as it goes out, or "" if it was not read.
    """

    type: str
    id: str
    version: int
    updated: datetime
    source_updated: datetime | None
    status: str | None
    starts: datetime | None
    ends: datetime | None
    giver: str | None
    unit: str | None
    category: str | None
    information_class: str
    label: str
    information_time: datetime | None
    keys: Sequence[str]
    refs: Sequence[str]
    source: str
    body: str

    @property
    def reference(self) -> str:
        """The relative literal reference, `Type/id`."""
        return f"{self.type}/{self.id}"


OWN_STORE: Final = "samplan"
"""The name of our own store among the sources; no other may have it."""
