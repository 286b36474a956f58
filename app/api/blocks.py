"""Blocks (spärr) as plain JSON: set and lift."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.errors import Fault, Malformed
from app.fhir.identifiers import parse_hsa
from app.plans.blocks import lift_block, set_block


async def post_block(request: Request) -> Response:
    """Close what one giver holds about oneself to all other givers (spärr): at once."""
    asked = await bodies.plain(request, app_state(request).body_bytes)
    if set(asked) != {"patient", "giver"} or not isinstance(asked["giver"], str):
        raise Malformed(
            Fault(
                "structure",
                'The body is {"patient": "Patient/id", "giver": HSA-id}.',
                'Innehållet är {"patient": "Patient/id", "giver": HSA-id}.',
            )
        )
    patient = parameters.patient_id(asked["patient"], "patient")
    giver = parse_hsa(asked["giver"], expression="giver")
    block = await set_block(app_state(request).record_access, caller_of(request), patient, giver, now=now())
    return JSONResponse({"id": block}, 201)


async def delete_block(request: Request, identity: str) -> Response:
    """Open it again: for the person alone, at any time."""
    await lift_block(app_state(request).record_access, caller_of(request), parameters.fhir_id(identity), now=now())
    return Response(status_code=204)
