"""A Prometheus and an Alertmanager beside those of the stack: the same rules, the same routes, and less patience.

They scrape the same containers in the same network. What is changed is this: everything is scraped and judged every 5 s, each `for:` is
5 s, Alertmanager gathers for a second, and its channels lead to the sink. Expressions, thresholds and windows are those of production.
"""

import json
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path


def docker(*words, check=True):
    done = subprocess.run(["docker", *map(str, words)], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"docker {' '.join(map(str, words[:3]))}: {done.stderr.strip()}")
    return done.stdout.strip()


class Watch:
    """Starts both; ends them with `end`."""

    CHANNELS = {"webhook_url": "webhook", "dingtalk_url": "dingtalk", "wecom_robot_url": "wecom", "deadman_url": "deadman"}

    def __init__(self, stack, folder, sink):
        self.stack, self.folder = stack, Path(folder)
        self.network = f"{stack.project}_monitoring"
        self.names = [f"{stack.project}-gameday-{kind}" for kind in ("alertmanager", "prometheus")]
        gateway = json.loads(docker("network", "inspect", self.network))[0]["IPAM"]["Config"][0]["Gateway"]
        self.sink = f"http://{gateway}:{sink.port}"
        self.files()
        self.start()

    def files(self):
        root, folder = self.stack.root, self.folder
        folder.chmod(0o755)
        shutil.copytree(root / "prometheus", folder / "prometheus")
        shutil.copytree(root / "alertmanager/templates", folder / "templates")
        (folder / "targets").mkdir()
        shutil.copy(root / f"prometheus/targets/redis-{self.stack.setting('REDIS_MODE', 'cluster')}.yml", folder / "targets/redis.yml")
        main = folder / "prometheus/prometheus.yml"
        text = re.sub(r"(scrape_interval|evaluation_interval): \S+", r"\1: 5s", main.read_text())
        text = text.replace("scrape_timeout: 10s", "scrape_timeout: 4s").replace("alertmanager:9093", f"{self.names[0]}:9093")
        main.write_text(text)
        for rules in (folder / "prometheus/rules").glob("*.yml"):
            rules.write_text(re.sub(r"^( +for:) \S+$", r"\1 5s", rules.read_text(), flags=re.M))
        secrets = folder / "alerts"
        secrets.mkdir()
        for file, channel in self.CHANNELS.items():
            (secrets / file).write_text(f"{self.sink}/{channel}")
        made = subprocess.run([root / "alertmanager/render.sh", secrets], capture_output=True, text=True, check=True).stdout
        made = re.sub(r"group_wait: \S+", "group_wait: 1s", re.sub(r"group_interval: \S+", "group_interval: 5s", made))
        (secrets / "alertmanager.yml").write_text(made)

    def start(self):
        self.end()
        folder, (alertmanager, prometheus) = self.folder, self.names
        run = ["run", "--detach", "--network", self.network]
        docker(*run, "--name", alertmanager, "-v", f"{folder}/templates:/etc/alertmanager/templates:ro", "-v", f"{folder}/alerts:/run/secrets/alerts:ro",
               "prom/alertmanager:v0.33.1", "--config.file=/run/secrets/alerts/alertmanager.yml", "--storage.path=/tmp/data", "--cluster.listen-address=")
        docker(*run, "--name", prometheus, "-p", "127.0.0.1::9090", "-v", f"{folder}/prometheus:/etc/prometheus:ro",
               "-v", f"{folder}/targets:/run/targets:ro", "-v", f"{self.stack.secrets}/metrics_token:/run/secrets/metrics_token:ro",
               "prom/prometheus:v3.5.3", "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/tmp/data")
        self.address = "http://" + docker("port", prometheus, "9090").splitlines()[0]

    def ask(self, expression):
        url = f"{self.address}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]["result"]
        except OSError:
            return []

    def firing(self, alert):
        return bool(self.ask(f'ALERTS{{alertname="{alert}",alertstate="firing"}}'))

    def settled(self, limit=90):
        """Waits until every job has answered once; what is down before anything was broken."""
        until = time.monotonic() + limit
        while time.monotonic() < until and not self.ask('count(up{job="inviter"}) == 3 and on () count(up{job="mysqld"}) == 3'):
            time.sleep(2)
        time.sleep(15)
        return sorted({one["metric"]["alertname"] for one in self.ask('ALERTS{alertstate="firing",alertname!="Watchdog"}')})

    def end(self):
        for name in self.names:
            docker("rm", "--force", name, check=False)
