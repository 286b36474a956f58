"""Runs the work on a large body in a thread, so that the event loop keeps answering other requests meanwhile.

There are few threads, because they share the interpreter with the loop: with many, each request would wait for all.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from app.errors import Unavailable

Result = TypeVar("Result")

LARGE: Final = 30_000
"""Bytes from which the work on a body is done in a thread: a smaller one takes less than 50 milliseconds."""

THREADS: Final = 2

SECONDS: Final = 10.0
"""Seconds that such work may take in all, waiting for a thread included."""

_threads: Final = ThreadPoolExecutor(THREADS, thread_name_prefix="large-body")


async def off_loop(size: int, work: Callable[[], Result], *, within: float = SECONDS) -> Result:
    """The result of `work` on a body of `size` bytes; raises what it raises.

    Raises Unavailable if a large body has no result `within` so many seconds: too many others are being worked on.
    """
    if size < LARGE:
        return work()
    running = asyncio.get_running_loop().run_in_executor(_threads, work)
    try:
        return await asyncio.wait_for(running, within)
    except TimeoutError:
        raise Unavailable from None
