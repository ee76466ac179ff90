#!/usr/bin/env python3
"""`scripts/deploy.sh k8s` from the first step to the last, against stand-ins for kubectl (cluster.py), docker and curl.

    tests/deploy/deploy_k8s.py [WORD…]     only the stories whose name has one of the words

Every overlay is really rendered. What only a cluster can say is not asked here.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("scripts", "k8s", "config", "alertmanager", ".env.production")
READS = {"version", "config", "kustomize", "get", "diff", "logs", "exec"}
DOCKER = """#!/bin/sh
case "$*" in
  *keygen*) printf '# public key: age1planted\\nAGE-SECRET-KEY-1PLANTED\\n' ;;
  *) [ ! -e "$CLUSTER/no-docker" ] ;;
esac
"""
CURL = '#!/bin/sh\ncat "$CLUSTER/public"\n'
FIRST = ["preflight", "secrets", "render k8s/overlays/production", "configuration, secrets, accounts, networks", "configuration", "data tier",
         "Redis cluster", "backup", "schema", "application", "autoscaler and what watches", "smoke test"]


class Checkout:
    """A copy of what deploy.sh needs, and the folder that stands for a cluster."""

    def __enter__(self):
        self.home = Path(tempfile.mkdtemp(prefix="inviter-deploy-k8s-"))
        self.cluster, tools = self.home / "cluster", self.home / "tools"
        for folder in (self.cluster, tools):
            folder.mkdir()
        for name in NEEDED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.home / name, symlinks=True, ignore=shutil.ignore_patterns("files"))
            else:
                shutil.copy(source, self.home / name)
        for name, text in (("docker", DOCKER), ("curl", CURL), ("kubectl", f'#!/bin/sh\nexec {sys.executable} -ES {ROOT}/tests/deploy/cluster.py "$@"\n')):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        (self.cluster / "public").write_text("200")
        self.env = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(self.home), "CLUSTER": str(self.cluster), "K8S_WAIT": "5s", "K8S_PUBLIC_WAIT": "2",
                    "REAL_KUBECTL": shutil.which("kubectl"), "INVITER_VERSION": "0.1.0", "REGISTRY": "registry.example.org/inviter"}
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.home)

    def run(self, *words, code=0, **env):
        """What deploy.sh printed; `self.said` is then what it said to kubectl, `self.steps` the names of its steps."""
        log = self.cluster / "words"
        log.unlink(missing_ok=True)
        done = subprocess.run(["bash", "scripts/deploy.sh", *words], cwd=self.home, env=self.env | env, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == code, f"deploy.sh {' '.join(words)} ended with {done.returncode} instead of {code}:\n{done.stdout}"
        self.said = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        self.steps = re.findall(r"^== (.*)$", done.stdout, re.M)
        return done.stdout

    def writes(self):
        """The words by which something was changed, shortened to what they are about."""
        return [about(words) for words in self.said if words[0] not in READS]

    def object(self, name):
        return json.loads((self.cluster / "objects").read_text())[name]

    def secret(self, name):
        return (self.home / "secrets" / name).read_text()

    def fail(self, *lines):
        (self.cluster / "faults").write_text("\n".join(lines))


def about(words):
    """`apply base`, `delete job redis-form`, `rollout status inviter` …"""
    file = next((Path(word).stem for word in words if word.endswith(".yaml")), None)
    names = [word.removeprefix("statefulset/") for word in words[1:] if not word.startswith("-")]
    return f"{words[0]} {file}" if file else " ".join([words[0], *names[:2]])


def same(found, wanted):
    assert found == wanted, "found\n  " + "\n  ".join(map(str, found)) + "\ninstead of\n  " + "\n  ".join(map(str, wanted))


def has(text, *wanted):
    for one in wanted:
        assert one in text, f"{one!r} is not in\n{text}"


def job(name):
    return [f"delete job {name}", f"apply {name}"]


def plan(checkout):
    said = checkout.run("k8s", "production", "--plan")
    same(checkout.writes(), [])
    assert not (checkout.home / "secrets").exists(), "a plan made secrets"
    has(said, "nothing was done (--plan)", "would: run the Job inviter-migrate of 0.1.0")


def first(checkout):
    said = checkout.run("k8s", "production", DB_PASSWORD="chosen-word")
    same(checkout.steps, FIRST)
    same(checkout.writes(), [
        "apply base", *job("inviter-check"), "delete job inviter-check", "apply data", *job("redis-form"), "rollout status inviter-backup",
        "rollout status mysql", "rollout status redis", *job("inviter-migrate"), "apply app", "rollout status inviter", "apply late"])
    has(said, "https://invite.example.com/api/ready answers", "no database that was deployed from here yet")
    same(checkout.secret("mysql_app"), "chosen-word")
    same(checkout.secret("database_url"), "mysql://inviter:chosen-word@mysql-0.mysql:3306/inviter?ssl-mode=verify_identity&ssl-ca=/run/secrets/tls_ca")
    same(checkout.secret("backup_identity").strip(), "AGE-SECRET-KEY-1PLANTED")
    assert not list(checkout.home.glob("k8s/components/secret-files/files")) + list(checkout.home.glob(".deploy/rendered-*")), "copies of secrets stayed"


def again(checkout):
    has(checkout.run("k8s", "production"), "nothing to do")
    same(checkout.writes(), ["rollout status inviter-backup", "rollout status mysql", "rollout status redis"])


def update(checkout):
    mysql = checkout.object("StatefulSet/mysql")
    checkout.run("k8s", "production", "--plan", INVITER_VERSION="0.2.0")
    same(checkout.writes(), [])
    checkout.run("k8s", "production", INVITER_VERSION="0.2.0")
    same(checkout.steps, [step for step in FIRST if step != "Redis cluster"])
    order = [about(words) for words in checkout.said if words[0] in ("apply", "exec", "delete")]
    same(order, [*job("inviter-check"), "delete job inviter-check", "apply data", "exec inviter-backup /usr/local/bin/inviter",
                 *job("inviter-migrate"), "apply app", "exec inviter inviter"])
    has(checkout.object("StatefulSet/inviter"), "image: registry.example.org/inviter/inviter:0.2.0")
    has(mysql, "image: registry.example.org/inviter/inviter-mysql:9.7", "image: registry.example.org/inviter/inviter-guard:0.1.0")
    assert checkout.object("StatefulSet/mysql") == mysql, "a new version of the application stops the members of MySQL"


def bad(checkout):
    checkout.fail("image registry.example.org/inviter/inviter:0.3.0")
    said = checkout.run("k8s", "production", code=1, INVITER_VERSION="0.3.0")
    same(checkout.writes()[-4:], ["apply app", "rollout status inviter", "rollout undo inviter", "rollout status inviter"])
    has(said, "0.2.0 serves as before")
    has(checkout.object("StatefulSet/inviter"), "inviter:0.2.0")
    has((checkout.home / ".deploy/k8s-production").read_text(), "version=0.2.0")


def unanswered(checkout):
    """A version whose pods are ready, and that nobody reaches any more."""
    (checkout.home / "tools/curl").write_text('#!/bin/sh\nif grep -q "apply.*app.yaml" "$CLUSTER/words"; then echo 502; else echo 200; fi\n')
    said = checkout.run("k8s", "production", code=1, INVITER_VERSION="0.3.0")
    (checkout.home / "tools/curl").write_text(CURL)
    same(checkout.writes()[-2:], ["rollout undo inviter", "rollout status inviter"])
    has(said, "does not answer any more")


def refused(checkout):
    checkout.fail("job inviter-check")
    said = checkout.run("k8s", "production", code=78, INVITER_VERSION="0.3.0")
    has(said, "what job/inviter-check said", "the configuration is wrong (above). Nothing that runs was touched")
    assert "apply data" not in checkout.writes()
    checkout.fail("job inviter-migrate")
    has(checkout.run("k8s", "production", code=1, INVITER_VERSION="0.3.0"), "the migration failed (above); the version before serves on")
    assert "apply app" not in checkout.writes()


def form(checkout):
    """Another password for Redis: its Job is another one, and cannot be changed."""
    (checkout.home / "secrets/redis").unlink()
    (checkout.home / "secrets/redis").write_text("another")
    checkout.run("k8s", "production", INVITER_VERSION="0.2.0")
    assert checkout.writes().index("delete job redis-form") == checkout.writes().index("apply redis-form") - 1
    assert "Redis cluster" in checkout.steps


def lost(checkout):
    shutil.move(checkout.home / "secrets", checkout.home / "elsewhere")
    has(checkout.run("k8s", "production", code=78), "Bring secrets from where it was deployed first")
    same(checkout.writes(), [])
    shutil.move(checkout.home / "elsewhere", checkout.home / "secrets")


def restored(checkout):
    """Into a new database by the agent in its pod; the next deployment goes over."""
    has(checkout.run("restore", "--latest", "--into", "inviter_two"), "inviter serves still", "restore --switch-to inviter_two")
    same(checkout.said[-1][-5:], ["/usr/local/bin/inviter", "restore", "--latest", "--into", "-"])
    wanted = checkout.secret("database_url_migrator").replace("3306/inviter?", "3306/inviter_two?")
    same((checkout.cluster / "input").read_text(), wanted)
    checkout.run("restore", "--switch-to", "mysql", code=2)
    checkout.run("restore", "--switch-to", "inviter_two")
    same(checkout.writes(), [])
    same(checkout.secret("database_url_migrator"), wanted)
    checkout.run("k8s", "production", INVITER_VERSION="0.2.0")
    assert "apply app" in checkout.writes(), "nothing goes over"


def looked_after(checkout):
    has(checkout.run("scale", "4"), "a patch of k8s/overlays/production as well")
    has(checkout.run("scale", "13", code=78), "between 2 and 12 instances")
    checkout.run("doctor")
    assert any("mysql" in words and "status" in words for words in checkout.said), "the guards were not asked"
    has(checkout.run("backup", "--plan"), "would make a backup")
    same([words for words in checkout.said if "exec" in words], [])
    checkout.run("backup")
    assert any("exec" in words and "backup" in words for words in checkout.said), "no backup was made"
    has(checkout.run("rollback"), "")
    same(checkout.writes(), ["rollout undo inviter", "rollout status inviter"])


def busy(checkout):
    """While another one is at work, who changes something is sent away, and who only looks is not."""
    with open(checkout.home / ".deploy/lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for words in ("rollback", "scale 4", "backup", "restore --latest", "restore --switch-to inviter_three", "k8s production"):
            has(checkout.run(*words.split(), code=75), "another scripts/deploy.sh is at work here")
            same(checkout.writes(), [])
        assert "inviter_three" not in checkout.secret("database_url"), "the database was switched"
        for words in ("status", "doctor", "logs", "rollback --plan", "scale 4 --plan", "restore --list", "restore --switch-to inviter_three --plan"):
            checkout.run(*words.split())


def keys(checkout):
    """No key pair for the backups, and nothing that makes one."""
    (checkout.cluster / "no-docker").touch()
    has(checkout.run("k8s", "production", code=78), "Docker with the image registry.example.org/inviter/inviter:0.1.0 is needed here")
    same(checkout.writes(), [])
    folder = checkout.home / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "backup_identity").write_text("AGE-SECRET-KEY-1OWN")
    (folder / "backup_recipient").write_text("age1own")
    checkout.run("k8s", "production")
    same(checkout.secret("backup_identity"), "AGE-SECRET-KEY-1OWN")


def tag(checkout):
    """Without INVITER_VERSION the tag of k8s/settings counts."""
    del checkout.env["INVITER_VERSION"]
    has(checkout.run("k8s", "production", "--plan"), "version 0.1.0")
    has(checkout.run("k8s", "nowhere", code=78), "there is no overlay k8s/overlays/nowhere. There are:")


def moco(checkout):
    checkout.run("k8s", "moco")
    has(checkout.secret("moco/database_url"), "@moco-inviter-0.moco-inviter:3306/inviter?ssl-mode=verify_identity&ssl-ca=")
    names = subprocess.run(["openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", checkout.home / "secrets/moco/tls/mysql.crt"],
                           capture_output=True, text=True, check=True).stdout
    has(names, "DNS:moco-inviter-0.moco-inviter,", "DNS:moco-inviter-2.moco-inviter.inspi-ai.svc,", "DNS:mysql-0.mysql,")
    has(checkout.run("k8s", "moco"), "nothing to do")
    checkout.run("doctor")
    assert not any("guard" in words for words in checkout.said), "guards were asked, and there are none"


def managed(checkout):
    has(checkout.run("k8s", "managed-mysql", code=78), "put the host of your MySQL there")
    file = checkout.home / "k8s/components/managed-mysql/kustomization.yaml"
    file.write_text(file.read_text().replace("mysql.example.com:3306", "db.example.org:3307"))
    checkout.run("k8s", "managed-mysql")
    assert re.fullmatch(r"mysql://inviter_migrator:\w+@db\.example\.org:3307/inviter\?ssl-mode=verify_identity", checkout.secret("managed-mysql/database_url_migrator"))


# One after the other in one checkout, as an installation lives.
STORIES = {
    "production": [plan, first, again, update, bad, unanswered, refused, form, lost, restored, looked_after, busy],
    "keys": [keys], "tag": [tag], "moco": [moco], "managed": [managed],
}


def main():
    if not shutil.which("kubectl"):
        print("there is no kubectl")
        return 77
    names = [name for name in STORIES if len(sys.argv) == 1 or any(word in name for word in sys.argv[1:])]
    with ThreadPoolExecutor(2) as pool:
        return 0 if all(list(pool.map(live, names))) else 1


def live(name):
    """Whether all went well."""
    good = True
    with Checkout() as checkout:
        for part in STORIES[name]:
            checkout.fail()
            begun = time.monotonic()
            try:
                part(checkout)
                print(f"ok     {name}: {part.__name__} ({time.monotonic() - begun:.0f} s)", flush=True)
            except AssertionError as error:
                good = False
                print(f"FAILED {name}: {part.__name__}\n{error}", flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main())
