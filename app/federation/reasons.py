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
    "timeout": Text("Systemet svarade inte i tid.", "It did not answer in time."),
    "refused": Text("Systemet gick inte att nå.", "It could not be reached."),
    "error-status": Text("Systemet svarade med ett fel.", "It answered with an error."),
    "unauthorised": Text("Systemet släppte inte in oss.", "It did not let us in."),
    "too-large": Text("Svaret var större än vi tar emot.", "Its answer was larger than we accept."),
    "not-json": Text("Svaret gick inte att läsa.", "Its answer could not be read."),
    "invalid": Text(
        "Svaret, eller en del av det, var felaktigt och visas inte.",
        "Its answer, or a part of it, was not valid and is not shown.",
    ),
    "wrong-person": Text(
        "Svaret innehöll något som kan höra till någon annan, så inget av det visas.",
        "Its answer held something that may belong to somebody else, so none of it is shown.",
    ),
    "elsewhere": Text(
        "Systemet hänvisade till en adress som vi inte frågar.", "It pointed to an address that we do not ask."
    ),
    FAILED: Text("Något gick fel hos oss när systemet frågades.", "Something went wrong here while it was asked."),
}
