# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# The data tier: MySQL with its guards, Redis. At the first time all of it at once; later one server after the other.

WAIT_TIER=300 # a group of three begins within a minute; copying a member takes as long as its data

inside() { # inside SERVICE COMMAND…: in the running container
  docker exec "$(container "$1")" "${@:2}"
}
group_is_whole() { inside "$(services 'guard-[0-9]+' | head -n 1)" /usr/local/bin/inviter mysql status >"$STATE_DIR/group.log" 2>&1; }

writer_now() { # the service whose member takes the writes; nothing where there is none
  local one
  one=$(services 'guard-[0-9]+' | head -n 1)
  inside "$one" /usr/local/bin/inviter mysql status 2>/dev/null | awk '/PRIMARY/ {sub(/:.*/, "", $1); print $1; exit}' || true
}

tier_up() {
  local stale=() first=yes one
  step "data tier"
  for one in $(services "$MEMBERS|$BESIDE"); do
    [ -z "$(container "$one")" ] || { [[ $one == mysql-* ]] && first=no; }
    tier_is_fine "$one" || stale+=("$one")
  done
  if [ ${#stale[@]} -eq 0 ]; then note "as it should be"; finish; return; fi
  changed "$([ $first = yes ] && echo start || echo renew) ${stale[*]}"
  if ! planned; then
    # Without a primary there is nobody to be careful with.
    if [ $first = yes ] || [ -z "$(writer_now)" ]; then tier_first "${stale[@]}"; else tier_renew "${stale[@]}"; fi
  fi
  finish
}

tier_is_fine() { # guards are the program itself: of a new version after the application (guards_follow)
  was_well "$1" && files_same "$1" && { [[ $1 == guard-* ]] || is_current "$1"; }
}

tier_first() {
  up --force-recreate "$@" || die "the data tier does not start; what compose says is above"
  tier_settled "$@"
}

tier_settled() { # tier_settled SERVICE…: waits until all are well, and MySQL takes writes
  local one
  for one in "$@"; do
    wait_for $WAIT_TIER "$one" || { last_words "$one"; die "$one does not become healthy. Look above, then run this again: it goes on from here"; }
  done
  wait_until $WAIT_TIER group_is_whole || {
    indent <"$STATE_DIR/group.log"
    die "the MySQL group is not whole within $WAIT_TIER s (docs/operate/mysql.md, 'What to do when'). Then run this again"
  }
  for one in "$@"; do files_keep "$one"; done
}

tier_renew() { # what holds no data first, then secondaries, the primary at last, after it handed over
  local one writer order=() members=()
  for one in "$@"; do
    if [[ $one =~ ^($MEMBERS)$ ]]; then members+=("$one"); else order+=("$one"); fi
  done
  if [ ${#members[@]} -gt 0 ]; then
    writer=$(writer_now)
    for one in "${members[@]}"; do [ "$one" = "$writer" ] || order+=("$one"); done
    for one in "${members[@]}"; do [ "$one" != "$writer" ] || order+=("$one"); done
  fi
  for one in "${order[@]}"; do
    if [ "$one" = "${writer:-}" ]; then tier_hand_over "$one"; fi
    note "renewing $one"
    up --force-recreate "$one" || die "$one does not start; what compose says is above"
    tier_settled "$one"
  done
}

tier_hand_over() { # before the primary stops: half a second without writes instead of several
  local other
  other=$(services "$MEMBERS" | grep -vx "$1" | head -n 1)
  [ -n "$other" ] || return 0
  inside "${other/mysql/guard}" /usr/local/bin/inviter mysql switchover --to "$other:3306" >/dev/null ||
    warn "$1 could not hand over to $other; the group chooses by itself when it stops"
}
