"""The directory over FHIR: read and search of organisations, services, places, staff and their roles.

A search needs no person. http://hl7.org/fhir/R4/search.html; docs/directory.md
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.api.failures import FHIR_JSON
from app.directory.names import fold
from app.directory.read_directory import DirectorySearch, search_directory
from app.errors import Fault, Malformed
from app.fhir import bundles
from app.fhir.codes import HSA_ID
from app.fhir.identifiers import normalise_system
from app.fhir.ids import is_id
from app.fhir.search_parameters import SearchParameter, offered_parameters
from app.storage.directory_search import DirectoryConditions

TARGETS: Final = {"organization": "Organization", "practitioner": "Practitioner", "location": "Location"}
"""The type that a reference parameter names, for an id alone; `partof` names its own type."""

UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""Characters that no value of the directory holds, and that the database refuses."""

MOST_ALTERNATIVES: Final = 100
"""Values between commas, and parameters, that one search may have."""


async def search(request: Request, resource_type: str, pairs: list[tuple[str, str]]) -> Response:
    """A searchset of one type of the directory."""
    bodies.negotiate(request)
    values = _values_by_name(resource_type, pairs)
    page, offset = (
        parameters.count(values, "_count", parameters.PAGE),
        parameters.count(values, "_offset", 0, 1_000_000),
    )
    wanted = DirectorySearch(
        _conditions(resource_type, values), page, offset, parameters.wants_total(pairs) or page == 0
    )
    state = app_state(request)
    matches = await search_directory(state.record_access, caller_of(request), wanted, now=now())
    base = f"{state.base_url}/fhir"
    kept_pairs = [(name, value) for name, value in pairs if name != "_offset"]
    following = [*kept_pairs, ("_offset", str(offset + page))]
    bundle = bundles.searchset(
        [(f"{base}/{item.reference}", item.body, "match") for item in matches.items],
        self_url=f"{base}/{resource_type}?{urlencode(pairs)}",
        total=matches.total,
        links=[("next", f"{base}/{resource_type}?{urlencode(following)}")] if matches.has_next and page else [],
    )
    return Response(bundle, media_type=FHIR_JSON)


def _values_by_name(resource_type: str, pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each parameter; Malformed for a parameter that this type has not, or too many values."""
    values: dict[str, list[str]] = {}
    known = parameters.COMMON | {parameter.name for parameter in offered_parameters(resource_type)}
    for name, value in pairs:
        if name not in known:
            names = ", ".join(sorted(known))
            raise _invalid(
                None,
                f"Unknown search parameter; search {resource_type} by {names}.",
                f"Okänd sökparameter; sök {resource_type} med {names}.",
            )
        if UNPRINTABLE.search(value):
            raise _invalid(name, f"Send {name} without control characters.", f"Skicka {name} utan styrtecken.")
        values.setdefault(name, []).append(value)
    if sum(text.count(",") + 1 for texts in values.values() for text in texts) > MOST_ALTERNATIVES:
        raise _invalid(None, f"Send at most {MOST_ALTERNATIVES} values.", f"Skicka högst {MOST_ALTERNATIVES} värden.")
    return values


def _conditions(resource_type: str, values: Mapping[str, list[str]]) -> DirectoryConditions:
    """The conditions of these parameters; Malformed for a value that cannot be one."""
    ids: list[str] | None = None
    tokens: list[list[str]] = []
    names: list[list[str]] = []
    for parameter in offered_parameters(resource_type):
        for text in values.get(parameter.name, ()):
            alternatives = [part.strip() for part in text.split(",") if part.strip()]
            if not alternatives:
                raise _invalid(
                    parameter.name, f"Send a value of {parameter.name}.", f"Skicka ett värde för {parameter.name}."
                )
            if parameter.name == "_id":
                ids = alternatives if ids is None else [id_ for id_ in ids if id_ in alternatives]
            elif parameter.type == "string":
                names.append([fold(part) for part in alternatives])
            else:
                tokens.append(
                    [
                        f"{parameter.name}={value}"
                        for part in alternatives
                        for value in _values(parameter, resource_type, part)
                    ]
                )
    return DirectoryConditions(resource_type, ids, tokens, names)


def _values(parameter: SearchParameter, resource_type: str, part: str) -> list[str]:
    """The stored forms of one value of a token or of a reference."""
    if parameter.type == "reference":
        target = TARGETS.get(parameter.name, resource_type)
        id_ = part.removeprefix(f"{target}/")
        if not is_id(id_):
            raise _invalid(
                parameter.name,
                f"Send {parameter.name} as {target}/id.",
                f"Skicka {parameter.name} som {target}/id.",
            )
        return [f"{target}/{id_}"]
    system, separator, code = part.rpartition("|")
    if separator and not (system and code):
        raise _invalid(
            parameter.name,
            f"Send {parameter.name} as a value, or as system|value.",
            f"Skicka {parameter.name} som ett värde eller som system|värde.",
        )
    if not separator:
        return [part, part.upper()] if parameter.name == "identifier" else [part]
    system = normalise_system(system)
    return [f"{system}|{code.upper() if system == HSA_ID else code}"]


def _invalid(name: str | None, english: str, swedish: str) -> Malformed:
    return Malformed(Fault("invalid", english, swedish, name))
