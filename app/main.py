"""The web app: read settings, open connections, mount routes."""

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.access import policy
from app.access.caller import CallerKind
from app.access.issuer import Issuer
from app.access.tokens import Tokens
from app.api.capabilities import capability_statement
from app.api.context import AppState, now
from app.api.edge import Edge, EdgeRules
from app.api.openapi import document
from app.api.presentation import Presenter
from app.api.rate_limits import RateLimits, Rates
from app.api.router import IndexedRouter
from app.api.routes import ROUTES, RouteRow
from app.api.smart import smart_configuration
from app.background import in_background
from app.directory.clients import Registry
from app.directory.follow import DirectoryFollower
from app.directory.issuer_calls import IssuerCalls
from app.directory.issuers import load_issuers
from app.directory.owners import Owners
from app.disclosure.on_record import RecordAccess
from app.disclosure.seal_trail import keep_trail, read_seal_key
from app.disclosure.trail import Trail
from app.federation.config import SourceConfig, load_sources
from app.federation.fhir.source import open_sources
from app.fhir.times import STOCKHOLM
from app.logs import configure
from app.organisations import Organisations
from app.outbound import Outbound
from app.overview.read_overview import SourceSet
from app.settings import Settings
from app.storage.database import close_pool, open_pool
from app.storage.deadlines import limit_waits
from app.storage.probe import Probe
from app.web import pages

COLLECT = 20_000, 20, 20
"""The thresholds of the garbage collector: a request makes hundreds of objects, and nearly all are gone at its end."""


def create_app(settings: Settings | None = None) -> Edge:
    """The app; its lifespan opens the database and the connections to other systems.

    `settings` are those of the environment if none are given. Raises ValueError if one of them, or a file that one
    names, has an error, SamplanError if the policy has one or forbids something no longer.
    """
    settings = settings or Settings()
    configure()
    sources = load_sources(settings.sources) if settings.sources else []
    issuers = issuers_of(settings)
    origins = (address for source in sources if source.enabled for address in source.origins)
    outbound = Outbound(origins, limit=settings.source_bytes)
    table = policy.load()
    policy.require_current(table, now().astimezone(STOCKHOLM).date())
    registry, answers = Registry(), IssuerCalls(outbound)
    tokens = Tokens(issuers, audience=settings.audience, policy=table, registry=registry, answers=answers)
    rows = all_routes(None if settings.production else settings.demo_identity)
    router = IndexedRouter(rows, _lifespan(settings, sources, issuers, outbound, table, registry))
    return Edge(router, tokens, frozenset(row.path for row in rows if row.is_public), _edge_rules(settings))


def _edge_rules(settings: Settings) -> EdgeRules:
    rates = Rates(settings.rate_client, settings.rate_person, settings.rate_refusals)
    return EdgeRules(
        settings.database_seconds,
        Presenter(settings.base_url, settings.trusted_proxies, settings.certificate_header),
        frozenset(_names(settings.cors_origins)),
        RateLimits(rates, _names(settings.trusted_proxies)),
    )


def _names(listed: str) -> list[str]:
    return listed.replace(",", " ").split()


def all_routes(demo_identity: str | None = None) -> tuple[RouteRow, ...]:
    """The routes of the API, its OpenAPI document, and the first page with its files."""

    async def openapi(_: Request) -> Response:
        return JSONResponse(document(ROUTES))

    pages_of_web = pages.endpoints(demo_identity)
    return (
        *ROUTES,
        RouteRow("GET", "/openapi.json", openapi, is_public=True),
        *(RouteRow("GET", path, endpoint, is_public=True) for path, endpoint in pages_of_web.items()),
    )


def _lifespan(
    settings: Settings,
    sources: Sequence[SourceConfig],
    issuers: Sequence[Issuer],
    outbound: Outbound,
    table: policy.Policy,
    registry: Registry,
) -> Callable[[Edge], AbstractAsyncContextManager[None]]:
    base_url = settings.base_url.rstrip("/")
    seal_key = read_seal_key(settings.audit_seal_key) if settings.audit_seal_key else None
    owners = Owners(registry, [source.assertions for source in sources])

    @asynccontextmanager
    async def lifespan(app: Edge) -> AsyncIterator[None]:
        seconds = settings.database_seconds
        limit_waits(seconds)
        pool = await open_pool(settings.database_url, size=settings.database_pool, seconds=seconds)
        probe = Probe(settings.database_url)
        directory = Organisations()
        sealing = in_background(keep_trail(pool, seal_key, seconds=settings.audit_seal_seconds, now=now))
        async with outbound, registry.following(pool), DirectoryFollower(pool, directory).following(), sealing:
            app.state.app_state = AppState(
                RecordAccess(pool, Trail(pool, seconds), table, now, directory, settings.person_items),
                SourceSet(
                    open_sources(sources, outbound, limit=settings.source_bytes), settings.source_deadline, owners
                ),
                base_url,
                settings.body_bytes,
                capability_statement(base_url, ROUTES),
                smart_configuration(issuers),
                probe,
            )
            # The collector skips the objects of the process (docs/decisions/0022-the-hot-path-is-bytes.md).
            gc.freeze()
            gc.set_threshold(*COLLECT)
            yield
        probe.close()
        await close_pool(pool)

    return lifespan


def issuers_of(settings: Settings) -> list[Issuer]:
    """The issuers of the file, or the one of the settings. Raises ValueError, naming the setting, without any."""
    if settings.issuers is not None:
        if settings.issuer or settings.jwks_url:
            raise ValueError("SAMPLAN_ISSUERS and SAMPLAN_ISSUER exclude each other")
        return load_issuers(settings.issuers)
    if not settings.issuer or not settings.jwks_url:
        raise ValueError("SAMPLAN_ISSUERS must name a file of issuers, or SAMPLAN_ISSUER and SAMPLAN_JWKS_URL be set")
    return [Issuer(iss=settings.issuer, jwks_url=settings.jwks_url, vouches=frozenset(CallerKind))]
