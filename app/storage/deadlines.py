"""How long a request waits for the database: all its waits together share one allowance of seconds.

A request that has spent its allowance gets `errors.Unavailable`. What is no request has no allowance: each of its waits
has a limit of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Final

from app.errors import Unavailable

UNHURRIED: Final = 60.0
"""Seconds of one wait of a command."""


@dataclass(slots=True)
class _Allowance:
    seconds: float


_allowance: ContextVar[_Allowance | None] = ContextVar("database_allowance", default=None)
_longest_wait: ContextVar[float] = ContextVar("longest_wait", default=UNHURRIED)


def limit_waits(seconds: float) -> None:
    """Limit each wait of the tasks that are started from here on and are no requests, such as those that follow."""
    _longest_wait.set(seconds)


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
        yield _longest_wait.get()
        return
    if allowance.seconds <= 0:
        raise Unavailable
    started = monotonic()
    try:
        yield allowance.seconds
    finally:
        allowance.seconds -= monotonic() - started
