"""The invariants of R4 that a JSON Schema cannot express: they compare values, or look across a resource.

A row's name is FHIR's own key of the invariant, or a word for a rule that R4 states in prose; `app.fhir.check.messages`
has its sentence. All of them take a resource that its schema has passed.
https://hl7.org/fhir/R4/conformance-rules.html#constraints
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
"""Where an object stands: its parent's place, its name there, and its index in a list; for a resource its FHIRPath."""

ResourceObject: TypeAlias = tuple[Node, Place, list[str]]
"""An object of a resource, its place, and those of its elements that need more than a schema."""

_DATE_LENGTH: Final = 10
_FRACTIONS: Final = (Decimal, float)
_SEARCH: Final = re.compile(r"[A-Z][A-Za-z]*\?")


def broken_invariants(
    resource: Node,
    path: str,
    nodes: Iterable[ResourceObject],
    *,
    scope: ReferenceScope,
    integer_elements: frozenset[str],
) -> Iterator[BrokenInvariant]:
    """Yield each invariant that a resource breaks; resources inside it are checked on their own.

    `nodes` are its objects, `scope` is what it may refer to, `integer_elements` are the elements that hold integers.
    """
    places: dict[str, list[Place]] = {}
    for node, place, odd in nodes:
        if "id" in node and not isinstance(place, str):
            places.setdefault(node["id"], []).append(place)
        if odd or not _TRIGGERS.isdisjoint(node):
            for key, name in _broken_by_object(node, place, odd, scope, integer_elements):
                yield key, fhirpath(place) + name
    for same in places.values():
        yield from (("element-id", fhirpath(place)) for place in same if len(same) > 1)
    for key, find in (
        *TYPE_INVARIANTS.get(resource["resourceType"], ()),
        *(CONTAINED_INVARIANTS if "contained" in resource else ()),
    ):
        yield from ((key, f"{path}.{where}") for where in find(resource))


def _broken_by_object(
    node: Node, place: Place, odd: list[str], scope: ReferenceScope, integer_elements: frozenset[str]
) -> Iterator[BrokenInvariant]:
    """Yield each invariant that an object breaks, and by which of its elements."""
    for trigger, key, is_broken in OBJECT_INVARIANTS:
        if trigger in node and is_broken(node) and not (key == "rng-2" and _is_not_range(place)):
            yield key, ""
    if "reference" in node and (wrong := _broken_reference(node["reference"], scope)):
        yield wrong, ""
    for name in odd:
        if wrong := _broken_element(node, name, integer_elements):
            yield wrong, f".{name.lstrip('_')}"


