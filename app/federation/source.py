"""What a source is: asked for one person, it answers data, confirmed empty, or unknown and why (källsystem)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from app.errors import Fault
from app.fhir.identifiers import PersonalNumber
from app.items import Item


class State(StrEnum):
    """The three things a source can answer; an error is never an empty list."""

    DATA = "data"
    EMPTY = "empty"
    UNKNOWN = "unknown"


class Quarantined(NamedTuple):
    """One item that was left out: its type as far as known, why, and its faults as a sender is told of them.

    A fault says the element and the fix, and never what the item holds.
    """

    type: str
    reason: str
    faults: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source said about one person.

    `reason` is a code of `app.federation.reasons`: always there for unknown, and for data where a part is missing.
    `originals` tells of each item's reference what the source itself calls it.
    """

    source: str
    giver: str | None
    state: State
    reason: str | None = None
    items: Sequence[Item] = ()
    as_of: datetime | None = None
    originals: Mapping[str, str] = field(default_factory=dict)
    quarantined: Sequence[Quarantined] = ()

    @property
    def complete(self) -> bool:
        """Whether this is all that the source holds, as far as anyone can tell."""
        return self.state is not State.UNKNOWN and self.reason is None


class Source(Protocol):
    """A system that may hold plans of a person."""

    @property
    def name(self) -> str:
        """What people call it; unique among the sources."""

    @property
    def giver(self) -> str | None:
        """The HSA-id of the giver that answers for it."""

    async def ask(self, person: PersonalNumber, patient: str, *, within: float, now: datetime) -> Answer:
        """Everything the source holds of the person, whom we know as `Patient/{patient}`, within so many seconds.

        May raise any `app.outbound.Failure`; `app.federation.gather` makes that an unknown.
        """


def unknown(source: Source, reason: str) -> Answer:
    """The answer of a source that gave none."""
    return Answer(source.name, source.giver, State.UNKNOWN, reason)
