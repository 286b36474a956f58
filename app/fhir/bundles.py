"""Bundles: joins a searchset from stored text, reads the entries of a transaction, writes its response.

https://hl7.org/fhir/R4/bundle.html
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import orjson

from app.errors import Fault, TooLarge, Unprocessable
from app.fhir.codes import HSA_HIERARCHY, HSA_ID
from app.fhir.ids import ID

_URL: Final = re.compile(rf"/?([A-Z][A-Za-z]{{1,63}})(?:/({ID}))?(?:\?([^#]*))?")


MOST_ENTRIES: Final = 1000
"""Entries that one transaction may have."""


class TransactionEntry(NamedTuple):
    """An entry of a transaction; `path` is its FHIRPath, `query` what follows `?` in a conditional url."""

    path: str
    full_url: str | None
    method: str
    type: str
    id: str | None = None
    query: str | None = None
    if_match: str | None = None
    if_none_exist: str | None = None
    resource: dict[str, Any] | None = None


class SearchsetEntry(NamedTuple):
    """An entry of a searchset: its address (None for an outcome), the text of its resource, its search mode.

    `giver` is the HSA-id of who is responsible for it; that stands in `search`, so that the text stays as it is.
    """

    full_url: str | None
    body: str
    mode: str
    giver: str | None = None


class EntryResponse(NamedTuple):
    """The response to an entry: `status` is an HTTP status line such as `201 Created`, `body` the text to return."""

    status: str
    location: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    outcome: Mapping[str, Any] | None = None
    body: str | None = None


def searchset(
    entries: Iterable[SearchsetEntry | tuple[str | None, str, str]],
    *,
    self_url: str,
    total: int | None = None,
    links: Iterable[tuple[str, str]] = (),
) -> bytes:
    """Join the entries to a searchset Bundle without parsing any of them.

    `links` are further (relation, url), such as `next`. An entry without an address, such as an outcome, has None as
    fullUrl and gets a UUID, the same for the same text at the same place.
    """
    head: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    if total is not None:
        head["total"] = total
    head["link"] = [{"relation": name, "url": url} for name, url in [("self", self_url), *links]]
    joined = ",".join([_searchset_entry(place, SearchsetEntry(*entry)) for place, entry in enumerate(entries)])
    return _with_entries(head, joined.encode())


def entries_of_transaction(bundle: Mapping[str, Any]) -> list[TransactionEntry]:
    """The entries of a transaction Bundle that has passed the check.

    Raises:
        TooLarge: more than MOST_ENTRIES entries.
        Unprocessable: the Bundle is no transaction, or its entries contradict themselves or each other.
    """
    if bundle.get("type") != "transaction":
        raise Unprocessable(_fault("type", "Bundle.type"))
    if len(bundle.get("entry", ())) > MOST_ENTRIES:
        raise TooLarge(_fault("entries", "Bundle.entry"))
    entries, faults = [], []
    for place, content in enumerate(bundle.get("entry", ())):
        entry = _entry(content, f"Bundle.entry[{place}]")
        if isinstance(entry, Fault):
            faults.append(entry)
        else:
            entries.append(entry)
    faults += _duplicate_faults(entries)
    if faults:
        raise Unprocessable(*faults)
    return entries


def transaction_response(responses: Iterable[EntryResponse]) -> bytes:
    """Write the transaction-response Bundle, in the order of the entries; bodies are joined as they are."""
    head = {"resourceType": "Bundle", "type": "transaction-response"}
    return _with_entries(head, b",".join(map(_response_entry, responses)))


def _searchset_entry(place: int, entry: SearchsetEntry) -> str:
    url = orjson.dumps(entry.full_url or uuid5(NAMESPACE_URL, f"{place} {entry.body}").urn).decode()
    giver = _giver_extension(entry.giver) if entry.giver else ""
    return f'{{"fullUrl":{url},"resource":{entry.body},"search":{{{giver}"mode":"{entry.mode}"}}}}'


@lru_cache(maxsize=1024)
def _giver_extension(giver: str) -> str:
    """The extension hsaHierarchy with a care giver, as the first member of an object."""
    reference = {"type": "Organization", "identifier": {"system": HSA_ID, "value": giver}}
    level = {"url": "hsaCareProvider", "valueReference": reference}
    return f'"extension":{orjson.dumps([{"url": HSA_HIERARCHY, "extension": [level]}]).decode()},'


def _response_entry(answer: EntryResponse) -> bytes:
    response = {
        "status": answer.status,
        "location": answer.location,
        "etag": answer.etag,
        "lastModified": answer.last_modified,
        "outcome": answer.outcome,
    }
    written = orjson.dumps({name: value for name, value in response.items() if value is not None})
    resource = b'"resource":%b,' % answer.body.encode() if answer.body else b""
    return b'{%b"response":%b}' % (resource, written)


def _with_entries(head: Mapping[str, Any], joined: bytes) -> bytes:
    """Add entries to a Bundle; without entries the element is left out, because FHIR has no empty lists."""
    written = orjson.dumps(head)
    return written[:-1] + b',"entry":[' + joined + b"]}" if joined else written


def _entry(content: Mapping[str, Any], path: str) -> TransactionEntry | Fault:
    request = content.get("request")
    if request is None:
        return _fault("request", f"{path}.request")
    resource = content.get("resource")
    match = _URL.fullmatch(request["url"])
    if match is None:
        return _fault("url", f"{path}.request.url")
    entry = TransactionEntry(
        path=path,
        full_url=content.get("fullUrl"),
        method=request["method"],
        type=match[1],
        id=match[2],
        query=match[3],
        if_match=request.get("ifMatch"),
        if_none_exist=request.get("ifNoneExist"),
        resource=resource,
    )
    return _contradiction(entry) or entry


def _contradiction(entry: TransactionEntry) -> Fault | None:
    """Return a fault if the url and the resource of an entry contradict each other."""
    if entry.method == "POST" and entry.id is not None:
        return _fault("post", f"{entry.path}.request.url")
    if entry.resource is None:
        return _fault("resource", f"{entry.path}.resource") if entry.method in ("POST", "PUT") else None
    if entry.resource.get("resourceType") != entry.type:
        return _fault("other-type", f"{entry.path}.request.url")
    if entry.method == "PUT" and entry.id is not None and entry.resource.get("id") != entry.id:
        return _fault("other-id", f"{entry.path}.resource.id")
    return None


def _duplicate_faults(entries: Sequence[TransactionEntry]) -> list[Fault]:
    """Find entries that would write the same resource (all of a transaction happens at once)."""
    seen: set[tuple[str, str]] = set()
    faults = []
    for entry in entries:
        if entry.id is None or entry.method == "GET":
            continue
        if (entry.type, entry.id) in seen:
            faults.append(_fault("twice", f"{entry.path}.request.url"))
        seen.add((entry.type, entry.id))
    return faults


_SENTENCES: Final = {
    "type": (
        "invalid",
        "Send a Bundle of type transaction.",
        "Skicka en Bundle av typen transaction.",
    ),
    "entries": (
        "too-long",
        f"A transaction may have at most {MOST_ENTRIES} entries; send the rest in further transactions.",
        f"En transaktion får ha högst {MOST_ENTRIES} entry; skicka resten i fler transaktioner.",
    ),
    "request": (
        "required",
        "Each entry of a transaction needs a request with method and url.",
        "Varje entry i en transaktion behöver en request med method och url.",
    ),
    "url": (
        "value",
        "The url must be Type, Type/id or Type?query, relative to the base address.",
        "Url ska vara Typ, Typ/id eller Typ?fråga, relativt basadressen.",
    ),
    "post": (
        "value",
        "A POST names the type alone; the id is given here.",
        "En POST anger bara typen; id sätts här.",
    ),
    "resource": (
        "required",
        "POST and PUT need a resource.",
        "POST och PUT behöver en resurs.",
    ),
    "other-type": (
        "invalid",
        "The url names another type than the resource has.",
        "Url anger en annan typ än resursens.",
    ),
    "other-id": (
        "invalid",
        "The id of the resource must be the one in the url.",
        "Resursens id ska vara det som står i url.",
    ),
    "twice": (
        "invalid",
        "Two entries write the same resource; send it once.",
        "Två entry skriver samma resurs; skicka den en gång.",
    ),
}


def _fault(name: str, expression: str) -> Fault:
    code, english, swedish = _SENTENCES[name]
    return Fault(code, english, swedish, expression)
