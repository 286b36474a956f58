"""A pool on a migrated database with an empty directory."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.storage.database import open_pool


@pytest.fixture
async def pool(database: Any) -> AsyncIterator[Any]:
    """Connections as the app's own role."""
    pool = await open_pool(database.app_url, size=2)
    yield pool
    await pool.close()
