#!/usr/bin/env bash
# Asks a real server for everything in its OpenAPI document, well-formed and not: no 5xx, no answer that the document
# does not know. Needs `schemathesis` on PATH (pip install schemathesis) and python3.
#   scripts/schemathesis.sh            the whole of it, about three minutes
#   scripts/schemathesis.sh --short    a first impression, under a minute
#   scripts/schemathesis.sh -- ARGS    more arguments for `schemathesis run`, such as --include-name 'POST /api/v1/codes'
# SERVER_BINARY    a server that is built already; otherwise it is built
# Each run asks the same. Exit: 0 nothing found, 1 findings, 2 the stage could not be set.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
die() { printf 'schemathesis: %s\n' "$*" >&2; exit 2; }

examples=60
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
make_program() { # make_program SLUG KIND MORE-SETTINGS: an active program
  local reward='{"type":"units","unit":"credits","amount":100}' made
  made=$(ask POST /programs '{"slug":"'"$1"'","kind":"'"$2"'","settings":{"name":"'"$1"'",'"$3"'"rules":[
    {"key":"both","on":"signup","then":{"kind":"double_sided","inviter":'"$reward"',"invitee":'"$reward"'}},
    {"key":"third","on":"activation","then":{"kind":"milestone","at":3,"reward":{"type":"badge","name":"three"}}},
    {"key":"asked","on":"activation","approval":true,"then":{"kind":"fixed","to":"inviter","reward":'"$reward"'}},
    {"key":"coupon","on":"purchase","then":{"kind":"fixed","to":"invitee","reward":{"type":"coupon","pool":"shirts"}}}]}}')
  made=$(pick id <<<"$made")
  ask POST "/programs/$made/activate" >/dev/null
  printf '%s\n' "$made"
}
link_in() { ask POST "/members/$anna/link" '{"program_id":"'"$1"'"}' | pick code code; }
friend() { # friend NAME CODE: signs up, becomes active, buys; prints the outcome of the sign-up
  ask POST /events '{"type":"signup","event_id":"'"$1"'","external_id":"'"$1"'","code":"'"$2"'","address":"192.0.2.1"}'
  ask POST /events '{"type":"activation","external_id":"'"$1"'"}' >/dev/null
  ask POST /events '{"type":"purchase","external_id":"'"$1"'","order_id":"'"$1"'","amount":100,"unit":"eur"}' >/dev/null
}
ids() { grep -o "\"id\":\"$1_[A-Za-z0-9]*" | cut -d '"' -f 4; }

ask POST /coupon-pools '{"slug":"shirts","pattern":"SHIRT-######"}' >/dev/null
ask POST /coupon-pools '{"slug":"mugs"}' >/dev/null
program=$(make_program spring referral '')
spare_program=$(make_program autumn referral '"risk":{"hold_at":1,"review_at":1,"address_per_hour":1},')
waitlist=$(make_program early waitlist '')
anna=$(ask PUT /members '{"external_id":"anna","email":"anna@shop.example","name":"Anna"}' | pick id)
code=$(link_in "$program")
spare_code=$(ask POST /codes '{"program_id":"'"$program"'"}' | pick code)
claimed_code=$(ask POST /codes '{"program_id":"'"$program"'"}' | pick code)
for name in ben cleo dan eve finn gwen; do event=$(friend "$name" "$code"); done
member=$(pick member_id <<<"$event") referral=$(pick referral_id <<<"$event") event=$(pick id <<<"$event")
risky_code=$(link_in "$spare_program")
for name in hal ida jan kim lea mia; do friend "$name" "$risky_code" >/dev/null; done
queued=$(friend nora "$(link_in "$waitlist")" | pick member_id)
mapfile -t reviews < <(ask GET '/referrals?verdict=review&limit=200' | ids ref)
mapfile -t waiting < <(ask GET '/rewards?state=pending_approval&limit=200' | ids grt)
mapfile -t available < <(ask GET '/rewards?state=available&limit=200' | ids grt)
for number in 1 2 3 4; do
  invitations[number]=$(ask POST /invitations \
    '{"program_id":"'"$program"'","inviter_id":"'"$anna"'","email":"'"$number"'@shop.example"}' | pick id)
  spare_hooks[number]=$(ask POST /webhooks '{"url":"https://hooks.example/'"$number"'"}' | pick endpoint id)
  spare_keys[number]=$(ask POST /keys '{"name":"spare","scopes":["members:read"]}' | pick key id)
