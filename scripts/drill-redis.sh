#!/usr/bin/env bash
# The Redis drill: real servers in each shape are flushed, stopped, killed, failed over, and their slots moved, while three
# processes' worth of callers ask. Prints a table; fails where an answer was wrong, a caller saw an error, or a limit did not hold.
#   scripts/drill-redis.sh [SHAPE...]       single, sentinel, cluster; all of them where none is named
#   scripts/drill-redis.sh step WORDS...    one thing done to the servers: what the drill calls
#   RUST_LOG=debug scripts/drill-redis.sh  tells what the connections do, on stderr
# The servers are those of scripts/test-redis.sh, on its usual ports.
set -euo pipefail
cd "$(dirname "$0")/.."
unset INVITER_TEST_REDIS_PORT
redis=scripts/test-redis.sh
step() {
  local i
  case $1 in
    flush) # flush SHAPE NODE SECONDS
      local end=$((SECONDS + $4))
      while ((SECONDS < end)); do "$redis" cli "$2" "$3" flushall; sleep 0.05; done ;;
    failover) "$redis" cli sentinel 6403 sentinel failover inviter ;;
    resume)
      if [[ $3 == all ]]; then for i in 6400 6401 6402; do "$redis" resume sentinel "$i"; done; else "$redis" resume "$2" "$3"; fi ;;
    reshard) "$redis" move cluster "$3" ;;
    add) "$redis" add cluster "$3" ;;
    *) "$redis" "$@" ;;
  esac
}
if [[ ${1:-} == step ]]; then step "${@:2}"; exit; fi
[[ $# -gt 0 ]] || set -- single sentinel cluster
stop() { local shape; for shape in "$@"; do "$redis" stop "$shape"; done; }
shapes=("$@"); trap 'stop "${shapes[@]}"' EXIT
cargo build --quiet --package inviter-cache --example drill
for shape in "$@"; do
  urls=$("$redis" start "$shape")
  case $shape in
    single) export TEST_REDIS_URL=$urls ;;
    sentinel) export TEST_REDIS_SENTINELS=$urls ;;
    cluster) export TEST_REDIS_CLUSTER=$urls ;;
  esac
done
"${CARGO_TARGET_DIR:-target}/debug/examples/drill"
