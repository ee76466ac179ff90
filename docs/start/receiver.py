"""A receiver of Inviter's webhooks: python3 receiver.py PORT SECRET

Prints one line for each message whose signature holds, and refuses every other.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

PORT, SECRET = int(sys.argv[1]), sys.argv[2]
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
TOLERANCE = 300  # seconds: an older message is somebody's repetition
seen = set()  # keep it in your database: a message may come twice, under one id


def is_genuine(headers, body):
    """Standard Webhooks: HMAC-SHA256 over id, timestamp and body, as `v1,BASE64`, perhaps several."""
    message, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    digest = hmac.digest(KEY, f"{message}.{timestamp}.".encode() + body, hashlib.sha256)
    expected = "v1," + base64.b64encode(digest).decode()
    given = headers.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(one, expected.encode()) for one in given)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        genuine = is_genuine(self.headers, body)
        if genuine and self.headers["webhook-id"] not in seen:
            seen.add(self.headers["webhook-id"])
            print("verified", json.loads(body)["type"], self.headers["webhook-id"], flush=True)
        self.send_response(204 if genuine else 400)
        self.end_headers()

    def log_message(self, *_):
        """What matters is printed above."""


HTTPServer(("127.0.0.1", PORT), Receiver).serve_forever()
