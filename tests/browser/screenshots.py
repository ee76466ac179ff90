"""Writes every page of the demo x theme x width x language: python3 screenshots.py FOLDER."""

import pathlib
import sys

from playwright.sync_api import sync_playwright

from server import CHROMIUM, QUIET, serving, set_up
from walk import shape, walk

WIDTHS = (1280, 360)


def name(address):
    return shape(address).strip("/").replace("/", "-").replace(":", "") or "start"


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with serving() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context()
        page = context.new_page()
        set_up(page, server)
        print(server.run("demo", "--days", "90").splitlines()[-1])
        addresses = walk(page, f"{server.base}/console/demo/live")
        owner = context.storage_state()
        for theme in ("light", "dark"):
            for language in ("en", "zh"):
                for width in WIDTHS:
                    looks = browser.new_context(
                        storage_state=owner, color_scheme=theme, viewport={"width": width, "height": 900}
                    )
                    looks.add_cookies([{"name": "inviter_lang", "value": language, "url": server.base}])
                    page = looks.new_page()
                    for address in addresses:
                        page.goto(address)
                        page.screenshot(path=folder / f"{name(address)}.{theme}.{language}.{width}.png", full_page=True)
                    looks.close()
        print(f"{len(addresses)} pages, 8 pictures each, in {folder}")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
