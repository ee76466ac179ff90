# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# docker compose, and what its containers are at the moment.

dc() {
  local files=(--file docker-compose.prod.yml)
  # Other instances than the three of that file (scale.sh).
  [ ! -f "$SCALED" ] || files+=(--file "$SCALED")
  docker compose --progress quiet "${files[@]}" --env-file .env "$@"
}
SCALED=$STATE_DIR/scale.yml

services() { # services PATTERN: names of the services that are on, in their order
  shape | awk '{print $1}' | sort -V | grep -E "^($1)$" || true
}
APPS='app-[0-9]+'
MEMBERS='mysql-[0-9]+'
BESIDE='guard-[0-9]+|redis-([0-9]+|init|single|primary|replica-[0-9]+)|sentinel-[0-9]+'

# The containers of the project, asked for once; whatever makes new ones forgets it.
declare -A ID_OF=() HASH_OF=() IMAGE_RUN=() STATE_OF=() MOUNTS_OF=()
SURVEYED=no
FORMAT='{{if and .State.Running .State.Health}}{{.State.Health.Status}}{{else if .State.Running}}running{{else}}{{.State.Status}}:{{.State.ExitCode}}{{end}}'
survey() {
  [ "$SURVEYED" = no ] || return 0
  local service id hash image state mounts all
  ID_OF=() HASH_OF=() IMAGE_RUN=() STATE_OF=() MOUNTS_OF=() SURVEYED=yes
  all=$(docker ps --all --quiet --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --filter label=com.docker.compose.oneoff=False)
  [ -n "$all" ] || return 0
  while read -r service id hash image state mounts; do
    ID_OF[$service]=$id HASH_OF[$service]=$hash IMAGE_RUN[$service]=$image STATE_OF[$service]=$state MOUNTS_OF[$service]=$mounts
  done < <(xargs docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.ID}} {{index .Config.Labels "com.docker.compose.config-hash"}} {{.Image}} '"$FORMAT"' {{range .Mounts}}{{if eq .Type "bind"}}{{.Source}}|{{end}}{{end}}' <<<"$all")
}
container() { survey; printf '%s' "${ID_OF[$1]:-}"; } # container SERVICE: its id, running or not; empty where there is none
inspect() { docker inspect --format "$2" "$1" 2>/dev/null || true; } # inspect CONTAINER FORMAT

state_of() { # state_of SERVICE: as of now: healthy, starting, unhealthy, running, exited:0 …
  survey
  [ -n "${ID_OF[$1]:-}" ] || { echo absent; return; }
  inspect "${ID_OF[$1]}" "$FORMAT"
}
good_state() { # good_state SERVICE STATE: up and healthy, or done where it does one thing
  case $2 in
    healthy | running) return 0 ;;
    exited:0) [[ $1 == *-init ]] ;;
    *) return 1 ;;
  esac
}
is_well() { good_state "$1" "$(state_of "$1")"; }
was_well() { survey; good_state "$1" "${STATE_OF[$1]:-absent}"; } # as of the last look at all of them

HASHES=''
is_current() { # whether the container of a service is what the files and images say now
  survey
  [ -n "${ID_OF[$1]:-}" ] || return 1
  [ -n "$HASHES" ] || HASHES=$(dc config --hash '*')
  [ "${HASH_OF[$1]}" = "$(awk -v service="$1" '$1 == service {print $2}' <<<"$HASHES")" ] &&
    [ "${IMAGE_RUN[$1]}" = "$(image_id "$(image_of "$1")")" ]
}

# Mounted files are no part of what compose compares: a change of a certificate or of a configuration is seen by its digest.
files_of() { # files_of SERVICE: what it reads at its start
  case $1 in
    app-*) echo "config/production.toml $SECRETS/app_secret $SECRETS/database_url $SECRETS/redis $SECRETS/redis_sentinel $SECRETS/metrics_token $SECRETS/smtp_url $SECRETS/tls/ca.pem" ;;
    mysql-*) echo "config/mysql $SECRETS/tls/ca.pem $SECRETS/tls/mysql.crt" ;;
    redis-init) ;;
    redis-* | sentinel-*) echo "config/redis $SECRETS/tls/ca.pem $SECRETS/tls/redis.crt $SECRETS/redis.conf" ;;
    guard-*) echo "$SECRETS/tls/ca.pem $SECRETS/mysql_guard $SECRETS/mysql_repl" ;;
  esac
}
digest_of() { # digest_of FILE_OR_FOLDER…: of their names and contents; what is not there counts as such
  local there=() one
  for one in "$@"; do if [ -e "$one" ]; then there+=("$one"); fi; done
  [ ${#there[@]} -gt 0 ] || { echo none; return; }
  find "${there[@]}" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-32
}
# shellcheck disable=SC2046 # one word for each file
files_digest() { digest_of $(files_of "$1"); }
files_same() { [ "$(state_get "files_$1")" = "$(files_digest "$1")" ]; } # whether it was started with them as they are
files_keep() { state_set "files_$1=$(files_digest "$1")"; }

SHAPE=''
shape() { # one line for each service that is on: its name, its image, and `build` where it is made here
  [ -n "$SHAPE" ] || SHAPE=$(dc config | awk '
    function out() { if (name) print name, image, build; image = "-"; build = "" }
    /^[a-z]/ { out(); name = ""; inside = /^services:/ }
    inside && /^  [^ ].*:$/ { out(); name = substr($1, 1, length($1) - 1) }
    inside && /^    image: / { image = $2 }
    inside && /^    build:/ { build = "build" }
    END { out() }')
  printf '%s\n' "$SHAPE"
}
image_of() { shape | awk -v service="$1" '$1 == service {print $2}'; } # image_of SERVICE
image_id() { docker image inspect --format '{{.Id}}' "$1" 2>/dev/null || true; }

forget_files() { HASHES='' SHAPE='' SURVEYED=no; } # after a change of the settings

wait_until() { # wait_until SECONDS COMMAND…: tells whether the command succeeded in time
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.5
  done
}

wait_for() { # wait_for SECONDS SERVICE [CHECK]: until it is well; not on and on for one that starts again and again
  local end=$((SECONDS + $1)) id
  survey
  id=${ID_OF[$2]:-none}
  until "${3:-is_well}" "$2"; do
    [ $SECONDS -lt $end ] && [ "$(inspect "$id" '{{.RestartCount}}')" -lt 5 ] 2>/dev/null || return 1
    sleep 0.5
  done
}

up() { # up SERVICE…: makes them what the files say, starting nothing else
  SURVEYED=no
  dc up --detach --no-deps --no-build --quiet-pull "$@" >"$STATE_DIR/compose.log" 2>&1 ||
    { indent <"$STATE_DIR/compose.log"; return 1; }
}

last_words() { # last_words SERVICE: why it is not well
  printf '   the last lines of %s (%s):\n' "$1" "$(state_of "$1")" >&2
  dc logs --no-log-prefix --tail 15 "$1" 2>&1 | cut -c1-300 | indent
}
