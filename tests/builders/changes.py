"""Small changes of a resource, as rows of data: the place, and the new value. A resource is never changed in place."""

import re
from collections.abc import Mapping
from typing import Any

Changes = Mapping[str, Any]
"""New values by place, such as `category[0].coding[+]`; `+` appends."""

Rows = Mapping[str, Changes]
"""Changes by their name."""

GONE = object()
"""The value that removes an element, and a list or an object that becomes empty by it."""

TWICE = object()
"""The value that repeats an item of a list."""

OURS = "https://samplan.se/fhir"
SYSTEMS = {
    "achievement": "http://terminology.hl7.org/CodeSystem/goal-achievement",
    "careteam": "https://fhir.inera.se/ig/careteam/CodeSystem/typ-av-careteam-cs",
    "confidentiality": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "operation": "http://terminology.hl7.org/CodeSystem/v3-DataOperation",
    "participant": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
    "participation": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
    "permanent": "urn:oid:1.2.752.129.5.1.69",
    "plan": "https://fhir.inera.se/CodeSystem/typeofcareplan-cs",
    "role": "http://terminology.hl7.org/CodeSystem/object-role",
    "scope": "http://terminology.hl7.org/CodeSystem/consentscope",
    "sct": "http://snomed.info/sct",
}
"""Other publishers' code systems by the short names of the rows; any other name is a system of ours."""

_STEP = re.compile(r"\w+|\+")


def changed(resource: Any, changes: Changes) -> Any:
    """Apply changes in order, and return the new resource."""
    for place, value in changes.items():
        resource = _with(resource, _STEP.findall(place), value)
    return resource


def _with(node: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    step, *rest = steps
    if not (step == "+" or step.isdigit()):
        child = _with((node or {}).get(step), rest, value)
        after = {**(node or {}), step: child}
        return {name: member for name, member in after.items() if member is not GONE} or GONE
    items = list(node or ())
    at = len(items) if step == "+" else int(step)
    if value is TWICE and not rest:
        return [*items[:at], items[at], *items[at:]]
    child = _with(items[at] if at < len(items) else None, rest, value)
    items[at : at + 1] = () if child is GONE else (child,)
    return items or GONE


def coding(written: str) -> dict[str, str]:
    """`system#code` as a Coding."""
    system, _, code = written.partition("#")
    return {"system": SYSTEMS.get(system, f"{OURS}/CodeSystem/{system}"), "code": code}


def concept(written: str) -> dict[str, Any]:
    """`system#code` as a CodeableConcept."""
    return {"coding": [coding(written)]}


def to(address: str) -> dict[str, str]:
    """A Reference to a resource."""
    return {"reference": address}


def someone(type: str, name: str = "Alex Ek") -> dict[str, str]:
    """A Reference to somebody by name, without a resource."""
    return {"type": type, "display": name}


ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
"""The `_name` of a primitive element without a value."""


def own(id: str) -> str:
    """The canonical of a profile or an extension of ours."""
    return f"{OURS}/StructureDefinition/{id}"


def extension(url: str, *parts: dict[str, Any], **value: Any) -> dict[str, Any]:
    """An extension with a value or with parts."""
    return {"url": url, **({"extension": list(parts)} if parts else {}), **value}
