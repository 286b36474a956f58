"""Tells staff that information exists which they do not see, and nothing more: an operation of its own, never a count.

SVOD 2 kap. 4 § and PDL 4 kap. 5 § first paragraph (docs/law.md, C9 and C13).
"""

from datetime import datetime
from typing import NamedTuple

from app.access.caller import Caller
from app.disclosure.on_record import RecordAccess, RecordQuestion, on_record
from app.errors import Forbidden, NotFound, Unavailable
from app.people.facts import blocked_givers, decide_on
from app.people.which_person import WhichPerson
from app.storage import fact_rows
from app.storage.audit_rows import AuditAction


class Existence(NamedTuple):
    """Whether another giver holds information here that is not blocked, and whether the own giver has inner blocks."""

    others: bool
    blocked: bool


async def read_existence(
    record_access: RecordAccess, caller: Caller, person: WhichPerson, *, now: datetime
) -> Existence:
    """What the caller may know of information that they do not see.

    Raises NotFound if the caller may not ask about the person, Forbidden if the role may not know this.
    """
    question = RecordQuestion(AuditAction.EXISTENCE, person.patient, person=person.number)
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            change = await decide_on(disclosure)
            ruling = change.check.existence()
            if not ruling.allowed:
                raise Forbidden if change.check.ask().allowed else NotFound
            holders = await fact_rows.givers_with_information(record_access.pool, change.patient)
            others = holders - blocked_givers(change.facts) - {caller.giver}
            blocks = change.facts.blocks
            is_blocked = bool(blocks.inner - {caller.unit}) or any(block.is_inner for block in blocks.limited)
            if await disclosure.conclude(disclosure.permitted()._replace(rule=ruling.row)):
                return Existence(bool(others), is_blocked)
            disclosure.require_another_try(Unavailable)
