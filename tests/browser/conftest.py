"""What the tests in the browser share."""

import pytest
from playwright.sync_api import sync_playwright

from server import CHROMIUM, QUIET, serving, set_up


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
def demo(chromium):
    """A server with two months of the demo, and the owner's session in `demo.owner`."""
    with serving() as server:
        context = chromium.new_context()
        set_up(context.new_page(), server)
        server.owner = context.storage_state()
        context.close()
        server.run("demo", "--days", "60")
        yield server
