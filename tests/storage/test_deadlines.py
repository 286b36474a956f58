"""How long what is no request waits, and what may take longer than a request."""

from time import monotonic

import pytest

from app.errors import Unavailable
from app.storage.database import close_pool, fetch, fetch_long, open_pool
from app.storage.deadlines import database_time, limit_waits
from tests.builders.database_proxy import database_proxy


async def test_a_task_that_follows_is_not_kept_by_a_silent_database(database, postgres):
    """Each of its waits is limited, and the next one gets another connection."""
    async with database_proxy(postgres) as proxy:
        pool = await open_pool(proxy.app_url(database.name), size=1)
        limit_waits(0.3)
        proxy.speaking.clear()
        started = monotonic()
        for _ in range(2):
            with pytest.raises(Unavailable):
                await fetch(pool, "SELECT 1")
        silent = monotonic() - started
        proxy.speaking.set()

        assert await fetch(pool, "SELECT 1")
        assert 0.5 < silent < 2
        await close_pool(pool)


async def test_only_what_may_take_long_takes_longer_than_a_request(database):
    """A statement of a request ends with its time; one that reads the trail goes on, and costs the request nothing."""
    pool = await open_pool(database.app_url, size=1, seconds=0.2)
    with database_time(0.2):
        assert await fetch_long(pool, "SELECT pg_sleep(0.3)")
        with pytest.raises(Unavailable):
            await fetch(pool, "SELECT pg_sleep(0.3)")
    assert await fetch(pool, "SELECT 1")
    await close_pool(pool)
