"""Takes what Alertmanager sends, in the place of a webhook, DingTalk, WeCom and a dead man's switch."""

import http.server
import json
import threading
import time


class Sink:
    """Remembers every message. What does not look as the receiver wants it is a fault."""

    def __init__(self):
        self.lock, self.messages, self.faults = threading.Lock(), [], []
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                sink.take(self.path.strip("/"), body)
                answer = b'{"errcode":0,"errmsg":"ok"}'
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        # Containers reach it by the address that the machine has in their network.
        self.server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, channel, body):
        try:
            message = json.loads(body)
            for alert in message.get("alerts", []):
                alert["labels"]["alertname"]
            wrong = shape(channel, message)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message, wrong = {}, repr(error)
        with self.lock:
            self.messages.append((time.monotonic(), channel, message))
            if wrong:
                self.faults.append(f"{channel}: {wrong}: {body[:300]!r}")

    def arrived(self, alert, since, status="firing", channel="webhook"):
        """When the first message came that says so, after `since`."""
        with self.lock:
            for at, where, message in self.messages:
                if at >= since and where == channel and says(message, alert, status):
                    return at
        return None

    def channels(self, alert, since):
        """The channels over which an alert was told."""
        with self.lock:
            found = {where for at, where, message in self.messages if at >= since and says(message, alert, "firing")}
        return sorted(found)


def says(message, alert, status):
    if "alerts" in message:
        return any(one["labels"]["alertname"] == alert and one["status"] == status for one in message["alerts"])
    text = message.get("markdown", {})
    return status == "firing" and f"{alert}.md" in (text.get("text") or text.get("content") or "")


def shape(channel, message):
    """What is wrong with it: each robot knows one form."""
    if channel in ("webhook", "deadman"):
        return None if message.get("version") == "4" else "no message of Alertmanager"
    if set(message) != {"msgtype", "markdown"} or message["msgtype"] != "markdown":
        return "not the form of a robot's message"
    wanted = {"title", "text"} if channel == "dingtalk" else {"content"}
    if set(message["markdown"]) != wanted:
        return f"not the fields {sorted(wanted)}"
    text = message["markdown"].get("text") or message["markdown"]["content"]
    if not text.startswith("### Inviter ") or "<no value>" in text:
        return "not the text that was meant"
    if channel == "wecom" and len(text.encode()) > 4096:
        return "longer than WeCom takes"
    return None
