"""The parts of a contract: every list or field of its JSON whose items are FHIR resources of their own.

Adding a part is adding its field to the model and its row here. http://hl7.org/fhir/R4/careplan.html
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from app.contracts.mapping import (
    activities,
    answers,
    appointments,
    careplan,
    careteam,
    consents,
    documents,
    goals,
    provenance,
    relatives,
    tasks,
)
from app.contracts.mapping.rows import ResourceMapping
from app.contracts.model.agreement import Activity, CareActivity, Goal, IfWorse, OthersActivity, ProfessionalGoal
from app.contracts.model.elements import Part
from app.contracts.model.people import Confirmation, PermanentContact, Relative
from app.contracts.model.sections import (
    AboutMe,
    AgreedTime,
    LinkedPlan,
    PlanDocument,
    Review,
    SevenQuestions,
    SipConsent,
    Summons,
)
from app.contracts.model.values import LIST_LIMIT
from app.fhir import codes
from app.fhir.elements import Resource

ONE: Final = 1
MANY: Final = LIST_LIMIT


class ContractPart(NamedTuple):
    """One kind of part.

    `name` is its path in the contract's JSON. `element` is the element of the contract's CarePlan that refers to it;
    empty if the part refers to the CarePlan instead. `limit` is the greatest number of parts that the field holds.
    `recognises` tells whether a resource of this type is such a part. `model` is None for the team alone, which is no
    object of the contract: it gathers several of its fields.
    """

    name: str
    model: type[Part] | None
    mapping: ResourceMapping
    element: str
    limit: int
    recognises: Callable[[Resource], bool]

    @property
    def resource_type(self) -> str:
        """The FHIR resource type of the part."""
        return self.mapping.type

    def key(self, id: str) -> str:
        """The key of the part with this id: the name alone if a contract has only one such part."""
        return self.name if self.limit == ONE else f"{self.name}/{id}"


def _any(_: Resource) -> bool:
    return True


TEAM: Final = ContractPart("team", None, careteam.TEAM, "careTeam", ONE, careteam.is_team)
"""The CareTeam of the contract."""

PARTS: Final[Mapping[str, ContractPart]] = {part.name: part for part in (
    ContractPart("agreement.goals", Goal, goals.GOAL, "goal", MANY, goals.is_person_goal),
    ContractPart("agreement.goals.professionalGoals", ProfessionalGoal, goals.PROFESSIONAL_GOAL, "goal", MANY,
                 goals.is_professional_goal),
    ContractPart("agreement.iDo", Activity, activities.I_DO, "activity", MANY, activities.is_in(codes.I_DO)),
    ContractPart("agreement.careDoes", CareActivity, activities.CARE_DOES, "activity", MANY,
                 activities.is_in(codes.CARE_DOES)),
    ContractPart("agreement.othersDo", OthersActivity, activities.OTHERS_DO, "activity", MANY,
                 activities.is_in(codes.OTHERS_DO)),
    ContractPart("agreement.ifWorse", IfWorse, activities.IF_WORSE, "activity", MANY, activities.is_in(codes.IF_WORSE)),
    ContractPart("aboutMe", AboutMe, answers.ABOUT_ME_ANSWERS, "supportingInfo", ONE, answers.is_about_me),
    ContractPart("sevenQuestions", SevenQuestions, answers.SEVEN_QUESTIONS_ANSWERS, "supportingInfo", MANY,
                 answers.is_seven_questions),
    ContractPart("sip.consent", SipConsent, consents.SIP_CONSENT, "supportingInfo", ONE, consents.is_part),
    ContractPart("sip.summons", Summons, tasks.SUMMONS, "activity", ONE, tasks.is_summons),
    ContractPart("contacts", PermanentContact, careteam.PERMANENT_CONTACT, "careTeam", MANY,
                 careteam.is_permanent_contact),
    ContractPart("relatives", Relative, relatives.RELATIVE, "supportingInfo", MANY, relatives.is_active),
    ContractPart("times", AgreedTime, appointments.AGREED_TIME, "activity", MANY, _any),
    ContractPart("plans", LinkedPlan, careplan.PLAN, "supportingInfo", MANY, careplan.is_other_plan),
    ContractPart("documents", PlanDocument, documents.DOCUMENT, "supportingInfo", MANY, _any),
    ContractPart("review", Review, tasks.REVIEW, "activity", ONE, tasks.is_review),
    ContractPart("confirmations", Confirmation, provenance.CONFIRMATION, "", MANY, provenance.is_confirmation),
)}  # fmt: skip
"""Every part by its name, those of the agreement first."""

_BY_TYPE: Final[Mapping[str, tuple[ContractPart, ...]]] = {
    type: tuple(part for part in (TEAM, *PARTS.values()) if part.resource_type == type)
    for type in {part.resource_type for part in (TEAM, *PARTS.values())}
}


def part_of(resource: Resource) -> ContractPart | None:
    """Return the part that a FHIR resource is; None for a resource that a contract cannot hold."""
    rows = _BY_TYPE.get(resource["resourceType"], ())
    return next((part for part in rows if part.recognises(resource)), None)
