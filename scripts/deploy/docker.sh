# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the parts share their variables
# A deployment with Docker, from the first step to the last.

deploy_docker() {
  KIND=docker
  preflight_docker
  planned || state_lock
  OLD_VERSION=$(state_get version) OLD_IMAGE=$(running_image)
  secrets_make
  images_ready
  backup_key_make
  ROLL=$(planned_roll)
  config_good
  tier_up
  data_safe
  schema_up
  roll_apps || roll_back
  rest_up || roll_back
  smoke || { if [ -n "$ROLL" ]; then roll_back; fi; die "the smoke test failed (above). scripts/deploy.sh doctor looks further"; }
  state_set "version=$INVITER_VERSION" "image=$(running_image)" "left_out=${LEFT_OUT# }"
  [ "$CHANGES" -eq 0 ] || state_set "deployed=$(date -u +%FT%TZ)"
  if [ -n "$ROLL" ] && [ -n "$OLD_VERSION" ] && [ -n "$OLD_IMAGE" ] && [ "$OLD_IMAGE" != "$(running_image)" ]; then
    state_set "previous_version=$OLD_VERSION" "previous_image=$OLD_IMAGE"
  fi
  state_remember
  summary
}

running_image() { inspect "$(container app-1)" '{{.Image}}'; }
planned_roll() { apps_to_roll | tr '\n' ' '; }

config_good() { # the new version reads its configuration before the old one is touched
  [ -n "$ROLL" ] || return 0
  step "configuration"
  if planned; then skip "would be checked by inviter config check"; return; fi
  local said
  if ! said=$(try_config); then
    indent <<<"$said"
    # Neither Redis nor the database is a reason to keep an upgrade back: this may be what mends them.
    try_config --offline >/dev/null ||
      die --code "$EXIT_CONFIG" "the configuration is wrong (above). Nothing that runs was touched"
    warn "the database or Redis is not as the configuration says (above)"
  fi
  nginx_good || die --code "$EXIT_CONFIG" "nginx refuses its configuration (above). Nothing that runs was touched"
  finish
}

try_config() { dc run --rm --no-deps --quiet-pull -T app-1 config check "$@" 2>&1; }

data_safe() { # a backup before anything happens to the schema
  [ -n "$ROLL" ] && [ -n "$OLD_IMAGE" ] || return 0
  step "backup"
  if [ -z "$OLD_VERSION" ]; then note "no deployment was finished here before: nothing to keep"; finish; return; fi
  if [ "$DEPLOY_BACKUP" = no ]; then note "left out: DEPLOY_BACKUP=no"; finish; return; fi
  if planned; then skip "would be made before the schema changes"; return; fi
  backup_now || die "the backup failed (above), so the schema is not changed. Put it right, or set DEPLOY_BACKUP=no in .env and answer for it"
  finish
}

schema_up() {
  [ -n "$ROLL" ] || return 0
  step "schema"
  if planned; then skip "would be brought up to date by inviter migrate, with the account of the migrator"; return; fi
  local said
  said=$(dc run --rm --no-deps --quiet-pull -T migrate 2>&1) ||
    { tail -n 20 <<<"$said" | indent; die "the migration failed (above). The version before serves on; inviter migrate status says how far it came"; }
  finish "$(tail -n 1 <<<"$said" | sed 's/^[^:]*: //' | cut -c1-100)"
}

rest_up() { # all that is neither data nor application: one call for those that are not as they should be
  local one stale=() again=()
  step "nginx, monitoring, agents"
  for one in $(services '.*' | grep -Ev "^($APPS|$MEMBERS|$BESIDE|migrate)$"); do
    if [ -n "$(container "$one")" ] && ! has_its_files "$one"; then again+=("$one")
    elif ! { is_current "$one" && was_well "$one"; }; then stale+=("$one"); fi
  done
  guards_follow
  if [ ${#stale[@]} -gt 0 ]; then
    changed "start or renew ${stale[*]}"
    planned || up "${stale[@]}" || { complain "not all of them start"; return 1; }
  fi
  if [ ${#again[@]} -gt 0 ]; then
    changed "renew ${again[*]}, whose files are others than at their start"
    planned || up --force-recreate "${again[@]}" || { complain "not all of them start"; return 1; }
  fi
  planned || targets_write
  reload_changed || return 1
  planned || rest_settled "${stale[@]}" "${again[@]}" || return 1
  finish
}

rest_settled() {
  local one
  for one in "$@"; do
    wait_for 90 "$one" || { complain "$one does not become healthy"; last_words "$one"; return 1; }
    state_set "mounted_$one=$(mounted_digest "$one")"
  done
}

# A file that is mounted by itself, such as a secret, stays what it was when the container was made, whatever comes in its place.
mounted_digest() {
  local all one files=()
  survey
  IFS='|' read -ra all <<<"${MOUNTS_OF[$1]:-}"
  for one in "${all[@]}"; do if [ -f "$one" ]; then files+=("$one"); fi; done
  digest_of "${files[@]}"
}
has_its_files() { [ "$(state_get "mounted_$1")" = "$(mounted_digest "$1")" ]; }

targets_write() { # whom Prometheus asks; it looks into the folder by itself
  local file=prometheus/targets/app.yml text
  text=$(printf "# The instances that serve; scripts/deploy.sh writes this after \`scale\`.\n- targets: [%s]\n" \
    "$(services "$APPS" | sed "s/.*/'&:3000'/" | paste -sd, | sed 's/,/, /g')")
  [ "$(cat "$file")" = "$text" ] || printf '%s\n' "$text" >"$file"
}

guards_follow() { # they are the same program as the application: one after the other, and the group stays whole
  local one
  for one in $(services 'guard-[0-9]+'); do
    { [ -z "$(container "$one")" ] || is_current "$one"; } && continue
    changed "$one: inviter:$INVITER_VERSION"
    planned || { up "$one" && tier_settled "$one"; }
  done
}

summary() {
  summarize "${RUNNING:-?}" " (image inviter:$INVITER_VERSION), $ENVIRONMENT" || return 0
  note "public      $INVITER_PUBLIC_URL/console"
  note "health      $INVITER_PUBLIC_URL/api/health"
  note "Prometheus  http://127.0.0.1:9090   Alertmanager  http://127.0.0.1:9093"
  if [[ ",$COMPOSE_PROFILES," == *,grafana,* ]]; then note "Grafana     http://127.0.0.1:3001 (admin, secrets/grafana_admin)"; fi
  if [[ ",$COMPOSE_PROFILES," == *,elk,* ]]; then note "Kibana      http://127.0.0.1:5601 (elastic, secrets/elastic)"; fi
  if certificate_is_own; then warn "the certificate is self-signed: put a real one into secrets/nginx (docs/operate/deploy.md)"; fi
  [ -z "$LEFT_OUT" ] || warn "left out, since an image is missing:$LEFT_OUT"
  if [ -z "$OLD_VERSION" ]; then
    note "first owner: docker compose -f docker-compose.prod.yml exec app-1 inviter admin create --email YOU --name YOU"
  fi
}
