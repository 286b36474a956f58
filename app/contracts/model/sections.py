"""The other objects of a patient contract: about the person, times, plans, documents, review, SIP and revision."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from app.contracts.model.agreement import PlanStatus, PrincipalKind
from app.contracts.model.elements import Actor, BusinessIdentifier, Element, Many, Part, Period, Person, Unit
from app.contracts.model.values import (
    Day,
    HsaIdText,
    Instant,
    Language,
    Link,
    MediaType,
    Prose,
    Refusal,
    Words,
    in_order,
    refusal,
)

Channel = Literal["visit", "home-visit", "phone", "sms", "email", "video", "message", "web-booking", "e-service"]
PlanType = Literal["SIP", "SPLPTLRV", "SPU", "VP", "HP", "RP", "GP", "SVP", "EGV", "LSS"]


class AboutMe(Part):
    """About the person (om mig): their story, needs (behov), wishes (önskemål), language and support."""

    story: Prose | None = None
    needs: Prose | None = None
    wishes: Prose | None = None
    language: Language | None = None
    interpreter: bool | None = None
    support: Prose | None = None
    authored: Instant | None = None

    def rules(self) -> Iterator[Refusal]:
        """At least one field has a value."""
        values = (self.story, self.needs, self.wishes, self.language, self.interpreter, self.support)
        if all(value is None for value in values):
            yield refusal(
                "required",
                "must have a story, needs, wishes, a language, an interpreter or a support",
                "måste ha story, needs, wishes, language, interpreter eller support",
            )


class Answer(Element):
    """The answer to one of the seven questions, by its number."""

    question: Annotated[int, Field(ge=1, le=7)]
    answer: Literal["yes", "partly", "no"]
    comment: Prose | None = None


class SevenQuestions(Part):
    """Answers to the seven questions (de sju frågorna): by the person, or by a member of staff who is named.

    The answers are in the order of the questions, as FHIR demands of a QuestionnaireResponse.
    """

    by: Person | None = None
    authored: Instant | None = None
    answers: Annotated[tuple[Answer, ...], Field(min_length=1, max_length=7)]

    def rules(self) -> Iterator[Refusal]:
        """Every question is answered at most once, in order."""
        questions = [answer.question for answer in self.answers]
        if len(set(questions)) < len(questions):
            yield refusal("duplicate", "has two answers to a question", "har två svar på en fråga", at="answers")
        if questions != sorted(questions):
            yield refusal(
                "value",
                "must have the answers in the order of the questions",
                "måste ha svaren i frågornas ordning",
                at="answers",
            )


class AgreedTime(Part):
    """A time agreed together (överenskommen tid): booked, or an invitation with a time or a window of days."""

    what: Prose
    status: Literal["booked", "invited", "cancelled", "fulfilled", "missed"] = "booked"
    start: Instant | None = None
    end: Instant | None = None
    window: Period | None = None
    rescheduled_from: Instant | None = None
    channel: Channel | None = None
    place: Words | None = None
    who: Annotated[tuple[Actor, ...], Many] = ()
    instruction: Prose | None = None
    note: Prose | None = None
    cancellation_reason: Words | None = None
    rebookable: bool | None = None
    cancellable: bool | None = None
    link: Link | None = None
    identifier: BusinessIdentifier | None = None

    def rules(self) -> Iterator[Refusal]:
        """The invariants app-2, app-3 and app-4 of an Appointment, in terms of the contract."""
        yield from in_order(self.start, self.end)
        if (self.start is None) != (self.end is None):
            yield refusal(
                "invariant", "must have both start and end, or neither", "måste ha både start och slut, eller inget"
            )
        if self.start is None and self.status in {"booked", "fulfilled", "missed"}:
            yield refusal(
                "required", "must have a start with this status", "måste ha en start med denna status", at="start"
            )
        if self.window is not None and (self.start is not None or self.status != "invited"):
            yield refusal(
                "invariant",
                "is only for an invitation without a start",
                "är bara för en kallelse utan start",
                at="window",
            )
        if self.cancellation_reason is not None and self.status != "cancelled":
            yield refusal(
                "invariant", "is only for a cancelled time", "är bara för en avbokad tid", at="cancellationReason"
            )


class LinkedPlan(Part):
    """A linked plan (SIP, vårdplan, genomförandeplan…): its type, its owner and its identifier there."""

    type: PlanType
    title: Words
    status: PlanStatus = "active"
    period: Period | None = None
    identifier: BusinessIdentifier | None = None
    owner: Unit | None = None
    link: Link | None = None


class PlanDocument(Part):
    """A plan that is shared as a document (plan som dokument): its address, type and owner."""

    type: PlanType
    title: Words
    status: Literal["current", "superseded", "entered-in-error"] = "current"
    created: Instant | None = None
    period: Period | None = None
    identifier: BusinessIdentifier | None = None
    owner: Unit | None = None
    content_type: MediaType
    link: Link


class Review(Part):
    """The review of the contract (uppföljning): its day and who does it."""

    on: Day
    status: Literal["planned", "done", "cancelled"] = "planned"
    by: Actor | None = None
    note: Prose | None = None


class Principal(Element):
    """A principal (huvudman): the region or the municipality, by the responsible organisation."""

    kind: PrincipalKind
    unit: Unit


class SipConsent(Part):
    """The person's consent (samtycke) to a SIP; `by` is the name of somebody who consented in their place."""

    status: Literal["given", "declined", "withdrawn"] = "given"
    on: Day
    by: Words | None = None


class Summons(Part):
    """The summons (kallelse) to a SIP, within three days of discharge readiness (utskrivningsklar), 2017:612 4:3."""

    ready_on: Day
    sent_on: Day | None = None
    by: Actor | None = None

    def rules(self) -> Iterator[Refusal]:
        """The summons is sent on the day of discharge readiness or later; a late summons is accepted."""
        yield from in_order(self.ready_on, self.sent_on, names=("readyOn", "sentOn"))


class Sip(Element):
    """The content of a coordinated individual plan (SIP): both principals, and the one with overall responsibility."""

    principals: Annotated[tuple[Principal, ...], Field(min_length=2, max_length=2)]
    overall: PrincipalKind
    consent: SipConsent
    summons: Summons | None = None

    def rules(self) -> Iterator[Refusal]:
        """The principals are one region and one municipality."""
        if len({principal.kind for principal in self.principals}) < len(self.principals):
            yield refusal(
                "invariant",
                "must be one region and one municipality",
                "måste vara en region och en kommun",
                at="principals",
            )


class WrittenBy(Element):
    """The author, by HSA-id: care giver or social care giver, unit, and the member of staff with a name."""

    giver: HsaIdText
    unit: HsaIdText | None = None
    practitioner: HsaIdText | None = None
    name: Words | None = None
    category: Literal["health", "social"] | None = None

    def rules(self) -> Iterator[Refusal]:
        """A name needs the HSA-id of the member of staff."""
        if self.name is not None and self.practitioner is None:
            yield refusal("required", "must be there with a name", "måste finnas med ett namn", at="practitioner")


class Revision(Element):
    """A revision (version) of a contract: its action, reason, time and author. The server sets time and author."""

    action: Literal["create", "revise", "end", "replace", "reopen"] | None = None
    reason: Prose | None = None
    recorded: Instant | None = None
    by: WrittenBy | None = None
