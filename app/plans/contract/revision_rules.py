"""The rules of revisions: the action of each change of status, and whether it needs a reason (pure).

A contract is never overwritten. Each change is a revision with an author. Ending, reopening and replacing a contract
need a reason.
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
"""Status of a contract -> its group; None stands for a contract that does not exist yet."""

Action = Literal["create", "revise", "end", "replace", "reopen"]


class RevisionRule(NamedTuple):
    """The action of a change of status, and whether the change needs a reason."""

    action: Action
    needs_reason: bool = False


RULES: Final[Mapping[tuple[str, str], RevisionRule]] = {
    ("new", "open"): RevisionRule("create"),
    ("new", "unknown"): RevisionRule("create"),
    ("new", "ended"): RevisionRule("create"),
    ("new", "error"): RevisionRule("create", needs_reason=True),
    ("open", "open"): RevisionRule("revise"),
    ("open", "unknown"): RevisionRule("revise"),
    ("open", "ended"): RevisionRule("end", needs_reason=True),
    ("open", "error"): RevisionRule("end", needs_reason=True),
    ("unknown", "open"): RevisionRule("revise"),
    ("unknown", "unknown"): RevisionRule("revise"),
    ("unknown", "ended"): RevisionRule("end", needs_reason=True),
    ("unknown", "error"): RevisionRule("end", needs_reason=True),
    ("ended", "open"): RevisionRule("reopen", needs_reason=True),
}
"""Group before and after -> rule. Every other change is refused: an ended contract can only be reopened."""

REPLACES: Final = RevisionRule("replace", needs_reason=True)
"""The rule of a new contract that replaces another."""

REASON: Final = Fault(
    "required",
    "To end, reopen or replace a contract, or to mark it as an error, needs a reason; send revision.reason.",
    "Att avsluta, återuppta, ersätta eller felmarkera ett kontrakt kräver ett skäl; ange revision.reason.",
    "revision.reason",
)
HAS_ENDED: Final = Fault(
    "business-rule",
    "This contract has ended and can only be reopened; send status draft, active or on-hold.",
    "Kontraktet är avslutat och kan bara återupptas; ange status draft, active eller on-hold.",
    "status",
)
IN_ERROR: Final = Fault(
    "business-rule",
    "This contract was entered in error and cannot be changed; write a new contract.",
    "Kontraktet är felaktigt registrerat och kan inte ändras; skriv ett nytt kontrakt.",
    "status",
)


def has_ended(status: str | None) -> bool:
    """Return whether a contract of this status has ended, or was entered in error."""
    return GROUPS[status] in {"ended", "error"}


def rule(before: str | None, after: str | None, *, replaces: bool = False) -> RevisionRule | None:
    """Return the rule of a change of status; None if the change is not allowed."""
    return REPLACES if replaces else RULES.get((GROUPS[before], GROUPS[after]))


def require_no_error(before: str | None) -> None:
    """Check that a contract was not entered in error.

    Raises:
        Unprocessable: it was.
    """
    if GROUPS[before] == "error":
        raise Unprocessable(IN_ERROR)


def edit_action(before: str | None, after: str | None, *, replaces: bool = False) -> Action:
    """Return the action of a change through FHIR; `edit_guard` checks whether FHIR may make the change."""
    revision_rule = rule(before, after, replaces=replaces)
    return revision_rule.action if revision_rule else "revise"


def action(before: str | None, after: str, reason: str | None, *, replaces: bool = False) -> Action:
    """Return the action of a change.

    Raises:
        Unprocessable: the change is not allowed, or lacks its reason.
    """
    revision_rule = rule(before, after, replaces=replaces)
    if revision_rule is None:
        require_no_error(before)
        raise Unprocessable(HAS_ENDED)
    if revision_rule.needs_reason and reason is None:
        raise Unprocessable(REASON)
    return revision_rule.action
