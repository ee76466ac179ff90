# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# Asks the way a visitor does: over the public address, by TLS, following no redirect. A redirect is not an answer.

public_host() { local rest=${INVITER_PUBLIC_URL#https://}; printf '%s' "${rest%%:*}"; }

ask() { # ask PATH [OPTION OF curl…]: sets STATUS, BODY
  local path=$1 trust=() out
  shift
  if certificate_is_own; then trust=(--cacert "$SECRETS/nginx/fullchain.pem"); fi
  # The name is the public one; the machine is this one, whatever the name leads to outside.
  out=$(curl --silent --show-error --max-time 10 --max-redirs 0 "${trust[@]}" --write-out '\n%{http_code}' \
    --connect-to "::127.0.0.1:$HTTPS_PORT" "$@" "https://$(public_host):$HTTPS_PORT$path" 2>&1) || { STATUS=000 BODY=$out; return 0; }
  STATUS=${out##*$'\n'} BODY=${out%$'\n'*}
}

expect() { # expect WHAT STATUS PATH [OPTION OF curl…]
  local what=$1 want=$2 path=$3
  shift 3
  ask "$path" "$@"
  [ "$STATUS" = "$want" ] || SMOKE+=("$what: $path answered $STATUS instead of $want: $(head -c 200 <<<"$BODY" | tr '\n' ' ')")
}

smoke() {
  step "smoke test over $INVITER_PUBLIC_URL"
  if planned; then skip "would be asked: TLS, /api/health, /api/ready, a page, /api/metrics without and with its token"; return; fi
  # A machine that has just started thirty containers may take a moment.
  local try
  for try in 1 2 3 4 5 6; do
    SMOKE=() RUNNING=''
    smoke_once
    [ ${#SMOKE[@]} -gt 0 ] || break
    [ "$try" = 6 ] || sleep 5
  done
  for try in "${SMOKE[@]}"; do complain "$try"; done
  [ ${#SMOKE[@]} -eq 0 ] || return 1
  if [[ $HEALTH == *'"status":"degraded"'* ]]; then warn "/api/health says degraded: $(head -c 400 <<<"$HEALTH")"; fi
  finish
}

smoke_once() { # collects in SMOKE what is not as it has to be
  expect "health" 200 /api/health
  HEALTH=$BODY
  [[ $HEALTH =~ \"status\":\"(up|degraded)\" ]] || SMOKE+=("health: /api/health says $(head -c 300 <<<"$HEALTH")")
  RUNNING=$(sed -nE 's/.*"version":"([^"]*)".*/\1/p' <<<"$HEALTH" | head -n 1)
  expect "readiness" 200 /api/ready
  expect "page" 200 /console/sign-in
  [[ $BODY == *'<html'* ]] || SMOKE+=("page: /console/sign-in is no page")
  expect "metrics without a token" 401 /api/metrics
  expect "metrics with the token" 200 /api/metrics --config <(printf 'header = "Authorization: Bearer %s"\n' "$(cat "$SECRETS/metrics_token")")
  [[ $BODY == *inviter_build_info* ]] || SMOKE+=("metrics: inviter_build_info is not among them")
  smoke_plain
}

smoke_plain() { # without TLS nobody gets a page: they are sent to the encrypted one
  local said
  said=$(curl --silent --max-time 10 --max-redirs 0 --output /dev/null --write-out '%{http_code} %{redirect_url}' \
    --connect-to "::127.0.0.1:$HTTP_PORT" "http://$(public_host)/console/sign-in") || true
  [[ $said =~ ^30[18]\ https:// ]] || SMOKE+=("http: /console/sign-in answered '$said' instead of leading to https")
}
