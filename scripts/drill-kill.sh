#!/usr/bin/env bash
# Kills a loaded server again and again, then checks that nothing acknowledged is lost or doubled.
# On SQLite by default; on MySQL where TEST_DATABASE_URL names a server that lets databases be made.
#   scripts/drill-kill.sh [KILLS]
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
cargo build --quiet --release --package inviter-cli
exec python3 scripts/drill_kill.py --binary "$target/release/inviter" --kills "${1:-20}"
