"""What the lifespan opened, for every route of one process."""

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request

from app.access.caller import Caller
from app.disclosure.on_record import RecordAccess
from app.overview.read_overview import SourceSet


@dataclass(frozen=True, slots=True)
class AppState:
    """The desk every story works at, the sources in reach, and the few settings that routes need."""

    record_access: RecordAccess
    source_set: SourceSet
    base_url: str
    body_bytes: int


def app_state(request: Request) -> AppState:
    """The house this request is in."""
    opened: AppState = request.app.state.app_state
    return opened


def caller_of(request: Request) -> Caller:
    """The caller that the edge let in."""
    caller: Caller = request.state.caller
    return caller


def now() -> datetime:
    """This moment: read once a request, at the edge."""
    return datetime.now(UTC)
