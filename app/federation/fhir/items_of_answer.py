"""Makes items of the resources in a source's answer: checked, under ids of our own.

If a resource belongs to another person, or does not say to whom it belongs, the whole answer is refused. An invalid
resource is quarantined alone.
"""

import asyncio
import logging
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.access.classification import UNKNOWN_CLASSES, ClassDefaults, Classes, classify
from app.access.item_of import Stamp, item_of
from app.errors import Fault, SamplanError
from app.federation.config import SourceConfig
from app.federation.reasons import Invalid, WrongPerson
from app.federation.source import QuarantinedItem
from app.fhir import codes, ids, json_text, references
from app.fhir.check.check import check
from app.fhir.check.narrative import drop_unsafe
from app.fhir.elements import mentions_type, type_and_id
from app.fhir.identifiers import PersonalNumber, normalise_system, parse_personal
from app.fhir.types import FEDERATED_TYPES
from app.items import Item

log = logging.getLogger(__name__)

PROVENANCE: Final = "Provenance"

SLICE: Final = 0.004
"""The seconds of work before other requests get their turn."""

NO_ID: Final = Fault(
    "required", "What is in an answer needs an id; send one.", "Det som finns i ett svar behöver ett id; skicka ett."
)

NOT_ITS_OWN: Final = Fault(
    "business-rule",
    "It belongs to a giver that this source does not speak for; the source's configuration says for whom it does.",
    "Det hör till en givare som källan inte talar för; källans konfiguration anger vilka den talar för.",
)

_VERSION: Final = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class PatientQuery:
    """A query to one source about one person, at `now`.

    `patient` is the id of the Patient here; `source_patients` are the references, `Patient/id`, in the source.
    """

    source: SourceConfig
    person: PersonalNumber
    patient: str
    source_patients: frozenset[str]
    now: datetime


class AcceptedItems(NamedTuple):
    """The items, the address in the source of each item by its reference, and the quarantined items."""

    items: list[Item]
    originals: dict[str, str]
    quarantined: list[QuarantinedItem]


async def accept_resources(query: PatientQuery, resources: Iterable[dict[str, Any]]) -> AcceptedItems:
    """The items of the valid resources in one answer. Lets other requests run every few milliseconds.

    Raises WrongPerson if a resource belongs, or may belong, to another person.
    """
    turn = _Turn()
    accepted: dict[str, dict[str, Any]] = {}
    unread: list[tuple[QuarantinedItem, dict[str, Any]]] = []
    for resource in resources:
        await turn.give()
        _refuse_other_patients(query, resource)
        if (fault := _fault(resource)) is not None:
            unread.append((fault, resource))
        elif resource["resourceType"] in FEDERATED_TYPES:
            _require_patient(query, resource)
            accepted[_source_reference(resource)] = resource
        elif resource["resourceType"] == PROVENANCE:
            accepted[_source_reference(resource)] = resource
    provenance = _by_target(query, accepted)
    items, originals, quarantined = [], {}, []
    for reference, resource in accepted.items():
        await turn.give()
        if resource["resourceType"] == PROVENANCE and not _targets_any(query, resource, accepted):
            continue
        item = _item(query, resource, provenance.get(reference, ()))
        if item.giver is not None and item.giver not in query.source.givers:
            quarantined.append(_foreign(item))
            continue
        items.append(item)
        originals[item.reference] = f"{query.source.base_url}/{reference}"
    quarantined += [
        fault._replace(classes=_classes_of_unread(query, resource, provenance)) for fault, resource in unread
    ]
    return AcceptedItems(items, originals, quarantined)


def has_number(patient: Mapping[str, Any], person: PersonalNumber, now: datetime) -> bool:
    """Whether a Patient has the person's number and no other, apart from old ones: two would merge two people.

    Only its own identifiers count, not those of contained resources.
    """
    listed = patient.get("identifier")
    identifiers = listed if isinstance(listed, list) else []
    personal = [identifier for identifier in identifiers if _is_personal(identifier) and "value" in identifier]
    current = [identifier for identifier in personal if identifier.get("use") != "old"]
    return bool(current) and all(_is_number_of(identifier, person, now) for identifier in current)


