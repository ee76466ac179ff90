#!/usr/bin/env bash
# Breaks a real MySQL group of three, each member with its guard, in every way there is; a client writes all the time.
# Prints for each event how long no write was possible, when all three took part again, and what was lost.
#   scripts/drill-guard.sh [EVENT...]     all of them, or those named; --list names them
# INVITER_TEST_GROUP_PORT  the group's first port; here 3421, so that a group that is in use is left alone
# INVITER_BINARY           the program; otherwise it is built for release
set -euo pipefail
cd "$(dirname "$0")/.."
export INVITER_TEST_GROUP_PORT=${INVITER_TEST_GROUP_PORT:-3421}
binary=${INVITER_BINARY:-${CARGO_TARGET_DIR:-target}/release/inviter}
[[ ${INVITER_BINARY:-} || ${1:-} == --list ]] || cargo build --quiet --release --package inviter-cli
exec python3 tests/drills/guard.py --binary "$binary" "$@"
