#!/bin/sh
# This pod's node of the cluster.
#   POD=redis-0 POD_IP=10.1.2.3 NODES="redis-0.redis redis-1.redis …" node.sh
# A node remembers the others by address, and pods come back with other addresses. One alone is found by those that it remembers; after
# all have been away nobody would find anybody. So a node that has been in a cluster introduces itself to the others by their names.
set -eu
: "${POD:?is not set}" "${POD_IP:?is not set}" "${NODES:?is not set}"
REDISCLI_AUTH=$(cat /run/secrets/redis_admin)
export REDISCLI_AUTH
call() { timeout 5 redis-cli --tls --cacert /run/tls/ca.pem "$@" 2>/dev/null; }

meet() {
  until [ "$(call ping)" = PONG ]; do sleep 1; done
  tries=0
  while [ "$tries" -lt 60 ]; do
    missing=0
    for node in $NODES; do
      address=$(getent hosts "$node" | cut -d' ' -f1) || address=
      if [ "$address" ]; then call cluster meet "$address" 6379 >&2 || missing=1; else missing=1; fi
    done
    if [ "$missing" = 0 ] && call cluster info | grep -q '^cluster_state:ok'; then return; fi
    tries=$((tries + 1))
    sleep 5
  done
}
# The file has a line for each node, and one more.
if [ -s /data/nodes.conf ] && [ "$(wc -l </data/nodes.conf)" -gt 2 ]; then meet & fi
exec redis-server /etc/redis/cluster.conf --cluster-announce-hostname "$POD.redis" --cluster-announce-ip "$POD_IP"
