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
        "an unknown profile",
        "Ours does not check it: `$validate` warns, and the rest of the resource is checked. The official validator refuses "
        "a resource that declares a profile that it was not given, and also checks FHIR's own profiles.",
        (
            *_of("a profile of somebody else", "AuditEvent", "Consent", "Organization", "PractitionerRole",
                 "QuestionnaireResponse", "Task"),
            *_of("a profile of FHIR's on another type", "Appointment", "CareTeam", "Goal", "Practitioner",
                 "Questionnaire", "ServiceRequest"),
        ),
    ),
    Difference(
        OFFICIAL,
        "an unknown extension",
        "FHIR lets anybody add extensions, and ours keeps what others send. The official validator refuses extensions that it "
        "was not given.",
        _of("an extension of somebody else", "CarePlan", "DocumentReference", "Patient", "Provenance", "RelatedPerson"),
    ),
    Difference(
        OFFICIAL,
        "R4's invariants of Questionnaires",
        "Samplan accepts a Questionnaire only inside another resource, and leaves `que-…` to its publisher.",
        (
            *_of("two questions with one link", "questionnaire"),
            *_of("a group without questions", "questionnaire"),
            *_of("a truth with choices", "questionnaire"),
        ),
    ),
    Difference(
        OFFICIAL,
        "a period whose start has a time and whose end is the same day without one",
        "R4 says that an end without a time includes the whole day. The official validator cannot compare the two, and refuses.",
        _of("an hour of the day that it ends", "patient-contract", "sip"),
    ),
    Difference(
        OFFICIAL,
        "codes of HL7's own systems",
        "Ours accepts a code that no value set constrains, unless the system is ours, because new releases add codes.",
        _of("a code of HL7's that is not there", "patient-contract", "sip"),
    ),
    Difference(
        OFFICIAL,
        "the form of a UUID",
        "Ours accepts any text after `urn:uuid:` in a URI, because it is only the sender's name for an entry.",
        _of("a UUID that is none", "patient-contract", "sip"),
    ),
    Difference(
        OFFICIAL,
        "the entities of XHTML in a narrative",
        "Browsers know `&nbsp;` and the like. The official validator accepts only numeric entities.",
        _of("a space of XHTML", "patient-contract", "sip"),
    ),
    Difference(
        US,
        "a hidden address in a narrative",
        "It is in a style, spelled so that a reader does not see it, or in `usemap`. The official validator checks neither.",
        (
            *_of("a map that is a script", "patient-contract", "sip"),
            *_of("a style that hides an address", "patient-contract", "sip"),
        ),
    ),
    Difference(
        US,
        "the `type` of a reference",
        "For a reference without an address, ours compares its `type` with the targets of the profile. "
        "The official validator checks addresses only.",
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
        "`onBehalfOf` of a member that is not a Practitioner (`ctm-1`)",
        "Ours reads the member's type from its address. The official validator resolves the address, finds nothing, and accepts it.",
        _of("a unit on behalf of a unit", "team", "permanent-contact"),
    ),
    Difference(
        US,
        "a text of spaces",
        "R4 says that a text should hold more than spaces.",
        _of("a title of spaces", "patient-contract", "sip"),
    ),
    Difference(
        US,
        "a list of primitives and its sibling with extensions",
        "R4's JSON requires equal lengths, with null for a missing value. The official validator accepts different lengths.",
        _of("given names out of step", "relative"),
    ),
)  # fmt: skip


def by_case() -> Mapping[str, Difference]:
    """The difference that each case shows."""
    return {case: difference for difference in DIFFERENCES for case in difference.cases}
