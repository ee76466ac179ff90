"""Every page there is, with whoever comes there: the console, the portal, the public pages."""

import contextlib
import dataclasses
import itertools
import re
import time
from collections.abc import Callable

from server import serving, set_up
from walk import shape, walk

MEMBER = "member@shop.example"
numbers = itertools.count(1)


@dataclasses.dataclass(frozen=True)
class Place:
    """A page, who comes there, and what they do there before it is seen."""

    name: str
    who: str
    address: str
    act: Callable | None = None

    def reach(self, page):
        page.goto(self.address)
        if self.act:
            self.act(page)


class Visitors:
    """Opens pages for the people of a server, by the session that each of them has."""

    def __init__(self, browser, server):
        self.browser, self.server, self.sessions = browser, server, {"stranger": None}

    def context(self, who, theme="light", language="en", width=1280):
        context = self.browser.new_context(
            storage_state=self.sessions[who], color_scheme=theme, viewport={"width": width, "height": 900}
        )
        context.add_cookies([{"name": "inviter_lang", "value": language, "url": self.server.base}])
        return context

    @contextlib.contextmanager
    def page(self, who, remember=False):
        context = self.context("stranger" if remember else who)
        yield context.new_page()
        if remember:
            self.sessions[who] = context.storage_state()
        context.close()


@contextlib.contextmanager
def furnished(browser, days):
    """A server with the demo and a project without anything, its visitors, and all its places."""
    with serving() as server, serving() as untouched:
        visitors = Visitors(browser, server)
        with visitors.page("owner", remember=True) as page:
            set_up(page, server)
            page.goto(f"{server.base}/console/new")
            page.fill("[name=name]", "Empty")
            page.fill("[name=slug]", "empty")
            page.click("main form button.primary")
        key = server.run("demo", "--days", str(days)).split()[-1]
        member = leader(server, key)
        # The console first: what guests do would come before what the demo has in its lists.
        console = operators(visitors, key, member)
        yield visitors, [
            Place("set-up", "stranger", untouched.setup),
            *strangers(visitors, key, member),
            *members(visitors),
            *console,
        ]


def sign_up(page, email, name):
    """The form of a landing page."""
    page.fill("[name=email]", email)
    page.fill("[name=name]", name)
    page.click("form[method=post] button.primary")


def join(page):
    """By somebody new, whose address it gives."""
    email = f"guest{next(numbers)}@shop.example"
    sign_up(page, email, "Grace Hopper")
    page.wait_for_selector("#own-link")
    return email


def refuse(page):
    page.fill("[name=email]", "nobody")
    page.click("form[method=post] button.primary")
    page.wait_for_selector("[aria-invalid]")


def ask_for_link(page, server, email, program):
    """The link that comes by mail."""
    before = len(server.mails())
    page.goto(f"{server.base}/me/sign-in/demo/{program}")
    send(page, email)
    while len(server.mails()) == before:
        time.sleep(0.05)
    return server.mailed(email, "/me/enter/")


def send(page, email):
    page.fill("[name=email]", email)
    page.click("main form button.primary")
    page.wait_for_selector("[name=email]", state="detached")


def enter(page, link):
    """Into the portal, by the link in a mail."""
    page.goto(link)
    page.click("main form button.primary")
    page.wait_for_url(re.compile(r"/me(\?|$)"))


def programs(server, key):
    return {one["slug"]: one["id"] for one in server.ask(key, "GET", "programs")["items"]}


def leader(server, key):
    """Who brought most friends, with an address for mails from now on."""
    found = server.ask(key, "GET", f"stats/leaderboard?limit=1&program_id={programs(server, key)['spring']}")
    member = server.ask(key, "GET", f"members/{found['items'][0]['member_id']}")
    server.ask(key, "POST", "events", type="signup", external_id=member["external_id"], program="early", event_id="queue")
    return server.ask(key, "PUT", "members", external_id=member["external_id"], email=MEMBER)


