"""Make items of what a source answered: only what is the asked person's and valid, under names of our own.

Whose it is comes first. If anything in an answer names another person, or leaves open whose it is, nothing of the
answer is kept. After that each resource stands or falls alone.
"""

import asyncio
import logging
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.access.classification import ClassDefaults, classify
from app.errors import Fault, SamplanError
from app.federation.config import SourceConfig
from app.federation.reasons import Invalid, WrongPerson
from app.federation.source import Quarantined
from app.fhir import codes, ids, json_text, references
from app.fhir.check.check import check
from app.fhir.elements import mentions_type, type_and_id
from app.fhir.identifiers import PersonalNumber, normalise_system, parse_personal
from app.fhir.index import index
from app.fhir.types import FEDERATED_TYPES
from app.items import Item

log = logging.getLogger(__name__)

PROVENANCE: Final = "Provenance"

SLICE: Final = 0.004
"""How long to work, in seconds, before others get their turn."""

NO_ID: Final = Fault(
    "required", "What is in an answer needs an id; send one.", "Det som finns i ett svar behöver ett id; skicka ett."
)

_VERSION: Final = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: this source, for this person, whom we know as `patient` and the source as each of `theirs`."""

    source: SourceConfig
    person: PersonalNumber
    patient: str
    theirs: frozenset[str]
    now: datetime


class Harvest(NamedTuple):
    """The items, what the source calls each of them, and what was left out."""

    items: list[Item]
    originals: dict[str, str]
    quarantined: list[Quarantined]


async def harvest(asked: Asked, resources: Iterable[dict[str, Any]]) -> Harvest:
    """Items of all that is valid among the resources of one answer; WrongPerson if one may be somebody else's.

    Gives way to others every few milliseconds, however large the answer is.
    """
    turn = _Turn()
    found: dict[str, dict[str, Any]] = {}
    quarantined: list[Quarantined] = []
    for resource in resources:
        await turn.give()
        _refuse_others(asked, resource)
        fault = _fault(resource)
        if fault is not None:
            quarantined.append(fault)
        elif resource["resourceType"] in FEDERATED_TYPES:
            _require_theirs(asked, resource)
            found[_name(resource)] = resource
        elif resource["resourceType"] == PROVENANCE:
            found[_name(resource)] = resource
    provenance = _by_target(asked, found)
    items, originals = [], {}
    for name, resource in found.items():
        await turn.give()
        if resource["resourceType"] == PROVENANCE and not _about_any(asked, resource, found):
            continue
        item = _item(asked, resource, provenance.get(name, ()))
        items.append(item)
        originals[item.reference] = f"{asked.source.base_url}/{name}"
    return Harvest(items, originals, quarantined)


def carries(patient: Mapping[str, Any], person: PersonalNumber, now: datetime) -> bool:
    """Whether a Patient resource itself, not something contained in it, has the person's number."""
    identifiers = patient.get("identifier")
    return isinstance(identifiers, list) and any(_is_number_of(each, person, now) for each in identifiers)


def logical_id(resource: Mapping[str, Any]) -> str:
    """A resource's id; Invalid if it has none that is one."""
    found = resource.get("id")
    if not ids.is_id(found):
        raise Invalid("a resource without an id")
    return str(found)


class _Turn:
    """Lets others run when this has worked for a slice of time."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SLICE

    async def give(self) -> None:
        if time.monotonic() >= self._until:
            await asyncio.sleep(0)
            self._until = time.monotonic() + SLICE


def _name(resource: Mapping[str, Any]) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def _fault(resource: dict[str, Any]) -> Quarantined | None:
    """Why a resource cannot be shown, or None; of a type that is not shown anyway nothing is wanted."""
    kind = resource.get("resourceType")
    if not isinstance(kind, str):
        return Quarantined("Resource", Invalid.reason)
    if kind not in FEDERATED_TYPES and kind != PROVENANCE:
        return None
    try:
        faults = check(resource)
    except Exception:
        # A fault of ours over one item must not hide all the others; what it holds is in no log.
        log.exception("an item could not be checked", extra={"reason": kind})
        return Quarantined(kind, Invalid.reason)
    try:
        logical_id(resource)
    except Invalid:
        faults = [replace(NO_ID, expression=f"{kind}.id"), *faults]
    return Quarantined(kind, Invalid.reason, faults) if faults else None


def _refuse_others(asked: Asked, resource: dict[str, Any]) -> None:
    """WrongPerson if the resource is, contains or refers to another Patient than the one asked for."""
    contained = resource.get("contained")
    for each in (resource, *(contained if isinstance(contained, list) else ())):
        if (
            isinstance(each, dict)
            and each.get("resourceType") == "Patient"
            and not carries(each, asked.person, asked.now)
        ):
            raise WrongPerson
    if resource.get("resourceType") == "Patient" and f"Patient/{resource.get('id')}" not in asked.theirs:
        raise WrongPerson
    for _, reference in references.walk(resource):
        _refuse_another(asked, reference)


def _refuse_another(asked: Asked, reference: dict[str, Any]) -> None:
    """WrongPerson if a reference is to another Patient; one that tells only our person's number gets its literal."""
    literal, identifier = reference.get("reference"), reference.get("identifier")
    local = _local(asked, literal) if isinstance(literal, str) else None
    is_literal = mentions_type({"reference": local or str(literal)}, "Patient")
    if is_literal and local not in asked.theirs:
        raise WrongPerson
    is_theirs = _is_number_of(identifier, asked.person, asked.now)
    if (is_literal or reference.get("type") == "Patient") and _is_personal(identifier) and not is_theirs:
        raise WrongPerson
    if literal is None and is_theirs:
        reference["reference"] = min(asked.theirs)


