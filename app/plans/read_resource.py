"""The story of a read: one resource of one person, or as if it had never been.

http://hl7.org/fhir/R4/http.html#read
"""

from datetime import datetime

from app.access.caller import Caller
from app.access.decisions import Situation
from app.access.redact import redact
from app.access.request_facts import facts
from app.disclosure.disclose import Desk, Opened, Question, Released, disclose
from app.errors import NotFound
from app.items import Item
from app.storage.record_reading import directory


async def read_resource(desk: Desk, caller: Caller, kind: str, identity: str, *, now: datetime) -> Item:
    """One resource with the body that this caller may see; NotFound where it is absent or hidden."""

    async def produce(opened: Opened) -> Released[Item]:
        for item in opened.items:
            if item.type == kind and item.id == identity:
                body = redact([item], opened.items, opened.patient)[0]
                return Released(item._replace(body=body), [item], opened.hidden)
        raise NotFound

    return await disclose(desk, caller, Question("read", type=kind, id=identity), produce, now=now)


async def read_directory(desk: Desk, caller: Caller, kind: str, identity: str, *, now: datetime) -> Item:
    """A practitioner, a role or an organisation: it belongs to no person, and whoever has a role may read it."""
    situation = Situation(desk.policy, caller, facts(caller, None, caller_patient=None, patient="", now=now))
    item = await directory(desk.pool, kind, identity)
    if item is None or not situation.read(item).allowed:
        raise NotFound
    return item
