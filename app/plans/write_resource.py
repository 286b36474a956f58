"""Creates or replaces one resource, for staff or for a system.

http://hl7.org/fhir/R4/http.html#create and #update
"""

from datetime import datetime
from typing import Any

from app.access.caller import Caller, CallerKind
from app.disclosure.on_record import RecordAccess, RecordQuestion
from app.errors import Fault, Unprocessable
from app.fhir import references
from app.fhir.bundles import TransactionEntry
from app.plans.push_transaction import push
from app.plans.write.drafts import Draft, Written
from app.plans.write.write_request import WriteRequest
from app.plans.write_drafts import write_drafts
from app.storage.audit_rows import AuditAction

ONE_PATIENT = Fault(
    "business-rule",
    "The resource must be about one patient, as Patient/id.",
    "Resursen måste gälla en patient, angiven som Patient/id.",
)


async def create_resource(
    record_access: RecordAccess, caller: Caller, resource: dict[str, Any], text: bytes, *, now: datetime
) -> Written:
    """Store a new resource; a resource of a system client is stored as a push with one entry."""
    resource_type = resource["resourceType"]
    if caller.kind is CallerKind.SYSTEM:
        entry = TransactionEntry(
            path=resource_type, full_url=None, method="POST", type=resource_type, resource=resource
        )
        return (await push(record_access, caller, [entry], now=now, size=len(text)))[0]
    question = RecordQuestion(AuditAction.CREATE, patient=_patient(resource), type=resource_type)
    request = WriteRequest(question, record_access.class_defaults(caller), size=len(text))
    return (await write_drafts(record_access, caller, request, [Draft(resource, text=text)], now=now))[0]


async def update_resource(
    record_access: RecordAccess, caller: Caller, resource: dict[str, Any], text: bytes, version: int, *, now: datetime
) -> Written:
    """Replace a resource; `version` is the version that the caller read."""
    question = RecordQuestion(AuditAction.UPDATE, type=resource["resourceType"], id=resource["id"])
    request = WriteRequest(question, record_access.class_defaults(caller), size=len(text))
    draft = Draft(resource, id=resource["id"], version=version, text=text)
    return (await write_drafts(record_access, caller, request, [draft], now=now))[0]


def _patient(resource: dict[str, Any]) -> str:
    patients = references.patient_of(resource)
    reference = next(iter(patients)) if len(patients) == 1 else ""
    if not reference.startswith("Patient/"):
        raise Unprocessable(ONE_PATIENT)
    return reference.removeprefix("Patient/")
