"""Every page: nothing that axe-core finds, nothing said on the console, nothing that moves or weighs too much."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe

LOOKS = [("light", "en", 1280), ("dark", "zh", 360), ("dark", "en", 1280), ("light", "zh", 360)]
WATCH = """
window.moved = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("theme,language,width", LOOKS)
def test_pages_are_accessible(furniture, theme, language, width):
    visitors, places = furniture
    axe, said, found = Axe(), [], []
    for who, theirs in itertools.groupby(places, lambda place: place.who):
        context = visitors.context(who, theme, language, width)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        for place in theirs:
            place.reach(page)
            for violation in axe.run(page).response["violations"]:
                nodes = "; ".join(node["html"][:200] for node in violation["nodes"][:3])
                found.append(f"{place.name}: {violation['id']}: {violation['help']}: {nodes}")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                found.append(f"{place.name}: {wide} px wider than the screen")
        context.close()
    assert not found, "\n".join(found)
    assert not said, "\n".join(said)


def test_pages_are_light_and_still(furniture):
    visitors, places = furniture
    found = []
    for place in places:
        if place.act:
            continue  # Two pages were loaded to see it.
        # A context of its own: nothing is in its cache.
        context = visitors.context(place.who)
        page = context.new_page()
        page.add_init_script(WATCH)
        sizes = []
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(place.address, wait_until="load")
        page.wait_for_timeout(150)
        moved = page.evaluate("window.moved")
        if sum(sizes) > 60_000:
            found.append(f"{place.name}: {sum(sizes)} bytes")
        if moved > 0.01:
            found.append(f"{place.name}: layout shift {moved:.3f}")
        context.close()
    assert not found, "\n".join(found)
