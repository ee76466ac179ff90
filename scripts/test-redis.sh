#!/usr/bin/env bash
# Real Redis servers for the tests, in each of the three shapes, on a Debian machine that never saw this project.
#   scripts/test-redis.sh start SHAPE         install if needed, start, print one line: the URLs, separated by commas (all else: stderr)
#   scripts/test-redis.sh stop SHAPE          clean stop
#   scripts/test-redis.sh kill SHAPE NODE     kill -9; NODE is a port, or `master`: whichever it is at the moment
#   scripts/test-redis.sh pause|resume|revive SHAPE NODE     SIGSTOP, SIGCONT, start again with its data
#   scripts/test-redis.sh add cluster NODE    one more master, on this port, with a thousand slots
#   scripts/test-redis.sh move cluster NODE   a thousand slots of this master to another one
#   scripts/test-redis.sh with COMMAND...     run it with all three, named by TEST_REDIS_URL and so on; stop them afterwards
#   scripts/test-redis.sh cli SHAPE NODE ...  redis-cli there
# SHAPE: single     one server, with TLS beside it on the next port but one (its CA: redis-single/ca.crt)
#        sentinel   one master, two replicas, three sentinels who call them `inviter`; the URLs are the sentinels'
#        cluster    six nodes: three masters with a replica each
# Every password is `inviter`, that of the sentinels `sentinel`.
# INVITER_TEST_HOME        where all of it lives (default ~/.cache/inviter-test)
# INVITER_TEST_REDIS_PORT  first port on 127.0.0.1 (default 6397); the shapes take up to 30 from there
set -euo pipefail
say() { printf 'test-redis: %s\n' "$*" >&2; }; die() { say "ERROR: $*"; exit 1; }
usage() { sed -n '2,17s/^# \{0,1\}//p' "$0" >&2; exit 2; }
verb=${1:-} shape=${2:-} node=${3:-} base=${INVITER_TEST_REDIS_PORT:-6397}
[[ $base =~ ^[0-9]+$ ]] || die "INVITER_TEST_REDIS_PORT is not a number: $base"
home=$(realpath -m -- "${INVITER_TEST_HOME:-${HOME:?}/.cache/inviter-test}")
dir=$home/redis-$shape
if [[ $verb == with ]]; then
  trap 'for shape in single sentinel cluster; do "$0" stop "$shape"; done' EXIT
  TEST_REDIS_URL=$("$0" start single)
  TEST_REDIS_SENTINELS=$("$0" start sentinel)
  TEST_REDIS_CLUSTER=$("$0" start cluster)
  export TEST_REDIS_URL TEST_REDIS_SENTINELS TEST_REDIS_CLUSTER TEST_REDIS_CA="$home/redis-single/ca.crt"
  "${@:2}"; exit
fi
case $shape in
  single) servers=("$base") sentinels=() ;;
  sentinel) servers=($((base + 3)) $((base + 4)) $((base + 5))) sentinels=($((base + 6)) $((base + 7)) $((base + 8))) ;;
  cluster) servers=($((base + 10)) $((base + 11)) $((base + 12)) $((base + 13)) $((base + 14)) $((base + 15))) sentinels=() ;;
  *) usage ;;
