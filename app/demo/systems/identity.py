"""The demo's identity provider: issues RFC 9068 access tokens on this machine, to anyone who asks.

It stands in for Inera's identity provider, a citizen's e-identification and an authorisation server for systems. It is
not secure and does not try to be: it refuses to start beside the production flag or on any but a loopback address.
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

from app.demo.systems.only_demo import refuse_elsewhere
from app.demo.systems.provider import LIFETIME, Provider
from app.errors import SamplanError, Unauthenticated

LONGEST_BODY: Final = 16_384


def create_app(provider: Provider, origins: Sequence[str]) -> Starlette:
    """The provider over HTTP; a page of `origins`, and no other, may read who there is and fetch a token."""
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
            return _fresh(provider.granted(form, time.time()))
        except Unauthenticated:
            return _fresh({"error": "invalid_client"}, 401)

    return Route("/token", token, methods=["POST"])


async def _form(request: Request) -> dict[str, str]:
    """The form, each member once; ValueError for anything else."""
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
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m app.demo.systems.identity", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True, help="where the keys are kept")
    parser.add_argument("--audience", required=True, help="what the app's tokens are for")
    parser.add_argument("--origin", action="append", default=[], help="a page that may fetch tokens")
    given = parser.parse_args(arguments)
    try:
        refuse_elsewhere(given.host, os.environ)
    except SamplanError as refused:
        parser.exit(2, f"{refused}\n")
    given.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    provider = Provider(given.directory, issuer=f"http://{given.host}:{given.port}", audience=given.audience)
    app = create_app(provider, given.origin)
    uvicorn.run(
        app, host=given.host, port=given.port, log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )


if __name__ == "__main__":
    main()
