"""Reads one resource of a person; a hidden resource is answered like one that does not exist.

http://hl7.org/fhir/R4/http.html#read
"""

from datetime import datetime

from app.access.caller import Caller
from app.disclosure.on_record import OpenRecord, RecordAccess, RecordQuestion, on_record
from app.disclosure.seen_versions import as_seen_in
from app.errors import NotFound
from app.items import Item
from app.storage.audit_rows import AuditAction


async def read_resource(
    record_access: RecordAccess, caller: Caller, resource_type: str, resource_id: str, *, now: datetime
) -> Item:
    """The resource, with the body that this caller may see; NotFound if it is absent or hidden."""
    # A person whom only the population register has told of has no resource of their own.
    patient = resource_id if resource_type == "Patient" else None
    question = RecordQuestion(AuditAction.READ, patient, resource_type, resource_id)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            item = _item(record, resource_type, resource_id)
            shown = await as_seen_in(record_access.pool, record, [item])
            if await disclosure.permit([item], hidden=record.hidden):
                return shown[0]


def _item(record: OpenRecord, resource_type: str, resource_id: str) -> Item:
    for item in record.items:
        if item.type == resource_type and item.id == resource_id:
            return item
    raise NotFound
