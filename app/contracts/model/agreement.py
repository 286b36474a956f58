"""The agreement (överenskommelse) of a patient contract: what matters, goals, activities, and signs of worsening."""

from collections.abc import Iterator
from typing import Annotated, Literal

from app.contracts.model.elements import Actor, Concept, ContactWay, Element, Frequency, Many, Part, Period, Person
from app.contracts.model.values import Day, Prose, Refusal, Words, in_order, refusal

PlanStatus = Literal["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"]
GoalStatus = Literal[
    "proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled", "entered-in-error", "rejected"
]
Achievement = Literal[
    "in-progress", "improving", "worsening", "no-change", "achieved", "sustaining", "not-achieved", "no-progress",
    "not-attainable",
]  # fmt: skip
PrincipalKind = Literal["region", "municipality"]
ActivityKind = Literal["care-contact", "intervention", "medication", "sampling", "self-care"]


class _Aim(Part):
    """The fields that goals of the person and of professionals share."""

    goal: Prose
    status: GoalStatus = "active"
    achievement: Achievement | None = None
    since: Day | None = None
    start: Day | None = None
    due: Day | None = None
    measure: Words | None = None
    target: Words | None = None
    note: Prose | None = None

    def rules(self) -> Iterator[Refusal]:
        """A target needs a measure, and the due day is not before the start."""
        if self.target is not None and self.measure is None:
            yield refusal(
                "invariant",
                "must be there when there is a target",
                "måste finnas när det finns ett målvärde",
                at="measure",
            )
        yield from in_order(self.start, self.due, names=("start", "due"))


class ProfessionalGoal(_Aim):
    """A goal that professionals set (professionellt mål), which serves a goal of the person."""

    by: Person


class Goal(_Aim):
    """A goal (mål) in the person's own words, how far they have come, and whether they accept it."""

    acceptance: Literal["agree", "disagree", "pending"] | None = None
    professional_goals: Annotated[tuple[ProfessionalGoal, ...], Many] = ()


class Activity(Part):
    """An activity (aktivitet): its kind, frequency, period, place and instruction."""

    what: Prose
    kind: ActivityKind | None = None
    code: Concept | None = None
    status: PlanStatus = "active"
    how_often: Frequency | None = None
    period: Period | None = None
    place: Words | None = None
    instruction: Prose | None = None
    note: Prose | None = None


class CareActivity(Activity):
    """An activity of health or social care (insats), with its actor and the responsible principal (huvudman)."""

    category: Literal["health", "social", "home-care"] | None = None
    principal: PrincipalKind | None = None
    by: Actor | None = None


class Other(Element):
    """A relative (närstående), or an actor outside health and social care."""

    kind: Literal["relative", "outside"]
    name: Words
    role: Words | None = None


class OthersActivity(Activity):
    """An activity of others (andras åtgärder): a relative, a school, an employer, an authority."""

    by: Other


class IfWorse(Part):
    """A plan for getting worse (om jag blir sämre): the sign, the action, its urgency and the contact."""

    sign: Prose
    action: Prose
    urgency: Literal["watch", "soon", "today", "emergency"] | None = None
    contact: ContactWay | None = None


class Agreement(Element):
    """The agreement: what matters, goals, activities of the person, of care and of others, plans for getting worse."""

    what_matters: Prose
    goals: Annotated[tuple[Goal, ...], Many] = ()
    i_do: Annotated[tuple[Activity, ...], Many] = ()
    care_does: Annotated[tuple[CareActivity, ...], Many] = ()
    others_do: Annotated[tuple[OthersActivity, ...], Many] = ()
    if_worse: Annotated[tuple[IfWorse, ...], Many] = ()
    contact_ways: Annotated[tuple[ContactWay, ...], Many] = ()
