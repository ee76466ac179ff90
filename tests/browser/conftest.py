"""What the tests in the browser share."""

import pytest
from playwright.sync_api import sync_playwright

from places import furnished
from server import CHROMIUM, QUIET, serving


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def server():
    """An empty server."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def furniture(chromium):
    """The visitors and the places of a server with a month of the demo."""
    with furnished(chromium, days=30) as found:
        yield found