def objects_of(resource: Node, path: str) -> Iterator[ResourceObject]:
    """Yield each object of a resource, its place, and those of its elements that need more than a schema.

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
                waiting.extend(
                    [(item, (place, name, index)) for index, item in enumerate(child) if isinstance(item, dict)]
                )
                is_odd = name[0] == "_" or None in child
            else:
                is_odd = isinstance(child, _FRACTIONS)
            if is_odd:
                odd.append(name)
        yield node, place, odd


def fhirpath(place: Place) -> str:
    """The FHIRPath of a place."""
    if isinstance(place, str):
        return place
    parent, name, index = place
    return f"{fhirpath(parent)}.{name}" + (f"[{index}]" if index is not None else "")


def _inside(node: Node, name: str) -> Node:
    """The object in an element, or an empty object: the schema of an inner resource has not yet been applied here."""
    child = node.get(name)
    return child if isinstance(child, dict) else {}


def _broken_element(node: Node, name: str, integer_elements: frozenset[str]) -> str | None:
    """Return the error that no JSON Schema finds: misplaced nulls, an id without a value, `1.0` for an integer."""
    if isinstance(node[name], list):
        return _out_of_step(node, name.lstrip("_"))
    if isinstance(node[name], dict):
        return None if name[1:] in node else "empty"
    return "whole" if name in integer_elements else None


def _out_of_step(node: Node, name: str) -> str | None:
    """Return the error of a list of primitives and its `_` sibling: of different lengths, or both empty at a place."""
    values, siblings = node.get(name), node.get(f"_{name}")
    pairs = list(zip_longest(values or (), siblings or ()))
    if (values and siblings and len(values) != len(siblings)) or (None, None) in pairs:
        return "null"
    return "empty" if any(value is None and sibling.keys() == {"id"} for value, sibling in pairs) else None


def _broken_reference(reference: object, scope: ReferenceScope) -> str | None:
    """Return the error of a reference to a missing contained resource, or of a search outside a transaction."""
    if not isinstance(reference, str):
        return None
    if reference.startswith("#") and reference != "#" and reference[1:] not in scope.ids:
        return "ref-1"
    return "ref-search" if _SEARCH.match(reference) and not scope.may_search else None


def _is_of_another_type(node: Node) -> bool:
    """A rule in prose: `type` and the type in `reference` are the same.

    https://hl7.org/fhir/R4/references-definitions.html#Reference.type
    """
    literal, stated = node["reference"], node["type"]
    shown = type_of_literal(literal) if isinstance(literal, str) else ""
    return shown != "" and isinstance(stated, str) and last_segment(stated) != shown


def is_after(first: str, second: str) -> bool:
    """Whether the first date or time is after the second; of different precision, only the days are compared."""
    if len(first) > _DATE_LENGTH < len(second):
        return moments(first) > moments(second)
    length = min(len(first), len(second), _DATE_LENGTH)
    return first[:length] > second[:length]


def _ends_before_it_starts(node: Node) -> bool:
    """per-1, of a Period; an Appointment or a Slot has no such rule in R4."""
    return "resourceType" not in node and "start" in node and is_after(node["start"], node["end"])


def _has_low_above_high(node: Node) -> bool:
    """rng-2, of a Range whose low and high have the same unit."""
    low, high = node.get("low", {}), node["high"]
    if not isinstance(low, dict) or not isinstance(high, dict) or low.get("code") != high.get("code"):
        return False
    return "value" in low and "value" in high and bool(low["value"] > high["value"])


def _is_not_range(place: Place) -> bool:
    """Whether an object with a low and a high is no Range but a reference range of an Observation."""
    return place[1] == "referenceRange"


def _is_unsafe_narrative(node: Node) -> bool:
    return not is_safe(node["div"])


def _is_empty_narrative(node: Node) -> bool:
    return not has_content(node["div"])


OBJECT_INVARIANTS: Final[tuple[tuple[str, str, Callable[[Node], bool]], ...]] = (
    ("end", "per-1", _ends_before_it_starts),
    ("high", "rng-2", _has_low_above_high),
    ("type", "ref-type", lambda node: "reference" in node and _is_of_another_type(node)),
    ("div", "txt-1", _is_unsafe_narrative),
    ("div", "txt-2", _is_empty_narrative),
)
"""The element that makes an object worth a look, the invariant, and whether the object breaks it."""

_TRIGGERS: Final = frozenset({"reference", *(trigger for trigger, *_ in OBJECT_INVARIANTS)})


def _modified_before_authored(task: Node) -> Iterator[str]:
    if "authoredOn" in task and "lastModified" in task and is_after(task["authoredOn"], task["lastModified"]):
        yield "lastModified"


def _on_behalf_by_others(team: Node) -> Iterator[str]:
    for place, participant in enumerate(team.get("participant", ())):
        target = local_target(participant.get("member", {}).get("reference"))
        if "onBehalfOf" in participant and target and not target.startswith("Practitioner/"):
            yield f"participant[{place}].onBehalfOf"


def _duplicate_full_urls(bundle: Node) -> Iterator[str]:
    seen = set()
    for place, entry in enumerate(bundle.get("entry", ()) if bundle["type"] != "history" else ()):
        version = str(_inside(_inside(entry, "resource"), "meta").get("versionId"))
        if "fullUrl" in entry and (entry["fullUrl"], version) in seen:
            yield f"entry[{place}].fullUrl"
        seen.add((entry.get("fullUrl"), version))


def _wrong_full_urls(bundle: Node) -> Iterator[str]:
    """A rule in prose: a fullUrl is absolute, and ends with the type and the id of the resource.

    https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.fullUrl
    """
    for place, entry in enumerate(bundle.get("entry", ())):
        url, resource = str(entry.get("fullUrl", "urn:")), _inside(entry, "resource")
        is_web = url.startswith(("http://", "https://"))
        named = f"/{resource.get('resourceType')}/{resource['id']}" if "id" in resource else ""
        if ":" not in url or (is_web and not url.endswith(named)):
            yield f"entry[{place}].fullUrl"


TYPE_INVARIANTS: Final[Mapping[str, tuple[tuple[str, Callable[[Node], Iterator[str]]], ...]]] = {
    "Bundle": (("bdl-7", _duplicate_full_urls), ("full-url", _wrong_full_urls)),
    "CareTeam": (("ctm-1", _on_behalf_by_others),),
    "Task": (("inv-1", _modified_before_authored),),
}
"""Type -> its invariants: the key, and the function that yields where below the resource it is broken."""


def _nested_contained(resource: Node) -> Iterator[str]:
    return _contained_places(resource, lambda inner: "contained" in inner)


def _with_version(resource: Node) -> Iterator[str]:
    return _contained_places(
        resource, lambda inner: not {"versionId", "lastUpdated"}.isdisjoint(_inside(inner, "meta"))
    )


def _with_security(resource: Node) -> Iterator[str]:
    return _contained_places(resource, lambda inner: "security" in _inside(inner, "meta"))


def _unreferenced(resource: Node) -> Iterator[str]:
    texts = set(strings(resource))
    return _contained_places(resource, lambda inner: f"#{inner.get('id')}" not in texts and "#" not in strings(inner))


def _contained_places(resource: Node, is_broken: Callable[[Node], bool]) -> Iterator[str]:
    places = enumerate(resource["contained"])
    return (f"contained[{place}]" for place, inner in places if isinstance(inner, dict) and is_broken(inner))


def _duplicate_ids(resource: Node) -> Iterator[str]:
    """A rule in prose: the ids of contained resources are unique.

    https://hl7.org/fhir/R4/references.html#contained
    """
    counts = Counter(str(inner.get("id")) for inner in resource["contained"] if isinstance(inner, dict))
    return _contained_places(resource, lambda inner: counts[str(inner.get("id"))] > 1)


CONTAINED_INVARIANTS: Final[tuple[tuple[str, Callable[[Node], Iterator[str]]], ...]] = (
    ("dom-2", _nested_contained),
    ("dom-3", _unreferenced),
    ("dom-4", _with_version),
    ("dom-5", _with_security),
    ("contained-id", _duplicate_ids),
)
"""The invariants of contained resources."""
