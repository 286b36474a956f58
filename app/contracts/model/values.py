"""The types of single values in a contract: text, day, instant, address, HSA-id. Errors are in English and Swedish."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, JsonValue, PlainSerializer
from pydantic_core import PydanticCustomError

from app.errors import SamplanError
from app.fhir import codes, identifiers
from app.fhir.ids import ID

LIST_LIMIT: Final = 200
DAY_PATTERN: Final = r"^(19|20|21)\d\d-\d\d-\d\d$"
INSTANT_PATTERN: Final = (
    r"^(19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)$"
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_VISIBLE: Final = re.compile(r"[^\s]")
_LINK: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?([/?#][^\s<>\"{}|\\^`]*)?")
_SYSTEM: Final = re.compile(
    r"https?://[^\s<>\"{}|\\^`]+|urn:oid:[0-2](\.(0|[1-9]\d*))+|urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_NUMBER: Final = (
    re.compile(r"\+?[0-9][0-9 ()/.–-]{1,29}"),
    "must be a telephone number",
    "måste vara ett telefonnummer",
)
_WEB: Final = (_LINK, "must be an https address", "måste vara en https-adress")
_ADDRESSES: Final = {
    "phone": _NUMBER,
    "sms": _NUMBER,
    "email": (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "must be an e-mail address", "måste vara en e-postadress"),
}


Refusal = PydanticCustomError
"""A broken rule between values."""


def refusal(code: str, english: str, swedish: str, at: str = "") -> PydanticCustomError:
    """Return a broken rule in English and Swedish; `at` is the element, as a path from the object with the rule."""
    return PydanticCustomError(code, "{english}", {"english": english, "swedish": swedish, "at": at})


def _read(pattern: str, read: Callable[[str], date], *, english: str, swedish: str) -> Callable[[Any], Any]:
    """Return a validator that reads a text as a day or an instant; the type refuses values that are no text."""
    compiled = re.compile(pattern)

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not compiled.fullmatch(value):
            raise refusal("value", english, swedish)
        try:
            return read(value)
        except ValueError:
            raise refusal("value", "must be in the calendar", "måste finnas i kalendern") from None

    return check


def _words(text: str) -> str:
    if not _VISIBLE.search(text):
        raise refusal("value", "must hold visible text", "måste innehålla synlig text")
    if _CONTROL.search(text):
        raise refusal("value", "must not hold control characters", "får inte innehålla styrtecken")
    return text


def _link(text: str) -> str:
    if not _LINK.fullmatch(text):
        raise refusal("value", "must be an https address", "måste vara en https-adress")
    if identifiers.holds_personal_number(text):
        raise _personal()
    return text


def _personal(at: str = "") -> PydanticCustomError:
    return refusal("security", "must not hold a personal number", "får inte innehålla ett personnummer", at=at)


def _system(text: str) -> str:
    if not _SYSTEM.fullmatch(text):
        raise refusal(
            "value",
            "must be an absolute URI (https://, urn:oid: or urn:uuid:)",
            "måste vara en absolut URI (https://, urn:oid: eller urn:uuid:)",
        )
    if identifiers.normalise_system(text) in codes.PERSONAL_SYSTEMS:
        raise refusal(
            "security", "must not be a system of personal numbers", "får inte vara ett system för personnummer"
        )
    return text


def _hsa_id(text: str) -> str:
    try:
        return identifiers.parse_hsa(text).value
    except SamplanError as error:
        raise refusal("value", "must be an HSA-id", "måste vara ett HSA-id") from error


def _format(name: str) -> dict[str, JsonValue]:
    """Return the `format` for the JSON Schema of a text; samples are drawn by it."""
    return {"format": name}


Words = Annotated[str, Field(max_length=250, json_schema_extra=_format("words")), AfterValidator(_words)]
"""A heading, a name, a role: one line."""
Prose = Annotated[str, Field(max_length=5000, json_schema_extra=_format("prose")), AfterValidator(_words)]
"""Somebody's own sentences."""
Link = Annotated[str, Field(max_length=2000, json_schema_extra=_format("link")), AfterValidator(_link)]
System = Annotated[str, Field(max_length=500, json_schema_extra=_format("system")), AfterValidator(_system)]
Address = Annotated[str, Field(max_length=2000, json_schema_extra=_format("address")), AfterValidator(_words)]
"""A number or an address; `address` checks the form that its channel demands."""
HsaIdText = Annotated[str, Field(max_length=64, json_schema_extra=_format("hsa-id")), AfterValidator(_hsa_id)]
PartId = Annotated[str, Field(pattern=f"^{ID}$", json_schema_extra=_format("id"))]
PatientReference = Annotated[str, Field(pattern=f"^Patient/{ID}$", json_schema_extra=_format("patient-reference"))]
Code = Annotated[
    str,
    Field(max_length=100, pattern=r"^[^\s]+( [^\s]+)*$", json_schema_extra=_format("code")),
    AfterValidator(_words),
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", json_schema_extra=_format("language"))]
"""BCP 47: `sv`, `ar`, `fi-SE`."""
MediaType = Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]{1,80}$", json_schema_extra=_format("media-type"))]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", json_schema_extra=_format("clock-time"))]
Day = Annotated[
    date,
    BeforeValidator(
        _read(
            DAY_PATTERN,
            date.fromisoformat,
            english="must be a day, YYYY-MM-DD (1900 to 2199)",
            swedish="måste vara en dag, ÅÅÅÅ-MM-DD (1900 till 2199)",
        )
    ),
]
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(
        _read(
            INSTANT_PATTERN,
            datetime.fromisoformat,
            english="must be a time with seconds and offset, such as 2026-03-01T10:00:00+01:00",
            swedish="måste vara en tidpunkt med sekunder och tidszon, som 2026-03-01T10:00:00+01:00",
        )
    ),
    PlainSerializer(datetime.isoformat, return_type=str, when_used="json"),
]


def address(channel: str, value: str) -> Iterator[Refusal]:
    """Yield the broken rules of an address: its channel demands a number, an e-mail address or an https address.

    An https address must not have a personal number in it.
    """
    pattern, english, swedish = _ADDRESSES.get(channel, _WEB)
    if not pattern.fullmatch(value):
        yield refusal("value", english, swedish, at="value")
    if pattern is _LINK and identifiers.holds_personal_number(value):
        yield _personal(at="value")


def is_address(channel: str, value: str) -> bool:
    """Return whether an address has the form that its channel demands."""
    return next(address(channel, value), None) is None


def in_order(first: date | None, last: date | None, *, names: tuple[str, str] = ("start", "end")) -> Iterator[Refusal]:
    """Yield the broken rule if the last day or time is before the first; `names` are their elements."""
    if first is not None and last is not None and last < first:
        earlier, later = names
        yield refusal("invariant", f"must not be before {earlier}", f"får inte vara före {earlier}", at=later)
