"""How the tests speak to nginx: HTTPS with a verified certificate, one connection for each request unless told otherwise."""

import base64
import collections
import http.client
import os
import socket
import ssl

from nginx_stack import expect

Answer = collections.namedtuple("Answer", "status headers body")


class Client:
    """Speaks to nginx of a stack under the name localhost."""

    def __init__(self, stack):
        self.stack = stack
        self.context = ssl.create_default_context(cafile=os.path.join(stack.certificates, "ca.pem"))

    def connect(self, timeout=20):
        raw = socket.create_connection(("127.0.0.1", self.stack.ports[443]), timeout)
        return self.context.wrap_socket(raw, server_hostname="localhost")

    def connection(self, port=443, timeout=20):
        """A connection that stays; where nginx ends it, after 10,000 requests, the next request makes it anew."""
        if port == 443:
            return http.client.HTTPSConnection("localhost", self.stack.ports[443], timeout=timeout, context=self.context)
        return http.client.HTTPConnection("localhost", self.stack.ports[port], timeout)

    def ask(self, method, path, body=None, headers=None, port=443, connection=None):
        own = connection is None
        connection = connection or self.connection(port)
        try:
            headers = {name.lower(): value for name, value in (headers or {}).items()}
            connection.request(method, path, body, {"host": "localhost", **headers})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            if own:
                connection.close()

    def get(self, path, **headers):
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def echo(self, path="/echo", **headers):
        """What the instance heard, as a dictionary."""
        answer = self.get(path, **headers)
        expect(answer.status == 200, f"{path} answers {answer.status}: {answer.body[:200]}")
        return dict(line.split("=", 1) for line in answer.body.decode().splitlines())

    def upgrade(self, path, headers):
        """Opens a WebSocket; gives the status, and the first frame where it opened."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        lines += [f"Sec-WebSocket-Key: {key}"] + [f"{name}: {value}" for name, value in headers.items()]
        with self.connect() as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            heard = b""
            while b"\r\n\r\n" not in heard:
                more = connection.recv(4096)
                expect(more, "the connection ended before an answer")
                heard += more
            head, rest = heard.split(b"\r\n\r\n", 1)
            status = int(head.split()[1])
            if status == 101 and not rest:
                rest = connection.recv(4096)
            return status, rest
