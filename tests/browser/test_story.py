"""The story of the product, as people at three browsers live it: the owner, a member, and a friend."""

import re

import pytest
from playwright.sync_api import expect

from places import enter, sign_up
from server import set_up

# How it looks, in which language, how wide, and whether scripts run.
LIVES = [
    pytest.param("light", "en", 1280, True, id="on-a-desk"),
    pytest.param("dark", "zh", 360, True, id="on-a-phone-in-chinese-in-the-dark"),
    pytest.param("light", "en", 1280, False, id="without-scripts"),
]
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
ANNA, BEN = "anna@shop.example", "ben@shop.example"
SOON = 15_000


@pytest.fixture
def person(chromium, server):
    """Opens the browser profile of one more person."""

    def come(theme, language, width, scripts):
        context = chromium.new_context(
            color_scheme=theme,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            # Clicks of a headless browser are a robot's, and not counted.
            user_agent=PERSON,
        )
        context.add_cookies([{"name": "inviter_lang", "value": language, "url": server.base}])
        context.set_default_timeout(SOON)
        return context.new_page()

    return come


def make_program(owner, server):
    """The owner makes a project, a program whose reward waits for approval, and starts it."""
    owner.goto(f"{server.base}/console/new")
    owner.fill("[name=name]", "Shop")
    owner.fill("[name=slug]", "shop")
    owner.click("main form button.primary")
    owner.goto(f"{server.base}/console/shop/live/programs/new")
    owner.fill("[name=name]", "Bring a friend")
    owner.fill("[name=slug]", "spring")
    owner.click("main form button.primary")
    owner.wait_for_url(re.compile("/edit$"))
    owner.fill("[name='rules[0].on']", "signup")
    owner.locator("details.more", has=owner.locator("[name='rules[0].approval']")).locator("summary").click()
    owner.check("[name='rules[0].approval']")
    owner.click("button.primary[name=do][value=save]")
    owner.wait_for_url(re.compile(r"/programs/prg_\w+$"))
    owner.click("[popovertarget=start]")
    owner.click("#start button[type=submit]")
    expect(owner.locator("h1 ~ .badge.good")).to_be_visible()


def join(page, address, email, name):
    page.goto(address)
    sign_up(page, email, name)


def seen(page, scripts, locator):
    """What another person did reaches the page by itself; without scripts, when it is loaded again."""
    if not scripts:
        page.reload()
    expect(locator).to_be_visible(timeout=SOON)


@pytest.mark.parametrize("theme,language,width,scripts", LIVES)
def test_a_friend_joins_and_both_are_rewarded(person, server, theme, language, width, scripts):
    looks = (theme, language, width, scripts)
    owner, anna, ben = person(*looks), person(*looks), person(*looks)
    set_up(owner, server)
    make_program(owner, server)

    join(anna, f"{server.base}/shop/spring", ANNA, "Anna")
    anna.click("form[action^='/me/sign-in'] button")
    enter(anna, server.mailed(ANNA, "/me/enter/"))
    link = anna.locator("code", has_text="/i/").first.inner_text().strip()
    owner.goto(f"{server.base}/console/shop/live")

    ben.goto(link)
    assert "Anna" in ben.locator("main").inner_text()
    join(ben, ben.url, BEN, "Ben")
    expect(ben.locator("code", has_text="/i/").first).to_be_visible()
    seen(anna, scripts, anna.locator("#latest li").first)
    seen(owner, scripts, owner.locator(".events li", has_text="Ben").first)
    seen(owner, scripts, owner.locator("#waiting a[href$=approvals]"))
    expect(owner.locator("#funnel dd").first).to_have_text("1")

    owner.goto(f"{server.base}/console/shop/live/rewards/approvals")
    for box in owner.locator("[name=id]").all():
        box.check()
    owner.fill("[name=reason]", "Seen and good")
    owner.click("button[name=verb][value=approve]")
    expect(owner.locator("[name=id]")).to_have_count(0)
    seen(anna, scripts, anna.locator("#figures dd", has_text="100"))

    owner.goto(f"{server.base}/console/shop/live/members?q=anna")
    owner.locator("td a", has_text="Anna").first.click()
    owner.click("a[href$='/spend']")
    owner.fill("[name=amount]", "40")
    owner.click("main form button.primary")
    owner.wait_for_url(re.compile(r"/members/mem_"))
    seen(anna, scripts, anna.locator("#figures dd", has_text="60"))

    for page, form in ((anna, "/me/sign-out"), (owner, "/console/sign-out")):
        door = page.url
        if form.startswith("/console"):
            if width < 960:
                page.click("[popovertarget=side]")
            page.click("[popovertarget=person]")
        page.click(f"form[action='{form}'] button")
        page.wait_for_url(re.compile("/sign-in"))
        page.goto(door)
        assert "/sign-in" in page.url
    assert "The ledger is sound" in server.run("ledger", "verify")


def test_the_keyboard_alone_signs_in_and_opens_menus(person, server):
    owner = person("light", "en", 1280, True)
    set_up(owner, server)
    owner.keyboard.press("Tab")
    expect(owner.locator(".skip")).to_be_focused()
    owner.locator("[popovertarget=person]").focus()
    owner.keyboard.press("Enter")
    expect(owner.locator("#person")).to_be_visible()
    owner.keyboard.press("Escape")
    expect(owner.locator("#person")).to_be_hidden()
    owner.keyboard.press("Enter")
    owner.locator("#person form button").focus()
    owner.keyboard.press("Enter")
    owner.wait_for_url(re.compile("/console/sign-in"))
    owner.locator("[name=email]").focus()
    owner.keyboard.type("ada@inviter.example")
    owner.keyboard.press("Tab")
    owner.keyboard.type("three quiet words here")
    owner.keyboard.press("Enter")
    owner.wait_for_url(re.compile("/console$"))


def test_a_page_comes_back_after_a_restart_and_misses_nothing(person, server):
    owner, anna = person("light", "en", 1280, True), person("light", "en", 1280, True)
    set_up(owner, server)
    make_program(owner, server)
    owner.goto(f"{server.base}/console/shop/live")
    expect(owner.locator("[data-live][data-state=on]")).to_be_attached(timeout=SOON)
    server.stop()
    expect(owner.locator("[data-live][data-state=off]")).to_be_attached(timeout=SOON)
    server.start()
    join(anna, f"{server.base}/shop/spring", ANNA, "Anna")
    expect(owner.locator(".events li", has_text="Anna").first).to_be_visible(timeout=30_000)