esac
install() {
  command -v redis-server >/dev/null && command -v redis-sentinel >/dev/null && command -v redis-cli >/dev/null && return
  say "installing redis-server and redis-sentinel"
  # Debian would start a server of its own on the usual port; no shape needs it.
  { apt-get -qq update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install -y redis-server redis-sentinel; } >&2 ||
    die "redis-server cannot be installed"
}
cli() { REDISCLI_AUTH=$(secret "$1") timeout 5 redis-cli --no-auth-warning -h 127.0.0.1 -p "$1" "${@:2}"; }
secret() { [[ " ${sentinels[*]-} " == *" $1 "* ]] && echo sentinel || echo inviter; }
running() { # sets pid; true only for the server of this directory
  pid=$(cat "$dir/$1.pid" 2>/dev/null) && [[ $(readlink "/proc/$pid/cwd" 2>/dev/null) == "$dir/$1" ]] &&
    [[ $(<"/proc/$pid/comm") == redis-* ]]
}
master() {
  local port
  if [[ $shape == sentinel ]]; then
    for port in "${sentinels[@]}"; do cli "$port" sentinel get-master-addr-by-name inviter 2>/dev/null | sed -n 2p | grep . && return; done
  fi
  for port in "${servers[@]}"; do [[ $(cli "$port" role 2>/dev/null | head -n 1) != master ]] || { echo "$port"; return; }; done
  die "no master answers"
}
certificates() { # one authority and one certificate for loopback, good for a day at least
  [[ -e $dir/server.crt ]] && openssl x509 -checkend 86400 -noout -in "$dir/server.crt" >/dev/null && return
  command -v openssl >/dev/null || { apt-get -qq update && apt-get -qq install -y openssl; } >&2
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=Test authority' -keyout "$dir/ca.key" -out "$dir/ca.crt" 2>/dev/null
  openssl req -newkey rsa:2048 -nodes -subj '/CN=127.0.0.1' -keyout "$dir/server.key" -out "$dir/server.csr" 2>/dev/null
  openssl x509 -req -in "$dir/server.csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" -CAcreateserial -days 30 -out "$dir/server.crt" \
    -extfile <(echo 'subjectAltName=IP:127.0.0.1,DNS:localhost') 2>/dev/null
}
settings() { # settings PORT: the configuration of a server that has none yet
  printf '%s\n' "port $1" 'bind 127.0.0.1' "dir $dir/$1" 'daemonize no' 'save ""' 'appendonly no' 'maxmemory 256mb'
  if [[ $(secret "$1") == sentinel ]]; then
    printf '%s\n' 'requirepass sentinel' 'sentinel sentinel-pass sentinel' "sentinel monitor inviter 127.0.0.1 ${servers[0]} 2" \
      'sentinel auth-pass inviter inviter' 'sentinel down-after-milliseconds inviter 3000' \
      'sentinel failover-timeout inviter 10000' 'sentinel parallel-syncs inviter 2'
    return
  fi
  printf '%s\n' 'maxmemory-policy allkeys-lfu' 'requirepass inviter' 'masterauth inviter'
  case $shape in
    single) printf '%s\n' "tls-port $(($1 + 2))" "tls-cert-file $dir/server.crt" "tls-key-file $dir/server.key" \
      "tls-ca-cert-file $dir/ca.crt" 'tls-auth-clients no' ;;
    # An old master that nobody follows any more takes no writes that would be lost.
    sentinel) printf '%s\n' 'min-replicas-to-write 1' 'min-replicas-max-lag 5' 'repl-diskless-sync-delay 0'
      [[ $1 == "${servers[0]}" ]] || echo "replicaof 127.0.0.1 ${servers[0]}" ;;
    cluster) printf '%s\n' 'cluster-enabled yes' 'cluster-config-file nodes.conf' 'cluster-node-timeout 2000' 'repl-diskless-sync-delay 0' ;;
  esac
}
launch() {
  running "$1" && return
  local i kind=()
  [[ $(secret "$1") != sentinel ]] || kind=(--sentinel)
  for ((i = 0; i < 50; i++)); do (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || break; sleep 0.1; done # a killed one may still be going
  ((i < 50)) || die "port $1 is taken by another program"
  mkdir -p "$dir/$1"
  # Sentinels and replicas write what they learn into theirs.
  [[ -e $dir/$1/redis.conf ]] || settings "$1" >"$dir/$1/redis.conf"
  (cd "$dir/$1" && exec setsid redis-server redis.conf "${kind[@]}" >>"$dir/$1.log" 2>&1 </dev/null 9>&-) &
  echo $! >"$dir/$1.pid"
  for ((i = 0; i < 100; i++)); do [[ $(cli "$1" ping 2>/dev/null) != PONG ]] || return 0; sleep 0.1; done
  tail -n 20 "$dir/$1.log" >&2; die "the server on port $1 does not answer (end of $dir/$1.log above)"
}
until_true() { # until_true WHAT COMMAND...: within half a minute
  local i what=$1
  for ((i = 0; i < 300; i++)); do ! "${@:2}" || return 0; sleep 0.1; done
  die "$what"
}
watched() {
  local port
  for port in "${sentinels[@]}"; do
    [[ $(cli "$port" sentinel ckquorum inviter 2>/dev/null) == OK* ]] &&
      [[ $(cli "$port" sentinel master inviter | grep -A1 -x num-slaves | tail -n 1) == 2 ]] || return 1
  done
  cli "$(master)" info replication | grep -q '^connected_slaves:2'
}
whole() {
  local port
  for port in "${servers[@]}"; do
    cli "$port" cluster info 2>/dev/null | grep -q '^cluster_state:ok' &&
      cli "$port" cluster info | grep -q '^cluster_known_nodes:6' || return 1
  done
  [[ $(cli "${servers[0]}" cluster nodes | grep -c 'slave .* connected') == 3 ]]
}
urls() { local port; for port in "$@"; do printf ',redis://127.0.0.1:%s' "$port"; done | cut -c 2-; echo; }
start() {
  install; mkdir -p "$dir"; chmod 700 "$dir"
  [[ $shape != single ]] || certificates
  local port
  for port in "${servers[@]}" "${sentinels[@]}"; do launch "$port"; done
  case $shape in
    single) urls "${servers[@]}" ;;
    sentinel) until_true 'the sentinels do not find one another' watched; urls "${sentinels[@]}" ;;
    cluster)
      if ! cli "${servers[0]}" cluster info | grep -q '^cluster_slots_assigned:16384'; then
        REDISCLI_AUTH=inviter redis-cli --no-auth-warning --cluster create "${servers[@]/#/127.0.0.1:}" --cluster-replicas 1 --cluster-yes >&2 ||
          die "the cluster cannot be made"
      fi
      until_true 'the cluster does not become whole' whole; urls "${servers[@]}" ;;
  esac
}
add() {
  launch "$node"
  local manage=(redis-cli --no-auth-warning --cluster) first=${servers[1]}
  export REDISCLI_AUTH=inviter
  "${manage[@]}" add-node "127.0.0.1:$node" "127.0.0.1:$first" >&2
  sleep 2
  "${manage[@]}" reshard "127.0.0.1:$first" --cluster-from "$(cli "$(master_with_slots)" cluster myid)" \
    --cluster-to "$(cli "$node" cluster myid)" --cluster-slots 1000 --cluster-yes >/dev/null
}
master_with_slots() { cli "${servers[1]}" cluster nodes | awk '$3 ~ /master/ && $3 !~ /fail/ && NF > 8 { split($2, a, "[:@]"); print a[2]; exit }'; }
move() {
  local to
  to=$(cli "$node" cluster nodes | awk '$3 == "master" && NF > 8 { print $1; exit }')
  [[ $to ]] || die "there is no other master with slots"
  REDISCLI_AUTH=inviter redis-cli --no-auth-warning --cluster reshard "127.0.0.1:$node" --cluster-from "$(cli "$node" cluster myid)" \
    --cluster-to "$to" --cluster-slots 1000 --cluster-yes >/dev/null
}
signal() { # signal NAME PORT
  running "$2" || { say "no server of $dir/$2 is running"; return 0; }
  kill -"$1" "$pid"
}
stop() {
  local port i
  [[ $shape != cluster || ! -d $dir/$((base + 16)) ]] || servers+=($((base + 16)))
  # A stopped process hears nothing but CONT.
  for port in "${sentinels[@]}" "${servers[@]}"; do signal TERM "$port"; signal CONT "$port"; done 2>/dev/null
  for port in "${sentinels[@]}" "${servers[@]}"; do
    for ((i = 0; i < 100; i++)); do running "$port" || break; sleep 0.1; done
    ! running "$port" || { say "the server on port $port had to be killed"; kill -KILL "$pid"; }
  done
  # What roles they had is over; the next start begins as if there had been none.
  [[ $shape == single ]] || rm -rf "${dir:?}"/*/
}
case $verb in start | stop) ;; *) [[ $node ]] || usage; [[ $node != master ]] || node=$(master) ;; esac
mkdir -p "$home"; [[ $verb == cli ]] || { exec 9>"$home/redis-$shape.lock"; flock -w 300 9 || die "another run holds $home/redis-$shape.lock"; }
case $verb in
  start | stop | add | move) "$verb" ;;
  kill) signal KILL "$node"; echo "$node" ;;
  pause) signal STOP "$node"; echo "$node" ;;
  resume) signal CONT "$node"; echo "$node" ;;
  revive) launch "$node"; echo "$node" ;;
  cli) cli "$node" "${@:4}" ;;
  *) usage ;;
esac
