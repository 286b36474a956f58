"""The overview of one person: as JSON for portals, and as a FHIR searchset Bundle.

docs/overview.md describes both.
"""

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.api.failures import FHIR_JSON
from app.disclosure.on_record import RecordQuestion, refuse
from app.overview.as_bundle import overview_bundle
from app.overview.portal.as_json import overview_json
from app.overview.read_overview import Overview, read_overview
from app.storage.audit_rows import AuditAction

PatientId = Annotated[str, Path(description="The Patient's id: opaque, never a personal number.")]


async def read_my_overview(request: Request) -> Response:
    """The caller's own overview; for persons (invånare) only."""
    number = caller_of(request).personal_number
    if number is None:
        await refuse(
            app_state(request).record_access, caller_of(request), RecordQuestion(AuditAction.OVERVIEW), now=now()
        )
    return _json(await _overview(request, RecordQuestion(AuditAction.OVERVIEW, person=number)))


async def ask_for_overview(request: Request) -> Response:
    """The overview of one person, as far as law, relation, consent and role let the caller see."""
    members = await bodies.json_object(request, app_state(request).body_bytes)
    patient_id = parameters.only_patient(members)
    return _json(await _overview(request, RecordQuestion(AuditAction.OVERVIEW, patient_id)))


async def overview_operation(request: Request, patient_id: PatientId) -> Response:
    """The same as a searchset Bundle, with an OperationOutcome for each source that did not answer."""
    bodies.negotiate(request)
    question = RecordQuestion(AuditAction.OVERVIEW, parameters.patient_id(patient_id, "Patient.id"))
    return _bundle(request, await _overview(request, question))


async def overview_operation_by_post(request: Request, patient_id: PatientId) -> Response:
    """As GET; the operation takes no parameters, so that a body is not read."""
    bodies.negotiate(request)
    question = RecordQuestion(AuditAction.OVERVIEW, parameters.patient_id(patient_id, "Patient.id"))
    return _bundle(request, await _overview(request, question))


async def _overview(request: Request, question: RecordQuestion) -> Overview:
    state = app_state(request)
    return await read_overview(state.record_access, state.source_set, caller_of(request), question, now=now())


def _json(overview: Overview) -> Response:
    return Response(overview_json(overview), media_type="application/json")


def _bundle(request: Request, overview: Overview) -> Response:
    return Response(overview_bundle(overview, app_state(request).base_url), media_type=FHIR_JSON)
