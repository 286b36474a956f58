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
    """A permanent contact is handed over (överlämning): to whom, and from which day."""

    to: Actor
    on: Day


class PermanentContact(Part):
    """A permanent contact (fast vårdkontakt, läkarkontakt, omsorgskontakt), who steps in and who comes next."""

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
    """Somebody in the team around the person, of a region, a municipality or another giver."""

    period: Period | None = None


class Relative(Part):
    """A relative (närstående): a guardian (vårdnadshavare), a spouse, a trustee (god man); whether they take part."""

    name: Words
    relation: RelationKind
    contact_ways: Annotated[tuple[ContactWay, ...], Many] = ()
    takes_part: bool = False


class Copy(Element):
    """An actor outside health and social care who gets a printed or exported copy (kopia), and never access."""

    who: Actor
    how: Literal["printed", "exported"]
    on: Day | None = None


class Confirmation(Part):
    """One party's confirmation (bekräftelse) of the contract; all but the person are named."""

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
