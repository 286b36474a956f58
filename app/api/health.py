"""The public routes: whether the process answers, whether it can serve, the CapabilityStatement, and SMART's."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.api.context import app_state
from app.api.failures import FHIR_JSON


async def live(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """The database answers, and the audit trail can be written."""
    await app_state(request).probe.require()
    return JSONResponse({"status": "ok"})


async def metadata(request: Request) -> Response:
    """The CapabilityStatement."""
    return Response(app_state(request).capability_statement, media_type=FHIR_JSON)


async def smart(request: Request) -> Response:
    """The SMART configuration: the issuers of tokens, and the scopes that are understood."""
    return Response(app_state(request).smart_configuration, media_type="application/json")
