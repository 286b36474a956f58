"""The errors of this app; `app.api.failures` turns each into an HTTP status and an OperationOutcome.

* SamplanError
  x Malformed              the body, a header or the address is not well-formed
  x Unprocessable          the content breaks a rule
  x Unauthenticated        no valid token
  x Forbidden              a scope or role is lacking, and the caller can know it
  x NotFound               absent or invisible, which the client cannot tell apart
  x MethodNotAllowed
  x NotAcceptable
  x UnsupportedMediaType
  x Conflict               somebody else wrote first
  x PreconditionFailed     If-Match named another version
  x PreconditionRequired   an update without If-Match
  x TooLarge
  x BodyTooSlow            the body did not arrive in time
  x AddressTooLong
  x HeadersTooLarge
  x PersonalNumberInAddress
  x TooManyRequests        a rate limit
  x Unavailable            database or trail gone: nothing was read, nothing was written
"""

from dataclasses import dataclass
from typing import ClassVar, Final

MOST_FAULTS: Final = 50
"""Faults that are listed of one resource; further ones are left out."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as an `OperationOutcome.issue`; its texts never hold a value of a person.

    `code` is from http://hl7.org/fhir/ValueSet/issue-type, `expression` the FHIRPath of the element at fault.
    """

    code: str
    english: str
    swedish: str
    expression: str | None = None
    severity: str = "error"


class SamplanError(Exception):
    """The base class; `faults` are those given, or the default one of the class."""

    default: ClassVar[Fault] = Fault("exception", "Something went wrong here.", "Något gick fel hos oss.")

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults or (self.default,)
        super().__init__("; ".join(fault.english for fault in self.faults))


class Malformed(SamplanError):
    """The body, a header or the address is not well-formed."""

    default = Fault("structure", "The body is not well-formed FHIR JSON.", "Innehållet är inte giltig FHIR JSON.")


class Unprocessable(SamplanError):
    """The content is well-formed and breaks a rule."""

    default = Fault("business-rule", "The content breaks a rule.", "Innehållet bryter mot en regel.")


class Unauthenticated(SamplanError):
    """The request has no token, or one that is not valid."""

    default = Fault("login", "A valid access token is needed.", "En giltig åtkomstbiljett behövs.")


class Forbidden(SamplanError):
    """The caller lacks a scope or a role, and can know it; the answer tells nothing of which resources exist."""

    default = Fault("forbidden", "Your role may not do this.", "Din roll får inte göra detta.")


class NotFound(SamplanError):
    """The resource is absent or invisible: the answer is the same."""

    default = Fault("not-found", "Not found.", "Finns inte.")


class MethodNotAllowed(SamplanError):
    """The address does not support the method."""

    default = Fault("not-supported", "This method is not supported here.", "Metoden stöds inte här.")


class NotAcceptable(SamplanError):
    """The client accepts no JSON."""

    default = Fault(
        "not-supported",
        "Only JSON is available; accept application/fhir+json or application/json.",
        "Endast JSON finns; ange application/fhir+json eller application/json i Accept.",
    )


class UnsupportedMediaType(SamplanError):
    """The body has a media type that is not accepted here."""

    default = Fault(
        "not-supported",
        "Send application/fhir+json or application/json.",
        "Skicka application/fhir+json eller application/json.",
    )


class Conflict(SamplanError):
    """Another caller wrote the same resource at the same time."""

    default = Fault(
        "conflict",
        "Somebody else changed this at the same time; read it again and retry.",
        "Någon annan ändrade samtidigt; läs igen och försök på nytt.",
    )


class PreconditionFailed(SamplanError):
    """If-Match names a version that is not the newest."""

    default = Fault(
        "conflict",
        "If-Match names a version that is not the newest; read the newest and change that.",
        "If-Match anger en version som inte är den senaste; läs den senaste och ändra i den.",
    )


class PreconditionRequired(SamplanError):
    """An update without If-Match, so without the version that it builds on."""

    default = Fault(
        "required", "Send If-Match with the version that you read.", "Skicka If-Match med den version som du läste."
    )


class TooLarge(SamplanError):
    """The body is larger than the limit."""

    default = Fault(
        "too-long",
        "The body is larger than allowed; send less in one request.",
        "Innehållet är större än tillåtet; skicka mindre i ett anrop.",
    )


class BodyTooSlow(SamplanError):
    """The body did not arrive in time."""

    default = Fault(
        "timeout",
        "The body did not arrive in time; send the request again.",
        "Innehållet kom inte fram i tid; skicka anropet igen.",
    )


class AddressTooLong(SamplanError):
    """The path and the query together are longer than the limit."""

    default = Fault(
        "too-long",
        "The address is longer than 8192 bytes; use POST _search.",
        "Adressen är längre än 8192 byte; använd POST _search.",
    )


class HeadersTooLarge(SamplanError):
    """The headers together are larger than the limit."""

    default = Fault(
        "too-long",
        "The headers are larger than 32768 bytes; send fewer or shorter ones.",
        "Huvudfälten är större än 32768 byte; skicka färre eller kortare.",
    )


class PersonalNumberInAddress(SamplanError):
    """The address holds a personal number, which would end up in logs of other systems."""

    default = Fault(
        "security",
        "An address must not hold a personal number; use POST _search or a body.",
        "En adress får inte innehålla ett personnummer; skicka det i innehållet, som i POST _search.",
    )


class TooManyRequests(SamplanError):
    """The client, the person or the address has made more requests than its limit."""

    default = Fault(
        "throttled",
        "Too many requests; wait a second, then send fewer at a time.",
        "För många anrop; vänta en sekund och skicka sedan färre åt gången.",
    )


class Unavailable(SamplanError):
    """The database or the audit trail does not answer: no data is sent, and nothing is partly written."""

    default = Fault("transient", "Not available just now; try again.", "Inte tillgängligt just nu; försök igen.")
