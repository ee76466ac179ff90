#!/usr/bin/env bash
# Asks a real server for everything in its OpenAPI document, well-formed and not: no 5xx, no answer that the document
# does not know. Needs `schemathesis` on PATH (pip install schemathesis) and python3.
#   scripts/schemathesis.sh            the whole of it, about five minutes
#   scripts/schemathesis.sh --short    a first impression, about one minute
#   scripts/schemathesis.sh -- ARGS    more arguments for `schemathesis run`, such as --include-name 'POST /api/v1/codes'
# SERVER_BINARY    a server that is built already; otherwise it is built
# The seed is fixed. Exit: 0 nothing found, 1 findings, 2 the stage could not be set.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
die() { printf 'schemathesis: %s\n' "$*" >&2; exit 2; }

examples=25
[ "${1:-}" != --short ] || { examples=3; shift; }
[ "${1:-}" != -- ] || shift
command -v schemathesis >/dev/null || die "there is no schemathesis on PATH: pip install schemathesis"
binary=${SERVER_BINARY:-${CARGO_TARGET_DIR:-target}/debug/inviter}
[ -n "${SERVER_BINARY:-}" ] || cargo build --quiet --package inviter-cli

home=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$home"
}
trap finish EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
base=http://127.0.0.1:$port
# Requests come as fast as they can: limits would only hide what is behind them. Nothing is sent to the outside.
export INVITER_DATA_DIR=$home INVITER_SERVER__BIND=127.0.0.1:$port INVITER_LOG__LEVEL=warn
export INVITER_LIMITS__PUBLIC_PER_MINUTE=1000000000 INVITER_LIMITS__API_PER_MINUTE=1000000000
export INVITER_LIMITS__SIGNUPS_PER_MINUTE=1000000000 INVITER_WEBHOOKS__MAX_ATTEMPTS=1 INVITER_WEBHOOKS__TIMEOUT=1s

# What is printed once is the only indented line.
secret() { "$binary" "$@" | sed -n 's/^  \(inv_[^ ]*\)$/\1/p'; }

"$binary" project create --slug shop >"$home/setup.log"
"$binary" project create --slug other >>"$home/setup.log"
key=$(secret key create --project shop --mode live --name fuzz --scope all)
operator=$(secret admin create --email owner@inviter.example --name Owner)
[[ $key && $operator ]] || die "no credentials were printed"

"$binary" serve >"$home/server.log" 2>&1 &
server=$!
for _ in $(seq 200); do
  ! curl -fsS "$base/api/ready" >/dev/null 2>&1 || break
  kill -0 "$server" 2>/dev/null || { cat "$home/server.log" >&2; die "the server ended"; }
  sleep 0.05
done

