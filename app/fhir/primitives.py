"""The primitive types of R4 as JSON Schemas, with the description of a valid value for error messages.

The published regular expressions are not used as they stand: some take exponential time, and none knows the calendar.
https://hl7.org/fhir/R4/datatypes.html#primitive
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from app.fhir.codes import XHTML_NAMESPACE
from app.fhir.ids import ID

_YEAR: Final = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP: Final = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_MONTH: Final = "(?:0[1-9]|1[0-2])"
_DAY: Final = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    f"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]{1,12})?"
_ZONE: Final = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_OID: Final = r"^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$"
_BASE64: Final = r"[A-Za-z0-9+/]\s*"

MEBIBYTE: Final = 1_048_576
INT32: Final = 2_147_483_647


class Primitive(NamedTuple):
    """A primitive type: its schema, and the description of a valid value."""

    schema: Mapping[str, Any]
    english: str
    swedish: str


def _text(pattern: str, english: str, swedish: str, **more: int) -> Primitive:
    return Primitive({"type": "string", "pattern": pattern, **more}, english, swedish)


def _integer(least: int, english: str, swedish: str) -> Primitive:
    return Primitive({"type": "integer", "minimum": least, "maximum": INT32}, english, swedish)


PRIMITIVES: Final[Mapping[str, Primitive]] = {
    "base64Binary": _text(
        rf"^\s*(?:(?:{_BASE64}){{4}})*(?:(?:{_BASE64}){{4}}|(?:{_BASE64}){{3}}=\s*|(?:{_BASE64}){{2}}=\s*=\s*)$",
        "base64",
        "base64",
    ),
    "boolean": Primitive({"type": "boolean"}, "true or false, without quotes", "true eller false, utan citattecken"),
    "canonical": _text(
        r"^(?:[A-Za-z][A-Za-z0-9+.\-]*:|#)\S+$",
        "a canonical address, absolute and without spaces",
        "en kanonisk adress, absolut och utan blanksteg",
    ),
    "code": _text(
        r"^\S+(?: \S+)*$",
        "a code without spaces at its ends or two in a row",
        "en kod utan blanksteg i ändarna eller två i rad",
    ),
    "date": _text(
        f"^(?:{_DAY}|{_YEAR}(?:-{_MONTH})?)$",
        "a date such as 2026-05-17, 2026-05 or 2026",
        "ett datum såsom 2026-05-17, 2026-05 eller 2026",
    ),
    "dateTime": _text(
        f"^(?:{_DAY}(?:T{_CLOCK}{_ZONE})?|{_YEAR}(?:-{_MONTH})?)$",
        "a date, or a time with seconds and zone such as 2026-05-17T10:30:00+02:00",
        "ett datum, eller en tid med sekunder och zon såsom 2026-05-17T10:30:00+02:00",
    ),
    "decimal": Primitive({"type": "number"}, "a number, without quotes", "ett tal, utan citattecken"),
    "id": _text(
        f"^{ID}$",
        "1 to 64 of the characters A-Z, a-z, 0-9, hyphen and full stop",
        "1 till 64 av tecknen A-Z, a-z, 0-9, bindestreck och punkt",
    ),
    "instant": _text(
        f"^{_DAY}T{_CLOCK}{_ZONE}$",
        "a time with seconds and zone such as 2026-05-17T10:30:00+02:00",
        "en tid med sekunder och zon såsom 2026-05-17T10:30:00+02:00",
    ),
    "integer": _integer(-INT32 - 1, "a whole number of 32 bits", "ett heltal på 32 bitar"),
    "markdown": _text(r"\S", "a text that is not empty", "en text som inte är tom", maxLength=MEBIBYTE),
    "oid": _text(_OID, "an OID such as urn:oid:1.2.752", "en OID såsom urn:oid:1.2.752"),
    "positiveInt": _integer(1, "a whole number from 1", "ett heltal från 1"),
    "string": _text(r"\S", "a text that is not empty", "en text som inte är tom", maxLength=MEBIBYTE),
    "time": _text(f"^{_CLOCK}$", "a time of day such as 10:30:00", "ett klockslag såsom 10:30:00"),
    "unsignedInt": _integer(0, "a whole number from 0", "ett heltal från 0"),
    "uri": Primitive(
        {"type": "string", "pattern": r"^\S+$", "if": {"pattern": "^urn:oid:"}, "then": {"pattern": _OID}},
        "a URI without spaces, an OID such as urn:oid:1.2.752",
        "en URI utan blanksteg, en OID såsom urn:oid:1.2.752",
    ),
    "url": _text(r"^\S+$", "a URL without spaces", "en URL utan blanksteg"),
    "uuid": _text(
        "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "a UUID in lower case after urn:uuid:",
        "en UUID i gemener efter urn:uuid:",
    ),
    "xhtml": _text(
        r"^\s*<div\b",
        f"a div element of {XHTML_NAMESPACE}",
        f"ett div-element av {XHTML_NAMESPACE}",
        maxLength=MEBIBYTE,
    ),
}

INTEGER_TYPES: Final = frozenset({"integer", "unsignedInt", "positiveInt"})
"""Types of integers: JSON Schema accepts `1.0` as one, FHIR does not."""
