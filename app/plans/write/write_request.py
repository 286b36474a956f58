"""A write before the person's record is opened."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from app.access.classification import ClassDefaults
from app.disclosure.on_record import RecordQuestion
from app.fhir.identifiers import PersonalNumber

THE_PERSON: Final = "urn:samplan:person"
"""A reference to the one person of a write, whoever that turns out to be."""


class WriteRequest(NamedTuple):
    """One write: who is written about, the classes of what is written, and the number of a person who may be new.

    `keys` are the business identifiers, as (system, value), by which its keyed drafts may be known already.
    """

    question: RecordQuestion
    class_defaults: ClassDefaults
    person: PersonalNumber | None = None
    keys: Sequence[tuple[str, str]] = ()
