"""Parses the values in addresses, headers and forms: ids, versions, and the search parameters of each type.

An unknown parameter is refused, never ignored: http://hl7.org/fhir/R4/search.html#errors
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.errors import Fault, Malformed, NotFound, PreconditionRequired
from app.fhir.identifiers import PersonalNumber, parse_personal
from app.fhir.ids import is_id
from app.fhir.search_parameters import offered_parameters
from app.plans.search_resources import FILTERS, Search

ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
TAG = re.compile(r'(?:W/)?"([0-9a-f]{1,64})"')
NUMBER = re.compile(r"[1-9][0-9]{0,8}")
LARGEST_PAGE = 200
PAGE = 50

COMMON = frozenset({"_count", "_total", "_offset", "_format"})


def fhir_id(text: str) -> str:
    """A logical id from an address; NotFound if it cannot be an id."""
    if not is_id(text):
        raise NotFound
    return text


def patient_id(value: object, expression: str) -> str:
    """The id in `Patient/id`, or an id alone; Malformed with this FHIRPath otherwise."""
    text = value.removeprefix("Patient/") if isinstance(value, str) else ""
    if not is_id(text):
        raise Malformed(Fault("value", "Name the person as Patient/id.", "Ange personen som Patient/id.", expression))
    return text


def only_patient(members: Mapping[str, Any]) -> str:
    """The id of the person in a body that names one, and nothing else; Malformed otherwise."""
    if set(members) != {"patient"}:
        raise Malformed(
            Fault(
                "structure",
                'Send {"patient": "Patient/id"} and no other members.',
                'Skicka {"patient": "Patient/id"} och inget mer.',
                "patient",
            )
        )
    return patient_id(members["patient"], "patient")


def version_of(if_match: str | None) -> int:
    """The version that If-Match names; PreconditionRequired without the header, Malformed if it holds no version."""
    if if_match is None:
        raise PreconditionRequired
    match = ETAG.fullmatch(if_match.strip())
    if match is None:
        raise Malformed(
            Fault("value", 'Send one version in If-Match: W/"3".', 'Skicka en version i If-Match: W/"3".', "If-Match")
        )
    return int(match[1])


def tag_of(if_match: str | None) -> str:
    """The ETag of a contract in If-Match; PreconditionRequired without the header, Malformed if it holds no ETag."""
    if if_match is None:
        raise PreconditionRequired
    match = TAG.fullmatch(if_match.strip())
    if match is None:
        raise Malformed(
            Fault(
                "value",
                "Send in If-Match the ETag that the contract had when it was read.",
                "Skicka i If-Match den ETag som kontraktet hade när det lästes.",
                "If-Match",
            )
        )
    return match[1]


def number_of(text: str) -> int:
    """The number of a revision from an address; NotFound if it cannot be a number."""
    if not NUMBER.fullmatch(text):
        raise NotFound
    return int(text)


def other_type_than_address(resource_type: str) -> Fault:
    """The fault of a resource whose type is not the one in the address."""
    return Fault(
        "structure",
        f"Send a {resource_type} to this address.",
        f"Skicka en {resource_type} till den här adressen.",
        "resourceType",
    )


def other_id_than_address(resource_type: str) -> Fault:
    """The fault of a resource whose id is not the one in the address."""
    return Fault(
        "value",
        "The resource's id must be the one in the address.",
        "Resursens id måste vara det i adressen.",
        f"{resource_type}.id",
    )


def search(resource_type: str, pairs: Iterable[tuple[str, str]], *, posted: bool) -> Search:
    """The search that these names and values ask for; only a `posted` one, from a body, may have a personal number.

    Malformed names the first parameter that is wrong and how to correct it.
    """
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    _refuse_unknown(resource_type, values, posted=posted)
    person = _person(values) if resource_type == "Patient" else None
    ids = _alternatives(values, "_id")
    if len(ids) > 1 and person is None and "patient" not in values:
        raise _invalid(
            "_id", "Send patient=Patient/id with several ids.", "Skicka patient=Patient/id tillsammans med flera id."
        )
    patient = patient_id(_single(values, "patient"), "patient") if "patient" in values else None
    if resource_type == "Patient" and patient is None and person is None and ids:
        patient = patient_id(ids[0], "_id")
    if patient is None and person is None and not ids:
        raise _invalid(
            "patient",
            "A search is about one person: send patient=Patient/id, or _id.",
            "En sökning gäller en person: skicka patient=Patient/id eller _id.",
        )
    filters: dict[str, frozenset[str]] = {
        name: frozenset(_alternatives(values, name)) for name in FILTERS if name in values
    }
    page, offset = count(values, "_count", PAGE), count(values, "_offset", 0, 10_000)
    return Search(resource_type, patient, person, ids, filters, page, offset)


def wants_total(pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether `_total` asks for the number of matches; Malformed unless it is accurate, estimate or none."""
    totals = [value for name, value in pairs if name == "_total"]
    if any(total not in {"none", "accurate", "estimate"} for total in totals):
        raise _invalid(
            "_total", "Send _total as none, estimate or accurate.", "Skicka _total som none, estimate eller accurate."
        )
    return bool(totals) and totals[-1] != "none"


def count(values: Mapping[str, list[str]], name: str, default: int, largest: int = LARGEST_PAGE) -> int:
    """The whole number in a parameter, lowered to `largest`; `default` without it, Malformed if it is no number."""
    if name not in values:
        return default
    text = _single(values, name)
    if not (text.isascii() and text.isdecimal() and len(text) <= max(6, len(str(largest)))):
        raise _invalid(name, f"Send {name} as a whole number.", f"Skicka {name} som ett heltal.")
    return min(int(text), largest)


def _refuse_unknown(resource_type: str, names: Iterable[str], *, posted: bool) -> None:
    known = COMMON | {parameter.name for parameter in offered_parameters(resource_type)}
    for name in names:
        if name not in known:
            raise _invalid(
                name,
                f"Unknown search parameter; search {resource_type} by {', '.join(sorted(known))}.",
                f"Okänd sökparameter; sök {resource_type} med {', '.join(sorted(known))}.",
            )
    if "identifier" in names and not posted:
        raise _invalid(
            "identifier",
            "Send identifier in the body of POST _search.",
            "Skicka identifier i innehållet i POST _search.",
        )


def _person(values: Mapping[str, list[str]]) -> PersonalNumber | None:
    if "identifier" not in values:
        return None
    system, separator, value = _single(values, "identifier").partition("|")
    if not separator:
        raise _invalid("identifier", "Send identifier as system|value.", "Skicka identifier som system|värde.")
    return parse_personal(system, value, expression="identifier")


def _single(values: Mapping[str, list[str]], name: str) -> str:
    texts = values[name]
    if len(texts) != 1 or "," in texts[0]:
        raise _invalid(name, f"Send one value of {name}.", f"Skicka ett värde för {name}.")
    return texts[0]


def _alternatives(values: Mapping[str, list[str]], name: str) -> list[str]:
    """The values between commas: http://hl7.org/fhir/R4/search.html#escaping."""
    return [value for text in values.get(name, ()) for value in text.split(",") if value]


def _invalid(name: str, english: str, swedish: str) -> Malformed:
    # A parameter's name is text of the client; only a plain one is repeated.
    return Malformed(Fault("invalid", english, swedish, name if re.fullmatch(r"[A-Za-z_:.\-]{1,40}", name) else None))
