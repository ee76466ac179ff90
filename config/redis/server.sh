#!/bin/sh
# One of the servers that sentinels watch: a replica of the master that they name, or the master where they know of none.
#   server.sh HOST      HOST is how the others reach it; redis-primary begins as the master
set -eu
own=${1:?is missing: the host} master=''
REDISCLI_AUTH=$(cat /run/secrets/redis_sentinel)
export REDISCLI_AUTH
for sentinel in sentinel-1 sentinel-2 sentinel-3; do
  master=$(timeout 3 redis-cli --tls --cacert /run/tls/ca.pem -h "$sentinel" -p 26379 sentinel get-master-addr-by-name inviter 2>/dev/null | head -n 1) || true
  [ -z "$master" ] || break
done
unset REDISCLI_AUTH
# A master that was cut off takes no counts that would be lost.
set -- redis-server "$(dirname "$0")/server.conf" --replica-announce-ip "$own" --min-replicas-to-write 1
[ "${master:=redis-primary}" = "$own" ] || set -- "$@" --replicaof "$master" 6379
exec "$@"
