# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# How many instances of the application there are on this machine. docker-compose.prod.yml has three; another number is a file on top of
# it, which every later command takes as well.

scale_most() { # all instances together may open 0.7 of what a member takes; the rest is for guards, backups and people
  local connections
  connections=$(sed -nE 's/^max_connections *= *([0-9]+).*/\1/p' config/mysql/group.cnf)
  # Of each: those that read, four that write, one that asks who is the primary.
  echo $((connections * 7 / 10 / (DB_READERS + 5)))
}

docker_scale() {
  local most now one
  most=$(scale_most) now=$(services "$APPS" | wc -l)
  { [ "$1" -ge 2 ] && [ "$1" -le "$most" ]; } ||
    die --code "$EXIT_CONFIG" "between 2 and $most instances: during an update another one has to serve, and all of them share the connections of a member (max_connections in config/mysql/group.cnf, DB_READERS in .env)"
  if [ "$1" -eq "$now" ]; then note "there are $now instances"; return; fi
  if planned; then note "would make it $1 instances, of $now"; return; fi
  step "$1 instances, of $now"
  if [ "$1" -gt "$now" ]; then scale_up "$now" "$1"; else scale_down "$1"; fi
  targets_write
  finish
}

scale_write() { # scale_write N
  local one
  forget_files
  if [ "$1" -eq 3 ]; then rm -f "$SCALED"; return; fi
  {
    printf 'services:\n'
    for ((one = $1 + 1; one <= 3; one++)); do printf '  app-%d: { profiles: [scaled-down] }\n' "$one"; done
    for ((one = 4; one <= $1; one++)); do
      printf '  app-%d: { extends: { file: docker-compose.prod.yml, service: app-1 }, hostname: app-%d, volumes: ["app-%d:/var/lib/inviter"] }\n' "$one" "$one" "$one"
    done
    printf 'volumes:\n'
    for ((one = 4; one <= $1; one++)); do printf '  app-%d:\n' "$one"; done
  } >"$SCALED.new"
  mv "$SCALED.new" "$SCALED"
}

scale_up() { # scale_up NOW N: each gets requests as soon as it is ready
  local one
  scale_write "$2"
  for one in $(services "$APPS" | tail -n "+$(($1 + 1))"); do
    roll_one "$one" && continue
    docker rm --force "$(container "$one")" >/dev/null 2>&1 || true
    scale_write $((${one#app-} - 1))
    nginx_takes_all
    targets_write
    die "$one does not serve (above); there are $((${one#app-} - 1)) instances"
  done
}

scale_down() { # the last ones go, out of nginx first; their volumes stay
  local one
  for one in $(services "$APPS" | tail -n "+$(($1 + 1))" | tac); do
    note "stopping $one"
    nginx_leaves_out "$one" || die "$one gets requests still, so it goes on"
    if [ -n "$(container "$one")" ]; then docker stop --time 45 "$(container "$one")" >/dev/null && docker rm "$(container "$one")" >/dev/null; fi
  done
  scale_write "$1"
  nginx_takes_all
}