as=$key
ask() { # ask METHOD PATH [BODY]: the answer; anything but success is fatal
  curl -sS --fail-with-body -o "$home/answer" -X "$1" "$base/api/v1$2" -H "Authorization: Bearer $as" -H 'Inviter-Project: shop' \
    ${3:+-H 'Content-Type: application/json' --data "$3"} || die "$1 $2: $(<"$home/answer")"
  cat "$home/answer"
}
pick() { # pick KEY...: one value out of the JSON on stdin
  python3 -c 'import functools, json, sys
print(functools.reduce(lambda at, key: at[int(key) if key.isdigit() else key], sys.argv[1:], json.loads(sys.stdin.read() or sys.exit(2))))' "$@"
}
make_program() { # make_program SLUG: an active program with a rule of each kind
  local reward='{"type":"units","unit":"credits","amount":100}' made
  made=$(ask POST /programs '{"slug":"'"$1"'","kind":"referral","settings":{"name":"'"$1"'","rules":[
    {"key":"both","on":"signup","then":{"kind":"double_sided","inviter":'"$reward"',"invitee":'"$reward"'}},
    {"key":"third","on":"activation","then":{"kind":"milestone","at":3,"reward":{"type":"badge","name":"three"}}},
    {"key":"asked","on":"activation","approval":true,"then":{"kind":"fixed","to":"inviter","reward":'"$reward"'}},
    {"key":"coupon","on":"purchase","then":{"kind":"fixed","to":"invitee","reward":{"type":"coupon","pool":"shirts"}}}]}}')
  made=$(pick id <<<"$made")
  ask POST "/programs/$made/activate" >/dev/null
  printf '%s\n' "$made"
}
grants() { ask GET "/rewards?state=$1" | python3 -c 'import json, sys
print(*(row["id"] for row in json.load(sys.stdin)["items"]))'; }

ask POST /coupon-pools '{"slug":"shirts"}' >/dev/null
ask POST /coupon-pools/shirts/coupons '{"coupons":["A-1","A-2","A-3"]}' >/dev/null
program=$(make_program spring)
spare_program=$(make_program autumn)
anna=$(ask PUT /members '{"external_id":"anna","email":"anna@shop.example","name":"Anna"}' | pick id)
link=$(ask POST "/members/$anna/link" '{"program_id":"'"$program"'"}')
code=$(pick code code <<<"$link")
spare_code=$(ask POST /codes '{"program_id":"'"$program"'"}' | pick code)
for friend in ben cleo dan; do
  event=$(ask POST /events '{"type":"signup","event_id":"'"$friend"'","external_id":"'"$friend"'","code":"'"$code"'"}')
  ask POST /events '{"type":"activation","external_id":"'"$friend"'"}' >/dev/null
  ask POST /events '{"type":"purchase","external_id":"'"$friend"'","order_id":"'"$friend"'","amount":100,"unit":"eur"}' >/dev/null
done
member=$(pick member_id <<<"$event") referral=$(pick referral_id <<<"$event") event=$(pick id <<<"$event")
invitation=$(ask POST /invitations '{"program_id":"'"$program"'","inviter_id":"'"$anna"'","email":"eve@shop.example"}' | pick id)
hook=$(ask POST /webhooks '{"url":"https://hooks.example/in"}' | pick endpoint id)
spare_hook=$(ask POST /webhooks '{"url":"https://hooks.example/spare"}' | pick endpoint id)
delivery=$(ask POST "/webhooks/$hook/test" | pick id)
spare_key=$(ask POST /keys '{"name":"spare","scopes":["members:read"]}' | pick key id)

# What is done to the installation is done as the operator; what would take the credentials away, to a spare of them.
as=$operator
spare_operator=$(ask POST /operators '{"email":"ana@inviter.example","name":"Ana","roles":[{"role":"analyst"}]}' | pick id)
spare_token=$(ask POST "/operators/$spare_operator/tokens" '{"name":"spare"}' | pick token id)
shared=$(head -c 32 /dev/urandom | base64)
ask PATCH /project '{"settings":{"member_tokens":[{"algorithm":"HS256","key":"'"$shared"'"}]}}' >/dev/null
as=$key
jwt=$(python3 - "$shared" <<'PYTHON'
import base64, hashlib, hmac, json, sys, time
text = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=")
claims = {"aud": "shop", "sub": "anna", "exp": int(time.time()) + 3600}
token = b".".join(text(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
print((token + b"." + text(hmac.new(sys.argv[1].encode(), token, hashlib.sha256).digest())).decode())
PYTHON
)

{
  printf 'headers = { Authorization = "Bearer %s" }\n' "$key"
  operation() { printf '[[operations]]\n%s = "%s"\n' "$1" "$2"; }
  headers() { printf 'headers = { Authorization = "Bearer %s", Inviter-Project = "%s", Inviter-Mode = "live" }\n' "$1" "$2"; }
  # feed PATH PARAMETER ID...: four times in five the parameter is one of these, otherwise anything.
  feeds=0
  feed() {
    local path=$1 parameter=$2 list
    shift 2
    feeds=$((feeds + 1))
    printf -v list '"%s", ' "$@"
    printf '[dictionaries.d%s]\nvalues = [%s]\n' "$feeds" "${list%, }"
    operation include-path-regex "$path"
    printf 'parameters = { "%s" = { dictionary = "d%s", probability = 0.8 } }\n' "$parameter" "$feeds"
  }
  operation include-path-regex '^/api/v1/(operators|projects|permissions|keys)'
  headers "$operator" shop
  operation include-path '/api/v1/project'
  headers "$operator" other
  operation include-path-regex '^/api/v1/me(/|$)'
  headers "$jwt" shop
  feed '^/api/v1/programs/\\{id\\}($|/(activate|pause|versions))' path.id "$program"
  feed '^/api/v1/programs/\\{id\\}/end' path.id "$spare_program"
  feed '^/api/v1/codes/\\{code\\}($|/[qv])' path.code "$code" "$spare_code"
  feed '^/api/v1/codes/\\{code\\}/revoke' path.code "$spare_code"
  feed '^/api/v1/members/' path.id "$anna" "$member"
  feed '^/api/v1/referrals/' path.id "$referral"
  feed '^/api/v1/events/' path.id "$event"
  mapfile -t -d ' ' ids < <(grants pending; grants available)
  feed '^/api/v1/rewards/' path.id "${ids[@]//$'\n'/}"
  feed '^/api/v1/invitations/' path.id "$invitation"
  feed '^/api/v1/webhooks/\\{id\\}/' path.id "$hook"
  feed '^/api/v1/webhooks/\\{id\\}$' path.id "$spare_hook"
  feed '^/api/v1/webhooks/deliveries/' path.id "$delivery"
  feed '^/api/v1/keys/' path.id "$spare_key"
  feed '^/api/v1/operators/' path.id "$spare_operator"
  feed '^/api/v1/operators/.*/revoke' path.token_id "$spare_token"
  feed '^/api/v1/coupon-pools/' path.slug shirts
  feed '^/api/v1/(codes|codes/bulk|invitations|me/link|me/invitations|members/\\{id\\}/link)$' body.program_id "$program"
  feed '^/api/v1/codes(/bulk)?$' body.owner_id "$anna"
  feed '^/api/v1/invitations$' body.inviter_id "$anna"
  feed '^/api/v1/events$' body.code "$code"
  feed '^/api/v1/me/claim$' body.code "$spare_code"
} >"$home/schemathesis.toml"

found=0
schemathesis --config-file "$home/schemathesis.toml" run "$base/api/openapi.json" --url "$base" --seed 1 \
  --generation-deterministic --generation-database none --max-examples "$examples" --workers 4 --no-color \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --checks response_headers_conformance --continue-on-failure --warnings off "$@" || found=$?
ask GET /programs >/dev/null # or the key was lost on the way, and most answers were 401
[ "$found" -eq 0 ] || { tail -n 20 "$home/server.log" >&2; exit 1; }
