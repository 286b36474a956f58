"""Items, callers and audit entries for the tests of storage."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg

from app.items import Item
from app.storage.audit_rows import AuditRow
from app.storage.database import Pool
from app.storage.record_writing import Write, store
from app.storage.row_security import RlsContext
from tests.builders import items

NOW = datetime.now(UTC).replace(microsecond=0)
AGO = NOW - timedelta(days=30)

REGION, TOWN, CLINIC = "SE-REGION", "SE-TOWN", "SE-CLINIC"
KINDS = (
    "agreement",
    "plan",
    "goal",
    "contact",
    "time",
    "self-care",
    "home-care",
    "care-activity",
    "person",
    "provenance",
)


def stored_item(id: str, **given: Any) -> Item:
    """A booked appointment of the region's, unless said otherwise."""
    appointment = {
        "updated": NOW, "source_updated": AGO, "status": "booked", "starts": NOW + timedelta(days=3), "giver": REGION,
        "unit": f"{REGION}-1", "information_time": AGO, "keys": [f"urn:example|{id}"],
        "body": f'{{"resourceType":"Appointment","id":"{id}","priority":1.00}}',
    }  # fmt: skip
    return items.item(**{**appointment, **given, "id": id})


def audit_entry(**given: Any) -> AuditRow:
    """The intent of a physician of the region's."""
    whole = {
        "request": uuid4(), "phase": "intent", "at": NOW, "caller_kind": "staff", "caller": "SE-REGION-DOCTOR",
        "role": "physician", "giver": REGION, "unit": f"{REGION}-1", "purpose": "care", "patient": "anna",
        "action": "overview",
    }  # fmt: skip
    return AuditRow(**{**whole, **given})


class StoredPerson(NamedTuple):
    """A database with Anna in it: the app's pool, and a way to do things as the owner of the tables."""

    pool: Pool
    app_url: str
    owner_url: str

    async def as_owner(self, query: str, *arguments: Any) -> list[Any]:
        """Run one statement as the owner, who is under row-level security too."""
        connection = await asyncpg.connect(self.owner_url)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def put(self, patient: str, *stored: Item) -> None:
        """Store items as their giver, or as the person where they have none."""
        for item in stored:
            rls_context = RlsContext(patient, "system", item.giver) if item.giver else citizen(patient)
            await store(self.pool, rls_context, [Write(item)])


def citizen(patient: str, of: str | None = None) -> RlsContext:
    """The person, or another citizen who asks about them."""
    return RlsContext(of or patient, "citizen", person=patient)


def physician(giver: str = REGION, patient: str = "anna") -> RlsContext:
    """A physician of a giver."""
    return RlsContext(patient, "physician", giver, f"{giver}-1", employee="SE-DOCTOR")
