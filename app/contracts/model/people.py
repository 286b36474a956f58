"""The people of a patient contract: permanent contacts, team, relatives, recipients of copies, and confirmations."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from app.contracts.model.elements import Actor, ContactWay, Element, Many, Part, Period
from app.contracts.model.values import Day, Instant, Prose, Refusal, Words, in_order, refusal

ContactKind = Literal["care-contact", "physician", "social-care-contact", "coordinating-care-contact"]
RelationKind = Literal[
    "guardian", "parent", "spouse", "child", "sibling", "friend", "trustee", "administrator", "other"
]


class Handover(Element):
    """The handover (överlämning) of a permanent contact: the successor and the first day."""

    to: Actor
    on: Day


class PermanentContact(Part):
    """A permanent contact (fast vårdkontakt, läkarkontakt, omsorgskontakt), with substitutes and successor."""

    kind: ContactKind
    who: Actor
    period: Period | None = None
    contact_ways: Annotated[tuple[ContactWay, ...], Many] = ()
    via_team: bool = Field(default=False, description="reached by the team's ways of contact")
    substitutes: Annotated[tuple[Actor, ...], Many] = ()
    handover: Handover | None = None
    note: Prose | None = None

    def rules(self) -> Iterator[Refusal]:
        """The handover is not before the start of the period."""
        start = self.period.start if self.period else None
        yield from in_order(start, self.handover.on if self.handover else None, names=("period.start", "handover.on"))


class TeamMember(Actor):
    """A member of the person's team, of a region, a municipality or another care giver."""

    period: Period | None = None


class Relative(Part):
    """A relative (närstående), such as a guardian (vårdnadshavare), a spouse or a trustee (god man)."""

    name: Words
    relation: RelationKind
    contact_ways: Annotated[tuple[ContactWay, ...], Many] = ()
    takes_part: bool = False


class Copy(Element):
    """An actor outside health and social care who gets a printed or exported copy (kopia), and no access."""

    who: Actor
    how: Literal["printed", "exported"]
    on: Day | None = None


class Confirmation(Part):
    """The confirmation (bekräftelse) of the contract by a party; every party but the person has a name."""

    party: Literal["person", "relative", "region", "municipality", "other"]
    name: Words | None = None
    at: Instant

    def rules(self) -> Iterator[Refusal]:
        """Every party but the person has a name."""
        if (self.name is None) != (self.party == "person"):
            yield refusal(
                "invariant",
                "must be there for all parties but the person",
                "måste finnas för alla parter utom personen",
                at="name",
            )
