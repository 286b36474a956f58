"""Why a source's answer is missing or not whole: one code each, with a sentence that a person understands.

The codes of what can happen on the wire are those of `app.outbound.Failure`; those of what an answer can hold are here.
"""

from typing import NamedTuple

from app.outbound import Failure


class Invalid(Failure):
    """JSON, but not the FHIR that was asked for."""

    reason = "invalid"


class WrongPerson(Failure):
    """Something in the answer belongs to another person, or cannot be shown to belong to the one asked for."""

    reason = "wrong-person"


class Sentence(NamedTuple):
    """The same thing said in both languages."""

    english: str
    swedish: str


FAILED = "failed"
"""The code for a fault of our own while a source was asked."""

REASONS: dict[str, Sentence] = {
    "timeout": Sentence("It did not answer in time.", "Systemet svarade inte i tid."),
    "refused": Sentence("It could not be reached.", "Systemet gick inte att nå."),
    "error-status": Sentence("It answered with an error.", "Systemet svarade med ett fel."),
    "unauthorised": Sentence("It did not let us in.", "Systemet släppte inte in oss."),
    "too-large": Sentence("Its answer was larger than we accept.", "Svaret var större än vi tar emot."),
    "not-json": Sentence("Its answer could not be read.", "Svaret gick inte att läsa."),
    "invalid": Sentence(
        "Its answer, or a part of it, was not valid and is not shown.",
        "Svaret, eller en del av det, var felaktigt och visas inte.",
    ),
    "wrong-person": Sentence(
        "Its answer held something that may belong to somebody else, so none of it is shown.",
        "Svaret innehöll något som kan höra till någon annan, så inget av det visas.",
    ),
    "elsewhere": Sentence(
        "It pointed to an address that we do not ask.", "Systemet hänvisade till en adress som vi inte frågar."
    ),
    FAILED: Sentence("Something went wrong here while it was asked.", "Något gick fel hos oss när systemet frågades."),
}
