#!/usr/bin/env bash
# A real MySQL 9.7 LTS server for the tests, on a Debian machine that never saw this project.
#   scripts/test-mysql.sh install    make the server's own files (idempotent; at once when there already)
#   scripts/test-mysql.sh start      install if needed, start, print one line: the URL (all else: stderr)
#   scripts/test-mysql.sh stop       clean stop; "kill" instead: kill -9, for crash drills
#   scripts/test-mysql.sh mysql ...  the client, as inviter; as root: mysql -hlocalhost -uroot --skip-password
# INVITER_TEST_HOME           where all of it lives (default ~/.cache/inviter-test)
# INVITER_TEST_MYSQL_PORT     port on 127.0.0.1 (default 3397); each port has its own datadir
# INVITER_TEST_DEBIAN_MIRROR  mirror to take sid from (default: the machine's own, then deb.debian.org)
# In there: mysql-root/tools/ (mysqld, mysql, mysqldump, mysqlbinlog, mysqladmin, to be run as they are), mysql-$PORT/ (data)
#
# Why sid: of Debian's suites only sid (unstable) has MySQL; the stable ones ship MariaDB, another server.
# Why Check-Valid-Until is off: a lagging or frozen mirror serves a sid InRelease past its Valid-Until (one week) and
# apt would refuse it. Debian's signature is still checked; only the age is not, fine for a test server on loopback.
# How: apt works on a private state directory with an empty dpkg status, so it fetches the whole closure, libc included,
# and touches nothing of the machine. The .debs are unpacked, not installed (no maintainer script, policy-rc.d, chroot);
# the programs run through sid's own ld.so and libraries. Root is needed only if Debian's keyring has to be installed.
set -euo pipefail
say() { printf 'test-mysql: %s\n' "$*" >&2; }; die() { say "ERROR: $*"; exit 1; }
port=${INVITER_TEST_MYSQL_PORT:-3397}
[[ $port =~ ^[0-9]+$ ]] || die "INVITER_TEST_MYSQL_PORT is not a number: $port"
home=$(realpath -m -- "${INVITER_TEST_HOME:-${HOME:?}/.cache/inviter-test}") && mkdir -p "$home"
root=$home/mysql-root tools=$home/mysql-root/tools work=$home/mysql-work dir=$home/mysql-$port sock=$home/mysql-$port/sock
[[ ${#sock} -lt 100 ]] || sock=/tmp/inviter-test-mysql-$UID-$port.sock # a socket's path has at most 107 bytes

mirrors() { # the machine's own Debian mirrors, as apt reads its configuration, then the public one
  local release; release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  apt-get update --print-uris | sed -nE "s#^'(.+)/dists/(${release:-sid}|sid|unstable)/InRelease'.*#\\1#p" | awk '!seen[$0]++' || true
  echo http://deb.debian.org/debian
}
fetch() { # fetch MIRROR KEYRING: download server and client with all they depend on
  rm -rf "$work" && mkdir -p "$work"/{state/lists,cache/archives,etc}/partial "$work/root/tools" && : >"$work/status" || return
  printf '%s\n' 'Types: deb' "URIs: $1" 'Suites: sid' 'Components: main' "Architectures: $(dpkg --print-architecture)" \
    'Targets: Packages' 'Check-Valid-Until: no' "Signed-By: $2" >"$work/sid.sources"
  local apt=(apt-get -qq -o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache"
    -o Dir::Etc::sourcelist="$work/sid.sources" -o Dir::Etc::sourceparts="$work/etc" -o Dir::Etc::preferences="$work/none"
    -o Dir::Etc::preferencesparts="$work/etc" -o Acquire::Check-Valid-Until=false -o Acquire::Retries=3
    -o Acquire::Languages=none -o APT::Update::Error-Mode=any -o APT::Install-Recommends=false -o APT::Sandbox::User=)
  "${apt[@]}" update >&2 && "${apt[@]}" install -y --download-only mysql-server-core mysql-client-core >&2
}
install() {
  if [[ -e $root/.complete ]]; then say "MySQL $(<"$root/.complete") is in $root"; return; fi
  local deb list mirror new=$work/root ld version t own ok='' key=/usr/share/keyrings/debian-archive-keyring.gpg
  if [[ ! -e $key ]]; then
    say "installing debian-archive-keyring"
    { apt-get -qq update && apt-get -qq install -y debian-archive-keyring; } >&2 || die "cannot install debian-archive-keyring"
  fi
  mapfile -t list < <(if [[ ${INVITER_TEST_DEBIAN_MIRROR:-} ]]; then echo "$INVITER_TEST_DEBIAN_MIRROR"; else mirrors; fi)
  for mirror in "${list[@]}"; do
    say "fetching mysql-server-core and all it needs of Debian sid from ${mirror/\/\/*@///}"
    ! fetch "$mirror" "$key" || { ok=1; break; }
  done
  [[ $ok ]] || die "no mirror gave mysql-server-core of sid (apt's messages are above)"
  for t in bin sbin lib lib64; do mkdir -p "$new/usr/$t"; ln -s "usr/$t" "$new/$t"; done
  for deb in "$work"/cache/archives/*.deb; do
    case ${deb##*/} in perl* | libperl* | libc-gconv-modules-extra*) continue ;; esac # only for scripts left unused
    dpkg-deb -x "$deb" "$new" || die "cannot unpack ${deb##*/}"
  done
  rm -rf "$new"/usr/share/{doc,man,locale}
  version=$(dpkg-deb -f "$work"/cache/archives/mysql-server-core_*.deb Version)
  [[ $version == 9.7.* ]] || say "WARNING: sid now has MySQL $version, not 9.7"
  ld=$(cd "$new" && compgen -G 'usr/lib/*/ld-linux*.so.*' | head -n 1) || die "no ld.so among the packages"
  for t in usr/sbin/mysqld usr/bin/{mysql,mysqldump,mysqlbinlog,mysqladmin}; do
    own=''; [[ $t != */mysqld ]] || own="--basedir='$root/usr' --plugin-dir='$root/usr/lib/mysql/plugin' --secure-file-priv=NULL"
    printf "#!/bin/sh\nexec '%s' --inhibit-cache --library-path '%s' --argv0 '%s' '%s' \"\$@\" %s\n" \
      "$root/$ld" "$root/${ld%/*}" "$root/$t" "$root/$t" "$own" >"$new/tools/${t##*/}"
  done
  chmod 755 "$new"/tools/*; rm -rf "$root"; mv "$new" "$root"; rm -rf "$work"
  for t in mysqld mysql; do "$tools/$t" --no-defaults --version >&2 || die "$tools/$t does not run here"; done
  echo "$version" >"$root/.complete"
}
running() { # sets pid; true only for the mysqld of this datadir
  pid=$(cat "$dir/pid" 2>/dev/null) && { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qxF -e "--datadir=$dir/data"
}
listening() { (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
client() { "$tools/mysql" --defaults-file="$dir/client.cnf" "$@"; }
failed() { tail -n 20 "$dir/mysqld.log" >&2 || true; die "$1 (end of $dir/mysqld.log above)"; }
start() {
  install; mkdir -p "$dir"; chmod 700 "$dir"
  printf '%s\n' '[client]' user=inviter password=inviter host=127.0.0.1 "port=$port" "socket=$sock" '[mysql]' database=inviter >"$dir/client.cnf"
  # Run at every start before the first connection. root@localhost has no password but only comes in by the socket. Tests make accounts
  # that may do less than inviter.
  printf '%s\n' "CREATE USER IF NOT EXISTS inviter@'%' IDENTIFIED BY 'inviter';" "GRANT ALL ON \`inviter%\`.* TO inviter@'%' WITH GRANT OPTION;" \
    "GRANT CREATE USER ON *.* TO inviter@'%';" 'CREATE DATABASE IF NOT EXISTS inviter;' >"$dir/init.sql"
  local i opts=(--no-defaults --user="$(id -un)" --innodb-buffer-pool-size=128M --performance-schema=OFF --mysqlx=OFF)
  if ! running; then
    for ((i = 0; i < 50; i++)); do listening || break; sleep 0.1; done # a killed one may still be going
    ((i < 50)) || die "port $port is taken by another program"
    if [[ ! -d $dir/data ]]; then
      say "making $dir/data"; rm -rf "$dir/data.new"
      "$tools/mysqld" "${opts[@]}" --initialize-insecure --datadir="$dir/data.new" >"$dir/mysqld.log" 2>&1 || failed "mysqld --initialize"
      mv "$dir/data.new" "$dir/data"
    fi
    rm -f "$sock" "$sock.lock"
    setsid "$tools/mysqld" "${opts[@]}" --datadir="$dir/data" --port="$port" --bind-address=127.0.0.1 --skip-name-resolve \
      --socket="$sock" --pid-file=mysqld.pid --init-file="$dir/init.sql" --log-bin=binlog --sync-binlog=1 \
      --innodb-flush-log-at-trx-commit=1 --binlog-expire-logs-seconds=86400 >>"$dir/mysqld.log" 2>&1 </dev/null 9>&- &
    echo $! >"$dir/pid"
  fi
  for ((i = 0; i < 1200; i++)); do sleep 0.1
    if client -e 'SELECT 1' >/dev/null 2>"$dir/client.err"; then echo "mysql://inviter:inviter@127.0.0.1:$port/inviter"; return; fi
    kill -0 "$(<"$dir/pid")" 2>/dev/null || failed "mysqld ended while starting"
  done
  failed "mysqld did not answer within 2 minutes: $(<"$dir/client.err")"
}
stop() { # stop SIGNAL
  running || { say "no server of $dir is running"; return 0; }
  kill -"$1" "$pid" || die "cannot signal mysqld (pid $pid)"
  for ((i = 0; i < 600; i++)); do running || listening || { say "mysqld (pid $pid) ended by $1"; return 0; }; sleep 0.1; done
  failed "mysqld (pid $pid) did not end within a minute of $1"
}
lock() { exec 9>"$home/mysql.lock"; flock -w 600 9 || die "another run holds $home/mysql.lock"; }
case ${1:-} in
  install | start) lock; "$1" ;;
  stop) lock; stop TERM ;;
  kill) lock; stop KILL ;;
  mysql) [[ -e $dir/client.cnf ]] || die "run '$0 start' first"; client "${@:2}" ;;
  *) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
