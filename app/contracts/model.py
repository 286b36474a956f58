"""The patient contract (patientkontrakt) as it is sent and answered: camelCase JSON, its four parts, nothing unknown.

https://skr.se/patientkontrakt names the parts: agreement, permanent care contact, agreed times, coordinated planning.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from app.contracts.pieces import (
    Actor,
    BusinessIdentifier,
    Concept,
    ContactWay,
    Element,
    Frequency,
    Many,
    Part,
    Period,
    TeamMember,
    Unit,
)
from app.contracts.values import Day, Instant, Link, PatientReference, Prose, Words, in_order, refusal

PlanStatus = Literal["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"]
GoalStatus = Literal[
    "proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled", "entered-in-error", "rejected"
]
Achievement = Literal[
    "in-progress", "improving", "worsening", "no-change", "achieved", "sustaining", "not-achieved", "no-progress",
    "not-attainable",
]  # fmt: skip
Channel = Literal["visit", "home-visit", "phone", "sms", "email", "video", "message", "web-booking", "e-service"]
ContactKind = Literal["care-contact", "physician", "social-care-contact", "coordinating-care-contact"]
PlanType = Literal["SIP", "SPLPTLRV", "SPU", "VP", "HP", "RP", "GP", "SVP"]


class Goal(Part):
    """A goal (mål) in the person's own words, with the measure that professionals follow beside it."""

    goal: Prose
    status: GoalStatus = "active"
    achievement: Achievement | None = None
    start: Day | None = None
    due: Day | None = None
    measure: Words | None = None
    target: Words | None = None

    @model_validator(mode="after")
    def _holds(self) -> Self:
        if self.target is not None and self.measure is None:
            raise refusal(
                "invariant",
                "must be there when there is a target",
                "måste finnas när det finns ett målvärde",
                at="measure",
            )
        if self.start is not None and self.due is not None and self.due < self.start:
            raise refusal("invariant", "must not be before start", "får inte vara före start", at="due")
        return self


class Activity(Part):
    """Something planned (aktivitet): what, how often, when, where and how."""

    what: Prose
    code: Concept | None = None
    status: PlanStatus = "active"
    how_often: Frequency | None = None
    period: Period | None = None
    place: Words | None = None
    instruction: Prose | None = None
    note: Prose | None = None


class CareActivity(Activity):
    """Something that care or social care does (insats), and who does it."""

    category: Literal["health", "social", "home-care"] | None = None
    by: Actor | None = None


class IfWorse(Part):
    """What to do when it gets worse (om jag blir sämre): the sign, the action, how soon and whom to contact."""

    sign: Prose
    action: Prose
    urgency: Literal["watch", "soon", "today", "emergency"] | None = None
    contact: ContactWay | None = None


class Agreement(Element):
    """The agreement (överenskommelse): what matters, goals, what I do, what care does, if I get worse, contact."""

    what_matters: Prose
    goals: Annotated[tuple[Goal, ...], Many] = ()
    i_do: Annotated[tuple[Activity, ...], Many] = ()
    care_does: Annotated[tuple[CareActivity, ...], Many] = ()
    if_worse: Annotated[tuple[IfWorse, ...], Many] = ()
    contact_ways: Annotated[tuple[ContactWay, ...], Many] = ()


class PermanentContact(Part):
    """A permanent contact (fast vårdkontakt, fast läkarkontakt, fast omsorgskontakt)."""

    kind: ContactKind
    who: Actor
    period: Period | None = None
    contact_ways: Annotated[tuple[ContactWay, ...], Many] = ()
    note: Prose | None = None


class AgreedTime(Part):
    """A time agreed together (överenskommen tid): booked, or an invitation with a time or a window of days."""

    what: Prose
    status: Literal["booked", "invited", "cancelled", "fulfilled", "missed"] = "booked"
    start: Instant | None = None
    end: Instant | None = None
    window: Period | None = None
    channel: Channel | None = None
    place: Words | None = None
    who: Actor | None = None
    instruction: Prose | None = None
    note: Prose | None = None
    cancellation_reason: Words | None = None
    rebookable: bool | None = None
    cancellable: bool | None = None
    link: Link | None = None
    identifier: BusinessIdentifier | None = None

    @model_validator(mode="after")
    def _holds(self) -> Self:
        for broken, fault in self._rules():
            if broken:
                raise fault
        in_order(self.start, self.end)
        return self

    def _rules(self) -> Iterator[tuple[bool, Exception]]:
        """FHIR's app-2, app-3 and app-4, in the words of the contract."""
        yield (
            (self.start is None) != (self.end is None),
            refusal(
                "invariant", "must have both start and end, or neither", "måste ha både start och slut, eller inget"
            ),
        )
        yield (
            self.start is None and self.status in {"booked", "fulfilled", "missed"},
            refusal("required", "must have a start with this status", "måste ha en start med denna status", at="start"),
        )
        yield (
            self.window is not None and (self.start is not None or self.status != "invited"),
            refusal(
                "invariant",
                "is only for an invitation without a start",
                "är bara för en kallelse utan start",
                at="window",
            ),
        )
        yield (
            self.cancellation_reason is not None and self.status != "cancelled",
            refusal("invariant", "is only for a cancelled time", "är bara för en avbokad tid", at="cancellationReason"),
        )


class LinkedPlan(Part):
    """A pointer to another plan (SIP, vårdplan, genomförandeplan…): its type, its owner and where it is known."""

    type: PlanType
    title: Words
    status: PlanStatus = "active"
    period: Period | None = None
    identifier: BusinessIdentifier | None = None
    owner: Unit | None = None
    link: Link | None = None


class PatientContract(Part):
    """A patient contract (patientkontrakt): what one person and their care have agreed."""

    patient: PatientReference
    title: Words
    status: PlanStatus = "active"
    period: Period | None = None
    agreement: Agreement
    contacts: Annotated[tuple[PermanentContact, ...], Many] = ()
    team: Annotated[tuple[TeamMember, ...], Many] = ()
    times: Annotated[tuple[AgreedTime, ...], Many] = ()
    plans: Annotated[tuple[LinkedPlan, ...], Many] = ()

    @model_validator(mode="after")
    def _names_each_part_once(self) -> Self:
        seen: set[str] = set()
        for name, place, part in self.parts():
            if part.id is None:
                continue
            if part.id in seen:
                at = f"{name}[{place}].id"
                raise refusal("duplicate", "is given to two parts", "är angivet för två delar", at=at)
            seen.add(part.id)
        return self

    def parts(self) -> Iterator[tuple[str, int, Part]]:
        """Every list item that is a resource of its own, with the JSON path of its list and its place there."""
        lists: tuple[tuple[str, tuple[Part, ...]], ...] = (
            ("agreement.goals", self.agreement.goals),
            ("agreement.iDo", self.agreement.i_do),
            ("agreement.careDoes", self.agreement.care_does),
            ("agreement.ifWorse", self.agreement.if_worse),
            ("contacts", self.contacts),
            ("times", self.times),
            ("plans", self.plans),
        )
        for name, items in lists:
            yield from ((name, place, item) for place, item in enumerate(items))

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON: every list is there, and what is not said is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
