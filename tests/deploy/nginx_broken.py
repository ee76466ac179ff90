"""The checks bite: a copy of the configuration that is broken in one place is refused by the check that is there for it."""

import os

import nginx_edge
import nginx_rolling
import nginx_static
import nginx_tls
from nginx_stack import Configuration, Fault


def unknown_directive(broken):
    broken.replace("conf.d/app.conf", "least_conn;", "least_conn;\n    proxy_cache_purge on;")


def missing_file(broken):
    os.remove(broken.path("snippets/tls.conf"))


def alias_traversal(broken):
    broken.replace("conf.d/app.conf", "        root /var/lib/acme;", "        alias /var/lib/acme/;")
    broken.replace("conf.d/app.conf", "location ^~ /.well-known/acme-challenge/ {", "location ^~ /.well-known/acme-challenge {")


def headers_lost(broken):
    broken.replace("conf.d/app.conf", "add_header_inherit merge;", "add_header_inherit on;")


def headers_doubled(broken):
    broken.replace("conf.d/app.conf", "Strict-Transport-Security $hsts always", "Strict-Transport-Security max-age=1 always")
    broken.replace("conf.d/app.conf", "add_header_inherit merge;", "add_header_inherit merge;\n    add_header X-Marker own always;")


def own_headers_lost(broken):
    broken.replace("snippets/own-answer.conf", "add_header X-Content-Type-Options      nosniff always;", "")


def cache_without_host(broken):
    broken.replace("snippets/cache.conf", "$scheme://$host$is_request_port$request_port$request_uri", "$request_uri")


def cache_without_cookie(broken):
    broken.replace("snippets/anonymous.conf", "$http_cookie $http_authorization", "$http_authorization")


def cache_without_authorization(broken):
    broken.replace("snippets/anonymous.conf", "$http_cookie $http_authorization", "$http_cookie")


def cache_of_everything(broken):
    broken.replace("snippets/anonymous.conf", "proxy_cache        public;", "proxy_cache        public;\nproxy_cache_valid 200 5m;")


def upgrade_always(broken):
    broken.replace("snippets/identity.conf", "    default   \"\";", "    default   upgrade;")


def address_added(broken):
    broken.replace("snippets/proxy.conf", "X-Forwarded-For    $remote_addr", "X-Forwarded-For    $proxy_add_x_forwarded_for")


def everybody_trusted(broken):
    broken.write("local/cdn.conf", "set_real_ip_from 0.0.0.0/0;\n")


def limit_without_status(broken):
    broken.replace("snippets/limits.conf", "limit_req_status  429;", "")


def post_repeated(broken):
    broken.replace("snippets/forwarding.conf", "proxy_next_upstream         error timeout;", "proxy_next_upstream         error timeout non_idempotent;")


def query_logged(broken):
    broken.replace("snippets/log.conf", "$path_to_log\"", "$request_uri\"")


def no_redirect(broken):
    broken.replace("conf.d/app.conf", "return 308 https://$host$request_uri;", "return 301 https://$host;")


def status_everywhere(broken):
    broken.replace("conf.d/app.conf", "    location / {\n        limit_req", "    location = /stub_status { stub_status; }\n    location / {\n        limit_req")


def no_second_look(broken):
    broken.replace("snippets/forwarding.conf", "inviter$\" 1;", "inviter$\" 0;")


def pages_in_a_queue(broken):
    broken.replace("snippets/anonymous.conf", "proxy_cache_lock   off;", "")


def old_protocol(broken):
    broken.replace("snippets/tls.conf", "TLSv1.2 TLSv1.3", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3")
    broken.replace("snippets/tls.conf", "ECDHE-ECDSA-AES128-GCM-SHA256:", "ALL:@SECLEVEL=0:")


def no_http2(broken):
    broken.replace("conf.d/app.conf", "http2       on;", "")


# What is broken, the check that refuses it, and a word of what it says: another complaint would be an accident.
STATIC = ((unknown_directive, "unknown directive"), (missing_file, "No such file"))
LINT = ((alias_traversal, "alias_traversal"),)
ASKED = (
    (headers_lost, nginx_edge.headers, "strict-transport-security is there 0 times"),
    (headers_doubled, nginx_edge.headers, "x-marker is there 2 times"),
    (own_headers_lost, nginx_edge.own_answers, "x-content-type-options is there 0 times"),
    (cache_without_host, nginx_edge.cache_is_safe, "the page of another host"),
    (cache_without_cookie, nginx_edge.cache_is_safe, "Bob gets the page"),
    (cache_without_authorization, nginx_edge.cache_is_safe, "Eve gets the page"),
    (cache_of_everything, nginx_edge.cache_is_safe, "/unmarked is kept"),
    (upgrade_always, nginx_edge.upgrades, "a plain request has Connection: upgrade"),
    (address_added, nginx_edge.forwarded, "the instance hears of 203.0.113.7"),
    (everybody_trusted, nginx_edge.forwarded, "the instance hears of 203.0.113.7"),
    (limit_without_status, nginx_edge.limits, "503"),
    (post_repeated, nginx_edge.repeated, "reached 3 instances, not 1"),
    (query_logged, nginx_edge.discretion, "is in the log"),
    (no_redirect, nginx_edge.redirect, "answered 301"),
    (status_everywhere, nginx_edge.status_page, "tells the status"),
    (no_second_look, nginx_rolling.lost, "they are answered"),
    (pages_in_a_queue, nginx_rolling.not_queued, "a page waited"),
    (old_protocol, nginx_tls.protocols, "TLSv1 is spoken"),
    (no_http2, nginx_tls.protocols, "without HTTP/2"),
)


def refused(check, word):
    """A Fault where the check has none, or another."""
    try:
        check()
    except Fault as fault:
        if word not in str(fault):
            raise Fault(f"another fault than {word!r}: {fault}") from fault
        return
    raise Fault("it is not noticed")


def run_static(report, image, home, certificates, gixy):
    accepted = [(spoil, word, lambda broken: nginx_static.accepted(image, broken, certificates)) for spoil, word in STATIC]
    linted = [(spoil, word, lambda broken: nginx_static.linted(gixy, broken)) for spoil, word in LINT if gixy]
    for spoil, word, check in accepted + linted:
        report.check(f"broken.{spoil.__name__}", lambda spoil=spoil, word=word, check=check: refused(lambda: check(spoilt(home, spoil)), word))


def run_asked(report, stack, client, home):
    for spoil, check, word in ASKED:
        def bitten(spoil=spoil, check=check, word=word):
            # That it starts is no fault of the kind that is looked for.
            stack.nginx(spoilt(home, spoil))
            refused(lambda: check(stack, client), word)

        report.check(f"broken.{spoil.__name__}", bitten)


def spoilt(home, spoil):
    configuration = Configuration(home)
    spoil(configuration)
    return configuration
