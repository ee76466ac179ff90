"""A small installation to serve: a program with a link, and two operators who are signed in."""

import collections
import json
import os
import re
import shutil
import sys
import urllib.parse

from nginx_stack import INSTANCES, expect

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../drills"))
from server import Server  # noqa: E402

Seed = collections.namedtuple("Seed", "key code sessions homes")
PASSWORD = "a long pass-phrase; SELECT * FROM 'it' --"


def plant(binary, home):
    """Fills a SQLite database by the real server, and gives each instance its copy.

    A file belongs to one process. The instances begin alike, with the same sessions and keys, and then go their own ways.
    """
    server = Server(binary, os.path.join(home, "seed"))
    key = server.make_project()
    links = {name: link_of(server, name) for name in ("Ann", "Bob")}
    server.start()
    sessions = {name: session(server, link) for name, link in links.items()}
    code = program(server, key)
    expect(server.stop(), "the server does not end well")
    homes = []
    for name in INSTANCES:
        homes.append(os.path.join(home, f"data-{name}"))
        shutil.copytree(server.home, homes[-1])
    return Seed(key, code, sessions, homes)


def link_of(server, name):
    made = server.run("admin", "create", "--email", f"{name.lower()}@example.com", "--name", f"Operator {name}")
    return re.search(r"/console/reset/\S+", made).group()


def session(server, link):
    """The cookie of an operator who chose a password."""
    form = urllib.parse.urlencode({"password": PASSWORD})
    status, headers, _ = server.request("POST", link, headers={"content-type": "application/x-www-form-urlencoded"}, text=form)
    expect(status == 303, f"choosing a password is answered {status}")
    return headers["set-cookie"].split(";")[0]


def program(server, key):
    def api(method, path, body):
        status, _, text = server.request(method, f"/api/v1{path}", body, {"authorization": f"Bearer {key}"})
        expect(status < 300, f"{method} {path} is answered {status} {text}")
        return json.loads(text)

    reward = {"type": "units", "unit": "credits", "amount": 10}
    rules = [{"key": "both", "on": "signup", "then": {"kind": "double_sided", "inviter": reward, "invitee": reward}}]
    settings = {"name": "Spring", "landing_url": "https://shop.example/welcome", "rules": rules}
    made = api("POST", "/programs", {"slug": "spring", "kind": "referral", "settings": settings})["id"]
    api("POST", f"/programs/{made}/activate", {})
    inviter = api("PUT", "/members", {"external_id": "inviter", "name": "Zoë"})["id"]
    return api("POST", f"/members/{inviter}/link", {"program_id": made})["code"]["code"]
