"""How a row says a small change: where in the resource, and what stands there instead. No resource is changed in place."""

import re
from collections.abc import Mapping
from typing import Any

Changes = Mapping[str, Any]
"""Places such as `category[0].coding[+]` (`+` is behind the last), each with what shall stand there."""

Rows = Mapping[str, Changes]
"""What a change does to the resource, in words, and the change."""

GONE = object()
"""Nothing stands there; a list or an object that is left empty by it goes too."""

TWICE = object()
"""The item stands there two times."""

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
"""The systems of others by the names that rows give them; any other name is a system of ours."""

_STEP = re.compile(r"\w+|\+")


def changed(resource: Any, changes: Changes) -> Any:
    """A resource as it is after all of the changes, one after the other."""
    for place, value in changes.items():
        resource = _with(resource, _STEP.findall(place), value)
    return resource


def _with(node: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    step, *rest = steps
    if not (step == "+" or step.isdigit()):
        held = _with((node or {}).get(step), rest, value)
        after = {**(node or {}), step: held}
        return {name: each for name, each in after.items() if each is not GONE} or GONE
    items = list(node or ())
    at = len(items) if step == "+" else int(step)
    if value is TWICE and not rest:
        return [*items[:at], items[at], *items[at:]]
    held = _with(items[at] if at < len(items) else None, rest, value)
    items[at : at + 1] = () if held is GONE else (held,)
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
    """A Reference to somebody by name, as a contract has those that it knows no resource of."""
    return {"type": type, "display": name}


ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
"""What stands beside a primitive that has no value, for a reason: its `_name`."""


def own(id: str) -> str:
    """The canonical of a profile or an extension of ours."""
    return f"{OURS}/StructureDefinition/{id}"


def extension(url: str, *parts: dict[str, Any], **value: Any) -> dict[str, Any]:
    """An extension with a value or with parts."""
    return {"url": url, **({"extension": list(parts)} if parts else {}), **value}
