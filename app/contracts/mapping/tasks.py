"""The review of a contract and the summons to a SIP: each a Task with a last day, both ways.

http://hl7.org/fhir/R4/task.html
"""

from datetime import date, timedelta
from typing import Final

from app.contracts.codes import TASK_KIND, TASK_KINDS, codings
from app.contracts.mapping.rows import FieldMapping, MappingContext, ResourceMapping, annotation, word
from app.contracts.mapping.shared_rows import day, doer_row
from app.fhir.elements import Json, Resource, code_in, concept

SUMMONS_DAYS: Final = 3
"""Within so many days after discharge readiness (lagen 2017:612 om samverkan vid utskrivning, 4 kap. 3 §)."""
_KINDS: Final = codings(TASK_KIND, TASK_KINDS)
_REVIEW_STATUS: Final = {"planned": "requested", "done": "completed", "cancelled": "cancelled"}
_NOT_DONE: Final = ("cancelled", "rejected", "failed", "entered-in-error")
_HEARD: Final = {"completed": "done", **dict.fromkeys(_NOT_DONE, "cancelled")}
"""`Task.status` -> what became of the review; all others are on their way."""


def _focus(_: Json, task: Json, context: MappingContext) -> None:
    task["focus"] = {"reference": context.plan}


_FOCUS: Final = FieldMapping("", {}, _focus, lambda _: None)

REVIEW: Final = ResourceMapping(
    "Task",
    "review",
    {"intent": "plan", "code": concept(_KINDS["review"])},
    "for",
    (
        _FOCUS,
        word("status", "status", _REVIEW_STATUS)._replace(from_fhir=lambda task: _HEARD.get(task["status"], "planned")),
        day("on", "restriction.period.end"),
        doer_row("by"),
        annotation("note"),
    ),
)


def _say_ready(ready: str, task: Json, _: MappingContext) -> None:
    last = date.fromisoformat(ready) + timedelta(days=SUMMONS_DAYS)
    task["restriction"] = {"period": {"start": ready, "end": last.isoformat()}}


def _say_sent(sent: str, task: Json, _: MappingContext) -> None:
    task["status"] = "completed"
    task["executionPeriod"] = {"end": sent}


SUMMONS: Final = ResourceMapping(
    "Task",
    "sip-summons",
    {"status": "requested", "intent": "order", "code": concept(_KINDS["sip-summons"])},
    "for",
    (
        _FOCUS,
        FieldMapping(
            "readyOn",
            {"readyOn": ("restriction.period",)},
            _say_ready,
            day("readyOn", "restriction.period.start").from_fhir,
        ),
        FieldMapping(
            "sentOn", {"sentOn": ("executionPeriod.end", "status")}, _say_sent, day("", "executionPeriod.end").from_fhir
        ),
        doer_row("by"),
    ),
)


def is_review(task: Resource) -> bool:
    """Return whether a Task is the review of a contract."""
    return _kind(task) == "review"


def is_summons(task: Resource) -> bool:
    """Return whether a Task is the summons to a SIP, and not taken back."""
    return _kind(task) == "sip-summons" and task.get("status") not in _NOT_DONE


def _kind(task: Resource) -> str | None:
    return code_in(task.get("code"), TASK_KIND)
