#!/usr/bin/env bash
# Measures Inviter against the yardsticks, on a machine with two cores that does nothing else: bench/README.md says how.
#   scripts/bench.sh              on SQLite, three minutes; the first build takes half an hour
#   scripts/bench.sh --short      under two minutes
#   scripts/bench.sh --history    again after 1 million sign-ups and 10 million clicks were filled in
#   scripts/bench.sh --mysql URL  on MySQL, in databases made next to the one that URL names
#   scripts/bench.sh --mysql      the same on the server of scripts/test-mysql.sh
#   scripts/bench.sh --mysql URL --members HOST:PORT,...   on a group, whose primary URL names
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in wrk taskset; do
  command -v "$tool" >/dev/null || { echo "bench: $tool is missing: apt-get install wrk util-linux" >&2; exit 1; }
done
[ "$(nproc)" -ge 2 ] || { echo "bench: the server and its load need a core each" >&2; exit 1; }
arguments=()
while [ $# -gt 0 ]; do
  arguments+=("$1")
  if [ "$1" = --mysql ] && [[ ${2:-} != mysql://* ]]; then arguments+=("$(scripts/test-mysql.sh start)"); fi
  shift
done
# What images hold, linked as the Dockerfile links it. One after the other: the server is to have the features that it has for everybody.
export RUSTFLAGS="-C link-arg=-Wl,-z,pack-relative-relocs"
cargo build --quiet --profile dist -p inviter-cli
cargo build --quiet --profile dist -p inviter-bench
built=$(realpath -m "${CARGO_TARGET_DIR:-target}")/dist
# Whatever is set for the one who runs this is not for what is measured.
unset "${!INVITER_@}"
# Databases are made where the disk is that the figures are to be about: here, unless BENCH_DIR says otherwise.
root=$PWD
mkdir -p "${BENCH_DIR:-$built}" && cd "${BENCH_DIR:-$built}"
exec "$built/inviter-bench" run --server "$built/inviter" --lua "$root/bench/lua" "${arguments[@]}"
