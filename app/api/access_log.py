"""The log of who has had access to a person's information, as plain JSON: for the person, and for a guardian.

docs/law.md, C17: PDL 8 kap. 5 §; 4 kap. 5 § lagen (2022:913) om sammanhållen vård- och omsorgsdokumentation.
"""

from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.api.event_places import place_text, read_place
from app.disclosure.access_log import (
    AccessLogPage,
    AccessLogQuestion,
    read_access_log,
    what_in_swedish,
    who_in_swedish,
    why_in_swedish,
)
from app.disclosure.on_record import RecordQuestion, refuse
from app.errors import Fault, Malformed
from app.fhir.times import instant_text
from app.organisations import Organisations
from app.storage.audit_rows import AuditAction

PARAMETERS = frozenset({"count", "before"})


async def read_my_access_log(request: Request) -> Response:
    """Who has had access to the caller's own information, newest first; for persons (invånare) only.

    `count` is the most entries, `before` the value of `next` in the page before.
    """
    state, caller = app_state(request), caller_of(request)
    number = caller.personal_number
    if number is None:
        await refuse(state.record_access, caller, RecordQuestion(AuditAction.LOG), now=now())
    return await _answer(request, AccessLogQuestion(person=number))


async def ask_for_access_log(request: Request) -> Response:
    """The same about a child, for a guardian; `count` and `before` as for one's own."""
    members = await bodies.json_object(request, app_state(request).body_bytes)
    return await _answer(request, AccessLogQuestion(parameters.only_patient(members)))


async def _answer(request: Request, question: AccessLogQuestion) -> Response:
    state = app_state(request)
    values = {name: request.query_params.getlist(name) for name in request.query_params}
    if values.keys() - PARAMETERS:
        raise Malformed(Fault("invalid", "Send count and before only.", "Skicka bara count och before."))
    question = question._replace(
        limit=max(1, parameters.count(values, "count", parameters.PAGE)),
        before=read_place(values["before"][-1], "before") if "before" in values else None,
    )
    page = await read_access_log(state.record_access, caller_of(request), question, now=now())
    is_full = len(page.events) == question.limit
    return JSONResponse(
        {
            "patient": f"Patient/{page.patient}",
            "entries": list(_entries(page, state.record_access.directory)),
            "next": place_text(page.events[-1]) if is_full else None,
        }
    )


def _entries(page: AccessLogPage, organisations: Organisations) -> Iterator[dict[str, Any]]:
    for event in page.events:
        who, what, why = (
            who_in_swedish(event, page.reader, organisations),
            what_in_swedish(event),
            why_in_swedish(event),
        )
        yield {
            "at": instant_text(event.at),
            "callerKind": event.caller_kind,
            "role": event.role,
            "giver": event.giver,
            "giverName": organisations.names(event.giver),
            "unit": event.unit,
            "unitName": organisations.names(event.unit),
            "action": event.action,
            "purpose": event.purpose,
            "who": who,
            "what": what,
            "why": why,
        }
