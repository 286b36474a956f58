"""Is it alive, is it ready; and what it can do: the public routes."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.api.capabilities import capability_statement
from app.api.context import app_state
from app.api.failures import FHIR_JSON
from app.storage.database import ping

router = APIRouter()


@router.get("/health/live", tags=["health"])
async def live() -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/health/ready", tags=["health"], responses={503: {"description": "The database does not answer."}})
async def ready(request: Request) -> Response:
    """The database answers."""
    await ping(app_state(request).record_access.pool)
    return JSONResponse({"status": "ok"})


@router.get("/fhir/metadata", tags=["fhir"], responses={200: {"description": "A CapabilityStatement."}})
async def metadata(request: Request) -> Response:
    """The CapabilityStatement."""
    return Response(capability_statement(app_state(request).base_url), media_type=FHIR_JSON)
