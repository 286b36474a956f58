"""What a story wants to write about one person."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from app.access.classification import ClassDefaults
from app.disclosure.on_record import Question
from app.fhir.identifiers import PersonalNumber
from app.items import Item
from app.plans.write.drafts import Beside, Draft, WritePlan, silent

THE_PERSON = "urn:samplan:person"
"""A reference to the one person of a write, whoever that turns out to be."""


Compose = Callable[[Mapping[str, Item]], WritePlan]
"""What is to be written, given what the person's record holds, by reference."""


class WriteRequest(NamedTuple):
    """One write: who is written about, what, and the personal number that lets an unknown person come into being.

    `keys` are the business identifiers by which its keyed drafts may be known already; `beside` says what is written
    of what has changed.
    """

    question: Question
    compose: Compose
    hint: ClassDefaults
    person: PersonalNumber | None = None
    keys: Sequence[tuple[str, str]] = ()
    beside: Beside = silent


def fixed_drafts(*drafts: Draft) -> Compose:
    """Drafts that do not depend on what is there."""
    return lambda _: WritePlan(drafts)
