# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# Reads .env without executing it, and checks every value. The values are exported: compose and all it starts see the same.

# Names of the variables that the file may hold, with the pattern of a good value and what that means in words.
env_table() {
  cat <<'TABLE'
INVITER_VERSION|[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|a tag of an image such as 0.1.0
INVITER_IMAGE_SOURCE|build|present|build or present
BINARY|compiled|present|compiled or present
MYSQL_VERSION|[0-9]+(\.[0-9]+){1,2}|a version such as 9.7
COMPOSE_PROJECT_NAME|[a-z0-9][a-z0-9_-]*|lower-case letters, digits, - and _
COMPOSE_PROFILES|[a-z0-9-]+(,[a-z0-9-]+)*|profiles separated by commas
REDIS_MODE|cluster|sentinel|single|cluster, sentinel or single
REDIS_URLS|rediss://[a-z0-9.:-]+(,rediss://[a-z0-9.:-]+)*|rediss://HOST:PORT, several separated by commas
INVITER_PUBLIC_URL|https://[A-Za-z0-9.-]+(:[0-9]+)?|https:// and a host, without a path
HTTP_PORT|PORT|a port from 1 to 65535
HTTPS_PORT|PORT|a port from 1 to 65535
NGINX_WAF|off|detect|block|off, detect or block
NGINX_BROTLI|on|off|on or off
LIMIT_PUBLIC_PER_MINUTE|[1-9][0-9]{0,9}|a number of requests
LIMIT_API_PER_MINUTE|[1-9][0-9]{0,9}|a number of requests
LIMIT_SIGNUPS_PER_MINUTE|[1-9][0-9]{0,9}|a number of requests
INVITER_MAIL_FROM|[^@]+@[^@]+|a sender such as Inviter <inviter@example.org>
INVITER_SMTP_URL_FILE|/run/secrets/smtp_url||/run/secrets/smtp_url, or nothing
ALERT_SMTP_HOST|[^ ]+:[0-9]+||HOST:PORT, or nothing
ALERT_SMTP_USER|.*|a user, or nothing
ALERT_FROM|.+@.+||an address, or nothing
ALERT_TO|.+@.+||an address, or nothing
ALERT_WECOM_CORP|[A-Za-z0-9]*|an id of a company, or nothing
ALERT_WECOM_AGENT|[0-9]*|a number of an application, or nothing
ALERT_WECOM_PARTY|[0-9|]*|a number of a department, or nothing
ALERT_TIMEZONE|[A-Za-z0-9/_+-]*|a time zone such as Asia/Shanghai, or nothing
INVITER_LOG_LEVEL|error|warn|info|debug|trace|error, warn, info, debug or trace
ELASTIC_VERSION|[0-9]+\.[0-9]+\.[0-9]+|a version such as 9.2.0
APP_MEMORY|SIZE|a size such as 512m or 2g
APP_CPUS|[0-9]+(\.[0-9]+)?|a number of processors such as 2 or 0.5
MYSQL_MEMORY|SIZE|a size such as 512m or 2g
REDIS_MEMORY|SIZE|a size such as 512m or 2g
BACKUP_MEMORY|SIZE|a size such as 512m or 2g
PROMETHEUS_MEMORY|SIZE|a size such as 512m or 2g
MYSQL_BUFFER_POOL|[0-9]+[MG]|a size such as 256M or 2G
DB_READERS|[1-9][0-9]?|a number from 1 to 99
METRICS_RETENTION|[0-9]+[hdwy]|a time such as 35d
BACKUP_AT|([01][0-9]|2[0-3]):[0-5][0-9]|a time of day such as 03:15
BACKUP_KEEP|[1-9][0-9]{0,3}|a number
DEPLOY_READY_SECONDS|[1-9][0-9]{0,3}|a number of seconds
DEPLOY_BACKUP|yes|no|yes or no
DEPLOY_MIN_DISK_MB|[0-9]{1,7}|a number of MB
EDGE_PREFIX|NETWORK|three numbers such as 172.30.10
DATA_PREFIX|NETWORK|three numbers such as 172.30.20
MYSQL_GROUP|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|a UUID
TABLE
}
PROFILES='redis-cluster redis-sentinel redis-single grafana elk'

env_read() { # env_read FILE: exports what the file says and the shell does not; faults are collected
  local line number=0 name value known
  known=" $(env_table | cut -d'|' -f1 | tr '\n' ' ')"
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    if ! [[ $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]]; then
      fault "$1 line $number is not NAME=VALUE"
      continue
    fi
    name=${BASH_REMATCH[2]}
    if ! value=$(env_value "${BASH_REMATCH[3]}"); then
      fault "$1 line $number: the value of $name is not understood. Quote it; \$, \` and \\ are not allowed"
      continue
    fi
    [[ $known == *" $name "* ]] ||
      fault "$1 line $number: $name is not a variable of this deployment (see .env.production)"
    [ -n "${!name+set}" ] || export "$name=$value"
  done <"$1"
}

env_value() { # env_value TEXT: what it means: quotes go, so does a comment behind a blank
  local text=$1
  if [[ $text =~ ^\"([^\"]*)\"[[:space:]]*(#.*)?$ || $text =~ ^\'([^\']*)\'[[:space:]]*(#.*)?$ ]]; then
    text=${BASH_REMATCH[1]}
  else
    text=${text%%[[:space:]]#*}
    text=${text%"${text##*[![:space:]]}"}
    case $text in *[\"\']*) return 1 ;; esac
  fi
  case $text in *[\$\`\\]*) return 1 ;; esac
  printf '%s' "$text"
}

is_a() { # is_a PATTERN VALUE
  case $1 in
    PORT) [[ $2 =~ ^[1-9][0-9]{0,4}$ ]] && [ "$2" -le 65535 ] ;;
    SIZE) [[ $2 =~ ^[1-9][0-9]*[mg]$ ]] ;;
    NETWORK) [[ $2 =~ ^(10|172|192)(\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){2}$ ]] ;;
    *) [[ $2 =~ ^($1)$ ]] ;;
  esac
}

# Those without which nothing can be deployed. What else is missing, after an upgrade for example, has the value of the template.
REQUIRED=' INVITER_VERSION COMPOSE_PROJECT_NAME COMPOSE_PROFILES REDIS_MODE REDIS_URLS INVITER_PUBLIC_URL HTTP_PORT HTTPS_PORT MYSQL_GROUP '

env_check() { # every variable that is missing or wrong, all of them
  local line name pattern words
  while IFS= read -r line; do
    name=${line%%|*} words=${line##*|} pattern=${line#*|}
    pattern=${pattern%|*}
    if [ -z "${!name+set}" ] && [[ $REQUIRED != *" $name "* ]]; then
      export "$name=$(env_value "$(sed -n "s/^$name=//p" .env.production)")"
    fi
    if [ -z "${!name+set}" ] || { [ -z "${!name}" ] && ! is_a "$pattern" ''; }; then
      fault "$name is not set in .env: $words"
    elif ! is_a "$pattern" "${!name}"; then
      fault "$name=${!name} in .env is wrong: $words"
    fi
  done < <(env_table)
  env_check_profiles
  [ -z "${INVITER_SMTP_URL_FILE:-}" ] || [ -s "$SECRETS/smtp_url" ] ||
    fault "INVITER_SMTP_URL_FILE is set in .env, and secrets/smtp_url is empty: put smtps://USER:PASSWORD@HOST:PORT into it"
  [ "${INVITER_VERSION:-}" != latest ] || fault "INVITER_VERSION=latest in .env is wrong: name a version, so that there is a way back"
  [ "${BINARY:-}" != present ] || [ "${INVITER_IMAGE_SOURCE:-}" != build ] || [ -x dist/inviter ] ||
    fault "BINARY=present in .env, and dist/inviter is not there: put the program there, or set compiled"
  [ "${EDGE_PREFIX:-1}" != "${DATA_PREFIX:-2}" ] || fault "EDGE_PREFIX and DATA_PREFIX in .env are the same"
  [ "${HTTP_PORT:-80}" != "${HTTPS_PORT:-443}" ] || fault "HTTP_PORT and HTTPS_PORT in .env are the same"
}

env_check_profiles() {
  local one shapes=0
  for one in ${COMPOSE_PROFILES//,/ }; do
    [[ " $PROFILES " == *" $one "* ]] || fault "COMPOSE_PROFILES in .env has $one, which there is not: ${PROFILES// /, }"
    case $one in redis-*) shapes=$((shapes + 1)) ;; esac
  done
  if [ "$shapes" -eq 1 ] && [[ ",$COMPOSE_PROFILES," != *",redis-${REDIS_MODE:-},"* ]]; then
    fault "REDIS_MODE=${REDIS_MODE:-} in .env does not fit COMPOSE_PROFILES=$COMPOSE_PROFILES: for redis-single it is single, and so on"
  fi
  [ "$shapes" -eq 1 ] || fault "COMPOSE_PROFILES in .env needs exactly one of redis-cluster, redis-sentinel, redis-single; it has $shapes"
}
