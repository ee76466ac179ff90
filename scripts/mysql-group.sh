#!/usr/bin/env bash
# Three members of a MySQL group on this machine, for tests and drills, as config/mysql/ sets them up.
#   scripts/mysql-group.sh start             start what does not run; print the members, HOST:PORT, one a line
#   scripts/mysql-group.sh stop              stop all, cleanly; "wipe": and throw their data away
#   scripts/mysql-group.sh status            a line for each member: number, address, process, state, role, writable
#   scripts/mysql-group.sh kill N...         kill -9; N is a member's number: 1, 2 or 3
#   scripts/mysql-group.sh stop-member N...  stop cleanly; start-member N...: start again, and wait until it answers
#   scripts/mysql-group.sh hang N...         SIGSTOP; resume N...: SIGCONT
#   scripts/mysql-group.sh switch N          make N the primary
#   scripts/mysql-group.sh bootstrap N       begin the group with N by hand; join N: the others (the guard does both by itself)
#   scripts/mysql-group.sh mysql N ...       the client, as root of member N; inside N ...: a command in its network
#   scripts/mysql-group.sh cut N [all]       nothing gets from N to the other members, or back; all: nor to this machine; heal: all gets through
#   scripts/mysql-group.sh env               what a guard and the application need to know, as NAME=VALUE
# They do not form a group by themselves: `inviter mysql-guard` for each member does that, or bootstrap and join.
# INVITER_TEST_HOME        where all of it lives (default ~/.cache/inviter-test)
# INVITER_TEST_GROUP_PORT  port of the first member on 127.0.0.1 (default 3411); the group talks on ports 20000 above
# INVITER_TEST_GROUP_NETNS=1  each member in a network namespace of its own instead, at 10.203.X.N:3306: cut and heal need it, and it needs root
# The server's own files come from scripts/test-mysql.sh. Results go to stdout, all else to stderr; not 0 means not done.
set -euo pipefail
say() { printf 'mysql-group: %s\n' "$*" >&2; }; die() { say "ERROR: $*"; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
first=${INVITER_TEST_GROUP_PORT:-3411}
[[ $first =~ ^[0-9]+$ ]] || die "INVITER_TEST_GROUP_PORT is not a number: $first"
home=$(realpath -m -- "${INVITER_TEST_HOME:-${HOME:?}/.cache/inviter-test}")
tools=$home/mysql-root/tools group=$home/mysql-group-$first secrets=$home/mysql-group-$first/secrets
net=inviter-$first subnet=10.203.$((first % 250)) apart=${INVITER_TEST_GROUP_NETNS:-}

at() { # at N: sets dir, host, port and within, the words before a command that is to run in the network of member N
  [[ ${1:-} =~ ^[123]$ ]] || die "a member's number is 1, 2 or 3, not '${1:-}'"
  dir=$group/$1 host=127.0.0.1 port=$((first + $1 - 1)) within=()
  [[ ! $apart ]] || host=$subnet.$1 port=3306 within=(ip netns exec "$net-$1")
}
members=$(for n in 1 2 3; do at "$n"; printf '%s ' "$host:$port"; done)
members=${members% }
running() { # running N: sets dir, port, pid; true only for the mysqld of this datadir
  at "$1"; pid=$(cat "$dir/pid" 2>/dev/null) && { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qxF -e "--datadir=$dir/data"
}
listening() { (: <>"/dev/tcp/$host/$1") 2>/dev/null; }
client() { # client N ...: as root, by the socket
  at "$1"; MYSQL_PWD=$(<"$secrets/root") "$tools/mysql" --no-defaults -uroot --connect-timeout=2 --socket="$(socket)" "${@:2}"
}
socket() { if ((${#dir} < 90)); then echo "$dir/sock"; else echo "/tmp/inviter-mysql-$UID-$first-${dir##*/}.sock"; fi; }
answers() { timeout 5 "$tools/mysqladmin" --no-defaults -uroot --password="$(<"$secrets/root")" --connect-timeout=2 --socket="$(socket)" ping >/dev/null 2>&1; }
failed() { tail -n 20 "$dir/mysqld.log" >&2 || true; die "$1 (end of $dir/mysqld.log above)"; }

begin() { # begin N: start the process of member N
  running "$1" && return
  local i
  for ((i = 0; i < 100; i++)); do listening "$port" || listening "$((port + 20000))" || break; sleep 0.1; done # a killed one may still be going
  ((i < 100)) || die "port $port or $((port + 20000)) is taken by another program"
  mkdir -p "$dir"; rm -f "$(socket)" "$(socket).lock"
  MYSQLD=$tools/mysqld DATA=$dir SECRETS=$secrets MEMBER=$host:$port MEMBERS=$members GROUP=5f1d7c52-6ad5-4ee5-9d4b-0a1b2c3d4e5f \
    setsid "${within[@]}" "$here/../config/mysql/member.sh" --bind-address="$host" --socket="$(socket)" \
    --user="$(id -un)" >>"$dir/mysqld.log" 2>&1 </dev/null 9>&- &
  echo $! >"$dir/pid"
}
await() { # await N: until member N answers
  local i; at "$1"
  for ((i = 0; i < 1200; i++)); do
    if answers; then return; fi
    kill -0 "$(<"$dir/pid")" 2>/dev/null || failed "member $1 ended while starting"
    sleep 0.1
  done
  failed "member $1 did not answer within 2 minutes"
}
end() { # end SIGNAL N...: all at the same moment, then wait for them
  local n i pids=()
  for n in "${@:2}"; do
    if running "$n"; then pids+=("$pid"); kill -"$1" "$pid"; kill -CONT "$pid" 2>/dev/null || true; else say "member $n does not run"; fi
  done
  for pid in "${pids[@]}"; do
    for ((i = 0; i < 900; i++)); do [[ -d /proc/$pid ]] || break; sleep 0.1; done
    ((i < 900)) || die "mysqld (pid $pid) did not end within 90 seconds of $1"
  done
}
send() { local n; for n in "${@:2}"; do running "$n" || die "member $n does not run"; kill -"$1" "$pid"; done; }
passwords() {
  local name
  mkdir -p "$secrets"; chmod 700 "$group" "$secrets"
  for name in root app migrator guard repl backup exporter; do [[ -s $secrets/$name ]] || echo "test-$name" >"$secrets/$name"; done
}
start() {
  "$here/test-mysql.sh" install
  local n
  passwords
  networks
  for n in "$@"; do begin "$n"; done
  for n in "$@"; do await "$n"; done
}
status() {
  local n told
  for n in 1 2 3; do
    if ! running "$n"; then echo "$n $host:$port stopped - - -"; continue; fi
    told=$(timeout 3 "$0" mysql "$n" -NB -e "SELECT IFNULL(MAX(MEMBER_STATE), 'OFFLINE'), IF(IFNULL(MAX(MEMBER_ROLE), '') = '', '-', MAX(MEMBER_ROLE)),
      IF(@@global.super_read_only, 'read-only', 'writable') FROM performance_schema.replication_group_members WHERE MEMBER_ID = @@server_uuid" 2>/dev/null) || told='silent - -'
    echo "$n $host:$port running ${told//$'\t'/ }"
  done
}
join() { # join N [bootstrap]
  local begin=''; [[ ${2:-} != bootstrap ]] || begin='SET GLOBAL group_replication_bootstrap_group = ON;'
  client "$1" -e "$begin START GROUP_REPLICATION USER='inviter_repl', PASSWORD='$(<"$secrets/repl")'; SET GLOBAL group_replication_bootstrap_group = OFF;" ||
    failed "member $1 cannot join"
}
switch() {
  local n; running "$1" || die "member $1 does not run"
  client "$1" -NB -e "SELECT group_replication_set_as_primary(@@server_uuid)" >&2
  for n in 1 2 3; do running "$n" || say "note: member $n does not run"; done
}
wire() { # wire NAME ADDRESS SPACE...: a cable from the router to an interface; SPACE is empty for this machine's own network
  ip link add "$1" netns "$net" type veth peer name "inviter$first" ${3:+netns "$3"}
  local inner=(ip ${3:+-n "$3"})
  "${inner[@]}" address add "$2/24" dev "inviter$first" noprefixroute
  "${inner[@]}" link set "inviter$first" up
  "${inner[@]}" route add "$subnet.0/24" via "$subnet.250" dev "inviter$first" onlink
  ip -n "$net" address add "$subnet.250/32" dev "$1"
  ip -n "$net" link set "$1" up
  ip -n "$net" route add "$2/32" dev "$1"
}
networks() { # a router, and a cable from it to each member and to this machine, where they are not there yet
  if [[ ! $apart || -e /run/netns/$net ]]; then return; fi
  if ((EUID != 0)) || ! command -v ip >/dev/null; then die "INVITER_TEST_GROUP_NETNS needs root and iproute2"; fi
  local n
  ip netns add "$net"
  ip netns exec "$net" sysctl -qw net.ipv4.ip_forward=1
  for n in 1 2 3; do
    ip netns add "$net-$n"
    ip -n "$net-$n" link set lo up
    wire "member$n" "$subnet.$n" "$net-$n"
  done
  wire machine "$subnet.254" ''
}
disconnect() {
  [[ ! -e /sys/class/net/inviter$first ]] || ip link delete "inviter$first"
  local n; for n in "$net" "$net"-{1,2,3}; do [[ ! -e /run/netns/$n ]] || ip netns delete "$n"; done
}
cut() { # cut N [all]: the router forgets what goes between them, and tells nobody
  [[ $apart ]] || die "cut needs INVITER_TEST_GROUP_NETNS=1"
  local n; at "$1"
  for n in 1 2 3 ${2:+254}; do
    [[ $n != "$1" ]] || continue
    ip -n "$net" rule add from "$subnet.$1" to "$subnet.$n" pref 100 blackhole
    ip -n "$net" rule add from "$subnet.$n" to "$subnet.$1" pref 100 blackhole
  done
}
heal() { while ip -n "$net" rule delete pref 100 2>/dev/null; do :; done; }
lock() { mkdir -p "$home"; exec 9>"$home/mysql-group-$first.lock"; flock -w 600 9 || die "another run holds $home/mysql-group-$first.lock"; }
command=${1:-}; shift || true
case $command in
  start) lock; start 1 2 3; tr ' ' '\n' <<<"$members" ;;
  stop) lock; end TERM 1 2 3; disconnect ;;
  wipe) lock; end KILL 1 2 3; rm -rf "$group"; disconnect ;;
  status) status ;;
  kill) end KILL "$@" ;;
  stop-member) end TERM "$@" ;;
  start-member) lock; start "$@" ;;
  hang) send STOP "$@" ;;
  resume) send CONT "$@" ;;
  switch) switch "$@" ;;
  bootstrap) join "${1:-}" bootstrap ;;
  join) join "${1:-}" ;;
  mysql) client "$@" ;;
  inside) at "${1:-}"; unset "${!INVITER_TEST_@}"; exec "${within[@]}" "${@:2}" ;;
  cut) cut "$@" ;;
  heal) heal ;;
  env) passwords; printf '%s\n' "INVITER_MYSQL_GUARD__MEMBERS=${members// /,}" "INVITER_MYSQL_GUARD__PASSWORD_FILE=$secrets/guard" \
    "INVITER_MYSQL_GUARD__RECOVERY_PASSWORD_FILE=$secrets/repl" "INVITER_DATABASE__MEMBERS=${members// /,}" \
    "INVITER_DATABASE__URL=mysql://inviter:$(<"$secrets/app")@${members%% *}/inviter" \
    "BACKUP_URL=mysql://inviter_backup:$(<"$secrets/backup")@${members%% *}/inviter" \
    "MIGRATOR_URL=mysql://inviter_migrator:$(<"$secrets/migrator")@${members%% *}/inviter" ;;
  *) sed -n '2,19s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
