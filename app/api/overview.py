"""The overview over HTTP: JSON for portals, a FHIR Bundle for everyone else."""

from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from app.api import bodies
from app.api.context import app_state, caller_of, now
from app.api.failures import FHIR_JSON
from app.api.parameters import patient_id
from app.disclosure.on_record import Question, refuse
from app.errors import Fault, Malformed
from app.overview.as_bundle import searchset
from app.overview.portal.as_json import assemble
from app.overview.read_overview import Overview, read_overview
from app.storage.audit_rows import AuditAction

Identity = Annotated[str, Path(description="The Patient's id: opaque, never a personal number.")]


async def read_my_overview(request: Request) -> Response:
    """The caller's own overview; for persons (invånare) only."""
    number = caller_of(request).personal_number
    if number is None:
        await refuse(app_state(request).record_access, caller_of(request), Question(AuditAction.OVERVIEW), now=now())
    return _json(await _overview(request, Question(AuditAction.OVERVIEW, person=number)))


async def ask_for_overview(request: Request) -> Response:
    """The overview of one person, as far as law, relation, consent and role let the caller see."""
    asked = await bodies.plain(request, app_state(request).body_bytes)
    return _json(await _overview(request, Question(AuditAction.OVERVIEW, patient_id(_only_patient(asked), "patient"))))


async def overview_operation(request: Request, identity: Identity) -> Response:
    """The same as a searchset Bundle, with an OperationOutcome for each source that did not answer."""
    bodies.negotiate(request)
    return _bundle(
        request, await _overview(request, Question(AuditAction.OVERVIEW, patient_id(identity, "Patient.id")))
    )


async def overview_operation_by_post(request: Request, identity: Identity) -> Response:
    """As GET; the operation takes no parameters, so that a body is not read."""
    bodies.negotiate(request)
    return _bundle(
        request, await _overview(request, Question(AuditAction.OVERVIEW, patient_id(identity, "Patient.id")))
    )


async def _overview(request: Request, question: Question) -> Overview:
    opened = app_state(request)
    return await read_overview(opened.record_access, opened.source_set, caller_of(request), question, now=now())


def _json(overview: Overview) -> Response:
    return Response(assemble(overview), media_type="application/json")


def _bundle(request: Request, overview: Overview) -> Response:
    return Response(searchset(overview, app_state(request).base_url), media_type=FHIR_JSON)


def _only_patient(asked: dict[str, Any]) -> object:
    if set(asked) != {"patient"}:
        raise Malformed(
            Fault(
                "structure",
                'The body has one member: {"patient": "Patient/id"}.',
                'Innehållet har en medlem: {"patient": "Patient/id"}.',
                "patient",
            )
        )
    return asked["patient"]
