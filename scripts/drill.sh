#!/usr/bin/env bash
# Breaks things under load, then checks that nothing acknowledged is lost or doubled.
#   scripts/drill.sh kill [KILLS]      kill -9 of the server, on SQLite, or on the server that TEST_DATABASE_URL names
#   scripts/drill.sh mysql [--only EVENT]...   a MySQL group of three fails in every way that it can; by root: partitions, too
#   scripts/drill.sh guard [EVENT]...  the same group under its guards alone, and what a human does
#   scripts/drill.sh app [KILLS]       three servers on one database and one Redis, one killed every few seconds
#   scripts/drill.sh answers [--only SCENARIO]...   three servers give the same answers whatever is done to their Redis
#   scripts/drill.sh redis [SHAPE]...  Redis is flushed, stopped, killed and moved, in each shape
#   scripts/drill.sh restore [--only mysql|sqlite]   every referral is deleted and comes back; damage to a backup is found
#   scripts/drill.sh deploy [OPTION]...   a whole installation with docker: updates, a bad release, crashes; --help lists the options
# SERVER_BINARY   a server that is built already; otherwise a release build is made
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-}
shift || true
case $kind in
  kill) set -- ${1:+--kills "$1"} ;;
  app) set -- --redis ${1:+--kills "$1"} ;;
  # Only root can give each member a network of its own, from which it can be cut off; and not in every container.
  mysql)
    if ((EUID == 0)) && ip netns add "inviter-probe-$$"; then
      ip netns delete "inviter-probe-$$"
      export INVITER_TEST_GROUP_NETNS=${INVITER_TEST_GROUP_NETNS-1}
    fi ;;
  deploy) exec python3 tests/drills/deploy.py ${SERVER_BINARY:+--binary "$SERVER_BINARY"} "$@" ;;
  guard | answers) ;;
  restore) scripts/test-mysql.sh install ;;
  redis) exec scripts/drill-redis.sh "$@" ;;
  *) sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
binary=${SERVER_BINARY:-${CARGO_TARGET_DIR:-target}/release/inviter}
[ -n "${SERVER_BINARY:-}" ] || cargo build --quiet --release --package inviter-cli
exec python3 "tests/drills/$kind.py" --binary "$binary" "$@"
