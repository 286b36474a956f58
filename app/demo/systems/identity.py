"""The demo's identity provider over HTTP: issues RFC 9068 access tokens to anyone on this machine.

It replaces Inera's identity provider, a citizen's e-identification and an authorisation server for systems. It is not
secure: it does not start with SAMPLAN_PRODUCTION set, or on an address that is not a loopback address.
https://www.rfc-editor.org/rfc/rfc9068 · https://hl7.org/fhir/smart-app-launch/backend-services.html
"""

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.demo.systems.only_demo import require_demo_allowed
from app.demo.systems.provider import LIFETIME, Provider
from app.errors import SamplanError, Unauthenticated

LONGEST_BODY: Final = 16_384


def create_app(provider: Provider, origins: Sequence[str]) -> Starlette:
    """Make the ASGI app; only pages of these origins may read the list of callers and fetch a token."""
    middleware = [
        # A foreign page that has its own name resolve to this machine must not fetch a token.
        Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
        Middleware(CORSMiddleware, allow_origins=list(origins), allow_methods=["GET"]),
    ]
    routes = [*_documents(provider), *_callers(provider), _token_endpoint(provider)]
    return Starlette(routes=routes, middleware=middleware)


def _documents(provider: Provider) -> list[Route]:
    async def configuration(_: Request) -> Response:
        return JSONResponse(provider.configuration())

    async def key_set(_: Request) -> Response:
        return JSONResponse(provider.key_set(), headers={"cache-control": "max-age=60"})

    return [Route("/.well-known/openid-configuration", configuration), Route("/jwks", key_set)]


def _callers(provider: Provider) -> list[Route]:
    async def callers(_: Request) -> Response:
        return _fresh(provider.callers())

    async def caller_token(request: Request) -> Response:
        name = request.path_params["name"]
        token = provider.token_for(name, time.time())
        if token is None:
            return _fresh({"error": "not_found"}, 404)
        return _fresh({"caller": name, "access_token": token, "token_type": "Bearer", "expires_in": LIFETIME})

    return [Route("/callers", callers), Route("/callers/{name}/token", caller_token)]


def _token_endpoint(provider: Provider) -> Route:
    async def token(request: Request) -> Response:
        try:
            form = await _form(request)
        except ValueError:
            return _fresh({"error": "invalid_request"}, 400)
        if form.get("grant_type") != "client_credentials":
            return _fresh({"error": "unsupported_grant_type"}, 400)
        try:
            return _fresh(provider.token_response(form, time.time()))
        except Unauthenticated:
            return _fresh({"error": "invalid_client"}, 401)

    return Route("/token", token, methods=["POST"])


async def _form(request: Request) -> dict[str, str]:
    """Read the form. Raises ValueError if it is too long, is no form, or repeats a field."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise ValueError
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise ValueError
    return form


def _fresh(content: Any, status: int = 200) -> Response:
    return JSONResponse(content, status, headers={"cache-control": "no-store"})


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(prog="python -m app.demo.systems.identity", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True, help="where the keys are kept")
    parser.add_argument("--audience", required=True, help="the audience of the tokens for the app")
    parser.add_argument("--origin", action="append", default=[], help="a page that may fetch tokens")
    options = parser.parse_args(arguments)
    try:
        require_demo_allowed(options.host, os.environ)
    except SamplanError as error:
        parser.exit(2, f"{error}\n")
    options.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    provider = Provider(options.directory, issuer=f"http://{options.host}:{options.port}", audience=options.audience)
    app = create_app(provider, options.origin)
    uvicorn.run(
        app, host=options.host, port=options.port, log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )


if __name__ == "__main__":
    main()
