"""What a revision does to a contract: by the status before and after, what it is called and what it must say (pure).

A contract is never overwritten: each change is a revision with an author, and with a reason where something ends or
begins anew.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from app.errors import Fault, Unprocessable

GROUPS: Final[Mapping[str | None, str]] = {
    None: "new",
    **dict.fromkeys(("draft", "active", "on-hold"), "open"),
    "unknown": "unknown",
    **dict.fromkeys(("completed", "revoked"), "ended"),
    "entered-in-error": "error",
}
"""Of what kind each status of a contract is; None where there is no contract yet."""


Action = Literal["create", "revise", "end", "replace", "reopen"]


class Rule(NamedTuple):
    """What a change of status is called in the trail, and whether it needs a reason."""

    action: Action
    needs_reason: bool = False


RULES: Final[Mapping[tuple[str, str], Rule]] = {
    ("new", "open"): Rule("create"),
    ("new", "unknown"): Rule("create"),
    ("new", "ended"): Rule("create"),
    ("new", "error"): Rule("create", needs_reason=True),
    ("open", "open"): Rule("revise"),
    ("open", "unknown"): Rule("revise"),
    ("open", "ended"): Rule("end", needs_reason=True),
    ("open", "error"): Rule("end", needs_reason=True),
    ("unknown", "open"): Rule("revise"),
    ("unknown", "unknown"): Rule("revise"),
    ("unknown", "ended"): Rule("end", needs_reason=True),
    ("unknown", "error"): Rule("end", needs_reason=True),
    ("ended", "open"): Rule("reopen", needs_reason=True),
}
"""From and to -> what it is; what is not here is refused: what has ended is reopened or left, an error stays one."""

REPLACES: Final = Rule("replace", needs_reason=True)
"""A new contract in the place of another."""

REASON: Final = Fault(
    "required",
    "Say why in revision.reason: to end, reopen or replace a contract, or to call it an error, needs a reason.",
    "Ange varför i revision.reason: att avsluta, återuppta, ersätta eller felmarkera ett kontrakt kräver ett skäl.",
    "revision.reason",
)
STAYS: Final = Fault(
    "business-rule",
    "This contract has ended: it can be reopened, with status draft, active or on-hold, and not be changed otherwise.",
    "Kontraktet är avslutat: det kan återupptas, med status draft, active eller on-hold, och inte ändras i övrigt.",
    "status",
)
ERRS: Final = Fault(
    "business-rule",
    "This contract was entered in error: it stays so. Write a new one.",
    "Kontraktet är felaktigt registrerat och förblir det. Skriv ett nytt.",
    "status",
)


def has_ended(status: str | None) -> bool:
    """Whether a contract of this status is at its end, or was an error."""
    return GROUPS[status] in {"ended", "error"}


def rule(before: str | None, after: str | None, *, replaces: bool = False) -> Rule | None:
    """What holds for this change; None where it is not allowed."""
    return REPLACES if replaces else RULES.get((GROUPS[before], GROUPS[after]))


def require_no_error(before: str | None) -> None:
    """Unprocessable for what was entered in error: it stays so."""
    if GROUPS[before] == "error":
        raise Unprocessable(ERRS)


def called(before: str | None, after: str | None, *, replaces: bool = False) -> Action:
    """What a change that has come by FHIR is called; whether FHIR may make it is asked elsewhere."""
    found = rule(before, after, replaces=replaces)
    return found.action if found else "revise"


def action(before: str | None, after: str, reason: str | None, *, replaces: bool = False) -> Action:
    """What this change is in the trail; Unprocessable where it is not allowed, or lacks its reason."""
    found = rule(before, after, replaces=replaces)
    if found is None:
        require_no_error(before)
        raise Unprocessable(STAYS)
    if found.needs_reason and reason is None:
        raise Unprocessable(REASON)
    return found.action
