"""Invariants that a schema cannot say: they compare values, or look across a whole resource.

A row's name is FHIR's own key of the invariant, or a word for what stands there in prose; `app.fhir.check.messages`
has its sentence. All of them take a resource that its schema has passed.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Final, TypeAlias

from app.fhir.canonicals import last_segment
from app.fhir.check.narrative import has_content, is_safe
from app.fhir.check.reference_targets import ReferenceScope
from app.fhir.elements import type_of_literal
from app.fhir.references import local_target, strings
from app.fhir.times import moments

Node: TypeAlias = Mapping[str, Any]
BrokenInvariant: TypeAlias = tuple[str, str]
"""An invariant's key and the FHIRPath where it is broken."""

Place: TypeAlias = "tuple[Place, str, int | None] | str"
"""What an object stands in, by which name, and where in a list; of the resource itself, its FHIRPath."""

ResourceObject: TypeAlias = tuple[Node, Place, list[str]]
"""An object of a resource, its place, and the names in it that are worth a look."""

_DATE_LENGTH: Final = 10
_FRACTIONS: Final = (Decimal, float)
_SEARCH: Final = re.compile(r"[A-Z][A-Za-z]*\?")


def broken_invariants(
    resource: Node, path: str, nodes: Iterable[ResourceObject], *, around: ReferenceScope, whole: frozenset[str]
) -> Iterator[BrokenInvariant]:
    """Yield each invariant that a resource breaks; what is contained or in an entry is looked at by itself.

    `nodes` are its objects, `around` is what it may refer to, `whole` the names of elements that hold whole
    numbers.
    """
    places: dict[str, list[Place]] = {}
    for node, place, odd in nodes:
        if "id" in node and not isinstance(place, str):
            places.setdefault(node["id"], []).append(place)
        if odd or not _WORTH_A_LOOK.isdisjoint(node):
            for key, name in _of_object(node, place, odd, around, whole):
                yield key, fhirpath(place) + name
    for same in places.values():
        yield from (("element-id", fhirpath(place)) for place in same if len(same) > 1)
    for key, find in (
        *TYPE_INVARIANTS.get(resource["resourceType"], ()),
        *(CONTAINED_INVARIANTS if "contained" in resource else ()),
    ):
        yield from ((key, f"{path}.{where}") for where in find(resource))


def _of_object(
    node: Node, place: Place, odd: list[str], around: ReferenceScope, whole: frozenset[str]
) -> Iterator[BrokenInvariant]:
    """Yield each invariant that an object breaks, and by which of its elements."""
    for trigger, key, is_broken in OBJECT_INVARIANTS:
        if trigger in node and is_broken(node) and not (key == "rng-2" and _is_no_range(place)):
            yield key, ""
    if "reference" in node and (wrong := _misleading(node["reference"], around)):
        yield wrong, ""
    for name in odd:
        if wrong := _misshapen(node, name, whole):
            yield wrong, f".{name.lstrip('_')}"


def objects_of(resource: Node, path: str) -> Iterator[ResourceObject]:
    """Yield each object of a resource, its place, and the names in it that are worth a look.

    Other resources are not entered. A place is written out only when asked for: this is the slow part of a check.
    """
    waiting: list[tuple[Node, Place]] = [(resource, path)]
    while waiting:
        node, place = waiting.pop()
        if "resourceType" in node and not isinstance(place, str):
            continue
        odd = []
        for name, child in node.items():
            if isinstance(child, str):
                continue
            if isinstance(child, dict):
                waiting.append((child, (place, name, None)))
                is_odd = name[0] == "_" and child.keys() == {"id"}
            elif isinstance(child, list):
                waiting.extend([(each, (place, name, at)) for at, each in enumerate(child) if isinstance(each, dict)])
                is_odd = name[0] == "_" or None in child
            else:
                is_odd = isinstance(child, _FRACTIONS)
            if is_odd:
                odd.append(name)
        yield node, place, odd


def fhirpath(place: Place) -> str:
    """A place as FHIRPath."""
    if isinstance(place, str):
        return place
    before, name, at = place
    return f"{fhirpath(before)}.{name}" + (f"[{at}]" if at is not None else "")


def _inside(node: Node, name: str) -> Node:
    """The object that an element is, or nothing: other resources are looked at before their own schema has."""
    found = node.get(name)
    return found if isinstance(found, dict) else {}


def _misshapen(node: Node, name: str, whole: frozenset[str]) -> str | None:
    """Find what JSON Schema cannot: nulls out of step, an id beside no value, and `1.0` for a whole number."""
    if isinstance(node[name], list):
        return _out_of_step(node, name.lstrip("_"))
    if isinstance(node[name], dict):
        return None if name[1:] in node else "empty"
    return "whole" if name in whole else None


def _out_of_step(node: Node, name: str) -> str | None:
    """Find whether a list of primitives and its sibling are not equally long, or say nothing at a place."""
    values, siblings = node.get(name), node.get(f"_{name}")
    pairs = list(zip_longest(values or (), siblings or ()))
    if (values and siblings and len(values) != len(siblings)) or (None, None) in pairs:
        return "null"
    return "empty" if any(value is None and sibling.keys() == {"id"} for value, sibling in pairs) else None


def _misleading(reference: object, around: ReferenceScope) -> str | None:
    """Find a reference to a contained resource that is not there, and one that is a search where none may be."""
    if not isinstance(reference, str):
        return None
    if reference.startswith("#") and reference != "#" and reference[1:] not in around.ids:
        return "ref-1"
    return "ref-search" if _SEARCH.match(reference) and not around.may_search else None


