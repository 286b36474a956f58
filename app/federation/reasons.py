"""The reasons why a source's answer is missing or incomplete: a code for each, with a sentence for the person.

The failures of a call are in `app.outbound`; the faults of an answer's content are here.
"""

from app.outbound import Failure
from app.texts import Text


class Invalid(Failure):
    """The answer is JSON, but not the FHIR that was asked for."""

    reason = "invalid"


class WrongPerson(Failure):
    """The answer holds something that belongs, or may belong, to another person than the one asked for."""

    reason = "wrong-person"


FAILED = "failed"
"""The reason when our own code failed while it asked a source."""

REASONS: dict[str, Text] = {
    "timeout": Text("It did not answer in time.", "Systemet svarade inte i tid."),
    "refused": Text("It could not be reached.", "Systemet gick inte att nå."),
    "error-status": Text("It answered with an error.", "Systemet svarade med ett fel."),
    "unauthorised": Text("It did not let us in.", "Systemet släppte inte in oss."),
    "too-large": Text("Its answer was larger than we accept.", "Svaret var större än vi tar emot."),
    "not-json": Text("Its answer could not be read.", "Svaret gick inte att läsa."),
    "invalid": Text(
        "Its answer, or a part of it, was not valid and is not shown.",
        "Svaret, eller en del av det, var felaktigt och visas inte.",
    ),
    "wrong-person": Text(
        "Its answer held something that may belong to somebody else, so none of it is shown.",
        "Svaret innehöll något som kan höra till någon annan, så inget av det visas.",
    ),
    "elsewhere": Text(
        "It pointed to an address that we do not ask.", "Systemet hänvisade till en adress som vi inte frågar."
    ),
    FAILED: Text("Something went wrong here while it was asked.", "Något gick fel hos oss när systemet frågades."),
}
