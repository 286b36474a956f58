"""Small StructureDefinitions, compiled, and the faults that they find in a resource."""

import json
from pathlib import Path

from app.fhir.check.profile_messages import profile_fault
from app.fhir.check.profiles import profile_from_overlay
from fhir_profiles.compiler.profile_schemas import overlay
from fhir_profiles.compiler.snapshots import Library

OURS = "https://samplan.se/fhir/StructureDefinition"
FHIR = "http://hl7.org/fhir/StructureDefinition"
SYSTEM = "urn:x:colours"
VALUE_SETS = {
    "ValueSet-colour": {
        "url": "urn:x/ValueSet/colour",
        "compose": {
            "include": [{"system": "urn:x/CodeSystem/colours"}, {"system": "urn:y", "concept": [{"code": "grey"}]}]
        },
    },
    "ValueSet-both": {
        "url": "urn:x/ValueSet/both",
        "compose": {
            "include": [{"valueSet": ["urn:x/ValueSet/colour"]}, {"system": "urn:z", "concept": [{"code": "z"}]}]
        },
    },
    "CodeSystem-colours": {
        "url": "urn:x/CodeSystem/colours",
        "content": "complete",
        "concept": [{"code": "red", "concept": [{"code": "pink"}]}, {"code": "blue"}],
    },
}


def element(id, count="0..1", *types, base="0..1", **more):
    """An element of a snapshot; a type is a code, or (code, targets), or (code, "profile", profiles)."""
    path = ".".join(step.partition(":")[0] for step in id.split("."))
    least, most = count.split("..")
    slice_name = id.rpartition(".")[2].partition(":")[2]
    return {
        "id": id,
        "path": path,
        "min": int(least),
        "max": most,
        "base": {"path": path, "min": int(base.split("..")[0]), "max": base.split("..")[1]},
        **({"type": [typed(target) for target in types]} if types else {}),
        **({"sliceName": slice_name} if slice_name else {}),
        **more,
    }


def typed(kind):
    """A type of an element."""
    if isinstance(kind, str):
        return {"code": kind}
    code, *rest = kind
    return {"code": code, "profile": rest[1]} if rest[0] == "profile" else {"code": code, "targetProfile": rest[0]}


def sliced(kind, path, rules="open", **more):
    """How a list is sliced."""
    return {"slicing": {"discriminator": [{"type": kind, "path": path}], "rules": rules, **more}}


def bound(name, strength="required"):
    """A binding."""
    return {"binding": {"strength": strength, "valueSet": f"urn:x/ValueSet/{name}"}}


def definition(kind, *elements, id="small", parent=None, constraints=(), **more):
    """A profile on a type; of an extension, its definition."""
    first = {"id": kind, "path": kind, "min": 0, "max": "*", "constraint": [{"key": each} for each in constraints]}
    return {
        "resourceType": "StructureDefinition",
        "id": id,
        "url": f"{OURS}/{id}",
        "type": kind,
        "kind": "complex-type" if kind == "Extension" else "resource",
        "abstract": False,
        "derivation": "constraint",
        "baseDefinition": parent or f"{FHIR}/{kind}",
        "context": [{"type": "element", "expression": "Element"}],
        "snapshot": {"element": [first | more, *elements]},
    }


def library(directory: Path, *definitions):
    """A library of these definitions and of the value sets above."""
    for name, content in VALUE_SETS.items():
        (directory / f"{name}.json").write_text(json.dumps(content))
    for resource in definitions:
        (directory / f"StructureDefinition-{resource['id']}.json").write_text(json.dumps(resource))
    return Library(directory)


def compiled(directory: Path, *definitions):
    """The profile that the first definition compiles to, the others being at hand."""
    return profile_from_overlay(overlay(definitions[0], library(directory, *definitions)))


def messages_of(profile, resource):
    """What a profile finds in a resource: the rows of PROFILE_MESSAGES by their places."""
    names = {demand["says"][0] for demand in profile.schema["$defs"].values()}
    messages = {}
    for fault in profile.faults(resource, profile.type):
        (name,) = {name for name in names if any(_is_said(fault, demand, profile.id) for demand in _of(profile, name))}
        messages.setdefault(fault.expression, set()).add(name)
    return messages


def _of(profile, name):
    return [demand["says"] for demand in profile.schema["$defs"].values() if demand["says"][0] == name]


def _is_said(fault, says, of):
    return profile_fault(says[0], fault.expression, of, says[1:]) == fault
