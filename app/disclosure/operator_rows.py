"""The rows of the trail for an act of an operator: whoever runs a `samplan` command on this machine."""

import getpass
import os
from datetime import datetime
from typing import Final, NamedTuple
from uuid import uuid4

from app.storage.audit_rows import AuditAction, AuditOutcome, AuditRow, Phase

OPERATOR: Final = "operator"
"""The kind of caller that an operator is in the trail."""


def operator_name() -> str:
    """The name of the user who runs this command; the user's number where it has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


class OperatorAct(NamedTuple):
    """An act of an operator, with the rule that permits it, and the giver, person and resource that it concerns."""

    action: AuditAction
    purpose: str
    rule: str
    giver: str | None = None
    patient: str | None = None
    type: str | None = None
    id: str | None = None


def operator_rows(operator: str, act: OperatorAct, *, now: datetime) -> list[AuditRow]:
    """The intent and the outcome of an act that is permitted; `operator` is the name in the trail."""
    intent = AuditRow(
        request=uuid4(),
        phase=Phase.INTENT,
        at=now,
        caller_kind=OPERATOR,
        caller=operator,
        role=None,
        giver=act.giver,
        unit=None,
        purpose=act.purpose,
        patient=act.patient,
        action=act.action,
        type=act.type,
        id=act.id,
    )
    return [intent, intent._replace(phase=Phase.OUTCOME, outcome=AuditOutcome.PERMIT, rule=act.rule)]
