"""What can be said of the configuration without asking it anything."""

import os
import re

from nginx_stack import Configuration, expect, run, tested

# Comments of gixy that do not hold here, each with the reason; everything else has to be clean.
ACCEPTED = {}


def accepted(image, configuration, certificates):
    """`nginx -t` accepts it, as the user and with the rights that compose gives."""
    good, words = tested(image, configuration, certificates)
    expect(good, f"nginx -t: {words[-500:]}")
    expect("[warn]" not in words, f"nginx -t warns: {words}")


def linted(gixy, configuration):
    """gixy finds nothing that is not explained above."""
    done = run(gixy, "--skips", ",".join(ACCEPTED) or "none", configuration.path("nginx.conf"), check=False)
    findings = re.findall(r">> Problem: (.*)", done.stdout)
    expect(not findings, f"gixy: {'; '.join(findings)}")
    expect(done.returncode == 0 and "No issues found" in done.stdout, f"gixy fails: {done.stdout[-300:]}{done.stderr[-300:]}")


def modules(image):
    """Which of the modules an image has, by name."""
    done = run("docker", "run", "--rm", image, "sh", "-c", "cat /etc/nginx/modules-enabled/*.conf 2>/dev/null; ls /usr/share/modsecurity-crs 2>/dev/null",
               check=False)
    return {name for name, word in (("brotli", "brotli_filter"), ("modsecurity", "modsecurity_module"), ("rules", "rules")) if word in done.stdout}


def fits_official_image(image, home, certificates):
    """The default configuration starts where neither Brotli nor ModSecurity is there, as in the official image."""
    configuration = Configuration(home)
    os.mkdir(configuration.path("modules-enabled"))
    accepted(image, configuration, certificates)
