"""The objects that all requests of one process share, and the caller and the time of one request."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.requests import Request

from app.access.caller import Caller
from app.disclosure.on_record import RecordAccess
from app.overview.read_overview import SourceSet
from app.storage.probe import Probe


@dataclass(frozen=True, slots=True)
class AppState:
    """The database with its policy and trail, the sources, and the settings that endpoints need.

    `base_url` is the address that clients use, without a slash at its end; `body_bytes` the bytes that a request body
    may have; `capability_statement` and `smart_configuration` are the answers that describe the server; `probe` tells
    whether the database is ready.
    `publishing` lets one caller without a token at a time ask the database.
    """

    record_access: RecordAccess
    source_set: SourceSet
    base_url: str
    body_bytes: int
    capability_statement: bytes
    smart_configuration: bytes
    probe: Probe
    publishing: asyncio.Lock = field(default_factory=asyncio.Lock)


def app_state(request: Request) -> AppState:
    """The state of the app that serves this request."""
    state: AppState = request.app.state.app_state
    return state


def caller_of(request: Request) -> Caller:
    """The caller whose token the edge verified."""
    caller: Caller = request.state.caller
    return caller


def now() -> datetime:
    """The time of a request in UTC: an endpoint reads it once and passes it on."""
    return datetime.now(UTC)
