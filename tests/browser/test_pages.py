"""Every page: nothing that axe-core finds, nothing said on the console, nothing that moves or weighs too much."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe

# Both themes of each are looked at.
LOOKS = [("en", 1280), ("zh", 360)]
AXE = Axe().axe_script
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
WATCH = """
window.moved = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("language,width", LOOKS)
def test_pages_are_accessible(furniture, language, width):
    visitors, places = furniture
    said, found = [], []
    for who, theirs in itertools.groupby(places, lambda place: place.who):
        context = visitors.context(who, "light", language, width)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        for place in theirs:
            place.reach(page)
            page.evaluate(AXE)
            for theme in ("light", "dark"):
                # Without motion a colour is at once what it is going to be.
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                for violation in page.evaluate(VIOLATIONS):
                    nodes = "; ".join(node["html"][:200] for node in violation["nodes"][:3])
                    found.append(f"{place.name}, {theme}: {violation['id']}: {violation['help']}: {nodes}")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                found.append(f"{place.name}: {wide} px wider than the screen")
        context.close()
    assert not found, "\n".join(found)
    assert not said, "\n".join(said)


def test_pages_are_light_and_still(furniture):
    visitors, places = furniture
    found = []
    # Where something is done first, two pages are loaded.
    quiet = [place for place in places if not place.act]
    for who, theirs in itertools.groupby(quiet, lambda place: place.who):
        context = visitors.context(who)
        page = context.new_page()
        page.add_init_script(WATCH)
        sizes = []
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        for place in theirs:
            sizes.clear()
            page.goto(place.address, wait_until="load")
            page.wait_for_timeout(150)
            moved = page.evaluate("window.moved")
            if sum(sizes) > 60_000:
                found.append(f"{place.name}: {sum(sizes)} bytes")
            if moved > 0.01:
                found.append(f"{place.name}: layout shift {moved:.3f}")
        context.close()
    assert not found, "\n".join(found)