def strangers(visitors, key, member):
    """What is open to everybody."""
    server = visitors.server
    program = programs(server, key)
    link = server.ask(key, "POST", f"members/{member['id']}/link", program_id=program["spring"])["url"]
    codes = [server.ask(key, "POST", "codes", program_id=program[slug]) for slug in ("spring", "studio")]
    server.ask(key, "POST", f"codes/{codes[0]['code']}/revoke")
    single = server.ask(key, "POST", "codes", program_id=program["spring"], single_use=True)["url"]
    with visitors.page("stranger") as page:
        page.goto(single)
        join(page)
        page.goto(f"{server.base}/console/reset")
        page.fill("[name=email]", "ada@inviter.example")
        page.click("main form button.primary")
    reset = server.mailed("ada@inviter.example", "/console/reset/")
    at = lambda name, path, act=None: Place(name, "stranger", path if "://" in path else server.base + path, act)
    return [
        at("start", "/"),
        at("not-found", "/demo/nothing"),
        at("sign-in", "/console/sign-in"),
        at("reset", "/console/reset"),
        at("reset-sent", "/console/reset?sent=1"),
        at("reset-choose", reset),
        at("set-up-stale", "/console/set-up/stale"),
        at("landing", "/demo/spring"),
        at("landing-invited", link),
        at("landing-refused", link, refuse),
        at("landing-joined", link, join),
        at("landing-unknown", "/demo/spring?code=NOTHING9"),
        at("landing-revoked", codes[0]["url"]),
        at("landing-exhausted", single),
        at("landing-waitlist", "/demo/early"),
        at("landing-waitlist-joined", "/demo/early", join),
        at("landing-invite-only", "/demo/studio"),
        at("landing-invite-only-invited", codes[1]["url"]),
        at("link-unknown", "/i/NOTHING9"),
        at("me-sign-in", "/me/sign-in?project=demo"),
        at("me-sign-in-anywhere", "/me/sign-in"),
        at("me-sent", "/me/sign-in/demo/spring", lambda page: send(page, "somebody@shop.example")),
        at("me-stale", "/me/enter/stale"),
    ]


def members(visitors):
    """The portal: of somebody who has much, and of somebody who waits."""
    server = visitors.server
    with visitors.page("member", remember=True) as page:
        enter(page, ask_for_link(page, server, MEMBER, "spring"))
        found = walk(page, page.url)
    with visitors.page("waiting", remember=True) as page:
        page.goto(f"{server.base}/demo/early")
        guest = join(page)
        enter(page, ask_for_link(page, server, guest, "early"))
        waits = walk(page, page.url)
    with visitors.page("stranger") as page:
        unused = ask_for_link(page, server, MEMBER, "spring")
    return [
        Place("me-enter", "stranger", unused),
        *(Place(named(address), "member", address) for address in found if "/me" in address),
        *(Place(f"waiting-{named(address)}", "waiting", address) for address in waits if "/me" in address),
    ]


def operators(visitors, key, member):
    """The console: of the demo, and of a project without anything."""
    server = visitors.server
    made = server.ask(key, "POST", "webhooks", url="https://hooks.shop.example/inviter", events=[])
    server.ask(key, "POST", f"webhooks/{made['endpoint']['id']}/test")
    console = f"{server.base}/console"
    with visitors.page("owner") as page:
        found = walk(page, f"{console}/demo/live", f"{console}/demo/live/members/{member['id']}") + [f"{console}/parts", f"{console}/demo/live/nothing"]
        seen = {shape(address) for address in found}
        empty = [address for address in walk(page, f"{console}/empty/live") if shape(address) not in seen]
    return [Place(named(address), "owner", address) for address in found + empty if address.startswith(console)]


def named(address):
    return shape(address).strip("/").replace("demo/live/", "").replace("/", "-").replace(":", "")
