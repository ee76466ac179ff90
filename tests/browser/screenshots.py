"""Writes every page x theme x language x width: python3 screenshots.py FOLDER."""

import itertools
import pathlib
import sys

from playwright.sync_api import sync_playwright

from places import furnished
from server import CHROMIUM, QUIET

LOOKS = list(itertools.product(("light", "dark"), ("en", "zh"), (1280, 360)))


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        with furnished(browser, days=90) as (visitors, places):
            for look in LOOKS:
                for who, theirs in itertools.groupby(places, lambda place: place.who):
                    context = visitors.context(who, *look)
                    page = context.new_page()
                    for place in theirs:
                        place.reach(page)
                        name = ".".join(map(str, (place.name, *look)))
                        page.screenshot(path=folder / f"{name}.png", full_page=True)
                    context.close()
        browser.close()
    print(f"{len(places)} pages, {len(LOOKS)} pictures each, in {folder}")


if __name__ == "__main__":
    main(sys.argv[1])
