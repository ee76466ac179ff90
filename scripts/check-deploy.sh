#!/usr/bin/env bash
# Every check of the deployment's files that needs nothing to be deployed. A line for each; what a failing one says stands below it.
#   scripts/check-deploy.sh                 all; one that fails does not stop the others
#   scripts/check-deploy.sh WORD...         only those whose name has one of the words
#   scripts/check-deploy.sh --list          their names
# "not run" is no failure: the line says what is missing. Exit status 1 where a check failed.
# INVITER_DEPLOY_VENV   where the tools of tests/deploy/requirements.txt go (default ~/.cache/inviter-deploy-venv)
# INVITER_BINARY        the program that is asked whether it takes its configuration (default: the newest in target/)
# Needs docker with compose, kubectl and python3; the first time, PyPI.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
venv=${INVITER_DEPLOY_VENV:-$HOME/.cache/inviter-deploy-venv}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
SKIP=77

tools() {
  local wanted=tests/deploy/requirements.txt
  cmp -s "$wanted" "$venv/requirements.txt" && return
  { [ -x "$venv/bin/python" ] || python3 -m venv "$venv"; } && "$venv/bin/pip" install --quiet --requirement "$wanted" && cp "$wanted" "$venv/requirements.txt"
}

check() { # check NAME COMMAND...
  local name=$1 begun=$SECONDS status
  shift
  if [ ${#words[@]} -gt 0 ]; then
    local word wanted=no
    for word in "${words[@]}"; do [[ $name == *"$word"* ]] && wanted=yes; done
    [ "$wanted" = yes ] || return
  fi
  if [ "$list" = yes ]; then echo "$name"; return; fi
  "$@" >"$work/said" 2>&1
  status=$?
  case $status in
    0) passed=$((passed + 1)); printf 'ok      %s (%d s)\n' "$name" $((SECONDS - begun)); grep '^not run' "$work/said" | sed 's/^/        /' ;;
    "$SKIP") skipped=$((skipped + 1)); printf 'not run %s: %s\n' "$name" "$(tail -n 1 "$work/said")" ;;
    *) failed=$((failed + 1)); printf 'FAILED  %s (%d s)\n' "$name" $((SECONDS - begun)); grep -v '^ok' "$work/said" | tail -n 60 | sed 's/^/        /' ;;
  esac
}
missing() { echo "$*"; exit $SKIP; }
have() { command -v "$1" >/dev/null || missing "there is no $1"; }
there() { [ -e "$1" ] || missing "there is no $1"; }

# The subshells let a check leave early, and keep its folders and variables to itself.
compose_config() (
  have docker
  there docker-compose.prod.yml
  there .env.production
  # As the first command of the handbook says it.
  cp .env.production "$work/.env"
  env -i PATH="$PATH" HOME="$HOME" docker compose --project-directory . --file docker-compose.prod.yml --env-file "$work/.env" --profile '*' config --quiet
)
compose_own() ( there .env.production; have docker; python tests/deploy/compose.py )
dockerfile() ( hadolint --config tests/deploy/hadolint.yaml --failure-threshold warning Dockerfile )
shell() (
  mapfile -t files < <(git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run)
  shellcheck --external-sources "${files[@]}"
)
yaml() (
  mapfile -t files < <(git ls-files --cached --others --exclude-standard -- '*.yml' '*.yaml' | grep -v '^k8s/[a-z-]*\.yaml$')
  yamllint --strict --config-file tests/deploy/yamllint.yaml "${files[@]}"
)
toml() ( python - config/*.toml <<'P'
import sys, tomllib
for path in sys.argv[1:]:
    tomllib.load(open(path, "rb"))
P
)
rendered() ( # each overlay as a file, with planted secrets; made once
  have kubectl
  [ ! -s "$2" ] || exit 0
  cd tests/deploy && python - "$1" "$2" <<'P'
import sys
from rendering import Copy
with Copy() as copy, open(sys.argv[2], "w") as out:
    out.write(copy.render(sys.argv[1]))
P
)
schema() ( # schema OVERLAY: kinds of others, whose schema is theirs, are not looked at
  rendered "$1" "$work/$1.yaml" || exit
  python - "$work/$1.yaml" "$work/$1-known.yaml" <<'P' >"$work/unknown" || exit
import sys, yaml
OTHERS = {"PrometheusRule", "ServiceMonitor", "MySQLCluster", "ExternalSecret", "HTTPRoute"}
everything = [one for one in yaml.safe_load_all(open(sys.argv[1])) if one]
yaml.safe_dump_all([one for one in everything if one["kind"] not in OTHERS], open(sys.argv[2], "w"))
print(*sorted({one["kind"] for one in everything} & OTHERS), sep=", ")
P
  kubernetes-validate --strict "$work/$1-known.yaml" >"$work/validated" 2>&1
  status=$?
  # A kind without a schema is a warning to the tool; to us it is a kind that was not looked at.
  if grep -q 'find schema' "$work/validated"; then status=1; fi
  if [ $status -ne 0 ]; then cat "$work/validated"; exit $status; fi
  [ ! -s "$work/unknown" ] || echo "not run: schemas of $(cat "$work/unknown"), which come with an operator"
)
policies() (
  rendered "$1" "$work/$1.yaml" || exit
  scan kubernetes "$work/$1.yaml"
)
scan() { LOG_LEVEL=ERROR checkov --framework "$1" --file "$2" --config-file tests/deploy/checkov.yaml --skip-download --quiet --compact; }
k8s() ( have kubectl; python tests/deploy/k8s.py )
deploy_k8s() ( have kubectl; python tests/deploy/deploy_k8s.py )
image() ( have docker; python tests/deploy/image.py )
nginx() ( there tests/deploy/nginx.py; have docker; python tests/deploy/nginx.py --only static --gixy "$venv/bin/gixy" )
monitoring() ( there tests/deploy/monitoring.py; have docker; python tests/deploy/monitoring.py )

words=() list=no
for word; do
  case $word in --list) list=yes ;; -*) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;; *) words+=("$word") ;; esac
done
if [ "$list" = no ]; then tools || { echo "check-deploy: the tools cannot be installed into $venv" >&2; exit 1; }; fi
export PATH="$venv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1

check 'compose: docker compose config' compose_config
check 'compose: assertions' compose_own
check 'image: hadolint' dockerfile
check 'image: checkov' scan dockerfile Dockerfile
check 'image: assertions' image
check 'shell: shellcheck' shell
check 'yaml: yamllint' yaml
check 'toml: parsed' toml
for overlay in k8s/overlays/*/; do
  overlay=$(basename "$overlay")
  check "k8s: schema of $overlay (kubectl kustomize, kubernetes-validate --strict)" schema "$overlay"
  check "k8s: checkov of $overlay" policies "$overlay"
done
check 'k8s: assertions' k8s
check 'k8s: deploy.sh against a cluster that is none' deploy_k8s
check 'nginx: nginx -t, gixy and what they must refuse' nginx
check 'monitoring: promtool, amtool, routes, rules and dashboards' monitoring

[ "$list" = no ] || exit 0
printf '%d ok, %d failed, %d not run\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