done
hook=$(ask POST /webhooks '{"url":"https://hooks.example/in"}' | pick endpoint id)
delivery=$(ask POST "/webhooks/$hook/test" | pick id)

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
  operation() { printf '[[operations]]\ninclude-path-regex = "^/api/v1/%s"\n' "$1"; }
  headers() { printf 'headers = { Authorization = "Bearer %s", Inviter-Project = "%s", Inviter-Mode = "live" }\n' "$1" "$2"; }
  values() { # values NAME VALUE...
    printf '[dictionaries.%s]\nvalues = [ ' "$1"
    printf '"%s", ' "${@:2}"
    printf ']\n'
  }
  feed() { # feed PATH PARAMETER=NAME...: four times in five the parameter is one of these values; the first PATH counts
    local pair
    operation "$1"
    printf 'parameters = { '
    for pair in "${@:2}"; do
      printf '"%s" = { dictionary = "%s", probability = 0.8 }, ' "${pair%=*}" "${pair#*=}"
    done | sed 's/, $/ }\n/'
  }

  # The ids that answers name would lead to the credentials in use and to the program that everything is about.
  operation '(operators|keys|programs/.id./end)'
  printf 'phases.stateful.enabled = false\n'
  printf 'phases.%s.extra-data-sources.responses = false\n' examples coverage fuzzing
  operation '(operators|projects|permissions|keys)'
  headers "$operator" shop
  operation 'project$'
  headers "$operator" other
  operation 'me(/|$)'
  headers "$jwt" shop

  values program "$program"
  values spare_program "$spare_program"
  values slugs spring spring spring autumn early
  values waitlist "$waitlist"
  values codes "$code" "$spare_code"
  values spare_code "$spare_code"
  values claimed_code "$claimed_code"
  values members "$anna" "$member"
  values anna "$anna"
  values queued "$queued"
  values referral "$referral"
  values reviews "${reviews[@]}"
  values event "$event"
  values available "${available[@]}"
  values approved "${waiting[@]:0:3}"
  values rejected "${waiting[@]:3}"
  values invitations "${invitations[@]}"
  values hook "$hook"
  values spare_hooks "${spare_hooks[@]}"
  values delivery "$delivery"
  values spare_keys "${spare_keys[@]:0:2}"
  values rotated_keys "${spare_keys[@]:2}"
  values spare_operator "$spare_operator"
  values spare_token "$spare_token"
  values pool mugs
  values people ben cleo olga pete
  values kinds signup claim activation purchase refund
  values units credits credits eur
  values urls https://hooks.example/a https://hooks.example/b

  feed 'programs/.id./end$' path.id=spare_program
  feed 'programs/.id.' path.id=program
  feed 'codes$' body.program_id=program body.owner_id=anna
  feed 'codes/bulk$' body.program_id=program body.owner_id=anna
  feed 'codes/.code./revoke$' path.code=spare_code
  feed 'codes/.code.' path.code=codes
  feed 'members/.id./position$' path.id=queued query.program_id=waitlist
  feed 'members/.id./link$' path.id=members body.program_id=program
  feed 'members/.id./spend$' path.id=members body.unit=units
  feed 'members/.id.' path.id=members
  feed 'stats/' query.program_id=program
  feed 'referrals/.id./re' path.id=reviews
  feed 'referrals/.id.' path.id=referral
  feed 'events/.id.$' path.id=event
  feed 'events$' body.type=kinds body.external_id=people body.order_id=people body.program=slugs body.code=codes
  feed 'rewards/.id./approve$' path.id=approved
  feed 'rewards/.id./reject$' path.id=rejected
  feed 'rewards/.id.' path.id=available
  feed 'invitations$' body.program_id=program body.inviter_id=anna
  feed 'invitations/.id.' path.id=invitations
  feed 'webhooks$' body.url=urls
  feed 'webhooks/.id.$' path.id=spare_hooks
  feed 'webhooks/.id./' path.id=hook
  feed 'webhooks/deliveries/' path.id=delivery
  feed 'keys/.id./rotate$' path.id=rotated_keys
  feed 'keys/.id./revoke$' path.id=spare_keys
  feed 'operators/.*/revoke$' path.id=spare_operator path.token_id=spare_token
  feed 'operators/.id.' path.id=spare_operator
  feed 'coupon-pools/' path.slug=pool
  feed 'me/(link|invitations)$' body.program_id=program
  feed 'me/claim$' body.code=claimed_code
} >"$home/schemathesis.toml"

found=0
schemathesis --config-file "$home/schemathesis.toml" run "$base/api/openapi.json" --url "$base" \
  --generation-deterministic --max-examples "$examples" --workers 4 --no-color \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --checks response_headers_conformance --continue-on-failure --warnings off "$@" || found=$?
# Had the credentials been lost on the way, most answers would have been 401.
for as in "$key" "$operator"; do ask GET /programs >/dev/null; done
as=$jwt; ask GET /me >/dev/null
[ "$found" -eq 0 ] || { tail -n 20 "$home/server.log" >&2; exit 1; }
