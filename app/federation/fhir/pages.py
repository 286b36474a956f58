"""Reads one page of a search answer: its resources, and the address of the next page.

http://hl7.org/fhir/R4/http.html#paging and http://hl7.org/fhir/R4/bundle.html#searchset
"""

import re
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from app.errors import Malformed, TooLarge
from app.federation.reasons import Invalid
from app.fhir import json_text, strict_json
from app.outbound import NotJson, Oversized, UnknownOrigin, origin

_ENTRY: Final = re.compile(r"Bundle\.entry\[([0-9]+)\]")

FATAL: Final = frozenset({"fatal", "error"})


class Page(NamedTuple):
    """The content of one page.

    `next` is the address as the source wrote it, `unread` the number of entries without a readable resource;
    `is_incomplete` is true if an OperationOutcome of the source reports an error.
    """

    resources: list[dict[str, Any]]
    next: str | None
    unread: int
    is_incomplete: bool


def read_page(body: bytes, *, limit: int) -> Page:
    """The page in these bytes.

    Raises NotJson if they are not JSON, Invalid if they are not a searchset Bundle, and Oversized above `limit` bytes.
    """
    bundle = _parsed(body, limit)
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "searchset":
        raise Invalid("no searchset Bundle")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise Invalid("no list of entries")
    contents = [entry.get("resource") if isinstance(entry, dict) else None for entry in entries]
    resources = [resource for resource in contents if isinstance(resource, dict)]
    outcomes = [resource for resource in resources if resource.get("resourceType") == "OperationOutcome"]
    return Page(
        [resource for resource in resources if resource.get("resourceType") != "OperationOutcome"],
        _next(bundle),
        len(contents) - len(resources),
        any(map(_is_fatal, outcomes)),
    )


def _parsed(body: bytes, limit: int) -> dict[str, Any]:
    """The Bundle. An entry that breaks the rules of strict JSON is replaced by null; the others stay."""
    try:
        return strict_json.parse(body, limit=limit)
    except TooLarge as error:
        raise Oversized from error
    except Malformed as error:
        places = [_ENTRY.match(fault.expression or "") for fault in error.faults]
        if not all(places):
            raise NotJson("no strict JSON") from error
        bundle = json_text.loads(body)
        for place in filter(None, places):
            bundle["entry"][int(place[1])] = None
        return bundle


def inside(base: str, url: str) -> str:
    """The absolute form of an address in a source's answer; UnknownOrigin unless it is below the source's base."""
    try:
        absolute = urljoin(f"{base}/", url)
        path = unquote(urlsplit(absolute).path)
        root = unquote(urlsplit(base).path)
    except ValueError as error:
        raise UnknownOrigin from error
    if origin(absolute) != origin(base) or not f"{path}/".startswith(f"{root}/"):
        raise UnknownOrigin
    if "\\" in path or ".." in path.split("/"):
        raise UnknownOrigin
    return absolute


def _next(bundle: dict[str, Any]) -> str | None:
    links = bundle.get("link", [])
    if not isinstance(links, list):
        raise Invalid("no list of links")
    for link in links:
        if isinstance(link, dict) and link.get("relation") == "next":
            address = link.get("url")
            if not isinstance(address, str):
                raise Invalid("a next page without an address")
            return address
    return None


def _is_fatal(outcome: dict[str, Any]) -> bool:
    issues = outcome.get("issue")
    return isinstance(issues, list) and any(
        isinstance(issue, dict) and issue.get("severity") in FATAL for issue in issues
    )
