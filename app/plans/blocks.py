"""The stories of a block (spärr): the person alone closes a giver's information to others, and opens it again.

A block holds at once and is lifted whenever the person asks; a guardian may not block (SVOD 2 kap. 3 §, PDL 4 kap. 4 §;
docs/law.md, C7 and C8).
"""

from datetime import datetime

from app.access.caller import Caller, CallerKind
from app.disclosure.disclose import Desk, Question, open_record, refusal, refuse
from app.errors import Forbidden, NotFound
from app.fhir.identifiers import HsaId
from app.storage import person_facts


async def set_block(desk: Desk, caller: Caller, patient: str, giver: HsaId, *, now: datetime) -> str:
    """Close what `giver` holds to every other giver; returns the block's id."""
    opened = await open_record(desk, caller, Question("block", patient), now=now)
    if not opened.situation.block().allowed:
        await desk.trail.conclude(refusal(opened.entry, Forbidden()))
        raise Forbidden
    outcome = opened.entry._replace(outcome="permit", facts_version=None)
    return await person_facts.add_block(desk.pool, patient, giver.value, now=now, outcome=outcome)


async def lift_block(desk: Desk, caller: Caller, block: str, *, now: datetime) -> None:
    """Open it again; NotFound where it is no block of the caller's own."""
    if caller.kind is not CallerKind.CITIZEN:
        await refuse(desk, caller, Question("unblock"), now=now)
    opened = await open_record(desk, caller, Question("unblock", person=caller.personal_number), now=now)
    outcome = opened.entry._replace(outcome="permit", facts_version=None)
    lifted = opened.situation.block().allowed and await person_facts.lift_block(
        desk.pool, opened.patient, block, now=now, outcome=outcome
    )
    if not lifted:
        await desk.trail.conclude(refusal(opened.entry, NotFound()))
        raise NotFound
