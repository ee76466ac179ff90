"""The user's own commands, word for word, and what must not happen."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request

# Each of these lines is wrong in another way; each has to be told.
BAD = {
    "INVITER_VERSION": "latest",
    "INVITER_PUBLIC_URL": "http://example.org",
    "HTTPS_PORT": "70000",
    "REDIS_MODE": "single",
    "APP_MEMORY": "plenty",
    "LIMIT_API_PER_MINUTE": "$(touch pwned)",
}


def must(what, holds, more=""):
    if not holds:
        sys.exit(f"FAULT {what}\n{more}")
    print(f"ok    {what}", flush=True)


def traces(stack):
    """What there is of an installation."""
    files = [name for name in ("secrets", ".deploy", "pwned") if os.path.exists(os.path.join(stack.home, name))]
    return stack.containers(), files


def curl(*words):
    """What the user's command prints, and with which code it ends."""
    done = subprocess.run(["curl", "--silent", "--show-error", "--max-time", "10", *words], capture_output=True, text=True)
    return done.returncode, done.stdout


def refuse_bad(stack):
    env = os.path.join(stack.home, ".env")
    text = open(os.path.join(stack.home, ".env.production")).read()
    for name, value in BAD.items():
        lines = [f"{name}={value}" if line.startswith(f"{name}=") else line for line in text.splitlines()]
        text = "\n".join(lines) + "\n"
    with open(env, "w") as file:
        file.write(text + "SURPRISE=1\n")
    # A variable of the shell would win over its line.
    good, stack.settings = stack.settings, {name: value for name, value in stack.settings.items() if name not in BAD}
    code, said = stack.deploy("docker", "production")
    stack.settings = good
    missing = [name for name in [*BAD, "SURPRISE"] if not any(name in line for line in said.splitlines() if "error:" in line)]
    must("a bad .env is refused with 78 and every error at once", code == 78 and not missing, f"exit {code}, not told: {missing}\n{said}")
    found = traces(stack)
    must("and nothing was touched", found == ([], []), str(found))


def bring_up(stack):
    """`cp .env.production .env`, `./scripts/deploy.sh docker production`, and the verification of the user's document."""
    refuse_bad(stack)
    shutil.copy(os.path.join(stack.home, ".env.production"), os.path.join(stack.home, ".env"))
    code, said = stack.deploy("docker", "production", "--plan")
    must("--plan tells what would be done and does nothing", code == 0 and "would: start" in said and traces(stack) == ([], []), said)
    code, said = stack.deploy("docker", "production")
    must("./scripts/deploy.sh docker production", code == 0, said)
    print("".join(f"      {line}\n" for line in said.splitlines()), end="")
    verify(stack)
    unchanged(stack)


def verify(stack):
    port = f":{stack.plain}" if stack.plain != 80 else ""
    code, text = curl("-f", f"http://localhost{port}/api/health")
    must("curl http://localhost/api/health", code == 0 and json.loads(text)["status"] == "up", text)
    _, text = curl("-o", "/dev/null", "-w", "%{http_code}", f"http://localhost{port}/api/metrics")
    must("curl http://localhost/api/metrics is refused without the token", text == "401", text)
    token = open(os.path.join(stack.home, "secrets/metrics_token")).read()
    code, text = curl("-f", "-H", f"Authorization: Bearer {token}", f"http://localhost{port}/api/metrics")
    must("and answered with it", code == 0 and "inviter_build_info" in text, text[:500])
    answer = json.load(urllib.request.urlopen("http://localhost:9090/api/v1/query?query=up", timeout=10))
    must("Prometheus: http://localhost:9090", answer["status"] == "success" and answer["data"]["result"], str(answer))
    code, said = stack.deploy("status")
    must("scripts/deploy.sh status says that all is well", code == 0, said)


def unchanged(stack):
    before = stack.containers()
    code, said = stack.deploy("docker", "production")
    must("a second run has nothing to do, and every container is the same", code == 0 and "nothing to do" in said and stack.containers() == before, said)
    code, said = stack.deploy("docker", "production", "--plan")
    must("nor has --plan", code == 0 and "nothing to do" in said and stack.containers() == before, said)