def _require_theirs(asked: Asked, resource: dict[str, Any]) -> None:
    """WrongPerson unless the resource says that it is the asked person's, and nobody else's."""
    subjects = references.patient_of(resource)
    if not subjects or any(_local(asked, subject) not in asked.theirs for subject in subjects):
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


def _local(asked: Asked, reference: str) -> str | None:
    """`Type/id` of a reference to something in the source itself, relative or below its base address."""
    return references.local_target(reference.removeprefix(f"{asked.source.base_url}/"))


def _targets(asked: Asked, provenance: Mapping[str, Any]) -> set[str]:
    found = (_local(asked, target["reference"]) for target in provenance["target"] if "reference" in target)
    return {target for target in found if target}


def _about_any(asked: Asked, provenance: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return not _targets(asked, provenance).isdisjoint(found)


def _by_target(asked: Asked, found: Mapping[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    by_target: dict[str, list[dict[str, Any]]] = {}
    for resource in found.values():
        if resource["resourceType"] == PROVENANCE:
            for target in _targets(asked, resource):
                by_target.setdefault(target, []).append(resource)
    return by_target


def _item(asked: Asked, resource: dict[str, Any], provenance: Sequence[dict[str, Any]]) -> Item:
    source = asked.source
    renamed = _renamed(asked, resource)
    found, meta = index(renamed), renamed["meta"]
    source_updated = _instant(meta.get("lastUpdated"))
    classes = classify(
        resource, provenance, ClassDefaults(giver=source.giver, unit=source.unit, category=source.category)
    )
    return Item(
        type=renamed["resourceType"],
        id=renamed["id"],
        version=_version(meta),
        updated=source_updated or asked.now,
        source_updated=source_updated,
        status=found.status,
        starts=found.starts,
        ends=found.ends,
        giver=classes.giver,
        unit=classes.unit,
        category=classes.category,
        kind=classes.kind,
        label=classes.label,
        information_time=classes.information_time,
        keys=found.keys,
        refs=found.refs,
        source=source.name,
        body=json_text.dumps(renamed).decode(),
    )


def _renamed(asked: Asked, resource: dict[str, Any]) -> dict[str, Any]:
    """A copy under our id, with references by the same rule, its source named, and without foreign narrative.

    A narrative may carry markup of any kind, and tell of what this caller may not see.
    """
    copy = references.rewrite(resource, _names(asked, resource))
    copy.pop("text", None)
    copy["id"] = ids.derived_id(asked.source.name, _name(resource))
    copy["meta"] = {**copy.get("meta", {}), "source": asked.source.base_url}
    return copy


def _names(asked: Asked, resource: dict[str, Any]) -> dict[str, str]:
    """What each reference to something in the source is called here: the asked person, or a derived id."""
    names: dict[str, str] = {}
    for _, reference in references.walk(resource):
        literal = reference.get("reference")
        local = _local(asked, literal) if isinstance(literal, str) else None
        if local in asked.theirs:
            names[str(literal)] = f"Patient/{asked.patient}"
        elif local is not None:
            names[str(literal)] = f"{type_and_id(local)[0]}/{ids.derived_id(asked.source.name, local)}"
    return names


def _instant(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _version(meta: Mapping[str, Any]) -> int:
    found = meta.get("versionId")
    return int(found) if isinstance(found, str) and _VERSION.fullmatch(found) else 1
