"""A source (källsystem), and its answer about one person: data, confirmed empty, or unknown with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from app.access.classification import UNKNOWN_CLASSES, Classes
from app.errors import Fault
from app.fhir.identifiers import PersonalNumber
from app.items import OWN_STORE, Item


class AnswerState(StrEnum):
    """The states of an answer; an error is never an empty list."""

    DATA = "data"
    EMPTY = "empty"
    UNKNOWN = "unknown"


class QuarantinedItem(NamedTuple):
    """An item that was left out: its type as far as known, the reason, and the faults that a sender would get.

    A fault names the element and the fix, and never a value of the item. `classes` tell who might have seen it.
    """

    type: str
    reason: str
    faults: Sequence[Fault] = ()
    classes: Classes = UNKNOWN_CLASSES


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """The answer of one source about one person, at `as_of`.

    `reason` is a code of `app.federation.reasons`: always set for unknown, and for data if a part is missing. `missing`
    is the same without the quarantined items: the reason why all, or all of a type, is missing. `originals` maps each
    item's reference to its address in the source.
    """

    source: str
    giver: str | None
    state: AnswerState
    reason: str | None = None
    items: Sequence[Item] = ()
    as_of: datetime | None = None
    originals: Mapping[str, str] = field(default_factory=dict)
    quarantined: Sequence[QuarantinedItem] = ()
    missing: str | None = None

    @property
    def complete(self) -> bool:
        """Whether no part of the source's data is known to be missing."""
        return self.state is not AnswerState.UNKNOWN and self.reason is None


class Source(Protocol):
    """A system that may hold plans of a person."""

    @property
    def name(self) -> str:
        """The name that people know it by; unique among the sources."""

    @property
    def giver(self) -> str | None:
        """The HSA-id of the giver that is responsible for it."""

    async def ask(self, person: PersonalNumber, patient: str, *, within: float, now: datetime) -> SourceAnswer:
        """All resources of the person, who is `Patient/{patient}` here, within `within` seconds.

        May raise any `app.outbound.Failure`; `app.federation.gather` turns it into the answer unknown.
        """


def unknown_answer(source: Source, reason: str) -> SourceAnswer:
    """The answer unknown, for a source that did not answer; `reason` is a code of `app.federation.reasons`."""
    return SourceAnswer(source.name, source.giver, AnswerState.UNKNOWN, reason, missing=reason)


def own_answer(items: Sequence[Item], *, now: datetime) -> SourceAnswer:
    """The answer of our own store, already read in the snapshot of the decision: data or confirmed empty."""
    return SourceAnswer(OWN_STORE, None, AnswerState.DATA if items else AnswerState.EMPTY, items=items, as_of=now)
