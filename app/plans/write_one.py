"""The stories of one resource: created or replaced by staff or by a system.

http://hl7.org/fhir/R4/http.html#create and #update
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.access.caller import Caller, CallerKind
from app.access.classes import Kind
from app.audit.disclosure import Desk, Question
from app.contracts import provenance
from app.errors import Fault, Unprocessable
from app.fhir import documents, references
from app.fhir.bundles import Entry
from app.plans import revision
from app.plans.draft import Composed, Draft, Written
from app.plans.push import push
from app.plans.signed import edits
from app.plans.write_resources import Work, just, write
from app.storage.items import Item

ONE_PATIENT = Fault(
    "business-rule",
    "The resource must be about one patient, as Patient/id.",
    "Resursen måste gälla en patient, angiven som Patient/id.",
)
REVISION_STAYS = Fault(
    "business-rule",
    "This Provenance tells of a contract's revision: it is never changed.",
    "Den här Provenance berättar om en ändring av ett kontrakt: den ändras aldrig.",
    "Provenance",
)
BY_REVISION = Fault(
    "business-rule",
    "What ends a contract, reopens it or changes one that has ended needs a reason: PUT /api/contracts/[id].",
    "Att avsluta eller återuppta ett kontrakt, eller ändra ett avslutat, kräver ett skäl: PUT /api/contracts/[id].",
    "CarePlan.status",
)


async def create_resource(
    desk: Desk, caller: Caller, resource: dict[str, Any], text: bytes, *, now: datetime
) -> Written:
    """Store one new resource; of a system client it is a push of one."""
    kind = resource["resourceType"]
    if caller.kind is CallerKind.SYSTEM:
        entry = Entry(kind, None, "POST", kind, None, None, None, None, resource)
        return (await push(desk, caller, [entry], now=now))[0]
    compose, hint = just(Draft(resource, text=text)), desk.hint(caller)
    work = Work(Question("create", _patient(resource), kind), compose, hint, beside=edits(caller, hint, now=now))
    return (await write(desk, caller, work, now=now))[0]


async def update_resource(
    desk: Desk, caller: Caller, resource: dict[str, Any], text: bytes, version: int, *, now: datetime
) -> Written:
    """Replace one resource at the version that the caller read."""
    kind, identity = resource["resourceType"], resource["id"]

    def compose(items: Mapping[str, Item]) -> Composed:
        before = items.get(f"{kind}/{identity}")
        if before is not None:
            _require_no_revision(before, resource, items)
        return Composed([Draft(resource, id=identity, version=version, text=text)])

    hint = desk.hint(caller)
    work = Work(Question("update", None, kind, identity), compose, hint, beside=edits(caller, hint, now=now))
    return (await write(desk, caller, work, now=now))[0]


def _require_no_revision(before: Item, resource: dict[str, Any], items: Mapping[str, Item]) -> None:
    """What tells who did what to a contract, and why, is written by the contract's own stories alone."""
    if before.type == "Provenance" and any(_is_contract(items[one]) for one in before.refs if one in items):
        if provenance.is_revision(documents.loads(before.body)):
            raise Unprocessable(REVISION_STAYS)
    elif _is_contract(before) and (revision.has_ended(before.status) or revision.has_ended(resource["status"])):
        raise Unprocessable(BY_REVISION)


def _is_contract(item: Item) -> bool:
    return item.type == "CarePlan" and item.kind == Kind.AGREEMENT


def _patient(resource: dict[str, Any]) -> str:
    whose = references.patient_of(resource)
    one = next(iter(whose)) if len(whose) == 1 else ""
    if not one.startswith("Patient/"):
        raise Unprocessable(ONE_PATIENT)
    return one.removeprefix("Patient/")
