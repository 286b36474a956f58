"""Puts changes of the registered clients and revoked tokens on record, in the transaction that makes them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.disclosure.operator_rows import OperatorAct, operator_name, operator_rows
from app.storage.audit_rows import AuditAction, append_statement, parameter_values


async def record_changes(connection: Any, action: AuditAction, ids: Iterable[str]) -> None:
    """Write an intent and an outcome for each id, by the user of this machine who runs the command."""
    at: datetime = await connection.fetchval("SELECT now()")
    for id_ in ids:
        act = OperatorAct(action, "administration", "registry", id=id_)
        intent, outcome = operator_rows(operator_name(), act, now=at)
        await connection.execute(append_statement(2), *parameter_values(intent), *parameter_values(outcome))
