"""The stories of one resource: created or replaced by staff or by a system.

http://hl7.org/fhir/R4/http.html#create and #update
"""

from datetime import datetime
from typing import Any

from app.access.caller import Caller, CallerKind
from app.disclosure.on_record import Question, RecordAccess
from app.errors import Fault, Unprocessable
from app.fhir import references
from app.fhir.bundles import TransactionEntry
from app.plans.contract.authorship import revision_drafts
from app.plans.push_transaction import push
from app.plans.write.drafts import Draft, Written
from app.plans.write.work import WriteRequest, fixed_drafts
from app.plans.write.write import write
from app.storage.audit_rows import AuditAction

ONE_PATIENT = Fault(
    "business-rule",
    "The resource must be about one patient, as Patient/id.",
    "Resursen måste gälla en patient, angiven som Patient/id.",
)


async def create_resource(
    record_access: RecordAccess, caller: Caller, resource: dict[str, Any], text: bytes, *, now: datetime
) -> Written:
    """Store one new resource; of a system client it is a push of one."""
    kind = resource["resourceType"]
    if caller.kind is CallerKind.SYSTEM:
        entry = TransactionEntry(kind, None, "POST", kind, None, None, None, None, resource)
        return (await push(record_access, caller, [entry], now=now))[0]
    compose, hint = fixed_drafts(Draft(resource, text=text)), record_access.hint(caller)
    work = WriteRequest(
        Question(AuditAction.CREATE, _patient(resource), kind),
        compose,
        hint,
        beside=revision_drafts(caller, hint, now=now),
    )
    return (await write(record_access, caller, work, now=now))[0]


async def update_resource(
    record_access: RecordAccess, caller: Caller, resource: dict[str, Any], text: bytes, version: int, *, now: datetime
) -> Written:
    """Replace one resource at the version that the caller read."""
    kind, identity = resource["resourceType"], resource["id"]
    compose, hint = fixed_drafts(Draft(resource, id=identity, version=version, text=text)), record_access.hint(caller)
    work = WriteRequest(
        Question(AuditAction.UPDATE, None, kind, identity), compose, hint, beside=revision_drafts(caller, hint, now=now)
    )
    return (await write(record_access, caller, work, now=now))[0]


def _patient(resource: dict[str, Any]) -> str:
    whose = references.patient_of(resource)
    one = next(iter(whose)) if len(whose) == 1 else ""
    if not one.startswith("Patient/"):
        raise Unprocessable(ONE_PATIENT)
    return one.removeprefix("Patient/")
