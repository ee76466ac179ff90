"""Every page that links lead to, one of each shape: ids, codes and slugs in an address stand for all of their kind."""

import re
from urllib.parse import urljoin, urlsplit

IDS = re.compile(r"/(?:[a-z]{2,4}_[0-9A-Za-z]{8,}|[0-9A-Z]{6,12})(?=/|$)")
# What is no page, what ends the session, and what leads to other rooms.
SKIPPED = re.compile(r"/(api|assets|i|og)/|\.(csv|png|svg|json)$|/sign-out|/live$")


def shape(address):
    """Test data has the same pages as live data."""
    path = IDS.sub("/:id", urlsplit(address).path)
    return re.sub(r"^(/console/[^/]+)/test/", r"\1/live/", path)


def walk(page, *starts, kind=shape, most=200):
    """Addresses from `starts` on, one of each kind, in the order they are found."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(starts[0]))
    waiting, seen, found, broken = [*starts], {kind(start) for start in starts}, [], []
    while waiting and len(found) < most:
        address = waiting.pop(0)
        answer = page.goto(address)
        if answer is None or answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            broken.append(f"{address} answered {answer and answer.status}")
            continue
        found.append(address)
        for href in page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))"):
            target = urljoin(page.url, href).split("#")[0]
            known = kind(target)
            if target.startswith(origin) and known not in seen and not SKIPPED.search(urlsplit(target).path):
                seen.add(known)
                waiting.append(target)
    assert not broken, "\n".join(broken)
    return found
