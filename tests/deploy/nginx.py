"""Checks nginx/ with the real nginx, in containers: what it does with requests, in front of instances and of the real server.

usage: python3 tests/deploy/nginx.py --binary target/debug/inviter [--image nginx:1.30] [--part edge|waf|app] [--only WORD]

Needs Docker, openssl and an image of nginx 1.30. Brotli and ModSecurity are checked where the image has them, gixy, sslyze and testssl
where they are installed (--gixy, --sslyze, --testssl name them); what is not checked is said. A line for each check; ends with 1 where one failed.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time

import nginx_app
import nginx_broken
import nginx_edge
import nginx_rolling
import nginx_seed
import nginx_static
import nginx_tls
import nginx_waf
from nginx_client import Client
from nginx_stack import Configuration, Stack, certificate


PARTS = ("edge", "waf", "app")


class Report:
    """A line for each check, and whether all were good."""

    def __init__(self, only):
        self.only, self.failed, self.done = only, 0, 0

    def check(self, name, action):
        if self.only and self.only not in name:
            return
        started = time.monotonic()
        try:
            action()
            verdict, more = "ok", ""
        except Exception as fault:  # noqa: BLE001 - one check that fails must not hide the others
            verdict, more = "FAILED", f": {type(fault).__name__}: {fault}"
            self.failed += 1
        self.done += 1
        print(f"{verdict:6} {name} ({time.monotonic() - started:.1f} s){more}", flush=True)

    def skip(self, name, reason):
        if not self.only or self.only in name:
            print(f"not run {name}: {reason}", flush=True)


def static(report, options, home, certificates):
    have = nginx_static.modules(options.image)
    for waf in ("off", "detect", "block"):
        name = f"static.accepted_with_waf_{waf}"
        if waf == "off" or have >= {"modsecurity", "rules"}:
            configuration = Configuration(home, waf=waf, brotli="on" if "brotli" in have else "off")
            report.check(name, lambda configuration=configuration: nginx_static.accepted(options.image, configuration, certificates))
        else:
            report.skip(name, f"{options.image} has no ModSecurity with rules")
    report.check("static.fits_official_image", lambda: nginx_static.fits_official_image(options.image, home, certificates))
    if options.gixy:
        report.check("static.linted", lambda: nginx_static.linted(options.gixy, Configuration(home)))
    else:
        report.skip("static.linted", "gixy is not installed")
    nginx_broken.run_static(report, options.image, home, certificates, options.gixy)
    return have


def edge(report, options, home, have):
    stack = Stack(options.image, home, "edge")
    stack.backends()
    stack.nginx(Configuration(home))
    client = Client(stack)
    for check in nginx_edge.CHECKS:
        report.check(f"edge.{check.__name__}", lambda check=check: check(stack, client))
    if "brotli" in have:
        report.check("edge.brotli", lambda: nginx_edge.brotli(stack, client))
    else:
        report.skip("edge.brotli", f"{options.image} has no module for it")
    tls(report, options, stack, client)
    nginx_broken.run_asked(report, stack, client, home)
    stack.nginx(Configuration(home))
    for check in (nginx_rolling.not_queued, nginx_rolling.lost, nginx_rolling.moved):
        report.check(f"rolling.{check.__name__}", lambda check=check: check(stack, client))
    stack.remove()


def waf(report, options, home):
    stack = Stack(options.image, home, "waf")
    stack.backends()
    client = Client(stack)
    stack.nginx(Configuration(home, waf="block"))
    for check in nginx_waf.BLOCKING:
        report.check(f"waf.{check.__name__}", lambda check=check: check(stack, client))
    for spoil, check, word in nginx_waf.BROKEN:
        def bitten(spoil=spoil, check=check, word=word):
            broken = Configuration(home, waf="block")
            spoil(broken)
            stack.nginx(broken)
            nginx_broken.refused(lambda: check(stack, client), word)

        report.check(f"broken.{spoil.__name__}.{check.__name__}", bitten)
    stack.nginx(Configuration(home, waf="detect"))
    report.check("waf.detects", lambda: nginx_waf.detects(stack, client))
    stack.remove()


def app(report, options, home, have):
    binary = os.path.abspath(options.binary)
    seed = nginx_seed.plant(binary, home)
    stack = Stack(options.image, home, "app")
    stack.applications(binary, seed.homes, nginx_app.SETTINGS)
    stack.nginx(Configuration(home))
    client = Client(stack)
    for check in nginx_app.CHECKS:
        report.check(f"app.{check.__name__}", lambda check=check: check(stack, client, seed))
    if options.testssl:
        report.check("tls.graded", lambda: nginx_tls.graded(options.testssl, stack))
    else:
        report.skip("tls.graded", "--testssl names no testssl")
    for check in (nginx_rolling.killed, nginx_rolling.ended, nginx_rolling.rolled):
        report.check(f"rolling.{check.__name__}", lambda check=check: check(stack, seed))
    if have >= {"modsecurity", "rules"}:
        stack.nginx(Configuration(home, waf="block"))
        for check in nginx_app.CHECKS:
            report.check(f"app.{check.__name__}_with_waf", lambda check=check: check(stack, client, seed))
        stack.nginx(Configuration(home))
    report.check("app.addresses", lambda: nginx_app.addresses(stack, client, seed, binary))
    stack.remove()


def tls(report, options, stack, client):
    report.check("tls.protocols", lambda: nginx_tls.protocols(stack, client))
    report.check("tls.two", lambda: nginx_tls.two(stack, client))
    if options.sslyze:
        report.check("tls.mozilla", lambda: nginx_tls.mozilla(options.sslyze, stack))
    else:
        report.skip("tls.mozilla", "sslyze is not installed")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary")
    parser.add_argument("--image", default="nginx:1.30")
    parser.add_argument("--part", action="append", choices=PARTS, help="only these parts")
    parser.add_argument("--only", help="only checks whose name has this word")
    parser.add_argument("--gixy", default=shutil.which("gixy"))
    parser.add_argument("--sslyze", default=shutil.which("sslyze"))
    parser.add_argument("--testssl", help="3.2 or newer; takes three minutes, so it has to be named")
    options = parser.parse_args()
    options.part = options.part or PARTS
    report = Report(options.only)
    with tempfile.TemporaryDirectory(prefix="inviter-nginx-") as home:
        os.chmod(home, 0o755)
        certificates = os.path.join(home, "certificates")
        certificate(certificates)
        have = static(report, options, home, certificates)
        if "edge" in options.part:
            edge(report, options, home, have)
        if "waf" not in options.part:
            pass
        elif have >= {"modsecurity", "rules"}:
            waf(report, options, home)
        else:
            report.skip("waf", f"{options.image} has no ModSecurity with rules")
        if "app" not in options.part:
            pass
        elif options.binary:
            app(report, options, home, have)
        else:
            report.skip("app", "--binary names no server")
    print(f"{report.done} checks, {report.failed} failed")
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
