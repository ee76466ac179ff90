"""What people write into every field is shown as text: pages are opened in a browser that would run it."""

import re
import urllib.error
import urllib.parse
import urllib.request

from server import set_up
from walk import walk

# Out of a text, an attribute, a script, a title, a Markdown link, and a template.
PAYLOADS = [
    "<img src=x data-hacked onerror=window.hacked=1>",
    "'\"><svg data-hacked onload=window.hacked=1>",
    "</script></title></textarea><script data-hacked>window.hacked=1</script>",
    "[x](javascript:window.hacked=1) <a data-hacked href=javascript:hacked()>x</a>",
    "{{7*191}} ${7*191} <%= 7*191 %>",
]


def attempt(server, key, path, **body):
    """Makes something, or is refused for what stands in it: both are right."""
    try:
        return server.ask(key, "POST", path, **body)
    except urllib.error.HTTPError as refused:
        assert refused.code in (400, 409, 422), f"{path} answered {refused.code}"
        return None


def fill(server, key, text, number):
    """Writes the text into all that takes it. Gives the code of the program."""
    units = {"type": "units", "unit": "credits", "amount": 5}
    rules = [
        {"key": "both", "on": "signup", "approval": True, "then": {"kind": "double_sided", "inviter": units, "invitee": units}},
        {"key": "badge", "on": "signup", "then": {"kind": "fixed", "to": "inviter", "reward": {"type": "badge", "name": "star"}}},
    ]
    settings = {"name": text, "description": text, "rules": rules}
    made = server.ask(key, "POST", "programs", slug=f"p{number}", kind="referral", settings=settings)
    server.ask(key, "POST", f"programs/{made['id']}/activate")
    for reward in ({"type": "badge", "name": text}, {"type": "title", "name": text}, {"type": "entitlement", "key": text}):
        rule = {"key": "odd", "on": "signup", "then": {"kind": "fixed", "to": "inviter", "reward": reward}}
        odd = {"slug": f"{reward['type']}{number}", "kind": "referral", "settings": {"name": text, "rules": [rule]}}
        attempt(server, key, "programs", **odd)
    anna = {"type": "signup", "external_id": f"anna{number}", "email": f"anna{number}@shop.example", "name": text}
    inviter = server.ask(key, "POST", "events", **anna)["member_id"]
    code = server.ask(key, "POST", f"members/{inviter}/link", program_id=made["id"])["code"]["code"]
    query = urllib.parse.urlencode({"utm_source": text, "utm_campaign": text, "channel": text, "sub_id": text})
    click = urllib.request.Request(f"{server.base}/i/{code}?{query}", headers={"referer": f"https://x.example/{urllib.parse.quote(text)}"})
    click.add_header("user-agent", "Mozilla/5.0 " + text)
    urllib.request.urlopen(click).read()
    ben = {"type": "signup", "external_id": text, "name": text, "code": code, "properties": {text: text}}
    referral = server.ask(key, "POST", "events", **ben)["referral_id"]
    attempt(server, key, "invitations", program_id=made["id"], inviter_id=inviter, email="c@shop.example", message=text)
    attempt(server, key, "codes/bulk", program_id=made["id"], count=2, batch=text)
    attempt(server, key, "codes/import", program_id=made["id"], csv=f"code\n{text}\n")
    attempt(server, key, "webhooks", url=f"https://shop.example/{text}", events=["reward.granted"])
    attempt(server, key, "keys", name=text, scopes=["stats:read"])
    attempt(server, key, "coupon-pools", slug=f"pool{number}", pattern=None)
    attempt(server, key, f"coupon-pools/pool{number}/coupons", coupons=[text])
    if number % 2:
        attempt(server, key, f"referrals/{referral}/reverse", reason=text)
    return code


def test_what_people_write_is_shown_as_text(chromium, server):
    context = chromium.new_context()
    page = context.new_page()
    set_up(page, server, name=PAYLOADS[0])
    server.run("project", "create", "--slug", "shop", "--name", PAYLOADS[1])
    made = server.run("key", "create", "--project", "shop", "--mode", "live", "--name", PAYLOADS[2], "--scope", "all")
    key = re.search(r"inv_live_\w+", made).group()
    codes = [fill(server, key, text, number) for number, text in enumerate(PAYLOADS)]

    said, hacked = [], []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    addresses = walk(page, f"{server.base}/console/shop/live", kind=str, most=100)
    addresses += [f"{server.base}/i/{code}" for code in codes]
    addresses += [f"{server.base}/console/shop/live/{room}?q={urllib.parse.quote(text)}"
                  for text in PAYLOADS for room in ("members", "codes", "referrals", "rewards", "audit")]
    seen = 0
    for address in addresses:
        page.goto(address)
        if page.evaluate("window.hacked || document.querySelector('[data-hacked], [href^=\"javascript:\" i]')?.outerHTML"):
            hacked.append(address)
        text = page.inner_text("body")
        seen += "onerror=window.hacked" in text or "onload=window.hacked" in text
        assert "1337" not in text, address
    context.close()
    assert not hacked and not said, "\n".join(hacked + said)
    assert seen > 10, "the texts are on the pages"
