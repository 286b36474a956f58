"""Puts changes of the registered clients and revoked tokens on record, in the transaction that makes them."""

import getpass
import os
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from app.disclosure.access_log import OPERATOR
from app.storage.audit_rows import AuditAction, AuditOutcome, AuditRow, Phase, append_statement, parameter_values


async def record_changes(connection: Any, action: AuditAction, ids: Iterable[str]) -> None:
    """Write an intent and an outcome for each id, by the user of this machine who runs the command."""
    at: datetime = await connection.fetchval("SELECT now()")
    for id_ in ids:
        intent = AuditRow(
            request=uuid4(),
            phase=Phase.INTENT,
            at=at,
            caller_kind=OPERATOR,
            caller=_operator(),
            role=None,
            giver=None,
            unit=None,
            purpose="administration",
            patient=None,
            action=action,
            id=id_,
        )
        outcome = intent._replace(phase=Phase.OUTCOME, outcome=AuditOutcome.PERMIT, rule="registry")
        await connection.execute(append_statement(2), *parameter_values(intent), *parameter_values(outcome))


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name.
        return str(os.getuid())
