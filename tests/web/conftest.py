"""A Chromium for each test file that uses it; without Chromium, its tests are skipped."""

from collections.abc import Iterator

import pytest

from tests.requirements import CHROMIUM, skip_without
from tests.web.browser import Tab, browser, chromium


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A tab of a new browser."""
    skip_without(CHROMIUM)
    with browser(chromium() or "", tmp_path_factory.mktemp("profile")) as opened:
        yield opened
