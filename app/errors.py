"""What can go wrong, in plain Python; `app.api.failures` turns each into an HTTP status and an OperationOutcome.

* SamplanError
  x Malformed              the bytes are not what FHIR calls a resource
  x Unprocessable          understood, and against a rule
  x Unauthenticated        no caller
  x Forbidden              a scope or a method that this caller can know it lacks
  x NotFound               absent, or invisible: the same thing
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
  x Unavailable            database or trail gone: nothing was read, nothing was written
"""

from dataclasses import dataclass
from typing import ClassVar, Final

MOST_FAULTS: Final = 50
"""As many faults are told of one resource: a body can be wrong in more ways than anybody reads."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, as one `OperationOutcome.issue`: never holds a value of a person.

    `code` is from http://hl7.org/fhir/ValueSet/issue-type, `expression` the FHIRPath of the element at fault.
    """

    code: str
    english: str
    swedish: str
    expression: str | None = None
    severity: str = "error"


class SamplanError(Exception):
    """The root: carries faults and says nothing else."""

    default: ClassVar[Fault] = Fault("exception", "Something went wrong here.", "Något gick fel hos oss.")

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults or (self.default,)
        super().__init__("; ".join(fault.english for fault in self.faults))


class Malformed(SamplanError):
    """The bytes are not well-formed FHIR JSON."""

    default = Fault("structure", "The body is not well-formed FHIR JSON.", "Innehållet är inte giltig FHIR JSON.")


class Unprocessable(SamplanError):
    """The content is understood and breaks a rule."""

    default = Fault("business-rule", "The content breaks a rule.", "Innehållet bryter mot en regel.")


class Unauthenticated(SamplanError):
    """No token, or one that does not hold."""

    default = Fault("login", "A valid access token is needed.", "En giltig åtkomstbiljett behövs.")


class Forbidden(SamplanError):
    """A scope, a role or a method that the caller can know it lacks; never about what exists."""

    default = Fault("forbidden", "Your role may not do this.", "Din roll får inte göra detta.")


class NotFound(SamplanError):
    """Absent or invisible: the same status, headers and body."""

    default = Fault("not-found", "Not found.", "Finns inte.")


class MethodNotAllowed(SamplanError):
    """The address is known, the method is not."""

    default = Fault("not-supported", "This method is not supported here.", "Metoden stöds inte här.")


class NotAcceptable(SamplanError):
    """Only JSON is spoken here."""

    default = Fault("not-supported", "Only JSON is available.", "Endast JSON finns.")


class UnsupportedMediaType(SamplanError):
    """The body is of a kind that is not read here."""

    default = Fault("not-supported", "Send application/fhir+json or application/json.",
                    "Skicka application/fhir+json eller application/json.")  # fmt: skip


class Conflict(SamplanError):
    """Somebody else wrote at the same time."""

    default = Fault("conflict", "Somebody else changed this at the same time; read it again and retry.",
                    "Någon annan ändrade samtidigt; läs igen och försök på nytt.")  # fmt: skip


class PreconditionFailed(SamplanError):
    """If-Match names a version that is not the newest."""

    default = Fault("conflict", "If-Match names a version that is not the newest.",
                    "If-Match anger en version som inte är den senaste.")  # fmt: skip


class PreconditionRequired(SamplanError):
    """An update must say what it builds on."""

    default = Fault("required", "Send If-Match with the version that you read.",
                    "Skicka If-Match med den version som du läste.")  # fmt: skip


class TooLarge(SamplanError):
    """The body is larger than the limit."""

    default = Fault("too-long", "The body is larger than allowed.", "Innehållet är större än tillåtet.")


class BodyTooSlow(SamplanError):
    """The body did not arrive in time."""

    default = Fault("timeout", "The body did not arrive in time; send the request again.",
                    "Innehållet kom inte fram i tid; skicka anropet igen.")  # fmt: skip


class AddressTooLong(SamplanError):
    """The path and the query together are longer than the limit."""

    default = Fault("too-long", "The address is longer than 8192 bytes; use POST _search.",
                    "Adressen är längre än 8192 byte; använd POST _search.")  # fmt: skip


class HeadersTooLarge(SamplanError):
    """The headers together are larger than the limit."""

    default = Fault("too-long", "The headers are larger than 32768 bytes; send fewer or shorter ones.",
                    "Huvudfälten är större än 32768 byte; skicka färre eller kortare.")  # fmt: skip


class PersonalNumberInAddress(SamplanError):
    """A personal number in an address would end up in logs of others."""

    default = Fault("security", "An address must not hold a personal number; use POST _search or a body.",
                    "En adress får inte innehålla ett personnummer; använd POST _search eller en kropp.")  # fmt: skip


class Unavailable(SamplanError):
    """The database or the audit trail is gone: no data, and nothing half-written."""

    default = Fault("transient", "Not available just now; try again.", "Inte tillgängligt just nu; försök igen.")
