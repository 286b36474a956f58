"""An item: one resource of one person, with what a decision and an overview need to know of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple


class Item(NamedTuple):
    """One resource of one person, from our own store or from a source.

    `giver` and `unit` are HSA-ids of who is responsible (vårdgivare or omsorgsgivare, vårdenhet), `category` is
    `health` or `social`, `kind` the information class of `app.access.classification.Kind`, `label` its confidentiality;
    None means unknown, which only the person may see. `keys` are business identifiers as `system|value`, `refs` the
    `Type/id` of other resources of the same person that it refers to. `body` is the FHIR JSON text as it goes out,
    or "" where it was not asked for.
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
    kind: str
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


NAME: Final = "samplan"
"""The name of our own store among the sources; no other may have it."""
