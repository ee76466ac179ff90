#!/usr/bin/env bash
# Accounts, index template, age limit and data view of the logs. Runs in a container of the profile elk, and may run again at any time.
#   elk/setup.sh
# Secrets in /run/secrets: elastic, elastic_kibana, elastic_writer. Addresses: ELASTICSEARCH, KIBANA.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
elastic=${ELASTICSEARCH:-http://elasticsearch:9200} kibana=${KIBANA:-http://kibana:5601}
secret() { cat "/run/secrets/$1"; }

# The password goes in by a file that only this shell reads: a command line can be seen by others.
ask() { # ask METHOD URL [BODY]
  local body=()
  [ $# -lt 3 ] || body=(--data-binary "$3")
  curl --silent --show-error --fail-with-body --config <(printf 'user = "elastic:%s"\n' "$(secret elastic)") \
    -X "$1" -H 'Content-Type: application/json' -H 'kbn-xsrf: inviter' "${body[@]}" "$2" >/dev/null
}
wait_for() { # wait_for WHAT URL
  local _
  for _ in $(seq 60); do
    if ask GET "$2" 2>/dev/null; then return; fi
    sleep 5
  done
  echo "setup: $1 does not answer" >&2
  exit 1
}

wait_for Elasticsearch "$elastic/_cluster/health?wait_for_status=yellow&timeout=5s"
ask POST "$elastic/_security/user/kibana_system/_password" "{\"password\":\"$(secret elastic_kibana)\"}"
# Logstash may add lines, and neither read nor change any.
ask PUT "$elastic/_security/role/inviter_writer" '{"cluster":["monitor"],"indices":[{"names":["inviter-logs"],"privileges":["create_doc","auto_configure"]}]}'
ask PUT "$elastic/_security/user/inviter_writer" "{\"password\":\"$(secret elastic_writer)\",\"roles\":[\"inviter_writer\"]}"
ask PUT "$elastic/_ilm/policy/inviter-logs" "@$here/elasticsearch/ilm-policy.json"
ask PUT "$elastic/_index_template/inviter-logs" "@$here/elasticsearch/index-template.json"
wait_for Kibana "$kibana/api/status"
ask POST "$kibana/api/data_views/data_view" "@$here/kibana/data-view.json"
echo "setup: the logs have their accounts, their template, their age limit and their view" >&2
