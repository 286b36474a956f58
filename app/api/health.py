"""The public routes: whether the process answers, whether the database answers, and the CapabilityStatement."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.api.context import app_state
from app.api.failures import FHIR_JSON
from app.storage.database import ping


async def live(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """The database answers."""
    await ping(app_state(request).record_access.pool)
    return JSONResponse({"status": "ok"})


async def metadata(request: Request) -> Response:
    """The CapabilityStatement."""
    return Response(app_state(request).capability_statement, media_type=FHIR_JSON)