def logical_id(resource: Mapping[str, Any]) -> str:
    """The id of a resource. Raises Invalid if there is none, or if it is not a FHIR id."""
    logical_id = resource.get("id")
    if not ids.is_id(logical_id):
        raise Invalid("a resource without an id")
    return str(logical_id)


class _Turn:
    """Lets other tasks run after each slice of work."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SLICE

    async def give(self) -> None:
        if time.monotonic() >= self._until:
            await asyncio.sleep(0)
            self._until = time.monotonic() + SLICE


def _source_reference(resource: Mapping[str, Any]) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def _fault(resource: dict[str, Any]) -> QuarantinedItem | None:
    """The faults of a resource, or None if it is valid or of a type that the overview does not show."""
    resource_type = resource.get("resourceType")
    if not isinstance(resource_type, str):
        return QuarantinedItem("Resource", Invalid.reason)
    if resource_type not in FEDERATED_TYPES and resource_type != PROVENANCE:
        return None
    try:
        faults = check(resource)
        if faults and drop_unsafe(resource):
            # The narrative is text for readers; the elements say the same.
            faults = check(resource)
    except Exception:
        # An error in our own check must not hide the other items. The content of the item is never logged.
        log.exception("an item could not be checked", extra={"reason": resource_type})
        return QuarantinedItem(resource_type, Invalid.reason)
    try:
        logical_id(resource)
    except Invalid:
        faults = [replace(NO_ID, expression=f"{resource_type}.id"), *faults]
    return QuarantinedItem(resource_type, Invalid.reason, faults) if faults else None


def _foreign(item: Item) -> QuarantinedItem:
    """An item that is left out because its source does not speak for its giver."""
    classes = Classes(*(getattr(item, name) for name in Classes._fields))
    return QuarantinedItem(item.type, Invalid.reason, [replace(NOT_ITS_OWN, expression=item.type)], classes)


def _refuse_other_patients(query: PatientQuery, resource: dict[str, Any]) -> None:
    """Raise WrongPerson if the resource is, contains or refers to another Patient than the one asked for."""
    contained = resource.get("contained")
    for patient in (resource, *(contained if isinstance(contained, list) else ())):
        if (
            isinstance(patient, dict)
            and patient.get("resourceType") == "Patient"
            and not has_number(patient, query.person, query.now)
        ):
            raise WrongPerson
    if resource.get("resourceType") == "Patient" and f"Patient/{resource.get('id')}" not in query.source_patients:
        raise WrongPerson
    for _, reference in references.walk(resource):
        _refuse_other_patient(query, reference)


def _refuse_other_patient(query: PatientQuery, reference: dict[str, Any]) -> None:
    """Raise WrongPerson if a reference is to another Patient; add the literal to one with the person's number alone."""
    literal, identifier = reference.get("reference"), reference.get("identifier")
    local = _local_reference(query, literal) if isinstance(literal, str) else None
    is_literal = mentions_type({"reference": local or str(literal)}, "Patient")
    if is_literal and local not in query.source_patients:
        raise WrongPerson
    is_asked_person = _is_number_of(identifier, query.person, query.now)
    if (is_literal or reference.get("type") == "Patient") and _is_personal(identifier) and not is_asked_person:
        raise WrongPerson
    if literal is None and is_asked_person:
        reference["reference"] = min(query.source_patients)


def _require_patient(query: PatientQuery, resource: dict[str, Any]) -> None:
    """Raise WrongPerson unless every reference to the resource's patient is to the one asked for, and there is one."""
    subjects = references.patient_of(resource)
    if not subjects or any(_local_reference(query, subject) not in query.source_patients for subject in subjects):
        raise WrongPerson


def _is_personal(identifier: object) -> bool:
    return isinstance(identifier, Mapping) and (
        normalise_system(str(identifier.get("system"))) in codes.PERSONAL_SYSTEMS
    )


