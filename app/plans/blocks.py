"""Sets and lifts a block (spärr): a person closes the information of one care giver to all other care givers.

Only the person may do so, at any time, and it takes effect at once; a guardian may not (SVOD 2 kap. 3 §,
PDL 4 kap. 4 §; docs/law.md, C7 and C8).
"""

from datetime import datetime

from app.access.caller import Caller, CallerKind
from app.disclosure.on_record import RecordAccess, RecordQuestion, on_record
from app.errors import Forbidden, NotFound
from app.fhir.identifiers import HsaId
from app.storage import person_facts
from app.storage.audit_rows import AuditAction


async def set_block(record_access: RecordAccess, caller: Caller, patient: str, giver: HsaId, *, now: datetime) -> str:
    """Close the information of `giver` to every other giver, and return the id of the block.

    Raises NotFound if the caller may not ask about the person, Forbidden if the caller may not block.
    """
    async with on_record(record_access, caller, RecordQuestion(AuditAction.BLOCK, patient), now=now) as disclosure:
        record = await disclosure.open()
        if not record.access_check.block().allowed:
            raise Forbidden
        return await person_facts.add_block(
            record_access.pool, patient, giver.value, now=now, outcome=disclosure.permitted()
        )


async def lift_block(record_access: RecordAccess, caller: Caller, block: str, *, now: datetime) -> None:
    """Lift a block; NotFound if the caller has no such block."""
    question = RecordQuestion(AuditAction.UNBLOCK, person=caller.personal_number)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        if caller.kind is not CallerKind.CITIZEN:
            raise Forbidden
        record = await disclosure.open()
        lifted = record.access_check.block().allowed and await person_facts.lift_block(
            record_access.pool, record.patient, block, now=now, outcome=disclosure.permitted()
        )
        if not lifted:
            raise NotFound
