#!/bin/sh
# One member of the MySQL group: makes its data directory where there is none, then becomes mysqld.
#   MEMBER=db1:3306 MEMBERS="db1:3306 db2:3306 db3:3306" GROUP=UUID SECRETS=DIR DATA=DIR member.sh [OPTION OF mysqld...]
# MEMBER   HOST:PORT by which the other members, the guards and the application reach this one
# MEMBERS  all of them, the same everywhere; members talk among themselves on PORT + 20000
# GROUP    name of the group, a UUID of your own; never changed
# SECRETS  folder with the files root, app, migrator, guard, repl, backup, exporter: one password each, of letters, digits and - . _ ~;
#          that of repl has at most 32 characters
# TLS      folder with ca.pem, mysql.crt and mysql.key, where everybody, the members among themselves too, shall encrypt and
#          verify; the certificate names the host of every member, for servers and for clients
# DATA     folder for the data directory `data`; it outlives the container
# MYSQLD   the server, if not the mysqld in the path; it runs as the user that calls this
# Stop it with SIGTERM, and give it a minute.
set -eu
fail() { echo "member.sh: $*" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
: "${MEMBER:?is not set: HOST:PORT of this member}" "${MEMBERS:?is not set: HOST:PORT of all members}" \
  "${GROUP:?is not set: the UUID of the group}" "${SECRETS:?is not set: the folder with the passwords}" \
  "${DATA:?is not set: the folder for the data}"
mysqld=${MYSQLD:-mysqld}

# Where members talk among themselves: below the ports that a system lends to outgoing connections (32768 and above), or one of
# those could hold it when the member wants to join.
inner() { echo "${1%:*}:$((${1##*:} + 20000))"; }
id='' number=0 seeds=''
for one in $MEMBERS; do
  number=$((number + 1)) seeds="$seeds,$(inner "$one")"
  if [ "$one" = "$MEMBER" ]; then id=$number; fi
done
[ "$id" ] || fail "MEMBER ($MEMBER) is not among MEMBERS ($MEMBERS)"

accounts() { # accounts.sql with the passwords in it
  script=''
  for name in root app migrator guard repl backup exporter; do
    secret=$(cat "$SECRETS/$name") || fail "$SECRETS/$name cannot be read"
    case $secret in '' | *[!A-Za-z0-9._~-]*) fail "$SECRETS/$name has something else than letters, digits and - . _ ~" ;; esac
    [ "$name" != repl ] || [ ${#secret} -le 32 ] || fail "$SECRETS/repl is longer than the 32 characters that a group takes"
    script="$script;s/@$name@/$secret/"
  done
  sed "$script" "$here/accounts.sql"
}

if [ ! -d "$DATA/data" ]; then
  echo "member.sh: making $DATA/data" >&2
  rm -rf "$DATA/data.new"
  (umask 077 && accounts >"$DATA/accounts.sql")
  "$mysqld" --no-defaults --initialize-insecure --secure-file-priv=NULL --datadir="$DATA/data.new" --init-file="$DATA/accounts.sql" ||
    fail "the data directory cannot be made"
  rm "$DATA/accounts.sql"
  mv "$DATA/data.new" "$DATA/data"
fi
if [ "${TLS:-}" ]; then
  set -- --ssl-ca="$TLS/ca.pem" --ssl-cert="$TLS/mysql.crt" --ssl-key="$TLS/mysql.key" --require-secure-transport=ON \
    --loose-group_replication_ssl_mode=VERIFY_IDENTITY --loose-group_replication_recovery_ssl_verify_server_cert=ON \
    --loose-group_replication_recovery_ssl_ca="$TLS/ca.pem" --loose-group_replication_recovery_ssl_cert="$TLS/mysql.crt" \
    --loose-group_replication_recovery_ssl_key="$TLS/mysql.key" "$@"
fi
exec "$mysqld" --defaults-file="$here/group.cnf" --datadir="$DATA/data" --socket="$DATA/sock" --pid-file="$DATA/mysqld.pid" \
  --port="${MEMBER##*:}" --server-id="$id" --report-host="${MEMBER%:*}" --report-port="${MEMBER##*:}" \
  --loose-group_replication_group_name="$GROUP" --loose-group_replication_local_address="$(inner "$MEMBER")" \
  --loose-group_replication_group_seeds="${seeds#,}" "$@"
