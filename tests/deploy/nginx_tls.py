"""What nginx speaks on port 443, and how others grade it."""

import json
import os
import ssl
import warnings

from nginx_stack import expect, run

WEAK = "RSA:DHE:3DES:RC4:CAMELLIA:AES128-SHA:AES256-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA:aNULL:eNULL:@SECLEVEL=0"


# What testssl finds that does not hold here, each with the reason.
NOT_HERE = {
    "cert_": "the certificate is one of the test, whose authority publishes nothing",
    "DNS_CAA": "localhost has no record that names authorities",
    "BREACH": "pages are compressed, and hold no secret that a stranger could guess at: forms are protected by the origin and not by a token, and "
              "cookies are SameSite, so that no other site can have a page fetched as somebody",
}


def shaken(client, minimum, maximum, ciphers=None):
    """What is agreed on with a client that speaks only this, or nothing."""
    context = ssl.create_default_context(cafile=os.path.join(client.stack.certificates, "ca.pem"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = minimum, maximum
    if ciphers:
        context.set_ciphers(ciphers)
    context.set_alpn_protocols(["h2", "http/1.1"])
    usual, client.context = client.context, context
    try:
        with client.connect() as connection:
            return connection.version(), connection.cipher()[0], connection.selected_alpn_protocol()
    except (ssl.SSLError, ConnectionError):
        return None
    finally:
        client.context = usual


def protocols(_, client):
    """TLS 1.2 and 1.3 with HTTP/2 and forward secrecy; nothing older, nothing weak."""
    old = ssl.TLSVersion
    for version in (old.TLSv1, old.TLSv1_1):
        agreed = shaken(client, version, version, "ALL:@SECLEVEL=0")
        expect(agreed is None, f"{version.name} is spoken: {agreed}")
    for version, words in ((old.TLSv1_2, "TLSv1.2"), (old.TLSv1_3, "TLSv1.3")):
        agreed = shaken(client, version, version)
        expect(agreed and agreed[0] == words, f"{words} is not spoken: {agreed}")
        expect(agreed[2] == "h2", f"{words} comes without HTTP/2: {agreed}")
    agreed = shaken(client, old.TLSv1_2, old.TLSv1_2, WEAK)
    expect(agreed is None, f"a weak cipher is spoken: {agreed}")


def two(_, client):
    """HTTP/2 is spoken, not only promised: the settings of the server come back."""
    client.context.set_alpn_protocols(["h2"])
    try:
        with client.connect() as connection:
            connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0")
            frame = connection.recv(9)
    finally:
        client.context.set_alpn_protocols(["http/1.1"])
    expect(len(frame) == 9 and frame[3] == 4, f"the first frame is {frame!r}, not SETTINGS")


def mozilla(sslyze, stack):
    """sslyze finds all of Mozilla's "intermediate" kept."""
    authority = os.path.join(stack.certificates, "ca.pem")
    done = run(sslyze, "--mozilla_config", "intermediate", "--certinfo_ca_file", authority, f"localhost:{stack.ports[443]}", check=False)
    expect(done.returncode == 0 and "OK - Compliant" in done.stdout, f"sslyze: {done.stdout[-900:]}")


def graded(testssl, stack):
    """testssl grades it A or better and finds no weakness."""
    words = os.path.join(stack.home, "testssl.json")
    authority = os.path.join(stack.certificates, "ca.pem")
    run(testssl, "--quiet", "--color", "0", "--overwrite", "--jsonfile", words, "--add-ca", authority, "--ip", "127.0.0.1", f"localhost:{stack.ports[443]}",
        check=False)
    with open(words, encoding="utf-8") as file:
        findings = json.load(file)
    bad = [f"{it['id']}: {it['finding']}" for it in findings if it["severity"] in ("MEDIUM", "HIGH", "CRITICAL", "FATAL")]
    bad = [it for it in bad if not it.startswith(tuple(NOT_HERE))]
    expect(len(findings) > 50, f"testssl says only {findings}")
    expect(not bad, f"testssl: {'; '.join(bad)}")
    grade = next((it["finding"] for it in findings if it["id"] == "overall_grade"), "nothing: it is older than 3.2")
    expect(grade in ("A", "A+"), f"testssl grades it {grade}")
    print(f"       testssl says {grade}")
