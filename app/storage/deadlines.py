"""How long a request waits for the database: all its waits together share one allowance of seconds.

A request that has spent its allowance gets `errors.Unavailable`. A command, which is no request, has no allowance.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Final

from app.errors import Unavailable

UNHURRIED: Final = 60.0
"""Seconds of one wait where there is no allowance."""


@dataclass(slots=True)
class _Allowance:
    seconds: float


_allowance: ContextVar[_Allowance | None] = ContextVar("database_allowance", default=None)


@contextmanager
def database_time(seconds: float) -> Iterator[None]:
    """All waits for the database in this block may together take so many seconds."""
    token = _allowance.set(_Allowance(seconds))
    try:
        yield
    finally:
        _allowance.reset(token)


@contextmanager
def waiting() -> Iterator[float]:
    """Yields the seconds that are left, and takes from them the time until the block ends; Unavailable if none are."""
    allowance = _allowance.get()
    if allowance is None:
        yield UNHURRIED
        return
    if allowance.seconds <= 0:
        raise Unavailable
    started = monotonic()
    try:
        yield allowance.seconds
    finally:
        allowance.seconds -= monotonic() - started
