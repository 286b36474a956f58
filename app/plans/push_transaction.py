"""Stores a push: a FHIR transaction in which an EHR sends bookings and plans of one person.

A push can be repeated and may arrive out of order: each resource is known by the source's own business identifier,
and an older version never overwrites a newer one (docs/decisions/0018-a-push-can-be-sent-again.md). A person who is
not known yet is created from the Patient in the same transaction. http://hl7.org/fhir/R4/http.html#transaction
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import Any

from app.access.caller import Caller
from app.access.classification import ClassDefaults
from app.disclosure.on_record import RecordAccess, RecordQuestion
from app.errors import MOST_FAULTS, Fault, Unprocessable
from app.fhir import references
from app.fhir.bundles import TransactionEntry
from app.fhir.check.check import check
from app.fhir.codes import PERSONAL_SYSTEMS
from app.fhir.identifiers import PersonalNumber, normalise_system, parse_personal
from app.fhir.types import STORED_TYPES
from app.off_loop import off_loop
from app.plans.write.changes import UNKNOWN_PERSON
from app.plans.write.drafts import Draft, Written, source_keys
from app.plans.write.person import ONE_NUMBER, ONE_PERSON, numbers
from app.plans.write.rights import require_rights
from app.plans.write.write_request import THE_PERSON, WriteRequest
from app.plans.write_drafts import write_drafts
from app.storage.audit_rows import AuditAction

NOT_PUSHED = Fault(
    "not-supported",
    "A push has POST and PUT entries with a resource.",
    "Det som skickas in har entry med POST eller PUT och en resurs.",
)
NOT_STORED = Fault(
    "not-supported",
    f"This type is not stored; send one of {', '.join(sorted(STORED_TYPES))}.",
    f"Den här typen lagras inte; skicka någon av {', '.join(sorted(STORED_TYPES))}.",
)
NO_KEY = Fault(
    "required",
    "A pushed resource needs an identifier with system and value: your own key for it.",
    "En resurs som skickas in behöver en identifier med system och value: er egen nyckel.",
)

NO_CONDITION = Fault(
    "not-supported",
    "A push has no conditions: the newest meta.lastUpdated counts.",
    "Det som skickas in har inga villkor: den nyaste meta.lastUpdated gäller.",
)

WITHOUT_KEY = frozenset({"Patient", "Provenance"})
"""Types that need no business identifier of their own in a push."""


async def push(
    record_access: RecordAccess, caller: Caller, entries: Sequence[TransactionEntry], *, now: datetime, size: int = 0
) -> list[Written]:
    """Store the resources of a transaction, all or none, and return one result for each entry, in order.

    `size` is the number of bytes that were sent.

    Raises Unprocessable with every fault of every entry, Forbidden if the client lacks a scope or an organisation,
    and the errors of `write_drafts`.
    """
    types = {entry.resource["resourceType"] for entry in entries if entry.resource is not None}
    await require_rights(record_access, caller, types.intersection(STORED_TYPES), now=now)
    request, drafts = await off_loop(size, partial(_write_request, entries, record_access.class_defaults(caller), size))
    return await write_drafts(record_access, caller, request, drafts, now=now)


def _write_request(
    entries: Sequence[TransactionEntry], class_defaults: ClassDefaults, size: int
) -> tuple[WriteRequest, list[Draft]]:
    """The request and the drafts of entries; Unprocessable with every fault, or if they are not about one person."""
    if faults := _faults_of_all(entries):
        raise Unprocessable(*faults)
    patient, person = _person_of(entries)
    drafts = [_draft(entry, entry.resource) for entry in entries if entry.resource is not None]
    request = WriteRequest(
        RecordQuestion(AuditAction.PUSH, patient=patient, person=person),
        class_defaults,
        person if any(entry.type == "Patient" for entry in entries) else None,
        [pair for draft in drafts if draft.keyed for pair in source_keys(draft.resource)],
        size,
    )
    return request, drafts


def _person_of(entries: Sequence[TransactionEntry]) -> tuple[str | None, PersonalNumber | None]:
    """The person of a transaction: the id of the Patient, or the number in its Patient or in a reference."""
    resources = [entry.resource for entry in entries if entry.resource is not None]
    in_bundle = {entry.full_url for entry in entries if entry.type == "Patient"}
    subjects = {subject for resource in resources for subject in references.patient_of(resource)} - in_bundle
    patients = {subject.removeprefix("Patient/") for subject in subjects if subject.startswith("Patient/")}
    own_numbers = [numbers(resource) for resource in resources if resource["resourceType"] == "Patient"]
    people = {number for resource in resources for _, number in _logical(resource)}.union(*own_numbers)
    if any(len(own) > 1 for own in own_numbers):
        raise Unprocessable(ONE_NUMBER)
    if len(patients) > 1 or len(people) > 1:
        raise Unprocessable(replace(ONE_PERSON, expression="Bundle.entry"))
    if people:
        return None, people.pop()
    if patients:
        return patients.pop(), None
    raise Unprocessable(UNKNOWN_PERSON)


def _logical(resource: Mapping[str, Any]) -> list[tuple[dict[str, Any], PersonalNumber]]:
    """The logical references to a person, which hold a personal number and no address, each with its number."""
    logical = []
    for _, reference in references.walk(resource):
        identifier = reference.get("identifier", {})
        if normalise_system(identifier.get("system", "")) in PERSONAL_SYSTEMS:
            logical.append((reference, parse_personal(identifier["system"], identifier.get("value", ""))))
    return logical


def _faults_of_all(entries: Iterable[TransactionEntry]) -> list[Fault]:
    """At most MOST_FAULTS faults of the entries, in their order."""
    return list(islice(chain.from_iterable(map(_faults, entries)), MOST_FAULTS))


def _faults(entry: TransactionEntry) -> list[Fault]:
    if entry.resource is None or entry.method not in {"POST", "PUT"}:
        return [replace(NOT_PUSHED, expression=f"{entry.path}.request.method")]
    resource_type = entry.resource["resourceType"]
    place = f"{entry.path}.resource"
    if resource_type not in STORED_TYPES:
        return [replace(NOT_STORED, expression=place)]
    faults = [_fault_at(fault, resource_type, place) for fault in check(entry.resource)]
    if not faults and resource_type not in WITHOUT_KEY and not source_keys(entry.resource):
        faults.append(replace(NO_KEY, expression=f"{place}.identifier"))
    if entry.if_match is not None:
        faults.append(replace(NO_CONDITION, expression=f"{entry.path}.request.ifMatch"))
    return faults


def _fault_at(fault: Fault, resource_type: str, place: str) -> Fault:
    inside = (fault.expression or resource_type).removeprefix(resource_type)
    return Fault(fault.code, fault.english, fault.swedish, place + inside, fault.severity)


def _draft(entry: TransactionEntry, sent: Mapping[str, Any]) -> Draft:
    """The draft of an entry; a reference by personal number becomes THE_PERSON, which the write resolves."""
    resource = dict(deepcopy(sent))
    for reference, _ in _logical(resource):
        del reference["identifier"]
        reference["reference"] = THE_PERSON
    return Draft(resource, entry.full_url or "", keyed=entry.type != "Provenance")
