"""The stories of a block (spärr): the person alone closes a giver's information to others, and opens it again.

A block holds at once and is lifted whenever the person asks; a guardian may not block (SVOD 2 kap. 3 §, PDL 4 kap. 4 §;
docs/law.md, C7 and C8).
"""

from datetime import datetime

from app.access.caller import Caller, CallerKind
from app.disclosure.on_record import RecordAccess, RecordQuestion, on_record
from app.errors import Forbidden, NotFound
from app.fhir.identifiers import HsaId
from app.storage import person_facts
from app.storage.audit_rows import AuditAction


async def set_block(record_access: RecordAccess, caller: Caller, patient: str, giver: HsaId, *, now: datetime) -> str:
    """Hide the information of `giver` from every other giver; returns the block's id.

    Raises NotFound where the caller may not ask about the person, Forbidden where they may not block.
    """
    async with on_record(record_access, caller, RecordQuestion(AuditAction.BLOCK, patient), now=now) as disclosure:
        record = await disclosure.open()
        if not record.access_check.block().allowed:
            raise Forbidden
        return await person_facts.add_block(
            record_access.pool, patient, giver.value, now=now, outcome=disclosure.permitted()
        )


async def lift_block(record_access: RecordAccess, caller: Caller, block: str, *, now: datetime) -> None:
    """Open it again; NotFound where it is no block of the caller's own."""
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
