"""Finds the references of a resource and its patient, rewrites references, and cuts those that a caller may not see.

https://hl7.org/fhir/R4/references.html
"""

import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final, TypeGuard

from app.fhir.codes import DATA_ABSENT_REASON
from app.fhir.elements import mentions_type, type_and_id, values_at
from app.fhir.identifiers import normalise_system
from app.fhir.ids import ID
from app.fhir.search_parameters import path_of
from app.fhir.types import STORED_TYPES, TYPES

RELATIVE_LITERAL: Final = re.compile(rf"([A-Z][A-Za-z]{{1,63}})/({ID})(?:/_history/{ID})?")
"""A relative literal reference, with or without a version."""

ELEMENTS: Final = frozenset({"reference", "type", "identifier", "display", "id", "extension"})
"""The elements of a Reference, without the `_` siblings."""

MASKED: Final[Mapping[str, Any]] = {"extension": [{"url": DATA_ABSENT_REASON, "valueCode": "masked"}]}
"""Replaces a value that exists and may not be shown. https://hl7.org/fhir/R4/extension-data-absent-reason.html"""

INCOMPLETE_WITHOUT: Final = frozenset({
    "Appointment.participant.actor",
    "CarePlan.activity.reference",
    "CareTeam.participant.member",
    "DocumentReference.relatesTo.target",
    "Patient.link.other",
    "Provenance.entity.what",
    "Provenance.signature.who",
    "Task.input.valueReference",
    "Task.output.valueReference",
})  # fmt: skip
"""Elements whose parent is removed with them: it would be incomplete, or reveal what was cut."""

PLACEHOLDERS: Final[Mapping[str, Any]] = {
    "Appointment.participant": [{"status": "needs-action", "actor": MASKED}],
    "CarePlan.subject": MASKED,
    "Consent.provision.actor.reference": MASKED,
    "Consent.provision.data.reference": MASKED,
    "Goal.subject": MASKED,
    "Provenance.agent.who": MASKED,
    "Provenance.target": [MASKED],
    "RelatedPerson.patient": MASKED,
    "ServiceRequest.subject": MASKED,
    "Task.focus": MASKED,
}
"""The replacement of an element that is required, or whose absence would change the meaning of the rest."""

SAME_CONTENT: Final[Mapping[str, str]] = {
    "Consent.provision.provision": "Consent.provision",
    "Provenance.entity.agent": "Provenance.agent",
}
"""Elements that have the content of another element (contentReference)."""

OF_THE_PERSON: Final = frozenset({
    "Appointment.basedOn", "Appointment.supportingInformation",
    "CarePlan.activity.outcomeReference", "CarePlan.activity.reference", "CarePlan.basedOn", "CarePlan.careTeam",
    "CarePlan.goal", "CarePlan.partOf", "CarePlan.replaces", "CarePlan.supportingInfo",
    "Consent.provision.data.reference", "Consent.sourceReference",
    "DocumentReference.context.related", "DocumentReference.relatesTo.target",
    "Goal.addresses", "Provenance.entity.what", "Provenance.target",
    "QuestionnaireResponse.basedOn", "QuestionnaireResponse.partOf",
    "ServiceRequest.basedOn", "ServiceRequest.reasonReference", "ServiceRequest.replaces",
    "ServiceRequest.supportingInfo",
    "Task.basedOn", "Task.focus", "Task.input.valueReference", "Task.output.valueReference", "Task.partOf",
    "Task.reasonReference",
})  # fmt: skip
"""Elements that refer to what is planned or documented about the person, where a logical reference need not say so."""

_INDICES: Final = re.compile(r"\[[0-9]+\]")
_GONE: Final = object()