def _is_of_another_type(node: Node) -> bool:
    """A rule in prose: `type` and the type in `reference` are the same.

    https://hl7.org/fhir/R4/references-definitions.html#Reference.type
    """
    if not isinstance(node["reference"], str) or not isinstance(node["type"], str):
        return False
    return type_of_literal(node["reference"]) not in {"", last_segment(node["type"])}


def is_after(one: str, other: str) -> bool:
    """Tell whether one date or time is after another; of different precision, only the days are compared."""
    if len(one) > _DATE_LENGTH < len(other):
        return moments(one) > moments(other)
    length = min(len(one), len(other), _DATE_LENGTH)
    return one[:length] > other[:length]


def _ends_before_it_starts(node: Node) -> bool:
    """per-1: of a Period; an Appointment or a Slot has no such rule in R4."""
    return "resourceType" not in node and "start" in node and is_after(node["start"], node["end"])


def _is_upside_down(node: Node) -> bool:
    """rng-2: low and high of a Range, where both are in the same unit."""
    low, high = node.get("low", {}), node["high"]
    if not isinstance(low, dict) or not isinstance(high, dict) or low.get("code") != high.get("code"):
        return False
    return "value" in low and "value" in high and bool(low["value"] > high["value"])


def _is_no_range(place: Place) -> bool:
    """Tell whether what has a low and a high is of another type than Range: in Observation, with other rules."""
    return place[1] == "referenceRange"


def _is_unsafe(node: Node) -> bool:
    return not is_safe(node["div"])


def _is_silent(node: Node) -> bool:
    return not has_content(node["div"])


OBJECT_INVARIANTS: Final[tuple[tuple[str, str, Callable[[Node], bool]], ...]] = (
    ("end", "per-1", _ends_before_it_starts),
    ("high", "rng-2", _is_upside_down),
    ("type", "ref-type", lambda node: "reference" in node and _is_of_another_type(node)),
    ("div", "txt-1", _is_unsafe),
    ("div", "txt-2", _is_silent),
)
"""The element that makes an object worth a look, the invariant, and whether the object breaks it."""

_WORTH_A_LOOK: Final = frozenset({"reference", *(trigger for trigger, *_ in OBJECT_INVARIANTS)})


def _modified_before_written(task: Node) -> Iterator[str]:
    if "authoredOn" in task and "lastModified" in task and is_after(task["authoredOn"], task["lastModified"]):
        yield "lastModified"


def _on_behalf_by_others(team: Node) -> Iterator[str]:
    for place, each in enumerate(team.get("participant", ())):
        target = local_target(each.get("member", {}).get("reference"))
        if "onBehalfOf" in each and target and not target.startswith("Practitioner/"):
            yield f"participant[{place}].onBehalfOf"


def _same_url_twice(bundle: Node) -> Iterator[str]:
    seen = set()
    for place, each in enumerate(bundle.get("entry", ()) if bundle["type"] != "history" else ()):
        version = str(_inside(_inside(each, "resource"), "meta").get("versionId"))
        if "fullUrl" in each and (each["fullUrl"], version) in seen:
            yield f"entry[{place}].fullUrl"
        seen.add((each.get("fullUrl"), version))


def _not_its_address(bundle: Node) -> Iterator[str]:
    """A rule in prose: a fullUrl is absolute, and ends as the resource is called.

    https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.fullUrl
    """
    for place, each in enumerate(bundle.get("entry", ())):
        url, resource = str(each.get("fullUrl", "urn:")), _inside(each, "resource")
        is_web = url.startswith(("http://", "https://"))
        named = f"/{resource.get('resourceType')}/{resource['id']}" if "id" in resource else ""
        if ":" not in url or (is_web and not url.endswith(named)):
            yield f"entry[{place}].fullUrl"


TYPE_INVARIANTS: Final[Mapping[str, tuple[tuple[str, Callable[[Node], Iterator[str]]], ...]]] = {
    "Bundle": (("bdl-7", _same_url_twice), ("full-url", _not_its_address)),
    "CareTeam": (("ctm-1", _on_behalf_by_others),),
    "Task": (("inv-1", _modified_before_written),),
}
"""What holds for a type: the invariant, and where below the resource it is broken."""


def _nested(resource: Node) -> Iterator[str]:
    return _where(resource, lambda each: "contained" in each)


def _versioned(resource: Node) -> Iterator[str]:
    return _where(resource, lambda each: not {"versionId", "lastUpdated"}.isdisjoint(_inside(each, "meta")))


def _labelled(resource: Node) -> Iterator[str]:
    return _where(resource, lambda each: "security" in _inside(each, "meta"))


def _forgotten(resource: Node) -> Iterator[str]:
    texts = set(strings(resource))
    return _where(resource, lambda each: f"#{each.get('id')}" not in texts and "#" not in strings(each))


def _where(resource: Node, is_so: Callable[[Node], bool]) -> Iterator[str]:
    found = enumerate(resource["contained"])
    return (f"contained[{place}]" for place, each in found if isinstance(each, dict) and is_so(each))


def _named_twice(resource: Node) -> Iterator[str]:
    """A rule in prose: an id names one resource inside.

    https://hl7.org/fhir/R4/references.html#contained
    """
    often = Counter(str(each.get("id")) for each in resource["contained"] if isinstance(each, dict))
    return _where(resource, lambda each: often[str(each.get("id"))] > 1)


CONTAINED_INVARIANTS: Final[tuple[tuple[str, Callable[[Node], Iterator[str]]], ...]] = (
    ("dom-2", _nested),
    ("dom-3", _forgotten),
    ("dom-4", _versioned),
    ("dom-5", _labelled),
    ("contained-id", _named_twice),
)
"""What holds for the resources that one contains."""
