"""One Chromium for each file of tests that asks for it; without one on the machine, those tests are skipped."""

from collections.abc import Iterator

import pytest

from tests.web.browser import Tab, browser, chromium


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A tab of a new browser."""
    program = chromium()
    if program is None:
        pytest.skip("no Chromium here: install Debian's package chromium to run the tests of the page in a browser")
    with browser(program, tmp_path_factory.mktemp("profile")) as opened:
        yield opened