def _is_number_of(identifier: object, person: PersonalNumber, now: datetime) -> bool:
    if not isinstance(identifier, Mapping):
        return False
    system, value = identifier.get("system"), identifier.get("value")
    if not isinstance(system, str) or not isinstance(value, str):
        return False
    try:
        return parse_personal(system, value, today=now.date()) == person
    except SamplanError:
        return False


def _local_reference(query: PatientQuery, reference: str) -> str | None:
    """The `Type/id` of a reference inside the source, relative or below its base address; None for any other."""
    return references.local_target(reference.removeprefix(f"{query.source.base_url}/"))


def _classes_of_unread(
    query: PatientQuery, resource: dict[str, Any], provenance: Mapping[str, Sequence[dict[str, Any]]]
) -> Classes:
    """The classes of a resource that is not valid; unknown if an element that they follow from cannot be read."""
    try:
        classes = _classes(query, resource, provenance.get(_source_reference(resource), ()))
    except (AttributeError, LookupError, TypeError, ValueError):
        return UNKNOWN_CLASSES
    is_read = all(isinstance(value, str | None) for value in (classes.giver, classes.unit, classes.category))
    return classes if is_read else UNKNOWN_CLASSES


def _targets(query: PatientQuery, provenance: Mapping[str, Any]) -> set[str]:
    targets = (_local_reference(query, target["reference"]) for target in provenance["target"] if "reference" in target)
    return {target for target in targets if target}


def _targets_any(query: PatientQuery, provenance: Mapping[str, Any], accepted: Mapping[str, Any]) -> bool:
    return not _targets(query, provenance).isdisjoint(accepted)


def _by_target(query: PatientQuery, accepted: Mapping[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    by_target: dict[str, list[dict[str, Any]]] = {}
    for resource in accepted.values():
        if resource["resourceType"] == PROVENANCE:
            for target in _targets(query, resource):
                by_target.setdefault(target, []).append(resource)
    return by_target


def _item(query: PatientQuery, resource: dict[str, Any], provenance: Sequence[dict[str, Any]]) -> Item:
    source = query.source
    renamed = _renamed(query, resource)
    source_updated = _instant(renamed["meta"].get("lastUpdated"))
    classes = _classes(query, resource, provenance)
    stamp = Stamp(
        id=renamed["id"],
        version=_version(renamed["meta"]),
        updated=source_updated or query.now,
        source_updated=source_updated,
        source=source.name,
    )
    return item_of(renamed, classes, stamp, json_text.dumps(renamed).decode())


def _classes(query: PatientQuery, resource: dict[str, Any], provenance: Sequence[dict[str, Any]]) -> Classes:
    source = query.source
    return classify(resource, provenance, ClassDefaults(giver=source.giver, unit=source.unit, category=source.category))


def _renamed(query: PatientQuery, resource: dict[str, Any]) -> dict[str, Any]:
    """A copy under our own id, with references renamed by the same rule, `meta.source` set, and without narrative.

    A narrative may hold any markup, and text about resources that this caller may not see.
    """
    copy = references.rewrite(resource, _new_references(query, resource))
    copy.pop("text", None)
    copy["id"] = ids.derived_id(query.source.name, _source_reference(resource))
    copy["meta"] = {**copy.get("meta", {}), "source": query.source.base_url}
    return copy


def _new_references(query: PatientQuery, resource: dict[str, Any]) -> dict[str, str]:
    """The new literal of each reference into the source: our Patient for the asked person, else a derived id."""
    names: dict[str, str] = {}
    for _, reference in references.walk(resource):
        literal = reference.get("reference")
        local = _local_reference(query, literal) if isinstance(literal, str) else None
        if local in query.source_patients:
            names[str(literal)] = f"Patient/{query.patient}"
        elif local is not None:
            names[str(literal)] = f"{type_and_id(local)[0]}/{ids.derived_id(query.source.name, local)}"
    return names


def _instant(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _version(meta: Mapping[str, Any]) -> int:
    version = meta.get("versionId")
    return int(version) if isinstance(version, str) and _VERSION.fullmatch(version) else 1
