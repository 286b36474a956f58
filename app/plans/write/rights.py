"""Asks for the right to write before a body is read or checked: whoever lacks it costs nothing more.

What can be known without the person is asked here: whether the role ever writes, and the scopes of the token. The
decision about the items comes later (`app.plans.write.write`). docs/decisions/0020-decide-on-what-leaves.md
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from app.access.caller import Caller, CallerKind
from app.access.facts import Action
from app.disclosure.on_record import RecordAccess, RecordQuestion, refuse
from app.fhir.times import STOCKHOLM
from app.fhir.types import STORED_TYPES
from app.storage.audit_rows import AuditAction

LETTERS: Final = {AuditAction.CREATE: "c", AuditAction.UPDATE: "u", AuditAction.PUSH: "cu"}
"""The scopes that a write needs; a system's create is a push."""


async def require_right(
    record_access: RecordAccess, caller: Caller, action: AuditAction, resource_type: str | None, *, now: datetime
) -> None:
    """Raise Forbidden, with intent and outcome in the trail, if the caller never may write resources of the type.

    Without a type the caller must be able to write resources of some type.
    """
    types = sorted(STORED_TYPES) if resource_type is None else [resource_type]
    if not any(may_write(record_access, caller, action, type_, now=now) for type_ in types):
        await refuse(record_access, caller, RecordQuestion(action, type=resource_type), now=now)


async def require_rights(record_access: RecordAccess, caller: Caller, types: Iterable[str], *, now: datetime) -> None:
    """Raise Forbidden, with intent and outcome in the trail, unless the caller may push all these types."""
    if not all(may_write(record_access, caller, AuditAction.PUSH, type_, now=now) for type_ in types):
        await refuse(record_access, caller, RecordQuestion(AuditAction.PUSH), now=now)


def may_write(
    record_access: RecordAccess, caller: Caller, action: AuditAction, resource_type: str, *, now: datetime
) -> bool:
    """Whether the role may write anything on this day, and the scopes allow to write resources of this type.

    Only a system of an organisation pushes.
    """
    if action is AuditAction.CREATE and caller.kind is CallerKind.SYSTEM:
        action = AuditAction.PUSH
    if action is AuditAction.PUSH and (caller.kind is not CallerKind.SYSTEM or caller.giver is None):
        return False
    table = record_access.policy.on(now.astimezone(STOCKHOLM).date())
    return table.permits_role(Action.WRITE, caller.role) and all(
        caller.may(resource_type, letter) for letter in LETTERS[action]
    )
