"""Blocks (spärr) as plain JSON: set one and lift it.

docs/law.md, C7: 2 kap. 3 § lagen (2022:913) om sammanhållen vård- och omsorgsdokumentation.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.errors import Fault, Malformed
from app.fhir.identifiers import parse_hsa
from app.plans.blocks import lift_block, set_block


async def post_block(request: Request) -> Response:
    """Close what one giver holds about oneself to all other givers (spärr): at once."""
    state = app_state(request)
    members = await bodies.json_object(request, state.body_bytes)
    if set(members) != {"patient", "giver"} or not isinstance(members["giver"], str):
        raise Malformed(
            Fault(
                "structure",
                'Send {"patient": "Patient/id", "giver": HSA-id} and no other members.',
                'Skicka {"patient": "Patient/id", "giver": HSA-id} och inget mer.',
            )
        )
    patient = parameters.patient_id(members["patient"], "patient")
    giver = parse_hsa(members["giver"], expression="giver")
    block_id = await set_block(state.record_access, caller_of(request), patient, giver, now=now())
    return JSONResponse({"id": block_id}, 201)


async def delete_block(request: Request, block_id: str) -> Response:
    """Open it again: for the person alone, at any time."""
    await lift_block(app_state(request).record_access, caller_of(request), parameters.fhir_id(block_id), now=now())
    return Response(status_code=204)
