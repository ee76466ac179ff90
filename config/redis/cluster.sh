#!/bin/sh
# Makes one cluster of the nodes, once: where there is one already nothing happens.
#   NODES="redis-1:6379 redis-2:6379 …" cluster.sh      half of them become masters, the others their replicas
# The password of the account `default` is in /run/secrets/redis_admin.
set -eu
: "${NODES:?is not set: HOST:PORT of every node}"
REDISCLI_AUTH=$(cat /run/secrets/redis_admin)
export REDISCLI_AUTH
call() { timeout 5 redis-cli --tls --cacert /run/tls/ca.pem -h "${1%:*}" -p "${1##*:}" "$2" "$3" 2>/dev/null; }

count=0 empty=0 grown='' lone=''
for node in $NODES; do
  count=$((count + 1)) tries=0
  until known=$(call "$node" cluster info | sed -n 's/^cluster_known_nodes:\([0-9]*\).*/\1/p') && [ "$known" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || { echo "cluster.sh: $node does not answer" >&2; exit 1; }
    sleep 1
  done
  if [ "$known" -le 1 ]; then empty=$((empty + 1)) lone=$node; else grown=$node; fi
done
if [ "$empty" -eq 0 ]; then echo "the cluster of $count nodes is there"; exit; fi
[ -z "$grown" ] || { echo "cluster.sh: some nodes are in a cluster, $lone is in none; as 'default': redis-cli --cluster add-node $lone $grown --cluster-slave" >&2; exit 1; }
# shellcheck disable=SC2086 # the nodes are words
redis-cli --tls --cacert /run/tls/ca.pem --cluster create $NODES --cluster-replicas 1 --cluster-yes
