"""The story of a read: one resource of one person, or as if it had never been.

http://hl7.org/fhir/R4/http.html#read
"""

from datetime import datetime

from app.access.caller import Caller
from app.access.decisions import AccessCheck
from app.access.redact import redact
from app.access.request_facts import facts
from app.disclosure.disclose import OpenRecord, Question, RecordAccess, Released, disclose
from app.errors import NotFound
from app.items import Item
from app.storage.record_reading import directory


async def read_resource(
    record_access: RecordAccess, caller: Caller, kind: str, identity: str, *, now: datetime
) -> Item:
    """One resource with the body that this caller may see; NotFound where it is absent or hidden."""

    async def produce(opened: OpenRecord) -> Released[Item]:
        for item in opened.items:
            if item.type == kind and item.id == identity:
                body = redact([item], opened.items, opened.patient)[0]
                return Released(item._replace(body=body), [item], opened.hidden)
        raise NotFound

    return await disclose(record_access, caller, Question("read", type=kind, id=identity), produce, now=now)


async def read_directory(
    record_access: RecordAccess, caller: Caller, kind: str, identity: str, *, now: datetime
) -> Item:
    """A practitioner, a role or an organisation: it belongs to no person, and whoever has a role may read it."""
    access_check = AccessCheck(
        record_access.policy, caller, facts(caller, None, caller_patient=None, patient="", now=now)
    )
    item = await directory(record_access.pool, kind, identity)
    if item is None or not access_check.read(item).allowed:
        raise NotFound
    return item
