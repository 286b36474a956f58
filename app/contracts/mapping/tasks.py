"""The review of a contract and the summons to a SIP, as Tasks with a last day.

http://hl7.org/fhir/R4/task.html
"""

from datetime import date, timedelta
from typing import Final

from app.contracts.codes import TASK_KIND, TASK_KINDS, codings
from app.contracts.mapping.rows import FieldMapping, MappingContext, ResourceMapping, annotation, word
from app.contracts.mapping.shared_rows import day, doer_row
from app.fhir.elements import Json, Resource, code_in, concept

SUMMONS_DAYS: Final = 3
"""Days from discharge readiness to the last day of the summons.

Lagen (2017:612) om samverkan vid utskrivning, 4 kap. 3 §.
"""
_KINDS: Final = codings(TASK_KIND, TASK_KINDS)
_REVIEW_STATUS: Final = {"planned": "requested", "done": "completed", "cancelled": "cancelled"}
_NOT_DONE: Final = ("cancelled", "rejected", "failed", "entered-in-error")
_STATUS_OF: Final = {"completed": "done", **dict.fromkeys(_NOT_DONE, "cancelled")}
"""`Task.status` -> the status of the review; every other status is read as planned."""


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
        word("status", "status", _REVIEW_STATUS)._replace(
            from_fhir=lambda task: _STATUS_OF.get(task["status"], "planned")
        ),
        day("on", "restriction.period.end"),
        doer_row("by"),
        annotation("note"),
    ),
)


def _ready_to_fhir(ready: str, task: Json, _: MappingContext) -> None:
    last = date.fromisoformat(ready) + timedelta(days=SUMMONS_DAYS)
    task["restriction"] = {"period": {"start": ready, "end": last.isoformat()}}


def _sent_to_fhir(sent: str, task: Json, _: MappingContext) -> None:
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
            _ready_to_fhir,
            day("readyOn", "restriction.period.start").from_fhir,
        ),
        FieldMapping(
            "sentOn",
            {"sentOn": ("executionPeriod.end", "status")},
            _sent_to_fhir,
            day("", "executionPeriod.end").from_fhir,
        ),
        doer_row("by"),
    ),
)


def is_review(task: Resource) -> bool:
    """Return whether a Task is the review of a contract."""
    return _kind(task) == "review"


def is_summons(task: Resource) -> bool:
    """Return whether a Task is a summons to a SIP that has not been withdrawn."""
    return _kind(task) == "sip-summons" and task.get("status") not in _NOT_DONE


def _kind(task: Resource) -> str | None:
    return code_in(task.get("code"), TASK_KIND)
