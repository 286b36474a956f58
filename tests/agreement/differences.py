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
        "a period that starts at an hour of the day that it ends on",
        "R4 says that an end that is a day holds all of that day. The official validator cannot compare the two, and refuses.",
        _of("an hour of the day that it ends", "patient-contract", "sip"),
    ),
    Difference(
        OFFICIAL,
        "codes of HL7's own systems",
        "A code that no value set asks for is let be, whichever system it is of, unless the system is ours: releases add codes.",
        _of("a code of HL7's that is not there", "patient-contract", "sip"),
    ),
    Difference(
        OFFICIAL,
        "the form of a UUID",
        "What follows `urn:uuid:` is let be in a URI: it only names, and what others call their entries is kept.",
        _of("a UUID that is none", "patient-contract", "sip"),
    ),
    Difference(
        OFFICIAL,
        "the entities of XHTML in a narrative",
        "Everybody's browser knows `&nbsp;` and its like. The official validator takes the numbers only.",
        _of("a space of XHTML", "patient-contract", "sip"),
    ),
    Difference(
        US,
        "an address that a narrative hides",
        "In a style that spells it so that nobody sees it, or in `usemap`. The official validator looks at neither.",
        (
            *_of("a map that is a script", "patient-contract", "sip"),
            *_of("a style that hides an address", "patient-contract", "sip"),
        ),
    ),
    Difference(
        US,
        "the `type` of a reference",
        "A reference without an address tells by its `type` what it is to, and is held to the profile's targets by that. "
        "The official validator looks at addresses only.",
        (
            *_of("a relative as performer", "care-does", "sip-care-does"),
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
