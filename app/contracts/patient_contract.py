"""The patient contract (patientkontrakt) as clients send and get it: camelCase JSON without unknown names.

https://skr.se/patientkontrakt names the parts: agreement, permanent care contact, agreed times, coordinated planning.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import model_validator

from app.contracts.model.agreement import Agreement, PlanStatus
from app.contracts.model.elements import BusinessIdentifier, Many, Part, Period
from app.contracts.model.people import Confirmation, Copy, PermanentContact, Relative, TeamMember
from app.contracts.model.rules import require
from app.contracts.model.sections import (
    AboutMe,
    AgreedTime,
    LinkedPlan,
    PlanDocument,
    Review,
    Revision,
    SevenQuestions,
    Sip,
)
from app.contracts.model.values import PartId, PatientReference, Refusal, Words, refusal
from app.contracts.part_places import PartPlace, confirmation_order, has_team, part_places

NEEDS_NO_CONSENT: Final = frozenset({"draft", "revoked", "completed", "entered-in-error"})
"""The statuses of a SIP that is not followed yet, or no longer."""

PARTS_LIMIT: Final = 500
"""The greatest number of parts of one contract. Each list has its own limit, but goals hold goals."""


class PatientContract(Part):
    """A patient contract (patientkontrakt): the agreement of a person and their care.

    A SIP is a contract with `sip`; an individual plan (LSS 10 §) has a review at least once a year.
    """

    patient: PatientReference
    type: Literal["patient-contract", "SIP", "LSS"] = "patient-contract"
    identifier: BusinessIdentifier | None = None
    title: Words
    status: PlanStatus = "active"
    period: Period | None = None
    replaces: PartId | None = None
    about_me: AboutMe | None = None
    seven_questions: Annotated[tuple[SevenQuestions, ...], Many] = ()
    agreement: Agreement
    sip: Sip | None = None
    contacts: Annotated[tuple[PermanentContact, ...], Many] = ()
    team: Annotated[tuple[TeamMember, ...], Many] = ()
    relatives: Annotated[tuple[Relative, ...], Many] = ()
    copies: Annotated[tuple[Copy, ...], Many] = ()
    times: Annotated[tuple[AgreedTime, ...], Many] = ()
    plans: Annotated[tuple[LinkedPlan, ...], Many] = ()
    documents: Annotated[tuple[PlanDocument, ...], Many] = ()
    review: Review | None = None
    confirmations: Annotated[tuple[Confirmation, ...], Many] = ()
    revision: Revision | None = None

    @model_validator(mode="after")
    def _require_rules(self) -> Self:
        require(self)
        return self

    def rules(self) -> Iterator[Refusal]:
        """Yield every rule between parts that is broken."""
        json = self.to_json()
        yield from self._part_rules(list(part_places(json)))
        yield from self._contact_rules(has_team=has_team(json))
        yield from self._sip_rules()
        yield from self._review_rules()

    def _part_rules(self, places: Sequence[PartPlace]) -> Iterator[Refusal]:
        """There are not too many parts, each id is used once, and confirmations stand in their order."""
        if len(places) > PARTS_LIMIT:
            yield refusal(
                "too-long",
                f"has more than {PARTS_LIMIT} parts in the contract together",
                f"har tillsammans med resten av kontraktet mer än {PARTS_LIMIT} delar",
                at="agreement",
            )
        seen = {None if self.id is None else f"CarePlan/{self.id}"}
        for place in places:
            if place.address is not None and place.address in seen:
                yield refusal("duplicate", "is given to two parts", "är angivet för två delar", at=f"{place.path}.id")
            seen.add(place.address)
        if self.replaces is not None and self.replaces == self.id:
            yield refusal("invariant", "must be another contract", "måste vara ett annat kontrakt", at="replaces")
        order = [confirmation_order(confirmation.to_json()) for confirmation in self.confirmations]
        if order != sorted(order):
            yield refusal(
                "value",
                "must be in the order of time; of one moment the person's first, then by name",
                "måste stå i tidsordning; vid samma tidpunkt personens först, sedan efter namn",
                at="confirmations",
            )

    def _contact_rules(self, *, has_team: bool) -> Iterator[Refusal]:
        """A contact via the team needs a team, and no day has two physicians (fast läkarkontakt)."""
        physicians: list[Period | None] = []
        for index, contact in enumerate(self.contacts):
            if contact.via_team and not has_team:
                yield refusal(
                    "invariant",
                    "needs a team with a member or a way of contact",
                    "kräver ett team med en medlem eller en kontaktväg",
                    at=f"contacts[{index}].viaTeam",
                )
            if contact.kind == "physician":
                if any(_overlap(contact.period, other) for other in physicians):
                    yield refusal(
                        "invariant",
                        "must not overlap that of another permanent physician contact",
                        "får inte överlappa den för en annan fast läkarkontakt",
                        at=f"contacts[{index}].period",
                    )
                physicians.append(contact.period)

    def _sip_rules(self) -> Iterator[Refusal]:
        """A SIP has both principals, the principal of each activity, and consent.

        Hälso- och sjukvårdslagen (2017:30) 16 kap. 4 §; lagen (2017:612) om samverkan vid utskrivning, 4 kap.
        """
        is_sip = self.type == "SIP"
        if is_sip != (self.sip is not None):
            yield refusal(
                "invariant",
                "must be there with the type SIP, and with no other",
                "måste finnas med typen SIP, och inte med någon annan",
                at="sip",
            )
        for index, activity in enumerate(self.agreement.care_does):
            if is_sip and activity.principal is None:
                yield refusal(
                    "required",
                    "must say the principal that answers for it, in a SIP",
                    "måste ange den huvudman som ansvarar, i en SIP",
                    at=f"agreement.careDoes[{index}].principal",
                )
        if self.sip is not None and self.sip.consent.status != "given" and self.status not in NEEDS_NO_CONSENT:
            yield refusal(
                "invariant",
                "must be given, but in a draft and where the SIP has ended",
                "måste vara lämnat, utom i ett utkast och där SIP:en är avslutad",
                at="sip.consent.status",
            )

    def _review_rules(self) -> Iterator[Refusal]:
        """A SIP and an individual plan have a review; an individual plan (LSS 10 §) at least once a year."""
        if self.type != "patient-contract" and self.review is None:
            yield refusal(
                "required",
                "must be there in a SIP and in an individual plan",
                "måste finnas i en SIP och i en individuell plan",
                at="review",
            )
        starts = [self.period.start] if self.period and self.period.start else []
        last = max([*starts, *(confirmation.at.date() for confirmation in self.confirmations)], default=None)
        if self.type == "LSS" and self.review is not None and last is not None and _is_late(self.review.on, last):
            yield refusal(
                "invariant",
                "must be at most a year after the start, or after the last confirmation",
                "får vara högst ett år efter starten, eller efter den senaste bekräftelsen",
                at="review.on",
            )

    def part_places(self) -> Iterator[PartPlace]:
        """Yield every part that is a resource of its own."""
        return part_places(self.to_json())


def _is_late(day: date, since: date) -> bool:
    """Return whether a day is more than a year later than another."""
    return (day.year - 1, day.month, day.day) > (since.year, since.month, since.day)


def _overlap(first: Period | None, second: Period | None) -> bool:
    """Return whether two periods have a day in common; a missing start or end is open."""
    return _start(first) <= _end(second) and _start(second) <= _end(first)


def _start(period: Period | None) -> date:
    return (period and period.start) or date.min


def _end(period: Period | None) -> date:
    return (period and period.end) or date.max
