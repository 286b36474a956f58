"""The stories of a block (spärr): the person alone closes a giver's information to others, and opens it again.

A block holds at once and is lifted whenever the person asks; a guardian may not block (SVOD 2 kap. 3 §, PDL 4 kap. 4 §;
docs/law.md, C7 and C8).
"""

from datetime import datetime

from app.access.caller import Caller, CallerKind
from app.disclosure.disclose import Question, RecordAccess, open_record, refusal, refuse
from app.errors import Forbidden, NotFound
from app.fhir.identifiers import HsaId
from app.storage import person_facts


async def set_block(record_access: RecordAccess, caller: Caller, patient: str, giver: HsaId, *, now: datetime) -> str:
    """Close what `giver` holds to every other giver; returns the block's id."""
    opened = await open_record(record_access, caller, Question("block", patient), now=now)
    if not opened.access_check.block().allowed:
        await record_access.trail.conclude(refusal(opened.entry, Forbidden()))
        raise Forbidden
    outcome = opened.entry._replace(outcome="permit", facts_version=None)
    return await person_facts.add_block(record_access.pool, patient, giver.value, now=now, outcome=outcome)


async def lift_block(record_access: RecordAccess, caller: Caller, block: str, *, now: datetime) -> None:
    """Open it again; NotFound where it is no block of the caller's own."""
    if caller.kind is not CallerKind.CITIZEN:
        await refuse(record_access, caller, Question("unblock"), now=now)
    opened = await open_record(record_access, caller, Question("unblock", person=caller.personal_number), now=now)
    outcome = opened.entry._replace(outcome="permit", facts_version=None)
    lifted = opened.access_check.block().allowed and await person_facts.lift_block(
        record_access.pool, opened.patient, block, now=now, outcome=outcome
    )
    if not lifted:
        await record_access.trail.conclude(refusal(opened.entry, NotFound()))
        raise NotFound
