"""Renders errors: one table from an error to its HTTP status; the body is always an OperationOutcome.

http://hl7.org/fhir/R4/http.html#Status-Codes
"""

from collections.abc import Mapping
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from app import errors
from app.fhir import outcomes
from app.jose import SIGNATURES

FHIR_JSON = "application/fhir+json; charset=utf-8"


AUTHENTICATE = f'Bearer realm="samplan", DPoP realm="samplan", algs="{" ".join(SIGNATURES)}"'
"""The schemes of a token: https://www.rfc-editor.org/rfc/rfc9449#section-7.1."""


class Rendering(NamedTuple):
    """The HTTP status and headers of an error."""

    status: int
    headers: dict[str, str]


RENDERING: dict[type[errors.SamplanError], Rendering] = {
    errors.Malformed: Rendering(400, {}),
    errors.Unprocessable: Rendering(422, {}),
    errors.Unauthenticated: Rendering(401, {"www-authenticate": AUTHENTICATE}),
    errors.Forbidden: Rendering(403, {}),
    errors.NotFound: Rendering(404, {}),
    errors.MethodNotAllowed: Rendering(405, {}),
    errors.NotAcceptable: Rendering(406, {}),
    errors.UnsupportedMediaType: Rendering(415, {}),
    errors.Conflict: Rendering(409, {}),
    errors.PreconditionFailed: Rendering(412, {}),
    errors.PreconditionRequired: Rendering(428, {}),
    errors.TooLarge: Rendering(413, {}),
    errors.BodyTooSlow: Rendering(408, {"connection": "close"}),
    errors.AddressTooLong: Rendering(414, {}),
    errors.HeadersTooLarge: Rendering(431, {}),
    errors.PersonalNumberInAddress: Rendering(400, {}),
    errors.TooManyRequests: Rendering(429, {"retry-after": "1"}),
    errors.Unavailable: Rendering(503, {"retry-after": "5"}),
}


def render(error: Exception) -> Response:
    """The response that an error becomes: always an OperationOutcome.

    An error of `app.errors` gives its own status and faults. Starlette's HTTPException is an unknown address, or a
    method that an address does not have. Anything else is 500, with one fault that tells nothing of it.
    """
    headers: Mapping[str, str] = {}
    if isinstance(error, HTTPException):
        headers = error.headers or {}
        error = errors.MethodNotAllowed() if error.status_code == 405 else errors.NotFound()
    if not isinstance(error, errors.SamplanError) or type(error) not in RENDERING:
        return Response(outcomes.outcome_bytes(errors.SamplanError().faults), 500, media_type=FHIR_JSON)
    rendering = RENDERING[type(error)]
    return Response(
        outcomes.outcome_bytes(error.faults),
        rendering.status,
        media_type=FHIR_JSON,
        headers={**rendering.headers, **headers},
    )