def is_reference(node: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a JSON node is a Reference: a literal one, or a logical one with only an identifier."""
    if not isinstance(node, dict):
        return False
    if isinstance(node.get("reference"), str):
        return True
    return isinstance(node.get("identifier"), dict) and all(name.lstrip("_") in ELEMENTS for name in node)


def walk(resource: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each Reference in a resource with its FHIRPath, those in contained resources and entries too."""
    root = resource.get("resourceType", "Resource")
    for name, child in resource.items():
        yield from _walk(child, f"{root}.{name}")


def local_target(reference: object) -> str | None:
    """Return the `Type/id` of a relative literal reference, or None for any other reference."""
    match = RELATIVE_LITERAL.fullmatch(reference) if isinstance(reference, str) else None
    return match and f"{match[1]}/{match[2]}"


def patient_of(resource: Mapping[str, Any]) -> set[str]:
    """Return the patients of a resource by its references: one reference if they agree, none if there is none.

    The element is that of HL7's search parameter `patient`. A reference to something else, such as a Group as subject,
    is returned too, so that the caller refuses the resource. A subject with an identifier only is left out.
    """
    resource_type = str(resource.get("resourceType"))
    if resource_type == "Patient":
        return {f"Patient/{resource['id']}"} if "id" in resource else set()
    if resource_type not in STORED_TYPES:
        return set()
    path = path_of(resource_type, "patient") or ""
    owners = list(values_at(resource, path))
    if isinstance(resource.get(path.partition(".")[0]), list):  # names others too, such as the staff of an Appointment
        owners = list(filter(_is_patient, owners))
    others = (other for path in TYPES[resource_type].other_patients for other in values_at(resource, path))
    named = [*owners, *filter(_is_patient, others)]
    return {_without_version(who["reference"]) for who in named if is_reference(who) and "reference" in who}


def local_refs(resource: Mapping[str, Any]) -> list[str]:
    """Return the person's other resources that a resource refers to, without the Patient.

    A literal reference gives `Type/id`, a logical one its business identifier as `system|value`.
    """
    return sorted({*filter(_belongs_to_a_person, targets(resource)), *logical_targets(resource)})


def logical_targets(resource: Mapping[str, Any]) -> set[str]:
    """Return the business identifiers, `system|value`, of the logical references to the person's other resources."""
    keys = (logical_target(reference, _INDICES.sub("", path)) for path, reference in walk(resource))
    return set(filter(None, keys))


def logical_target(reference: Mapping[str, Any], path: str) -> str | None:
    """Return the identifier of a logical reference at a path if it is to one of the person's other resources.

    By its type, else by the element. An identifier that is not complete gives a text that no resource has as key.
    """
    if "reference" in reference:
        return None
    named = reference.get("type")
    if not (named in STORED_TYPES and named != "Patient" if named else path in OF_THE_PERSON):
        return None
    identifier = reference["identifier"]
    return f"{normalise_system(str(identifier.get('system', '')))}|{str(identifier.get('value', '')).strip()}"


def targets(resource: Mapping[str, Any]) -> set[str]:
    """Return the `Type/id` of every relative literal reference in a resource."""
    addresses = set()
    waiting: list[Any] = [resource]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(child for child in node.values() if isinstance(child, dict | list))
            if target := local_target(node.get("reference")):
                addresses.add(target)
        elif isinstance(node, list):
            waiting.extend(node)
    return addresses


def rewrite(resource: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Copy a resource with the literal references that `mapping` has replaced; others stay as they are.

    A reference is looked up with its version, then without.
    """
    return {name: _rewrite(child, mapping) for name, child in resource.items()}


def cut(resource: Mapping[str, Any], visible: Collection[str]) -> dict[str, Any]:
    """Copy a resource without its references to one person's resources that are not in `visible`.

    A relative literal reference must be there as `Type/id`, that to the Patient too, and a logical one as
    `system|value`. A reference to a contained resource that is not there is cut too. If anything is cut, the narrative
    is removed, because it may reveal what was cut, and so are contained resources that nothing refers to any more. The
    copy is valid FHIR if the resource is.
    """
    contained = {f"#{inner.get('id')}" for inner in resource.get("contained", ())}
    copy: dict[str, Any] = _cut_object(resource, "", contained.union(visible))
    if copy != resource:
        copy.pop("text", None)
        drop_orphans(copy)
    return copy


def drop_orphans(resource: dict[str, Any]) -> None:
    """Remove contained resources without a reference from or to their container (dom-3)."""
    while contained := resource.get("contained"):
        used = set(strings(resource))
        linked = [inner for inner in contained if f"#{inner.get('id')}" in used or "#" in strings(inner)]
        if len(linked) == len(contained):
            return
        resource["contained"] = linked
        if not linked:
            del resource["contained"]


def is_patient_scoped(target: str) -> bool:
    """Whether the type of a `Type/id`, or a type alone, is one whose resources belong to a patient."""
    return type_and_id(target)[0] in STORED_TYPES


def _walk(node: object, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if is_reference(node):
        yield path, node
    if isinstance(node, dict):
        for name, child in node.items():
            yield from _walk(child, f"{path}.{name}")
    elif isinstance(node, list):
        for place, child in enumerate(node):
            yield from _walk(child, f"{path}[{place}]")


def _is_patient(reference: object) -> bool:
    return is_reference(reference) and mentions_type(reference, "Patient")


def _without_version(reference: str) -> str:
    return local_target(reference) or reference


def _belongs_to_a_person(target: str) -> bool:
    return is_patient_scoped(target) and not target.startswith("Patient/")


def _rewrite(node: object, mapping: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_rewrite(child, mapping) for child in node]
    if not isinstance(node, dict):
        return node
    copy = {name: _rewrite(child, mapping) for name, child in node.items()}
    literal = node.get("reference")
    if isinstance(literal, str):
        copy["reference"] = mapping.get(literal) or mapping.get(_without_version(literal), literal)
    return copy


def _cut(node: object, path: str, visible: Collection[str]) -> Any:
    """Copy a node, or return _GONE if it must be removed."""
    if isinstance(node, list):
        return _cut_list(node, path, visible)
    if not isinstance(node, dict):
        return node
    if is_reference(node):
        target = local_target(node.get("reference"))
        hidden = is_patient_scoped(target) and target not in visible if target else _hides(node, path, visible)
        if hidden:
            # No table lists the required elements of other types: there every hidden reference is masked.
            return _GONE if is_patient_scoped(path.partition(".")[0]) else deepcopy(MASKED)
    copy = _cut_object(node, path, visible)
    if copy is _GONE or len(copy) == len(node) or copy.keys() - {"id", "url"}:
        return copy
    return copy if "url" in copy and not path.endswith("xtension") else _GONE


def _hides(reference: Mapping[str, Any], path: str, visible: Collection[str]) -> bool:
    """Whether a logical reference, or one to a contained resource, is to something that is not visible."""
    key = logical_target(reference, path)
    literal = reference.get("reference", "")
    return key not in visible if key else len(literal) > 1 and literal[0] == "#" and literal not in visible


def _cut_list(nodes: list[Any], path: str, visible: Collection[str]) -> Any:
    copies = []
    for node in nodes:
        copy = _cut(node, path, visible)
        if copy is _GONE and path.rpartition(".")[2].startswith("_"):
            copy = MASKED
        if copy is not _GONE:
            copies.append(copy)
    return copies if copies or not nodes else _GONE


def _cut_object(node: Mapping[str, Any], path: str, visible: Collection[str]) -> Any:
    here = node.get("resourceType") or SAME_CONTENT.get(path, path)
    copy = {}
    for name, child in node.items():
        element = f"{here}.{name}"
        child_copy = _cut(child, element, visible)
        if child_copy is not _GONE:
            copy[name] = child_copy
        elif element in PLACEHOLDERS:
            copy[name] = deepcopy(PLACEHOLDERS[element])
        elif name.startswith("_"):
            copy[name] = MASKED
        elif here.endswith(".modifierExtension"):
            copy["valueReference"] = MASKED
        elif element in INCOMPLETE_WITHOUT:
            return _GONE
        if name == "extension" and here.endswith(".extension") and len(copy.get(name, ())) < len(child):
            # An extension that has lost a part no longer conforms to its definition.
            return _GONE
    return copy


def strings(node: object) -> Iterator[str]:
    """Yield each text in a JSON node."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from strings(child)
