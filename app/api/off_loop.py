"""Runs the work on a large body in a thread, so that the event loop keeps answering other requests meanwhile."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

Result = TypeVar("Result")

LARGE: Final = 100_000
"""Bytes from which a body is parsed and checked in a thread: a smaller one takes less than 50 milliseconds."""


async def off_loop(size: int, work: Callable[[], Result]) -> Result:
    """The result of `work` on a body of `size` bytes; raises what it raises."""
    return work() if size < LARGE else await asyncio.to_thread(work)
