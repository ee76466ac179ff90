"""Every page of the demo: nothing that axe-core finds, nothing said on the console, nothing that moves or weighs too much."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from walk import shape, walk

LOOKS = [("light", "en", 1280), ("dark", "zh", 360)]


@pytest.fixture(scope="module")
def addresses(chromium, demo):
    context = chromium.new_context(storage_state=demo.owner)
    found = walk(context.new_page(), f"{demo.base}/console/demo/live")
    context.close()
    public = ["/", "/console/sign-in", "/console/reset", "/demo/nothing"]
    return found + [demo.base + path for path in public]


@pytest.mark.parametrize("theme,language,width", LOOKS)
def test_pages_are_accessible(chromium, demo, addresses, theme, language, width):
    context = chromium.new_context(
        storage_state=demo.owner, color_scheme=theme, viewport={"width": width, "height": 900}
    )
    context.add_cookies([{"name": "inviter_lang", "value": language, "url": demo.base}])
    page = context.new_page()
    axe, said, found = Axe(), [], []
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    for address in addresses:
        page.goto(address)
        for violation in axe.run(page).response["violations"]:
            nodes = "; ".join(node["html"][:200] for node in violation["nodes"][:3])
            found.append(f"{shape(address)}: {violation['id']}: {violation['help']}: {nodes}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{shape(address)}: {wide} px wider than the screen")
    context.close()
    assert not found, "\n".join(found)
    assert not said, "\n".join(said)


def test_pages_are_light_and_still(chromium, demo, addresses):
    found = []
    for address in addresses:
        # A context of its own: nothing is in its cache.
        context = chromium.new_context(storage_state=demo.owner)
        page = context.new_page()
        page.add_init_script(
            "window.moved = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
            " if (!entry.hadRecentInput) window.moved += entry.value; }).observe({type: 'layout-shift', buffered: true});"
        )
        sizes = []
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(address, wait_until="load")
        page.wait_for_timeout(150)
        moved = page.evaluate("window.moved")
        if sum(sizes) > 60_000:
            found.append(f"{shape(address)}: {sum(sizes)} bytes")
        if moved > 0.01:
            found.append(f"{shape(address)}: layout shift {moved:.3f}")
        context.close()
    assert not found, "\n".join(found)
