"""The one writer: shared commits, one answer each, and no silence when it cannot write."""

import asyncio

import pytest

from app.disclosure.trail import Batch
from app.errors import Unavailable
from app.storage.deadlines import database_time


async def test_rows_of_concurrent_requests_share_a_write():
    """While one write is under way the others gather, and each gets its own answer in order."""
    written = []

    async def write(rows):
        written.append(list(rows))
        await asyncio.sleep(0)
        return [row * 10 for row in rows]

    batch = Batch(write)
    answers = await asyncio.gather(*(batch.add(number) for number in range(20)))

    assert answers == [number * 10 for number in range(20)]
    assert len(written) < 5


async def test_a_write_is_never_larger_than_allowed():
    """So that one statement stays one statement."""
    sizes = []

    async def write(rows):
        sizes.append(len(rows))
        return rows

    batch = Batch(write, largest=3)
    await asyncio.gather(*(batch.add(number) for number in range(10)))

    assert max(sizes) == 3


async def test_a_row_that_cannot_be_written_costs_only_itself():
    """The others are written one by one."""

    async def write(rows):
        if 3 in rows:
            raise ValueError
        return rows

    batch = Batch(write)
    answers = await asyncio.gather(*(batch.add(number) for number in range(6)), return_exceptions=True)

    assert [answer for answer in answers if not isinstance(answer, Exception)] == [0, 1, 2, 4, 5]
    assert isinstance(answers[3], Unavailable)


async def test_when_nothing_can_be_written_everyone_is_told():
    """All who wait, after one attempt; and the next write is tried anew."""
    broken, attempts = True, []

    async def write(rows):
        if broken:
            attempts.append(rows)
            await asyncio.sleep(0)
            raise Unavailable
        return rows

    batch = Batch(write, largest=2)
    answers = await asyncio.gather(*(batch.add(number) for number in range(9)), return_exceptions=True)
    broken = False

    assert len(attempts) == 1

    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert await batch.add(3) == 3


async def test_a_request_that_went_away_stops_nobody():
    """Its row is written all the same, and the others get theirs."""
    started = asyncio.Event()

    async def write(rows):
        started.set()
        await asyncio.sleep(0.01)
        return rows

    batch = Batch(write)
    gone = asyncio.create_task(batch.add(1))
    await started.wait()
    gone.cancel()

    assert await batch.add(2) == 2
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_a_row_waits_no_longer_than_its_request_may():
    """Then its request is refused, and if the row is not under way yet, it is not written."""
    written, started, free = [], asyncio.Event(), asyncio.Event()

    async def write(rows):
        written.extend(rows)
        started.set()
        await free.wait()
        return rows

    async def request(row):
        with database_time(0.02):
            return await batch.add(row)

    batch = Batch(write)
    first = asyncio.create_task(request(1))
    await started.wait()
    answers = await asyncio.gather(first, request(2), return_exceptions=True)
    free.set()

    assert [type(answer) for answer in answers] == [Unavailable, Unavailable]
    assert await batch.add(3) == 3
    assert written == [1, 3]
