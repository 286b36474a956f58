"""Where our verdict and the official validator's differ, and why: every case by its name."""

from collections.abc import Mapping
from typing import Final, NamedTuple

US: Final = "us"
OFFICIAL: Final = "the official validator"


class Difference(NamedTuple):
    """`found_by` is who alone finds an error in the cases."""

    found_by: str
    what: str
    why: str
    cases: tuple[str, ...]


def _of(words: str, *kinds: str) -> tuple[str, ...]:
    return tuple(f"{kind}: {words}" for kind in kinds)


DIFFERENCES: Final = (
    Difference(
        OFFICIAL,
        "a profile that is not known here",
        "It says nothing here: `$validate` warns, and the rest of the resource is checked. The official validator refuses "
        "what declares a profile that it was not given, and checks by FHIR's own profiles too.",
        (
            *_of("a profile of somebody else", "AuditEvent", "Consent", "Organization", "PractitionerRole",
                 "QuestionnaireResponse", "Task"),
            *_of("a profile of FHIR's on another type", "Appointment", "CareTeam", "Goal", "Practitioner",
                 "Questionnaire", "ServiceRequest"),
        ),
    ),
    Difference(
        OFFICIAL,
        "an extension that is not known here",
        "FHIR lets anybody add extensions, and what others send is kept. The official validator refuses those that it "
        "was not given.",
        _of("an extension of somebody else", "CarePlan", "DocumentReference", "Patient", "Provenance", "RelatedPerson"),
    ),
    Difference(
        OFFICIAL,
        "the display of a code of ours",
        "A display is read by people and never by the server, and may be put in other words. The official validator "
        "compares it with those of the code system.",
        _of("another display", "patient-contract", "sip", "i-do", "care-does", "others-do", "if-worse"),
    ),
    Difference(
        OFFICIAL,
        "answers beside their Questionnaire",
        "Our profiles say what each answer to our two questionnaires holds, but answers are not read beside the "
        "Questionnaire itself: which questions it has, in which order, and what a comment is.",
        (
            *_of("a question that was not asked", "about-me-answers"),
            *_of("in another order", "about-me-answers"),
            *_of("an eighth question", "seven-questions-answers"),
            *_of("a comment that is a number", "seven-questions-answers"),
        ),
    ),
    Difference(
        OFFICIAL,
        "R4's invariants of Questionnaires",
        "A Questionnaire is taken in only inside another resource, so `que-…` are left to those who publish one.",
        (
            *_of("two questions with one link", "questionnaire"),
            *_of("a group without questions", "questionnaire"),
            *_of("a truth with choices", "questionnaire"),
        ),
    ),
    Difference(
        OFFICIAL,
        "the `fullUrl` of an entry",
        "R4 says in prose, and in no invariant, that it is absolute and ends with the resource's id.",
        (*_of("an address that is relative", "Bundle"), *_of("an address of another resource", "Bundle")),
    ),
    Difference(
        OFFICIAL,
        "the type of a resource inside another",
        "It is checked that a reference to a resource inside leads to one, and that resource is checked by its own type; "
        "not that its type or profile is one that the reference may lead to.",
        (
            *_of("a place inside as author", "plan-document"),
            *_of("an organization inside as subject", "plan-document"),
            *_of("a person inside with two names", "plan-document"),
        ),
    ),
    Difference(
        OFFICIAL,
        "a code of ours that is not there",
        "A code is looked up where a binding requires a value set. Elsewhere, such as in a second category, a code is "
        "let be, also one of a system of ours that the system does not have.",
        (
            *_of("a code of ours that is not there", "patient-contract", "sip", "team", "permanent-contact"),
            *_of("a second code that is not there", "patient-contract", "sip"),
        ),
    ),
    Difference(
        US,
        "the `type` of a reference",
        "A reference without an address tells by its `type` what it is to, and is held to the profile's targets by that. "
        "The official validator looks at addresses only.",
        (
            *_of("a relative as performer", "care-does"),
            *_of("a nurse as performer", "others-do"),
            *_of("an organization by name", "contact-via-team"),
            *_of("a place by name", "on-behalf-of"),
            *_of("expressed by a relative", "professional-goal"),
            *_of("a group by name as actor", "consent", "block"),
            *_of("of a member of staff", "block"),
            *_of("a custodian that is a person", "revision"),
        ),
    ),
    Difference(
        US,
        "`onBehalfOf` of a member that is no Practitioner (`ctm-1`)",
        "The address of the member tells its type. The official validator resolves it, finds nothing, and lets it be.",
        _of("a unit on behalf of a unit", "team", "permanent-contact"),
    ),
    Difference(
        US,
        "a text of spaces",
        "R4 says that a text should hold more than that, and nobody can read it.",
        _of("a title of spaces", "patient-contract", "sip"),
    ),
    Difference(
        US,
        "a list of primitives and its sibling with extensions",
        "R4's JSON wants them equally long, with null where there is nothing. The official validator takes what it finds.",
        _of("given names out of step", "relative"),
    ),
)  # fmt: skip


def by_case() -> Mapping[str, Difference]:
    """The difference that each case shows."""
    return {case: difference for difference in DIFFERENCES for case in difference.cases}
