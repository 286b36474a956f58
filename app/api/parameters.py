"""What addresses and forms may say: ids, references, versions, and the search parameters of each type.

An unknown parameter is refused, never ignored: http://hl7.org/fhir/R4/search.html#errors
"""

import re
from collections.abc import Iterable, Mapping

from app.errors import Fault, Malformed, NotFound, PreconditionRequired
from app.fhir.identifiers import PersonalNumber, parse_personal
from app.fhir.ids import is_id
from app.fhir.search_parameters import offered_parameters
from app.plans.search_resources import Search

ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
TAG = re.compile(r'(?:W/)?"([0-9a-f]{1,64})"')
NUMBER = re.compile(r"[1-9][0-9]{0,8}")
LARGEST_PAGE = 200
PAGE = 50

COMMON = frozenset({"_count", "_total", "_offset", "_format"})


def fhir_id(text: str) -> str:
    """A logical id from an address; what cannot be an id is absent."""
    if not is_id(text):
        raise NotFound
    return text


def patient_id(given: object, expression: str) -> str:
    """The id in `Patient/id`, or an id alone; Malformed otherwise."""
    text = given.removeprefix("Patient/") if isinstance(given, str) else ""
    if not is_id(text):
        raise Malformed(
            Fault("value", "Name the person as Patient/id.", "Ange personen som Patient/id.", expression)
        )  # fmt: skip
    return text


def version_of(if_match: str | None) -> int:
    """The version that If-Match names; PreconditionRequired without one, Malformed if it is no version."""
    if if_match is None:
        raise PreconditionRequired
    match = ETAG.fullmatch(if_match.strip())
    if match is None:
        raise Malformed(
            Fault("value", 'If-Match holds one version: W/"3".', 'If-Match innehåller en version: W/"3".', "If-Match")
        )
    return int(match[1])


def tag_of(if_match: str | None) -> str:
    """The ETag of a contract that If-Match names; PreconditionRequired without one, Malformed if it is none."""
    if if_match is None:
        raise PreconditionRequired
    match = TAG.fullmatch(if_match.strip())
    if match is None:
        raise Malformed(
            Fault(
                "value",
                "If-Match holds the ETag that the contract had when it was read.",
                "If-Match innehåller den ETag som kontraktet hade när det lästes.",
                "If-Match",
            )
        )
    return match[1]


def number_of(text: str) -> int:
    """The number of a revision from an address; what cannot be one is absent."""
    if not NUMBER.fullmatch(text):
        raise NotFound
    return int(text)


def search(kind: str, pairs: Iterable[tuple[str, str]], *, posted: bool) -> Search:
    """The search that these parameters ask for; Malformed names each one that is wrong, and how to mend it."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    _refuse_unknown(kind, given, posted=posted)
    person = _person(given) if kind == "Patient" else None
    ids = _values(given, "_id")
    if len(ids) > 1 and person is None and "patient" not in given:
        raise _wrong("_id", "Several ids need patient=Patient/id.", "Flera id behöver patient=Patient/id.")
    patient = patient_id(_one(given, "patient"), "patient") if "patient" in given else None
    if kind == "Patient" and patient is None and person is None and ids:
        patient = patient_id(ids[0], "_id")
    if patient is None and person is None and not ids:
        raise _wrong("patient", "Say whose: patient=Patient/id, or _id.", "Ange vems: patient=Patient/id, eller _id.")
    filters: dict[str, frozenset[str]] = {
        name: frozenset(_values(given, name)) for name in ("_id", "status") if name in given
    }
    return Search(kind, patient, person, ids, filters, count(given, "_count", PAGE), count(given, "_offset", 0, 10_000))


def wants_total(pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether `_total=accurate` is asked for; Malformed on what is neither accurate, estimate nor none."""
    wanted = [value for name, value in pairs if name == "_total"]
    if any(value not in {"none", "accurate", "estimate"} for value in wanted):
        raise _wrong("_total", "_total is none, estimate or accurate.", "_total är none, estimate eller accurate.")
    return bool(wanted) and wanted[-1] != "none"


def count(given: Mapping[str, list[str]], name: str, default: int, largest: int = LARGEST_PAGE) -> int:
    """A whole number from a parameter, at most `largest`."""
    if name not in given:
        return default
    text = _one(given, name)
    if not (text.isascii() and text.isdecimal() and len(text) <= max(6, len(str(largest)))):
        raise _wrong(name, f"{name} is a whole number.", f"{name} är ett heltal.")
    return min(int(text), largest)


def _refuse_unknown(kind: str, given: Mapping[str, list[str]], *, posted: bool) -> None:
    known = COMMON | {parameter.name for parameter in offered_parameters(kind)}
    for name in given:
        if name not in known:
            raise _wrong(
                name,
                f"Unknown search parameter; {kind} is searched by {', '.join(sorted(known))}.",
                f"Okänd sökparameter; {kind} söks med {', '.join(sorted(known))}.",
            )
    if "identifier" in given and not posted:
        raise _wrong("identifier", "Search by identifier with POST _search.", "Sök på identifier med POST _search.")


def _person(given: Mapping[str, list[str]]) -> PersonalNumber | None:
    if "identifier" not in given:
        return None
    system, bar, value = _one(given, "identifier").partition("|")
    if not bar:
        raise _wrong("identifier", "Send identifier as system|value.", "Skicka identifier som system|värde.")
    return parse_personal(system, value, expression="identifier")


def _one(given: Mapping[str, list[str]], name: str) -> str:
    values = given[name]
    if len(values) != 1 or "," in values[0]:
        raise _wrong(name, f"{name} takes one value.", f"{name} tar ett värde.")
    return values[0]


def _values(given: Mapping[str, list[str]], name: str) -> list[str]:
    return [value for values in given.get(name, ()) for value in values.split(",") if value]


def _wrong(name: str, english: str, swedish: str) -> Malformed:
    # A parameter's name is the client's own text: only a plain one is said back.
    return Malformed(Fault("invalid", english, swedish, name if re.fullmatch(r"[A-Za-z_:.\-]{1,40}", name) else None))
