"""The web app: read settings, open connections, mount routes."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app import errors
from app.access import policy
from app.access.caller import CallerKind
from app.access.tokens import Issuer, Tokens
from app.api import audit, blocks, contracts, health, interactions, overview, validate
from app.api.context import AppState
from app.api.edge import Edge
from app.api.failures import render, unexpected
from app.api.openapi import DESCRIPTION, document
from app.api.routes import DirectRoutes
from app.disclosure.on_record import RecordAccess
from app.disclosure.trail import Trail
from app.federation.config import SourceConfig, load_sources
from app.federation.fhir.source import open_sources
from app.logs import configure
from app.outbound import Outbound, origin
from app.overview.read_overview import SourceSet
from app.settings import Settings
from app.storage.database import open_pool
from app.web import pages

COLLECT = 20_000, 20, 20
"""How many new objects the collector waits for: a request makes hundreds, nearly all gone when it ends."""

KEYS_WITHIN = 3.0
"""Seconds that the issuer's key set may take."""


def create_app(settings: Settings | None = None) -> ASGIApp:
    """The app, closed until its lifespan has opened the database and the keys."""
    given = settings or Settings()
    configure()
    configs = [one for one in (load_sources(given.sources) if given.sources else []) if one.enabled]
    outbound = Outbound(_origins(given, configs), limit=given.source_bytes)
    table = policy.load()

    async def fetch(url: str) -> object:
        return await outbound.get_json(url, within=KEYS_WITHIN)

    issuer = Issuer(given.issuer, given.jwks_url, frozenset(CallerKind))
    tokens = Tokens([issuer], audience=given.audience, policy=table, fetch=fetch)
    web = api(_lifespan(given, configs, outbound, table))
    web.router.routes.extend(pages.routes(None if given.production else given.demo_identity))
    return _Lifespan(Edge(DirectRoutes(web), tokens), web)


def api(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> FastAPI:
    """Every route, and the OpenAPI document that describes them."""
    web = FastAPI(
        title="Samplan", version="0.1.0", description=DESCRIPTION, lifespan=lifespan,
        openapi_url="/openapi.json", docs_url=None, redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    for room in (health, overview, contracts, blocks, audit, validate, interactions):
        web.include_router(room.router)
    web.add_exception_handler(errors.SamplanError, _failed)
    web.add_exception_handler(HTTPException, _strange)
    web.add_exception_handler(Exception, _unexpected)
    web.openapi = lambda: document(web)  # type: ignore[method-assign]
    return web


def _lifespan(
    given: Settings, configs: list[SourceConfig], outbound: Outbound, table: policy.Policy
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(web: FastAPI) -> AsyncIterator[None]:
        pool = await open_pool(given.database_url, size=given.database_pool)
        async with outbound:
            record_access = RecordAccess(
                pool, Trail(pool), table, frozenset(given.social_givers.replace(",", " ").split())
            )
            source_set = SourceSet(open_sources(configs, outbound, limit=given.source_bytes), given.source_deadline)
            web.state.app_state = AppState(record_access, source_set, given.base_url.rstrip("/"), given.body_bytes)
            # The collector skips what lives as long as the process (docs/decisions/0022-the-hot-path-is-bytes.md).
            gc.freeze()
            gc.set_threshold(*COLLECT)
            yield
        await pool.close()

    return lifespan


def _origins(given: Settings, configs: list[SourceConfig]) -> set[str]:
    return {origin(given.jwks_url)}.union(*(config.origins for config in configs))


async def _failed(_: Request, error: Exception) -> Response:
    if not isinstance(error, errors.SamplanError):
        raise error
    return render(error)


async def _unexpected(_: Request, __: Exception) -> Response:
    """A fault of ours: the edge logs where it was, and the client learns nothing of it."""
    return unexpected()


async def _strange(_: Request, error: Exception) -> Response:
    """The framework's own refusals: an unknown address, or a method that an address has not."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return render(errors.MethodNotAllowed() if status == 405 else errors.NotFound(), headers)


class _Lifespan:
    """Lifespan goes to the app itself, every request through the edge."""

    def __init__(self, edge: ASGIApp, web: FastAPI) -> None:
        self._edge = edge
        self.web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.web if scope["type"] == "lifespan" else self._edge)(scope, receive, send)
