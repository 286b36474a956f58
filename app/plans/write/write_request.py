"""The request of a write: the data that is known before the person's record is opened."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from app.access.classification import ClassDefaults
from app.disclosure.on_record import RecordQuestion
from app.fhir.identifiers import PersonalNumber

THE_PERSON: Final = "the person of this write"
"""The reference to the person of a write, before the id of their Patient is known; no address, as it has spaces."""


class WriteRequest(NamedTuple):
    """A write: the question for the trail, the default classes, and the number (`person`) of a person who may be new.

    `keys` are the business identifiers of its keyed drafts, as (system, value). `size` is the number of bytes that were
    sent: a large write is planned in a thread.
    """

    question: RecordQuestion
    class_defaults: ClassDefaults
    person: PersonalNumber | None = None
    keys: Sequence[tuple[str, str]] = ()
    size: int = 0
